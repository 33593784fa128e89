//! Why the cluster could not be talked to. The client says that it tried often enough, and hides what it met; so each host of
//! the address is met once more, as far as TLS goes and no further.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use eventstore::{ClientSettings, Endpoint};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error};

use crate::trust;

/// Any living member on any network answers within this; the client's own patience was spent before.
const CONTACT: Duration = Duration::from_secs(2);

/// Names of a certificate that are told. A member has a handful.
const NAMES_MAX: usize = 8;

/// What was met at one host.
enum Met {
    /// TLS, with a certificate that was accepted.
    Trusted,
    /// TLS, with one that was not.
    Untrusted(CertificateError),
    /// TLS that failed over something else.
    Disagreed(String),
    /// Something that answers, and not in TLS.
    Plain,
    /// The end of the connection, instead of an answer.
    Ended(String),
    /// Nobody.
    Nobody(String),
}

/// What keeps the client from the hosts of the address, as far as it can be seen from here; where all is well with them, what
/// the client said.
///
/// To be called on a runtime with input and output.
pub(crate) async fn explain(settings: ClientSettings, said: String) -> String {
    let connector = match connector(&settings) {
        Ok(connector) => connector,
        Err(reason) => return reason,
    };
    let meeting: Vec<_> =
        settings.hosts().iter().map(|host| tokio::spawn(meet(host.clone(), connector.clone()))).collect();
    let mut told = Told::default();
    for (host, met) in settings.hosts().iter().zip(meeting) {
        if let Some(reason) = met.await.ok().and_then(|met| explain_one(&settings, host, met)) {
            told.add(host, reason);
        }
    }
    told.into_text().unwrap_or_else(|| if asks_members(&settings) { by_other_names(&said) } else { said })
}

/// The client's own cryptography, where it has said which: both must judge alike.
fn connector(settings: &ClientSettings) -> Result<TlsConnector, String> {
    let authorities = trust::authorities(settings).map_err(|unusable| unusable.to_string())?;
    let provider = CryptoProvider::get_default().cloned();
    let config =
        ClientConfig::builder_with_provider(provider.unwrap_or_else(|| Arc::new(ring::default_provider())))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(authorities)
            .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn meet(host: Endpoint, connector: TlsConnector) -> Met {
    let met = tokio::time::timeout(CONTACT, shake_hands(&host, &connector)).await;
    met.unwrap_or_else(|_| Met::Nobody(format!("gives no answer within {} ms", CONTACT.as_millis())))
}

async fn shake_hands(host: &Endpoint, connector: &TlsConnector) -> Met {
    let bare = host.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let (Ok(port), Ok(name)) = (u16::try_from(host.port), ServerName::try_from(bare.clone())) else {
        return Met::Nobody("is no host and port".to_owned());
    };
    let stream = match TcpStream::connect((bare.as_str(), port)).await {
        Ok(stream) => stream,
        Err(error) => return Met::Nobody(format!("cannot be reached: {error}")),
    };
    match connector.connect(name, stream).await {
        Ok(_) => Met::Trusted,
        Err(error) => failed_hand(&error),
    }
}

fn failed_hand(error: &io::Error) -> Met {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(why)) => Met::Untrusted(why.clone()),
        Some(Error::InvalidMessage(_)) => Met::Plain,
        None => Met::Ended(error.to_string()),
        Some(other) => Met::Disagreed(other.to_string()),
    }
}

/// What is wrong with what was met, what is at risk and what to do; nothing if it is as the address says.
fn explain_one(settings: &ClientSettings, host: &Endpoint, met: Met) -> Option<String> {
    match (settings.is_secure_mode_enabled(), met) {
        // What does not speak TLS may end the connection over it.
        (true, Met::Trusted) | (false, Met::Plain | Met::Ended(_)) => None,
        (_, Met::Nobody(how)) => Some(how),
        (true, Met::Untrusted(why)) => Some(explain_certificate(settings, host, &why)),
        (true, Met::Disagreed(how)) => Some(format!("does not come to terms over TLS: {how}")),
        (true, Met::Ended(how)) => Some(format!(
            "ends the connection when it is asked for TLS ({how}): it is not up, or it does not speak TLS. Nothing was sent"
        )),
        (true, Met::Plain) => Some(
            "does not speak TLS, which the address asks for; in clear, whoever is on the way reads and changes what \
             passes, so that nothing was sent. Give the server its certificates and start it without its option for \
             insecure work; only for a server on this machine may the address say tls=false"
                .to_owned(),
        ),
        (false, _) => Some(
            "speaks TLS, which the address switches off: leave out tls=false, and name the authority of the cluster's \
             certificates with tlsCaFile"
                .to_owned(),
        ),
    }
}

fn explain_certificate(settings: &ClientSettings, host: &Endpoint, why: &CertificateError) -> String {
    let shown = match why {
        // A certificate of an authority that has the right name and not the right key has a bad signature.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => match settings.tls_ca_file() {
            Some(file) => format!(
                "shows a certificate that no authority in {file} signed: if the cluster's authority was replaced, put the \
                 new one's certificate into that file"
            ),
            None => "shows a certificate that no authority signed which this machine knows: if the cluster has an \
                     authority of its own, name the file of its certificate with tlsCaFile"
                .to_owned(),
        },
        CertificateError::NotValidForNameContext { presented, .. } => format!(
            "shows a certificate for another name ({}) than {}: call it in the address as its certificate does, or have it \
             certified for that name",
            presented.iter().take(NAMES_MAX).cloned().collect::<Vec<_>>().join(", "),
            host.host
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "shows a certificate that has expired: renew it, or see to this machine's clock".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "shows a certificate that is not valid yet: see to this machine's clock".to_owned()
        }
        other => format!("shows a certificate that is not accepted ({other}): have it made anew"),
    };
    format!(
        "{shown}. If nothing of the kind is known, somebody else answers in the cluster's place: find out who. Whoever it is \
         was told neither a password nor an entry"
    )
}

/// Whether the client asks the members over TLS where the leader is, and goes by what they say.
fn asks_members(settings: &ClientSettings) -> bool {
    settings.is_secure_mode_enabled() && (settings.is_dns_discovery_enabled() || settings.hosts().len() > 1)
}

/// Nothing is wrong with the hosts as the address calls them.
fn by_other_names(said: &str) -> String {
    format!(
        "the hosts of the address answer with certificates that are accepted, and the client found no member all the same \
         ({said}). If the members know each other by other names (their advertised addresses), those must be reachable from \
         here and be in their certificates as well"
    )
}

/// Hosts with the same trouble, told together.
#[derive(Default)]
struct Told(Vec<(Vec<String>, String)>);

impl Told {
    fn add(&mut self, host: &Endpoint, reason: String) {
        let host = format!("{}:{}", host.host, host.port);
        match self.0.iter_mut().find(|(_, known)| *known == reason) {
            Some((hosts, _)) => hosts.push(host),
            None => self.0.push((vec![host], reason)),
        }
    }

    fn into_text(self) -> Option<String> {
        let parts = self.0.into_iter().map(|(hosts, reason)| match <[String; 1]>::try_from(hosts) {
            Ok([host]) => format!("{host} {reason}"),
            Err(hosts) => format!("of {} each {reason}", hosts.join(", ")),
        });
        let text = parts.collect::<Vec<_>>().join("; ");
        (!text.is_empty()).then_some(text)
    }
}
