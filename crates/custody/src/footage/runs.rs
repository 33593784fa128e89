//! Runs: stretches of time that do not overlap, each with what is said of it.
//!
//! Where two things are said of one instant the value decides what holds, in whatever order they were said. Stretches of
//! which the same is said, and that meet, are one run: what is kept grows with what changes and not with what was said.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::fact::Interval;

/// How many runs one insertion or one question meets at most. A manifest has 512 segments; a recorder that cuts an hour
/// into thousands of runs is believed of the first ones alone, and what lies beyond is not covered.
pub(crate) const RUNS_MET_MAX: usize = 4_096;

/// What is said of a stretch of time.
pub(crate) trait Said: Copy + Eq {
    /// What holds where both are said; the same whichever was said first.
    #[must_use]
    fn with(self, other: Self) -> Self;
}

impl Said for () {
    fn with(self, (): Self) -> Self {}
}

#[derive(Debug, Clone, Copy)]
struct Run<T> {
    to_us: u64,
    said: T,
}

/// Stretches of time that do not overlap, by their beginnings.
#[derive(Debug, Clone)]
pub(crate) struct Runs<T>(BTreeMap<u64, Run<T>>);

impl<T> Default for Runs<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Said> Runs<T> {
    /// Says something of a stretch; runs of the same that lie no more than `join_us` apart become one. An empty stretch
    /// says nothing.
    pub(crate) fn insert(&mut self, over: Interval, said: T, join_us: u64) {
        if over.from_us >= over.to_us {
            return;
        }
        let mut cursor = over.from_us;
        let mut pieces: Vec<(Interval, T)> = Vec::new();
        let met: Vec<(Interval, T)> = self.whole(over).take(RUNS_MET_MAX).collect();
        let end_us = match met.last() {
            Some((last, _)) if met.len() == RUNS_MET_MAX => over.to_us.min(last.to_us),
            _ => over.to_us,
        };
        for (run, known) in met {
            self.0.remove(&run.from_us);
            let shared =
                Interval { from_us: run.from_us.max(over.from_us), to_us: run.to_us.min(over.to_us) };
            pieces.push((Interval { from_us: run.from_us, to_us: shared.from_us }, known));
            pieces.push((Interval { from_us: cursor, to_us: shared.from_us }, said));
            pieces.push((shared, known.with(said)));
            pieces.push((Interval { from_us: shared.to_us, to_us: run.to_us }, known));
            cursor = shared.to_us;
        }
        pieces.push((Interval { from_us: cursor, to_us: end_us }, said));
        pieces.retain(|(piece, _)| piece.from_us < piece.to_us);
        pieces.sort_unstable_by_key(|(piece, _)| piece.from_us);
        let last = pieces.iter().map(|(piece, said)| self.put(*piece, *said, join_us)).last();
        if let Some(last_us) = last {
            self.join_next(last_us, join_us);
        }
    }

    /// Puts a piece where none is, or makes the run before it longer. Returns where that run begins.
    fn put(&mut self, piece: Interval, said: T, join_us: u64) -> u64 {
        if let Some((from_us, before)) = self.0.range_mut(..piece.from_us).next_back()
            && before.said == said
            && piece.from_us <= before.to_us.saturating_add(join_us)
        {
            before.to_us = before.to_us.max(piece.to_us);
            return *from_us;
        }
        self.0.insert(piece.from_us, Run { to_us: piece.to_us, said });
        piece.from_us
    }

    /// Makes one of the run that begins there and the next, where the same is said of both.
    fn join_next(&mut self, from_us: u64, join_us: u64) {
        let Some(run) = self.0.get(&from_us).copied() else { return };
        let Some((next_us, next)) = self.0.range(from_us.saturating_add(1)..).next() else { return };
        if next.said != run.said || *next_us > run.to_us.saturating_add(join_us) {
            return;
        }
        let (next_us, to_us) = (*next_us, next.to_us);
        self.0.remove(&next_us);
        self.0.insert(from_us, Run { to_us, ..run });
    }

    /// The runs that share time with an interval, whole, in order.
    pub(crate) fn whole(&self, over: Interval) -> impl Iterator<Item = (Interval, T)> + '_ {
        let before = self.0.range(..=over.from_us).next_back().filter(|(_, run)| run.to_us > over.from_us);
        let first_us = over.from_us.saturating_add(1);
        let later = self.0.range(first_us..over.to_us.max(first_us));
        let whole = before.into_iter().chain(later);
        whole.map(|(from_us, run)| (Interval { from_us: *from_us, to_us: run.to_us }, run.said))
    }

    /// The same, cut to the interval; at most [`RUNS_MET_MAX`].
    pub(crate) fn within(&self, over: Interval) -> impl Iterator<Item = (Interval, T)> + '_ {
        let cut = move |run: Interval| Interval {
            from_us: run.from_us.max(over.from_us),
            to_us: run.to_us.min(over.to_us),
        };
        self.whole(over).take(RUNS_MET_MAX).map(move |(run, said)| (cut(run), said))
    }

    /// What is left of an interval, in pieces of more than `tolerated_us`, without the runs of which `counts` holds.
    pub(crate) fn left_of(
        &self,
        over: Interval,
        tolerated_us: u64,
        counts: impl Fn(&T) -> bool,
    ) -> Vec<Interval> {
        let counted = self.within(over).filter(|(_, said)| counts(said)).map(|(run, _)| run);
        holes(over, counted, tolerated_us)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

/// The holes of more than `tolerated_us` that ascending stretches leave in an interval.
pub(crate) fn holes(
    over: Interval,
    covered: impl Iterator<Item = Interval>,
    tolerated_us: u64,
) -> Vec<Interval> {
    let mut cursor = over.from_us;
    let mut found = Vec::new();
    let end = Interval { from_us: over.to_us, to_us: over.to_us };
    for stretch in covered.chain([end]) {
        let to_us = stretch.from_us.min(over.to_us);
        if to_us.saturating_sub(cursor) > tolerated_us {
            found.push(Interval { from_us: cursor, to_us });
        }
        cursor = cursor.max(stretch.to_us);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The least number holds.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Least(u8);

    impl Said for Least {
        fn with(self, other: Self) -> Self {
            Self(self.0.min(other.0))
        }
    }

    fn span(from_us: u64, to_us: u64) -> Interval {
        Interval { from_us, to_us }
    }

    fn all(runs: &Runs<Least>) -> Vec<(u64, u64, u8)> {
        let whole = runs.whole(span(0, u64::MAX));
        whole.map(|(run, Least(said))| (run.from_us, run.to_us, said)).collect()
    }

    #[track_caller]
    fn check(inserted: &[(u64, u64, u8)], join_us: u64, expected: &[(u64, u64, u8)]) {
        let mut runs = Runs::default();
        for (from_us, to_us, said) in inserted {
            runs.insert(span(*from_us, *to_us), Least(*said), join_us);
        }
        assert_eq!(all(&runs), expected);
    }

    #[test]
    fn what_meets_and_is_the_same_becomes_one_run() {
        check(&[(10, 20, 1), (30, 40, 1), (20, 30, 1)], 0, &[(10, 40, 1)]);
        check(&[(10, 20, 1), (22, 40, 1)], 2, &[(10, 40, 1)]);
        check(&[(10, 20, 1), (23, 40, 1)], 2, &[(10, 20, 1), (23, 40, 1)]);
        check(&[(10, 10, 1)], 0, &[]);
    }

    #[test]
    fn what_differs_stays_apart_and_the_lesser_holds_where_both_are_said() {
        let expected = [(10, 20, 2), (20, 30, 1), (30, 40, 2)];
        check(&[(10, 40, 2), (20, 30, 1)], 0, &expected);
        check(&[(20, 30, 1), (10, 40, 2)], 0, &expected);
    }

    #[test]
    fn holes_longer_than_tolerated_are_found_and_only_within() {
        let covered = [span(5, 20), span(22, 30), span(35, 50)];
        assert_eq!(holes(span(10, 60), covered.into_iter(), 2), [span(30, 35), span(50, 60)]);
        assert_eq!(holes(span(10, 20), [].into_iter(), 2), [span(10, 20)]);
        assert_eq!(holes(span(10, 20), covered.into_iter(), 0), []);
    }

    proptest! {
        #[test]
        fn the_order_of_saying_changes_nothing(
            said in prop::collection::vec((0u64..60, 0u64..30, 0u8..3), 1..20),
            rotation in 0usize..20,
        ) {
            let mut runs = Runs::default();
            let mut rotated = Runs::default();
            let mut other = said.clone();
            other.rotate_left(rotation % said.len());
            other.reverse();
            for (from_us, long, value) in &said {
                runs.insert(span(*from_us, from_us + long), Least(*value), 0);
            }
            for (from_us, long, value) in &other {
                rotated.insert(span(*from_us, from_us + long), Least(*value), 0);
            }
            prop_assert_eq!(all(&runs), all(&rotated));
            // And each instant has the least that was said of it.
            for at in 0u64..100 {
                let expected = said.iter().filter(|(from, long, _)| (*from..from + long).contains(&at)).map(|said| said.2).min();
                let found = runs.within(span(at, at + 1)).next().map(|(_, Least(value))| value);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
