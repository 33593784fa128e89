//! Statements in, outcomes out.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use custody_proto::v1;
use prost::Message as _;
use serde_json::{Value, json};

use super::world::{Answered, Said, World};
use crate::http::submit_json::request;

fn power(outage_us: u64) -> Value {
    json!({"power_restored": {"observed": {"outage_us": outage_us}}})
}

async fn post_json(world: &World, body: &Value) -> Answered {
    let post = Request::post("/v1/statements").header(CONTENT_TYPE, "application/json");
    world.send(post.body(Body::from(body.to_string())).unwrap()).await
}

fn in_json(said: &Said) -> Value {
    request(&said.envelope, &said.openings)["submissions"][0].clone()
}

#[tokio::test]
async fn a_statement_in_json_and_in_protobuf_is_the_same_statement() {
    let mut world = World::furnished().await;
    let said = world.desk.says(&power(1));
    let answered = post_json(&world, &json!({"seen_size": 1, "submissions": [in_json(&said)]})).await;
    assert_eq!(answered.status, 200, "{:?}", answered.body);
    let body = answered.json();
    assert_eq!(body["outcomes"][0]["status"], "recorded");
    assert!(body["outcomes"][0]["receipt"].as_str().unwrap().starts_with("c2sp.org/tlog-proof@v1\n"));
    assert!(body["checkpoint"].as_str().unwrap().starts_with("ledger.example/test\n"));
    assert!(!body["consistency"].as_array().unwrap().is_empty());
    let again = v1::SubmitResponse::decode(world.submit(vec![said]).await.body).unwrap();
    assert_eq!(again.outcomes[0].status(), v1::OutcomeStatus::AlreadyRecorded);
    assert_eq!(again.outcomes[0].entry.as_ref().unwrap(), &base64_of(&body["outcomes"][0]["entry"]));
}

fn base64_of(value: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_refused_statement_is_an_outcome_and_not_an_error() {
    let mut world = World::furnished().await;
    let _lost = world.desk.says(&power(1));
    let early = world.desk.says(&power(2));
    let body = post_json(&world, &json!({"submissions": [in_json(&early)]})).await.json();
    let outcome = &body["outcomes"][0];
    assert_eq!((outcome["status"].as_str(), outcome["code"].as_str()), (Some("refused"), Some("gap")));
    assert_eq!(outcome["expected_sequence"], json!(world.desk.chain.next_sequence - 2));
}

#[tokio::test]
async fn a_request_that_is_not_of_the_form_is_400_with_its_place_and_without_its_content() {
    let mut world = World::furnished().await;
    let good = in_json(&world.desk.says(&power(1)));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut request = json!({"submissions": [good.clone()]});
        change(&mut request);
        request
    };
    let signatures = |request: &mut Value, count: usize| {
        let one = request["submissions"][0]["envelope"]["signatures"][0].clone();
        request["submissions"][0]["envelope"]["signatures"] = Value::Array(vec![one; count]);
    };
    let cases: [(Value, &str); 9] = [
        (json!([]), "at line 1 column"),
        (json!({"submissions": [{}]}), "at line 1 column"),
        (with(&|request| request["secret name"] = json!(1)), "at line 1 column"),
        (with(&|request| signatures(request, 0)), "submission 0: must have exactly one signature"),
        (with(&|request| signatures(request, 2)), "submission 0: must have exactly one signature"),
        (
            with(&|request| request["submissions"][0]["envelope"]["payloadType"] = json!("text/plain")),
            "submission 0: the payload type is not a statement's",
        ),
        (
            with(&|request| request["submissions"][0]["envelope"]["payload"] = json!("***")),
            "submission 0: the payload is not base64",
        ),
        (
            with(&|request| request["submissions"][0]["envelope"]["signatures"][0]["keyid"] = json!("AA")),
            "submission 0: the keyid is not",
        ),
        (
            with(&|request| request["submissions"][0]["openings"] = json!(vec!["x"; 65])),
            "submission 0: has more than 64 openings",
        ),
    ];
    for (request, expect) in cases {
        let answered = post_json(&world, &request).await;
        answered.is_problem(400, "bad-request");
        let detail = answered.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(expect), "{detail}");
        assert!(!detail.contains("secret"), "{detail}");
    }
    let post = Request::post("/v1/statements").header(CONTENT_TYPE, "application/x-protobuf");
    let answered = world.send(post.body(Body::from(vec![0xff; 10])).unwrap()).await;
    answered.is_problem(400, "bad-request");
}

#[tokio::test]
async fn an_opening_goes_to_the_vault_and_one_of_something_else_is_refused() {
    let mut world = World::furnished().await;
    let person = json!({"person_registered": {"declared": {
        "person": super::world::OFFICER, "identity": {"value": "Alex Doe"}}}});
    let mut said = world.desk.says(&person);
    let wrong = Said {
        openings: vec![ledger_format::disclosure::Disclosure::new(&[1; 16], "identity", "other").unwrap()],
        ..said.clone()
    };
    let body = post_json(&world, &json!({"submissions": [in_json(&wrong)]})).await.json();
    assert_eq!(body["outcomes"][0]["code"], "opening-mismatch");
    let hash = said.envelope.statement_hash();
    let opening = said.openings[0].encoded.clone();
    said.openings.truncate(1);
    world.recorded(vec![said]).await;
    let vault = crate::vault::Vault::open(&world.folder.path().join("data")).unwrap();
    let content = crate::vault::Content::Open(opening);
    assert_eq!(vault.of_statement(hash).unwrap()[0].content, content);
}
