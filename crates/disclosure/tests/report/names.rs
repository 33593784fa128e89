//! Names: those that stood then, and whoever is the same is seen to be.

use disclosure::profile::Profile;
use disclosure::{html, report};

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
    let [named, bare] = [Profile::Internal, Profile::Defence].map(|profile| World::faulty(profile));
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
