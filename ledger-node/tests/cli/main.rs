//! The program as an operator and two authorities use it.
#![expect(clippy::unwrap_used, reason = "what a test's helper cannot do ends the test")]

mod nodes;

mod silence;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use custody::id::{BootId, DeviceId};
use custody_proto::v1;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::key::SigningKey;
use ledger_format::possession::possession_message;
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::json::fact_from_json;
use prost::Message as _;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A ledger just made, and the folder it and the keys lie in.
struct World {
    folder: TempDir,
}

/// A running node, ended when dropped.
struct Running {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
}

impl Running {
    /// Ends it; returns its whole log.
    fn end(&mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reading) = self.reading.take() {
            reading.join().unwrap();
        }
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.end();
    }
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        let authorities = ["a.key", "b.key"].map(|key| done(&world.run(&["authority", "new", key])));
        let [first, second] = authorities.each_ref().map(|printed| printed.trim());
        let made = ["init", "--data", "data", "--origin", "ledger.example/cli", "--trust-out", "trust.toml"];
        let made = world.run(&[&made[..], &["--authority", first, "--authority", second]].concat());
        assert!(done(&made).starts_with("genesis "));
        world
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger-node"));
        command.args(args).current_dir(self.folder.path()).env_clear();
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn serve(&self) -> Running {
        self.serve_with(&[])
    }

    fn serve_with(&self, environment: &[(&str, &str)]) -> Running {
        let config = "data = 'data'\ncopies = 'copies'\n";
        std::fs::write(self.path("node.toml"), config).unwrap();
        let args = ["serve", "--config", "node.toml", "--listen", "127.0.0.1:0"];
        let mut command = self.command(&args);
        command.envs(environment.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        let keep = move |line: &String| {
            let mut kept = kept.lock().unwrap();
            kept.push_str(line);
            kept.push('\n');
        };
        let listening = lines.by_ref().map(Result::unwrap).inspect(&keep);
        let listening = { listening }.find(|line| line.contains("listening")).unwrap();
        let address = listening.split("address=").nth(1).unwrap().split(' ').next().unwrap();
        let address = format!("http://{address}");
        // Read on, so that the log never fills its pipe.
        let reading = std::thread::spawn(move || lines.map(Result::unwrap).for_each(|line| keep(&line)));
        Running { child, address, log, reading: Some(reading) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[track_caller]
fn refuse(output: &Output, status: i32, expect: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(said.contains(expect), "{said}");
}

const SITE: &str = r#"{"site_registered": {"declared": {
    "site": "55555555-0000-4000-8000-000000000001", "name": {"value": "Kingsbury Road"}}}}"#;

#[test]
fn two_authorities_register_a_site_and_its_name_is_in_the_vault_alone() {
    let world = World::new();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    let node = world.serve();
    let to = ["--trust", "trust.toml", "--node", &node.address];
    let proposed = done(&world.run(&[&["authority", "sign", "a.key", "site.json"][..], &to].concat()));
    let hash = proposed.lines().next().unwrap();
    assert!(proposed.contains("c2sp.org/tlog-proof@v1"), "{proposed}");
    done(&world.run(&[&["authority", "approve", "b.key", hash][..], &to].concat()));
    let shown = done(&world.run(&["vault", "show", hash, "--data", "data", "--as", "tester"]));
    assert!(shown.contains("Kingsbury Road"), "{shown}");
    let log = done(&world.run(&["access", "--data", "data"]));
    assert!(log.contains(r#""who":"command line: tester""#) && log.contains(hash), "{log}");
    let disclosure = shown.split(r#""disclosure":""#).nth(1).unwrap().split('"').next().unwrap();
    for file in std::fs::read_dir(world.path("data")).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!contains(&bytes, disclosure.as_bytes()), "{} holds it in clear", path.display());
    }
    assert!(!world.path("a.key.openings").exists(), "nothing is kept that the vault has");
}

#[test]
fn what_is_erased_by_a_running_node_or_a_stopped_one_is_shown_as_erased() {
    let world = World::new();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    let node = world.serve();
    let to = ["--trust", "trust.toml", "--node", &node.address];
    let proposed = done(&world.run(&[&["authority", "sign", "a.key", "site.json"][..], &to].concat()));
    let hash = proposed.lines().next().unwrap();
    let token =
        done(&world.run(&["token", "add", "--data", "data", "--scope", "operate", "--name", "records"]));
    let erase = |more: &[&str]| {
        let args = ["vault", "erase", "--authority", "review 7, A. Surname", "--as", "records 4"];
        world.run(&[&args[..], more].concat())
    };
    let asked = ["--node", &node.address, "--token", token.trim(), "--statement", hash, "--field", "name"];
    let erased = done(&erase(&asked));
    assert!(erased.contains(r#""field":"name""#) && erased.contains(r#""is_new":true"#), "{erased}");
    refuse(&erase(&["--data", "data", "--statement", hash]), 1, "ask it: --node");
    refuse(&erase(&["--data", "data"]), 2, "--statement");
    drop(node);

    let again = done(&erase(&["--data", "data", "--statement", hash]));
    assert!(again.contains(r#""is_new":false"#), "{again}");
    let shown = done(&world.run(&["vault", "show", hash, "--data", "data", "--as", "tester"]));
    assert!(shown.contains("ERASED (entry "), "{shown}");
    let log = done(&world.run(&["access", "--data", "data"]));
    assert!(log.contains(r#""who":"records: records 4""#) && log.contains("erase name of "), "{log}");
    assert!(!log.contains("Kingsbury") && !log.contains("Surname"), "{log}");

    // The keys are copied apart, and once.
    let copy = ["vault", "copy-keys", "keys-apart", "--data", "data"];
    done(&world.run(&copy));
    refuse(&world.run(&copy), 1, "keys-apart");
    std::fs::remove_file(world.path("data").join("vault-keys.sqlite")).unwrap();
    let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0"];
    refuse(&world.run(&serve), 1, "there is no key file at");
}

const EXHIBIT: &str = "eeeeeeee-0000-4000-8000-000000000001";

impl World {
    /// Two authorities enrol a desk, and somebody registers an exhibit there.
    fn register(&self, node: &Running) {
        let key = SigningKey::from_seed(&[0xd1; 32]);
        let (device, public) = (DeviceId([0xd1; 16]), *key.public_key().as_bytes());
        let possession = hex::encode(key.sign(&possession_message(&device.0, &public)));
        let enrolled = json!({"device_enrolled": {"declared": {
            "device": device.to_string(), "kind": "desk", "possession": possession,
            "key": {"algorithm": "ed25519", "key": hex::encode(public)}}}});
        std::fs::write(self.path("desk.json"), enrolled.to_string()).unwrap();
        let to = ["--trust", "trust.toml", "--node", &node.address];
        let said = done(&self.run(&[&["authority", "sign", "a.key", "desk.json"][..], &to].concat()));
        let hash = said.lines().next().unwrap();
        let approved = self.run(&[&["authority", "approve", "b.key", hash][..], &to].concat());
        done(&approved);
        let printed = String::from_utf8(approved.stderr).unwrap();
        let enrolment = printed.split("leaf hash ").nth(1).unwrap().split_whitespace().next().unwrap();

        let mut chain = DeviceChain::new(device, enrolment.parse().unwrap());
        let mut say = |fact: Value| {
            let (fact, openings) = fact_from_json(&fact).unwrap();
            let time = SystemClock::new().read().to_message(BootId([7; 16]));
            let (envelope, _) = chain.say(Saying::new(fact, time), &key).unwrap();
            let openings = openings.into_iter().map(|opening| opening.encoded).collect();
            let submission = v1::Submission { envelope: Some(envelope.to_message()), openings };
            let request = v1::SubmitRequest { submissions: vec![submission], seen_size: 0 }.encode_to_vec();
            let post = ureq::post(format!("{}/v1/statements", node.address));
            let mut answer = post.content_type("application/x-protobuf").send(&request).unwrap();
            let answer = answer.body_mut().read_to_vec().unwrap();
            let answer = v1::SubmitResponse::decode(answer.as_slice()).unwrap();
            assert_eq!(answer.outcomes.first().unwrap().status(), v1::OutcomeStatus::Recorded, "{answer:?}");
            envelope.statement_hash().to_string()
        };
        let officer = "99999999-0000-4000-8000-000000000001";
        let session = say(json!({"session_opened": {
            "observed": {"method": "card"}, "declared": {"person": officer}}}));
        say(json!({"exhibit_registered": {"declared": {
            "exhibit": EXHIBIT, "case": "ca5eca5e-0000-4000-8000-000000000001",
            "reference_tag": "ab".repeat(32), "exhibit_reference": {"value": "AB/1"},
            "description": {"value": "a red kitchen knife"},
            "registrar": {"person": officer, "session": session},
            "producer": officer, "holder": officer, "category": "other", "closure": "unsealed"}}}));
    }
}

#[test]
fn a_bundle_asked_of_a_running_node_has_the_bytes_of_one_made_while_it_is_stopped() {
    let world = World::new();
    let token = done(&world.run(&["token", "add", "--data", "data", "--scope", "operate", "--name", "ops"]));
    let node = world.serve();
    world.register(&node);
    let disclose = |out: &str, more: &[&str]| {
        let who = ["--profile", "defence", "--recipient", "A. Surname, solicitor", "--exhibit", EXHIBIT];
        world.run(&[&["disclose", "--out", out][..], &who, more].concat())
    };
    let running = ["--node", &node.address, "--token", token.trim()];
    let printed = done(&disclose("first.zip", &running));
    let value = |name: &str| printed.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    let (digest, at) = (value("SHA-256  "), value("the same again: --at "));
    let first = std::fs::read(world.path("first.zip")).unwrap();
    let log = done(&world.run(&["access", "--data", "data"]));
    assert!(
        log.contains(&format!("POST /v1/exhibits/{EXHIBIT}/bundle")) && !log.contains("Surname"),
        "{log}"
    );

    let again = done(&disclose("again.zip", &[&running[..], &["--at", &at]].concat()));
    assert!(again.contains(&digest) && again.contains(&format!("--at {at}")), "{again}");
    assert!(std::fs::read(world.path("again.zip")).unwrap() == first);
    refuse(&disclose("first.zip", &running), 1, "first.zip is in the way");
    assert!(std::fs::read(world.path("first.zip")).unwrap() == first);
    refuse(&disclose("none.zip", &["--node", &node.address]), 1, "a token of scope operate is needed");
    drop(node);

    let stopped = done(&disclose("stopped.zip", &["--data", "data", "--at", &at, "--as", "officer 7"]));
    assert!(stopped.contains(&digest), "{stopped}");
    assert!(std::fs::read(world.path("stopped.zip")).unwrap() == first);
    let log = done(&world.run(&["access", "--data", "data"]));
    assert!(log.contains(r#""who":"command line: officer 7""#), "{log}");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn what_could_not_be_sent_is_sent_again_and_nothing_is_signed_before() {
    let world = World::new();
    std::fs::write(world.path("site.json"), SITE).unwrap();
    let sign = ["authority", "sign", "a.key", "site.json", "--trust", "trust.toml", "--node"];
    let nobody = ["http://127.0.0.1:1"];
    refuse(&world.run(&[&sign[..], &nobody].concat()), 1, "127.0.0.1:1");
    refuse(&world.run(&[&sign[..], &nobody].concat()), 1, "is not answered yet: authority send");
    let node = world.serve();
    let sent = done(&world.run(&["authority", "send", "a.key", "--node", &node.address]));
    let hash = sent.lines().next().unwrap();
    assert!(done(&world.run(&["vault", "show", hash, "--data", "data", "--as", "x"])).contains("Kingsbury"));
    refuse(&world.run(&["authority", "send", "a.key", "--node", &node.address]), 1, "nothing waits");
}

#[test]
fn a_declined_statement_is_exit_status_3_and_its_number_is_free_again() {
    let world = World::new();
    let other = World::new();
    let node = world.serve();
    let hash = "ab".repeat(32);
    // Bound to the other ledger, so that this one's node must decline it.
    std::fs::copy(other.path("trust.toml"), world.path("other.toml")).unwrap();
    let approve = ["authority", "approve", "a.key", &hash, "--node", &node.address, "--trust", "other.toml"];
    refuse(&world.run(&approve), 3, "wrong-enrolment");
    assert!(!done(&world.run(&["authority", "show", "a.key"])).contains("waits"));
}

#[test]
fn a_running_node_is_copied_on_request_and_a_copy_is_restored() {
    let world = World::new();
    let token = done(&world.run(&["token", "add", "--data", "data", "--scope", "operate", "--name", "ops"]));
    std::fs::create_dir(world.path("copies")).unwrap();
    let node = world.serve();
    let to = ["--node", &node.address, "--token", token.trim()];
    done(&world.run(&[&["export", "archive", "one"][..], &to].concat()));
    assert!(world.path("copies/archive-one/checkpoint").exists());
    done(&world.run(&[&["backup", "one"][..], &to].concat()));
    refuse(&world.run(&["backup", "two", "--data", "data"]), 1, "if the node is running, ask it");
    let plain = ["--node", "http://192.0.2.1", "--token", token.trim()];
    refuse(&world.run(&[&["backup", "three"][..], &plain].concat()), 1, "must begin with https://");
    drop(node);
    done(&world.run(&["restore", "copies/backup-one", "restored"]));
    for key in ["ledger.key", "node.key"] {
        std::fs::copy(world.path("data").join(key), world.path("restored").join(key)).unwrap();
    }
    done(&world.run(&["export", "archive", "two", "--data", "restored"]));
    assert!(world.path("two/checkpoint").exists());
}

#[test]
fn a_wrong_value_is_refused_and_named() {
    let world = World::new();
    let run = |args: &[&str]| world.run(args);
    refuse(
        &run(&["serve", "--data", "data", "--listen", "0.0.0.0:0"]),
        1,
        "listen: 0.0.0.0:0 can be reached",
    );
    refuse(
        &run(&["serve", "--data", "absent", "--listen", "127.0.0.1:0"]),
        1,
        "there is no ledger in absent",
    );
    refuse(&run(&["token", "list", "--data", "absent"]), 1, "there is no ledger in absent");
    assert!(!world.path("absent").exists(), "a mistyped folder is not made");
    refuse(&run(&["token", "add", "--data", "data", "--scope", "root", "--name", "x"]), 2, "--scope");
    refuse(&run(&["init", "--data", "data", "--origin", "x", "--authority", "x"]), 2, "--authority");
    refuse(&run(&["token", "revoke", "--data", "data", "--name", "x"]), 1, "no token in use");
    refuse(&run(&["authority", "approve", "a.key", &"ab".repeat(32)]), 1, "--trust");
    std::fs::write(world.path("bad.toml"), "listne = '127.0.0.1:1'").unwrap();
    refuse(&run(&["serve", "--config", "bad.toml"]), 1, "listne");
}

#[test]
fn a_node_that_does_not_start_says_what_is_wrong_and_where_and_what_to_do() {
    let world = World::new();
    let other = World::new();
    let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0"];
    let start = |more: &[&str]| world.run(&[&serve[..], more].concat());
    let data = |name: &str| world.path("data").join(name);

    std::fs::rename(data("node.key"), world.path("node.key")).unwrap();
    refuse(&start(&[]), 1, "there is no key at data/node.key: put it there");
    std::fs::copy(data("ledger.key"), data("node.key")).unwrap();
    refuse(&start(&[]), 1, "node.key in the data folder holds the key with the id");
    std::fs::rename(world.path("node.key"), data("node.key")).unwrap();

    std::fs::copy(other.path("data/head"), world.path("foreign")).unwrap();
    std::fs::write(world.path("rubbish"), "rubbish").unwrap();
    for place in ["foreign", "rubbish"] {
        let expect = format!("{place} does not hold a checkpoint signed by this ledger's key: ");
        refuse(&start(&["--known", place]), 1, &expect);
    }
    std::fs::rename(data("head"), world.path("head")).unwrap();
    refuse(&start(&[]), 1, "no head file at data/head");
    std::fs::rename(world.path("head"), data("head")).unwrap();

    let node = world.serve();
    refuse(&start(&[]), 1, "one process at a time. End that one first");
    let taken = node.address.strip_prefix("http://").unwrap();
    refuse(&world.run(&["serve", "--data", "data", "--listen", taken]), 1, "choose a free address");
    refuse(&world.run(&["restore", "absent", "new"]), 1, "absent/ledger.sqlite");
    assert!(!world.path("new").exists(), "nothing is made of nothing");
}

#[test]
fn a_bundle_whose_file_cannot_be_made_is_not_asked_for() {
    let world = World::new();
    let head = || std::fs::read(world.path("data/head")).unwrap();
    let before = head();
    let disclose = |out: &str, more: &[&str]| {
        let exhibit = "abababab-abab-abab-abab-abababababab";
        let args =
            ["disclose", "--exhibit", exhibit, "--profile", "defence", "--recipient", "X", "--out", out];
        world.run(&[&args[..], more].concat())
    };
    std::fs::write(world.path("there.zip"), "another's").unwrap();
    let here = ["--data", "data"];
    refuse(&disclose("there.zip", &here), 1, "there.zip is in the way: nothing is written over it");
    refuse(&disclose("nowhere/bundle.zip", &here), 1, "cannot write nowhere/bundle.zip");
    assert_eq!(head(), before, "the node was not even started");
    assert_eq!(std::fs::read(world.path("there.zip")).unwrap(), b"another's");
    // Nor is a running node asked: it would record that it handed one out.
    let nobody = ["--node", "http://127.0.0.1:1", "--token", "x"];
    refuse(&disclose("there.zip", &nobody), 1, "is in the way");
    refuse(&disclose("new.zip", &nobody), 1, "127.0.0.1:1");
    refuse(&disclose("new.zip", &here), 1, "no exhibit abababab-abab-abab-abab-abababababab is on record");
    let left = std::fs::read_dir(world.folder.path()).unwrap();
    let names = left.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.contains(".zip")).collect::<Vec<_>>(), ["there.zip"]);
}
