//! One schedule: steps drawn from a seed, each begun, and some of them finished, before the next.

use std::sync::Arc;
use std::time::Duration;

use kurrent_server::{Cluster, Fault};
use ledger_node::cluster::{TAKE_OVER_AFTER, TakeOverError};
use ledger_node::node::Condition;
use ledger_node::outcome::{Code, Outcome};
use tokio::time::Instant;

use super::founding::Founding;
use super::locker::Locker;
use super::machine::{Heard, Machine, Ordered, found};
use super::mirror::Mirror;
use super::numbers::Numbers;
use super::seen::Seen;
use super::tally::Tally;

/// Steps of one schedule: enough for some faults, ten requests, and several writers.
const STEPS: u64 = 24;

/// A cluster, two machines, and lockers.
pub(crate) struct Schedule<M: Mirror> {
    pub(crate) cluster: Cluster,
    pub(crate) members: usize,
    pub(crate) machines: [Machine<M>; 2],
    pub(crate) lockers: Vec<Locker>,
    pub(crate) founding: Arc<Founding>,
    pub(crate) seen: Arc<Seen>,
    pub(crate) tally: Arc<Tally>,
    /// Every fault that was queued, the oldest first.
    queued: Vec<Fault>,
}

impl<M: Mirror> Schedule<M> {
    /// Both machines have a node, the first of them is told to write, and what it appends first
    /// perhaps meets faults already.
    pub(crate) async fn begin(numbers: &mut Numbers, founding: &Arc<Founding>, tally: &Arc<Tally>) -> Self {
        let members = if numbers.one_in(2) { 1 } else { 3 };
        let cluster = Cluster::start(members).await.unwrap();
        if numbers.one_in(4) {
            cluster.without_batch_append();
        }
        found(&cluster.url(), founding).await;
        let machines = [Machine::new(founding), Machine::new(founding)];
        let count = 1 + numbers.place(founding.lockers.len());
        let lockers = founding.lockers.iter().take(count).cloned().map(Locker::new).collect();
        let (founding, tally) = (Arc::clone(founding), Arc::clone(tally));
        let mut schedule = Self {
            cluster,
            members,
            machines,
            lockers,
            founding,
            seen: Arc::default(),
            tally,
            queued: Vec::new(),
        };
        schedule.start(0).await.unwrap();
        schedule.start(1).await.unwrap();
        if numbers.one_in(2) {
            schedule.queue(numbers.faults());
        }
        schedule.machines[0].take_over(false);
        schedule
    }

    pub(crate) async fn run(&mut self, seed: u64) {
        for step in 0..STEPS {
            self.step(&mut Numbers::of_step(seed, step)).await;
        }
    }

    async fn step(&mut self, numbers: &mut Numbers) {
        let (side, member) = (numbers.side(), numbers.place(self.members));
        match numbers.below(36) {
            0..10 => {
                let locker = numbers.place(self.lockers.len());
                self.lockers[locker].say(1 + numbers.below(3));
                self.send(locker, side);
            }
            10 | 11 => self.send(numbers.place(self.lockers.len()), side),
            12..15 => self.take_over(side),
            15 => self.both_take_over(),
            16 | 17 => {
                self.machines[side].pass(TAKE_OVER_AFTER * u32::try_from(numbers.below(3)).unwrap() / 2);
                self.machines[side].beat();
            }
            18..23 => self.queue(numbers.faults()),
            23 => {
                self.tally.count("members killed by the schedule");
                self.cluster.kill(member).await;
            }
            24 | 25 => {
                for member in 0..self.members {
                    self.revive(member).await;
                }
            }
            26 => {
                self.tally.count("changes of the leader");
                self.cluster.lead(member);
            }
            27 => self.settle_replication(true),
            28 => self.settle_replication(false),
            29 => {
                self.tally.count("crashes");
                self.machines[side].crash(&self.seen).await;
            }
            30 => {
                let is_down = self.machines[side].shut_down(&self.seen).await;
                self.tally.count(if is_down { "orderly ends" } else { "ends that took too long" });
            }
            31 => self.follow(side, Duration::from_millis(200)).await,
            32 | 33 => self.cluster.hold_next_read(),
            // What one of them asks before it claims is perhaps answered after the other has claimed.
            _ => {
                self.cluster.hold_next_read();
                self.both_take_over();
            }
        }
        self.hear(numbers.pace()).await;
        if numbers.one_in(4) {
            self.let_read_go();
        }
        let restarts = numbers.one_in(2);
        for side in [0, 1] {
            self.mend(side, restarts).await;
        }
    }

    /// A locker sends all that it has to one of the nodes, whatever else is on its way.
    pub(crate) fn send(&mut self, locker: usize, side: usize) {
        let machine = &mut self.machines[side];
        let request = self.lockers[locker].request(locker, machine.is_ready());
        self.tally.count("requests");
        machine.send(request);
    }

    fn take_over(&mut self, side: usize) {
        let from_living = self.machines[1 - side].is_ready();
        self.machines[side].take_over(from_living);
    }

    fn both_take_over(&mut self) {
        self.take_over(0);
        self.take_over(1);
    }

    fn queue(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            self.cluster.fail_next(fault);
            self.queued.push(fault);
        }
    }

    pub(crate) async fn revive(&self, member: usize) {
        if !self.cluster.is_alive(member) {
            self.tally.count("members revived");
            self.cluster.revive(member).await.unwrap();
        }
    }

    /// What only the leader has is replicated, or it is truncated.
    pub(crate) fn settle_replication(&self, is_replicated: bool) {
        let stream = self.cluster.events(kurrent_store::STREAM);
        let has_any = stream.iter().any(|event| !event.replicated);
        if is_replicated {
            self.cluster.replicate();
        } else {
            self.cluster.forget();
        }
        if has_any {
            let what = if is_replicated { "replicated late" } else { "truncated" };
            self.tally.count(&format!("unreplicated entries {what}"));
        }
    }

    /// Lets the answer to a read go, if one is held back.
    pub(crate) fn let_read_go(&self) {
        let was_held = self.cluster.let_read_go();
        self.tally.add("answers to reads that came late", usize::from(was_held));
    }

    /// Takes the faults back that nobody has met, and counts those that were.
    pub(crate) fn end_faults(&mut self) {
        let left = self.cluster.take_faults_back().len();
        self.queued.truncate(self.queued.len() - left);
        for fault in self.queued.drain(..) {
            self.tally.count(&format!("fault {fault:?}"));
        }
    }

    /// Gives one node some time to take in all that the other has.
    async fn follow(&mut self, side: usize, time: Duration) {
        let [one, other] = [side, 1 - side].map(|side| self.machines[side].running.as_ref());
        let (Some(one), Some(other)) = (one, other) else { return };
        let shown = other.node.checkpoint().checkpoint;
        if tokio::time::timeout(time, one.node.reaches(shown.size())).await == Ok(true) {
            self.tally.count("followers that reached the other");
        }
    }

    /// Waits for answers at most this long, and takes in what has come.
    pub(crate) async fn hear(&mut self, time: Duration) {
        tokio::task::yield_now().await;
        let until = Instant::now() + time;
        let mut heard = Heard::default();
        for machine in &mut self.machines {
            machine.hear(until, &mut heard).await;
        }
        for (request, answer) in &heard.answers {
            let locker = &mut self.lockers[request.locker];
            let acknowledged = locker.hear(request, answer, &self.founding.trust.ledger_key, &self.seen);
            self.tally.add("statements acknowledged", acknowledged);
            let again = |outcome: &&Outcome| matches!(outcome, Outcome::AlreadyRecorded(_));
            let again = answer.outcomes.iter().filter(again).count();
            self.tally.add("statements that stood there already", again);
            let declined = |outcome: &Outcome| matches!(outcome, Outcome::Declined(declined) if declined.code == Code::NotWriter);
            if request.to_writer && answer.outcomes.iter().any(declined) {
                self.tally.count("requests that a writer gave back");
            }
        }
        for ordered in heard.orders {
            self.ordered(ordered);
        }
    }

    fn ordered(&mut self, ordered: Ordered) {
        let Ordered::TakenOver { from_living, outcome } = ordered else { return };
        match outcome {
            Ok(epoch) => {
                self.seen.claim(epoch);
                self.tally.count("takeovers");
                self.tally.add("takeovers from a writer that lived", usize::from(from_living));
            }
            Err(TakeOverError::Alone) => panic!("there are two"),
            Err(TakeOverError::Taken { .. }) => self.tally.count("takeovers lost to the other"),
            Err(TakeOverError::NotNow { .. } | TakeOverError::Stopped { .. }) => {
                self.tally.count("takeovers put off");
            }
        }
    }

    /// A node that has stopped is ended; where none runs, one is perhaps started.
    pub(crate) async fn mend(&mut self, side: usize, restarts: bool) {
        if let Some(Condition::Stopped { reason }) = self.machines[side].condition() {
            let refused = ["refused the node's user", "does not take the batch"];
            assert!(refused.iter().any(|what| reason.contains(what)), "a node stopped: {reason}");
            self.tally.count("nodes that stopped");
            self.machines[side].crash(&self.seen).await;
        }
        if restarts && self.machines[side].running.is_none() && self.start(side).await.is_err() {
            self.tally.count("starts put off");
        }
    }

    pub(crate) async fn start(&mut self, side: usize) -> Result<(), String> {
        self.tally.count("starts");
        self.machines[side].start(&self.cluster.url(), &self.seen, &self.tally).await
    }
}
