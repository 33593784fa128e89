//! One batch, handed to the nodes of the ledger in turn until one has taken it; its answer verified and kept.

use std::fmt;

use custody_proto::v1;
use ledger_format::envelope::Envelope;
use prost::Message as _;

use super::batch::{Waiting, request};
use super::lag::{Behind, check_not_for_ever};
use super::{Line, SyncError, say_if_offline};
use crate::answer::{self, Alarm, Answer, Stopped};
use crate::clock::Clock;
use crate::device::Device;
use crate::journal::{AlarmRecord, Kept, RefusalRecord};
use crate::key::Signer;
use crate::record_log::LogError;
use crate::storage::Storage;
use crate::uplink::{Uplink, UplinkError};

/// The code of what a node does not take because another one writes.
const NOT_WRITER: &str = "not-writer";

/// A node that did not take what it was sent, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{node}: {reason}")]
pub struct NotTaken {
    /// The node.
    pub node: String,
    /// Why not.
    pub reason: Reason,
}

/// Why a node did not take what it was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It gave no answer.
    #[error(transparent)]
    Uplink(#[from] UplinkError),
    /// It answered, and takes nothing because another node writes.
    #[error("it stands by: another node of the ledger writes")]
    StandsBy,
    /// It does not know as much of the ledger as this device. What it says of the statements is of no account.
    #[error("its checkpoint has {found} entries, and this device has verified one of {seen}: it is behind")]
    Behind {
        /// What it knows.
        found: u64,
        /// What the device has verified.
        seen: u64,
    },
}

/// Something of a round that is for the log, beside what the round came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// What one node did not take, another answered.
    AnsweredElsewhere {
        /// The one that did not take it.
        not_taken: NotTaken,
        /// The one that answered.
        by: String,
    },
    /// The checkpoint of a node that was behind is an older state of the same ledger.
    Lagged {
        /// That node.
        node: String,
        /// The size of its checkpoint.
        found: u64,
        /// Who proved it.
        by: String,
    },
    /// A node was behind, and it is not known yet whether it lags.
    Open {
        /// That node.
        node: String,
        /// The size of its checkpoint.
        found: u64,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnsweredElsewhere { not_taken, by } => write!(f, "{not_taken}; {by} answered"),
            Self::Lagged { node, found, by } => {
                write!(
                    f,
                    "{node} lags: {by} proves that its {found} entries are the beginning of this ledger"
                )
            }
            Self::Open { node, found } => {
                write!(
                    f,
                    "{node} was behind: not proven yet that its {found} entries are this ledger's beginning"
                )
            }
        }
    }
}

/// What an answer is.
pub(super) enum Taken {
    /// It is verified and kept.
    Answer(Answer),
    /// Its node is behind what this device has verified. Nothing of it is kept.
    Behind(Behind),
}

/// One request to the node that took the last one, and then to the others in turn until one answers.
///
/// Any of them may take it: the statements are the same wherever they arrive, and one that had taken them before its
/// answer was lost has put them where the others find them. Whatever a node says instead of an answer, another is asked:
/// what it is that keeps this one from taking statements does not matter here.
pub(super) fn exchange<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    batch: &[Waiting],
) -> Result<Answer, SyncError> {
    let sent: Vec<_> = batch.iter().map(|waiting| (waiting.sequence, waiting.envelope.clone())).collect();
    let (mut not_taken, mut behind) = (Vec::new(), Vec::new());
    for _ in 0..line.uplink.nodes() {
        let node = line.uplink.node().to_owned();
        // Each time anew: a node that takes nothing may have shown a newer checkpoint all the same.
        let request = request(batch, device.seen().map_or(0, |seen| seen.size));
        let reason = match ask(device, line, &sent, &request)? {
            Ok(Taken::Answer(answer)) if stands_by(&answer) => Reason::StandsBy,
            Ok(Taken::Answer(answer)) => {
                let elsewhere = |not_taken| Remark::AnsweredElsewhere { not_taken, by: node.clone() };
                line.remarks.extend(not_taken.into_iter().map(elsewhere));
                return Ok(answer);
            }
            Ok(Taken::Behind(found)) => {
                let reason = found.reason();
                behind.push(found);
                reason
            }
            Err(error) => error.into(),
        };
        not_taken.push(NotTaken { node, reason });
        line.uplink.turn();
    }
    if behind.len() == not_taken.len() {
        return Err(rolled_back(device, behind));
    }
    say_if_offline(device, line)?;
    // A standby that takes nothing vouches for nothing either.
    behind.iter().try_for_each(|behind| check_not_for_ever(device, line, behind))?;
    Err(SyncError::NoNode(not_taken))
}

/// Whether it has taken nothing and says that another node will.
fn stands_by(answer: &Answer) -> bool {
    let is_said = |stopped: &Stopped| stopped.is_not_yet && stopped.code == NOT_WRITER;
    answer.receipts.is_empty() && answer.stopped.as_ref().is_some_and(is_said)
}

/// One request to the present node; its answer, verified and kept, or why there is none.
pub(super) fn ask<G: Signer, C: Clock, F: Storage, U: Uplink>(
    device: &mut Device<G, C, F>,
    line: &mut Line<U>,
    sent: &[(u64, Envelope)],
    request: &[u8],
) -> Result<Result<Taken, UplinkError>, SyncError> {
    let response = match line.uplink.submit(request) {
        Ok(response) => response,
        Err(error) => return Ok(Err(error)),
    };
    line.last_contact_us = Some(device.now().wall_us);
    let (answer, response) = match v1::SubmitResponse::decode(response.as_slice()) {
        Err(_) => (Err(Alarm::Unreadable), v1::SubmitResponse::default()),
        Ok(response) => (answer::verify(&line.ledger, device.seen(), sent, &response), response),
    };
    match answer.and_then(|answer| check_not_lost(device, answer)) {
        Ok(answer) => {
            keep(device, &answer)?;
            Ok(Ok(Taken::Answer(answer)))
        }
        Err(alarm) => match Behind::from_answer(line, &alarm, &response, device.now().wall_us) {
            Some(behind) => {
                line.doubt(&behind);
                Ok(Ok(Taken::Behind(behind)))
            }
            None => Err(raise(device, line, alarm, response.checkpoint)),
        },
    }
}

/// Every node of the ledger is behind what this device has verified: none of them lags, the ledger was rolled back. What
/// each has signed is kept as evidence.
fn rolled_back<G: Signer, C: Clock, F: Storage>(
    device: &mut Device<G, C, F>,
    behind: Vec<Behind>,
) -> SyncError {
    let mut first = None;
    for Behind { node, head, seen, note, .. } in behind {
        let alarm = Alarm::Shrunk { found: head.size, seen };
        if let Err(error) = keep_alarm(device, &node, &alarm, Some(note)) {
            return error.into();
        }
        first.get_or_insert(SyncError::Alarm { node, alarm });
    }
    first.unwrap_or(SyncError::NoNode(Vec::new()))
}

/// The present node's answer does not verify. It is kept as evidence, and the next round begins with another node, so
/// that one that lies does not hold the device from those that do not.
pub(super) fn raise<G: Signer, C: Clock, F: Storage, U: Uplink>(
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

pub(super) fn keep_alarm<G: Signer, C: Clock, F: Storage>(
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
