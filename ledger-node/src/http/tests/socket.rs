//! The one test over a socket: TLS, a limit on connections, and the end.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore, version};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

use super::world::World;
use crate::config::Tls;
use crate::serve::run;
use crate::tls::server_config;

#[tokio::test]
async fn the_node_answers_over_tls_1_3_alone_and_stops_when_told_to() {
    let world = World::with(|config| {
        config.tls = Some(Tls { certificate: "c.pem".into(), key: "k.pem".into() });
    })
    .await;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let tls = Tls { certificate: world.folder.path().join("c.pem"), key: world.folder.path().join("k.pem") };
    std::fs::write(&tls.certificate, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(run(
        listener,
        async { drop(stopped.await) },
        Arc::clone(&world.edge),
        Some(server_config(&tls).unwrap()),
    ));

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let [client, old_client] = [&version::TLS13, &version::TLS12].map(|version| {
        ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_no_client_auth()
    });
    let name = ServerName::try_from("localhost").unwrap();
    let connector = |client| TlsConnector::from(Arc::new(client));
    let plain = TcpStream::connect(address).await.unwrap();
    let refused = connector(old_client).connect(name.clone(), plain).await.unwrap_err();
    assert!(refused.to_string().contains("ProtocolVersion"), "{refused}");
    let plain = TcpStream::connect(address).await.unwrap();
    let mut connection = connector(client).connect(name, plain).await.unwrap();
    connection
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    assert!(answer.ends_with(r#"{"status":"ready"}"#), "{answer}");

    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), serving).await.unwrap().unwrap().unwrap();
    assert!(!world.edge.node.is_ready(), "the node has been shut down with its edge");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_plain_listener_beyond_loopback_is_refused() {
    let world = World::new().await;
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let refused = run(listener, std::future::pending(), Arc::clone(&world.edge), None).await.unwrap_err();
    assert!(refused.to_string().starts_with("listen: 0.0.0.0:"), "{refused}");
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_closed_and_room_comes_back() {
    let world = World::with(|config| config.limits.connections_max = 1).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(run(listener, std::future::pending(), Arc::clone(&world.edge), None));
    let mut first = TcpStream::connect(address).await.unwrap();
    assert!(ask(&mut first).await.starts_with("HTTP/1.1 200"), "the first is served and stays open");
    let mut second = TcpStream::connect(address).await.unwrap();
    assert_eq!(ask(&mut second).await, "", "closed without an answer");
    drop(first);
    // The server learns of the end when it reads it; until then the next may be turned away as well.
    let again = async {
        loop {
            let mut third = TcpStream::connect(address).await.unwrap();
            if ask(&mut third).await.starts_with("HTTP/1.1 200") {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
    serving.abort();
}

/// Asks whether the node lives, and leaves the connection open; empty if it was closed.
async fn ask(connection: &mut TcpStream) -> String {
    if connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.is_err() {
        return String::new();
    }
    let mut answer = [0; 4096];
    let len = connection.read(&mut answer).await.unwrap_or(0);
    String::from_utf8_lossy(&answer[..len]).into_owned()
}
