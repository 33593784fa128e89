//! A running node, spoken to by the second implementation; its archive, replayed there and by the verifier.

use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use ledger_node::authority::Authority;
use ledger_node::clock::SystemClock;
use ledger_node::config::Config;
use ledger_node::folder::Folder;
use ledger_node::genesis::init;
use ledger_node::http::edge::Edge;
use ledger_node::{serve, start};
use tokio::sync::oneshot;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::report::Outcome;
use verifier::testing::policies;
use verifier::trust::Trust;

use crate::support::{python_is_here, run_python as run};

const ORIGIN: &str = "ledger.example.test/suite";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Sends a statement made in Python, and checks in Python the receipt that comes back.
fn speak(url: &str, trust: &Path, key: &Path, device: &str, out: &Path) {
    let (status, said) = run("speak_to_node.py", &[url, text(trust), text(key), device, text(out)]);
    assert_eq!(status, Some(0), "{said}");
    let (receipt, entry) = (out.join("receipt"), out.join("entry"));
    let device_key = std::fs::read_to_string(out.join("device-key")).unwrap();
    let check = || {
        run("verify_receipt.py", &[text(trust), text(&receipt), text(&entry), "--device-key", &device_key])
    };
    let (status, said) = check();
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("is signed with the device key given") && said.contains("the receipt holds"),
        "{said}"
    );
    let mut edited = std::fs::read(&entry).unwrap();
    *edited.last_mut().unwrap() ^= 1;
    std::fs::write(&entry, edited).unwrap();
    let (status, said) = check();
    assert_eq!(status, Some(1), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_records_what_the_second_implementation_says_and_its_receipt_holds() {
    if !python_is_here() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let place = |name: &str| home.path().join(name);
    let authorities = ["authority-1", "authority-2"].map(|name| Authority::create(&place(name)).unwrap());
    let folder = Folder::new(place("data"));
    let public = authorities.each_ref().map(Authority::public);
    init(&folder, ORIGIN, &public, &SystemClock::new()).await.unwrap();
    let node = start::open(&folder, Vec::new(), SystemClock::new()).await.unwrap();
    let edge = Edge::open(node.clone(), folder.path(), &Config::default(), SystemClock::new()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let serving = tokio::spawn(serve::run(listener, shutdown, Arc::new(edge), None));

    let (trust, out, key) = (folder.trust(), home.path().to_owned(), place("authority-1"));
    let device = public[0].device.to_string();
    let asked = trust.clone();
    tokio::task::spawn_blocking(move || speak(&url, &asked, &key, &device, &out)).await.unwrap();
    let head = node.export_archive(&place("archive")).await.unwrap();
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();

    let (asked, exported) = (folder.trust(), place("archive"));
    let (status, said) = run("replay_archive.py", &[text(&asked), text(&exported)]);
    assert_eq!(status, Some(0), "{said}");

    // Genesis, the epoch's claim, and the statement made in Python.
    assert_eq!(head.checkpoint.size(), 3);
    let trust = Trust::parse(&std::fs::read_to_string(trust).unwrap()).unwrap();
    let archive = DirectoryArchive::open(&place("archive")).unwrap();
    let options = Options { threads: NonZeroUsize::MIN };
    let report = audit(&archive, &trust, &[], &policies(), &options, &mut |_| {});
    assert_eq!(report.outcome(), Outcome::Verified, "{:#?}", report.findings);
}
