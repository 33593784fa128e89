//! Counts for the metrics: what was asked of the node and what became of it.

use std::sync::atomic::{AtomicU64, Ordering};

use custody::severity::Severity;

use crate::node::Node;
use crate::outcome::{Code, Outcome};

/// Counters since the node started.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    recorded: AtomicU64,
    again: AtomicU64,
    declined: [AtomicU64; Code::ALL.len()],
    groups: AtomicU64,
    commit_us: AtomicU64,
    commit_us_max: AtomicU64,
}

impl Counters {
    pub(crate) fn count(&self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let counter = match outcome {
                Outcome::Recorded(_) => Some(&self.recorded),
                Outcome::AlreadyRecorded(_) => Some(&self.again),
                Outcome::Declined(declined) => {
                    let place = Code::ALL.iter().position(|code| *code == declined.code);
                    place.and_then(|place| self.declined.get(place))
                }
            };
            if let Some(counter) = counter {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn committed(&self, us: u64) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.commit_us.fetch_add(us, Ordering::Relaxed);
        self.commit_us_max.fetch_max(us, Ordering::Relaxed);
    }
}

/// One look at the node's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Entries under the newest checkpoint.
    pub size: u64,
    /// The epoch last claimed, by this node or another.
    pub epoch: u64,
    /// Streams.
    pub streams: u64,
    /// Devices, whatever their standing.
    pub devices: u64,
    /// Exhibits that a fact names.
    pub exhibits: u64,
    /// Findings that stand, by severity in the order of [`Severity::ALL`], as far as is judged.
    pub findings: [u64; Severity::ALL.len()],
    /// Entries published and not judged yet.
    pub unjudged: u64,
    /// Alerts raised since the start, by severity in the order of [`Severity::ALL`].
    pub alerts_raised: [u64; Severity::ALL.len()],
    /// Alerts superseded since the start.
    pub alerts_superseded: u64,
    /// What the node has said is overdue and has not cleared.
    pub overdue: u64,
    /// The ledger has adopted a policy that is not at hand.
    pub is_policy_missing: bool,
    /// Envelopes archived as evidence.
    pub archived: u64,
    /// Jobs that wait for the writer.
    pub queued: u64,
    /// Bytes of submissions that wait.
    pub queued_bytes: u64,
    /// Submissions recorded since the start.
    pub recorded: u64,
    /// Submissions that were recorded before, since the start.
    pub already_recorded: u64,
    /// Submissions declined since the start, by code.
    pub declined: Vec<(Code, u64)>,
    /// Groups committed since the start.
    pub groups: u64,
    /// Microseconds spent committing them: from the first byte written to the head published.
    pub commit_us: u64,
    /// The longest commit, microseconds.
    pub commit_us_max: u64,
}

impl<S> Node<S> {
    /// The node's numbers now.
    pub fn stats(&self) -> Stats {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let counters = &self.shared.counters;
        let declined = Code::ALL.iter().zip(&counters.declined).map(|(code, counter)| (*code, load(counter)));
        let declined = declined.collect();
        let waiting = crate::node::held(&self.shared.jobs);
        let queued = waiting.as_ref().map_or(0, |jobs| jobs.max_capacity().saturating_sub(jobs.capacity()));
        drop(waiting);
        let free = self.shared.room.available_permits();
        let published = self.read();
        let state = &published.state;
        let lookout = self.lookout();
        Stats {
            size: published.head.checkpoint.size(),
            epoch: state.ledger().epoch(),
            streams: count(state.stream_count()),
            devices: count(state.ledger().devices().iter().count()),
            exhibits: count(state.ledger().exhibits().count()),
            findings: lookout.counts(state),
            unjudged: state.size().saturating_sub(lookout.judged()),
            alerts_raised: lookout.book().raised(),
            alerts_superseded: lookout.book().superseded(),
            overdue: count(state.tables().chased.iter().count()),
            is_policy_missing: state.policy_not_at_hand().is_some(),
            archived: count(state.archived().count()),
            queued: count(queued),
            queued_bytes: count(crate::queue::QUEUED_BYTES_MAX.saturating_sub(free)),
            recorded: load(&counters.recorded),
            already_recorded: load(&counters.again),
            declined,
            groups: load(&counters.groups),
            commit_us: load(&counters.commit_us),
            commit_us_max: load(&counters.commit_us_max),
        }
    }
}
