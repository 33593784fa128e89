//! Starting a node: replay of every entry, comparison with what was promised, and the claim of an epoch.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use custody::id::Digest;
use custody::policy::Policies;
use ledger_format::note::{NoteSigner, VkeyError};
use ledger_store::head::HeadError;
use ledger_store::lease::Lease;
use ledger_store::sqlite::{OpenError, SqliteStore};
use ledger_store::{ReadError, Store};
use thiserror::Error;
use tokio::sync::{Semaphore, mpsc, oneshot, watch as channel};

use crate::ahead::Ahead;
use crate::clock::Clock;
use crate::cluster::{Cluster, Order};
use crate::evidence::Evidence;
use crate::folder::{Folder, NodeKeys};
use crate::genesis::random_id;
use crate::home::{HomeFileError, HomeName, Moved};
use crate::keyfile::KeyFileError;
use crate::member::Member;
use crate::node::{Condition, Node, Published, Shared, held};
use crate::policy::Judging;
use crate::queue::{QUEUED_BYTES_MAX, QUEUED_MAX};
use crate::replay::{check_keys, check_promises, promises, replay, verifier_keys};
use crate::side::SideError;
use crate::state::State;
use crate::stats::Counters;
use crate::touched::Touched;
use crate::trust::trust_text;
use crate::vault::{Gone, Vault, VaultError};
use crate::watch::{self, Numbering, Watch};
use crate::writer::{Voice, Writer};

/// What a node is made of.
#[derive(Debug)]
pub struct Parts<S, C> {
    /// The entries.
    pub store: S,
    /// What the store is called: a ledger that was moved goes on in the store of the name it was moved to.
    pub home: HomeName,
    /// The openings.
    pub vault: Arc<Vault>,
    /// The archived envelopes.
    pub evidence: Arc<Evidence>,
    /// The node's secret keys.
    pub keys: NodeKeys,
    /// Where the newest checkpoint is written down, before anybody gets it: one file or, better, one on each of
    /// several disks. One at least must be there.
    pub heads: Vec<PathBuf>,
    /// Signed checkpoints of this ledger that others hold, such as a witness: the node must not be behind them.
    pub known: Vec<Known>,
    /// The node's clocks.
    pub clock: C,
    /// How it judges what it records.
    pub judging: Judging,
}

/// A signed checkpoint that somebody else holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Where it comes from, for whoever reads the refusal.
    pub place: String,
    /// Its bytes as they are; nothing of them is believed yet.
    pub bytes: Vec<u8>,
}

/// Why a node does not start. It has written nothing, except where it says so.
#[derive(Debug, Error)]
pub enum StartError {
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A key file could not be read.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A file beside the ledger could not be opened.
    #[error(transparent)]
    Side(#[from] SideError),
    /// The vault could not be opened, or what was erased could not be destroyed in it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The file with the store's name could not be read.
    #[error(transparent)]
    Home(#[from] HomeFileError),
    /// A head file could not be read.
    #[error(transparent)]
    HeadFile(#[from] HeadError),
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no head file, so nobody knows what was promised.
    #[error(
        "no head file at {}: without it nobody can tell whether acknowledged entries are missing. If a copy of \
         it or a checkpoint held by a witness, an auditor or a device is at hand, put it there; a new ledger is \
         made by init", paths(.0)
    )]
    HeadMissing(Vec<PathBuf>),
    /// A head file, or a checkpoint given, is not one of this ledger's.
    #[error(
        "{place} does not hold a checkpoint signed by this ledger's key: {reason}. If it belongs to another \
         ledger, it or the data folder is the wrong one; if it is damaged, put the newest copy of this ledger's \
         checkpoint in its place"
    )]
    HeadForeign {
        /// The file, or which of the checkpoints given.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store holds less than was promised: going on would fork the ledger.
    #[error(
        "the store holds {size} entries and {place} promises {promised}: {} acknowledged entries are missing. \
         Going on from here would give their places to others, which every device, witness and auditor would see \
         as forgery. Restore a newer copy of the store; if there is none, this ledger has ended: keep it as it is \
         and begin another", promised.saturating_sub(*size)
    )]
    Behind {
        /// How many entries the store holds.
        size: u64,
        /// How many were promised.
        promised: u64,
        /// Where that stands.
        place: String,
    },
    /// The store holds other entries than were promised.
    #[error(
        "the first {size} entries in the store have the root {found}, and {place} promises {promised}: the \
         entries were altered or are another ledger's. Keep this store as evidence and restore a copy from \
         before the alteration"
    )]
    Differs {
        /// How many entries were promised.
        size: u64,
        /// Their root in the store.
        found: Digest,
        /// Their root as promised.
        promised: Digest,
        /// Where that stands.
        place: String,
    },
    /// An entry in the store does not follow from the one before it.
    #[error("entry {index} in the store: {reason}. Restore a copy from before it was altered")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The store holds no entry.
    #[error("the store is empty: a new ledger is made by init")]
    Empty,
    /// A key file holds another key than the one in force.
    #[error(
        "{which}.key in the data folder holds the key with the id {found}, and the ledger names {expected}: put the \
         key in force in its place"
    )]
    WrongKey {
        /// Which key.
        which: &'static str,
        /// The id of the key in the file.
        found: Digest,
        /// The id of the key in force.
        expected: Digest,
    },
    /// The ledger was moved, and lives in another store.
    #[error("{0}")]
    Closed(Moved),
    /// The ledger's origin cannot name a key.
    #[error(transparent)]
    Origin(#[from] VkeyError),
    /// The epoch could not be claimed. It may be in the store; the next start goes on from what is there.
    #[error("the epoch could not be claimed: {0}")]
    Claim(String),
    /// The node could not stand by.
    #[error("the node cannot stand by: {0}")]
    Standby(String),
}

/// Opens the node whose data lies in `folder`, judging under the documented default and making rounds only when asked.
/// `known` are signed checkpoints that others hold, if any.
pub async fn open<C: Clock>(
    folder: &Folder,
    known: Vec<Known>,
    clock: C,
) -> Result<Node<SqliteStore>, StartError> {
    open_judging(folder, known, clock, Judging::when_asked(Policies::default())).await
}

/// Opens the node whose data lies in `folder`, to judge as is said here.
pub async fn open_judging<C: Clock>(
    folder: &Folder,
    known: Vec<Known>,
    clock: C,
    judging: Judging,
) -> Result<Node<SqliteStore>, StartError> {
    let parts = Parts {
        store: SqliteStore::open(&folder.store())?,
        home: HomeName::of(folder)?,
        vault: Arc::new(Vault::open(folder.path())?),
        evidence: Arc::new(Evidence::open(folder.path())?),
        keys: folder.read_keys()?,
        heads: vec![folder.head()],
        known,
        clock,
        judging,
    };
    start(parts).await
}

/// Starts a node: replays all entries, makes sure that nothing acknowledged is missing, and claims an epoch.
pub async fn start<S: Store, C: Clock>(parts: Parts<S, C>) -> Result<Node<S>, StartError> {
    let Prepared { node, writer, watch } = prepare(parts, Role::Alone).await?;
    if let Err(reason) = spawn(&node, |claimed| writer.run(claimed)).await {
        // Whoever tries again finds the store let go.
        node.shutdown().await;
        return Err(StartError::Claim(reason));
    }
    keep_watch(&node, watch).map_err(|error| StartError::Claim(error.to_string()))?;
    Ok(node)
}

/// Starts a node that is one of several: replays all entries, makes sure that nothing acknowledged is missing, and stands
/// by. It takes over when told, or when the writer has left no mark for too long.
pub async fn start_standby<S: Store, C: Clock, L: Lease>(
    parts: Parts<S, C>,
    cluster: Cluster<L>,
) -> Result<Node<S>, StartError> {
    let (orders, given) = mpsc::channel(ORDERS_MAX);
    let Prepared { node, writer, watch } = prepare(parts, Role::OneOfSeveral(orders)).await?;
    let member = Member::new(writer, cluster, given);
    if let Err(reason) = spawn(&node, |standing| member.run(standing)).await {
        node.shutdown().await;
        return Err(StartError::Standby(reason));
    }
    keep_watch(&node, watch).map_err(|error| StartError::Standby(error.to_string()))?;
    Ok(node)
}

/// Orders that may wait; each is an operator's.
const ORDERS_MAX: usize = 4;

/// What a node is to its ledger.
enum Role {
    Alone,
    OneOfSeveral(mpsc::Sender<Order>),
}

/// A node of which nothing runs yet.
struct Prepared<S, C> {
    node: Node<S>,
    writer: Writer<S, Arc<C>>,
    watch: Watch<C>,
}

async fn prepare<S: Store, C: Clock>(parts: Parts<S, C>, role: Role) -> Result<Prepared<S, C>, StartError> {
    let Parts { store, home, vault, evidence, keys, heads, known, clock, judging } = parts;
    let clock = Arc::new(clock);
    let promises = promises(&heads, known)?;
    let mut state = replay(&store, &promises, judging.policies).await?;
    let genesis = state.genesis().ok_or(StartError::Empty)?;
    // Before the promises: where the ledger has gone on, they are ahead of the store that it left.
    if let Some(moved) = state.moved().filter(|moved| !moved.is_to(&home)) {
        return Err(StartError::Closed(moved));
    }
    let device = genesis.node.device;
    let signer = Arc::new(NoteSigner::new(&genesis.origin, keys.ledger)?);
    // The key as of the genesis, whatever has been rotated since: its successors follow from the ledger.
    let of_ledger = verifier_keys(&state, &genesis.origin)?;
    let trust = trust_text(&genesis.origin, genesis.leaf, of_ledger.first().ok_or(StartError::Empty)?);
    let head = check_promises(&state, &genesis.origin, promises)?;
    check_keys(&state, device, &keys.node.public_key(), &signer)?;
    tracing::info!(size = state.size(), promised = head.checkpoint.size(), "replayed");
    // Before anybody is served: a vault from before an erasure, or a crash in the middle of one, revives nothing.
    vault.erase(&gone(&state))?;
    let voice = Voice::new(device, keys.node, genesis.leaf);
    let (orders, first, numbering) = match role {
        Role::Alone => (None, Condition::Ready, Numbering::ByEpoch),
        Role::OneOfSeveral(orders) => (Some(orders), Condition::Standby, Numbering::AtRandom(random_id()?)),
    };

    let ahead = Ahead::of(&state);
    // At the start everybody is judged.
    state.take_touched();
    let touched = Mutex::new(Touched::default());
    let (arrived, size) = channel::channel(state.size());
    let published = Arc::new(RwLock::new(Published { state, head, touched }));
    let counters = Arc::new(Counters::default());
    let (sender, jobs) = mpsc::channel(QUEUED_MAX);
    let (condition, watched) = channel::channel(first);
    let watch = Watch::new(watch::Parts {
        published: Arc::clone(&published),
        arrived: size.clone(),
        jobs: sender.downgrade(),
        condition: watched.clone(),
        clock: Arc::clone(&clock),
        round: judging.round,
        numbering,
    });
    let store = Arc::new(store);
    let shared = Shared {
        store: Arc::clone(&store),
        evidence: Arc::clone(&evidence),
        vault: Arc::clone(&vault),
        signer: Arc::clone(&signer),
        published: Arc::clone(&published),
        counters: Arc::clone(&counters),
        trust,
        jobs: Mutex::new(Some(sender)),
        room: Arc::new(Semaphore::new(QUEUED_BYTES_MAX)),
        condition: watched,
        writer: Mutex::new(None),
        desk: watch.desk(),
        watch: Mutex::new(None),
        arrived: size,
        orders,
    };
    let writer = Writer {
        store,
        vault,
        evidence,
        published,
        counters,
        ahead,
        voice,
        home,
        signer,
        heads,
        clock,
        jobs,
        carried: None,
        condition,
        arrived,
    };
    Ok(Prepared { node: Node { shared: Arc::new(shared) }, writer, watch })
}

/// Every opening that the ledger says is erased.
fn gone(state: &State) -> Vec<Gone> {
    let erased = state.ledger().erasures().iter();
    erased.map(|(statement, digest, erasure)| Gone { statement, digest, index: erasure.index }).collect()
}

/// Gives the watch a thread and a runtime of its own.
fn keep_watch<S, C: Clock>(node: &Node<S>, watch: Watch<C>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = thread::Builder::new().name("ledger-node-watch".to_owned());
    *held(&node.shared.watch) = Some(thread.spawn(move || runtime.block_on(watch.run()))?);
    Ok(())
}

/// Gives what writes or follows a thread and a runtime of its own, so that it waits for disks without holding up anybody,
/// and returns when it has said that it has begun.
async fn spawn<S, F: Future<Output = ()> + 'static>(
    node: &Node<S>,
    work: impl FnOnce(oneshot::Sender<Result<(), String>>) -> F + Send + 'static,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let (begun, awaited) = oneshot::channel();
    let thread = thread::Builder::new().name("ledger-node-writer".to_owned());
    let thread = thread.spawn(move || runtime.block_on(work(begun)));
    *held(&node.shared.writer) = Some(thread.map_err(|error| error.to_string())?);
    awaited.await.unwrap_or_else(|_| Err("the writer ended without a word".to_owned()))
}

fn paths(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
