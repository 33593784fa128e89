//! How instants read in a report: UTC, and beside it the civil time of a zone that is named.

use custody::fact::Interval;
use verifier::report::{Report, Zone, human, human_in, json};

use crate::support::{run, small};

/// 2026-10-25T00:30:00Z: half past one in London, and so is an hour later.
const HALF_PAST_ONE_US: u64 = 1_792_888_200_000_000;

const HOUR_US: u64 = 3_600_000_000;

/// A report with one finding, of that time.
fn report_of(from_us: u64, to_us: u64) -> Report {
    let mut small = small();
    let mut exhibit = small.world.exhibit();
    small.world.deposit(&small.locker, 0, &mut exhibit);
    "another".clone_into(&mut exhibit.seal);
    small.world.collect(&small.locker, 0, &mut exhibit);
    let mut report = run(&small.world.archive(), &small.world.trust());
    report.findings.truncate(1);
    report.findings.iter_mut().for_each(|finding| finding.interval = Some(Interval { from_us, to_us }));
    report
}

#[test]
fn the_two_half_past_ones_of_october_are_told_apart() {
    let text = human(&report_of(HALF_PAST_ONE_US, HALF_PAST_ONE_US + HOUR_US));
    let from = "from: 2026-10-25T00:30:00.000000Z = 2026-10-25 01:30:00.000 BST (UTC+01:00)\n";
    let to = "to:   2026-10-25T01:30:00.000000Z = 2026-10-25 01:30:00.000 GMT (UTC+00:00)\n";
    assert!(text.contains(from) && text.contains(to), "{text}");
    assert!(text.contains("UTC, and beside it Europe/London by release 20"), "{text}");
}

#[test]
fn a_time_beyond_every_calendar_is_still_printed() {
    let text = human(&report_of(0, u64::MAX));
    assert!(text.contains("586524-01-19T08:01:49.551615Z (beyond the calendar of Europe/London)"), "{text}");
}

/// Civil time is for the eye: where the reader sits changes no finding and no byte of the JSON report.
#[test]
fn a_zone_changes_the_words_and_nothing_else() {
    let report = report_of(HALF_PAST_ONE_US, HALF_PAST_ONE_US + HOUR_US);
    let new_york: Zone = "America/New_York".parse().unwrap();
    let text = human_in(&report, &new_york);
    assert!(text.contains("00:30:00.000000Z = 2026-10-24 20:30:00.000 EDT (UTC-04:00)"), "{text}");
    assert!(!text.contains("BST"));
    let text = json(&report);
    assert!(
        text.contains(&HALF_PAST_ONE_US.to_string()) && !text.contains("BST") && !text.contains("London")
    );
}
