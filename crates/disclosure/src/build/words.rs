//! Lengths of time, counts and kinds in words.

use custody::fact::{Authentication, DeviceKind};
use custody::movement::SealCondition;
use custody_proto::v1;

/// `47 h 12 m`, `3 m 5 s`, `12.250 s`, `40 ms`: rounded down to the second, or below a minute to the millisecond.
pub(super) fn length(us: u64) -> String {
    let (s, ms) = (us / 1_000_000, us / 1_000);
    match (us, s) {
        (0, _) => "0 s".to_owned(),
        (1..1_000, _) => "under 1 ms".to_owned(),
        (_, 0) => format!("{ms} ms"),
        (_, 1..60) => match ms % 1_000 {
            0 => format!("{s} s"),
            rest => format!("{s}.{rest:03} s"),
        },
        _ => parts(s),
    }
}

fn parts(s: u64) -> String {
    let parts = [(s / 3_600, "h"), (s / 60 % 60, "m"), (s % 60, "s")];
    let some = parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}"));
    some.collect::<Vec<_>>().join(" ")
}

/// `1 exhibit`, `2 exhibits`.
pub(super) fn count(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// `± 5 ms`, rounded up.
pub(super) fn error(us: u64) -> String {
    match us {
        0..10_000_000 => format!("± {} ms", us.div_ceil(1_000)),
        _ => format!("± {} s", us.div_ceil(1_000_000)),
    }
}

/// A clock against another: `1.250 s fast`, `exact`.
pub(super) fn offset(us: i64) -> String {
    let by = length(us.unsigned_abs());
    match us {
        0 => "exact".to_owned(),
        1.. => format!("{by} fast"),
        _ => format!("{by} slow"),
    }
}

pub(super) fn authentication(method: Authentication) -> &'static str {
    match method {
        Authentication::Card => "by card",
        Authentication::CardAndPin => "by card and PIN",
        Authentication::Pin => "by PIN",
        Authentication::Oidc => "by another system's word",
        Authentication::Passkey => "by passkey",
        Authentication::Vouched => "by the word of a second person",
        Authentication::Override => "by nothing: an operator let them in",
    }
}

pub(super) fn device_kind(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Locker => "locker controller",
        DeviceKind::Desk => "desk",
        DeviceKind::Recorder => "CCTV recorder",
        DeviceKind::Node => "ledger node",
        DeviceKind::Authority => "authority",
    }
}

pub(super) fn condition(condition: SealCondition) -> &'static str {
    match condition {
        SealCondition::Intact => "intact",
        SealCondition::Damaged => "damaged",
        SealCondition::Broken => "broken",
        SealCondition::Absent => "absent",
    }
}

pub(super) fn place_kind(kind: v1::PlaceKind) -> &'static str {
    match kind {
        v1::PlaceKind::Store => "a store",
        v1::PlaceKind::Laboratory => "a laboratory",
        v1::PlaceKind::Court => "a court",
        v1::PlaceKind::Other | v1::PlaceKind::Unspecified => "a place of another kind",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_never_said_longer_than_it_was_and_never_none() {
        for (us, expected) in [
            (0, "0 s"),
            (1, "under 1 ms"),
            (40_999, "40 ms"),
            (12_250_000, "12.250 s"),
            (59_000_000, "59 s"),
            (180_000_000, "3 m"),
            (3_605_000_000, "1 h 5 s"),
            (169_920_000_000, "47 h 12 m"),
        ] {
            assert_eq!(length(us), expected);
        }
    }

    #[test]
    fn a_clock_is_fast_slow_or_exact() {
        assert_eq!(
            [offset(1_250_000), offset(-3_000), offset(0)],
            ["1.250 s fast", "3 ms slow", "exact"].map(String::from)
        );
    }
}
