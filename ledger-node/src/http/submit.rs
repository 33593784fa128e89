//! `POST /v1/statements`: signed statements in, outcomes with receipts out.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use custody::id::Digest;
use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use ledger_store::Store;
use prost::Message as _;

use super::edge::Edge;
use super::submit_json;
use crate::admission::Submission;
use crate::outcome::{Answer, Outcome};
use crate::problem::Problem;
use crate::queue::SUBMISSIONS_MAX;

/// The content type of requests and answers between machines.
pub(super) const PROTOBUF: &str = "application/x-protobuf";

/// The content type for people.
pub(super) const JSON: &str = "application/json";

/// Openings of one submission at most; the schema's limit (`Submission.openings`).
pub(super) const OPENINGS_MAX: usize = 64;

/// A request's submissions, and the size of the newest checkpoint its sender has verified.
pub(super) type Batch = (Vec<Submission>, u64);

/// Admits a batch. The answer has one outcome for each submission, whatever they are; an error is about the
/// request as a whole, and then nothing of it was taken.
pub(super) async fn statements<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(|rejection| Problem::of_status(rejection.status()))?;
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().map(str::trim) {
        Some(PROTOBUF) => {
            let answer = submit(&edge, from_protobuf(body)?).await?;
            let bytes = v1::SubmitResponse::from(answer).encode_to_vec();
            Ok(([(CONTENT_TYPE, PROTOBUF)], bytes).into_response())
        }
        Some(JSON) => {
            let answer = submit(&edge, submit_json::read(&body)?).await?;
            Ok(([(CONTENT_TYPE, JSON)], submit_json::write(&answer).to_string()).into_response())
        }
        _ => {
            let detail = format!("the content type must be {PROTOBUF} or {JSON}");
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", detail))
        }
    }
}

/// A batch of which nothing could be taken now is a 503, so that whoever does not read outcomes comes again.
async fn submit<S: Store>(edge: &Edge<S>, (submissions, seen_size): Batch) -> Result<Answer, Problem> {
    let begun = Instant::now();
    let answer = edge.node.submit(submissions, seen_size).await;
    edge.metrics.submitted(begun.elapsed());
    match answer.outcomes.first() {
        Some(Outcome::Declined(first)) if answer.outcomes.iter().all(is_refused_for_now) => {
            Err(Problem::of_declined(first.clone()))
        }
        _ => Ok(answer),
    }
}

fn is_refused_for_now(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Declined(declined) => declined.code.is_for_now(),
        Outcome::Recorded(_) | Outcome::AlreadyRecorded(_) => false,
    }
}

fn from_protobuf(body: Bytes) -> Result<Batch, Problem> {
    let request = v1::SubmitRequest::decode(body)
        .map_err(|error| Problem::bad_request(format!("the body is no SubmitRequest: {error}")))?;
    check_count(request.submissions.len())?;
    let submissions = request.submissions.into_iter().enumerate().map(|(place, submission)| {
        let envelope = submission.envelope.ok_or_else(|| wrong(place, "has no envelope"))?;
        let envelope = read_envelope(envelope).map_err(|problem| wrong(place, problem))?;
        Ok(Submission { envelope, openings: openings(place, submission.openings)? })
    });
    Ok((submissions.collect::<Result<_, Problem>>()?, request.seen_size))
}

/// How long the statement is, admission checks: one that is too long is declined, and those beside it are not.
fn read_envelope(envelope: v1::Envelope) -> Result<Envelope, &'static str> {
    let key_id = Digest::try_from(envelope.key_id.as_slice()).map_err(|_| "the key id has not 32 bytes")?;
    let signature = envelope.signature.try_into().map_err(|_| "the signature has not 64 bytes")?;
    Ok(Envelope { statement: envelope.statement, key_id, signature })
}

/// A batch has at most [`SUBMISSIONS_MAX`] submissions; one without any asks for the newest checkpoint.
pub(super) fn check_count(count: usize) -> Result<(), Problem> {
    if count > SUBMISSIONS_MAX {
        let detail = format!("{count} submissions, at most {SUBMISSIONS_MAX}; send fewer at once");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail));
    }
    Ok(())
}

/// The openings of one submission, of which nothing is checked here but how many there are.
pub(super) fn openings(place: usize, encoded: Vec<String>) -> Result<Vec<Disclosure>, Problem> {
    if encoded.len() > OPENINGS_MAX {
        return Err(wrong(place, "has more than 64 openings"));
    }
    Ok(encoded.into_iter().map(|encoded| Disclosure { encoded }).collect())
}

/// The form of one submission is wrong, so that it could not even be declined.
pub(super) fn wrong(place: usize, problem: &str) -> Problem {
    Problem::bad_request(format!("submission {place}: {problem}"))
}
