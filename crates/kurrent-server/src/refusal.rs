//! The failures of the protocol: a gRPC status, and in its trailers which of the server's exceptions it is.

use std::net::SocketAddr;

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

pub(crate) fn not_leader(leader: SocketAddr) -> Status {
    let host = ("leader-endpoint-host", leader.ip().to_string());
    let port = ("leader-endpoint-port", leader.port().to_string());
    refusal(Code::NotFound, format!("Leader info available at {leader}."), "not-leader", &[host, port])
}

pub(crate) fn stream_deleted(name: &str) -> Status {
    let message = format!("Event stream '{name}' is deleted.");
    refusal(Code::FailedPrecondition, message, "stream-deleted", &[("stream-name", name.to_owned())])
}

pub(crate) fn wrong_expected_version(name: &str) -> Status {
    let message = format!("Event stream '{name}' is not at the expected revision.");
    refusal(Code::FailedPrecondition, message, "wrong-expected-version", &[("stream-name", name.to_owned())])
}

pub(crate) fn too_large(limit_bytes: usize) -> Status {
    let message = format!("Maximum Append Size of {limit_bytes} Exceeded.");
    let limit = ("maximum-append-size", limit_bytes.to_string());
    refusal(Code::InvalidArgument, message, "maximum-append-size-exceeded", &[limit])
}

pub(crate) fn denied() -> Status {
    refusal(Code::PermissionDenied, "Access Denied.".to_owned(), "access-denied", &[])
}

pub(crate) fn unauthenticated() -> Status {
    refusal(Code::Unauthenticated, "Authentication failed.".to_owned(), "not-authenticated", &[])
}

pub(crate) fn timed_out(phase: &str) -> Status {
    Status::aborted(format!("Operation timed out: {phase} phase timeout"))
}

pub(crate) fn unavailable(reason: &str) -> Status {
    Status::unavailable(reason)
}

pub(crate) fn malformed(what: &str) -> Status {
    Status::invalid_argument(what)
}

fn refusal(code: Code, message: String, exception: &str, details: &[(&'static str, String)]) -> Status {
    let mut trailers = MetadataMap::new();
    for (key, value) in
        details.iter().map(|(key, value)| (*key, value.as_str())).chain([("exception", exception)])
    {
        // What does not fit into a trailer is left out of them; the message has it.
        if let Ok(value) = MetadataValue::try_from(value) {
            trailers.insert(key, value);
        }
    }
    Status::with_metadata(code, message, trailers)
}
