//! What the entries mean: exhibits, lockers, the estate, findings. Read from the state under the newest
//! checkpoint; a verifier finds the same from the archive alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use custody::id::{ExhibitId, LockerId};
use ledger_store::Store;
use serde_json::{Value, json};

use super::edge::Edge;
use super::view;
use crate::problem::Problem;

/// Findings shown at most, the gravest: more than anybody reads, and a bound on an answer. The count tells of all.
const FINDINGS_SHOWN_MAX: usize = 10_000;

pub(super) async fn exhibit<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id: ExhibitId = parse_id(&id)?;
    let none = || Problem::not_found("no-such-exhibit", "no entry names an exhibit with this id");
    let exhibit = edge.node.exhibit(id).await.map_err(Problem::internal)?.ok_or_else(none)?;
    view::exhibit(id, &exhibit).map(Json).map_err(Problem::internal)
}

/// The verdict alone, for who shows many.
pub(super) async fn verdict<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id: ExhibitId = parse_id(&id)?;
    let none = || Problem::not_found("no-such-exhibit", "no rule reads anything of an exhibit with this id");
    let (verdict, size) = edge.node.verdict(id).ok_or_else(none)?;
    Ok(Json(view::sole_verdict(&verdict, size)))
}

pub(super) async fn locker<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let id: LockerId = parse_id(&id)?;
    let found = edge.node.look(|state, _| view::locker(id, state.ledger()));
    let none = || Problem::not_found("no-such-locker", "no locker is registered under this id");
    found.map(Json).ok_or_else(none)
}

pub(super) async fn estate<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    Json(edge.node.look(|state, _| view::estate(state.ledger())))
}

pub(super) async fn findings<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    let findings = edge.node.findings().await;
    let shown: Vec<_> = findings.iter().take(FINDINGS_SHOWN_MAX).map(view::finding).collect();
    Json(json!({"count": findings.len(), "findings": shown}))
}

fn parse_id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::bad_request("an id is a lower-case UUID"))
}
