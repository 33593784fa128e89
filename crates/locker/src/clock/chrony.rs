//! chrony, asked through its own command: `chronyc -c tracking`.
//!
//! The command's comma-separated report is chrony's documented interface; the protocol beneath it is not, and its
//! only library comes under a licence that this project cannot take.

use custody_proto::v1::ClockSource;

use super::command::{ANSWER_TIME_MAX, answer};
use super::{Synchronisation, TimeDaemon};

/// chrony on this machine.
#[derive(Debug, Clone, Copy)]
pub struct Chrony;

impl TimeDaemon for Chrony {
    fn ask(&self, _wall_us: u64) -> Option<Synchronisation> {
        // Numbers for names: no question to the name service, which may be slow.
        tracking(&answer("chronyc", &["-c", "-n", "tracking"], ANSWER_TIME_MAX)?)
    }
}

/// What chrony is synchronised to where nothing is outside the machine: nothing at all, the machine's own clock
/// (`local` in its configuration), or what a person typed (`manual`).
const NOTHING_OUTSIDE: [&str; 3] = ["00000000", "7F7F0101", "4D414E55"];

/// Reads the report: reference, name, stratum, time of the last update, offset of the system's clock, last and mean
/// offset, frequency, residual frequency, skew, root delay, root dispersion, interval, leap status.
///
/// The bound is the one of chrony's manual: offset + root dispersion + root delay / 2. NTS and a reference clock
/// at the machine itself are called NTP too: the report does not tell them apart, and that is the weakest word.
fn tracking(report: &str) -> Option<Synchronisation> {
    let fields: Vec<&str> = report.trim_end_matches(['\r', '\n']).split(',').collect();
    let [reference, _, stratum, updated, offset, _, _, _, _, _, delay, dispersion, _, leap] =
        fields.as_slice()
    else {
        return None;
    };
    let follows = !NOTHING_OUTSIDE.contains(reference) && (1..16).contains(&stratum.parse::<u8>().ok()?);
    let is_normal = matches!(*leap, "Normal" | "Insert second" | "Delete second");
    if !follows || !is_normal {
        return None;
    }
    let error_ns = nanoseconds(offset)?
        .saturating_add(nanoseconds(dispersion)?)
        .saturating_add(nanoseconds(delay)?.div_ceil(2));
    Some(Synchronisation {
        source: ClockSource::Ntp,
        last_sync_us: nanoseconds(updated)? / 1000,
        error_us: error_ns.div_ceil(1000),
    })
}

/// A number of seconds with up to nine decimals, without its sign, in nanoseconds.
fn nanoseconds(seconds: &str) -> Option<u64> {
    let magnitude = seconds.strip_prefix(['-', '+']).unwrap_or(seconds);
    let (whole, decimals) = magnitude.split_once('.').unwrap_or((magnitude, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || decimals.len() > 9 {
        return None;
    }
    let decimals: u64 = format!("{decimals:0<9}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000_000_000)?.checked_add(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// chrony 4.3 with one server, its clock 1.7 µs fast.
    const SYNCHRONISED: &str = "7F000001,127.0.0.1,3,1795658090.797811260,-0.000001701,-0.000000129,0.000000927,\
                                0.019,-0.003,0.153,0.000006037,0.000001374,1.0,Normal\n";

    /// The same, that has heard of no server yet.
    const WAITING: &str = "00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,\
                           1.000000000,1.000000000,0.0,Not synchronised\n";

    /// The same, told to trust the machine's own clock.
    const LOCAL: &str = "7F7F0101,,2,1795658081.781130031,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,\
                         0.000000000,0.000000000,0.0,Normal\n";

    #[track_caller]
    fn check(from: &str, to: &str, expect: Option<u64>) {
        let report = SYNCHRONISED.replace(from, to);
        assert!(from.is_empty() || report != SYNCHRONISED);
        assert_eq!(tracking(&report).map(|state| state.error_us), expect, "{report}");
    }

    #[test]
    fn the_bound_is_offset_and_dispersion_and_half_the_delay() {
        // 1.701 + 1.374 + 3.0185 µs.
        let last_sync_us = 1_795_658_090_797_811;
        let expect = Synchronisation { source: ClockSource::Ntp, last_sync_us, error_us: 7 };
        assert_eq!(tracking(SYNCHRONISED), Some(expect));
        check("-0.000001701", "0.250000000", Some(250_005));
        check("0.000006037", "0.2", Some(100_004));
        check("Normal", "Insert second", Some(7));
    }

    #[test]
    fn who_follows_nothing_outside_the_machine_is_not_synchronised() {
        assert_eq!(tracking(WAITING), None);
        assert_eq!(tracking(LOCAL), None);
        check("7F000001", "4D414E55", None);
        check("Normal", "Not synchronised", None);
        check(",3,", ",0,", None);
        check(",3,", ",16,", None);
    }

    #[test]
    fn what_cannot_be_read_is_no_answer() {
        for report in ["", "\n", ",,,,,,,,,,,,,", "506 Cannot talk to daemon\n", "\u{0}\u{fffd}"] {
            assert_eq!(tracking(report), None);
        }
        check("Normal\n", "Normal,\n", None);
        check("Normal\n", "Normal\nNormal\n", None);
        for odd in ["nan", "inf", "", ".", "--1", "-+1", "1e9", "0x1", "1.0000000000", "99999999999999999999"]
        {
            check("-0.000001701", odd, None);
            check("1795658090.797811260", odd, None);
        }
        check("-0.000001701", "18446744073.709551615", Some(18_446_744_073_709_552));
    }
}
