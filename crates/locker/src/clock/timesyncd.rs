//! systemd-timesyncd, asked over D-Bus through systemd's own command: `busctl get-property`.
//!
//! The property is the last exchange with the server, to the microsecond. A library that speaks D-Bus would bring
//! more code than the rest of the locker.

use std::str::FromStr;

use custody_proto::v1::ClockSource;

use super::command::{ANSWER_TIME_MAX, answer};
use super::synchronisation::drift_us;
use super::{Synchronisation, TimeDaemon};

/// systemd-timesyncd on this machine.
#[derive(Debug, Clone, Copy)]
pub struct Timesyncd;

/// The question. It must not start a daemon that was not running: another may keep the clock.
const QUESTION: [&str; 8] = [
    "--system",
    "--auto-start=no",
    "--allow-interactive-authorization=no",
    "get-property",
    "org.freedesktop.timesync1",
    "/org/freedesktop/timesync1",
    "org.freedesktop.timesync1.Manager",
    "NTPMessage",
];

impl TimeDaemon for Timesyncd {
    fn ask(&self, wall_us: u64) -> Option<Synchronisation> {
        last_exchange(&answer("busctl", &QUESTION, ANSWER_TIME_MAX)?, wall_us)
    }
}

/// timesyncd lets the clock jump where it found it wrong by this much or more, and moves it gently by less. What
/// came of a jump, only the exchange after it shows, half a minute later.
const JUMP_US: u128 = 400_000;

/// The type of the property, in D-Bus's letters.
const TYPE: &str = "(uuuuittayttttbtt)";

/// Reads the property: leap, version, mode, stratum, precision, root delay, root dispersion, reference (a count and
/// four bytes), the four times of the exchange, whether it was disregarded, packets so far, jitter.
///
/// The bound is the offset found, be it corrected or not, with half the round trip, the server's own distance from
/// its root, the jitter, and what the clock may have drifted since.
fn last_exchange(property: &str, wall_us: u64) -> Option<Synchronisation> {
    let mut words = property.split_ascii_whitespace();
    if words.next() != Some(TYPE) {
        return None;
    }
    let [leap, version, mode, stratum] = numbers::<u32, 4>(&mut words)?;
    let [_precision] = numbers::<i32, 1>(&mut words)?;
    let [root_delay_us, root_dispersion_us] = numbers::<u64, 2>(&mut words)?;
    let [count] = numbers::<u32, 1>(&mut words)?;
    let reference = numbers::<u8, 4>(&mut words)?;
    let times = numbers::<u64, 4>(&mut words)?;
    let [_disregarded] = numbers::<bool, 1>(&mut words)?;
    let [packets, jitter_us] = numbers::<u64, 2>(&mut words)?;
    // Of a server that follows its own clock only.
    let is_local = matches!(reference, [127, 127, 1, _]);
    let is_answer = leap < 3 && (3..=4).contains(&version) && mode == 4 && (1..16).contains(&stratum);
    if !is_answer || is_local || count != 4 || packets == 0 || words.next().is_some() {
        return None;
    }
    let exchange = Exchange::of(times);
    if exchange.offset_us >= JUMP_US {
        return None;
    }
    let [.., last_sync_us] = times;
    let error_us = (exchange.offset_us + exchange.delay_us.div_ceil(2))
        .saturating_add(u128::from(root_delay_us).div_ceil(2))
        .saturating_add(u128::from(root_dispersion_us))
        .saturating_add(u128::from(jitter_us))
        .saturating_add(u128::from(drift_us(wall_us.checked_sub(last_sync_us)?)));
    let error_us = u64::try_from(error_us).unwrap_or(u64::MAX);
    Some(Synchronisation { source: ClockSource::Ntp, last_sync_us, error_us })
}

/// What four times tell, by RFC 5905.
struct Exchange {
    /// How far this clock is from the server's, either way, rounded up.
    offset_us: u128,
    /// How long both ways took together.
    delay_us: u128,
}

impl Exchange {
    /// Of the times when the question left, reached the server, was answered, and the answer came.
    fn of(times: [u64; 4]) -> Self {
        let [asked, reached, answered, came] = times.map(i128::from);
        let twice_the_offset = (reached - asked) + (answered - came);
        let delay = (came - asked) - (answered - reached);
        Self { offset_us: twice_the_offset.unsigned_abs().div_ceil(2), delay_us: delay.max(0).unsigned_abs() }
    }
}

/// The next words, as numbers of one type.
fn numbers<'a, T: FromStr, const N: usize>(words: &mut impl Iterator<Item = &'a str>) -> Option<[T; N]> {
    let numbers: Vec<T> = words.take(N).map_while(|word| word.parse().ok()).collect();
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// timesyncd 252 as recorded, with its server on the same machine.
    const RECORDED: &str = "(uuuuittayttttbtt) 0 4 4 3 -26 15 15 4 127 0 0 1 1795659116241072 1795659116241074 \
                            1795659116241088 1795659116241092 false 1 0\n";

    /// The same with a server far from its root.
    const SYNCHRONISED: &str = "(uuuuittayttttbtt) 0 4 4 2 -26 1007 22583 4 192 0 2 1 1795658217230340 \
                                1795658217230355 1795658217230792 1795658217230815 false 1 40\n";

    /// As recorded with a server that follows its own clock.
    const LOCAL: &str = "(uuuuittayttttbtt) 0 4 4 2 -26 0 0 4 127 127 1 1 1795658217230340 1795658217230355 \
                         1795658217230792 1795658217230815 false 1 0\n";

    /// timesyncd 252 that no server has answered yet.
    const WAITING: &str = "(uuuuittayttttbtt) 0 0 0 0 0 0 0 4 0 0 0 0 0 18444535084909551616 \
                           18444535084909551616 0 false 0 0\n";

    const LAST_SYNC_US: u64 = 1_795_658_217_230_815;

    #[track_caller]
    fn check(from: &str, to: &str, wall_us: u64, expect: Option<u64>) {
        let property = SYNCHRONISED.replacen(from, to, 1);
        assert!(from == to || property != SYNCHRONISED);
        assert_eq!(last_exchange(&property, wall_us).map(|state| state.error_us), expect, "{property}");
    }

    #[test]
    fn the_bound_is_what_was_measured_and_what_may_have_drifted_since() {
        // Offset 4, half the round trip 19, half the root delay 504, root dispersion 22,583, jitter 40.
        let expect =
            Synchronisation { source: ClockSource::Ntp, last_sync_us: LAST_SYNC_US, error_us: 23_150 };
        assert_eq!(last_exchange(SYNCHRONISED, LAST_SYNC_US), Some(expect));
        // Offset 1, half the round trip 3, half the root delay 8, root dispersion 15.
        let recorded = last_exchange(RECORDED, 1_795_659_116_241_092);
        assert_eq!(recorded.map(|state| state.error_us), Some(27));
        check("false", "false", LAST_SYNC_US + 2_048_000_000, Some(23_150 + 204_800));
        check("false", "true", LAST_SYNC_US, Some(23_150));
    }

    #[test]
    fn a_clock_found_far_off_is_synchronised_only_when_the_next_exchange_says_so() {
        // The question left 0.7 s before it did by the server's clock: offset 0.35 s, and a round trip of 0.7 s.
        check("1795658217230340", "1795658216530340", LAST_SYNC_US, Some(723_142));
        let both = "1795658216530355 1795658216530792";
        check("1795658217230355 1795658217230792", both, LAST_SYNC_US, None);
    }

    #[test]
    fn who_follows_no_clock_of_outside_is_not_synchronised() {
        assert_eq!(last_exchange(WAITING, LAST_SYNC_US), None);
        assert_eq!(last_exchange(LOCAL, LAST_SYNC_US), None);
        check(") 0 4 4 2", ") 3 4 4 2", LAST_SYNC_US, None);
        check(") 0 4 4 2", ") 0 4 4 16", LAST_SYNC_US, None);
        check("false 1 40", "false 0 40", LAST_SYNC_US, None);
        // Somebody has set the clock back since.
        check("false", "false", LAST_SYNC_US - 1, None);
    }

    #[test]
    fn what_cannot_be_read_is_no_answer() {
        for property in ["", "\n", "s \"no\"", TYPE, "(uuuuittayttttbtt) 0 4 4", "\u{0}"] {
            assert_eq!(last_exchange(property, LAST_SYNC_US), None);
        }
        check("false 1 40", "false 1 40 1", LAST_SYNC_US, None);
        check("false 1 40", "false 1", LAST_SYNC_US, None);
        check("false 1 40", "0 1 40", LAST_SYNC_US, None);
        check("4 192", "5 192", LAST_SYNC_US, None);
        check("192", "256", LAST_SYNC_US, None);
        check("22583", "-1", LAST_SYNC_US, None);
        check("22583", "18446744073709551615", LAST_SYNC_US, Some(u64::MAX));
    }

    #[test]
    fn extreme_numbers_lead_somewhere() {
        for time in [0, 1, u64::MAX] {
            for wall_us in [0, LAST_SYNC_US, u64::MAX] {
                let property = SYNCHRONISED.replacen("1795658217230815", &time.to_string(), 1);
                let _answer = last_exchange(&property, wall_us);
            }
        }
    }
}
