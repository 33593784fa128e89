//! Erasing over HTTP: recorded, refused under a hold, logged, and never twice.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use custody::id::{Digest, ExhibitId};
use custody_proto::schema::Stream;
use ledger_format::stream::StreamName;
use serde_json::{Value, json};

use super::world::{Answered, DESCRIPTION, EXHIBIT, OFFICER, World};
use crate::token::Scope;
use crate::vault::{Content, Vault};

const CASE: &str = "ca5eca5e-0000-4000-8000-000000000001";

/// Who decided it: a text that only the vault may hold.
const AUTHORITY: &str = "Superintendent Surname, review 7";

pub(super) async fn post(world: &World, scope: Scope, body: &Value) -> Answered {
    let request = Request::post("/v1/vault/erasures")
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", world.token(scope)));
    world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn erase(world: &World, what: Value) -> Answered {
    let Value::Object(mut body) = what else { panic!("{what}") };
    body.extend([("authority".to_owned(), json!(AUTHORITY)), ("as".to_owned(), json!("records 4"))]);
    post(world, Scope::Operate, &Value::Object(body)).await
}

/// The statement that registers the exhibit.
pub(super) async fn registration(world: &World) -> Digest {
    let stream = StreamName { kind: Stream::Exhibit, id: EXHIBIT.parse::<ExhibitId>().unwrap().0 };
    let first = world.edge.node.look(|state, _| state.stream(&stream)[0]);
    world.edge.node.entry(first).await.unwrap().unwrap().decoded.hash
}

fn vault(world: &World) -> Vault {
    Vault::open(&world.folder.path().join("data")).unwrap()
}

fn size(world: &World) -> u64 {
    world.edge.node.look(|state, _| state.size())
}

fn contents(world: &World, statement: Digest) -> Vec<(Option<String>, Content)> {
    let kept = vault(world).of_statement(statement).unwrap();
    kept.into_iter().map(|kept| (kept.field, kept.content)).collect()
}

/// Somebody places a hold at the desk, or releases one; returns the statement's hash.
async fn say_at_desk(world: &mut World, fact: impl FnOnce(Value) -> Value) -> String {
    let opened = json!({"session_opened": {"observed": {"method": "card"}, "declared": {"person": OFFICER}}});
    let session = world.desk.says(&opened);
    let by = json!({"person": OFFICER, "session": session.envelope.statement_hash().to_string()});
    let said = world.desk.says(&fact(by));
    let hash = said.envelope.statement_hash().to_string();
    world.recorded(vec![session, said]).await;
    hash
}

#[tokio::test]
async fn an_erasure_is_recorded_once_and_takes_the_opening_and_nothing_else() {
    let world = World::furnished().await;
    let statement = registration(&world).await;
    let answered = erase(&world, json!({"statement": statement.to_string(), "field": "description"})).await;
    assert_eq!(answered.status, 200, "{:?}", answered.body);
    let erased = answered.json()["erased"][0].clone();
    let index = erased["entry"].as_u64().unwrap();
    assert_eq!((erased["field"].as_str(), erased["is_new"].as_bool()), (Some("description"), Some(true)));
    let contents = contents(&world, statement);
    assert_eq!(contents[0], (Some("description".to_owned()), Content::Erased(index)));
    assert!(matches!(contents[1], (Some(_), Content::Open(_))), "{contents:?}");

    // It stands in the streams of its exhibit and its case, and commits to the authority.
    let shown = world.edge.node.entry(index).await.unwrap().unwrap();
    let streams: Vec<String> = shown.decoded.streams.iter().map(ToString::to_string).collect();
    for stream in [format!("exhibit/{EXHIBIT}"), format!("case/{CASE}")] {
        assert!(streams.contains(&stream), "{streams:?}");
    }
    let authority = vault(&world).of_statement(shown.decoded.hash).unwrap();
    assert!(matches!(authority[0].content, Content::Open(_)));

    // Once more: the same answer, and nothing is recorded.
    let before = size(&world);
    let again = erase(&world, json!({"statement": statement.to_string(), "field": "description"})).await;
    let mut expected = erased;
    expected["is_new"] = json!(false);
    assert_eq!((again.status.as_u16(), again.json()), (200, json!({"erased": [expected]})));
    assert_eq!(size(&world), before);
}

#[tokio::test]
async fn of_a_case_everything_is_erased_but_on_whose_authority() {
    let world = World::furnished().await;
    let statement = registration(&world).await;
    erase(&world, json!({"statement": statement.to_string(), "field": "description"})).await;
    let answered = erase(&world, json!({"case": CASE})).await;
    let erased = answered.json()["erased"].as_array().unwrap().clone();
    let fields: Vec<_> = erased.iter().map(|one| (one["field"].as_str(), one["is_new"].as_bool())).collect();
    assert_eq!(fields, [(Some("description"), Some(false)), (Some("exhibit_reference"), Some(true))]);
    assert!(contents(&world, statement).iter().all(|(_, content)| matches!(content, Content::Erased(_))));
    for one in erased {
        let shown = world.edge.node.entry(one["entry"].as_u64().unwrap()).await.unwrap().unwrap();
        let authority = contents(&world, shown.decoded.hash);
        assert!(matches!(authority[..], [(_, Content::Open(_))]), "{authority:?}");
    }
}

#[tokio::test]
async fn nothing_is_erased_under_a_hold_and_everything_may_be_after_it() {
    for (held, named) in [("exhibit", json!({"exhibits": [EXHIBIT]})), ("case", json!({"case": CASE}))] {
        let mut world = World::furnished().await;
        let statement = registration(&world).await;
        let hold = say_at_desk(&mut world, |by| {
            let mut declared = named.clone();
            declared["reason"] = json!("appeal");
            declared["by"] = by;
            json!({"hold_placed": {"declared": declared}})
        })
        .await;
        let before = (size(&world), contents(&world, statement));
        for what in [json!({"statement": statement.to_string()}), json!({"case": CASE})] {
            let refused = erase(&world, what).await;
            refused.is_problem(409, "held");
            let detail = refused.json()["detail"].as_str().unwrap().to_owned();
            let index = world.edge.node.index_of(&hold.parse().unwrap()).unwrap();
            assert!(detail.contains("G03") && detail.contains(&format!("entry {index}")), "{held}: {detail}");
        }
        assert_eq!((size(&world), contents(&world, statement)), before);
        say_at_desk(
            &mut world,
            |by| json!({"hold_released": {"declared": {"hold": hold, "by": by, "exhibits": [EXHIBIT]}}}),
        )
        .await;
        assert_eq!(erase(&world, json!({"case": CASE})).await.status, 200, "{held}");
        assert_eq!(world.edge.node.findings().await, []);
    }
}

#[tokio::test]
async fn what_cannot_be_erased_is_said_without_repeating_the_request() {
    let world = World::furnished().await;
    let statement = registration(&world).await;
    let absent = "ab".repeat(32);
    let session = world.edge.node.entry(7).await.unwrap().unwrap().decoded.hash;
    erase(&world, json!({"statement": absent})).await.is_problem(404, "no-such-statement");
    erase(&world, json!({"statement": session.to_string()})).await.is_problem(404, "nothing-kept");
    erase(&world, json!({"statement": statement.to_string(), "field": "surname"}))
        .await
        .is_problem(404, "nothing-kept");
    erase(&world, json!({"case": "00000000-0000-4000-8000-000000000000"}))
        .await
        .is_problem(404, "nothing-kept");
    let wrong = [
        json!({}),
        json!({"statement": "surname"}),
        json!({"case": "surname"}),
        json!({"statement": absent, "case": CASE}),
        json!({"case": CASE, "field": "surname"}),
        json!({"case": CASE, "surname": "surname"}),
        json!({"case": CASE, "authority": " ", "as": "records"}),
        json!({"case": CASE, "authority": "review", "as": "two\nlines, surname"}),
    ];
    for body in wrong {
        let answered = match body.get("as") {
            Some(_) => post(&world, Scope::Operate, &body).await,
            None => erase(&world, body).await,
        };
        answered.is_problem(400, "bad-request");
        assert!(!answered.json()["detail"].as_str().unwrap().contains("surname"));
    }
    post(&world, Scope::Write, &json!({"case": CASE, "authority": "review", "as": "records"}))
        .await
        .is_problem(403, "scope");
}

#[tokio::test]
async fn each_erasure_has_a_line_in_the_access_log_that_shows_no_value() {
    let world = World::furnished().await;
    let statement = registration(&world).await;
    assert_eq!(erase(&world, json!({"case": CASE})).await.status, 200);
    let lines = world.edge.access.newest(100).unwrap();
    let what: Vec<_> =
        lines.iter().filter(|line| line.who.ends_with(": records 4")).map(|line| &line.what).collect();
    assert_eq!(what.len(), 2, "{what:?}");
    for (line, field) in what.iter().zip(["exhibit_reference", "description"]) {
        assert!(line.starts_with(&format!("erase {field} of {statement}: commitment ")), "{line}");
    }
    assert!(lines.iter().any(|line| line.what == "POST /v1/vault/erasures" && line.outcome == 200));
    let text = format!("{lines:?}");
    assert!(!text.contains(DESCRIPTION) && !text.contains("Surname") && !text.contains("AB/1"), "{text}");
}
