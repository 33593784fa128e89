//! The one writer: takes what waits as a group, decides, appends it in one step, signs one checkpoint over it,
//! publishes, and only then answers.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use custody::fact::Seen;
use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::key::SigningKey;
use ledger_format::note::NoteSigner;
use ledger_store::head::write_head_file;
use ledger_store::{AppendError, BATCH_BYTES_MAX, Batch, Store};
use tokio::sync::{mpsc, oneshot, watch};

use crate::ahead::Ahead;
use crate::boot::boot_id;
use crate::clock::Clock;
use crate::draft::Draft;
use crate::evidence::Evidence;
use crate::home::HomeName;
use crate::node::{Condition, Head, Published};
use crate::queue::Job;
use crate::state::Placed;
use crate::stats::Counters;
use crate::stop::{Stop, Unanswered, failed};
use crate::vault::Vault;

/// Jobs of one group: about as many as arrive while one flush of a disk lasts, and few enough that the first
/// of them is not kept waiting for the last. Each gives one entry at most.
pub const GROUP_JOBS_MAX: usize = 256;

/// Bytes of one group's entries: a batch of the store, less the one census that may come before a group.
pub const GROUP_BYTES_MAX: usize = BATCH_BYTES_MAX - FACT_BYTES_MAX;

/// No fact that the node says of itself makes a longer entry.
const FACT_BYTES_MAX: usize = 1024;

/// An exhibit that an erasure names, beside its stream link.
const EXHIBIT_BYTES_MAX: usize = 20;

/// What an entry adds to its statement at most, beside 48 bytes for each stream link.
const ENTRY_OVERHEAD_MAX: usize = 256;

/// The encoding of one stream link, at most: a revision and a hash with their tags and lengths.
const LINK_BYTES_MAX: usize = 48;

/// How long the writer waits for work before it looks whether a census is due.
const IDLE: Duration = Duration::from_secs(60);

/// How long an append whose outcome is unknown is repeated before the node writes no more. A store that has a cluster elect
/// another leader meanwhile takes as long by itself; then another node may reach it that this one cannot.
const APPEND_TIME: Duration = Duration::from_secs(10);

/// The pause between two tries.
const APPEND_PAUSE: Duration = Duration::from_secs(1);

/// The version that the node says it is.
const SOFTWARE: &str = concat!("ledger-node ", env!("CARGO_PKG_VERSION"));

/// What the node speaks with.
#[derive(Debug)]
pub(crate) struct Voice {
    pub(crate) device: DeviceId,
    pub(crate) key: SigningKey,
    /// The ledger's genesis leaf hash.
    genesis: Digest,
    /// That of the epoch claimed last; it says nothing before the first.
    pub(crate) boot: BootId,
}

impl Voice {
    pub(crate) fn new(device: DeviceId, key: SigningKey, genesis: Digest) -> Self {
        Self { device, key, genesis, boot: boot_id(genesis, 0) }
    }
}

/// All that the writer owns or shares.
pub(crate) struct Writer<S, C> {
    pub(crate) store: Arc<S>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) evidence: Arc<Evidence>,
    pub(crate) published: Arc<RwLock<Published>>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) ahead: Ahead,
    pub(crate) voice: Voice,
    /// What the store is called.
    pub(crate) home: HomeName,
    pub(crate) signer: Arc<NoteSigner>,
    pub(crate) heads: Vec<PathBuf>,
    pub(crate) clock: C,
    pub(crate) jobs: mpsc::Receiver<Job>,
    /// A job that did not fit into the group before.
    pub(crate) carried: Option<Job>,
    pub(crate) condition: watch::Sender<Condition>,
    /// Says how many entries are published.
    pub(crate) arrived: watch::Sender<u64>,
}

impl<S: Store, C: Clock> Writer<S, C> {
    /// Claims an epoch, says through `claimed` how that went, and serves until nobody can ask any more or a
    /// write fails. What is left unanswered then hears that it was not taken.
    pub(crate) async fn run(mut self, claimed: oneshot::Sender<Result<(), String>>) {
        let epoch = self.claim().await.map_err(Stop::into_reason);
        let mut ended = epoch.clone().err();
        // Whoever starts the node waits for this.
        let _ = claimed.send(epoch);
        while ended.is_none()
            && let Some(group) = self.gather().await
        {
            ended = self.serve(group).await.err().map(Stop::into_reason);
        }
        let condition = match ended {
            None => Condition::Closed,
            Some(reason) => {
                tracing::error!(reason, "the node takes no more statements until it is started anew");
                Condition::Stopped { reason }
            }
        };
        // Before the queue goes, so that whoever still waits in it is told why.
        self.condition.send_replace(condition);
    }

    /// The node is the one writer from here on.
    async fn claim(&mut self) -> Result<(), Stop> {
        let claiming = self.claiming()?;
        self.commit(claiming).await
    }

    /// The claim of the next epoch, not made yet.
    ///
    /// Nothing in it is drawn at random or the engine's. Two nodes make the same bytes of it only where their clocks, wall
    /// and monotonic, read the same microsecond; the store takes that for one append repeated, and both begin to write.
    /// Then the first group behind the claim decides, as any append does: of one of them it is a conflict, and that one
    /// steps down and has acknowledged nothing.
    pub(crate) fn claiming(&mut self) -> Result<Draft, String> {
        let mut draft = Draft::new(self.clock.read());
        let epoch = self.ahead.ledger.epoch().saturating_add(1);
        self.voice.boot = boot_id(self.voice.genesis, epoch);
        let observed = v1::epoch_claimed::Observed { epoch, software: SOFTWARE.to_owned() };
        let fact = v1::EpochClaimed { observed: Some(observed) };
        self.say(v1::statement::Fact::EpochClaimed(fact), &mut draft)?;
        tracing::info!(epoch, size = self.ahead.size(), "claiming an epoch");
        Ok(draft)
    }

    /// Waits for work and takes what has come, within the limits of a group; `None` when no more can come. A
    /// group may be empty: then it is time to look at the clock.
    ///
    /// Whoever stops waiting for it loses nothing.
    pub(crate) async fn gather(&mut self) -> Option<Vec<Job>> {
        let first = match self.carried.take() {
            Some(job) => job,
            None => match tokio::time::timeout(IDLE, self.jobs.recv()).await {
                Ok(job) => job?,
                Err(_idle) => return Some(Vec::new()),
            },
        };
        let mut bytes = entry_bytes_max(&first);
        let mut group = vec![first];
        // Nothing comes behind the entry that closes the store.
        while !matches!(group.last(), Some(Job::Close(..)))
            && group.len() < GROUP_JOBS_MAX
            && let Ok(job) = self.jobs.try_recv()
        {
            bytes = bytes.saturating_add(entry_bytes_max(&job));
            if bytes > GROUP_BYTES_MAX {
                self.carried = Some(job);
                break;
            }
            group.push(job);
        }
        Some(group)
    }

    /// Decides on a group and makes it durable.
    pub(crate) async fn serve(&mut self, group: Vec<Job>) -> Result<(), Stop> {
        let draft = self.draft(group)?;
        self.commit(draft).await
    }

    /// Makes a draft durable, covers and publishes it, and answers. On an error nothing is answered.
    pub(crate) async fn commit(&mut self, draft: Draft) -> Result<(), Stop> {
        let Draft { placed, openings, evidence, answers, gone, erased, .. } = draft;
        let begun = Instant::now();
        // First what the entries rest on: an entry in the ledger never lacks its opening or its evidence.
        self.vault.keep(&openings).map_err(|error| failed("the vault", &error))?;
        for (name, bytes) in evidence {
            self.evidence.keep(name, &bytes).map_err(|error| failed("the evidence archive", &error))?;
        }
        if !placed.is_empty() {
            if let Err(mut stop) = self.append_all(&placed).await {
                if let Stop::NotTaken(not_taken) = &mut stop {
                    let answers = answers.into_iter().map(|(answer, _)| answer).collect();
                    let erased = erased.into_iter().map(|(answer, _)| answer).collect();
                    not_taken.unanswered = Unanswered { answers, erased };
                }
                return Err(stop);
            }
            self.publish(&placed)?;
            self.counters.committed(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        // Only now: what an entry does not say is never gone. After a crash in between, the next start does it.
        self.vault.erase(&gone).map_err(|error| failed("the vault", &error))?;
        for (answer, what) in erased {
            let _ = answer.send(what);
        }
        for (answer, decision) in answers {
            // Who asked may have gone; the statement is recorded all the same.
            let _ = answer.send(decision);
        }
        Ok(self.check_goes_on()?)
    }

    async fn append_all(&self, placed: &[Placed]) -> Result<(), Stop> {
        let first = placed.first().map_or(0, |placed| placed.index);
        let batch = Batch::new(placed.iter().map(|placed| placed.bytes.clone()).collect());
        let batch = batch.map_err(|error| failed("the group", &error))?;
        let (begun, mut doubt) = (Instant::now(), None);
        loop {
            match self.store.append(first, &batch).await {
                Ok(_) => return Ok(()),
                // Nothing else may be written until this is known.
                Err(error @ AppendError::Unknown { .. }) if begun.elapsed() < APPEND_TIME => {
                    tracing::error!(%error, "the append is repeated");
                    // The first time at once: the answer may have been lost on its way, and nothing else.
                    if doubt.replace((first, batch.clone())).is_some() {
                        tokio::time::sleep(APPEND_PAUSE).await;
                    }
                }
                Err(error @ AppendError::Unknown { .. }) => {
                    return Err(Stop::append(&error, Some((first, batch))));
                }
                Err(error) => return Err(Stop::append(&error, doubt)),
            }
        }
    }

    /// Signs the checkpoint over all that was appended, writes it down, and shows both to everybody.
    pub(crate) fn publish(&self, placed: &[Placed]) -> Result<(), String> {
        let origin = self.signer.verifier().name();
        let checkpoint = Checkpoint::new(origin, self.ahead.size(), self.ahead.root());
        let checkpoint = checkpoint.map_err(|error| failed("the checkpoint", &error))?;
        let note = self.signer.sign(&checkpoint.to_string());
        let note = note.map_err(|error| failed("the checkpoint", &error))?;
        for path in &self.heads {
            write_head_file(path, note.to_string().as_bytes())
                .map_err(|error| failed("the head file", &error))?;
        }
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        let Published { state, head, touched } = &mut *published;
        for placed in placed {
            state.push(placed);
        }
        touched.get_mut().unwrap_or_else(PoisonError::into_inner).merge(state.take_touched());
        *head = Head { checkpoint, note };
        self.arrived.send_replace(state.size());
        Ok(())
    }

    /// Whether anything may come behind the newest entry, here and under this key.
    pub(crate) fn check_goes_on(&self) -> Result<(), String> {
        self.check_ledger_key()?;
        match self.ahead.moved().filter(|moved| !moved.is_to(&self.home)) {
            None => Ok(()),
            Some(moved) => Err(moved.to_string()),
        }
    }

    /// A ledger key that two authorities have replaced signs nothing after the checkpoint over their decision.
    fn check_ledger_key(&self) -> Result<(), String> {
        let in_force = self.ahead.ledger.ledger_key().map(|key| key.id);
        if in_force == Some(self.signer.verifier().key().id()) {
            return Ok(());
        }
        Err("the ledger key was rotated: put the new key in place of the old one and start the node"
            .to_owned())
    }
}

impl<S, C> Writer<S, C> {
    pub(crate) fn published(&self) -> RwLockReadGuard<'_, Published> {
        self.published.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest published checkpoint, which the node has of course verified.
    pub(crate) fn seen(&self) -> Seen {
        let published = self.published();
        let checkpoint = &published.head.checkpoint;
        Seen { size: checkpoint.size(), root: checkpoint.root() }
    }
}

/// Even a writer that panics says that it is gone.
impl<S, C> Drop for Writer<S, C> {
    fn drop(&mut self) {
        self.condition.send_if_modified(|condition| {
            let is_running = matches!(condition, Condition::Ready | Condition::Standby);
            if is_running {
                *condition = Condition::Stopped { reason: "the writer ended without a word".to_owned() };
            }
            is_running
        });
    }
}

/// How long the entry that a job gives can get.
fn entry_bytes_max(job: &Job) -> usize {
    let submitted = match job {
        Job::Submitted(submitted) => submitted,
        Job::Erase(erase) => {
            let each = LINK_BYTES_MAX + EXHIBIT_BYTES_MAX;
            let exhibits = erase.target.exhibits.len().saturating_mul(each);
            return FACT_BYTES_MAX.saturating_add(exhibits);
        }
        Job::Census(_) | Job::Say(..) | Job::Close(..) => return FACT_BYTES_MAX,
    };
    let links = submitted.prepared.decoded.streams.len().saturating_mul(LINK_BYTES_MAX);
    let statement = submitted.prepared.envelope.statement.len();
    // Instead of the statement, the node may say that it was set aside.
    statement.saturating_add(links).saturating_add(ENTRY_OVERHEAD_MAX).max(FACT_BYTES_MAX)
}
