//! What surrounds every request: its time, the form of every error, the headers of every answer, and the log.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ledger_store::Store;

use super::edge::Edge;
use super::guard::Who;
use crate::problem::{Cause, PROBLEM_JSON, Problem, with_causes};

/// Headers of every answer that does not set them itself. Nothing here is a page: whatever a browser makes of
/// an answer, it may neither run nor frame nor keep it.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// A year, as browsers ask for it.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Answers within the time limit, the arrival of the body included, or says that it cannot.
pub(super) async fn in_time<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    request: Request,
    next: Next,
) -> Response {
    let answered = tokio::time::timeout(edge.limits.request_time(), next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let detail = "the request was not complete, or not answered, in time; what it sent may have been \
                      recorded: sending it again is safe";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).into_response()
    })
}

/// Gives every error the form of a problem, every answer its headers, and the log its line.
pub(super) async fn finish<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = as_problem(next.run(request).await);
    put_headers(response.headers_mut(), edge.has_tls);
    let status = response.status().as_u16();
    let took = begun.elapsed();
    edge.metrics.answered(status);
    let who = response.extensions().get::<Who>().map_or("-", |who| who.0.as_str());
    let route = route.as_deref().unwrap_or("-");
    let took_us = took.as_micros();
    if let Some(Cause(cause)) = response.extensions().get::<Cause>() {
        let cause = with_causes(cause.as_ref());
        tracing::error!(%method, route, status, took_us, who, cause, "answered");
    } else {
        tracing::info!(%method, route, status, took_us, who, "answered");
    }
    response
}

/// An error that did not come from a handler of ours has no body a client can read: it gets one.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    if !is_error || content_type.is_some_and(|found| found == PROBLEM_JSON) {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}

fn put_headers(headers: &mut HeaderMap, has_tls: bool) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if has_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}
