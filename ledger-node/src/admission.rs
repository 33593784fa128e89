//! Admission, the part that needs no writer: strict decoding, signatures and openings, before the queue.
//!
//! What depends on the order of the chain (numbers, links, ends of keys) is decided by the writer alone.

use custody::fact::{Fact, Key};
use custody::id::{DeviceId, Digest};
use ledger_format::canonical::{DecodeError, Problem};
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::{Envelope, STATEMENT_BYTES_MAX};
use ledger_format::key::PublicKey;
use ledger_format::opening::{Commitment, check_openings};
use ledger_format::possession;
use ledger_format::statement::{self, Decoded};

use crate::outcome::{Code, Declined};
use crate::vault::{Group, Opening};

/// One statement as it arrives, with the openings of its commitments.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The signed statement.
    pub envelope: Envelope,
    /// What opens its commitments; it goes to the vault and never into the chain.
    pub openings: Vec<Disclosure>,
}

impl Submission {
    /// About how many bytes it makes the node hold while it waits.
    pub(crate) fn weight(&self) -> usize {
        let openings = self.openings.iter().map(|opening| opening.encoded.len());
        self.envelope.statement.len().saturating_add(openings.fold(0, usize::saturating_add))
    }
}

/// What is known about a signature before the writer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    /// It verifies under the key with this id.
    VerifiedBy(Digest),
    /// The envelope is, byte for byte, the one recorded for this statement.
    AsRecorded,
    /// The key is not the device's as far as is published: it may become so within the queue.
    Unchecked,
}

/// A submission that is fit to be decided on.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) envelope: Envelope,
    pub(crate) decoded: Decoded,
    pub(crate) openings: Vec<Opening>,
    pub(crate) signature: Signature,
}

/// Checks all that can be checked from the submission and what is published: `key_of` says which key a device
/// has, and `node` is the ledger's node.
pub(crate) fn prepare(
    submission: Submission,
    key_of: impl FnOnce(DeviceId) -> Option<PublicKey>,
    node: Option<DeviceId>,
) -> Result<Prepared, Declined> {
    let Submission { envelope, openings } = submission;
    let len = envelope.statement.len();
    if len > STATEMENT_BYTES_MAX {
        let detail = format!("the statement has {len} bytes, at most {STATEMENT_BYTES_MAX}");
        return Err(Declined::new(Code::TooLarge, detail));
    }
    let decoded = statement::decode(&envelope.statement).map_err(|error| from_decode(&error))?;
    let signature = match key_of(decoded.statement.device).filter(|key| key.id() == envelope.key_id) {
        None => Signature::Unchecked,
        Some(key) => verify(&envelope, &key).map(|()| Signature::VerifiedBy(envelope.key_id))?,
    };
    check_possession(&decoded.statement.fact, node)?;
    check_openings(&decoded.commitments, &openings)
        .map_err(|error| Declined::new(Code::OpeningMismatch, error.to_string()))?;
    let openings = openings.into_iter().filter_map(|opening| belonging(&decoded, opening)).collect();
    Ok(Prepared { envelope, decoded, openings, signature })
}

/// Whether a signature is the key's. Costs twice what a verification does: the key is enrolled anew.
pub(crate) fn check_signature(envelope: &Envelope, key: &Key) -> Result<(), Declined> {
    // Enrolled keys have passed this once; a key that has not never verifies anything.
    let key = PublicKey::enrol(&key.bytes)
        .map_err(|_| Declined::new(Code::BadSignature, "the enrolled key is unusable"))?;
    verify(envelope, &key)
}

fn verify(envelope: &Envelope, key: &PublicKey) -> Result<(), Declined> {
    let refuse = |_| Declined::new(Code::BadSignature, "the signature is not the device's over these bytes");
    envelope.verify(key).map_err(refuse)
}

/// Whoever brings a new key proves that its holder has it: otherwise one device could claim another's.
fn check_possession(fact: &Fact, node: Option<DeviceId>) -> Result<(), Declined> {
    match possession::is_proven(fact, node) {
        Some(false) => {
            let detail = "the new key's proof of possession does not verify".to_owned();
            Err(Declined::new(Code::BadSignature, detail))
        }
        Some(true) | None => Ok(()),
    }
}

/// The opening as the vault keeps it, under the key of no case yet. `check_openings` has found its commitment.
pub(crate) fn belonging(decoded: &Decoded, opening: Disclosure) -> Option<Opening> {
    let (digest, name) = (opening.digest(), opening.parse().ok()?.name);
    let commits = |commitment: &&Commitment| commitment.digest == digest && commitment.field == name;
    let field = decoded.commitments.iter().find(commits)?.field.to_owned();
    let (statement, disclosure, group) = (decoded.hash, opening.encoded, Group::General);
    Some(Opening { statement, digest, field, disclosure, group })
}

fn from_decode(error: &DecodeError) -> Declined {
    let code = match error.problem {
        Problem::UnknownFact { .. } => Code::UnknownFact,
        _ => Code::Malformed,
    };
    Declined::new(code, error.to_string())
}
