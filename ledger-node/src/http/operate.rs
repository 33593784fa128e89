//! Running the node: health, metrics, the census, and the description of this very interface.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use ledger_store::Store;
use serde_json::{Value, json};

use super::edge::Edge;
use super::submit::JSON;
use crate::metrics;
use crate::outcome::Code;
use crate::problem::Problem;

/// The description of the interface, kept by hand; a test holds it to the routes.
pub(crate) const OPENAPI: &str = include_str!("../../openapi.json");

/// Prometheus' text format.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The process answers. Nothing else is checked: a supervisor restarts who does not.
pub(super) async fn healthz() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

/// The node takes statements. Why it does not stands in the log, not here: anybody may ask.
pub(super) async fn readyz<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Result<Json<Value>, Problem> {
    if edge.node.is_ready() {
        return Ok(Json(json!({"status": "ready"})));
    }
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "the node takes no statements now"))
}

pub(super) async fn numbers<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Result<Response, Problem> {
    let findings = match edge.metrics.counted_findings() {
        Some(counts) => counts,
        None => edge.metrics.count_findings(&edge.node.findings().await),
    };
    let last = edge.node.checkpoint().checkpoint.size().saturating_sub(1);
    let newest = edge.node.entry(last).await.map_err(Problem::internal)?;
    let recorded_at_us = newest.map_or(0, |shown| shown.entry.recorded_at_us);
    let text = edge.metrics.expose(&metrics::Node {
        stats: &edge.node.stats(),
        findings,
        is_ready: edge.node.is_ready(),
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
        Err(declined) if matches!(declined.code, Code::Overloaded | Code::Unavailable) => {
            Err(Problem::unavailable(declined.detail))
        }
        Err(declined) => Err(Problem::new(StatusCode::CONFLICT, declined.code.name(), declined.detail)),
    }
}
