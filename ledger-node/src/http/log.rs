//! The log itself: checkpoint, tiles, entries and proofs, for anybody's tlog tools.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse as _, Response};
use custody::id::Digest;
use ledger_format::dsse::envelope_json;
use ledger_format::tile::Tile;
use ledger_store::Store;
use serde::Deserialize;
use serde_json::{Value, json};

use super::edge::Edge;
use super::submit::JSON;
use super::view;
use crate::problem::Problem;

const TEXT: &str = "text/plain; charset=utf-8";

const BYTES: &str = "application/octet-stream";

/// What never changes once it is there. `private`: a token was needed, so no shared cache may keep it.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// What the next append replaces: half a minute spares the node a crowd, and no auditor notices.
const FOR_NOW: &str = "private, max-age=30";

/// What must be the newest: a locker that has just deposited asks for it.
const NOT_KEPT: &str = "private, no-cache";

pub(super) async fn checkpoint<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Response {
    let note = edge.node.checkpoint().note.to_string();
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, NOT_KEPT)], note).into_response()
}

pub(super) async fn hash_tile<S: Store>(
    edge: State<Arc<Edge<S>>>,
    Path((level, index)): Path<(String, String)>,
) -> Result<Response, Problem> {
    tile(edge, &format!("tile/{level}/{index}")).await
}

pub(super) async fn entry_bundle<S: Store>(
    edge: State<Arc<Edge<S>>>,
    Path(index): Path<String>,
) -> Result<Response, Problem> {
    tile(edge, &format!("tile/entries/{index}")).await
}

async fn tile<S: Store>(State(edge): State<Arc<Edge<S>>>, path: &str) -> Result<Response, Problem> {
    let tile: Tile = path
        .parse()
        .map_err(|error| Problem::not_found("no-such-tile", format!("this is no tile's path: {error}")))?;
    let bytes = edge.node.tile(tile).await.map_err(Problem::internal)?;
    let none = || Problem::not_found("no-such-tile", "the log under its checkpoint does not reach this tile");
    let kept = if tile.is_full() { FOR_EVER } else { FOR_NOW };
    Ok(([(CONTENT_TYPE, BYTES), (CACHE_CONTROL, kept)], bytes.ok_or_else(none)?).into_response())
}

/// The entry's exact bytes, or, for who accepts JSON, what they say.
pub(super) async fn entry<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(index): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let index = parse_index(&index)?;
    let entry = edge.node.entry(index).await.map_err(Problem::internal)?.ok_or_else(no_entry)?;
    // Not to be kept: a read out of a cache would be one that the access log does not know.
    let varied = [(VARY, "accept")];
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.split(',').any(|accepted| accepted.split(';').next().is_some_and(|it| it.trim() == JSON)) {
        return Ok((varied, Json(view::entry(&entry).map_err(Problem::internal)?)).into_response());
    }
    Ok((varied, [(CONTENT_TYPE, BYTES)], entry.bytes).into_response())
}

pub(super) async fn receipt<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(index): Path<String>,
) -> Result<Response, Problem> {
    receipt_of(&edge, parse_index(&index)?)
}

pub(super) async fn statement_receipt<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(hash): Path<String>,
) -> Result<Response, Problem> {
    receipt_of(&edge, index_of(&edge, &hash)?)
}

/// A statement as its device signed it, for anybody's DSSE tools.
pub(super) async fn statement_envelope<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(hash): Path<String>,
) -> Result<Response, Problem> {
    let index = index_of(&edge, &hash)?;
    let shown = edge.node.entry(index).await.map_err(Problem::internal)?.ok_or_else(no_entry)?;
    Ok(([(CONTENT_TYPE, JSON)], envelope_json(&shown.entry.envelope)).into_response())
}

fn index_of<S: Store>(edge: &Edge<S>, hash: &str) -> Result<u64, Problem> {
    let hash: Digest = hash.parse().map_err(|error| {
        Problem::bad_request(format!(
            "a statement is named by its SHA-256 in lower-case hexadecimal: {error}"
        ))
    })?;
    let none = || Problem::not_found("no-such-statement", "the ledger has no statement with this hash");
    edge.node.index_of(&hash).ok_or_else(none)
}

fn receipt_of<S: Store>(edge: &Edge<S>, index: u64) -> Result<Response, Problem> {
    let receipt = edge.node.receipt(index).ok_or_else(no_entry)?;
    Ok(([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, NOT_KEPT)], receipt).into_response())
}

/// Two sizes of the log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sizes {
    old: u64,
    new: u64,
}

pub(super) async fn consistency<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    sizes: Result<Query<Sizes>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let form = "give ?old=&new=, two sizes of the log as decimal numbers";
    let Query(Sizes { old, new }) = sizes.map_err(|_| Problem::bad_request(form))?;
    let none = || Problem::not_found("no-such-size", "old is greater than new, or the log has fewer entries");
    let proof = edge.node.consistency(old, new).ok_or_else(none)?;
    let proof: Vec<String> = proof.iter().map(ToString::to_string).collect();
    Ok(Json(json!({"old": old, "new": new, "proof": proof})))
}

fn parse_index(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| Problem::bad_request("an index is a decimal number from 0"))
}

fn no_entry() -> Problem {
    Problem::not_found("no-such-entry", "the log under its checkpoint has no entry with this index")
}
