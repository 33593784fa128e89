//! Copies of a running node: archive and backup, in a folder that the configuration names and no request can
//! leave.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ledger_store::Store;
use serde_json::{Value, json};

use super::edge::Edge;
use crate::backup::BackupError;
use crate::export::ExportError;
use crate::problem::Problem;

/// Longest name of a copy in bytes: a date and a word.
const NAME_BYTES_MAX: usize = 64;

/// Writes the archive; answers when it is whole.
pub(super) async fn archive<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let folder = place(&edge, "archive", &name)?;
    let head = edge.node.export_archive(&folder).await.map_err(from_export)?;
    Ok(Json(json!({"name": file_name("archive", &name), "size": head.checkpoint.size()})))
}

/// Makes a backup; answers when it is whole.
pub(super) async fn backup<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let folder = place(&edge, "backup", &name)?;
    let backup = edge
        .backup
        .as_ref()
        .ok_or_else(|| refused("this node's store is backed up by other means; see the operations manual"))?;
    let size = backup(folder).await.map_err(|error| match error {
        BackupError::Folder(error) => from_export(error),
        other => Problem::internal(other),
    })?;
    Ok(Json(json!({"name": file_name("backup", &name), "size": size})))
}

/// Where a copy goes: one folder, straight within the configured one.
fn place<S>(edge: &Edge<S>, kind: &str, name: &str) -> Result<PathBuf, Problem> {
    if !is_copy_name(name) {
        let detail = "a copy's name is 1 to 64 of the characters a to z, 0 to 9 and hyphen";
        return Err(Problem::bad_request(detail));
    }
    let folder = edge.copies.as_ref();
    let folder =
        folder.ok_or_else(|| refused("the configuration names no folder for copies (copies = …)"))?;
    Ok(folder.join(file_name(kind, name)))
}

/// Whether a copy may be called so.
pub(super) fn is_copy_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(is_plain)
}

fn file_name(kind: &str, name: &str) -> String {
    format!("{kind}-{name}")
}

fn refused(detail: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, "no-copies", detail)
}

fn from_export(error: ExportError) -> Problem {
    match error {
        ExportError::InTheWay { .. } => {
            let detail = "there is a copy of this name already, or one being made; choose another name";
            Problem::new(StatusCode::CONFLICT, "in-the-way", detail)
        }
        other => Problem::internal(other),
    }
}
