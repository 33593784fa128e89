//! What is read is what was recorded.

use axum::http::Method;
use custody::id::Digest;
use ledger_format::entry::Entry;
use ledger_format::merkle::{leaf_hash, verify_consistency};
use ledger_format::tile::decode_bundle;
use serde_json::json;

use super::world::{COMPARTMENT, DESCRIPTION, EXHIBIT, LOCKER, OFFICER, World};
use crate::token::Scope;

/// The hash of the genesis statement.
pub(super) async fn first_statement(world: &World) -> String {
    world.get_json("/v1/entries/0").await.json()["statement_hash"].as_str().unwrap().to_owned()
}

fn size(world: &World) -> u64 {
    world.edge.node.checkpoint().checkpoint.size()
}

#[tokio::test]
async fn an_entry_is_its_exact_bytes_or_what_they_say() {
    let world = World::furnished().await;
    let raw = world.get("/v1/entries/0").await;
    assert_eq!(raw.content_type(), "application/octet-stream");
    let entry = Entry::decode(&raw.body).unwrap();
    let view = world.get_json("/v1/entries/0").await;
    assert_eq!(view.headers["vary"], "accept");
    let view = view.json();
    assert_eq!(view["fact"], "genesis");
    assert_eq!(view["leaf"], leaf_hash(&raw.body).to_string());
    assert_eq!(view["statement_hash"], entry.envelope.statement_hash().to_string());
    assert_eq!(view["statement"]["genesis"]["declared"]["origin"], "ledger.example/test");
    assert_eq!(view["streams"].as_array().unwrap().len(), entry.streams.len());
}

#[tokio::test]
async fn tiles_are_served_as_tlog_tools_expect_them() {
    let world = World::furnished().await;
    let size = size(&world);
    let tile = world.get(&format!("/tile/0/000.p/{size}")).await;
    assert_eq!(tile.content_type(), "application/octet-stream");
    assert_eq!(tile.headers["cache-control"], "private, max-age=30");
    let bundle = world.get(&format!("/tile/entries/000.p/{size}")).await;
    let entries = decode_bundle(&bundle.body, u16::try_from(size).unwrap()).unwrap();
    let hashes: Vec<u8> = entries.iter().flat_map(|entry| leaf_hash(entry).0).collect();
    assert_eq!(tile.body, hashes);
    let beyond = world.get(&format!("/tile/0/000.p/{}", size + 1)).await;
    beyond.is_problem(404, "no-such-tile");
    let checkpoint = world.get("/checkpoint").await;
    assert_eq!(checkpoint.content_type(), "text/plain; charset=utf-8");
    assert_eq!(checkpoint.headers["cache-control"], "private, no-cache");
    assert_eq!(checkpoint.body, world.edge.node.checkpoint().note.to_string());
}

#[tokio::test]
async fn a_receipt_is_the_same_by_index_and_by_statement() {
    let world = World::furnished().await;
    let hash = first_statement(&world).await;
    let by_index = world.get("/v1/entries/0/receipt").await;
    let by_statement = world.get(&format!("/v1/statements/{hash}/receipt")).await;
    assert_eq!(by_index.body, by_statement.body);
    assert_eq!(by_index.content_type(), "text/plain; charset=utf-8");
    assert!(by_index.body.starts_with(b"c2sp.org/tlog-proof@v1\nindex 0\n"));
}

#[tokio::test]
async fn a_consistency_proof_verifies() {
    let world = World::furnished().await;
    let new = size(&world);
    let root =
        |size| world.edge.node.look(|state, _| ledger_format::merkle::root_at(state.tree(), size).unwrap());
    let body = world.get(&format!("/v1/consistency?old=3&new={new}")).await.json();
    let proof: Vec<Digest> = body["proof"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hash| hash.as_str().unwrap().parse().unwrap())
        .collect();
    verify_consistency(3, root(3), new, root(new), &proof).unwrap();
}

#[tokio::test]
async fn an_exhibit_has_its_timeline_and_its_verdict_and_no_name() {
    let world = World::furnished().await;
    let answered = world.get(&format!("/v1/exhibits/{EXHIBIT}")).await;
    let body = answered.json();
    assert_eq!(body["timeline"].as_array().unwrap().len(), 1);
    assert_eq!(body["timeline"][0]["fact"], "exhibit_registered");
    assert_eq!(body["timeline"][0]["statement"]["exhibit_registered"]["declared"]["holder"], OFFICER);
    assert_eq!(body["verdict"]["holder"], json!({"kind": "person", "person": OFFICER}));
    assert!(!String::from_utf8_lossy(&answered.body).contains(DESCRIPTION));
}

#[tokio::test]
async fn a_locker_has_its_compartments_and_the_estate_its_devices() {
    let world = World::furnished().await;
    let locker = world.get(&format!("/v1/lockers/{LOCKER}")).await.json();
    assert_eq!(locker["compartments"][0]["compartment"], COMPARTMENT);
    assert_eq!(locker["compartments"][0]["occupants"], json!([]));
    let estate = world.get("/v1/estate").await.json();
    let kinds: Vec<_> =
        estate["devices"].as_array().unwrap().iter().map(|device| device["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "authority").count(), 2);
    assert!(kinds.contains(&"desk") && kinds.contains(&"node"));
    assert_eq!(estate["lockers"][0]["locker"], LOCKER);
}

#[tokio::test]
async fn a_census_is_an_entry_with_its_receipt() {
    let world = World::furnished().await;
    let before = size(&world);
    let token = world.token(Scope::Operate);
    let body = world.ask(Method::POST, "/v1/census", Some(&token)).await.json();
    assert_eq!(body["index"], json!(before));
    assert!(body["receipt"].as_str().unwrap().contains(&format!("index {before}\n")));
    let entry = world.get_json(&format!("/v1/entries/{before}")).await.json();
    assert_eq!(entry["fact"], "census_taken");
}

#[tokio::test]
async fn an_archive_is_made_beside_a_running_node_and_nowhere_else() {
    let world = World::furnished().await;
    let token = world.token(Scope::Operate);
    let made = world.ask(Method::POST, "/v1/archives/2027-01-15", Some(&token)).await;
    assert_eq!(made.json(), json!({"name": "archive-2027-01-15", "size": size(&world)}));
    let archive = world.folder.path().join("archive-2027-01-15");
    let kept = std::fs::read_to_string(archive.join("checkpoint")).unwrap();
    assert_eq!(kept, world.edge.node.checkpoint().note.to_string());
    for name in ["..", "%2e%2e", "a%2fb", "A", "a_b", &"a".repeat(65)] {
        let answered = world.ask(Method::POST, &format!("/v1/archives/{name}"), Some(&token)).await;
        answered.is_problem(400, "bad-request");
    }
    let without = World::with(|config| config.copies = None).await;
    let token = without.token(Scope::Operate);
    without.ask(Method::POST, "/v1/archives/a", Some(&token)).await.is_problem(409, "no-copies");
}

#[tokio::test]
async fn the_metrics_count_entries_refusals_and_findings() {
    let mut world = World::furnished().await;
    let _lost = world.desk.says(&json!({"power_restored": {"observed": {"outage_us": 1}}}));
    let early = world.desk.says(&json!({"power_restored": {"observed": {"outage_us": 2}}}));
    world.submit(vec![early]).await;
    world.clock.set(super::world::NOON_US + 60_000_000);
    let text = world.get("/metrics").await;
    let text = String::from_utf8(text.body.to_vec()).unwrap();
    let has = |line: &str| assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    has(&format!("custody_entries {}", size(&world)));
    has("custody_refusals_total{code=\"gap\"} 1");
    has("custody_refusals_total{code=\"forked\"} 0");
    has("custody_ready 1");
    has("custody_checkpoint_age_seconds 60");
    has("custody_queue_jobs 0");
    has("custody_findings{severity=\"fatal\"} 0");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[tokio::test]
async fn a_statement_is_a_dsse_envelope_and_the_read_is_logged() {
    let world = World::furnished().await;
    let hash = first_statement(&world).await;
    let token = world.edge.tokens.add("exhibits officer", Scope::Read, super::world::NOON_US, None).unwrap();
    let path = format!("/v1/statements/{hash}/envelope");
    let answered = world.ask(Method::GET, &path, Some(&token)).await;
    assert_eq!((answered.status.as_u16(), answered.content_type()), (200, "application/json"));
    let entry = Entry::decode(&world.get("/v1/entries/0").await.body).unwrap();
    assert_eq!(answered.body, ledger_format::dsse::envelope_json(&entry.envelope));
    let lines = world.edge.access.newest(10).unwrap();
    let line = lines.iter().find(|line| line.who == "exhibits officer").unwrap();
    assert_eq!((line.what.as_str(), line.outcome), (format!("GET {path}").as_str(), 200));
    let absent = world.get(&format!("/v1/statements/{}/envelope", "0".repeat(64))).await;
    absent.is_problem(404, "no-such-statement");
    world.get("/v1/statements/genesis/envelope").await.is_problem(400, "bad-request");
}
