//! A recorder that is started again knows what it said from its journal alone.

use std::fs;

use recorder::pass::Closeness;

use crate::support::{World, check, look, said, video};

#[test]
fn it_goes_on_where_it_was() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    drop(recorder);
    world.record_range(20, 35);
    let mut recorder = world.recorder();
    look(&mut recorder);
    check(&recorder, before, &["manifest 15..30 [15+20 20+25 25+30]"]);
}

#[test]
fn a_lost_catalogue_hides_no_alteration() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    drop(recorder);
    fs::remove_file(world.data.path().join("segments.catalogue")).unwrap();
    fs::write(world.path(5), video(99)).unwrap();
    let mut recorder = world.recorder();
    look(&mut recorder);
    look(&mut recorder);
    check(&recorder, before, &["altered 5..10"]);
}

#[test]
fn a_damaged_catalogue_is_made_anew() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    drop(recorder);
    let path = world.data.path().join("segments.catalogue");
    let mut bytes = fs::read(&path).unwrap();
    bytes[4200] ^= 1;
    fs::write(&path, bytes).unwrap();
    let mut recorder = world.recorder();
    look(&mut recorder);
    check(&recorder, before, &[]);
}

#[test]
fn an_outage_that_lasts_is_not_told_twice() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    world.set_clock(400);
    look(&mut recorder);
    let before = said(&recorder);
    drop(recorder);
    let mut recorder = world.recorder();
    look(&mut recorder);
    check(&recorder, before, &[]);
}

#[test]
fn a_clock_that_is_stepped_is_told_before_the_next_manifest() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    world.clock.step(7_000_000);
    world.record_range(20, 35);
    look(&mut recorder);
    let lines = crate::support::lines_since(&recorder, before);
    assert!(lines[0].contains("ClockStepped") && lines[0].contains("7000000"), "{lines:?}");
    assert!(lines[1].starts_with("manifest 15..30"), "{lines:?}");
}

#[test]
fn a_lost_catalogue_makes_nothing_seem_gone_whatever_the_looks() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 2_000);
    look(&mut recorder);
    let before = said(&recorder);
    drop(recorder);
    fs::remove_file(world.data.path().join("segments.catalogue")).unwrap();
    let mut recorder = world.recorder();
    for _ in 0..8 {
        recorder.pass(Closeness::Full).unwrap();
        recorder.pass(Closeness::Quick).unwrap();
        world.clock.advance(5_000_000);
    }
    check(&recorder, before, &["manifest 1995..2000 [1995+2000]"]);
}

#[test]
fn a_long_past_is_read_in_several_looks_and_committed_to_from_its_beginning() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 3_600);
    recorder.pass(Closeness::Full).unwrap();
    let report = recorder.pass(Closeness::Full).unwrap().pop().unwrap();
    assert!(report.is_partial && report.said == 0, "{report:?}");
    recorder.pass(Closeness::Full).unwrap();
    let lines = crate::support::lines_since(&recorder, 0);
    assert!(lines[0].starts_with("manifest 0..2560 [0+5 5+10 "), "{lines:?}");
    assert!(lines[1].starts_with("manifest 2560..3595 ["), "{lines:?}");
    assert_eq!(lines.len(), 2);
}
