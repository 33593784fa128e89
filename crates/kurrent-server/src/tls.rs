//! What a cluster shows to those who ask for TLS: its certificate. It asks nobody for one.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Reads a chain of certificates, the members' own first, and its key; both PEM.
pub(crate) fn acceptor(certificates: &str, key: &str) -> Result<TlsAcceptor> {
    let certificates = CertificateDer::pem_slice_iter(certificates.as_bytes());
    let certificates = certificates.collect::<std::result::Result<_, _>>().map_err(unusable)?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(unusable)?;
    // By name: what is the default is up to the client in the same process.
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unusable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::InvalidInput, error)
}
