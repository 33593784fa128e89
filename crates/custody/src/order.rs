//! Causal order of one exhibit's facts: device chain and `follows` decide, then disjoint intervals; the index
//! only breaks ties.

use alloc::collections::{BTreeMap, BinaryHeap};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::exhibit::ExhibitFact;
use crate::id::{DeviceId, Digest};

/// The facts in causal order.
///
/// Facts of one device stand in the order of its numbers, and a fact stands after the one it follows. Among
/// those that may come next the one with the earliest wall time comes first, so that where two intervals do not
/// meet the earlier one does; equal times stand as recorded. Costs `n log n` for any input.
pub fn causal_order(facts: &[ExhibitFact]) -> Vec<&ExhibitFact> {
    let (successors, mut waiting) = relations(facts);
    let mut ready: BinaryHeap<Reverse<(u64, u64, usize)>> = BinaryHeap::new();
    let rank = |place: usize| facts.get(place).map(|fact| Reverse((fact.order_us(), fact.index, place)));
    let unblocked = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    ready.extend(unblocked.filter_map(|(place, _)| rank(place)));
    let mut ordered = Vec::with_capacity(facts.len());
    while let Some(Reverse((_, _, place))) = ready.pop() {
        ordered.extend(facts.get(place));
        for next in successors.get(place).into_iter().flatten() {
            let Some(count) = waiting.get_mut(*next) else { continue };
            *count -= 1;
            if *count == 0 {
                ready.extend(rank(*next));
            }
        }
    }
    // A circle needs a statement that names the hash of a later one; no circle, nothing left over. Should one
    // be found all the same, its facts stand at the end as recorded rather than nowhere.
    if ordered.len() < facts.len() {
        let placed: alloc::collections::BTreeSet<u64> = ordered.iter().map(|fact| fact.index).collect();
        ordered.extend(facts.iter().filter(|fact| !placed.contains(&fact.index)));
    }
    ordered
}

/// For each fact, which must come after it; and how many must come before it.
fn relations(facts: &[ExhibitFact]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut successors = vec![Vec::new(); facts.len()];
    let mut waiting = vec![0; facts.len()];
    let mut relate = |before: usize, after: usize| {
        if let (Some(list), Some(count)) = (successors.get_mut(before), waiting.get_mut(after)) {
            list.push(after);
            *count += 1;
        }
    };
    let mut by_device: BTreeMap<(DeviceId, u64, u64), usize> = BTreeMap::new();
    let mut by_hash: BTreeMap<Digest, usize> = BTreeMap::new();
    for (place, fact) in facts.iter().enumerate() {
        // A late entry was said when it was said; what it tells of has its own time.
        if !fact.is_late_entry() {
            by_device.insert((fact.device, fact.sequence, fact.index), place);
        }
        by_hash.entry(fact.hash).or_insert(place);
    }
    for (((earlier, ..), before), ((later, ..), after)) in by_device.iter().zip(by_device.iter().skip(1)) {
        if earlier == later {
            relate(*before, *after);
        }
    }
    for (after, fact) in facts.iter().enumerate() {
        if let Some(before) = fact.follows.and_then(|hash| by_hash.get(&hash))
            && *before != after
        {
            relate(*before, after);
        }
    }
    (successors, waiting)
}

/// Whether nothing says which of two neighbours came first: no chain, no `follows`, and intervals that meet.
pub(crate) fn is_ambiguous(before: &ExhibitFact, after: &ExhibitFact) -> bool {
    before.device != after.device
        && !before.is_late_entry()
        && !after.is_late_entry()
        && after.follows != Some(before.hash)
        && before.interval.to_us >= after.interval.from_us
}
