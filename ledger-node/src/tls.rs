//! The certificate and key that the node shows, and TLS 1.3 by rustls.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::{ServerConfig, version};

use crate::config::{ConfigError, Tls};

/// Reads the files of the configuration. Errors name the field.
pub fn server_config(tls: &Tls) -> Result<Arc<ServerConfig>, ConfigError> {
    let certificates = read_certificates(&tls.certificate)
        .map_err(|error| wrong("tls.certificate", &tls.certificate, &error))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| wrong("tls.key", &tls.key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        // By name: what is the default depends on the features that other crates of the program ask for.
        .with_protocol_versions(&[&version::TLS13])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| wrong("tls.key", &tls.key, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, pem::Error> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)?.collect::<Result<_, _>>()?;
    if certificates.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(certificates) }
}

fn wrong(field: &'static str, path: &Path, error: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::Field { field, problem: format!("{} cannot be used: {error}", path.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_or_key_that_cannot_be_used_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let other = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let certificate = put("c.pem", &made.cert.pem());
        let key = put("k.pem", &made.signing_key.serialize_pem());
        let of = |certificate: &Path, key: &Path| {
            server_config(&Tls { certificate: certificate.to_owned(), key: key.to_owned() })
        };
        assert!(of(&certificate, &key).is_ok());
        let absent = folder.path().join("absent.pem");
        let refuse = |certificate: &Path, key: &Path, field: &str| {
            let error = of(certificate, key).unwrap_err().to_string();
            assert!(error.starts_with(field), "{error}");
        };
        refuse(&absent, &key, "tls.certificate: ");
        refuse(&put("empty.pem", ""), &key, "tls.certificate: ");
        refuse(&certificate, &absent, "tls.key: ");
        refuse(&certificate, &put("other.pem", &other.signing_key.serialize_pem()), "tls.key: ");
    }
}
