//! The guard before every handler: room, token, scope; and the access log behind those that need it.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ledger_store::Store;

use super::copies::is_copy_name;
use super::edge::Edge;
use super::routes::Needs;
use crate::access::Access;
use crate::problem::Problem;
use crate::token::{Scope, Token};

/// What one route's guard knows.
pub(super) struct Guard<S> {
    pub(super) edge: Arc<Edge<S>>,
    pub(super) needs: Needs,
}

impl<S> Clone for Guard<S> {
    fn clone(&self) -> Self {
        Self { edge: Arc::clone(&self.edge), needs: self.needs }
    }
}

/// The label of the token that asked, for the log.
#[derive(Debug, Clone)]
pub(super) struct Who(pub(super) String);

/// Lets a request through that brings what its route needs, or answers why not.
pub(super) async fn guard<S: Store>(
    State(Guard { edge, needs }): State<Guard<S>>,
    mut request: Request,
    next: Next,
) -> Response {
    let scope = match needs {
        Needs::Nothing => return next.run(request).await,
        Needs::Signatures if edge.statements_need_token => Some(Scope::Write),
        Needs::Signatures => None,
        Needs::Token(scope) | Needs::Logged(scope) => Some(scope),
    };
    if declares_too_much(&request, edge.limits.body_bytes_max) {
        return Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    }
    let crowded =
        || busy(StatusCode::SERVICE_UNAVAILABLE, "the node is answering as many requests as it can");
    let Some(_room) = edge.room() else { return crowded() };
    let Some(scope) = scope else {
        let Some(_room) = edge.submission_room() else { return crowded() };
        return next.run(request).await;
    };
    let token = match bearer(&edge, &request) {
        Ok(token) => token,
        Err(problem) => return problem.into_response(),
    };
    let Some(_share) = edge.share(&token.label) else {
        return busy(StatusCode::TOO_MANY_REQUESTS, "this token has as many requests open as it may");
    };
    let what = format!("{} {}", request.method(), asked_for(&request));
    request.extensions_mut().insert(Who(token.label.clone()));
    let mut response = if token.scope >= scope {
        next.run(request).await
    } else {
        let detail = format!("this token has the scope {}, needed is {scope}", token.scope);
        Problem::new(StatusCode::FORBIDDEN, "scope", detail).into_response()
    };
    if matches!(needs, Needs::Logged(_)) {
        let outcome = response.status().as_u16();
        let access = Access { at_us: edge.now_us(), who: token.label.clone(), what, outcome };
        if let Err(problem) = record(edge, access).await {
            return problem.into_response();
        }
    }
    response.extensions_mut().insert(Who(token.label));
    response
}

/// What was asked for, as the log may have it: the path without its query, and of the values in the path those that can be
/// ids. Where an id belongs people type references and names.
fn asked_for(request: &Request) -> String {
    let path = request.uri().path();
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    let mut parts = route.split('/').map(Some).chain(std::iter::repeat(None));
    let mut last = "";
    let shown = path.split('/').map(|segment| {
        // A wildcard at the route's end stands for all that follows.
        last = parts.next().flatten().unwrap_or(last);
        let is_fit = match last {
            "{name}" => is_copy_name(segment),
            value if value.starts_with('{') => can_be_id(segment),
            _ => true,
        };
        if is_fit { segment } else { "(no id)" }
    });
    shown.collect::<Vec<_>>().join("/")
}

/// An id, a hash, an index, or a place of a tile.
fn can_be_id(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_digit() || b"abcdef-.xp".contains(&byte);
    segment.bytes().all(is_plain) && segment.bytes().any(|byte| byte.is_ascii_digit() || byte == b'p')
}

fn busy(status: StatusCode, detail: &str) -> Response {
    Problem::new(status, "busy", detail).into_response()
}

/// Whether a body is declared to be longer than any may be: refused before it arrives, so that it holds no room.
fn declares_too_much(request: &Request, len_max: usize) -> bool {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    // One that is no number the server has refused, or is beyond any limit.
    declared.is_some_and(|len| len.parse::<usize>().map_or(true, |len| len > len_max))
}

/// The token that a request presents, if it is accepted now.
fn bearer<S>(edge: &Edge<S>, request: &Request) -> Result<Token, Problem> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let text = header.and_then(|header| {
        let (scheme, text) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(text.trim())
    });
    let checked = edge.tokens.check(text.ok_or_else(Problem::unauthorised)?, edge.now_us());
    checked.map_err(Problem::internal)?.ok_or_else(Problem::unauthorised)
}

/// Adds the line to the access log; what cannot be logged is not shown.
pub(super) async fn record<S: Store>(edge: Arc<Edge<S>>, access: Access) -> Result<(), Problem> {
    let recorded = tokio::task::spawn_blocking(move || edge.access.record(&access)).await;
    let detail = "this cannot be logged, so it is not answered";
    match recorded {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Problem::unavailable(detail).because(error)),
        Err(error) => Err(Problem::unavailable(detail).because(error)),
    }
}
