//! When a camera did not do its work, by its recorder's word.

use alloc::collections::{BTreeMap, BTreeSet};

use super::runs::{Runs, Said};
use crate::fact::{Interval, OutageKind};

/// One outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outage {
    /// The entry that told of it first.
    pub(crate) index: u64,
    /// What was wrong.
    pub(crate) kind: OutageKind,
}

/// Of two at one instant the one that was told first.
impl Said for Outage {
    fn with(self, other: Self) -> Self {
        self.min(other)
    }
}

/// The outages of one camera, true time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outages {
    over: Runs<Outage>,
    /// Those that last, by kind and by their beginning as the recorder said it.
    lasting: BTreeMap<(OutageKind, u64), (u64, Outage)>,
    /// The same by their true beginning.
    by_time: BTreeSet<(u64, Outage)>,
}

impl Outages {
    /// An outage is told of, or its end.
    pub(super) fn note(&mut self, key: (OutageKind, u64), from_us: u64, to_us: Option<u64>, index: u64) {
        let known = self.lasting.get(&key).copied();
        let (from_us, outage) = known.unwrap_or((from_us, Outage { index, kind: key.0 }));
        match to_us {
            None => {
                self.lasting.insert(key, (from_us, outage));
                self.by_time.insert((from_us, outage));
            }
            Some(to_us) => {
                self.lasting.remove(&key);
                self.by_time.remove(&(from_us, outage));
                self.over.insert(Interval { from_us, to_us }, outage, 0);
            }
        }
    }

    /// Those that share time with an interval, cut to it, in order; the first one that lasts comes last.
    pub(crate) fn within(&self, over: Interval) -> impl Iterator<Item = (Interval, Outage)> + '_ {
        let lasting = self.by_time.first().filter(|(from_us, _)| *from_us < over.to_us);
        let lasting = lasting.map(|(from_us, outage)| {
            (Interval { from_us: over.from_us.max(*from_us), to_us: over.to_us }, *outage)
        });
        self.over.within(over).chain(lasting)
    }

    /// Those that share time with an interval, whole; those that last up to the end of all time.
    pub(crate) fn whole(&self, over: Interval) -> impl Iterator<Item = (Interval, Outage)> + '_ {
        let lasting = self.by_time.range(..(over.to_us, Outage::LEAST));
        let lasting =
            lasting.map(|(from_us, outage)| (Interval { from_us: *from_us, to_us: u64::MAX }, *outage));
        self.over.whole(over).chain(lasting)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.over.is_empty() && self.by_time.is_empty()
    }
}

impl Outage {
    /// Comes before every other.
    const LEAST: Self = Self { index: 0, kind: OutageKind::NoSignal };
}

impl OutageKind {
    /// The words used in sentences, after "the camera".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NoSignal => "gave no picture",
            Self::Tampered => "was interfered with",
            Self::SceneChanged => "looked elsewhere",
            Self::Maintenance => "was being repaired",
            Self::Frozen => "showed a frozen picture",
        }
    }
}
