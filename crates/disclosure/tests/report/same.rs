//! The same material gives the same report.

use disclosure::profile::Profile;
use disclosure::{drafts, html, report, text};

use crate::world::World;

#[test]
fn the_same_material_gives_the_same_bytes() {
    let [one, other] = [World::faulty(Profile::Cps), World::faulty(Profile::Cps)];
    let [one, other] = [report(&one.material()), report(&other.material())];
    assert_eq!(one, other);
    assert_eq!(html(&one), html(&other));
    assert_eq!(text(&one), text(&other));
    assert_eq!(drafts::files(&one), drafts::files(&other));
}

#[test]
fn no_history_leads_to_a_panic() {
    for seed in 0..12 {
        let world = World::new(seed, &[], Profile::Internal).unwrap();
        let report = report(&world.material());
        assert!(!html(&report).is_empty() && !text(&report).is_empty());
        for exhibit in &report.exhibits {
            for bar in exhibit.picture.lanes.iter().flat_map(|lane| &lane.bars) {
                assert!(bar.from <= bar.to && bar.to <= 10_000);
            }
        }
    }
}
