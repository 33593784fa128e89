//! The watch: keeps the lookout up with what is published, and makes rounds by the clock. A thread of its own, so that
//! judging holds up neither the writer nor an answer.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use custody_proto::v1;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::lookout::{Lookout, to_say};
use crate::node::{Condition, Published, held};
use crate::queue::{Decision, Job};

/// How many events one start of a node may number: the epoch stands in the digits above, so that a number is never
/// used twice.
const EVENTS_PER_EPOCH: u64 = 1 << 32;

/// How many events one start of a node that is one of several may number. It may begin without an epoch of its own, and
/// others number theirs at the same time; so each start begins at a place of its own, at random, above all epochs there
/// will be and below 2^53, where readers of JSON begin to round.
const EVENTS_PER_START: u64 = 1 << 21;

/// From which number on events are numbered. The numbers are for those who read along, and never enter the chain.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Numbering {
    /// From that of the epoch that this node is about to claim.
    ByEpoch,
    /// From a place that these random bytes give.
    AtRandom([u8; 16]),
}

impl Numbering {
    fn first(self, epoch: u64) -> u64 {
        match self {
            Self::ByEpoch => epoch.saturating_add(1).saturating_mul(EVENTS_PER_EPOCH),
            Self::AtRandom([a, b, c, d, ..]) => {
                let place = u32::from_be_bytes([a | 0x80, b, c, d]);
                u64::from(place).saturating_mul(EVENTS_PER_START)
            }
        }
    }
}

/// Time spent on what is open where the entries end stands to the rest as 1 to this, unless somebody asks: the rulebook
/// asks the whole record for it, and the writer waits meanwhile. In a young ledger that is milliseconds.
const CONCLUDED_SHARE: u32 = 9;

/// How far the lookout has come, for whoever waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Entries of which all is known, what is open where they end included.
    pub concluded: u64,
    /// The number of the next event.
    pub next: u64,
    /// Nothing more will come: the node takes no statements.
    pub is_over: bool,
}

/// What the watch shares with those who ask.
///
/// Whoever needs both looks at the published state first and then at the lookout, as the watch itself does.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) lookout: RwLock<Lookout>,
    pub(crate) progress: watch::Receiver<Progress>,
    /// As many entries somebody wants to know all of, now.
    wanted: watch::Sender<u64>,
    /// Asks for a round now.
    rounds: mpsc::Sender<oneshot::Sender<usize>>,
    /// One round at a time is asked for.
    asking: Mutex<()>,
}

impl Desk {
    /// Makes a round and returns how many facts the node has said by it; 0 when it takes no more.
    pub(crate) async fn round(&self) -> usize {
        let _one = self.asking.lock().await;
        let (asked, answered) = oneshot::channel();
        if self.rounds.send(asked).await.is_err() {
            return 0;
        }
        answered.await.unwrap_or(0)
    }

    /// Waits until the lookout knows as many entries, or will never know more.
    pub(crate) async fn caught_up(&self, size: u64) {
        self.wanted.send_if_modified(|wanted| {
            let is_more = size > *wanted;
            *wanted = size.max(*wanted);
            is_more
        });
        let mut progress = self.progress.clone();
        // If its other end goes, the watch has ended, and knows what it ever will.
        let _ = progress.wait_for(|progress| progress.concluded >= size || progress.is_over).await;
    }
}

/// The watch itself.
pub(crate) struct Watch<C> {
    desk: Arc<Desk>,
    published: Arc<RwLock<Published>>,
    /// Says how many entries are published.
    arrived: watch::Receiver<u64>,
    progress: watch::Sender<Progress>,
    wanted: watch::Receiver<u64>,
    /// Nobody is in a hurry to know what is open where the entries end before this.
    resting_until: Instant,
    rounds: mpsc::Receiver<oneshot::Sender<usize>>,
    /// Not a sender of its own: the writer ends when nobody else can ask.
    jobs: mpsc::WeakSender<Job>,
    condition: watch::Receiver<Condition>,
    clock: Arc<C>,
    round: Option<Duration>,
}

/// What a watch is made of.
pub(crate) struct Parts<C> {
    pub(crate) published: Arc<RwLock<Published>>,
    pub(crate) arrived: watch::Receiver<u64>,
    pub(crate) jobs: mpsc::WeakSender<Job>,
    pub(crate) condition: watch::Receiver<Condition>,
    pub(crate) clock: Arc<C>,
    pub(crate) round: Option<Duration>,
    pub(crate) numbering: Numbering,
}

impl<C: Clock> Watch<C> {
    /// A watch over what is published, of which nothing has been judged.
    pub(crate) fn new(parts: Parts<C>) -> Self {
        let Parts { published, arrived, jobs, condition, clock, round, numbering } = parts;
        let lookout = {
            let published = published.read().unwrap_or_else(PoisonError::into_inner);
            let first = numbering.first(published.state.ledger().epoch());
            Lookout::beginning(&published.state, first)
        };
        let next = lookout.book().next();
        let (progress, watched) = watch::channel(Progress { next, ..Progress::default() });
        let (ask, rounds) = mpsc::channel(1);
        let lookout = RwLock::new(lookout);
        let (want, wanted) = watch::channel(0);
        let desk = Desk { lookout, progress: watched, wanted: want, rounds: ask, asking: Mutex::new(()) };
        Self {
            desk: Arc::new(desk),
            published,
            arrived,
            progress,
            wanted,
            resting_until: Instant::now(),
            rounds,
            jobs,
            condition,
            clock,
            round,
        }
    }

    /// What it shares with those who ask.
    pub(crate) fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk)
    }

    /// Keeps watch until no more entries can come.
    pub(crate) async fn run(mut self) {
        let mut next_round = self.round.map(|round| Instant::now() + round);
        while self.is_alive() {
            let is_behind = self.catch_up();
            let is_urgent = *self.wanted.borrow_and_update() > self.progress.borrow().concluded;
            if is_behind && (is_urgent || Instant::now() >= self.resting_until) {
                self.conclude();
                continue;
            }
            let rested = is_behind.then_some(self.resting_until);
            tokio::select! {
                arrived = self.arrived.changed() => if arrived.is_err() { break },
                changed = self.condition.changed() => if changed.is_err() { break },
                // The desk that asks is our own.
                _ = self.wanted.changed() => {}
                () = until(rested) => {}
                Some(asked) = self.rounds.recv() => {
                    let said = self.make_round().await;
                    // Who asked may have gone.
                    let _ = asked.send(said);
                }
                () = until(next_round) => {
                    self.make_round().await;
                    next_round = self.round.map(|round| Instant::now() + round);
                }
            }
        }
        self.catch_up();
        self.conclude();
        self.progress.send_modify(|progress| progress.is_over = true);
    }

    fn is_alive(&self) -> bool {
        matches!(*self.condition.borrow(), Condition::Ready | Condition::Standby)
    }

    /// Whether the node may say anything: of several, one speaks.
    fn may_say(&self) -> bool {
        *self.condition.borrow() == Condition::Ready
    }

    /// Judges whom the published entries have touched. Lets go of the state in between, so that the writer gets through.
    /// True if it is not known yet what is open where they end.
    fn catch_up(&self) -> bool {
        loop {
            let now_us = self.clock.read().wall_us;
            let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
            let touched = std::mem::take(&mut *held(&published.touched));
            let mut lookout = self.desk.lookout.write().unwrap_or_else(PoisonError::into_inner);
            lookout.touch(touched, &published.state);
            let is_done = lookout.catch_up(&published.state, now_us);
            let is_behind = lookout.concluded() < lookout.judged();
            let next = lookout.book().next();
            drop((lookout, published));
            self.progress.send_if_modified(|progress| std::mem::replace(&mut progress.next, next) != next);
            if is_done {
                return is_behind;
            }
        }
    }

    /// Finds out what is open where the entries end, and rests in proportion.
    fn conclude(&mut self) {
        let begun = Instant::now();
        let now_us = self.clock.read().wall_us;
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        let mut lookout = self.desk.lookout.write().unwrap_or_else(PoisonError::into_inner);
        // What came since it caught up is judged next; what is open then is not said before that.
        if lookout.judged() == published.state.size() {
            lookout.conclude(&published.state, now_us);
        }
        let (concluded, next) = (lookout.concluded(), lookout.book().next());
        drop((lookout, published));
        self.progress.send_modify(|progress| (progress.concluded, progress.next) = (concluded, next));
        self.resting_until = Instant::now() + begun.elapsed().saturating_mul(CONCLUDED_SHARE);
    }

    /// Says what time alone has made wrong. Returns how many facts were recorded.
    async fn make_round(&mut self) -> usize {
        self.catch_up();
        if !self.may_say() {
            return 0;
        }
        let facts = {
            let now_us = self.clock.read().wall_us;
            // What came in between is judged now, so that nothing is said of a state that is over.
            let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
            let mut lookout = self.desk.lookout.write().unwrap_or_else(PoisonError::into_inner);
            lookout.touch(std::mem::take(&mut *held(&published.touched)), &published.state);
            lookout.catch_up_all(&published.state, now_us);
            to_say(&published.state, &lookout, now_us)
        };
        if facts.is_empty() {
            return 0;
        }
        let said = self.say(facts).await;
        self.catch_up();
        said
    }

    /// Has the node say these facts; what the writer has no room for now is said by a later round.
    async fn say(&self, facts: Vec<v1::statement::Fact>) -> usize {
        let mut answers = Vec::with_capacity(facts.len());
        for fact in facts {
            let (answer, awaited) = oneshot::channel();
            let Some(jobs) = self.jobs.upgrade() else { break };
            if jobs.try_send(Job::Say(Box::new(fact), Vec::new(), answer)).is_err() {
                break;
            }
            answers.push(awaited);
        }
        let mut said = 0;
        for answer in answers {
            said += usize::from(matches!(answer.await, Ok(Decision::Recorded { .. })));
        }
        said
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
