//! Limits, and the form of every error and of every answer.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use prost::Message as _;

use super::world::World;
use crate::token::Scope;

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let world = World::with(|config| config.limits.body_bytes_max = 1000).await;
    for content_type in ["application/x-protobuf", "application/json"] {
        let request = Request::post("/v1/statements").header(CONTENT_TYPE, content_type);
        let answered = world.send(request.body(Body::from(vec![b'0'; 1001])).unwrap()).await;
        answered.is_problem(413, "too-large");
    }
}

#[tokio::test]
async fn more_than_256_submissions_are_413() {
    let world = World::new().await;
    let empty = custody_proto::v1::Submission { envelope: None, openings: Vec::new() };
    let request = custody_proto::v1::SubmitRequest { submissions: vec![empty; 257], seen_size: 0 };
    let post = Request::post("/v1/statements").header(CONTENT_TYPE, "application/x-protobuf");
    world.send(post.body(Body::from(request.encode_to_vec())).unwrap()).await.is_problem(413, "too-large");
}

#[tokio::test]
async fn another_content_type_is_415() {
    let world = World::new().await;
    for content_type in ["text/plain", "application/jsonx", ""] {
        let post = Request::post("/v1/statements").header(CONTENT_TYPE, content_type);
        world.send(post.body(Body::empty()).unwrap()).await.is_problem(415, "content-type");
    }
    let post = Request::post("/v1/statements").body(Body::empty()).unwrap();
    world.send(post).await.is_problem(415, "content-type");
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405_with_those_allowed() {
    let world = World::new().await;
    for path in ["/", "/v1", "/v1/nothing", "/tile", "/checkpoint/", "/v1/exhibits/", "/../etc/passwd"] {
        world.ask(Method::GET, path, None).await.is_problem(404, "no-such-route");
    }
    let answered = world.ask(Method::DELETE, "/checkpoint", None).await;
    answered.is_problem(405, "method");
    assert_eq!(answered.headers["allow"], "GET,HEAD");
    world.ask(Method::GET, "/v1/statements", None).await.is_problem(405, "method");
}

#[tokio::test]
async fn a_token_with_too_many_requests_open_is_429_and_others_go_on() {
    let world = World::with(|config| config.limits.requests_per_token_max = 1).await;
    let (busy, other) = (world.token(Scope::Read), world.token(Scope::Read));
    let label = world.edge.tokens.check(&busy, super::world::NOON_US).unwrap().unwrap().label;
    let share = world.edge.share(&label).unwrap();
    let answered = world.ask(Method::GET, "/checkpoint", Some(&busy)).await;
    answered.is_problem(429, "busy");
    assert_eq!(answered.headers["retry-after"], "2");
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&other)).await.status, 200);
    drop(share);
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&busy)).await.status, 200);
}

#[tokio::test]
async fn a_node_with_too_many_requests_open_is_503_and_says_that_it_lives() {
    let world = World::with(|config| config.limits.requests_max = 1).await;
    let token = world.token(Scope::Read);
    let room = world.edge.room().unwrap();
    let answered = world.ask(Method::GET, "/checkpoint", Some(&token)).await;
    answered.is_problem(503, "busy");
    assert_eq!(answered.headers["retry-after"], "2");
    assert_eq!(world.ask(Method::GET, "/healthz", None).await.status, 200);
    drop(room);
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&token)).await.status, 200);
}

#[tokio::test]
async fn a_flood_of_statements_leaves_room_for_who_has_a_token() {
    let world = World::with(|config| config.limits.submissions_max = 1).await;
    let room = world.edge.submission_room().unwrap();
    world.submit(Vec::new()).await.is_problem(503, "busy");
    assert_eq!(world.get("/checkpoint").await.status, 200);
    drop(room);
    assert_eq!(world.submit(Vec::new()).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_503_in_time() {
    let world = World::with(|config| config.limits.request_time_s = 1).await;
    let never = Body::from_stream(futures_never());
    let post = Request::post("/v1/statements").header(CONTENT_TYPE, "application/json");
    world.send(post.body(never).unwrap()).await.is_problem(503, "timeout");
}

/// A body of which nothing ever comes.
fn futures_never() -> impl futures_core::Stream<Item = Result<axum::body::Bytes, std::io::Error>> {
    struct Never;
    impl futures_core::Stream for Never {
        type Item = Result<axum::body::Bytes, std::io::Error>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Pending
        }
    }
    Never
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_a_browser_out() {
    let world = World::new().await;
    let token = world.token(Scope::Read);
    for path in ["/checkpoint", "/healthz", "/nothing", "/v1/estate", "/metrics"] {
        let answered = world.ask(Method::GET, path, Some(&token)).await;
        let header = |name: &str| answered.headers[name].to_str().unwrap();
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert!(!answered.headers.contains_key("strict-transport-security"), "not without TLS");
    }
    assert_eq!(world.get("/v1/estate").await.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn an_authorization_that_is_no_bearer_token_is_401() {
    let world = World::new().await;
    let token = world.token(Scope::Read);
    for header in ["Basic YTpi", "Bearer", "", &token, "Bearer \u{7f}"] {
        let Ok(value) = axum::http::HeaderValue::from_str(header) else { continue };
        let get = Request::get("/checkpoint").header(AUTHORIZATION, value);
        world.send(get.body(Body::empty()).unwrap()).await.is_problem(401, "no-token");
    }
}
