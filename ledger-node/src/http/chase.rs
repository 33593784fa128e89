//! What somebody must chase: overdue, missing, equipment out, counts and discrepancies open; and what a recorder is
//! asked for.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use custody::equipment::{Piece, Whereabouts};
use custody::id::DeviceId;
use ledger_store::Store;
use serde::Deserialize;
use serde_json::{Value, json};

use super::edge::Edge;
use super::view;
use crate::problem::Problem;

/// Rows shown at most: what does not fit a page is another page's fault, and the count says how many there are.
const ROWS_MAX: usize = 10_000;

pub(super) async fn overdue<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    let overdue = edge.node.overdue(edge.now_us()).await;
    let rows: Vec<_> = overdue.iter().take(ROWS_MAX).map(view::overdue).collect();
    Json(json!({"count": overdue.len(), "overdue": rows}))
}

pub(super) async fn missing<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    let exhibits = edge.node.missing().await;
    let equipment = edge.node.look(|state, _| {
        let is_missing = |piece: &Piece| piece.whereabouts == Whereabouts::Missing;
        let pieces = state.ledger().equipment().iter().filter(|(_, piece)| is_missing(piece));
        pieces.map(|(id, _)| id.to_string()).take(ROWS_MAX).collect::<Vec<_>>()
    });
    let rows: Vec<_> = exhibits.iter().take(ROWS_MAX).map(ToString::to_string).collect();
    Json(json!({"count": exhibits.len(), "exhibits": rows, "equipment": equipment}))
}

pub(super) async fn equipment<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    let now_us = edge.now_us();
    let (count, rows) = edge.node.look(|state, _| {
        let pieces = state.ledger().equipment().iter();
        let rows = pieces.take(ROWS_MAX).map(|(id, piece)| view::piece(id, piece, now_us));
        (state.ledger().equipment().iter().count(), rows.collect::<Vec<_>>())
    });
    Json(json!({"count": count, "equipment": rows}))
}

pub(super) async fn counts<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    edge.node.look(|state, _| {
        let counts = &state.tables().counts;
        let open = counts.discrepancies().take(ROWS_MAX).map(|(hash, open)| view::discrepancy(hash, open));
        Json(json!({
            "counts": counts.counts().map(view::count).collect::<Vec<_>>(),
            "discrepancies": open.collect::<Vec<_>>(),
        }))
    })
}

/// A recorder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recorder {
    recorder: String,
}

pub(super) async fn wanted<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    recorder: Result<Query<Recorder>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let form = || Problem::bad_request("give ?recorder=, the recorder's device id, a lower-case UUID");
    let Query(Recorder { recorder }) = recorder.map_err(|_| form())?;
    let recorder: DeviceId = recorder.parse().map_err(|_| form())?;
    let windows = edge.node.wanted_footage(recorder);
    Ok(Json(json!({"windows": windows.iter().map(view::wanted).collect::<Vec<_>>()})))
}
