//! Bundles for a case or an exhibit, and that they were handed out.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use custody::id::{CaseId, ExhibitId};
use ledger_format::note::Note;
use ledger_store::Store;
use serde::Deserialize;

use super::edge::Edge;
use crate::disclose::{
    At, DECISIONS_BYTES_MAX, Decisions, DecisionsError, DiscloseError, Order, PAGE, Scope,
};
use crate::problem::Problem;

/// The answer's content type.
const ZIP: &str = "application/zip";

/// The header with SHA-256 of the bundle, as the ledger records it.
pub const DIGEST_HEADER: &str = "custody-bundle-sha256";

/// The header that says how many entries the ledger had: `at` for the same bytes again.
pub const SIZE_HEADER: &str = "custody-bundle-size";

/// The body of a request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    profile: String,
    recipient: String,
    #[serde(default)]
    decisions: String,
    at: Option<u64>,
    cosigned: Option<String>,
}

/// A bundle of every exhibit of a case.
pub(super) async fn of_case<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(case): Path<String>,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let case: CaseId = case.parse().map_err(|_| Problem::bad_request("the case is not a lower-case UUID"))?;
    bundle(&edge, Scope::Case(case), &body).await
}

/// A bundle of one exhibit.
pub(super) async fn of_exhibit<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Path(exhibit): Path<String>,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let exhibit: Result<ExhibitId, _> = exhibit.parse();
    let exhibit = exhibit.map_err(|_| Problem::bad_request("the exhibit is not a lower-case UUID"))?;
    bundle(&edge, Scope::Exhibits(vec![exhibit]), &body).await
}

async fn bundle<S: Store>(edge: &Edge<S>, scope: Scope, body: &[u8]) -> Result<Response, Problem> {
    let (order, at) = read(scope, body)?;
    let bundle = edge.node.disclose(&order, &at, PAGE).await.map_err(from_disclose)?;
    edge.node.record_export(&order, &bundle).await.map_err(from_disclose)?;
    let value = |text: String| HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(ZIP));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static(DIGEST_HEADER), value(bundle.digest.to_string()));
    headers.insert(HeaderName::from_static(SIZE_HEADER), value(bundle.size.to_string()));
    Ok((headers, bundle.bytes).into_response())
}

fn read(scope: Scope, body: &[u8]) -> Result<(Order, At), Problem> {
    let refuse = |detail: String| Problem::bad_request(detail);
    // What the body holds may name people: an error says where it is wrong and quotes nothing.
    let asked: Asked = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        refuse(format!(
            "the body must be JSON with profile, recipient and, where wanted, decisions, at and cosigned; it is not at line {line}, column {column}"
        ))
    })?;
    if asked.decisions.len() > DECISIONS_BYTES_MAX {
        return Err(refuse(format!("decisions: more than {DECISIONS_BYTES_MAX} bytes")));
    }
    let profile =
        asked.profile.parse().map_err(|_| refuse("profile: defence, cps or internal".to_owned()))?;
    let decisions =
        Decisions::parse(&asked.decisions).map_err(|error| refuse(from_decisions(&error).to_owned()))?;
    let at = match (asked.at, asked.cosigned) {
        (None, None) => At::Now,
        (Some(size), None) => At::Size(size),
        (None, Some(text)) => {
            let note = Note::parse(text.as_bytes()).map_err(|error| refuse(format!("cosigned: {error}")))?;
            At::Cosigned(Box::new(note))
        }
        (Some(_), Some(_)) => return Err(refuse("give at or cosigned, not both".to_owned())),
    };
    Ok((Order { scope, profile, recipient: asked.recipient, decisions }, at))
}

/// What is wrong with the decisions, without a word of theirs: whoever mistakes one field for another writes names there.
fn from_decisions(error: &DecisionsError) -> &'static str {
    match error {
        DecisionsError::Toml(_) => {
            "decisions: not TOML of the form (each [[withhold]] needs a field and a basis)"
        }
        DecisionsError::Basis { .. } => {
            "decisions: a field is withheld on no known basis: third-party, sensitive, public-interest or not-relevant"
        }
        DecisionsError::Statement { .. } => "decisions: a statement is not 64 lower-case hexadecimal digits",
        DecisionsError::Twice { .. } => "decisions: a field is decided twice",
        DecisionsError::Field { .. } => "decisions: under one of the names no field is committed to",
    }
}

fn from_disclose(error: DiscloseError) -> Problem {
    let detail = error.to_string();
    match error {
        DiscloseError::UnknownExhibit { .. }
        | DiscloseError::UnknownCase { .. }
        | DiscloseError::Nothing { .. } => Problem::not_found("nothing-to-disclose", detail),
        DiscloseError::Exhibits { .. }
        | DiscloseError::Disordered
        | DiscloseError::Cases
        | DiscloseError::Recipient { .. }
        | DiscloseError::Size { .. }
        | DiscloseError::Checkpoint { .. } => Problem::bad_request(detail),
        DiscloseError::NoRequest { .. }
        | DiscloseError::LedgerKey { .. }
        | DiscloseError::ErasedSince { .. }
        | DiscloseError::Closed { .. } => Problem::new(StatusCode::CONFLICT, "no-request", detail),
        DiscloseError::Declined(declined) if declined.code.is_for_now() => Problem::of_declined(declined),
        other => Problem::internal(other),
    }
}
