//! A ledger that several nodes serve, as an authority and an operator name them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use custody_proto::v1;
use prost::Message as _;

use super::{SITE, World, done, refuse};

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:1";

/// What answers like this to everything and takes nothing, until it is dropped.
struct Front {
    url: String,
    asked: Arc<AtomicUsize>,
    has_ended: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl Front {
    fn answering(status: u16, code: &str) -> Self {
        Self::saying(status, format!(r#"{{"code":"{code}","detail":"not this node"}}"#).as_bytes())
    }

    fn saying(status: u16, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let answer = [head.as_bytes(), body].concat();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, has_ended) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let (count, end) = (Arc::clone(&asked), Arc::clone(&has_ended));
        let serving = std::thread::spawn(move || {
            for socket in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                let mut socket = BufReader::new(socket.unwrap());
                read_request(&mut socket);
                socket.get_mut().write_all(&answer).unwrap();
            }
        });
        Self { url, asked, has_ended, serving: Some(serving) }
    }

    fn standby() -> Self {
        Self::answering(503, "not-writer")
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::SeqCst);
        // So that it looks.
        let _woken = TcpStream::connect(self.url.strip_prefix("http://").unwrap());
        if let Some(serving) = self.serving.take() {
            serving.join().unwrap();
        }
    }
}

fn read_request(socket: &mut BufReader<TcpStream>) {
    let mut length = 0;
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    socket.read_exact(&mut vec![0; length]).unwrap();
}

#[test]
fn what_a_standby_does_not_take_and_nobody_answers_goes_to_the_next_node() {
    let world = World::new();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    let (node, standby) = (world.serve(), Front::standby());
    let to = ["--trust", "trust.toml", "--node", &standby.url, "--node", NOBODY, "--node", &node.address];
    let signed = world.run(&[&["authority", "sign", "a.key", "site.json"][..], &to].concat());
    let proposed = done(&signed);
    let hash = proposed.lines().next().unwrap();
    assert!(proposed.contains("c2sp.org/tlog-proof@v1"), "{proposed}");
    let said = String::from_utf8(signed.stderr).unwrap();
    assert!(said.contains(": 503 Service Unavailable: not this node; "), "{said}");
    assert!(said.contains(&format!("; {}/v1/statements answered", node.address)), "{said}");
    let listed = [standby.url.as_str(), &node.address].join(",");
    let mut approve = world.command(&["authority", "approve", "b.key", hash, "--trust", "trust.toml"]);
    done(&approve.env("CUSTODY_NODE", listed).output().unwrap());
    assert_eq!(standby.asked(), 2);

    let token = done(&world.run(&["token", "add", "--data", "data", "--scope", "operate", "--name", "ops"]));
    std::fs::create_dir(world.path("copies")).unwrap();
    let to = ["--token", token.trim(), "--node", NOBODY, "--node", &node.address];
    done(&world.run(&[&["export", "archive", "one"][..], &to].concat()));
    assert!(world.path("copies/archive-one/checkpoint").exists());
}

#[test]
fn what_no_node_takes_waits_and_each_is_told_of() {
    let world = World::new();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    let standby = Front::standby();
    let nodes = ["--node", NOBODY, "--node", &standby.url];
    let sign = ["authority", "sign", "a.key", "site.json", "--trust", "trust.toml"];
    let signed = world.run(&[&sign[..], &nodes].concat());
    refuse(&signed, 1, "127.0.0.1:1/v1/statements: ");
    refuse(&signed, 1, &format!("; {}/v1/statements: 503 Service Unavailable: not this node", standby.url));
    assert!(done(&world.run(&["authority", "show", "a.key"])).contains("waits to be sent"));
    let node = world.serve();
    // One that answers all the same.
    let code = Some("not-writer".to_owned());
    let outcome = v1::Outcome { status: v1::OutcomeStatus::NotYet.into(), code, ..v1::Outcome::default() };
    let response = v1::SubmitResponse { outcomes: vec![outcome], ..v1::SubmitResponse::default() };
    let other = Front::saying(200, &response.encode_to_vec());
    let send = ["authority", "send", "a.key", "--node", &other.url];
    refuse(&world.run(&send), 1, "it stands by: another node");
    let send = [&send[..], &["--node", &node.address]].concat();
    done(&world.run(&send));
}

#[test]
fn what_one_node_has_answered_or_may_have_done_no_other_is_asked_for() {
    let world = World::new();
    let other = World::new();
    let (node, after) = (world.serve(), Front::standby());
    std::fs::copy(other.path("trust.toml"), world.path("other.toml")).unwrap();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    // Declined: bound to the other ledger.
    let sign = ["authority", "sign", "a.key", "site.json", "--trust", "other.toml"];
    let to = ["--node", &node.address, "--node", &after.url];
    refuse(&world.run(&[&sign[..], &to].concat()), 3, "wrong-enrolment");
    let sign = ["authority", "sign", "b.key", "site.json", "--trust", "trust.toml"];
    for (place, (status, code)) in
        [(500, "internal"), (401, "unauthorised"), (503, "timeout")].iter().enumerate()
    {
        let first = Front::answering(*status, code);
        let to = ["--node", &first.url, "--node", &after.url];
        let args = if place == 0 { sign.to_vec() } else { vec!["authority", "send", "b.key"] };
        refuse(&world.run(&[&args[..], &to].concat()), 1, &format!(": {status} "));
    }
    // A wrong address is refused before any node is asked.
    let to = ["--node", &after.url, "--node", "http://192.0.2.1"];
    refuse(&world.run(&[&["authority", "send", "b.key"][..], &to].concat()), 1, "must begin with https://");
    assert_eq!(after.asked(), 0);
}

#[test]
fn one_node_is_told_to_write_and_no_other_is_asked_in_its_place() {
    let world = World::new();
    let (node, other) = (world.serve(), Front::standby());
    let token = done(&world.run(&["token", "add", "--data", "data", "--scope", "operate", "--name", "ops"]));
    let take_over = ["take-over", "--token", token.trim(), "--node", &node.address];
    refuse(&world.run(&[&take_over[..], &["--node", &other.url]].concat()), 1, "say which one is to write");
    refuse(&world.run(&["take-over", "--token", token.trim()]), 1, "--node names 0 nodes");
    refuse(&world.run(&take_over), 1, "the only one of its ledger");
    let several = Front::saying(200, br#"{"epoch":7}"#);
    let told = world.run(&["take-over", "--token", token.trim(), "--node", &several.url]);
    assert_eq!(done(&told), "{\"epoch\":7}\n");
    assert_eq!((several.asked(), other.asked()), (1, 0));
}

#[test]
fn what_another_node_was_sent_is_taken_in_while_no_node_runs() {
    let world = World::new();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    let mut node = world.serve();
    let sign = ["authority", "sign", "a.key", "site.json", "--trust", "trust.toml", "--node", &node.address];
    let signed = done(&world.run(&sign));
    let hash = signed.lines().next().unwrap();
    let take_in = ["--data", "data", "vault", "take-in", "copy", "--as", "records"];
    refuse(&world.run(&take_in), 1, "the node must not be running");
    node.end();
    let show = || world.run(&["--data", "data", "vault", "show", hash, "--as", "records"]);
    let shown = done(&show());
    // As on the other node: a copy of the vault, its keys beside it; and here a vault that was sent nothing.
    done(&world.run(&["--data", "data", "backup", "copy"]));
    refuse(&world.run(&take_in), 1, "copy/vault-keys.sqlite");
    done(&world.run(&["--data", "data", "vault", "copy-keys", "copy/vault-keys.sqlite"]));
    for file in std::fs::read_dir(world.path("data")).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("vault") {
            std::fs::remove_file(path).unwrap();
        }
    }
    refuse(&show(), 1, "holds no opening");
    let openings = shown.lines().count();
    let told = format!(r#"{{"new":{openings},"known":0,"closed":0,"evidence":0}}"#);
    assert_eq!(done(&world.run(&take_in)).trim(), told);
    assert_eq!(done(&show()), shown);
    let log = done(&world.run(&["--data", "data", "access"]));
    assert!(log.contains("vault take-in"), "{log}");
}
