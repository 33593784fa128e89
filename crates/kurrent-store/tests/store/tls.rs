//! TLS, as in the field: the node speaks to the cluster that its authority vouches for, and to nobody else.

use std::fs;

use kurrent_server::Cluster;
use kurrent_store::{Address, KurrentStore, OpenError, Patience, Roles, STREAM};
use ledger_store::{AppendError, Store};
use rcgen::date_time_ymd;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::rustls::crypto::CryptoProvider;

use crate::authority::{Authority, Shown, showing, trusting};
use crate::support::{PATIENCE, all, batch, open_at};

/// The same with a user and a password.
fn signed_on(url: &str) -> String {
    url.replacen("://", "://ledger-node:secret@", 1)
}

/// The store is not opened, says all of this and no password, and has written nothing.
async fn check_refused(cluster: &Cluster, url: &str, says: &[&str]) {
    let refused = open_at(url, STREAM).await.unwrap_err();
    assert!(matches!(refused, OpenError::Unreached { .. }), "{refused:?}");
    let text = refused.to_string();
    for part in says {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(cluster.appends(), 0);
    for stream in [STREAM.to_owned(), format!("$${STREAM}")] {
        assert!(cluster.events(&stream).is_empty(), "nothing was written to {stream}");
    }
}

#[tokio::test]
async fn when_the_leader_dies_the_next_one_is_found_over_tls() {
    let authority = Authority::new("authority");
    let (cluster, url) = authority.cluster(3).await;
    let store = open_at(&url, STREAM).await.unwrap();
    assert_eq!(store.append(0, &batch("before", 2)).await, Ok(2));
    cluster.kill(0).await;
    cluster.lead(1);
    assert_eq!(store.append(2, &batch("after", 1)).await, Ok(3));
    assert_eq!(all(&store).await, [batch("before", 2).entries(), batch("after", 1).entries()].concat());
}

/// The second has the name of the first, as somebody who stands in for the cluster would have it.
#[tokio::test]
async fn a_cluster_that_another_authority_vouches_for_is_refused() {
    let ours = Authority::new("authority");
    for (name, members) in [("another", 1), ("authority", 1), ("another", 3)] {
        let theirs = Authority::new(name);
        let cluster = showing(members, &theirs.signs(&["127.0.0.1"])).await;
        let url = signed_on(&trusting(&cluster.url(), &ours.file()));
        let file = ours.file().display().to_string();
        check_refused(&cluster, &url, &["shows a certificate that no authority in", &file, "find out who"])
            .await;
    }
}

/// A mistyped `tlsCaFile` is a parameter that the client does not know, and passes over.
#[tokio::test]
async fn without_an_authority_the_ones_of_the_machine_count() {
    let authority = Authority::new("authority");
    let (cluster, url) = authority.cluster(1).await;
    let says = ["no authority signed which this machine knows", "with tlsCaFile"];
    check_refused(&cluster, &cluster.url(), &says).await;
    check_refused(&cluster, &url.replace("tlsCaFile", "tlsCaFiel"), &says).await;
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("authority");
    let cluster = showing(1, &authority.signs(&["ledger.example.test", "localhost"])).await;
    let url = trusting(&cluster.url(), &authority.file());
    let says = ["shows a certificate for another name", "ledger.example.test", "than 127.0.0.1"];
    check_refused(&cluster, &signed_on(&url), &says).await;
    assert!(open_at(&url.replace("127.0.0.1", "localhost"), STREAM).await.is_ok());
}

/// The client goes to the leader by the name that the members have for it.
#[tokio::test]
async fn the_names_that_members_have_for_each_other_must_be_in_their_certificates() {
    let authority = Authority::new("authority");
    let cluster = showing(3, &authority.signs(&["localhost"])).await;
    let url = trusting(&cluster.url(), &authority.file()).replace("127.0.0.1", "localhost");
    check_refused(&cluster, &url, &["advertised addresses", "be in their certificates as well"]).await;
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_refused() {
    let authority = Authority::new("authority");
    let over = authority.signs_with(&["127.0.0.1"], |params| params.not_after = date_time_ymd(2001, 1, 1));
    let early = authority.signs_with(&["127.0.0.1"], |params| params.not_before = date_time_ymd(4000, 1, 1));
    for (shown, says) in [(over, "has expired"), (early, "is not valid yet")] {
        let cluster = showing(1, &shown).await;
        check_refused(
            &cluster,
            &trusting(&cluster.url(), &authority.file()),
            &[says, "this machine's clock"],
        )
        .await;
    }
}

#[tokio::test]
async fn a_cluster_without_tls_is_not_spoken_to_over_an_address_with_it() {
    let authority = Authority::new("authority");
    for members in [1, 3] {
        let cluster = Cluster::start(members).await.unwrap();
        let url = trusting(&cluster.url().replace("tls=false&", ""), &authority.file());
        check_refused(&cluster, &signed_on(&url), &["does not speak TLS", "nothing was sent"]).await;
    }
}

#[tokio::test]
async fn a_cluster_with_tls_is_not_spoken_to_over_an_address_without_it() {
    let authority = Authority::new("authority");
    for members in [1, 3] {
        let cluster = showing(members, &authority.signs(&["127.0.0.1"])).await;
        let url = cluster.url().replace('?', "?tls=false&");
        check_refused(&cluster, &url, &["speaks TLS", "leave out tls=false"]).await;
    }
}

#[tokio::test]
async fn hosts_that_nobody_answers_at_are_named() {
    let authority = Authority::new("authority");
    let (cluster, url) = authority.cluster(3).await;
    for member in 0..3 {
        cluster.kill(member).await;
    }
    check_refused(&cluster, &url, &["each cannot be reached"]).await;
}

#[tokio::test]
async fn a_user_is_known_to_the_cluster_by_a_password_sent_over_tls() {
    let authority = Authority::new("authority");
    let (cluster, url) = authority.cluster(3).await;
    cluster.require("ledger-node", "secret");
    let store = open_at(&signed_on(&url), STREAM).await.unwrap();
    assert_eq!(store.append(0, &batch("entry", 1)).await, Ok(1));
    let wrong = open_at(&signed_on(&url).replace("secret", "secrex"), STREAM).await.unwrap_err().to_string();
    assert!(wrong.contains("could not be opened") && !wrong.contains("secrex"), "{wrong}");
    assert!(open_at(&url, STREAM).await.is_err());
    let plain = signed_on(&url).replace('?', "?tls=false&");
    let refused = Address::parse(&plain, STREAM).unwrap_err().to_string();
    assert!(
        refused.contains("gives a user and switches TLS off") && !refused.contains("secret"),
        "{refused}"
    );
}

/// Whoever listens in the cluster's place gets the beginning of a handshake, in which there is no word of HTTP.
#[tokio::test]
async fn before_a_certificate_is_accepted_nothing_is_sent_but_a_handshake() {
    /// The type of a TLS record with a part of a handshake (RFC 8446 §5.1).
    const HANDSHAKE: u8 = 22;
    let authority = Authority::new("authority");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("kurrentdb://{}?discoveryInterval=10", listener.local_addr().unwrap());
    let url = signed_on(&trusting(&url, &authority.file()));
    let mut first_bytes = Vec::new();
    let eavesdrop = async {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            first_bytes.push(stream.read_u8().await.unwrap());
        }
    };
    let opened = tokio::select! {
        opened = open_at(&url, STREAM) => opened,
        () = eavesdrop => unreachable!("it never has enough"),
    };
    let refused = opened.unwrap_err().to_string();
    assert!(refused.contains("ends the connection when it is asked for TLS"), "{refused}");
    assert!(!first_bytes.is_empty() && first_bytes.iter().all(|byte| *byte == HANDSHAKE), "{first_bytes:?}");
}

/// A node's own listener asks for ring by name, before the client makes its own the default of the process and after.
#[tokio::test]
async fn a_listener_with_ring_and_a_client_with_another_cryptography_share_a_process() {
    let authority = Authority::new("authority");
    let (_before, url) = authority.cluster(1).await;
    assert!(open_at(&url, STREAM).await.is_ok());
    assert!(CryptoProvider::get_default().is_some(), "the client has made one the default");
    let (_after, url) = authority.cluster(1).await;
    assert!(open_at(&url, STREAM).await.is_ok());
}

/// The client would panic over a file that is garbled, and take an empty one for no authority at all.
#[test]
fn a_file_of_the_address_that_cannot_be_used_is_refused_before_anything_is_connected() {
    let authority = Authority::new("authority");
    let Shown(_, key) = authority.signs(&["127.0.0.1"]);
    let garbled = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let put = |name: &str, text: &str| {
        let path = authority.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (good, absent) = (authority.file().display().to_string(), put("absent", ""));
    fs::remove_file(&absent).unwrap();
    for (parameters, says) in [
        (format!("tlsCaFile={absent}"), "No such file"),
        (format!("tlsCaFile={}", put("empty", "")), "no certificate in it"),
        (format!("tlsCaFile={}", put("garbled", garbled)), "not whole"),
        (format!("tlsCaFile={}", put("none", no_certificate)), "is called a certificate and is none"),
        (format!("tlsCaFile={}", put("key", &key)), "no certificate in it"),
        (format!("tlsCaFile={}", authority.folder.path().display()), "Is a directory"),
        (format!("userCertFile={absent}&userKeyFile={good}"), "No such file"),
        (format!("userCertFile={good}&userKeyFile={good}"), "no private key in it"),
    ] {
        let url = format!("kurrentdb://ledger:secret@one.example.test:2113?{parameters}");
        let text = Address::parse(&url, STREAM).unwrap_err().to_string();
        assert!(text.contains(says) && text.contains("cannot be used"), "{parameters}: {text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

/// A store over TLS with an entry, whose patience is short: each test lets it come to an end once.
async fn given(authority: &Authority) -> (Cluster, KurrentStore) {
    let (cluster, url) = authority.cluster(1).await;
    let patience = Patience { settle: PATIENCE.pause, ..PATIENCE };
    let address = Address::parse(&url, STREAM).unwrap();
    let store = KurrentStore::open(address, &Roles::default(), patience).await.unwrap();
    store.append(0, &batch("before", 1)).await.unwrap();
    (cluster, store)
}

/// The cluster dies, and the store notices: its next call needs a connection and a client, both new.
async fn die(cluster: &Cluster, store: &KurrentStore) {
    cluster.kill(0).await;
    assert!(store.head().await.is_err());
}

/// Nothing was sent, which is no doubt, and why.
async fn check_unsent(store: &KurrentStore, says: &[&str]) {
    match store.append(1, &batch("after", 1)).await {
        Err(AppendError::Unavailable { reason }) => {
            assert!(says.iter().all(|part| reason.contains(part)), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_cluster_that_comes_back_with_a_strangers_certificate_is_told_nothing() {
    let (authority, other) = (Authority::new("authority"), Authority::new("another"));
    let (cluster, store) = given(&authority).await;
    let Shown(certificate, key) = other.signs(&["127.0.0.1"]);
    die(&cluster, &store).await;
    cluster.show(&certificate, &key).unwrap();
    cluster.revive(0).await.unwrap();
    let before = cluster.appends();
    check_unsent(&store, &["shows a certificate that no authority in"]).await;
    assert_eq!(cluster.appends(), before);
    let Shown(certificate, key) = authority.signs(&["127.0.0.1"]);
    cluster.show(&certificate, &key).unwrap();
    assert_eq!(store.append(1, &batch("after", 1)).await, Ok(2), "once it is mended it goes on");
}

/// The client reads the file each time that it is made anew, which is when the cluster has failed.
#[tokio::test]
async fn a_file_of_authorities_that_is_spoiled_later_stops_no_store_for_good() {
    let authority = Authority::new("authority");
    let (cluster, store) = given(&authority).await;
    let good = fs::read(authority.file()).unwrap();
    die(&cluster, &store).await;
    cluster.revive(0).await.unwrap();
    for spoiled in [&b""[..], b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        fs::write(authority.file(), spoiled).unwrap();
        check_unsent(&store, &["tlsCaFile=", "cannot be used"]).await;
    }
    fs::write(authority.file(), good).unwrap();
    assert_eq!(store.append(1, &batch("after", 1)).await, Ok(2));
}
