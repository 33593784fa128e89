//! When devices say that they spoke: what a time-stamp (T05) or a declared compromise (K03) may contradict later.
//!
//! Either may come long after what it contradicts, so every statement's date is kept: 24 bytes each, and 24 more for
//! each exhibit that it names.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::vec::Vec;

use crate::fact::{Fact, HeadFact, Interval, Statement, Voucher};
use crate::finding::Finding;
use crate::id::{DeviceId, ExhibitId};
use crate::ledger::Recorded;
use crate::rule::RuleId;
use crate::severity::Severity;

/// For how many neighbours one maximum stands: four levels serve a million statements of one device.
const FAN_OUT: usize = 16;

/// How many statements one time-stamp contradicts one by one: a week of the whole estate. A token that contradicts
/// more is at odds with the record as a whole, and that is told instead.
const CONTRADICTED_MAX: usize = 16_384;

/// When one statement says that it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dated {
    /// Its entry.
    pub(crate) index: u64,
    wall_us: u64,
    error_us: u64,
}

impl Dated {
    /// The interval in which it says that it was made.
    pub(crate) fn interval(&self) -> Interval {
        Interval {
            from_us: self.wall_us.saturating_sub(self.error_us),
            to_us: self.wall_us.saturating_add(self.error_us),
        }
    }
}

/// What one device said when, in chain order.
#[derive(Debug, Clone, Default)]
struct Spoken {
    dated: Vec<Dated>,
    /// The latest earliest date among each [`FAN_OUT`] statements not yet contradicted, among as many of those, and so on.
    maxima: Vec<Vec<u64>>,
    /// Places of statements that a time-stamp has contradicted: each is told once.
    contradicted: BTreeSet<usize>,
}

impl Spoken {
    fn note(&mut self, dated: Dated) {
        let earliest_us = dated.interval().from_us;
        let mut place = self.dated.len();
        self.dated.push(dated);
        let mut below = earliest_us;
        for level in 0.. {
            place /= FAN_OUT;
            let Some(maxima) = self.maxima.get_mut(level) else {
                self.maxima.push(alloc::vec![below]);
                return;
            };
            match maxima.get_mut(place) {
                Some(known) => *known = earliest_us.max(*known),
                None => maxima.push(earliest_us),
            }
            // A level that has just outgrown its one maximum gets one over it.
            below = maxima.iter().take(FAN_OUT).copied().max().unwrap_or(0);
            if maxima.len() == 1 {
                return;
            }
        }
    }

    /// A time-stamp contradicts a statement: no maximum counts it from now on.
    fn settle(&mut self, place: usize) {
        self.contradicted.insert(place);
        let mut place = place / FAN_OUT;
        let leaves = place * FAN_OUT..(place + 1) * FAN_OUT;
        let mut maximum = leaves.filter_map(|leaf| self.earliest(leaf)).max().unwrap_or(0);
        for maxima in &mut self.maxima {
            if let Some(known) = maxima.get_mut(place) {
                *known = maximum;
            }
            place /= FAN_OUT;
            maximum = maxima.iter().skip(place * FAN_OUT).take(FAN_OUT).copied().max().unwrap_or(0);
        }
    }

    /// The earliest instant at which the statement may have been made, unless it has been contradicted.
    fn earliest(&self, place: usize) -> Option<u64> {
        let dated = self.dated.get(place).filter(|_| !self.contradicted.contains(&place))?;
        Some(dated.interval().from_us)
    }

    /// The first place from `place` on and before `end` whose statement was made after an instant for certain.
    fn next_after(&self, mut place: usize, end: usize, after_us: u64) -> Option<usize> {
        while place < end {
            if self.earliest(place).is_some_and(|earliest_us| earliest_us > after_us) {
                return Some(place);
            }
            place = place.saturating_add(self.none_after(place, after_us));
        }
        None
    }

    /// How many statements from a place on were certainly not made after an instant, as far as one maximum tells;
    /// at least the one at the place itself, of which the caller knows.
    fn none_after(&self, place: usize, after_us: u64) -> usize {
        let mut known = 1;
        let mut width = FAN_OUT;
        for maxima in &self.maxima {
            let is_quiet = maxima.get(place / width).is_some_and(|maximum| *maximum <= after_us);
            if !place.is_multiple_of(width) || !is_quiet {
                break;
            }
            known = width;
            width = width.saturating_mul(FAN_OUT);
        }
        known
    }
}

/// What all devices said when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Datings {
    by_device: BTreeMap<DeviceId, Spoken>,
    /// The exhibits that each entry names, by entry.
    named: Vec<(u64, ExhibitId)>,
}

impl Datings {
    /// Takes note of one statement, in chain order.
    pub(crate) fn note(&mut self, recorded: &Recorded<'_>) {
        let (index, statement) = (recorded.index, recorded.statement);
        let (wall_us, error_us) = (statement.time.wall_us, statement.time.error_us);
        self.by_device.entry(statement.device).or_default().note(Dated { index, wall_us, error_us });
        self.named.extend(named(statement).into_iter().map(|exhibit| (index, exhibit)));
    }

    /// What a device said when, in chain order.
    pub(crate) fn of(&self, device: DeviceId) -> impl Iterator<Item = Dated> + '_ {
        self.by_device.get(&device).into_iter().flat_map(|spoken| spoken.dated.iter().copied())
    }

    /// The exhibits that an entry names.
    pub(crate) fn named_in(&self, index: u64) -> impl Iterator<Item = ExhibitId> + '_ {
        let first = self.named.partition_point(|(entry, _)| *entry < index);
        let later = self.named.get(first..).unwrap_or_default();
        later.iter().take_while(move |(entry, _)| *entry == index).map(|(_, exhibit)| *exhibit)
    }

    /// T05: a time-stamping authority vouched at an instant for a ledger that holds entries dated after it. Each such
    /// entry is told once, by the first token that contradicts it; finding it costs a logarithm.
    pub(crate) fn compare(&mut self, recorded: &Recorded<'_>, head: &HeadFact) -> Vec<Finding> {
        let Voucher::Timestamp { time_us } = head.by else { return Vec::new() };
        let mut findings = Vec::new();
        for (device, dated) in self.contradict(head.size.min(recorded.index), time_us) {
            let beyond_us = dated.interval().from_us.saturating_sub(time_us);
            let sentence = format!(
                "A statement is dated {} s or more after a time-stamping authority had vouched for the ledger that holds it.",
                beyond_us / SECOND_US
            );
            let finding = Finding::new(RuleId::T05, sentence)
                .at([dated.index, recorded.index])
                .during(dated.interval())
                .of_exhibits(self.named_in(dated.index))
                .by_device(device);
            findings.push(finding);
        }
        if findings.len() > CONTRADICTED_MAX {
            let sentence = format!(
                "A time-stamp contradicts the dates of more than {CONTRADICTED_MAX} statements: either no clock of this ledger is right, or the token is wrong."
            );
            let whole = Finding::new(RuleId::T05, sentence).weighing(Severity::Fatal).at([recorded.index]);
            return alloc::vec![whole.by_device(recorded.statement.device)];
        }
        findings
    }

    /// Entries before `size` that say they were made after an instant, and were not contradicted before: as many as
    /// are told, and one more if there are more.
    fn contradict(&mut self, size: u64, time_us: u64) -> Vec<(DeviceId, Dated)> {
        let mut out = Vec::new();
        for (device, spoken) in &mut self.by_device {
            let end = spoken.dated.partition_point(|dated| dated.index < size);
            let mut place = 0;
            while let Some(found) = spoken.next_after(place, end, time_us) {
                if out.len() > CONTRADICTED_MAX {
                    return out;
                }
                out.extend(spoken.dated.get(found).map(|dated| (*device, *dated)));
                spoken.settle(found);
                place = found.saturating_add(1);
            }
        }
        out
    }
}

/// Microseconds in a second.
const SECOND_US: u64 = 1_000_000;

/// The exhibits that a statement names.
fn named(statement: &Statement) -> Vec<ExhibitId> {
    match &statement.fact {
        Fact::ExhibitRegistered { exhibit, .. } => alloc::vec![*exhibit],
        Fact::Movement(movement) => movement.exhibits().to_vec(),
        Fact::Matter(matter) => matter.exhibits(),
        Fact::Authority(authority) => authority.exhibits().to_vec(),
        Fact::Audit(audit) => audit.exhibits().to_vec(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(earliest: &[u64]) -> Spoken {
        let mut spoken = Spoken::default();
        for (index, wall_us) in (0..).zip(earliest) {
            spoken.note(Dated { index, wall_us: *wall_us, error_us: 0 });
        }
        spoken
    }

    fn all_after(spoken: &Spoken, end: usize, after_us: u64) -> Vec<usize> {
        let mut out = Vec::new();
        let mut place = 0;
        while let Some(found) = spoken.next_after(place, end, after_us) {
            out.push(found);
            place = found + 1;
        }
        out
    }

    #[test]
    fn every_statement_after_an_instant_is_found_and_no_other() {
        // Dates in a fixed disorder, over more than two levels of maxima.
        let dates: Vec<u64> = (0..5_000).map(|place: u64| place * 7_919 % 5_003).collect();
        let mut spoken = spoken(&dates);
        for (end, after_us) in [(5_000, 4_990), (5_000, 10), (256, 2_000), (257, 2_000), (3, 0), (0, 0)] {
            let expected: Vec<usize> = (0..end).filter(|place| dates.get(*place) > Some(&after_us)).collect();
            assert_eq!(all_after(&spoken, end, after_us), expected);
        }
        for place in all_after(&spoken, 5_000, 4_990) {
            spoken.settle(place);
        }
        assert_eq!(all_after(&spoken, 5_000, 4_990), Vec::<usize>::new());
        assert_eq!(all_after(&spoken, 5_000, 4_989).len(), 1);
    }

    #[test]
    fn where_nothing_is_late_a_question_looks_at_few_maxima() {
        let dates: Vec<u64> = (0..4_096).collect();
        let spoken = spoken(&dates);
        let mut steps = 0;
        let mut place = 0;
        while place < 4_000 {
            place += spoken.none_after(place, 4_000);
            steps += 1;
        }
        assert!(steps < 64, "{steps}");
    }
}
