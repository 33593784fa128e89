//! Nothing personal leaves the process but by `vault show`: logs at their most talkative, metrics, errors, the access log,
//! names of files and what is in them are searched for what openings say.

use std::fmt::Write as _;
use std::path::Path;

use custody::id::{BootId, DeviceId, Digest};
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::possession::possession_message;
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::http::submit_json;
use ledger_node::json::fact_from_json;
use serde_json::{Value, json};

use crate::{Running, World, done, refuse};

const SITE: &str = "Kingsbury Road";
const DESCRIPTION: &str = "a red kitchen knife";
const CASE_REFERENCE: &str = "OP-LARKSPUR-77";
const REFERENCE: &str = "AB/1-LARKSPUR";
const IDENTITY: &str = "Alex Planted-Surname";
const AUTHORITY: &str = "Superintendent Planted-Authority";

/// What openings say, and what somebody may type in the wrong place.
const PLANTED: [&str; 6] = [SITE, DESCRIPTION, CASE_REFERENCE, REFERENCE, IDENTITY, AUTHORITY];

const EXHIBIT: &str = "eeeeeeee-0000-4000-8000-000000000001";
const CASE: &str = "ca5eca5e-0000-4000-8000-000000000001";
const OFFICER: &str = "99999999-0000-4000-8000-000000000001";

/// What was said and heard: all that must not hold a planted text.
struct Heard {
    node: Running,
    token: String,
    answers: String,
    /// The disclosures as they were sent.
    sent: Vec<String>,
}

impl Heard {
    /// Asks the node; keeps what it answers.
    fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> (u16, Vec<u8>) {
        let url = format!("{}{path}", self.node.address);
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent = ureq::Agent::from(config);
        let bearer = format!("Bearer {}", self.token);
        let answered = match (method, body) {
            ("GET", _) => agent.get(&url).header("authorization", bearer).call(),
            (_, body) => agent
                .post(&url)
                .header("authorization", bearer)
                .content_type("application/json")
                .send(body.map(Value::to_string).unwrap_or_default().as_bytes()),
        };
        let mut answered = answered.unwrap();
        let bytes = answered.body_mut().read_to_vec().unwrap();
        let body = String::from_utf8_lossy(&bytes);
        writeln!(self.answers, "{:?}\n{body}", answered.headers()).unwrap();
        (answered.status().as_u16(), bytes)
    }

    fn submit(&mut self, envelope: &Envelope, openings: &[Disclosure]) -> String {
        self.sent.extend(openings.iter().map(|opening| opening.encoded.clone()));
        let (status, bytes) =
            self.ask("POST", "/v1/statements", Some(&submit_json::request(envelope, openings)));
        assert_eq!(status, 200);
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        let said = ["code", "status"].map(|member| answer.pointer(&format!("/outcomes/0/{member}")));
        said.into_iter().flatten().find_map(Value::as_str).unwrap().to_owned()
    }
}

/// A desk that an authority enrols.
struct Desk {
    chain: DeviceChain,
    key: SigningKey,
}

impl Desk {
    fn says(&mut self, fact: &Value) -> (Envelope, Vec<Disclosure>) {
        let (fact, openings) = fact_from_json(fact).unwrap();
        let time = SystemClock::new().read().to_message(BootId([7; 16]));
        let (envelope, _) = self.chain.say(Saying::new(fact, time), &self.key).unwrap();
        (envelope, openings)
    }
}

/// Two authorities agree on a fact. Returns the leaf hash of the approval.
fn agree(world: &World, heard: &mut Heard, fact: &Value) -> Digest {
    std::fs::write(world.path("fact.json"), fact.to_string()).unwrap();
    let to = ["--trust", "trust.toml", "--node", &heard.node.address];
    let proposed = done(&world.run(&[&["authority", "sign", "a.key", "fact.json"][..], &to].concat()));
    let hash = proposed.lines().next().unwrap().to_owned();
    let approved = done(&world.run(&[&["authority", "approve", "b.key", &hash][..], &to].concat()));
    let index = approved.lines().find_map(|line| line.strip_prefix("index ")).unwrap().to_owned();
    let (status, entry) = heard.ask("GET", &format!("/v1/entries/{index}"), None);
    assert_eq!(status, 200);
    leaf_hash(&entry)
}

fn enrol(world: &World, heard: &mut Heard) -> Desk {
    let (device, key) = (DeviceId([0xd1; 16]), SigningKey::from_seed(&[0xd1; 32]));
    let public = *key.public_key().as_bytes();
    let enrolled = json!({"device_enrolled": {"declared": {
        "device": device.to_string(), "kind": "desk",
        "key": {"algorithm": "ed25519", "key": hex::encode(public)},
        "possession": hex::encode(key.sign(&possession_message(&device.0, &public)))}}});
    let leaf = agree(world, heard, &enrolled);
    Desk { chain: DeviceChain::new(device, leaf), key }
}

/// Registers an exhibit and a person; returns the registration's statement.
fn register(heard: &mut Heard, desk: &mut Desk) -> Digest {
    let (session, _) = desk.says(&json!({"session_opened": {
        "observed": {"method": "card"}, "declared": {"person": OFFICER}}}));
    heard.submit(&session, &[]);
    let registered = json!({"exhibit_registered": {"declared": {
        "exhibit": EXHIBIT, "case": CASE, "reference_tag": "ab".repeat(32),
        "exhibit_reference": {"value": REFERENCE}, "description": {"value": DESCRIPTION},
        "case_reference": {"value": CASE_REFERENCE},
        "registrar": {"person": OFFICER, "session": session.statement_hash().to_string()},
        "producer": OFFICER, "holder": OFFICER, "category": "other", "closure": "unsealed"}}});
    let (registered, openings) = desk.says(&registered);
    // First with what opens something else, then with too much, then as it should be.
    let wrong = Disclosure::new(&[1; 16], "description", IDENTITY).unwrap();
    let misnamed = Disclosure::new(&[1; 16], IDENTITY, SITE).unwrap();
    let not_one = Disclosure { encoded: DESCRIPTION.to_owned() };
    for wrong in [wrong, misnamed, not_one] {
        assert_eq!(heard.submit(&registered, &[wrong]), "opening-mismatch");
    }
    assert_eq!(heard.submit(&registered, &openings), "recorded");
    let (person, openings) = desk.says(&json!({"person_registered": {"declared": {
        "person": OFFICER, "identity": {"value": IDENTITY}}}}));
    assert_eq!(heard.submit(&person, &openings), "recorded");
    registered.statement_hash()
}

/// Asks what people ask, and what they ask by mistake.
fn ask_around(heard: &mut Heard, statement: Digest) {
    for path in [
        "/metrics",
        "/v1/findings",
        "/v1/alerts/recent",
        "/v1/health",
        "/v1/estate",
        "/healthz",
        "/checkpoint",
        &format!("/v1/exhibits/{EXHIBIT}"),
        &format!("/v1/exhibits/{EXHIBIT}/verdict"),
    ] {
        assert_eq!(heard.ask("GET", path, None).0, 200, "{path}");
    }
    let typed = ["/v1/exhibits/AB-1-LARKSPUR?Planted-Surname", "/v1/findings?name=Planted-Surname"];
    for path in typed {
        heard.ask("GET", path, None);
    }
    for body in [
        json!({"Planted-Surname": DESCRIPTION}),
        json!({"statement": IDENTITY, "authority": AUTHORITY, "as": "records"}),
        json!({"statement": statement.to_string(), "field": IDENTITY, "authority": AUTHORITY, "as": "records"}),
        json!({"case": CASE, "field": IDENTITY, "authority": AUTHORITY, "as": "records"}),
        json!({"case": CASE, "authority": AUTHORITY, "as": format!("{IDENTITY}\n")}),
    ] {
        for path in ["/v1/vault/erasures", "/v1/statements"] {
            assert!(heard.ask("POST", path, Some(&body)).0 >= 400, "{path} {body}");
        }
    }
}

/// Every text that must be nowhere, with every disclosure that was sent.
fn expect_silence(heard: &Heard, what: &str, bytes: &[u8]) {
    let typed = ["Planted-Surname", "LARKSPUR"];
    let all = PLANTED.iter().chain(&typed).map(|text| text.as_bytes());
    for hidden in all.chain(heard.sent.iter().map(String::as_bytes)) {
        let is_there = bytes.windows(hidden.len()).any(|window| window == hidden);
        assert!(!is_there, "{} in {what}", String::from_utf8_lossy(hidden));
    }
}

fn expect_silent_files(heard: &Heard, data: &Path) {
    let mut count = 0;
    for file in std::fs::read_dir(data).unwrap() {
        let path = file.unwrap().path();
        expect_silence(heard, "the name of a file", path.to_string_lossy().as_bytes());
        expect_silence(heard, &path.display().to_string(), &std::fs::read(&path).unwrap());
        count += 1;
    }
    assert!(count >= 8, "{count} files");
}

#[test]
fn what_openings_say_is_in_no_log_metric_error_or_file() {
    let world = World::new();
    let node = world.serve_with(&[("RUST_LOG", "trace")]);
    let token = ["token", "add", "--data", "data", "--scope", "operate", "--name", "records"];
    let token = done(&world.run(&token)).trim().to_owned();
    let mut heard = Heard { node, token, answers: String::new(), sent: Vec::new() };
    agree(
        &world,
        &mut heard,
        &json!({"site_registered": {"declared": {
        "site": "55555555-0000-4000-8000-000000000001", "name": {"value": SITE}}}}),
    );
    let mut desk = enrol(&world, &mut heard);
    let statement = register(&mut heard, &mut desk);
    ask_around(&mut heard, statement);
    expect_silent_files(&heard, &world.path("data"));

    let erase = json!({"statement": statement.to_string(), "field": "description",
        "authority": AUTHORITY, "as": "records 4"});
    assert_eq!(heard.ask("POST", "/v1/vault/erasures", Some(&erase)).0, 200);
    let show = |hash: &str| world.run(&["vault", "show", hash, "--data", "data", "--as", "tester"]);
    refuse(&show(&"ab".repeat(32)), 1, "holds no opening of statement");
    let shown = done(&show(&statement.to_string()));
    assert!(shown.contains(REFERENCE) && !shown.contains(DESCRIPTION) && shown.contains("ERASED"), "{shown}");
    ask_around(&mut heard, statement);

    let log = heard.node.end();
    assert!(log.contains(r#"route="/v1/vault/erasures" status=200"#), "{log}");
    expect_silence(&heard, "the log", log.as_bytes());
    expect_silence(&heard, "an answer", heard.answers.as_bytes());
    let access = done(&world.run(&["access", "--data", "data"]));
    assert!(access.contains("erase description of"), "{access}");
    expect_silence(&heard, "the access log", access.as_bytes());
    expect_silent_files(&heard, &world.path("data"));
}
