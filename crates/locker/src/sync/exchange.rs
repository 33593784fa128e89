//! One batch, handed to the nodes of the ledger in turn until one has taken it; its answer verified and kept.

use std::fmt;

use custody_proto::v1;
use ledger_format::envelope::Envelope;
use prost::Message as _;

use super::batch::{Waiting, request};
use super::{Line, SyncError, say_if_offline};
use crate::answer::{self, Alarm, Answer, Stopped};
use crate::clock::Clock;
use crate::device::Device;
use crate::journal::{AlarmRecord, Kept, RefusalRecord};
use crate::key::Signer;
use crate::record_log::LogError;
use crate::storage::Storage;
use crate::uplink::{Uplink, UplinkError};

/// A node that did not take what it was sent, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{node}: {reason}")]
pub struct NotTaken {
    /// The node.
    pub node: String,
    /// What came of it.
    pub reason: UplinkError,
}

/// Something of a round that is for the log: nobody must attend to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// What one node did not take, another answered.
    AnsweredElsewhere {
        /// The one that did not take it.
        not_taken: NotTaken,
        /// The one that answered.
        by: String,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnsweredElsewhere { not_taken, by } => write!(f, "{not_taken}; {by} answered"),
        }
    }
}

/// One request to the node that took the last one, and then to the others in turn until one answers.
///
/// Any of them may take it: the statements are the same wherever they arrive, and one that had taken them before its
/// answer was lost has put them where the others find them. Whatever a node says instead of an answer, another is asked:
/// what it is that keeps this one from taking statements does not matter here.
pub(super) fn exchange<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    batch: Vec<Waiting>,
) -> Result<Answer, SyncError> {
    let request = request(&batch, device.seen().map_or(0, |seen| seen.size));
    let sent: Vec<_> = batch.into_iter().map(|waiting| (waiting.sequence, waiting.envelope)).collect();
    let mut not_taken = Vec::new();
    for _ in 0..line.uplink.nodes() {
        let node = line.uplink.node().to_owned();
        match line.uplink.submit(&request) {
            Ok(response) => {
                line.last_contact_us = Some(device.now().wall_us);
                let passed = not_taken.into_iter();
                line.remarks.extend(
                    passed.map(|not_taken| Remark::AnsweredElsewhere { not_taken, by: node.clone() }),
                );
                return take(device, line, &sent, &response);
            }
            Err(reason) => not_taken.push(NotTaken { node, reason }),
        }
        line.uplink.turn();
    }
    say_if_offline(device, line)?;
    Err(SyncError::NoNode(not_taken))
}

/// The present node's answer, verified and kept.
fn take<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    sent: &[(u64, Envelope)],
    response: &[u8],
) -> Result<Answer, SyncError> {
    let (answer, note) = match v1::SubmitResponse::decode(response) {
        Err(_) => (Err(Alarm::Unreadable), None),
        Ok(response) => (answer::verify(&line.ledger, device.seen(), sent, &response), response.checkpoint),
    };
    match answer.and_then(|answer| check_not_lost(device, answer)) {
        Ok(answer) => {
            keep(device, &answer)?;
            Ok(answer)
        }
        Err(alarm) => Err(raise(device, line, alarm, note)),
    }
}

/// The present node's answer does not verify. It is kept as evidence, and the next round begins with another node, so
/// that one that lies does not hold the device from those that do not.
fn raise<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    alarm: Alarm,
    checkpoint: Option<String>,
) -> SyncError {
    let node = line.uplink.node().to_owned();
    line.uplink.turn();
    match keep_alarm(device, &node, &alarm, checkpoint) {
        Ok(()) => SyncError::Alarm { node, alarm },
        Err(error) => error.into(),
    }
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
    node: &str,
    alarm: &Alarm,
    checkpoint: Option<String>,
) -> Result<(), LogError> {
    let (reason, checkpoint) = (format!("{node}: {alarm}"), checkpoint.unwrap_or_default());
    if device.alarms().iter().any(|known| known.reason == reason && known.checkpoint == checkpoint) {
        return Ok(());
    }
    let at_us = device.now().wall_us;
    device.keep_answer(vec![Kept::Alarm(AlarmRecord { reason, checkpoint, at_us })])
}
