//! Two nodes over one store under schedules drawn at random: statements to either, takeovers, races, restarts, and every
//! fault a store can have. Whatever happens, what was acknowledged stands where its receipt says, no node has ever signed
//! what is not a beginning of the ledger, and the verifier finds nothing.
//!
//! `CUSTODY_SCHEDULES` says how many schedules there are; the seed that fails is printed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use custody::id::Digest;
use ledger_format::merkle::root_at;
use ledger_node::admission::Submission;
use ledger_node::cluster::{Cluster, TAKE_OVER_AFTER, TakeOverError};
use ledger_node::node::{Condition, Node};
use ledger_node::outcome::{Code, Outcome};
use ledger_node::start::start_standby;
use ledger_store::Store;
use ledger_store::lease::MemoryLease;
use ledger_store::memory::{Fault, MemoryStore};
use ledger_store::mirror::Mirrored;

use crate::support::*;

/// Schedules if nobody says how many.
const SCHEDULES: u64 = 200;

/// Steps of one schedule.
const STEPS: u64 = 24;

/// A seed's numbers (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn side(&mut self) -> usize {
        usize::from(self.below(2) == 1)
    }

    /// What a store's next appends do. Never twice unknown in a row, after which a node waits a second.
    fn faults(&mut self) -> Vec<Fault> {
        let unknown = if self.below(2) == 0 { Fault::Lost } else { Fault::Kept };
        let refused = if self.below(2) == 0 { Fault::Unavailable } else { Fault::Full };
        match self.below(5) {
            0 => vec![unknown],
            1 => vec![refused],
            2 => vec![unknown, refused],
            3 => vec![refused, unknown, refused],
            _ => vec![Fault::Broken],
        }
    }
}

/// One of the two.
struct Side<S> {
    machine: Machine,
    /// What it keeps of the store itself, where it does.
    mirror: MemoryStore,
    node: Node<S>,
}

/// What was acknowledged and signed so far.
#[derive(Default)]
struct Seen {
    /// By index, the entry.
    acknowledged: BTreeMap<u64, Vec<u8>>,
    /// Every size and root that a node has shown.
    heads: BTreeMap<u64, Digest>,
}

impl Seen {
    fn head<S>(&mut self, node: &Node<S>) {
        let checkpoint = node.checkpoint().checkpoint;
        let root = self.heads.entry(checkpoint.size()).or_insert(checkpoint.root());
        assert_eq!(*root, checkpoint.root(), "two roots of {} entries", checkpoint.size());
    }

    fn acknowledge(&mut self, index: u64, entry: &[u8]) {
        let known = self.acknowledged.entry(index).or_insert_with(|| entry.to_vec());
        assert_eq!(known, entry, "two entries {index}");
    }
}

/// How a machine comes to the store.
trait Way: Store + Sized {
    fn open(machine: &Machine, mirror: &MemoryStore) -> impl Future<Output = Self>;
}

impl Way for Arc<MemoryStore> {
    async fn open(machine: &Machine, _mirror: &MemoryStore) -> Self {
        Arc::clone(&machine.store)
    }
}

impl Way for Mirrored<Arc<MemoryStore>, MemoryStore> {
    async fn open(machine: &Machine, mirror: &MemoryStore) -> Self {
        Self::open(Arc::clone(&machine.store), mirror.reopen()).await.unwrap()
    }
}

async fn start<S: Way>(machine: &Machine, mirror: &MemoryStore, lease: &Arc<MemoryLease>) -> Node<S> {
    let cluster = Cluster::when_asked(Arc::clone(lease));
    start_standby(machine.parts(S::open(machine, mirror).await), cluster).await.unwrap()
}

struct Schedule<S> {
    world: World,
    lease: Arc<MemoryLease>,
    sides: [Side<S>; 2],
    locker: Speaker,
    /// Said and not acknowledged, oldest first.
    unsent: Vec<Submission>,
    seen: Seen,
    last: Vec<Outcome>,
}

impl<S: Way> Schedule<S> {
    async fn begin() -> Self {
        let mut world = World::new().await;
        let lease = Arc::new(MemoryLease::default());
        let side = async || {
            let (machine, mirror) = (Machine::of(&world), MemoryStore::new());
            let node = start(&machine, &mirror, &lease).await;
            Side { machine, mirror, node }
        };
        let sides = [side().await, side().await];
        sides[0].node.take_over().await.unwrap();
        let locker = world.locker(&sides[0].node, 0x20).await;
        Self { world, lease, sides, locker, unsent: Vec::new(), seen: Seen::default(), last: Vec::new() }
    }

    async fn step(&mut self, numbers: &mut Numbers) {
        let side = numbers.side();
        match numbers.below(16) {
            0..6 => {
                let count = usize::try_from(numbers.below(3)).unwrap() + 1;
                self.submit(side, count, None).await;
            }
            6 | 7 => self.submit(side, 2, Some(1 - side)).await,
            8 | 9 => {
                let taken = self.sides[side].node.take_over().await;
                self.take(side, &taken);
            }
            10 => {
                let [one, other] = &self.sides;
                let (one, other) = tokio::join!(one.node.take_over(), other.node.take_over());
                self.take(0, &one);
                self.take(1, &other);
            }
            11 | 12 => {
                self.sides[side].machine.pass(TAKE_OVER_AFTER * u32::try_from(numbers.below(3)).unwrap() / 2);
                // Who has stopped hears nothing.
                let _ = self.sides[side].node.beat().await;
            }
            13 => self.lease.cut_off(numbers.below(2) == 0),
            14 => self.sides[side].machine.store.fail_in_turn(numbers.faults()),
            _ => self.restart(side).await,
        }
        for side in 0..2 {
            if matches!(self.sides[side].node.condition(), Condition::Stopped { .. }) {
                self.restart(side).await;
            }
            self.seen.head(&self.sides[side].node);
        }
    }

    /// Sends all that is not acknowledged and something new to one side, while another perhaps takes over.
    async fn submit(&mut self, side: usize, count: usize, other: Option<usize>) {
        self.unsent.extend(self.locker.boots(count));
        let statements = self.unsent.clone();
        let submitting = self.sides[side].node.submit(statements, 0);
        let answer = match other {
            None => submitting.await,
            Some(other) => {
                let (answer, taken) = tokio::join!(submitting, self.sides[other].node.take_over());
                self.take(other, &taken);
                answer
            }
        };
        self.last.clone_from(&answer.outcomes);
        let mut acknowledged = Vec::new();
        for outcome in &answer.outcomes {
            match outcome {
                Outcome::Recorded(receipted) | Outcome::AlreadyRecorded(receipted) => {
                    check_receipt(receipted, &answer);
                    self.seen.acknowledge(receipted.index, &receipted.entry);
                    acknowledged.push(true);
                }
                Outcome::Declined(declined) => {
                    // A gap: the one before was declined, and then the node took over.
                    let expected = [Code::NotWriter, Code::Unavailable, Code::Gap];
                    assert!(expected.contains(&declined.code), "{declined:?}");
                    acknowledged.push(false);
                }
            }
        }
        let mut acknowledged = acknowledged.into_iter();
        self.unsent.retain(|_| !acknowledged.next().unwrap());
    }

    fn take(&mut self, side: usize, taken: &Result<u64, TakeOverError>) {
        match taken {
            Ok(_) => self.seen.head(&self.sides[side].node),
            Err(TakeOverError::Alone) => panic!("there are two"),
            Err(
                TakeOverError::Taken { .. } | TakeOverError::NotNow { .. } | TakeOverError::Stopped { .. },
            ) => {}
        }
    }

    async fn restart(&mut self, side: usize) {
        let Side { machine, mirror, node } = &mut self.sides[side];
        node.shutdown().await;
        machine.store = Arc::new(self.world.store.reopen());
        *node = start(machine, mirror, &self.lease).await;
    }

    /// Without any more faults one of them writes what is left, both see the same, and it is what was acknowledged.
    async fn end(mut self, numbers: &mut Numbers) {
        for side in &self.sides {
            side.machine.store.fail_in_turn([]);
        }
        let writer = numbers.side();
        if self.sides[writer].node.take_over().await.is_err() {
            // Its store had broken, and only now it has noticed.
            self.restart(writer).await;
            self.sides[writer].node.take_over().await.unwrap();
        }
        self.submit(writer, 1, None).await;
        assert!(self.unsent.is_empty(), "{:?} {:?}", self.last, self.sides[writer].node.condition());
        let size = self.world.store.head().await.unwrap();
        for Side { node, .. } in &self.sides {
            assert!(node.reaches(size).await, "{:?}", node.condition());
            assert_eq!(crate::support::size(node), size);
            self.seen.head(node);
        }
        assert!(self.sides[1 - writer].node.becomes(|condition| *condition == Condition::Standby).await);
        let node = &self.sides[writer].node;
        for (index, entry) in &self.seen.acknowledged {
            assert_eq!(node.entry_bytes(*index).await.unwrap().unwrap(), *entry);
        }
        for (size, root) in &self.seen.heads {
            assert_eq!(
                node.look(|state, _| root_at(state.tree(), *size)).unwrap(),
                *root,
                "of {size} entries"
            );
        }
        expect_verified(node).await;
        for Side { node, .. } in &self.sides {
            node.shutdown().await;
        }
    }
}

async fn run<S: Way>(seed: u64) {
    let mut numbers = Numbers(seed);
    let mut schedule = Schedule::<S>::begin().await;
    for _ in 0..STEPS {
        schedule.step(&mut numbers).await;
    }
    schedule.end(&mut numbers).await;
}

async fn run_all<S: Way>() {
    let asked = std::env::var("CUSTODY_SCHEDULES").ok().map(|count| count.parse().unwrap());
    for seed in 0..asked.unwrap_or(SCHEDULES) / 2 {
        let failing = Told(seed);
        let running = tokio::time::timeout(Duration::from_secs(120), run::<S>(seed));
        running.await.expect("a schedule ends");
        drop(failing);
    }
}

/// Says the seed when it is dropped in a panic.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the schedule of seed {} failed", self.0);
        }
    }
}

#[tokio::test]
async fn no_schedule_of_two_nodes_loses_or_forks_what_was_acknowledged() {
    run_all::<Arc<MemoryStore>>().await;
}

#[tokio::test]
async fn nor_does_any_of_two_nodes_that_mirror_the_store() {
    run_all::<Mirrored<Arc<MemoryStore>, MemoryStore>>().await;
}
