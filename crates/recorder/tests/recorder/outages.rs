//! When a camera did not do its work.

use crate::support::{World, check, look, said};

#[test]
fn a_gap_is_an_outage_and_a_hole_in_the_manifest() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 10);
    world.record_range(20, 40);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..35 [0+5 5+10 20+25 25+30 30+35]", "no_signal 10..20"]);
}

#[test]
fn a_gap_between_two_periods_is_an_outage_too() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    world.record_range(25, 45);
    std::fs::remove_file(world.path(15)).unwrap();
    look(&mut recorder);
    check(&recorder, before, &["manifest 15..40 [25+30 30+35 35+40]", "no_signal 15..25"]);
}

#[test]
fn silence_is_an_outage_that_lasts_until_recording_goes_on() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 15);
    world.set_clock(60);
    look(&mut recorder);
    let before = said(&recorder);
    world.set_clock(135);
    look(&mut recorder);
    check(&recorder, before, &["manifest 10..15 [10+15]"]);
    let before = said(&recorder);
    world.set_clock(136);
    look(&mut recorder);
    look(&mut recorder);
    check(&recorder, before, &["no_signal 15..lasting"]);
    world.record_range(200, 225);
    look(&mut recorder);
    let expect = ["manifest 15..220 [200+205 205+210 210+215 215+220]", "no_signal 15..200"];
    check(&recorder, before + 1, &expect);
}

#[test]
fn a_recorder_that_repeats_itself_shows_a_frozen_picture() {
    let world = World::new();
    let mut recorder = world.recorder();
    for second in [0, 5, 10, 15] {
        world.record(second, if second >= 5 { 9 } else { 8 });
    }
    world.set_clock(20);
    look(&mut recorder);
    let before = said(&recorder);
    // From the second on that shows what the one before showed.
    world.record(20, 9);
    world.set_clock(25);
    look(&mut recorder);
    check(&recorder, before - 1, &["frozen 10..lasting"]);
    world.record_range(25, 50);
    look(&mut recorder);
    let expect =
        ["manifest 15..25 [15+20 20+25]", "manifest 25..45 [25+30 30+35 35+40 40+45]", "frozen 10..25"];
    check(&recorder, before, &expect);
}

#[test]
fn frames_under_the_floor_show_a_frozen_picture() {
    let mut world = World::new();
    world.rules.frozen_frame_bytes = 100_000;
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..15 [0+5 5+10 10+15]", "frozen 0..lasting"]);
}

#[test]
fn a_source_that_does_not_answer_says_nothing() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    let elsewhere = world.video.path().with_extension("unmounted");
    std::fs::rename(world.video.path(), &elsewhere).unwrap();
    world.set_clock(1000);
    let report = look(&mut recorder);
    assert_eq!(report.problems.len(), 1);
    check(&recorder, before, &[]);
    std::fs::rename(&elsewhere, world.video.path()).unwrap();
}
