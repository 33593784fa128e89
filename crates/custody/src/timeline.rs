//! Interval arithmetic: a stretch of time cut into pieces, each no better than what is laid over it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::fact::Interval;
use crate::verdict::{Holder, Standing, Stretch};

/// How many reasons are given for one piece: more than anybody asks for. A device that lets a thousand openings
/// overlap must not have each piece repeat them all.
const REASONS_MAX: usize = 16;

/// One leg's time, cut where its standing changes. The pieces always add up to the leg.
///
/// Keyed by where each piece begins, so that laying something over a part costs what the part holds and not
/// what the leg holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timeline {
    pieces: BTreeMap<u64, Stretch>,
}

impl From<Stretch> for Timeline {
    fn from(stretch: Stretch) -> Self {
        Self { pieces: BTreeMap::from([(stretch.interval.from_us, stretch)]) }
    }
}

impl Timeline {
    pub(crate) fn new(interval: Interval, standing: Standing, holder: Holder) -> Self {
        let whole = Stretch { interval, standing, holder, reasons: Vec::new() };
        Self { pieces: BTreeMap::from([(interval.from_us, whole)]) }
    }

    /// Lays a standing over a part of it: what stood better there stands so now, and the reason is added where it
    /// explains why.
    pub(crate) fn lower(&mut self, over: Interval, standing: Standing, reason: &str) {
        if over.from_us > over.to_us {
            return;
        }
        self.cut(over.from_us);
        self.cut(over.to_us);
        for piece in self.pieces.range_mut(over.from_us..=over.to_us).map(|(_, piece)| piece) {
            if piece.interval.to_us > over.to_us || standing < piece.standing {
                continue;
            }
            if standing > piece.standing {
                piece.standing = standing;
                piece.reasons.clear();
            }
            if piece.reasons.len() < REASONS_MAX && !piece.reasons.iter().any(|known| known == reason) {
                piece.reasons.push(reason.into());
            }
        }
    }

    /// Lays a standing over all of it.
    pub(crate) fn lower_all(&mut self, standing: Standing, reason: &str) {
        self.lower(Interval { from_us: 0, to_us: u64::MAX }, standing, reason);
    }

    fn cut(&mut self, at_us: u64) {
        let Some((_, piece)) = self.pieces.range_mut(..at_us).next_back() else { return };
        if piece.interval.to_us <= at_us {
            return;
        }
        let mut later = piece.clone();
        piece.interval.to_us = at_us;
        later.interval.from_us = at_us;
        self.pieces.insert(at_us, later);
    }

    /// The pieces that last, neighbours that stand alike made one.
    pub(crate) fn into_stretches(self) -> Vec<Stretch> {
        let mut out: Vec<Stretch> = Vec::new();
        for piece in self.pieces.into_values().filter(|piece| piece.interval.from_us < piece.interval.to_us) {
            match out.last_mut() {
                Some(last) if last.standing == piece.standing && last.reasons == piece.reasons => {
                    last.interval.to_us = piece.interval.to_us;
                }
                _ => out.push(piece),
            }
        }
        out
    }
}

/// Lays a standing over every part of the stretches that lies in one of the intervals. The stretches stand in
/// the order of time and do not overlap.
pub(crate) fn lay_over(
    stretches: Vec<Stretch>,
    mut intervals: Vec<Interval>,
    standing: Standing,
    reason: &str,
) -> Vec<Stretch> {
    intervals.sort_unstable();
    let mut disjoint: Vec<Interval> = Vec::new();
    for interval in intervals {
        match disjoint.last_mut() {
            Some(last) if interval.from_us <= last.to_us => last.to_us = last.to_us.max(interval.to_us),
            _ => disjoint.push(interval),
        }
    }
    let laid = stretches.into_iter().map(|stretch| {
        let within = stretch.interval;
        let first = disjoint.partition_point(|interval| interval.to_us < within.from_us);
        let mut timeline = Timeline::from(stretch);
        let later = disjoint.get(first..).unwrap_or_default();
        for interval in later.iter().take_while(|interval| interval.from_us <= within.to_us) {
            timeline.lower(*interval, standing, reason);
        }
        timeline.into_stretches()
    });
    laid.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::PersonId;

    const HOLDER: Holder = Holder::Person(PersonId([1; 16]));

    fn span(from_us: u64, to_us: u64) -> Interval {
        Interval { from_us, to_us }
    }

    #[track_caller]
    fn check(laid: &[(u64, u64, Standing)], expected: &[(u64, u64, Standing)]) {
        let mut timeline = Timeline::new(span(10, 100), Standing::Proven, HOLDER);
        for (from_us, to_us, standing) in laid {
            timeline.lower(span(*from_us, *to_us), *standing, standing.name());
        }
        let stretches = timeline.into_stretches();
        let found: Vec<_> = stretches
            .iter()
            .map(|stretch| (stretch.interval.from_us, stretch.interval.to_us, stretch.standing))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn nothing_laid_over_it_leaves_it_proven() {
        check(&[], &[(10, 100, Standing::Proven)]);
    }

    #[test]
    fn a_part_laid_over_cuts_it_in_three_that_add_up_to_the_whole() {
        check(
            &[(20, 30, Standing::NotProven)],
            &[(10, 20, Standing::Proven), (20, 30, Standing::NotProven), (30, 100, Standing::Proven)],
        );
    }

    #[test]
    fn the_worse_of_two_that_overlap_stands() {
        check(
            &[(20, 60, Standing::NotProven), (40, 80, Standing::Contradicted), (50, 90, Standing::Declared)],
            &[
                (10, 20, Standing::Proven),
                (20, 40, Standing::NotProven),
                (40, 80, Standing::Contradicted),
                (80, 90, Standing::Declared),
                (90, 100, Standing::Proven),
            ],
        );
    }

    #[test]
    fn what_lies_outside_changes_nothing() {
        check(
            &[(0, 10, Standing::NotProven), (100, 200, Standing::NotProven)],
            &[(10, 100, Standing::Proven)],
        );
    }
}
