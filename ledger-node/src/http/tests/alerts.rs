//! The stream of alerts: what happens reaches whoever reads, from where they left off, and nobody holds it for ever.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::world::{NOON_US, World};
use crate::http::edge::ALERT_STREAMS_PER_TOKEN_MAX;
use crate::token::Scope;

const HOUR_US: u64 = 3_600_000_000;

/// A reader with this token, who had the event of this number last.
async fn follow(router: &Router, token: &str, last: Option<u64>) -> Response {
    let mut request = Request::get("/v1/alerts").header(AUTHORIZATION, format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// Somebody who reads along.
struct Reader(Body);

impl Reader {
    /// The next event: its number, its name, its data. Comments are passed over; `None` at the end.
    async fn next(&mut self) -> Option<(u64, String, Value)> {
        loop {
            let frame = self.0.frame().await?.unwrap().into_data().unwrap();
            let text = String::from_utf8(frame.to_vec()).unwrap();
            let field = |name: &str| {
                let line = text.lines().find(|line| line.starts_with(&format!("{name}: ")));
                line.map(|line| line[name.len() + 2..].to_owned())
            };
            if let (Some(id), Some(event), Some(data)) = (field("id"), field("event"), field("data")) {
                return Some((id.parse().unwrap(), event, serde_json::from_str(&data).unwrap()));
            }
        }
    }
}

/// The desk says something an hour late, and had not said that it was offline (T03).
async fn late(world: &mut World) {
    world.clock.set(NOON_US + HOUR_US);
    let said = world.desk.says(&json!({"power_restored": {"observed": {"outage_us": 1}}}));
    world.recorded(vec![said]).await;
}

/// It says that it was.
async fn explained(world: &mut World) {
    let said = world.desk.says(&json!({"offline_entered": {"observed": {"since_us": NOON_US}}}));
    world.recorded(vec![said]).await;
}

#[tokio::test]
async fn an_alert_reaches_who_reads_along_and_so_does_its_end() {
    let mut world = World::furnished().await;
    let token = world.token(Scope::Read);
    let answered = follow(&world.router, &token, None).await;
    assert_eq!(answered.headers()["content-type"], "text/event-stream");
    let mut reader = Reader(answered.into_body());
    late(&mut world).await;
    let (first, name, raised) = reader.next().await.unwrap();
    assert_eq!((name.as_str(), &raised["alert"]["rule"]), ("raised", &json!("T03")));
    assert_eq!(raised["number"], json!(first));
    for member in ["id", "severity", "sentence", "remedy", "indices", "exhibits", "rule_version"] {
        assert!(!raised["alert"][member].is_null(), "{member}");
    }
    explained(&mut world).await;
    let (second, name, ended) = reader.next().await.unwrap();
    assert_eq!((second, name.as_str()), (first + 1, "superseded"));
    assert_eq!(ended["alert"]["id"], raised["alert"]["id"]);
}

#[tokio::test]
async fn who_comes_back_goes_on_behind_the_last_event_it_had() {
    let mut world = World::furnished().await;
    let token = world.token(Scope::Read);
    let last = world.get("/v1/alerts/recent").await.json()["last"].as_u64().unwrap();
    late(&mut world).await;
    explained(&mut world).await;
    let recent = world.get("/v1/alerts/recent").await.json();
    let numbers: Vec<_> =
        recent["events"].as_array().unwrap().iter().map(|event| event["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [last + 2, last + 1], "newest first");
    assert_eq!(recent["last"], json!(last + 2));
    let mut reader = Reader(follow(&world.router, &token, Some(last)).await.into_body());
    assert_eq!(reader.next().await.unwrap().0, last + 1);
    let mut reader = Reader(follow(&world.router, &token, Some(last + 1)).await.into_body());
    assert_eq!(reader.next().await.unwrap().0, last + 2);
}

#[tokio::test]
async fn who_has_missed_more_than_is_kept_is_told_so_and_let_go() {
    let world = World::furnished().await;
    let token = world.token(Scope::Read);
    let last = world.get("/v1/alerts/recent").await.json()["last"].as_u64().unwrap();
    // Of another start of the node, and of none.
    for unknown in [0, last - 5, last + 5, u64::MAX] {
        let mut reader = Reader(follow(&world.router, &token, Some(unknown)).await.into_body());
        let (number, name, data) = reader.next().await.unwrap();
        assert_eq!((number, name.as_str(), &data["read"]), (last, "missed", &json!("/v1/findings")));
        assert!(reader.next().await.is_none());
    }
    let metrics = world.get("/metrics").await;
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    assert!(text.contains("\ncustody_alert_readers_dropped_total 4\n"), "{text}");
    let wrong = Request::get("/v1/alerts")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header("last-event-id", "yesterday");
    world.send(wrong.body(Body::empty()).unwrap()).await.is_problem(400, "bad-request");
}

#[tokio::test]
async fn readers_beyond_the_limit_are_503_and_a_place_is_given_back() {
    let world = World::with(|config| config.limits.alert_streams_max = 1).await;
    let (token, other) = (world.token(Scope::Read), world.token(Scope::Read));
    let first = follow(&world.router, &token, None).await;
    assert_eq!(first.status(), 200);
    assert_eq!(follow(&world.router, &other, None).await.status(), 503);
    drop(first);
    assert_eq!(follow(&world.router, &other, None).await.status(), 200);
}

#[tokio::test]
async fn one_token_does_not_take_every_place() {
    let world = World::new().await;
    let (token, other) = (world.token(Scope::Read), world.token(Scope::Read));
    let mut readers = Vec::new();
    for _ in 0..ALERT_STREAMS_PER_TOKEN_MAX {
        readers.push(follow(&world.router, &token, None).await);
    }
    assert_eq!(follow(&world.router, &token, None).await.status(), 503);
    assert_eq!(follow(&world.router, &other, None).await.status(), 200);
}

#[tokio::test]
async fn a_stream_ends_when_the_node_stops() {
    let world = World::furnished().await;
    let token = world.token(Scope::Read);
    let mut reader = Reader(follow(&world.router, &token, None).await.into_body());
    world.edge.stop();
    assert!(reader.next().await.is_none());
    let world = World::furnished().await;
    let token = world.token(Scope::Read);
    let mut reader = Reader(follow(&world.router, &token, None).await.into_body());
    world.edge.node.shutdown().await;
    assert!(reader.next().await.is_none());
}

#[tokio::test]
async fn the_access_log_keeps_who_followed_the_alerts() {
    let world = World::new().await;
    let token = world.token(Scope::Read);
    let label = world.edge.tokens.check(&token, NOON_US).unwrap().unwrap().label;
    drop(follow(&world.router, &token, None).await);
    let logged = world.edge.access.newest(10).unwrap();
    assert!(logged.iter().any(|access| access.who == label && access.what == "GET /v1/alerts"), "{logged:?}");
}

#[tokio::test]
async fn health_names_the_policy_and_what_stands() {
    let mut world = World::furnished().await;
    late(&mut world).await;
    world.get("/v1/findings").await;
    let health = world.get("/v1/health").await.json();
    assert_eq!(health["policy"]["version"], "without-estate");
    assert_eq!((&health["policy_not_at_hand"], &health["unjudged"]), (&Value::Null, &json!(0)));
    assert_eq!(health["findings"]["warning"], json!(1));
    assert_eq!(health["status"], "ready");
}
