//! Whom the node takes for the cluster: the files that its address names for TLS.
//!
//! The client reads the same files, and comes back from one that it cannot use with a panic, or with no authority at all and
//! without a word. So they are read here first, when the address is read and again before each client is made.

use std::fmt;

use eventstore::ClientSettings;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A file that the address names and that cannot be used.
#[derive(Debug)]
pub(crate) struct Unusable {
    /// What names it in the address.
    pub(crate) parameter: &'static str,
    pub(crate) file: String,
    pub(crate) reason: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameter, file, reason } = self;
        write!(f, "{parameter}={file} cannot be used: {reason}")
    }
}

/// Reads all files that the address names for TLS.
pub(crate) fn check(settings: &ClientSettings) -> Result<(), Unusable> {
    if let Some(file) = settings.tls_ca_file() {
        read_authorities(file)?;
    }
    if let Some((certificate, key)) = settings.user_certificate() {
        read_certificates("userCertFile", certificate)?;
        PrivateKeyDer::from_pem_file(key)
            .map_err(|error| unusable("userKeyFile", key, said(error, "private key")))?;
    }
    Ok(())
}

/// The authorities that may sign a member's certificate: those of `tlsCaFile`, and without it the machine's own.
pub(crate) fn authorities(settings: &ClientSettings) -> Result<RootCertStore, Unusable> {
    if let Some(file) = settings.tls_ca_file() {
        return read_authorities(file);
    }
    let mut authorities = RootCertStore::empty();
    // What of the machine's own cannot be read vouches for nobody, and a member whom nobody vouches for is refused.
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Ok(authorities)
}

fn read_authorities(file: &str) -> Result<RootCertStore, Unusable> {
    let mut authorities = RootCertStore::empty();
    for certificate in read_certificates("tlsCaFile", file)? {
        let none =
            |_| unusable("tlsCaFile", file, "something in it is called a certificate and is none".to_owned());
        authorities.add(certificate).map_err(none)?;
    }
    Ok(authorities)
}

fn read_certificates(parameter: &'static str, file: &str) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.and_then(|certificates| match certificates.as_slice() {
        [] => Err(pem::Error::NoItemsFound),
        _ => Ok(certificates),
    });
    found.map_err(|error| unusable(parameter, file, said(error, "certificate")))
}

fn unusable(parameter: &'static str, file: &str, reason: String) -> Unusable {
    Unusable { parameter, file: file.to_owned(), reason }
}

/// Nothing of what stands in the file, which may be a key.
fn said(error: pem::Error, wanted: &str) -> String {
    match error {
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => format!("there is no {wanted} in it"),
        _ => "it is not whole, or no PEM".to_owned(),
    }
}
