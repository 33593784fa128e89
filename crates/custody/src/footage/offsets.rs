//! By how much a recorder's clock was wrong, and when.

use alloc::collections::BTreeMap;

use crate::fact::Interval;

/// What an offset may differ by and still count as the one before: half the shortest hole that counts by default. A
/// clock that drifts by some 20 parts in a million then has an entry or two a day.
const OFFSET_STEP_US: u64 = 1_000_000;

/// Offsets (recorder's clock minus true time) by the recorder's time from which each holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offsets(BTreeMap<u64, i64>);

impl Offsets {
    /// A manifest says which offset holds in its period, by the recorder's clock.
    pub(super) fn note(&mut self, period: Interval, offset_us: i64) {
        let is_new =
            |known: Option<i64>| known.is_none_or(|known| known.abs_diff(offset_us) > OFFSET_STEP_US);
        if self.0.range(period.from_us..).next().is_none() {
            if is_new(self.at(period.from_us)) {
                self.0.insert(period.from_us, offset_us);
            }
            return;
        }
        // It comes late: what holds after its period goes on to hold there.
        let after = self.at(period.to_us);
        while let Some((inside, _)) = self.0.range(period.from_us..=period.to_us).next() {
            let inside = *inside;
            self.0.remove(&inside);
        }
        self.0.insert(period.from_us, offset_us);
        if let Some(after) = after.filter(|after| is_new(Some(*after))) {
            self.0.insert(period.to_us, after);
        }
    }

    /// The offset at a recorder's time; before the first one known, that one.
    fn at(&self, recorder_us: u64) -> Option<i64> {
        let then = self.0.range(..=recorder_us).next_back();
        then.or_else(|| self.0.first_key_value()).map(|(_, offset_us)| *offset_us)
    }

    /// The recorder's times of a stretch of true time; where its clock was put right meanwhile, as it was before.
    pub(super) fn by_the_recorder(&self, truly: Interval) -> Interval {
        let offset_us = self.at(truly.from_us).unwrap_or(0);
        Interval {
            from_us: truly.from_us.saturating_add_signed(offset_us),
            to_us: truly.to_us.saturating_add_signed(offset_us),
        }
    }

    /// True times of a stretch by the recorder's clock.
    pub(super) fn truly(&self, recorder: Interval) -> Interval {
        let offset_us = self.at(recorder.from_us).unwrap_or(0);
        Interval { from_us: true_us(recorder.from_us, offset_us), to_us: true_us(recorder.to_us, offset_us) }
    }
}

/// True time is recorder's time minus offset.
pub(super) fn true_us(recorder_us: u64, offset_us: i64) -> u64 {
    let truly = i128::from(recorder_us).saturating_sub(i128::from(offset_us));
    u64::try_from(truly).unwrap_or(if truly < 0 { 0 } else { u64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000;

    #[track_caller]
    fn check(offsets: &Offsets, recorder_s: u64, true_s: u64) {
        let instant = Interval { from_us: recorder_s * S, to_us: recorder_s * S };
        assert_eq!(offsets.truly(instant).from_us, true_s * S);
    }

    #[test]
    fn a_fast_clock_is_put_back_and_a_slow_one_forward() {
        assert_eq!(true_us(100 * S, 5_000_000), 95 * S);
        assert_eq!(true_us(100 * S, -5_000_000), 105 * S);
        assert_eq!((true_us(1, i64::MAX), true_us(u64::MAX, i64::MIN)), (0, u64::MAX));
    }

    #[test]
    fn each_period_has_its_own_offset_in_whatever_order_they_arrive() {
        let periods = [(100, 10_000_000), (200, 20_000_000), (300, 20_500_000), (400, 10_000_000)];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let mut offsets = Offsets::default();
            for place in order {
                let (from_s, offset_us) = periods[place];
                offsets.note(Interval { from_us: from_s * S, to_us: (from_s + 100) * S }, offset_us);
            }
            check(&offsets, 50, 40);
            check(&offsets, 150, 140);
            check(&offsets, 250, 230);
            check(&offsets, 450, 440);
        }
    }
}
