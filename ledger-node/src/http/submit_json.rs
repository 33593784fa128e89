//! Statements for people with curl: DSSE JSON envelopes in, the same outcomes in words out.
//!
//! ```json
//! {"seen_size": 0, "submissions": [{"envelope": {
//!     "payloadType": "application/vnd.custody-ledger.statement.v1+protobuf",
//!     "payload": "<base64>", "signatures": [{"keyid": "<hex>", "sig": "<base64>"}]},
//!   "openings": ["<RFC 9901 disclosure>"]}]}
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use custody::id::Digest;
use ledger_format::disclosure::Disclosure;
use ledger_format::dsse::STATEMENT_PAYLOAD_TYPE;
use ledger_format::envelope::Envelope;
use serde::Deserialize;
use serde_json::{Value, json};

use super::submit::{Batch, check_count, openings, wrong};
use crate::admission::Submission;
use crate::outcome::{Answer, Outcome, Receipted};
use crate::problem::Problem;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    #[serde(default)]
    seen_size: u64,
    submissions: Vec<Submitted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submitted {
    envelope: Dsse,
    #[serde(default)]
    openings: Vec<String>,
}

/// A DSSE v1.0.2 envelope in JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Dsse {
    payload_type: String,
    payload: String,
    signatures: Vec<DsseSignature>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DsseSignature {
    keyid: String,
    sig: String,
}

/// The request that submits one statement.
pub fn request(envelope: &Envelope, openings: &[Disclosure]) -> Value {
    let openings: Vec<_> = openings.iter().map(|opening| &opening.encoded).collect();
    json!({"submissions": [{"envelope": dsse(envelope), "openings": openings}]})
}

fn dsse(envelope: &Envelope) -> Value {
    json!({
        "payloadType": STATEMENT_PAYLOAD_TYPE,
        "payload": STANDARD.encode(&envelope.statement),
        "signatures": [{"keyid": envelope.key_id.to_string(), "sig": STANDARD.encode(envelope.signature)}],
    })
}

/// Reads a request. Unknown members are refused: a misspelt one would otherwise be lost in silence.
pub(super) fn read(body: &[u8]) -> Result<Batch, Problem> {
    let request: Request = serde_json::from_slice(body).map_err(|error| {
        // The position, and not the message, which may quote what was sent.
        let (line, column) = (error.line(), error.column());
        Problem::bad_request(format!("the body is not the JSON of a request, at line {line} column {column}"))
    })?;
    check_count(request.submissions.len())?;
    let submissions = request.submissions.into_iter().enumerate().map(|(place, submitted)| {
        let envelope = read_envelope(&submitted.envelope).map_err(|problem| wrong(place, problem))?;
        Ok(Submission { envelope, openings: openings(place, submitted.openings)? })
    });
    Ok((submissions.collect::<Result<_, Problem>>()?, request.seen_size))
}

fn read_envelope(envelope: &Dsse) -> Result<Envelope, &'static str> {
    if envelope.payload_type != STATEMENT_PAYLOAD_TYPE {
        return Err("the payload type is not a statement's");
    }
    let [signature] = envelope.signatures.as_slice() else { return Err("must have exactly one signature") };
    let statement = STANDARD.decode(&envelope.payload).map_err(|_| "the payload is not base64")?;
    let key_id: Digest = signature.keyid.parse().map_err(|_| "the keyid is not the key's SHA-256 in hex")?;
    let sig = STANDARD.decode(&signature.sig).map_err(|_| "the signature is not base64")?;
    let signature = sig.try_into().map_err(|_| "the signature has not 64 bytes")?;
    Ok(Envelope { statement, key_id, signature })
}

/// The answer in words.
pub(super) fn write(answer: &Answer) -> Value {
    json!({
        "outcomes": answer.outcomes.iter().map(write_outcome).collect::<Vec<_>>(),
        "checkpoint": answer.checkpoint,
        "consistency": answer.consistency.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn write_outcome(outcome: &Outcome) -> Value {
    let receipted = |status, receipted: &Receipted| {
        let Receipted { index, entry, receipt } = receipted;
        json!({"status": status, "index": index, "entry": STANDARD.encode(entry), "receipt": receipt})
    };
    match outcome {
        Outcome::Recorded(recorded) => receipted("recorded", recorded),
        Outcome::AlreadyRecorded(recorded) => receipted("already_recorded", recorded),
        Outcome::Declined(declined) => json!({
            "status": if declined.code.is_retryable() { "not_yet" } else { "refused" },
            "code": declined.code.name(),
            "detail": declined.detail,
            "expected_sequence": declined.expected_sequence,
        }),
    }
}
