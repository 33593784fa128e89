//! Certificates, and clusters that show them.

use std::fs;
use std::path::{Path, PathBuf};

use kurrent_server::Cluster;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// Who signs the certificates of a cluster, and the file that names it.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) folder: TempDir,
}

/// A certificate and its key, both PEM.
pub(crate) struct Shown(pub(crate) String, pub(crate) String);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(crate) fn signs(&self, names: &[&str]) -> Shown {
        self.signs_with(names, |_| {})
    }

    pub(crate) fn signs_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Shown {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Shown(params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    /// A cluster that it vouches for, and the address by which a node knows that.
    pub(crate) async fn cluster(&self, members: usize) -> (Cluster, String) {
        let cluster = showing(members, &self.signs(&["127.0.0.1"])).await;
        let url = trusting(&cluster.url(), &self.file());
        (cluster, url)
    }
}

pub(crate) async fn showing(members: usize, Shown(certificate, key): &Shown) -> Cluster {
    Cluster::start_with_tls(members, certificate, key).await.unwrap()
}

pub(crate) fn trusting(url: &str, authority: &Path) -> String {
    format!("{url}&tlsCaFile={}", authority.display())
}
