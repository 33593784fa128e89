//! Handing statements to the ledger, in order, and keeping what it answers once that is verified.
//!
//! A statement waits until a receipt for it has been verified; whatever else is answered, it stays and is
//! offered again. One call of [`sync`] goes on until nothing waits or something stops it; when to call it
//! again is [`Backoff`]'s.

mod backoff;

#[cfg(test)]
mod tests;

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use ledger_format::note::VerifierKey;
use prost::Message as _;

use crate::answer::{self, Alarm, Answer, Stopped};
use crate::clock::Clock;
use crate::device::{Device, SayError};
use crate::journal::{AlarmRecord, Kept, RefusalRecord};
use crate::key::Signer;
use crate::record_log::LogError;
use crate::storage::Storage;
use crate::uplink::{Uplink, UplinkError};

pub use self::backoff::{BACKOFF_MAX, BACKOFF_MIN, Backoff};

/// The most statements of one request: what the schema allows.
pub const BATCH_COUNT_MAX: usize = 256;

/// The most bytes of statements and openings in one request, so that a slow line gets one through in seconds.
/// A single statement that is larger goes alone.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// Without the ledger for longer than this, the device says that it is offline: before the fifteen minutes
/// after which a statement that arrives without such word counts as late.
pub const OFFLINE_AFTER_US: u64 = 10 * 60 * 1_000_000;

/// The line to one ledger.
#[derive(Debug)]
pub struct Line<U> {
    /// How to reach it.
    pub uplink: U,
    /// Its key, whose name is its origin: all that is trusted about it.
    pub ledger: VerifierKey,
    /// Wall time at which it last answered, or was first tried.
    last_contact_us: Option<u64>,
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
    /// No answer.
    #[error(transparent)]
    Uplink(#[from] UplinkError),
    /// The answer does not verify. It is evidence: tell the custody auditor.
    #[error("ALARM: the ledger's answer does not verify: {0}")]
    Alarm(#[from] Alarm),
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
        Self { uplink, ledger, last_contact_us: None }
    }
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
    say_if_offline(device, line)?;
    loop {
        let batch = next_batch(device)?;
        if batch.is_empty() {
            if !say_if_drained(device)? {
                return Ok(SyncReport { recorded, waiting: 0, stopped: None });
            }
            continue;
        }
        let answer = exchange(device, line, batch)?;
        recorded += answer.receipts.len();
        // An answer that records nothing and refuses nothing would go on for ever.
        if answer.stopped.is_some() || answer.receipts.is_empty() {
            return Ok(SyncReport { recorded, waiting: device.waiting_count(), stopped: answer.stopped });
        }
    }
}

/// One statement to be sent.
struct Waiting {
    sequence: u64,
    envelope: Envelope,
    openings: Vec<Disclosure>,
}

/// The oldest statements that wait, as many as one request may hold.
fn next_batch<G: Signer, C: Clock, F: Storage>(device: &Device<G, C, F>) -> Result<Vec<Waiting>, SyncError> {
    let (mut batch, mut bytes) = (Vec::new(), 0usize);
    for (sequence, said) in device.waiting().take(BATCH_COUNT_MAX) {
        let envelope = device.envelope(sequence)?.filter(|envelope| envelope.statement_hash() == said.hash);
        let envelope = envelope.ok_or(SyncError::Unreadable { sequence })?;
        let openings = device.openings(sequence)?;
        let size =
            openings.iter().map(|opening| opening.encoded.len()).sum::<usize>() + envelope.statement.len();
        bytes = bytes.saturating_add(size);
        if bytes > BATCH_BYTES_MAX && !batch.is_empty() {
            break;
        }
        batch.push(Waiting { sequence, envelope, openings });
    }
    Ok(batch)
}

/// One request and its answer, verified and kept.
fn exchange<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    batch: Vec<Waiting>,
) -> Result<Answer, SyncError> {
    let seen = device.seen();
    let request = request(&batch, seen.map_or(0, |seen| seen.size));
    let response = match line.uplink.submit(&request) {
        Ok(response) => response,
        Err(error) => {
            say_if_offline(device, line)?;
            return Err(error.into());
        }
    };
    line.last_contact_us = Some(device.now().wall_us);
    let sent: Vec<_> = batch.into_iter().map(|waiting| (waiting.sequence, waiting.envelope)).collect();
    let (answer, note) = match v1::SubmitResponse::decode(response.as_slice()) {
        Err(_) => (Err(Alarm::Unreadable), None),
        Ok(response) => (answer::verify(&line.ledger, seen, &sent, &response), response.checkpoint),
    };
    let answer = answer.and_then(|answer| check_not_lost(device, answer));
    match answer {
        Ok(answer) => {
            keep(device, &answer)?;
            Ok(answer)
        }
        Err(alarm) => {
            keep_alarm(device, &alarm, note)?;
            Err(alarm.into())
        }
    }
}

fn request(batch: &[Waiting], seen_size: u64) -> Vec<u8> {
    let submissions = batch.iter().map(|waiting| v1::Submission {
        envelope: Some(waiting.envelope.to_message()),
        openings: waiting.openings.iter().map(|opening| opening.encoded.clone()).collect(),
    });
    v1::SubmitRequest { submissions: submissions.collect(), seen_size }.encode_to_vec()
}

/// A ledger that asks again for what it had acknowledged has lost it.
fn check_not_lost<G: Signer, C: Clock, F: Storage>(
    device: &Device<G, C, F>,
    answer: Answer,
) -> Result<Answer, Alarm> {
    let expected = answer.stopped.as_ref().and_then(|stopped| stopped.expected_sequence);
    let lost = expected.and_then(|sequence| {
        let index = device.said_at(sequence)?.index;
        index.map(|index| Alarm::Lost { sequence, index })
    });
    lost.map_or(Ok(answer), Err)
}

fn keep<G: Signer, C: Clock, F: Storage>(
    device: &mut Device<G, C, F>,
    answer: &Answer,
) -> Result<(), LogError> {
    let mut kept: Vec<_> = answer.receipts.iter().cloned().map(Kept::Receipt).collect();
    if let Some((seen, note)) = &answer.checkpoint
        && device.seen() != Some(*seen)
        && seen.size > 0
    {
        kept.push(Kept::Seen(note.clone()));
    }
    let stopped = answer.stopped.as_ref().filter(|stopped| !stopped.is_not_yet);
    if let Some(Stopped { sequence, code, detail, .. }) = stopped {
        let refusal = device.said_at(*sequence).and_then(|said| said.refusal.as_ref());
        let known = refusal.map(|refusal| &refusal.code);
        // The same refusal again is no news, and the journal is never shortened.
        if known != Some(code) {
            let (sequence, at_us) = (*sequence, device.now().wall_us);
            kept.push(Kept::Refusal(RefusalRecord {
                sequence,
                code: code.clone(),
                detail: detail.clone(),
                at_us,
            }));
        }
    }
    if kept.is_empty() { Ok(()) } else { device.keep_answer(kept) }
}

fn keep_alarm<G: Signer, C: Clock, F: Storage>(
    device: &mut Device<G, C, F>,
    alarm: &Alarm,
    checkpoint: Option<String>,
) -> Result<(), LogError> {
    let (reason, checkpoint) = (alarm.to_string(), checkpoint.unwrap_or_default());
    if device.alarms().iter().any(|known| known.reason == reason && known.checkpoint == checkpoint) {
        return Ok(());
    }
    let at_us = device.now().wall_us;
    device.keep_answer(vec![Kept::Alarm(AlarmRecord { reason, checkpoint, at_us })])
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
