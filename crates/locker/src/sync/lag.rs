//! A node that is behind: an older checkpoint is no fault where it is an older state of the same ledger.
//!
//! The node that shows it cannot prove that it is. One that is further on can, and is asked to by a request that hands over
//! nothing: consistency is always proven from the older to the newer. If it is disproven, there are two histories; if nobody
//! proves it for long, that is told as loudly, for a ledger rolled back shows no more than a node that lags.

use custody::fact::Seen;
use custody_proto::v1::{self, OutcomeStatus};
use ledger_format::merkle::verify_consistency;
use prost::Message as _;

use super::batch::request;
use super::exchange::{Reason, Remark, Taken, ask, keep_alarm, raise};
use super::{Line, SyncError, UNPROVEN_AFTER_US};
use crate::answer::{self, Alarm, Answer};
use crate::clock::Clock;
use crate::device::Device;
use crate::key::Signer;
use crate::storage::Storage;
use crate::uplink::Uplink;

/// How often the proof is asked for after one upload. Once is enough unless the ledger grows between the question and the
/// one after it; then the next upload asks again.
const TRIES_MAX: usize = 3;

/// What a node showed that is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Behind {
    /// The node.
    pub(super) node: String,
    /// Its checkpoint.
    pub(super) head: Seen,
    /// The size of the newest one that the device had verified then.
    pub(super) seen: u64,
    /// The checkpoint's signed note.
    pub(super) note: String,
    /// Wall time at which it was behind for the first time without a proof since.
    since_us: u64,
}

/// What came of asking for the proof that a checkpoint is the beginning of what this device has verified.
enum Proof {
    /// It was given.
    Given,
    /// Each that was given led to a ledger that had grown before the device could verify it: nobody withholds anything.
    Overtaken,
    /// None was given.
    Missing,
}

impl Behind {
    /// What the present node showed, if all that is wrong with its answer is that it is behind.
    ///
    /// A node that has just recorded something does not lag: what is appended is appended behind everything else.
    pub(super) fn from_answer<U: Uplink>(
        line: &Line<U>,
        alarm: &Alarm,
        response: &v1::SubmitResponse,
        now_us: u64,
    ) -> Option<Self> {
        let (Alarm::Shrunk { seen, .. }, Some(note)) = (alarm, &response.checkpoint) else { return None };
        if response.outcomes.iter().any(|outcome| outcome.status() == OutcomeStatus::Recorded) {
            return None;
        }
        let head = answer::read_checkpoint(&line.ledger, note).ok()?;
        let head = Seen { size: head.size(), root: head.root() };
        let (by, note) = (line.uplink.node().to_owned(), note.clone());
        Some(Self { node: by, head, seen: *seen, note, since_us: now_us })
    }

    pub(super) fn reason(&self) -> Reason {
        Reason::Behind { found: self.head.size, seen: self.seen }
    }
}

impl<U> Line<U> {
    /// Remembers who was behind, with the first that it showed, until that is settled.
    pub(super) fn doubt(&mut self, behind: &Behind) {
        if self.in_doubt.iter().all(|known| known.node != behind.node) {
            self.in_doubt.push(behind.clone());
        }
    }

    fn is_settled(&mut self, behind: &Behind) {
        self.in_doubt.retain(|known| known.node != behind.node);
    }
}

/// Settles, by the word of the present node, which of the nodes that were behind lag.
///
/// # Errors
///
/// One does not: it has another history, or for long nobody has proven that it has not. Its checkpoint is kept as evidence.
pub(super) fn settle<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
) -> Result<(), SyncError> {
    for behind in line.in_doubt.clone() {
        let (node, found) = (behind.node.clone(), behind.head.size);
        match proof(device, line, &behind)? {
            Proof::Given => {
                let by = line.uplink.node().to_owned();
                line.remarks.push(Remark::Lagged { node, found, by });
                line.is_settled(&behind);
            }
            Proof::Overtaken => {
                line.remarks.push(Remark::Open { node, found });
                let now_us = device.now().wall_us;
                let doubts = line.in_doubt.iter_mut().filter(|known| known.node == behind.node);
                doubts.for_each(|known| known.since_us = now_us);
            }
            Proof::Missing => {
                line.remarks.push(Remark::Open { node, found });
                check_not_for_ever(device, line, &behind)?;
            }
        }
    }
    Ok(())
}

/// A node may lag for a while.
///
/// # Errors
///
/// This one has been behind for longer, and no node has proven that it lags.
pub(super) fn check_not_for_ever<G: Signer, C: Clock, F: Storage, U>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    behind: &Behind,
) -> Result<(), SyncError> {
    let now_us = device.now().wall_us;
    let mut doubts = line.in_doubt.iter().filter(|known| known.node == behind.node);
    match doubts.find(|known| now_us.saturating_sub(known.since_us) >= UNPROVEN_AFTER_US).cloned() {
        None => Ok(()),
        Some(first) => {
            let alarm = Alarm::StaysBehind { found: first.head.size, seen: first.seen };
            Err(accuse(device, line, &first, alarm))
        }
    }
}

/// A node that was behind does not lag. What it signed is kept as evidence.
fn accuse<G: Signer, C: Clock, F: Storage, U>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    behind: &Behind,
    alarm: Alarm,
) -> SyncError {
    line.is_settled(behind);
    match keep_alarm(device, &behind.node, &alarm, Some(behind.note.clone())) {
        Ok(()) => SyncError::Alarm { node: behind.node.clone(), alarm },
        Err(error) => error.into(),
    }
}

/// Asks for the proof that its checkpoint is the beginning of what this device has verified.
fn proof<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    behind: &Behind,
) -> Result<Proof, SyncError> {
    for _ in 0..TRIES_MAX {
        let Some(shown) = newest_beyond(device, line, behind)? else { return Ok(Proof::Missing) };
        // The proof leads to what is shown now, which the device must know by a proof from its own newest checkpoint.
        if is_seen(device, line, &shown)? {
            return Ok(Proof::Given);
        }
        let from = device.seen().map_or(0, |seen| seen.size);
        let Ok(Taken::Answer(_)) = ask(device, line, &[], &request(&[], from))? else {
            return Ok(Proof::Missing);
        };
        if is_seen(device, line, &shown)? {
            return Ok(Proof::Given);
        }
    }
    Ok(Proof::Overtaken)
}

/// The present node's checkpoint and its signed note, proven to continue the one that was behind.
fn newest_beyond<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    behind: &Behind,
) -> Result<Option<(Seen, String)>, SyncError> {
    let Ok(response) = line.uplink.submit(&request(&[], behind.head.size)) else { return Ok(None) };
    let Ok(response) = v1::SubmitResponse::decode(response.as_slice()) else {
        return Err(raise(device, line, Alarm::Unreadable, None));
    };
    match answer::verify(&line.ledger, Some(behind.head), &[], &response) {
        Ok(Answer { checkpoint, .. }) => Ok(checkpoint),
        // It is further behind.
        Err(Alarm::Shrunk { .. }) => Ok(None),
        Err(Alarm::Forked { source, .. }) => {
            let by = line.uplink.node().to_owned();
            let alarm = Alarm::OtherBeginning { found: behind.head.size, by, source: Box::new(source) };
            Err(accuse(device, line, behind, alarm))
        }
        Err(alarm) => Err(raise(device, line, alarm, response.checkpoint)),
    }
}

/// Whether this is the newest checkpoint that the device has verified; false if it is of another size.
fn is_seen<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    (shown, note): &(Seen, String),
) -> Result<bool, SyncError> {
    let Some(seen) = device.seen().filter(|seen| seen.size == shown.size) else { return Ok(false) };
    match verify_consistency(seen.size, seen.root, shown.size, shown.root, &[]) {
        Ok(()) => Ok(true),
        Err(source) => {
            Err(raise(device, line, Alarm::Forked { seen: seen.size, source }, Some(note.clone())))
        }
    }
}
