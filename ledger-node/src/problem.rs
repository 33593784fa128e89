//! Errors as HTTP answers: RFC 9457 problem details. The one place where an error becomes a status.
//!
//! The client gets what it can act on. The cause rides along in the response's extensions, for the one layer
//! that logs; nothing is logged here.

use std::error::Error;
use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::outcome::Declined;

/// The content type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// How long a client is asked to wait where the node is busy: longer than a batch takes, shorter than a
/// person at a locker waits.
pub const RETRY_AFTER_S: u32 = 2;

/// One error on its way to a client.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    cause: Option<Cause>,
}

/// What the log gets and the client does not.
#[derive(Debug, Clone)]
pub struct Cause(pub Arc<dyn Error + Send + Sync>);

impl Problem {
    /// A problem with a stable code for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), cause: None }
    }

    /// The problem that a status alone tells, where no handler was reached.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("no-such-route", "there is nothing at this path; see /openapi.json"),
            StatusCode::METHOD_NOT_ALLOWED => ("method", "this path does not take this method; see Allow"),
            StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "the body is too large; send fewer statements"),
            status if status.is_server_error() => ("internal", "internal error"),
            _ => ("bad-request", "the request is not of the form that this path takes"),
        };
        Self::new(status, code, detail)
    }

    /// The request is wrong in itself.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", detail)
    }

    /// What was asked for is not there.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// No token, or none that is accepted.
    pub fn unauthorised() -> Self {
        let detail = "a bearer token is needed that is neither expired nor revoked";
        Self::new(StatusCode::UNAUTHORIZED, "no-token", detail)
    }

    /// The node cannot answer now.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
    }

    /// What the writer did not take: now, so that it may be asked again or another node may, or at all.
    pub fn of_declined(declined: Declined) -> Self {
        let status =
            if declined.code.is_for_now() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CONFLICT };
        Self::new(status, declined.code.name(), declined.detail)
    }

    /// The node failed; the client can do nothing about it.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR).because(cause)
    }

    /// With the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Cause(Arc::new(cause)));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
            }
            _ => {}
        }
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

/// An error and what caused it, outermost first, each once: many a message names its cause already.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    #[tokio::test]
    async fn a_problem_tells_the_client_the_reason_and_the_log_the_cause() {
        let cause = std::io::Error::other("disk sdb1 failed");
        let response = Problem::internal(cause).into_response();
        assert_eq!(response.headers()[CONTENT_TYPE], PROBLEM_JSON);
        let carried = response.extensions().get::<Cause>().unwrap().0.to_string();
        assert_eq!(carried, "disk sdb1 failed");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let expect = json!({"type": "about:blank", "title": "Internal Server Error", "status": 500,
            "code": "internal", "detail": "internal error"});
        assert_eq!(body, expect);
    }

    #[test]
    fn a_busy_node_says_when_to_come_again() {
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
            let response = Problem::new(status, "busy", "wait").into_response();
            assert_eq!(response.headers()[RETRY_AFTER], "2");
        }
    }
}
