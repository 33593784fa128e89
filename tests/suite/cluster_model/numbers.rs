//! What a seed draws.

use std::time::Duration;

use kurrent_server::Fault;

/// Faults after which the same batch, or the next, goes in.
const PASSING: [Fault; 9] = [
    Fault::CommitThenTimeout,
    Fault::CommitThenDrop,
    Fault::TimeoutOnly,
    Fault::NotLeader,
    Fault::Unavailable,
    Fault::DropBefore,
    Fault::Nonsense,
    Fault::Kill,
    Fault::KillAfter,
];

/// Faults that hold up everybody until the schedule or somebody's patience ends them.
const LASTING: [Fault; 2] = [Fault::Hang, Fault::Unreplicated];

/// Faults that stop a node where they come twice in a row: over the session, and where it is asked why.
const REFUSING: [Fault; 2] = [Fault::TooLarge, Fault::Denied];

/// A seed's numbers (`SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// Those of one step: what is drawn in one moves nothing in the others.
    pub(crate) fn of_step(seed: u64, step: u64) -> Self {
        let mut numbers = Self(seed ^ step.wrapping_mul(0xd6e8_feb8_6659_fd93));
        Self(numbers.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// One of so many.
    pub(crate) fn place(&mut self, count: usize) -> usize {
        usize::try_from(self.below(u64::try_from(count).unwrap())).unwrap()
    }

    /// One of the two.
    pub(crate) fn side(&mut self) -> usize {
        self.place(2)
    }

    pub(crate) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// How long a schedule waits for what it has begun before it goes on beside it. No verdict hangs on it.
    pub(crate) fn pace(&mut self) -> Duration {
        Duration::from_millis(20 * self.below(5))
    }

    /// What befalls the next appends.
    pub(crate) fn faults(&mut self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = (0..=self.below(2)).map(|_| self.fault()).collect();
        if let Some(last) = faults.last().copied()
            && REFUSING.contains(&last)
            && self.one_in(2)
        {
            faults.push(last);
        }
        faults
    }

    fn fault(&mut self) -> Fault {
        match self.below(12) {
            0..9 => PASSING[self.place(PASSING.len())],
            9 | 10 => LASTING[self.place(LASTING.len())],
            _ => REFUSING[self.place(REFUSING.len())],
        }
    }
}
