//! Bundles over HTTP: what the headers say is what the ledger recorded, and a refusal repeats nothing and records nothing.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Method, Request};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::manifest::Manifest;
use disclosure::pack::unpack;
use ledger_format::entry::Entry;
use prost::Message as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use verifier::bundle::check;
use verifier::trust::Trust;

use super::world::{Answered, EXHIBIT, NOON_US, World};
use crate::token::Scope;

pub(super) const CASE: &str = "ca5eca5e-0000-4000-8000-000000000001";

/// Whom the bundle goes to: a text that only the vault may hold.
const RECIPIENT: &str = "Surname & Partners, solicitors";

async fn send(world: &World, path: &str, token: &str, body: String) -> Answered {
    let request = Request::post(path)
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {token}"));
    world.send(request.body(Body::from(body)).unwrap()).await
}

pub(super) async fn post(world: &World, path: &str, body: &Value) -> Answered {
    send(world, path, &world.token(Scope::Operate), body.to_string()).await
}

pub(super) fn of_exhibit() -> String {
    format!("/v1/exhibits/{EXHIBIT}/bundle")
}

pub(super) fn order() -> Value {
    json!({"profile": "defence", "recipient": RECIPIENT})
}

fn size(world: &World) -> u64 {
    world.edge.node.look(|state, _| state.size())
}

/// What the newest entry says was handed out, and its index.
async fn exported(world: &World) -> (v1::disclosure_exported::Declared, u64) {
    let index = size(world) - 1;
    let shown = world.edge.node.entry(index).await.unwrap().unwrap();
    let statement = v1::Statement::decode(shown.entry.envelope.statement.as_slice()).unwrap();
    let Some(Fact::DisclosureExported(fact)) = statement.fact else { panic!("{}", shown.decoded.name) };
    (fact.declared.unwrap(), index)
}

fn manifest(bundle: &[u8]) -> Manifest {
    let files = unpack(bundle).unwrap();
    let (_, text) = files.iter().find(|(name, _)| name == "bundle.json").unwrap();
    Manifest::parse(std::str::from_utf8(text).unwrap()).unwrap()
}

#[tokio::test]
async fn the_headers_of_a_bundle_are_what_the_ledger_recorded_of_it() {
    let world = World::furnished().await;
    for path in [of_exhibit(), format!("/v1/cases/{CASE}/bundle")] {
        let answered = post(&world, &path, &order()).await;
        assert_eq!(answered.status, 200, "{:?}", answered.body);
        assert_eq!(answered.content_type(), "application/zip");
        assert_eq!(answered.headers[CACHE_CONTROL], "no-store");
        let (declared, index) = exported(&world).await;
        let digest = hex::encode(Sha256::digest(&answered.body));
        assert_eq!(answered.headers["custody-bundle-sha256"], digest);
        assert_eq!(hex::encode(&declared.bundle), digest);
        // The request, the census, and then that it was handed out: the bundle ends with the census.
        assert_eq!(answered.headers["custody-bundle-size"], index.to_string());
        let manifest = manifest(&answered.body);
        assert_eq!((manifest.written.size, manifest.written.withheld), (index, declared.withheld));
        let request = world.edge.node.entry(manifest.written.request).await.unwrap().unwrap();
        assert_eq!(request.decoded.hash.0[..], declared.request);
        let exhibits: Vec<_> = manifest.exhibits.iter().map(|exhibit| exhibit.0.to_vec()).collect();
        assert_eq!(declared.exhibits, exhibits);
        assert_eq!(declared.case, manifest.case.map(|case| case.0.to_vec()));

        let checked = check(&answered.body, &Trust::parse(world.edge.node.trust()).unwrap());
        assert_eq!(checked.could_not_check, None);
        assert_eq!(checked.request.unwrap().requested_at, manifest.written.request);
    }
}

#[tokio::test]
async fn the_size_in_the_headers_gives_the_same_bytes_again_and_each_hand_over_is_recorded() {
    let world = World::furnished().await;
    let first = post(&world, &of_exhibit(), &order()).await;
    let before = size(&world);
    let at: u64 = first.headers["custody-bundle-size"].to_str().unwrap().parse().unwrap();
    let mut again = order();
    again["at"] = json!(at);
    let second = post(&world, &of_exhibit(), &again).await;
    assert!(first.body == second.body);
    for header in ["custody-bundle-sha256", "custody-bundle-size"] {
        assert_eq!(first.headers[header], second.headers[header]);
    }
    assert_eq!(size(&world), before + 1, "no new request and no census, but one more hand-over");
    exported(&world).await;

    // The same of another recipient, or for another profile, was never asked for.
    for (field, value) in [("recipient", "Somebody else"), ("profile", "internal")] {
        let mut other = again.clone();
        other[field] = json!(value);
        post(&world, &of_exhibit(), &other).await.is_problem(409, "no-request");
    }
}

#[tokio::test]
async fn only_an_operators_token_makes_a_bundle() {
    let world = World::furnished().await;
    let before = size(&world);
    for path in [of_exhibit(), format!("/v1/cases/{CASE}/bundle")] {
        for scope in [Scope::Read, Scope::Write] {
            send(&world, &path, &world.token(scope), order().to_string()).await.is_problem(403, "scope");
        }
        world.ask(Method::POST, &path, None).await.is_problem(401, "no-token");
    }
    assert_eq!(size(&world), before);
}

#[tokio::test]
async fn whoever_makes_a_bundle_stands_in_the_access_log_and_the_recipient_does_not() {
    let world = World::furnished().await;
    let token = world.edge.tokens.add("disclosure officer", Scope::Operate, NOON_US, None).unwrap();
    let absent = "/v1/cases/00000000-0000-4000-8000-000000000000/bundle";
    for (path, status) in [(of_exhibit().as_str(), 200), (absent, 404)] {
        let answered = send(&world, path, &token, order().to_string()).await;
        assert_eq!(answered.status.as_u16(), status, "{:?}", answered.body);
        let line = world.edge.access.newest(1).unwrap().remove(0);
        let expect = ("disclosure officer".to_owned(), format!("POST {path}"), status);
        assert_eq!((line.who, line.what, line.outcome), expect);
    }
    assert!(!format!("{:?}", world.edge.access.newest(100).unwrap()).contains("Surname"));
}

#[tokio::test]
async fn a_bad_request_is_said_to_be_one_without_repeating_it_and_records_nothing() {
    let world = World::furnished().await;
    let before = size(&world);
    let with = |field: &str, value: Value| {
        let mut body = order();
        body[field] = value;
        body.to_string()
    };
    let decided = |text: &str| with("decisions", json!(text));
    let known = "[[withhold]]\nfield = 'description'\nbasis = 'sensitive'\n";
    let bad = [
        "Surname".to_owned(),
        "\"Surname\"".to_owned(),
        "{}".to_owned(),
        json!({"profile": "defence"}).to_string(),
        json!({"recipient": RECIPIENT}).to_string(),
        with("Surname", json!(1)),
        with("profile", json!("Surname")),
        with("profile", json!(["Surname"])),
        with("recipient", json!("")),
        with("recipient", json!("Surname ".repeat(126))),
        with("recipient", json!(["Surname"])),
        with("decisions", json!(["Surname"])),
        decided("Surname"),
        decided("withhold = 'Surname'"),
        decided("[[withhold]]\nfield = 'Surname'\nbasis = 'sensitive'"),
        decided("[[withhold]]\nfield = 'description'\nbasis = 'Surname'"),
        decided("[[withhold]]\nfield = 'Surname'"),
        decided("[[disclose]]\nfield = 'description'\nstatement = 'Surname'"),
        decided(&format!("{known}{known}")),
        with("at", json!("Surname")),
        with("at", json!(-1)),
        with("at", json!(before + 1)),
        with("cosigned", json!("Surname")),
        with("cosigned", json!({"Surname": 1})),
        with("cosigned", json!("Surname\n\n\u{2014} Surname AAAA\n")),
    ];
    let checkpoint = world.edge.node.checkpoint().note.to_string();
    let mut both: Value = serde_json::from_str(&with("cosigned", json!(checkpoint))).unwrap();
    both["at"] = json!(1);
    for body in bad.into_iter().chain([both.to_string()]) {
        let answered = send(&world, &of_exhibit(), &world.token(Scope::Operate), body.clone()).await;
        assert_eq!(answered.status, 400, "{body}: {:?}", answered.body);
        answered.is_problem(400, "bad-request");
        let said = String::from_utf8_lossy(&answered.body).into_owned();
        assert!(!said.contains("Surname"), "{body}: {said}");
    }
    assert_eq!(size(&world), before);
}

#[tokio::test]
async fn what_is_not_on_record_is_404_and_what_is_no_id_400() {
    let world = World::furnished().await;
    let before = size(&world);
    for kind in ["exhibits", "cases"] {
        let absent = format!("/v1/{kind}/00000000-0000-4000-8000-000000000000/bundle");
        let answered = post(&world, &absent, &order()).await;
        answered.is_problem(404, "nothing-to-disclose");
        assert!(!String::from_utf8_lossy(&answered.body).contains("Surname"));
        for id in ["AB-1", &EXHIBIT.to_uppercase()] {
            post(&world, &format!("/v1/{kind}/{id}/bundle"), &order()).await.is_problem(400, "bad-request");
        }
    }
    assert_eq!(size(&world), before);
}

#[tokio::test]
async fn the_recipient_is_in_the_bundle_and_in_the_vault_and_in_no_entry() {
    let world = World::furnished().await;
    let answered = post(&world, &of_exhibit(), &order()).await;
    let files = unpack(&answered.body).unwrap();
    let (_, report) = files.iter().find(|(name, _)| name == "report.html").unwrap();
    assert!(String::from_utf8_lossy(report).contains("Surname &amp; Partners"));
    for index in 0..size(&world) {
        let bytes = world.edge.node.entry(index).await.unwrap().unwrap().bytes;
        assert!(Entry::decode(&bytes).is_ok() && !bytes.windows(7).any(|part| part == b"Surname"), "{index}");
    }
}
