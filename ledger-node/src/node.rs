//! The node's handle: what the edge may ask. Cheap to clone; the writer runs behind it on a thread of its own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;

use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::Note;
use ledger_store::Store;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use crate::admission::{self, Prepared, Signature, Submission};
use crate::evidence::Evidence;
use crate::outcome::{Answer, Code, Declined, Outcome};
use crate::queue::{Decision, Job, QUEUED_BYTES_MAX, SUBMISSIONS_MAX, Submitted};
use crate::state::State;
use crate::stats::Counters;

/// A running ledger node.
pub struct Node<S> {
    pub(crate) shared: Arc<Shared<S>>,
}

/// What all handles share.
pub(crate) struct Shared<S> {
    pub(crate) store: Arc<S>,
    pub(crate) evidence: Arc<Evidence>,
    pub(crate) published: Arc<RwLock<Published>>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) trust: String,
    /// Taken out by `shutdown`, so that the writer sees the end.
    pub(crate) jobs: Mutex<Option<mpsc::Sender<Job>>>,
    /// One permit for each byte that may wait.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) condition: watch::Receiver<Condition>,
    pub(crate) writer: Mutex<Option<JoinHandle<()>>>,
}

/// What everybody may see: durable, covered by the checkpoint, and never ahead of it.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) state: State,
    pub(crate) head: Head,
}

/// A checkpoint and the signed note it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The tree head.
    pub checkpoint: Checkpoint,
    /// The note, signed by the ledger's key.
    pub note: Note,
}

/// Whether the node takes statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It does.
    Ready,
    /// It was told to shut down.
    Closed,
    /// A write failed, so it takes none until it is started anew. Reading goes on.
    Stopped {
        /// What failed.
        reason: String,
    },
}

impl<S> Clone for Node<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<S> fmt::Debug for Node<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("condition", &self.condition()).finish_non_exhaustive()
    }
}

impl<S> Node<S> {
    /// Whether the node takes statements, and why not.
    pub fn condition(&self) -> Condition {
        self.shared.condition.borrow().clone()
    }

    /// True while the node takes statements.
    pub fn is_ready(&self) -> bool {
        self.condition() == Condition::Ready
    }

    /// The newest signed checkpoint. Everything it covers is durable.
    pub fn checkpoint(&self) -> Head {
        self.read().head.clone()
    }

    /// The trust file of this ledger: what a verifier is to be given out of band.
    pub fn trust(&self) -> &str {
        &self.shared.trust
    }

    /// Looks at the state under the newest checkpoint. `look` must be brief: the writer waits for it.
    pub fn look<T>(&self, look: impl FnOnce(&State, &Head) -> T) -> T {
        let published = self.read();
        look(&published.state, &published.head)
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Published> {
        // The writer folds an entry into its own copy first, so a rule that panics does not panic here.
        self.shared.published.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes no more statements, records those already accepted, and returns when all are answered and the
    /// writer has ended. May be called more than once.
    pub async fn shutdown(&self)
    where
        S: Store,
    {
        drop(held(&self.shared.jobs).take());
        let mut condition = self.shared.condition.clone();
        // The writer's end of it goes with the writer; either way it has ended.
        let _ = condition.wait_for(|_| false).await;
        if let Some(writer) = held(&self.shared.writer).take() {
            // It has let go of everything; a panic of it has been said on standard error.
            let _ = writer.join();
        }
    }

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
            Err(_) => Err(self.unavailable()),
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
        let key_of = |device| admission::published_key(&self.read().state, device);
        admission::prepare(submission, key_of).map(|prepared| (prepared, weight))
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
                Ok(awaited) => awaited.await.unwrap_or_else(|_| Decision::Declined(self.unavailable())),
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

    fn enqueue(&self, job: Job) -> Result<(), Declined> {
        let jobs = held(&self.shared.jobs);
        let jobs = jobs.as_ref().ok_or_else(|| self.unavailable())?;
        jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => overloaded(),
            mpsc::error::TrySendError::Closed(_) => self.unavailable(),
        })
    }

    fn unavailable(&self) -> Declined {
        let detail = match self.condition() {
            Condition::Stopped { reason } => {
                tracing::debug!(reason, "a submission was answered as unavailable");
                "the node has stopped taking statements after a failure; try again later"
            }
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
        let receipted = |index, entry| crate::reading::receipted(&published, index, entry);
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
            consistency: crate::reading::consistency(&published, seen_size).unwrap_or_default(),
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

pub(crate) fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing is done under these locks that could leave a value half made.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
