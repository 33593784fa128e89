//! Openings and footage: none is left out, and what is said of cameras agrees with the rulebook.

use std::collections::BTreeSet;

use custody::id::ExhibitId;
use custody::rule::RuleId;
use disclosure::profile::Profile;
use disclosure::report;

use crate::world::World;

/// Faults at doors and of cameras, one history each.
const KINDS: [&str; 8] = [
    "forced, nobody looked",
    "in no session",
    "nothing taken",
    "no authority",
    "a hole at the collection",
    "no footage at all",
    "footage of another time",
    "an opening not filmed",
];

fn worlds() -> impl Iterator<Item = World> {
    let one = |kind| (0..40).find_map(|seed| World::new(seed, &[kind], Profile::Defence));
    KINDS.into_iter().map(move |kind| one(kind).expect("a history with room"))
}

#[test]
fn every_opening_while_an_exhibit_of_the_case_lay_inside_is_listed_whoever_opened() {
    for world in worlds() {
        let report = report(&world.material());
        let scope: BTreeSet<ExhibitId> = world.verdicts().iter().map(|verdict| verdict.exhibit).collect();
        let mut count = 0;
        for opening in world.ledger().doors().openings() {
            if opening.occupants.iter().chain(&opening.transferred).any(|exhibit| scope.contains(exhibit)) {
                let is_listed = |listed: &disclosure::model::Opening| {
                    opening.indices.iter().all(|index| listed.indices.contains(index))
                };
                assert!(report.openings.iter().any(is_listed), "{:?}", opening.indices);
                count += 1;
            }
        }
        assert!(count > 0);
        for (place, opening) in report.openings.iter().enumerate() {
            assert_eq!(opening.number, place + 1);
            let earlier = report.openings.get(place.wrapping_sub(1));
            assert!(earlier.is_none_or(|earlier| earlier.from <= opening.from));
        }
    }
}

#[test]
fn where_a_rule_says_that_no_camera_shows_a_door_none_is_said_to() {
    let mut count = 0;
    for world in worlds() {
        let report = report(&world.material());
        for finding in world.findings().iter().filter(|finding| finding.rule == RuleId::V02) {
            let shown = report
                .openings
                .iter()
                .filter(|opening| finding.indices.iter().any(|index| opening.indices.contains(index)));
            for opening in shown {
                let about = format!("opening {}: ", opening.number);
                for window in report.footage.iter().filter(|window| window.about.starts_with(&about)) {
                    assert!(window.percent < 100 && !window.holes.is_empty(), "{window:?}");
                    count += 1;
                }
            }
        }
        for window in &report.footage {
            assert_eq!(window.percent == 100, window.holes.is_empty(), "{window:?}");
            assert_eq!(window.segments.is_empty(), window.fate == "not committed", "{window:?}");
        }
    }
    assert!(count > 0);
}
