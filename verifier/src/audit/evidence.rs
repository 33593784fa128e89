//! Envelopes kept as evidence: that a device forked, or spoke after its end.

use std::collections::BTreeSet;

use custody::fact::Fact;
use custody::id::{DeviceId, Digest};
use custody::ledger::Ledger;
use ledger_format::envelope::Envelope;
use ledger_format::statement;
use sha2::{Digest as _, Sha256};

use super::keys::Tenures;
use crate::archive::{ArchiveReader, EVIDENCE_BYTES_MAX, EVIDENCE_FOLDER};

/// What a fact says about an envelope that is archived beside the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    /// SHA-256 of the envelope, which is also its file's name.
    pub(super) envelope: Digest,
    device: DeviceId,
    sequence: u64,
    statement: Digest,
    /// The statement that stands in the ledger under the same number, for a fork.
    recorded: Option<Digest>,
}

/// Which envelopes facts refer to, so that a file nobody refers to shows.
#[derive(Debug, Default)]
pub(super) struct Referred(BTreeSet<Digest>);

impl Referred {
    pub(super) fn insert(&mut self, envelope: Digest) {
        self.0.insert(envelope);
    }

    /// Whether a path is that of an envelope referred to.
    pub(super) fn has(&self, path: &str) -> bool {
        let name = path.strip_prefix(EVIDENCE_FOLDER).and_then(|rest| rest.strip_prefix('/'));
        name.and_then(|name| name.parse().ok()).is_some_and(|digest| self.0.contains(&digest))
    }
}

/// The claim of a fact, if it makes one.
pub(super) fn claim(fact: &Fact) -> Option<Claim> {
    match *fact {
        Fact::ForkEvidenced { device, sequence, recorded, conflicting, envelope } => {
            Some(Claim { envelope, device, sequence, statement: conflicting, recorded: Some(recorded) })
        }
        Fact::StatementSetAside { device, sequence, statement, envelope } => {
            Some(Claim { envelope, device, sequence, statement, recorded: None })
        }
        _ => None,
    }
}

/// Checks that the archive holds the envelope and that it is what the fact says, of this ledger.
///
/// # Errors
/// Why it does not, in words that follow "the evidence it names".
pub(super) fn check(
    claim: &Claim,
    archive: &dyn ArchiveReader,
    tenures: &Tenures,
    ledger: &Ledger,
) -> Result<(), String> {
    let has_said =
        |hash: &Digest| ledger.device(claim.device).is_some_and(|known| known.has_said(claim.sequence, hash));
    let path = format!("{EVIDENCE_FOLDER}/{}", claim.envelope);
    let bytes = archive
        .read(&path, EVIDENCE_BYTES_MAX)
        .map_err(|error| format!("cannot be read: {error}"))?
        .ok_or("is not in the archive")?;
    if Sha256::digest(&bytes).as_slice() != claim.envelope.0 {
        return Err("has another SHA-256 than its name".to_owned());
    }
    let envelope = Envelope::decode(&bytes).map_err(|error| format!("is no envelope: {error}"))?;
    let decoded = statement::decode(&envelope.statement)
        .map_err(|error| format!("holds no statement that can be read: {error}"))?;
    if decoded.hash != claim.statement {
        return Err("is another statement".to_owned());
    }
    if (decoded.statement.device, decoded.statement.sequence) != (claim.device, claim.sequence) {
        return Err("is of another device or number".to_owned());
    }
    let key = tenures
        .key(claim.device, envelope.key_id, decoded.statement.enrolment)
        .ok_or("is signed under a key that was never in force for the device, or bound to another ledger")?;
    envelope.verify(key).map_err(|_| "has a signature that does not verify")?;
    match claim.recorded {
        Some(recorded) if recorded == claim.statement => {
            Err("does not differ from what is recorded".to_owned())
        }
        Some(recorded) if !has_said(&recorded) => Err("conflicts with nothing that is recorded".to_owned()),
        None if ledger.device(claim.device).is_none_or(|device| device.end.is_none()) => {
            Err("is of a device whose key has not ended".to_owned())
        }
        None if has_said(&claim.statement) => Err("stands in the ledger itself".to_owned()),
        _ => Ok(()),
    }
}
