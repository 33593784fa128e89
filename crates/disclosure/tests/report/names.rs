//! Names: those that stood then, and whoever is the same is seen to be.

use disclosure::profile::Profile;
use disclosure::{html, report, text};

use crate::world::World;

#[test]
fn nobody_is_called_by_a_name_that_came_later() {
    let world = World::faulty(Profile::Internal);
    let report = report(&world.material());
    let mut seen = 0;
    for leg in report.exhibits.iter().flat_map(|exhibit| &exhibit.legs) {
        for names in world.called.values() {
            let [(_, early), (later_us, later)] = names.as_slice() else { continue };
            if leg.holder.text.contains(later) {
                assert!(leg.received.us >= *later_us, "{}", leg.holder.text);
                seen += 1;
            }
            if leg.holder.text.contains(early) {
                assert!(leg.received.us < *later_us, "{}", leg.holder.text);
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "nobody who was renamed had anything");
}

#[test]
fn one_person_is_one_under_every_name_and_without_any() {
    let [named, bare] = [Profile::Internal, Profile::Defence].map(World::faulty);
    let [named, bare] = [report(&named.material()), report(&bare.material())];
    for (with, without) in named.exhibits.iter().zip(&bare.exhibits) {
        assert_eq!(with.handlers, without.handlers);
        for (with, without) in with.legs.iter().zip(&without.legs) {
            if let Some(short) = without.holder.text.strip_prefix("person ") {
                assert!(with.holder.text.ends_with(&format!("({short})")), "{}", with.holder.text);
            }
        }
    }
}

#[test]
fn the_defence_reads_no_name_that_is_withheld() {
    let world = World::faulty(Profile::Defence);
    let page = html(&report(&world.material()));
    for (_, name) in world.called.values().flatten() {
        assert!(!page.contains(name.as_str()), "{name}");
    }
    assert!(page.contains("WITHHELD (personal data of a third party)"));
}

/// A history that begins before the clocks go back has instants of the hour that happens twice.
#[test]
fn the_hour_that_happens_twice_is_told_apart_wherever_a_time_stands() {
    let world = World::new(0, &[], Profile::Internal).unwrap();
    let report = report(&world.material());
    let mut zones = std::collections::BTreeSet::new();
    for record in report.exhibits.iter().flat_map(|exhibit| &exhibit.chronicle) {
        let (_, zone) = record.at.local.split_once(" (UTC").unwrap();
        assert!(["+00:00)", "+01:00)"].contains(&zone), "{}", record.at.local);
        assert_eq!(record.at.local.contains(" BST "), zone == "+01:00)", "{}", record.at.local);
        assert!(record.at.utc.ends_with('Z') && record.at.utc.len() == "2026-10-25T01:30:00.000000Z".len());
        zones.insert(zone.to_owned());
    }
    assert_eq!(zones.len(), 2, "the history does not span the change");
    let both = text(&report);
    assert!(both.contains(" BST (UTC+01:00)") && both.contains(" GMT (UTC+00:00)"));
}

/// What became of a field is said in its own word wherever the field would stand.
#[test]
fn a_field_is_disclosed_withheld_erased_or_missing() {
    let page = html(&report(&World::faulty(Profile::Defence).material()));
    for word in ["WITHHELD (personal data of a third party)", "ERASED (recorded in entry 1)", ">MISSING<"] {
        assert!(page.contains(word), "{word}");
    }
}
