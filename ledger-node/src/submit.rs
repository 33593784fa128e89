//! Submitting: what the edge asks of the writer, and how the answer is put together.

use std::sync::Arc;

use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use ledger_store::Store;
use tokio::sync::{mpsc, oneshot};

use crate::admission::{self, Prepared, Signature, Submission};
use crate::node::{Condition, Node, held};
use crate::outcome::{Answer, Code, Declined, Outcome};
use crate::queue::{Decision, Job, QUEUED_BYTES_MAX, SUBMISSIONS_MAX, Submitted};
use crate::reading;

impl<S> Node<S> {
    /// Asks for a census now, and returns the index of its entry once that is durable and covered.
    pub async fn take_census(&self) -> Result<u64, Declined>
    where
        S: Store,
    {
        let (answer, awaited) = oneshot::channel();
        self.enqueue(Job::Census(answer))?;
        match awaited.await {
            Ok(Decision::Recorded { index, .. } | Decision::Again { index }) => Ok(index),
            Ok(Decision::Declined(declined)) => Err(declined),
            Err(_) => Err(self.unanswered().await),
        }
    }

    /// Has the node say a fact, as the device that it is, with the openings of what that commits to; returns the index of
    /// its entry once that is durable and covered.
    pub(crate) async fn say(
        &self,
        fact: v1::statement::Fact,
        openings: Vec<Disclosure>,
    ) -> Result<u64, Declined>
    where
        S: Store,
    {
        let (answer, awaited) = oneshot::channel();
        self.enqueue(Job::Say(Box::new(fact), openings, answer))?;
        match awaited.await {
            Ok(Decision::Recorded { index, .. } | Decision::Again { index }) => Ok(index),
            Ok(Decision::Declined(declined)) => Err(declined),
            Err(_) => Err(self.unanswered().await),
        }
    }

    /// Submits statements, oldest first for each device. Answers when each is durable and covered by a signed
    /// checkpoint, or declined.
    ///
    /// `seen_size` is the size of the newest checkpoint the device has verified, 0 if none. Dropping the future
    /// takes nothing back.
    pub async fn submit(&self, submissions: Vec<Submission>, seen_size: u64) -> Answer
    where
        S: Store,
    {
        let count = submissions.len();
        let decisions = if count > SUBMISSIONS_MAX {
            let detail = format!("{count} submissions in one request, at most {SUBMISSIONS_MAX}");
            let declined = Declined::new(Code::TooLarge, detail);
            (0..count).map(|_| Decision::Declined(declined.clone())).collect()
        } else if self.is_standby() {
            // Before anything is verified for nothing.
            (0..count).map(|_| Decision::Declined(Declined::not_writer())).collect()
        } else {
            let prepared = self.prepare(submissions).await;
            self.decide(prepared).await
        };
        self.answer(decisions, seen_size).await
    }

    /// Decodes and verifies, off the threads that serve connections: up to 50 µs for each signature.
    async fn prepare(&self, submissions: Vec<Submission>) -> Vec<Result<Weighed, Declined>>
    where
        S: Store,
    {
        let count = submissions.len();
        let node = self.clone();
        let work = move || submissions.into_iter().map(|submission| node.weigh(submission)).collect();
        let prepared: Result<Vec<_>, _> = tokio::task::spawn_blocking(work).await;
        let mut prepared = prepared.unwrap_or_else(|_| (0..count).map(|_| Err(self.unavailable())).collect());
        for (prepared, _) in prepared.iter_mut().flatten() {
            if prepared.signature == Signature::Unchecked {
                prepared.signature = self.compare(prepared).await;
            }
        }
        prepared
    }

    fn weigh(&self, submission: Submission) -> Result<Weighed, Declined> {
        let weight = submission.weight();
        let key_of = |device| self.read().state.key(device);
        // The lock is let go before anything is verified.
        let node = self.read().state.ledger().node();
        admission::prepare(submission, key_of, node).map(|prepared| (prepared, weight))
    }

    /// A statement recorded under a key that the device has since changed: its envelope, repeated, is known by
    /// its bytes.
    async fn compare(&self, prepared: &Prepared) -> Signature
    where
        S: Store,
    {
        let statement = &prepared.decoded.statement;
        let said = self.read().state.said(statement.device, statement.sequence);
        let Some(said) = said.filter(|said| said.hash == prepared.decoded.hash) else {
            return Signature::Unchecked;
        };
        match self.entry(said.index).await {
            Ok(Some(entry)) if entry.entry.envelope == prepared.envelope => Signature::AsRecorded,
            _ => Signature::Unchecked,
        }
    }

    /// Queues what was prepared and waits for the writer's decisions. Once one has no room, none after it is
    /// queued either: a device's statements keep their order.
    async fn decide(&self, prepared: Vec<Result<Weighed, Declined>>) -> Vec<Decision> {
        let mut full = None;
        let mut waiting = Vec::with_capacity(prepared.len());
        for prepared in prepared {
            let queued = match (prepared, &full) {
                (Err(declined), _) => Err(declined),
                (Ok(_), Some(declined)) => Err(Declined::clone(declined)),
                (Ok((prepared, weight)), None) => self.queue(prepared, weight).inspect_err(|declined| {
                    full = Some(declined.clone());
                }),
            };
            waiting.push(queued);
        }
        let mut decisions = Vec::with_capacity(waiting.len());
        for queued in waiting {
            decisions.push(match queued {
                Ok(awaited) => match awaited.await {
                    Ok(decision) => decision,
                    Err(_) => Decision::Declined(self.unanswered().await),
                },
                Err(declined) => Decision::Declined(declined),
            });
        }
        decisions
    }

    fn queue(&self, prepared: Prepared, weight: usize) -> Result<oneshot::Receiver<Decision>, Declined> {
        let permits = u32::try_from(weight.clamp(1, QUEUED_BYTES_MAX)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.shared.room).try_acquire_many_owned(permits);
        let room = room.map_err(|_| overloaded())?;
        let (answer, awaited) = oneshot::channel();
        self.enqueue(Job::Submitted(Box::new(Submitted { prepared, room, answer })))?;
        Ok(awaited)
    }

    pub(crate) fn enqueue(&self, job: Job) -> Result<(), Declined> {
        if self.is_standby() {
            return Err(Declined::not_writer());
        }
        let jobs = held(&self.shared.jobs);
        let jobs = jobs.as_ref().ok_or_else(|| self.unavailable())?;
        jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => overloaded(),
            mpsc::error::TrySendError::Closed(_) => self.unavailable(),
        })
    }

    /// Why the writer has let an answer go: it lets go of a group that failed a moment before it says so.
    pub(crate) async fn unanswered(&self) -> Declined {
        let mut condition = self.shared.condition.clone();
        // If its end of the channel goes, it has said so.
        let _ = condition.wait_for(|condition| *condition != Condition::Ready).await;
        self.unavailable()
    }

    fn unavailable(&self) -> Declined {
        let detail = match self.condition() {
            Condition::Stopped { reason } => {
                tracing::debug!(reason, "a submission was answered as unavailable");
                "the node has stopped taking statements after a failure; try again later"
            }
            Condition::Standby => return Declined::not_writer(),
            Condition::Ready | Condition::Closed => "the node is shutting down; try again later",
        };
        Declined::new(Code::Unavailable, detail)
    }

    async fn answer(&self, decisions: Vec<Decision>, seen_size: u64) -> Answer
    where
        S: Store,
    {
        let mut outcomes = Vec::with_capacity(decisions.len());
        for decision in decisions {
            outcomes.push(match decision {
                Decision::Declined(declined) => Found::Declined(declined),
                Decision::Recorded { index, entry } => Found::Recorded { index, entry },
                Decision::Again { index } => match self.entry_bytes(index).await {
                    Ok(Some(entry)) => Found::Again { index, entry },
                    Ok(None) | Err(_) => Found::Declined(self.unavailable()),
                },
            });
        }
        // One look, so that every proof is under one checkpoint.
        let published = self.read();
        let receipted = |index, entry| reading::receipted(&published, index, entry);
        let outcomes = outcomes.into_iter().map(|found| match found {
            Found::Declined(declined) => Outcome::Declined(declined),
            Found::Recorded { index, entry } => receipted(index, entry)
                .map_or_else(|| Outcome::Declined(self.unavailable()), Outcome::Recorded),
            Found::Again { index, entry } => receipted(index, entry)
                .map_or_else(|| Outcome::Declined(self.unavailable()), Outcome::AlreadyRecorded),
        });
        let outcomes: Vec<_> = outcomes.collect();
        self.shared.counters.count(&outcomes);
        Answer {
            outcomes,
            checkpoint: published.head.note.to_string(),
            consistency: reading::consistency(&published, seen_size).unwrap_or_default(),
        }
    }
}

/// A prepared submission and how many bytes it holds.
type Weighed = (Prepared, usize);

/// A decision with its entry's bytes.
enum Found {
    Recorded { index: u64, entry: Vec<u8> },
    Again { index: u64, entry: Vec<u8> },
    Declined(Declined),
}

fn overloaded() -> Declined {
    Declined::new(Code::Overloaded, "too much is waiting; keep the statement and try again")
}
