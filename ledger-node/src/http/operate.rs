//! Running the node: health, metrics, the census, and the description of this very interface.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use custody::severity::Severity;
use ledger_store::Store;
use serde_json::{Value, json};

use super::edge::Edge;
use super::submit::JSON;
use crate::cluster::TakeOverError;
use crate::metrics;
use crate::node::Condition;
use crate::problem::Problem;

/// The description of the interface, kept by hand; a test holds it to the routes.
pub(crate) const OPENAPI: &str = include_str!("../../openapi.json");

/// The node takes statements.
const READY: &str = "ready";

/// It does not, and can be read: another node of the ledger does.
const STANDBY: &str = "standby";

/// Prometheus' text format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The process answers. Nothing else is checked: a supervisor restarts who does not.
pub(super) async fn healthz() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

/// The node takes statements. Why it does not stands in the log, not here: anybody may ask.
pub(super) async fn readyz<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Result<Json<Value>, Problem> {
    let (code, detail) = match edge.node.condition() {
        Condition::Ready => return Ok(Json(json!({"status": READY}))),
        Condition::Standby => (
            STANDBY,
            "the node stands by: it follows the ledger and can be read, and takes nothing; ask the node that writes",
        ),
        Condition::Closed | Condition::Stopped { .. } => ("not-ready", "the node takes no statements now"),
    };
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail))
}

/// How the node is, for whoever watches it: what it judges by, how far it has come, what stands.
pub(super) async fn health<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    let stats = edge.node.stats();
    let severities = Severity::ALL.iter().map(|severity| severity.name().to_owned());
    let standing = severities.zip(stats.findings.map(Value::from)).collect::<serde_json::Map<_, _>>();
    let (version, hash, missing) = edge.node.look(|state, _| {
        let policy = state.policy();
        (policy.version.clone(), policy.hash.to_string(), state.policy_not_at_hand())
    });
    Json(json!({
        "status": match edge.node.condition() {
            Condition::Ready => READY,
            Condition::Standby => STANDBY,
            Condition::Closed | Condition::Stopped { .. } => "stopped",
        },
        "size": stats.size,
        "unjudged": stats.unjudged,
        "epoch": stats.epoch,
        "policy": {"version": version, "hash": hash},
        "policy_not_at_hand": missing.map(|hash| hash.to_string()),
        "findings": standing,
        "overdue": stats.overdue,
    }))
}

pub(super) async fn numbers<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Result<Response, Problem> {
    let last = edge.node.checkpoint().checkpoint.size().saturating_sub(1);
    let newest = edge.node.entry(last).await.map_err(Problem::internal)?;
    let recorded_at_us = newest.map_or(0, |shown| shown.entry.recorded_at_us);
    let text = edge.metrics.expose(&metrics::Node {
        stats: &edge.node.stats(),
        alert_readers: edge.alert_reader_count(),
        condition: &edge.node.condition(),
        checkpoint_age_s: edge.now_us().saturating_sub(recorded_at_us) / 1_000_000,
    });
    Ok(([(CONTENT_TYPE, EXPOSITION)], text).into_response())
}

pub(super) async fn openapi() -> Response {
    ([(CONTENT_TYPE, JSON)], OPENAPI).into_response()
}

/// Takes a census now, and answers when it is in the ledger.
pub(super) async fn census<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Result<Json<Value>, Problem> {
    match edge.node.take_census().await {
        Ok(index) => Ok(Json(json!({"index": index, "receipt": edge.node.receipt(index)}))),
        Err(declined) => Err(Problem::of_declined(declined)),
    }
}

/// Has this node write, and answers when it does.
pub(super) async fn take_over<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Result<Json<Value>, Problem> {
    match edge.node.take_over().await {
        Ok(epoch) => {
            tracing::info!(epoch, "writes as told");
            Ok(Json(json!({"epoch": epoch})))
        }
        Err(error) => Err(not_taken_over(&error)),
    }
}

fn not_taken_over(error: &TakeOverError) -> Problem {
    let (status, code) = match error {
        TakeOverError::Alone => (StatusCode::CONFLICT, "alone"),
        TakeOverError::Taken { .. } => (StatusCode::CONFLICT, "taken"),
        TakeOverError::NotNow { .. } => (StatusCode::SERVICE_UNAVAILABLE, "not-now"),
        TakeOverError::Stopped { .. } => (StatusCode::SERVICE_UNAVAILABLE, "stopped"),
    };
    Problem::new(status, code, error.to_string())
}
