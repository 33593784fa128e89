//! Erasing openings of a running node.
//!
//! ```json
//! {"statement": "<hex>", "field": "description", "authority": "…", "as": "…"}   or   {"case": "<uuid>", …}
//! ```

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use custody::id::{CaseId, Digest};
use ledger_store::Store;
use serde::Deserialize;
use serde_json::{Value, json};

use super::edge::Edge;
use super::guard::{Who, record};
use crate::access::Access;
use crate::erase::{Erasable, EraseError, ErasedOpening};
use crate::problem::Problem;
use crate::token::is_label;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    statement: Option<String>,
    field: Option<String>,
    case: Option<String>,
    authority: String,
    #[serde(rename = "as")]
    who: String,
}

/// Erases openings; answers when each is recorded, its key is gone, and the access log says who had it done.
pub(super) async fn erase<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Extension(Who(label)): Extension<Who>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let request: Request = serde_json::from_slice(&body).map_err(|_| wrong())?;
    let what = what(&request)?;
    if !is_label(&request.who) {
        return Err(Problem::bad_request(
            "\"as\" is 1 to 64 printable ASCII characters without spaces around",
        ));
    }
    let erased = edge.node.erase(&what, &request.authority).await.map_err(from_erase)?;
    for opening in erased.iter().filter(|opening| opening.is_new) {
        let who = format!("{label}: {}", request.who);
        let access = Access { at_us: edge.now_us(), who, what: opening.to_string(), outcome: 200 };
        record(Arc::clone(&edge), access).await?;
    }
    Ok(Json(json!({"erased": erased.iter().map(ErasedOpening::to_json).collect::<Vec<_>>()})))
}

/// What is asked for is named, and never repeated: the body holds what must not be in a log.
fn wrong() -> Problem {
    Problem::bad_request(
        "the body is {\"statement\" or \"case\", \"field\" (of a statement, if only that one), \"authority\", \"as\"}, each a text",
    )
}

fn what(request: &Request) -> Result<Erasable, Problem> {
    match (&request.statement, &request.case) {
        (Some(statement), None) => {
            let statement: Digest = statement.parse().map_err(|_| wrong())?;
            Ok(Erasable::Statement { statement, field: request.field.clone() })
        }
        (None, Some(case)) if request.field.is_none() => {
            let case: CaseId = case.parse().map_err(|_| wrong())?;
            Ok(Erasable::Case(case))
        }
        _ => Err(wrong()),
    }
}

fn from_erase(error: EraseError) -> Problem {
    let detail = error.to_string();
    match error {
        EraseError::Held { .. } => Problem::new(StatusCode::CONFLICT, "held", detail),
        EraseError::NoStatement => Problem::not_found("no-such-statement", detail),
        EraseError::NothingKept => Problem::not_found("nothing-kept", detail),
        EraseError::Authority(_) | EraseError::NoAuthority => Problem::bad_request(detail),
        EraseError::Declined(_) => Problem::unavailable(detail),
        other => Problem::internal(other),
    }
}
