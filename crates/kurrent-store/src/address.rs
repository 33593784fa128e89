//! Where a cluster is, and how it is spoken to.

use std::fmt;
use std::net::IpAddr;

use eventstore::ClientSettings;
use thiserror::Error;

use crate::trust;

/// The stream that a ledger lies in, unless another is named. No leading `$`: those are the server's own.
pub const STREAM: &str = "custody-ledger";

/// Longest name of a stream in bytes: a word or two. The makers allow more.
const STREAM_BYTES_MAX: usize = 200;

/// The client sleeps this long, in milliseconds, before each first connection; its own half a second would be spent at every
/// change of leader.
const DISCOVERY_INTERVAL_MS: u32 = 10;

/// A cluster's address, and the stream of a ledger in it.
#[derive(Clone)]
pub struct Address {
    pub(crate) settings: ClientSettings,
    pub(crate) stream: String,
}

/// Why an address cannot be used.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It is no connection string of KurrentDB. The reason never repeats it: it may hold a password.
    #[error(
        "the store's address cannot be read: {reason}; write kurrentdb://USER:PASSWORD@HOST:PORT[,HOST:PORT…]"
    )]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// Entries and a password would cross a network in clear.
    #[error(
        "the store's address switches TLS off for {host}, which is not this machine: leave out tls=false"
    )]
    Clear {
        /// The first host that is not a loopback address.
        host: String,
    },
    /// A server without TLS asks for no password, and whoever listens in its place would be told one.
    #[error(
        "the store's address gives a user and switches TLS off: leave out tls=false, or, for a server that has no users, \
         leave out the user and the password"
    )]
    ClearPassword,
    /// One of the two is not meant.
    #[error("the store's address gives tlsCaFile and switches TLS off: leave out one of the two")]
    ClearWithAuthority,
    /// A file that says who the cluster is, or who the node is, is not there or not what it should be.
    #[error(
        "the store's address says {parameter}={file}, which cannot be used: {reason}. It must hold, in PEM, what it names: \
         tlsCaFile the certificate of the authority that signs for the cluster, userCertFile and userKeyFile the node's own"
    )]
    File {
        /// What names it in the address.
        parameter: &'static str,
        /// Its path, as it was read.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Anybody on the way could be the cluster.
    #[error(
        "the store's address switches off the check of certificates: leave out tlsVerifyCert=false and give tlsCaFile"
    )]
    Unverified,
    /// The stream's name is empty, or one of the server's own.
    #[error(
        "a ledger cannot lie in the stream {0:?}: its name must be 1 to {STREAM_BYTES_MAX} bytes long and not begin with $"
    )]
    Stream(String),
}

impl Address {
    /// Reads the makers' connection string and the files that it names for TLS, and names the stream that the ledger lies in.
    pub fn parse(connection: &str, stream: &str) -> Result<Self, AddressError> {
        if stream.is_empty() || stream.len() > STREAM_BYTES_MAX || stream.starts_with('$') {
            return Err(AddressError::Stream(stream.to_owned()));
        }
        let settings: ClientSettings = with_interval(connection).parse().map_err(|_| {
            AddressError::Unreadable { reason: "it is not a connection string of KurrentDB".to_owned() }
        })?;
        if settings.hosts().is_empty() {
            return Err(AddressError::Unreadable { reason: "it names no host".to_owned() });
        }
        check_transport(&settings)?;
        Ok(Self { settings, stream: stream.to_owned() })
    }
}

/// Hosts and stream, and nothing of who signs on.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self
            .settings
            .hosts()
            .iter()
            .map(|endpoint| format!("{}:{}", endpoint.host, endpoint.port))
            .collect();
        write!(f, "the stream {} at {}", self.stream, hosts.join(", "))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// What passes to the cluster passes nobody else, and who answers as the cluster is it.
fn check_transport(settings: &ClientSettings) -> Result<(), AddressError> {
    if settings.is_secure_mode_enabled() {
        if !settings.is_tls_certificate_verification_enabled() {
            return Err(AddressError::Unverified);
        }
        let wrong =
            |trust::Unusable { parameter, file, reason }| AddressError::File { parameter, file, reason };
        return trust::check(settings).map_err(wrong);
    }
    if let Some(endpoint) = settings.hosts().iter().find(|endpoint| !is_loopback(&endpoint.host)) {
        return Err(AddressError::Clear { host: endpoint.host.clone() });
    }
    if settings.default_authenticated_user().is_some() {
        return Err(AddressError::ClearPassword);
    }
    if settings.tls_ca_file().is_some() { Err(AddressError::ClearWithAuthority) } else { Ok(()) }
}

/// The connection string with our interval, where it names none.
fn with_interval(connection: &str) -> String {
    if connection.to_ascii_lowercase().contains("discoveryinterval=") {
        return connection.to_owned();
    }
    let joint = if connection.contains('?') { '&' } else { '?' };
    format!("{connection}{joint}discoveryInterval={DISCOVERY_INTERVAL_MS}")
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(connection: &str, expect: &str) {
        let said = match Address::parse(connection, STREAM) {
            Ok(address) => address.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expect), "{connection}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }

    #[test]
    fn an_address_names_one_host_or_several() {
        check("kurrentdb://127.0.0.1:2113?tls=false", "the stream custody-ledger at 127.0.0.1:2113");
        check("esdb://writer:secret@one.example.test:2113,two.example.test:2113", "two.example.test:2113");
    }

    #[test]
    fn nothing_crosses_a_network_in_clear() {
        check("kurrentdb://localhost:2113?tls=false", "at localhost:2113");
        check("kurrentdb://ledger:secret@10.0.0.1:2113?tls=false", "switches TLS off for 10.0.0.1");
        check("kurrentdb://127.0.0.1:1,10.0.0.1:2?tls=false", "switches TLS off for 10.0.0.1");
        check("kurrentdb://10.0.0.1:2113?tlsVerifyCert=false", "check of certificates");
    }

    #[test]
    fn no_password_goes_to_a_server_without_tls() {
        check("kurrentdb://ledger:secret@127.0.0.1:2113?tls=false", "gives a user and switches TLS off");
        check("kurrentdb://127.0.0.1:2113?tls=false&tlsCaFile=/ca.pem", "leave out one of the two");
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        check("postgres://ledger:secret@localhost", "cannot be read");
        check("secret", "cannot be read");
    }

    #[test]
    fn a_ledger_does_not_lie_in_a_stream_of_the_servers_own() {
        let refused = Address::parse("kurrentdb://localhost:1?tls=false", "$settings");
        assert!(matches!(refused, Err(AddressError::Stream(_))));
    }
}
