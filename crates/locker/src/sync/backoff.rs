//! Pauses between one attempt to hand statements over and the next.

use std::time::Duration;

/// The first pause after a failure.
pub const BACKOFF_MIN: Duration = Duration::from_secs(1);

/// The longest pause: an officer at the locker should not wait longer for a receipt once the line is back.
pub const BACKOFF_MAX: Duration = Duration::from_secs(120);

/// How long to wait before the next [`sync`](super::sync): doubles with each failure, and a random half of it is left
/// away, so that lockers that lost the node together do not come back together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// It worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// It failed once more; `random` is any random number.
    pub fn next(&mut self, random: u64) -> Duration {
        let whole = BACKOFF_MIN.saturating_mul(1 << self.failures.min(16)).min(BACKOFF_MAX);
        self.failures = self.failures.saturating_add(1);
        let half = whole / 2;
        let micros = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).max(1);
        half + Duration::from_micros(random % micros)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_two_lockers_do_not_pause_alike() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..20).map(|_| backoff.next(0)).collect();
        assert_eq!(pauses[..3], [500, 1000, 2000].map(Duration::from_millis));
        assert_eq!(pauses[19], BACKOFF_MAX / 2);
        let spread: BTreeSet<_> = (0..50).map(|random| backoff.clone().next(random * 1_000_003)).collect();
        assert!(spread.len() == 50 && spread.iter().all(|pause| *pause <= BACKOFF_MAX));
        backoff.reset();
        assert_eq!(backoff.next(0), Duration::from_millis(500));
    }
}
