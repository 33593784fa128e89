//! What is secret or personal is in no log, metric or error.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use tracing_subscriber::fmt::MakeWriter;

use super::world::{DESCRIPTION, EXHIBIT, World};
use crate::token::Scope;

/// A log that can be read back.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_token_opening_or_query_is_in_the_log_and_every_request_is() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
        .finish();
    // For the whole process: what other tests make the node log is held to the same rule.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let (token, bodies) = exercise().await;
    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().count() >= 6, "{log}");
    assert!(log.contains(r#""route":"/v1/exhibits/{id}""#), "{log}");
    assert!(log.contains(r#""who":"read 0""#) && log.contains(r#""status":401"#), "{log}");
    let (secret, opening) = (token.as_str(), "WyJ");
    for hidden in [secret, &secret[8..], DESCRIPTION, opening, "surname", "AB/1", EXHIBIT] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
    for hidden in [secret, DESCRIPTION, "surname", "AB/1"] {
        assert!(!bodies.contains(hidden), "{hidden} in {bodies}");
    }
}

/// Uses the node as people do, and misuses it. Returns a token and what errors and metrics said.
async fn exercise() -> (String, String) {
    let world = World::furnished().await;
    let token = world.token(Scope::Read);
    let mut bodies = String::new();
    for path in [
        &format!("/v1/exhibits/{EXHIBIT}"),
        "/v1/consistency?old=surname&new=surname",
        "/v1/exhibits/surname?surname",
        "/metrics",
        "/v1/findings?name=surname",
    ] {
        let request = Request::get(path).header(AUTHORIZATION, format!("Bearer {token}"));
        let answered = world.send(request.body(Body::empty()).unwrap()).await;
        bodies.push_str(&String::from_utf8_lossy(&answered.body));
    }
    let wrong = Request::get("/checkpoint").header(AUTHORIZATION, format!("Bearer {token}0"));
    let answered = world.send(wrong.body(Body::empty()).unwrap()).await;
    answered.is_problem(401, "no-token");
    let post = Request::post("/v1/statements").header(CONTENT_TYPE, "application/json");
    let body = format!(r#"{{"surname": "{DESCRIPTION}"}}"#);
    let answered = world.send(post.body(Body::from(body)).unwrap()).await;
    bodies.push_str(&String::from_utf8_lossy(&answered.body));
    (token, bodies)
}
