//! When exhibits of the case lay in compartments.

use custody::fact::Interval;
use custody::id::{CompartmentId, ExhibitId};
use custody::verdict::{Holder, Verdict};

/// One time that an exhibit lay in a compartment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay {
    pub(super) exhibit: ExhibitId,
    pub(super) compartment: CompartmentId,
    /// By the devices' clocks.
    pub(super) interval: Interval,
    /// The entry that puts it there.
    pub(super) begins: u64,
    /// The entry that takes it out; none while it lies there.
    pub(super) ends: Option<u64>,
}

/// Every stay of every exhibit, in the order of the verdicts and their legs.
pub(super) fn stays(verdicts: &[Verdict]) -> Vec<Stay> {
    let legs = verdicts.iter().flat_map(|verdict| verdict.legs.iter().map(|leg| (verdict.exhibit, leg)));
    let in_a_locker = legs.filter_map(|(exhibit, leg)| match leg.holder {
        Holder::Compartment(compartment) => Some(Stay {
            exhibit,
            compartment,
            interval: leg.interval,
            begins: leg.begins.index,
            ends: leg.ends.map(|ends| ends.index),
        }),
        _ => None,
    });
    in_a_locker.collect()
}

impl Stay {
    /// Whether something that these entries tell, in this time, happened while it lay there, or put it there, or took it
    /// out. Entries decide, since the compartment's device says in order what it senses; its clock decides as well, since
    /// a person may say later that an exhibit lay there.
    pub(super) fn meets(&self, indices: &[u64], interval: Interval) -> bool {
        let is_after = |index: &u64| *index > self.begins && self.ends.is_none_or(|ends| *index < ends);
        let is_meanwhile = interval.from_us <= self.interval.to_us && interval.to_us >= self.interval.from_us;
        let is_open_ended = self.ends.is_none() && interval.from_us >= self.interval.from_us;
        indices.iter().any(is_after) || is_meanwhile || is_open_ended
    }
}
