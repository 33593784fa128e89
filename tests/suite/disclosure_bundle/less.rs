//! A bundle without one of its entries, in every way in which its maker could hand it out.

use custody::finding::Finding;
use custody::rule::RuleId;
use custody::severity::Severity;
use disclosure::manifest::WrittenSlice;
use verifier::bundle::{Checked, Collected};
use verifier::report::Outcome;

use super::made::{Operator, holds, places, said};

/// What is said of the streams out of which an entry was left.
#[derive(Debug, Clone, Copy)]
enum Slices {
    /// Nothing: they are said to be there as before.
    AsBefore,
    /// Where it stood there is a gap.
    Split,
    /// They begin after it, or end before it.
    Shortened,
}

impl Slices {
    const ALL: [Self; 3] = [Self::AsBefore, Self::Split, Self::Shortened];

    /// A slice without one of its revisions.
    fn without(self, slice: &WrittenSlice, revision: u64) -> Vec<WrittenSlice> {
        let part = |first, last| WrittenSlice { stream: slice.stream.clone(), first, last };
        let before = (slice.first < revision).then(|| part(slice.first, revision - 1));
        let after = (revision < slice.last).then(|| part(revision + 1, slice.last));
        let len = |part: &WrittenSlice| part.last - part.first;
        match self {
            Self::AsBefore => vec![slice.clone()],
            Self::Split => before.into_iter().chain(after).collect(),
            Self::Shortened => before.into_iter().chain(after).max_by_key(len).into_iter().collect(),
        }
    }
}

/// What the operator hands out without one entry.
fn without(operator: &Operator, whole: &Collected, index: u64, slices: Slices) -> Collected {
    let mut less = operator.without(whole, index);
    for place in places(&whole.entries[&index]) {
        let all = std::mem::take(&mut less.manifest.slices);
        let each = all.into_iter().flat_map(|slice| {
            if holds(&slice, &place) { slices.without(&slice, place.1) } else { vec![slice] }
        });
        less.manifest.slices = each.collect();
    }
    less
}

/// Whether a reader is told that something is not there: the bundle is incomplete, or the record as it stands is worse than it
/// was. Without a device's enrolment nothing of what it said counts, and without a locker's registration nothing that was
/// done at its doors is proven; that there is no such entry no stream of the exhibit's can show.
fn is_missed(less: &Checked, whole: &Checked) -> bool {
    let is_new = |finding: &Finding| !whole.findings.iter().any(|one| one.sentence == finding.sentence);
    let mut new = less.findings.iter().filter(|finding| is_new(finding));
    new.any(|finding| finding.rule == RuleId::G04 || finding.severity >= Severity::Break)
}

/// Leaves out every so many-th entry of every slice in turn, in every way. Returns how often, and where nobody was told.
pub(super) fn unseen(operator: &Operator, whole: &Collected, every: usize) -> (usize, Vec<String>) {
    let is_held = |bytes: &Vec<u8>| {
        let places = places(bytes);
        whole.manifest.slices.iter().any(|slice| places.iter().any(|place| holds(slice, place)))
    };
    let honest = operator.judge(whole);
    let held = whole.entries.iter().filter(|(index, bytes)| **index > 0 && is_held(bytes));
    let mut left_out = 0;
    let mut unseen = Vec::new();
    for (index, _) in held.step_by(every) {
        for slices in Slices::ALL {
            left_out += 1;
            let checked = operator.judge(&without(operator, whole, *index, slices));
            if checked.outcome() == Outcome::Verified || !is_missed(&checked, &honest) {
                unseen.push(format!("entry {index}, slices {slices:?}: {:?}", said(&checked)));
            }
        }
    }
    (left_out, unseen)
}
