//! The description of the interface is the interface.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use ledger_store::sqlite::SqliteStore;
use serde_json::{Value, json};

use super::disclosing::{self, of_exhibit, order};
use super::erasing::{self, registration};
use super::world::{Answered, EXHIBIT, LOCKER, World};
use crate::http::operate::OPENAPI;
use crate::http::routes::{Needs, routes};
use crate::token::Scope;

/// Where bundles are asked for.
const BUNDLES: [&str; 2] = ["/v1/cases/{id}/bundle", "/v1/exhibits/{id}/bundle"];

fn described() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

#[test]
fn the_paths_methods_and_scopes_described_are_the_routers() {
    let described = described();
    let described: BTreeMap<_, _> = described["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().iter().map(move |(method, operation)| {
                ((method.to_uppercase(), path.clone()), operation["security"].to_string())
            })
        })
        .collect();
    let routed: BTreeMap<_, _> = routes::<SqliteStore>()
        .into_iter()
        .map(|route| {
            let security = match route.needs {
                Needs::Nothing => "[]".to_owned(),
                Needs::Signatures => r#"[{},{"bearer":["write"]}]"#.to_owned(),
                Needs::Token(scope) | Needs::Logged(scope) => format!(r#"[{{"bearer":["{scope}"]}}]"#),
            };
            ((route.method.to_string(), route.path.replace("{*", "{")), security)
        })
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let described = described();
    let mut references = BTreeSet::new();
    collect_references(&described, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(described.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
            object.values().for_each(|value| collect_references(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect_references(value, references)),
        _ => {}
    }
}

/// Every example of a request's body is one that the schema describes, and that this version reads.
#[tokio::test]
async fn the_examples_in_the_description_are_accepted() {
    let world = World::furnished().await;
    let described = described();
    for path in BUNDLES {
        let examples =
            &described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"];
        for (name, example) in examples.as_object().unwrap() {
            let answered = disclosing::post(&world, &of_exhibit(), &example["value"]).await;
            let is_known = answered.status == 200 || (name == "again" && answered.status == 400);
            assert!(is_known, "{path} {name}: {:?}", answered.body);
        }
    }
}

/// That the answer's status and content type are among those described, and its members those required.
#[track_caller]
fn check(method: &Method, path: &str, answered: &Answered) {
    let described = described();
    let operation = &described["paths"][path][method.as_str().to_lowercase()];
    let mut response = &operation["responses"][answered.status.as_str()];
    if let Some(reference) = response["$ref"].as_str() {
        response = described.pointer(reference.trim_start_matches('#')).unwrap();
    }
    assert!(response.is_object(), "{method} {path}: {} is not described", answered.status);
    let content = &response["content"][answered.content_type()];
    assert!(content.is_object(), "{method} {path}: {} is not described", answered.content_type());
    let mut schema = &content["schema"];
    if let Some(reference) = schema["$ref"].as_str() {
        schema = described.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    let body = answered.json();
    let members: BTreeSet<_> = body.as_object().unwrap().keys().collect();
    let known: BTreeSet<_> = properties.keys().collect();
    assert!(members.is_subset(&known), "{method} {path}: {members:?} not within {known:?}");
    for required in schema["required"].as_array().unwrap() {
        assert!(body.get(required.as_str().unwrap()).is_some(), "{method} {path}: {required} is missing");
    }
}

#[tokio::test]
async fn what_handlers_answer_is_described() {
    let world = World::furnished().await;
    let token = world.token(Scope::Operate);
    let hash = crate::http::tests::reading::first_statement(&world).await;
    let absent = "00000000-0000-4000-8000-000000000000";
    let cases = [
        (Method::GET, "/checkpoint", "/checkpoint".to_owned(), 200),
        (Method::GET, "/tile/{level}/{index}", "/tile/0/000.p/5".to_owned(), 200),
        (Method::GET, "/tile/{level}/{index}", "/tile/0/001".to_owned(), 404),
        (Method::GET, "/tile/{level}/{index}", "/tile/99/zzz".to_owned(), 404),
        (Method::GET, "/tile/entries/{index}", "/tile/entries/000.p/5".to_owned(), 200),
        (Method::GET, "/tile/entries/{index}", "/tile/entries/000".to_owned(), 404),
        (Method::GET, "/v1/entries/{index}", "/v1/entries/0".to_owned(), 200),
        (Method::GET, "/v1/entries/{index}", "/v1/entries/999999".to_owned(), 404),
        (Method::GET, "/v1/entries/{index}", "/v1/entries/-1".to_owned(), 400),
        (Method::GET, "/v1/entries/{index}/receipt", "/v1/entries/0/receipt".to_owned(), 200),
        (Method::GET, "/v1/entries/{index}/receipt", "/v1/entries/999999/receipt".to_owned(), 404),
        (Method::GET, "/v1/entries/{index}/receipt", "/v1/entries/x/receipt".to_owned(), 400),
        (Method::GET, "/v1/statements/{hash}/receipt", format!("/v1/statements/{hash}/receipt"), 200),
        (
            Method::GET,
            "/v1/statements/{hash}/receipt",
            format!("/v1/statements/{}/receipt", "0".repeat(64)),
            404,
        ),
        (Method::GET, "/v1/statements/{hash}/receipt", "/v1/statements/00/receipt".to_owned(), 400),
        (Method::GET, "/v1/statements/{hash}/envelope", format!("/v1/statements/{hash}/envelope"), 200),
        (
            Method::GET,
            "/v1/statements/{hash}/envelope",
            format!("/v1/statements/{}/envelope", "0".repeat(64)),
            404,
        ),
        (Method::GET, "/v1/statements/{hash}/envelope", "/v1/statements/00/envelope".to_owned(), 400),
        (Method::GET, "/v1/consistency", "/v1/consistency?old=1&new=3".to_owned(), 200),
        (Method::GET, "/v1/consistency", "/v1/consistency?old=3&new=1".to_owned(), 404),
        (Method::GET, "/v1/consistency", "/v1/consistency?old=1".to_owned(), 400),
        (Method::GET, "/v1/consistency", "/v1/consistency?old=1&new=3&more=1".to_owned(), 400),
        (Method::GET, "/v1/exhibits/{id}", format!("/v1/exhibits/{EXHIBIT}"), 200),
        (Method::GET, "/v1/exhibits/{id}", format!("/v1/exhibits/{absent}"), 404),
        (Method::GET, "/v1/exhibits/{id}", "/v1/exhibits/AB-1".to_owned(), 400),
        (Method::GET, "/v1/exhibits/{id}/verdict", format!("/v1/exhibits/{EXHIBIT}/verdict"), 200),
        (Method::GET, "/v1/exhibits/{id}/verdict", format!("/v1/exhibits/{absent}/verdict"), 404),
        (Method::GET, "/v1/exhibits/{id}/verdict", "/v1/exhibits/x/verdict".to_owned(), 400),
        (Method::GET, "/v1/lockers/{id}", format!("/v1/lockers/{LOCKER}"), 200),
        (Method::GET, "/v1/lockers/{id}", format!("/v1/lockers/{absent}"), 404),
        (Method::GET, "/v1/lockers/{id}", "/v1/lockers/x".to_owned(), 400),
        (Method::GET, "/v1/estate", "/v1/estate".to_owned(), 200),
        (Method::GET, "/v1/findings", "/v1/findings".to_owned(), 200),
        (Method::GET, "/v1/alerts/recent", "/v1/alerts/recent".to_owned(), 200),
        (Method::GET, "/v1/overdue", "/v1/overdue".to_owned(), 200),
        (Method::GET, "/v1/missing", "/v1/missing".to_owned(), 200),
        (Method::GET, "/v1/equipment", "/v1/equipment".to_owned(), 200),
        (Method::GET, "/v1/counts", "/v1/counts".to_owned(), 200),
        (Method::GET, "/v1/footage/wanted", format!("/v1/footage/wanted?recorder={absent}"), 200),
        (Method::GET, "/v1/footage/wanted", "/v1/footage/wanted".to_owned(), 400),
        (Method::GET, "/v1/footage/wanted", "/v1/footage/wanted?recorder=x".to_owned(), 400),
        (Method::GET, "/v1/health", "/v1/health".to_owned(), 200),
        (Method::POST, "/v1/census", "/v1/census".to_owned(), 200),
        (Method::POST, "/v1/take-over", "/v1/take-over".to_owned(), 409),
        (Method::POST, "/v1/archives/{name}", "/v1/archives/today".to_owned(), 200),
        (Method::POST, "/v1/archives/{name}", "/v1/archives/today".to_owned(), 409),
        (Method::POST, "/v1/archives/{name}", "/v1/archives/To%2Fday".to_owned(), 400),
        (Method::POST, "/v1/backups/{name}", "/v1/backups/today".to_owned(), 200),
        (Method::POST, "/v1/backups/{name}", "/v1/backups/today".to_owned(), 409),
        (Method::POST, "/v1/backups/{name}", "/v1/backups/..".to_owned(), 400),
        (Method::GET, "/healthz", "/healthz".to_owned(), 200),
        (Method::GET, "/readyz", "/readyz".to_owned(), 200),
        (Method::GET, "/metrics", "/metrics".to_owned(), 200),
        (Method::GET, "/openapi.json", "/openapi.json".to_owned(), 200),
    ];
    for (method, described, path, status) in &cases {
        let answered = world.ask(method.clone(), path, Some(&token)).await;
        assert_eq!(answered.status.as_u16(), *status, "{path}: {:?}", answered.body);
        check(method, described, &answered);
    }
    let seen: BTreeSet<_> = cases.iter().filter(|case| case.3 == 200).map(|case| case.1).collect();
    let paths: BTreeSet<_> =
        routes::<SqliteStore>().iter().map(|route| route.path.replace("{*", "{")).collect();
    let unseen: Vec<_> = paths.iter().filter(|path| !seen.contains(path.as_str())).collect();
    let own =
        [&["/v1/alerts"], &BUNDLES[..], &["/v1/statements", "/v1/take-over", "/v1/vault/erasures"]].concat();
    assert_eq!(unseen, own, "asked in tests of their own");
    for (statement, status) in [(registration(&world).await.to_string(), 200), ("x".to_owned(), 400)] {
        let body = json!({"statement": statement, "authority": "review", "as": "records"});
        let answered = erasing::post(&world, Scope::Operate, &body).await;
        assert_eq!(answered.status.as_u16(), status, "{:?}", answered.body);
        check(&Method::POST, "/v1/vault/erasures", &answered);
    }
}

#[tokio::test]
async fn what_is_answered_to_a_request_for_a_bundle_is_described() {
    let world = World::furnished().await;
    let case = format!("/v1/cases/{}/bundle", disclosing::CASE);
    let asked = [
        (BUNDLES[0], case.clone(), order(), 200),
        (BUNDLES[1], of_exhibit(), order(), 200),
        (BUNDLES[0], case.replace("ca5e", "0000"), order(), 404),
        (BUNDLES[1], of_exhibit(), json!({}), 400),
        (BUNDLES[1], of_exhibit(), json!({"profile": "cps", "recipient": "x", "at": 1}), 409),
    ];
    for (described, path, body, status) in asked {
        let answered = disclosing::post(&world, &path, &body).await;
        assert_eq!(answered.status.as_u16(), status, "{path}: {:?}", answered.body);
        check(&Method::POST, described, &answered);
        for header in ["custody-bundle-sha256", "custody-bundle-size"] {
            assert_eq!(answered.headers.contains_key(header), status == 200, "{path}: {header}");
        }
    }
}

#[tokio::test]
async fn a_standby_says_so_can_be_read_and_writes_when_it_is_told() {
    let mut world = World::standing_by().await;
    let (reader, operator) = (world.token(Scope::Read), world.token(Scope::Operate));
    let ready = world.ask(Method::GET, "/readyz", None).await;
    ready.is_problem(503, "standby");
    check(&Method::GET, "/readyz", &ready);
    let said = world.desk.says(&json!({"power_restored": {"observed": {"outage_us": 1}}}));
    let refused = world.submit(vec![said]).await;
    refused.is_problem(503, "not-writer");
    assert!(refused.json()["detail"].as_str().unwrap().contains("send it to another"));
    assert_eq!(refused.headers["retry-after"], "2");
    check(&Method::POST, "/v1/statements", &refused);
    world.ask(Method::POST, "/v1/census", Some(&operator)).await.is_problem(503, "not-writer");
    let state = async |status: &str, gauges: [&str; 2], epoch: u64| {
        let health = world.ask(Method::GET, "/v1/health", Some(&reader)).await;
        check(&Method::GET, "/v1/health", &health);
        let health = health.json();
        assert_eq!((&health["status"], &health["epoch"]), (&json!(status), &json!(epoch)));
        let numbers = world.ask(Method::GET, "/metrics", Some(&reader)).await;
        let numbers = String::from_utf8(numbers.body.to_vec()).unwrap();
        for line in gauges {
            assert!(numbers.lines().any(|found| found == line), "{line}\n{numbers}");
        }
    };
    state("standby", ["custody_ready 0", "custody_standby 1"], 0).await;
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&reader)).await.status, 200);
    world.ask(Method::POST, "/v1/take-over", Some(&reader)).await.is_problem(403, "scope");
    for _ in 0..2 {
        let taken = world.ask(Method::POST, "/v1/take-over", Some(&operator)).await;
        assert_eq!((taken.status.as_u16(), taken.json()), (200, json!({"epoch": 1})));
        check(&Method::POST, "/v1/take-over", &taken);
    }
    assert_eq!(world.ask(Method::GET, "/readyz", None).await.status, 200);
    state("ready", ["custody_ready 1", "custody_standby 0"], 1).await;
    assert_eq!(world.ask(Method::POST, "/v1/census", Some(&operator)).await.status, 200);
    world.edge.node.shutdown().await;
    let refused = world.ask(Method::POST, "/v1/take-over", Some(&operator)).await;
    refused.is_problem(503, "stopped");
    check(&Method::POST, "/v1/take-over", &refused);
}

#[tokio::test]
async fn a_node_that_takes_no_statements_says_so() {
    let mut world = World::furnished().await;
    world.edge.node.shutdown().await;
    let answered = world.ask(Method::GET, "/readyz", None).await;
    answered.is_problem(503, "not-ready");
    check(&Method::GET, "/readyz", &answered);
    assert_eq!(world.ask(Method::GET, "/healthz", None).await.status, 200);
    let said = world.desk.says(&json!({"power_restored": {"observed": {"outage_us": 1}}}));
    let answered = world.submit(vec![said]).await;
    answered.is_problem(503, "unavailable");
    check(&Method::POST, "/v1/statements", &answered);
    assert_eq!(world.get("/checkpoint").await.status, 200, "reading goes on");
}
