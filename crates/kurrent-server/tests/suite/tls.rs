//! Members that speak TLS.

use std::path::PathBuf;

use kurrent_server::Cluster;
use kurrentdb::StreamState::{NoStream, StreamRevision};
use tempfile::TempDir;

use crate::support::{Answer, append, client, ids};

/// A certificate that vouches for itself, its key, and the file by which a client knows it.
struct Identity {
    certificate: String,
    key: String,
    folder: TempDir,
}

impl Identity {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let identity = Self {
            certificate: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(identity.file(), &identity.certificate).unwrap();
        identity
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    async fn cluster(&self, members: usize) -> Cluster {
        Cluster::start_with_tls(members, &self.certificate, &self.key).await.unwrap()
    }

    /// The address for a client that trusts it.
    fn url(&self, cluster: &Cluster) -> String {
        format!("{}&tlsCaFile={}", cluster.url(), self.file().display())
    }
}

#[tokio::test]
async fn members_are_asked_for_their_leader_over_tls_as_well() {
    let identity = Identity::new();
    let cluster = identity.cluster(3).await;
    let url = identity.url(&cluster);
    assert_eq!(append(&client(&url), NoStream, &[1]).await, Answer::Success(0));
    cluster.kill(0).await;
    cluster.lead(2);
    assert_eq!(append(&client(&url), StreamRevision(0), &[2]).await, Answer::Success(1));
}

#[tokio::test]
async fn a_certificate_shown_from_now_on_is_for_new_connections() {
    let (first, second) = (Identity::new(), Identity::new());
    let cluster = first.cluster(1).await;
    let standing = client(&first.url(&cluster));
    assert_eq!(append(&standing, NoStream, &[1]).await, Answer::Success(0));
    cluster.show(&second.certificate, &second.key).unwrap();
    assert_eq!(append(&standing, StreamRevision(0), &[2]).await, Answer::Success(1));
    let Answer::Other(_) = append(&client(&first.url(&cluster)), StreamRevision(1), &[3]).await else {
        panic!("a client that knows the first alone")
    };
    assert_eq!(append(&client(&second.url(&cluster)), StreamRevision(1), &[3]).await, Answer::Success(2));
}

#[tokio::test]
async fn who_does_not_speak_tls_writes_nothing() {
    let cluster = Identity::new().cluster(1).await;
    let plain = client(&cluster.url().replace('?', "?tls=false&"));
    let Answer::Other(_) = append(&plain, NoStream, &[1]).await else { panic!("no TLS, no answer") };
    assert_eq!(ids(&cluster), [0_u8; 0]);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_starts_nothing() {
    let (one, other) = (Identity::new(), Identity::new());
    for (certificate, key) in [("", one.key.as_str()), (&one.certificate, &other.key), (&one.certificate, "")]
    {
        assert!(Cluster::start_with_tls(1, certificate, key).await.is_err());
    }
}
