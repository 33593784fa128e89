//! Admission, the part that depends on the order of the chain: the writer decides on a group of submissions.
//!
//! Facts are never refused; what is not authentic, or is not what its device says next, is. Nothing here
//! waits or touches a disk.

use std::collections::HashMap;

use custody::device::Refusal;
use custody::id::{DeviceId, Digest};
use custody_proto::v1;
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;

use crate::admission::{Prepared, Signature, check_signature};
use crate::clock::{Clock, Reading};
use crate::outcome::{Code, Declined};
use crate::queue::{Decision, Erased, Job, Submitted};
use crate::state::{Placed, Said};
use crate::vault::{Gone, Opening};
use crate::writer::Writer;

/// Envelopes archived of one device at most: enough to prove that it is cloned or misused, and a bound on what
/// whoever holds its key can fill the disk and the ledger with.
pub const ARCHIVED_PER_DEVICE_MAX: usize = 64;

/// What a group of submissions amounts to, decided and not yet durable.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) reading: Reading,
    /// The entries to append, in order.
    pub(crate) placed: Vec<Placed>,
    /// Openings to keep before anything is appended.
    pub(crate) openings: Vec<Opening>,
    /// Envelopes to archive before anything is appended, by their SHA-256.
    pub(crate) evidence: Vec<(Digest, Vec<u8>)>,
    /// What to answer once all of it is durable, covered and published.
    pub(crate) answers: Vec<(oneshot::Sender<Decision>, Decision)>,
    /// Openings to destroy once the entries that say so are durable.
    pub(crate) gone: Vec<Gone>,
    /// What to answer then.
    pub(crate) erased: Vec<(oneshot::Sender<Erased>, Erased)>,
    pub(crate) said: HashMap<(DeviceId, u64), Said>,
    archived: HashMap<DeviceId, Vec<Digest>>,
}

impl Draft {
    pub(crate) fn new(reading: Reading) -> Self {
        Self {
            reading,
            placed: Vec::new(),
            openings: Vec::new(),
            evidence: Vec::new(),
            answers: Vec::new(),
            gone: Vec::new(),
            erased: Vec::new(),
            said: HashMap::new(),
            archived: HashMap::new(),
        }
    }
}

impl<S, C: Clock> Writer<S, C> {
    /// Decides on a group of jobs, in order.
    ///
    /// # Errors
    ///
    /// Why the node itself may not speak, which ends the writer.
    pub(crate) fn draft(&mut self, jobs: Vec<Job>) -> Result<Draft, String> {
        let mut draft = Draft::new(self.clock.read());
        if self.census_is_due(draft.reading) {
            self.census(&mut draft)?;
        }
        for job in jobs {
            match job {
                Job::Submitted(submitted) => {
                    let Submitted { prepared, room, answer } = *submitted;
                    let decision = self.decide(prepared, &mut draft)?;
                    draft.answers.push((answer, decision));
                    drop(room);
                }
                Job::Census(answer) => {
                    let placed = self.census(&mut draft)?;
                    draft.answers.push((answer, placed));
                }
                Job::Say(fact, openings, answer) => {
                    let decision = self.say_opening(*fact, openings, &mut draft)?;
                    draft.answers.push((answer, decision));
                }
                Job::Close(successor, answer) => {
                    let decision = self.close(successor, &mut draft)?;
                    draft.answers.push((answer, decision));
                }
                Job::Erase(erase) => self.erase(*erase, &mut draft)?,
            }
        }
        Ok(draft)
    }

    fn decide(&mut self, prepared: Prepared, draft: &mut Draft) -> Result<Decision, String> {
        let statement = &prepared.decoded.statement;
        let said = self.said(statement.device, statement.sequence, draft);
        if let Some(said) = said.filter(|said| said.hash == prepared.decoded.hash) {
            return Ok(self.again(prepared, said, draft));
        }
        let key_id = prepared.envelope.key_id;
        match self.ahead.ledger.standing(statement, key_id) {
            Ok(key) => {
                if let Err(declined) = authentic(&prepared, &key) {
                    return Ok(Decision::Declined(declined));
                }
                Ok(self.record(prepared, draft))
            }
            Err(refusal @ Refusal::Earlier { .. }) => self.fork(&prepared, said, refusal, draft),
            Err(refusal @ (Refusal::Revoked { .. } | Refusal::Retired { .. })) => {
                self.set_aside(&prepared, refusal, draft)
            }
            Err(refusal) => Ok(Decision::Declined(refusal.into())),
        }
    }

    fn record(&mut self, prepared: Prepared, draft: &mut Draft) -> Decision {
        let Prepared { envelope, decoded, openings, .. } = prepared;
        match self.ahead.place(envelope, decoded, draft.reading.wall_us) {
            Err(declined) => Decision::Declined(declined),
            Ok(placed) => {
                draft.openings.extend(self.to_keep(&placed.decoded, openings));
                self.append(placed, draft)
            }
        }
    }

    /// The same statement once more. Whoever repeats it must be able to sign it, or hold the recorded envelope.
    fn again(&self, prepared: Prepared, said: Said, draft: &mut Draft) -> Decision {
        let device = prepared.decoded.statement.device;
        let key_id = prepared.envelope.key_id;
        let key = self.ahead.ledger.device(device).map(|device| device.tenure.key);
        let checked = match (prepared.signature, key.filter(|key| key.id == key_id)) {
            (Signature::VerifiedBy(_) | Signature::AsRecorded, _) => Ok(()),
            (Signature::Unchecked, Some(key)) => check_signature(&prepared.envelope, &key),
            (Signature::Unchecked, None) => Err(Refusal::UnknownKey { device, key: key_id }.into()),
        };
        if let Err(declined) = checked {
            return Decision::Declined(declined);
        }
        // An opening may come later than its statement.
        draft.openings.extend(self.to_keep(&prepared.decoded, prepared.openings));
        Decision::Again { index: said.index }
    }

    /// Another statement with a used number: proof of a cloned or faulty device, if it is the device's.
    fn fork(
        &mut self,
        prepared: &Prepared,
        said: Option<Said>,
        refusal: Refusal,
        draft: &mut Draft,
    ) -> Result<Decision, String> {
        let (device, sequence) = (prepared.decoded.statement.device, prepared.decoded.statement.sequence);
        if let Err(declined) = self.by_its_device(prepared) {
            return Ok(Decision::Declined(declined));
        }
        let mut declined = Declined::from(refusal);
        let Some(said) = said else {
            declined.detail = format!("sequence {sequence} was declared lost by its device");
            return Ok(Decision::Declined(declined));
        };
        declined.detail = format!("sequence {sequence} was used for another statement, {}", said.hash);
        if let Some(envelope) = self.archive(prepared, draft) {
            let observed = v1::fork_evidenced::Observed {
                device: device.0.to_vec(),
                sequence,
                recorded: said.hash.0.to_vec(),
                conflicting: prepared.decoded.hash.0.to_vec(),
                envelope: envelope.0.to_vec(),
            };
            tracing::warn!(%device, sequence, "a device said two things under one number: cloned or faulty");
            let fact = v1::ForkEvidenced { observed: Some(observed) };
            self.say(v1::statement::Fact::ForkEvidenced(fact), draft)?;
        }
        Ok(Decision::Declined(declined))
    }

    /// A statement beyond its key's end, if it is the device's.
    fn set_aside(
        &mut self,
        prepared: &Prepared,
        refusal: Refusal,
        draft: &mut Draft,
    ) -> Result<Decision, String> {
        let (device, sequence) = (prepared.decoded.statement.device, prepared.decoded.statement.sequence);
        if let Err(declined) = self.by_its_device(prepared) {
            return Ok(Decision::Declined(declined));
        }
        if let Some(envelope) = self.archive(prepared, draft) {
            let reason = match refusal {
                Refusal::Retired { .. } => v1::SetAsideReason::AfterRetirement,
                _ => v1::SetAsideReason::AfterRevocation,
            };
            let observed = v1::statement_set_aside::Observed {
                device: device.0.to_vec(),
                sequence,
                statement: prepared.decoded.hash.0.to_vec(),
                envelope: envelope.0.to_vec(),
                reason: reason.into(),
            };
            tracing::warn!(%device, sequence, "a device spoke after its end");
            let fact = v1::StatementSetAside { observed: Some(observed) };
            self.say(v1::statement::Fact::StatementSetAside(fact), draft)?;
        }
        Ok(Decision::Declined(refusal.into()))
    }

    /// Keeps an envelope as evidence; `None` if its statement is kept already, or the device's share is full.
    fn archive(&self, prepared: &Prepared, draft: &mut Draft) -> Option<Digest> {
        let (device, hash) = (prepared.decoded.statement.device, prepared.decoded.hash);
        let drafted = draft.archived.entry(device).or_default();
        let published = self.published();
        let recorded = published.state.archived_of(device);
        // By statement: one statement has many valid signatures, and each would be another envelope.
        let is_kept = recorded.iter().any(|archived| archived.statement == hash) || drafted.contains(&hash);
        if is_kept || recorded.len().saturating_add(drafted.len()) >= ARCHIVED_PER_DEVICE_MAX {
            return None;
        }
        drafted.push(hash);
        let bytes = prepared.envelope.encode();
        let name = Digest(Sha256::digest(&bytes).into());
        draft.evidence.push((name, bytes));
        Some(name)
    }

    /// Whether a submission is by the device whose key it names, that key being the one in force.
    fn by_its_device(&self, prepared: &Prepared) -> Result<(), Declined> {
        let device = prepared.decoded.statement.device;
        match self.ahead.ledger.device(device) {
            Some(known) => authentic(prepared, &known.tenure.key),
            None => Err(Refusal::UnknownDevice { device }.into()),
        }
    }

    fn said(&self, device: DeviceId, sequence: u64, draft: &Draft) -> Option<Said> {
        let drafted = draft.said.get(&(device, sequence)).copied();
        drafted.or_else(|| self.published().state.said(device, sequence))
    }
}

/// Whether the signature is this key's; the key's id is known to be the envelope's.
fn authentic(prepared: &Prepared, key: &custody::fact::Key) -> Result<(), Declined> {
    match prepared.signature {
        Signature::VerifiedBy(id) if id == key.id => Ok(()),
        _ if prepared.envelope.key_id != key.id => {
            Err(Declined::new(Code::UnknownKey, "the key is not the device's any more"))
        }
        _ => check_signature(&prepared.envelope, key),
    }
}
