//! Handing statements to the ledger, in order, and keeping what it answers once that is verified.
//!
//! A statement waits until a receipt for it has been verified; whatever else is answered, it stays and is
//! offered again. One call of [`sync`] goes on until nothing waits or something stops it; when to call it
//! again is [`Backoff`]'s.

mod batch;

mod exchange;

mod lag;

mod backoff;

#[cfg(test)]
mod tests;

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::note::VerifierKey;

use self::batch::next_batch;
use self::exchange::exchange;
use self::lag::{Behind, settle};
use crate::answer::{Alarm, Answer, Stopped};
use crate::clock::Clock;
use crate::device::{Device, SayError};
use crate::key::Signer;
use crate::record_log::LogError;
use crate::storage::Storage;
use crate::uplink::Uplink;

pub use self::backoff::{BACKOFF_MAX, BACKOFF_MIN, Backoff};
pub use self::batch::{BATCH_BYTES_MAX, BATCH_COUNT_MAX};
pub use self::exchange::{NotTaken, Reason, Remark};

/// Without the ledger for longer than this, the device says that it is offline: before the fifteen minutes
/// after which a statement that arrives without such word counts as late.
pub const OFFLINE_AFTER_US: u64 = 10 * 60 * 1_000_000;

/// A node that has been behind for so long without a proof that it lags is an alarm: longer than one node takes over from
/// another and a cluster settles, and no longer than a statement may wait before it counts as late.
pub const UNPROVEN_AFTER_US: u64 = 15 * 60 * 1_000_000;

/// The line to one ledger.
#[derive(Debug)]
pub struct Line<U> {
    /// How to reach it; where it has several nodes, the one that took the last upload is the present one.
    pub uplink: U,
    /// Its key, whose name is its origin: all that is trusted about it.
    pub ledger: VerifierKey,
    /// Wall time at which it last answered, or was first tried.
    last_contact_us: Option<u64>,
    /// Of the last round.
    remarks: Vec<Remark>,
    /// Nodes that were behind, of which it is not known whether they lag; each once.
    in_doubt: Vec<Behind>,
}

/// What one call of [`sync`] came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// Receipts verified and kept.
    pub recorded: usize,
    /// Statements that still wait.
    pub waiting: usize,
    /// Why they do, if the ledger would not take one.
    pub stopped: Option<Stopped>,
}

/// The device and the ledger did not come together.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// No node has taken it: what each of them said, in the order in which they were asked.
    #[error("{}", told(.0))]
    NoNode(Vec<NotTaken>),
    /// A node's answer does not verify. It is evidence: tell the custody auditor.
    #[error("ALARM: the ledger's answer does not verify: {node}: {alarm}")]
    Alarm {
        /// Whose answer.
        node: String,
        /// What is wrong with it.
        alarm: Alarm,
    },
    /// The device could not say that it is offline, or online again.
    #[error(transparent)]
    Say(#[from] SayError),
    /// The journal could not be read or written.
    #[error(transparent)]
    Journal(#[from] LogError),
    /// The journal holds a statement that cannot be read back.
    #[error("statement {sequence} cannot be read back from the journal")]
    Unreadable {
        /// Its number.
        sequence: u64,
    },
}

impl<U> Line<U> {
    /// A line that has not been tried.
    pub fn new(uplink: U, ledger: VerifierKey) -> Self {
        Self { uplink, ledger, last_contact_us: None, remarks: Vec::new(), in_doubt: Vec::new() }
    }

    /// What the last round has for the log, beside its report or error.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// True while a node was behind and it is not proven that it lags: it may be a ledger rolled back, and somebody should
    /// look at that node.
    pub fn is_in_doubt(&self) -> bool {
        !self.in_doubt.is_empty()
    }
}

fn told(not_taken: &[NotTaken]) -> String {
    not_taken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Hands over everything that waits.
///
/// # Errors
///
/// What stops it. Receipts verified before that are kept.
pub fn sync<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
) -> Result<SyncReport, SyncError> {
    let mut recorded = 0;
    line.remarks.clear();
    say_if_offline(device, line)?;
    loop {
        let batch = next_batch(device)?;
        if batch.is_empty() {
            if !say_if_drained(device)? {
                return Ok(SyncReport { recorded, waiting: 0, stopped: None });
            }
            continue;
        }
        let answer = exchange(device, line, &batch)?;
        settle(device, line)?;
        recorded += answer.receipts.len();
        if !goes_on(&answer, line) {
            return Ok(SyncReport { recorded, waiting: device.waiting_count(), stopped: answer.stopped });
        }
    }
}

/// Whether something may be left that is taken at once. An answer that records nothing and refuses nothing would go on
/// for ever.
fn goes_on<U: Uplink>(answer: &Answer, line: &Line<U>) -> bool {
    let may_rest_be_taken = match &answer.stopped {
        None => true,
        // A node that ceases to write in the midst of a batch has taken the beginning; another may take the rest.
        Some(stopped) => stopped.is_not_yet && line.uplink.nodes() > 1,
    };
    may_rest_be_taken && !answer.receipts.is_empty()
}

/// Says once that the device is offline: when the oldest statement that waits, or the last word from the
/// ledger, is older than [`OFFLINE_AFTER_US`]. It says so before it hands over what is late.
fn say_if_offline<G: Signer, C: Clock, F: Storage, U>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
) -> Result<(), SyncError> {
    let now_us = device.now().wall_us;
    let last_contact_us = *line.last_contact_us.get_or_insert(now_us);
    let oldest = device.waiting().next().map(|(sequence, _)| sequence);
    let oldest_us = oldest.map(|sequence| said_at_us(device, sequence)).transpose()?;
    let since_us = oldest_us.map_or(last_contact_us, |oldest_us| oldest_us.min(last_contact_us));
    if device.memory().offline.is_none() && now_us.saturating_sub(since_us) >= OFFLINE_AFTER_US {
        let observed = Some(v1::offline_entered::Observed { since_us });
        device.say(Fact::OfflineEntered(v1::OfflineEntered { observed }))?;
    }
    Ok(())
}

fn said_at_us<G: Signer, C: Clock, F: Storage>(
    device: &Device<G, C, F>,
    sequence: u64,
) -> Result<u64, SyncError> {
    let envelope = device.envelope(sequence)?.ok_or(SyncError::Unreadable { sequence })?;
    let decoded = ledger_format::statement::decode(&envelope.statement);
    Ok(decoded.map_err(|_| SyncError::Unreadable { sequence })?.statement.time.wall_us)
}

/// Says once that everything kept while offline has been handed over. True if there is now one more to send.
fn say_if_drained<G: Signer, C: Clock, F: Storage>(device: &mut Device<G, C, F>) -> Result<bool, SyncError> {
    let drained = device.memory().offline.and_then(|offline| offline.drained);
    let Some((first_sequence, last_sequence)) = drained else { return Ok(false) };
    let observed = Some(v1::offline_drained::Observed { first_sequence, last_sequence });
    device.say(Fact::OfflineDrained(v1::OfflineDrained { observed }))?;
    Ok(true)
}
