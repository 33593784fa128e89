//! Who may ask what, and what the access log keeps of it.

use axum::http::Method;

use super::world::{EXHIBIT, World};
use crate::http::routes::{Needs, routes};
use crate::token::Scope;
use ledger_store::sqlite::SqliteStore;

/// A path that the route matches.
fn filled(path: &str) -> String {
    path.replace("{level}", "0")
        .replace("{*index}", "000")
        .replace("{index}", "0")
        .replace("{id}", EXHIBIT)
        .replace("{hash}", &"ab".repeat(32))
        .replace("{name}", "today")
}

#[tokio::test]
async fn every_route_that_needs_a_token_is_401_without_one_and_with_a_wrong_one() {
    let world = World::new().await;
    let mut count = 0;
    for route in routes::<SqliteStore>() {
        if !matches!(route.needs, Needs::Token(_) | Needs::Logged(_)) {
            continue;
        }
        let path = filled(route.path);
        world.ask(route.method.clone(), &path, None).await.is_problem(401, "no-token");
        let wrong = format!("custody_{}", "0".repeat(64));
        let answered = world.ask(route.method, &path, Some(&wrong)).await;
        answered.is_problem(401, "no-token");
        assert_eq!(answered.headers["www-authenticate"], "Bearer");
        count += 1;
    }
    assert!(count >= 14, "{count}");
}

#[tokio::test]
async fn every_route_but_two_needs_a_token_or_signed_statements() {
    let open: Vec<_> = routes::<SqliteStore>()
        .into_iter()
        .filter(|route| route.needs == Needs::Nothing)
        .map(|route| route.path)
        .collect();
    assert_eq!(open, ["/healthz", "/readyz"]);
    let signed: Vec<_> = routes::<SqliteStore>()
        .into_iter()
        .filter(|route| route.needs == Needs::Signatures)
        .map(|route| route.path)
        .collect();
    assert_eq!(signed, ["/v1/statements"]);
}

#[tokio::test]
async fn a_narrower_scope_is_403_and_a_wider_one_passes() {
    let world = World::new().await;
    for scope in Scope::ALL {
        let token = world.token(scope);
        for route in routes::<SqliteStore>() {
            let (Needs::Token(needed) | Needs::Logged(needed)) = route.needs else { continue };
            let answered = world.ask(route.method.clone(), &filled(route.path), Some(&token)).await;
            if scope < needed {
                answered.is_problem(403, "scope");
            } else {
                assert!(![401, 403].contains(&answered.status.as_u16()), "{} {answered:?}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn an_expired_or_revoked_token_is_401() {
    let world = World::new().await;
    let tokens = &world.edge.tokens;
    let now = super::world::NOON_US;
    let token = tokens.add("short", Scope::Read, now, Some(now + 10)).unwrap();
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&token)).await.status, 200);
    world.clock.set(now + 10);
    world.ask(Method::GET, "/checkpoint", Some(&token)).await.is_problem(401, "no-token");
    let token = tokens.add("long", Scope::Read, now, None).unwrap();
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&token)).await.status, 200);
    tokens.revoke("long", now).unwrap();
    world.ask(Method::GET, "/checkpoint", Some(&token)).await.is_problem(401, "no-token");
}

#[tokio::test]
async fn the_access_log_has_every_read_of_an_exhibit_with_who_what_and_outcome() {
    let world = World::furnished().await;
    let now = super::world::NOON_US;
    let token = world.edge.tokens.add("exhibits officer", Scope::Read, now, None).unwrap();
    let path = format!("/v1/exhibits/{EXHIBIT}");
    assert_eq!(world.ask(Method::GET, &path, Some(&token)).await.status, 200);
    let absent = "/v1/exhibits/00000000-0000-4000-8000-000000000000";
    assert_eq!(world.ask(Method::GET, absent, Some(&token)).await.status, 404);
    assert_eq!(world.ask(Method::GET, "/checkpoint", Some(&token)).await.status, 200);
    let lines = world.edge.access.newest(10).unwrap();
    let lines: Vec<_> =
        lines.iter().map(|line| (line.at_us, line.who.as_str(), line.what.clone(), line.outcome)).collect();
    let who = "exhibits officer";
    let expect = [(now, who, format!("GET {path}"), 200), (now, who, format!("GET {absent}"), 404)];
    assert_eq!(lines, expect, "reads that name nobody are not in it");
}

#[tokio::test]
async fn whoever_copies_the_whole_ledger_stands_in_the_access_log() {
    let world = World::new().await;
    let token = world.edge.tokens.add("operator", Scope::Operate, super::world::NOON_US, None).unwrap();
    for path in ["/v1/archives/monday", "/v1/backups/monday"] {
        let answered = world.ask(Method::POST, path, Some(&token)).await;
        let line = world.edge.access.newest(1).unwrap().remove(0);
        let expect = ("operator".to_owned(), format!("POST {path}"), answered.status.as_u16());
        assert_eq!((line.who, line.what, line.outcome), expect);
    }
}

#[tokio::test]
async fn a_read_that_cannot_be_logged_is_not_answered() {
    let world = World::furnished().await;
    let token = world.token(Scope::Read);
    let log = world.folder.path().join("data").join(crate::access::ACCESS_FILE);
    rusqlite::Connection::open(log).unwrap().execute_batch("DROP TABLE access").unwrap();
    let answered = world.ask(Method::GET, &format!("/v1/exhibits/{EXHIBIT}"), Some(&token)).await;
    answered.is_problem(503, "unavailable");
    assert!(!String::from_utf8_lossy(&answered.body).contains(EXHIBIT));
}

#[tokio::test]
async fn statements_need_a_token_where_the_configuration_says_so() {
    let mut world = World::with(|config| config.statements_need_token = true).await;
    let said = world.desk.says(&serde_json::json!({"power_restored": {"observed": {"outage_us": 1}}}));
    world.submit(vec![said]).await.is_problem(401, "no-token");
}
