//! What becomes of stretches that were committed to.

use std::fs;

use recorder::export::export;

use crate::support::{CAMERA, S, TEN_US, World, check, look, said, video};

#[test]
fn a_segment_that_is_changed_is_told_of_once() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    fs::write(world.path(5), video(99)).unwrap();
    look(&mut recorder);
    look(&mut recorder);
    check(&recorder, before, &["altered 5..10"]);
    // Changed again: another hash.
    fs::write(world.path(5), b"no video any more").unwrap();
    look(&mut recorder);
    check(&recorder, before + 1, &["altered 5..10"]);
}

#[test]
fn a_change_that_hides_behind_the_old_time_is_found_by_hashing_again() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    let path = world.path(10);
    let changed = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, video(99)).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
    look(&mut recorder);
    check(&recorder, before, &["altered 10..15"]);
}

#[test]
fn a_segment_that_is_only_touched_is_not_altered() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    fs::write(world.path(5), video(5)).unwrap();
    look(&mut recorder);
    check(&recorder, before, &[]);
}

#[test]
fn a_segment_deleted_before_its_time_is_gone_once_two_looks_miss_it() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    let away = world.path(5).with_extension("away");
    fs::rename(world.path(5), &away).unwrap();
    recorder.pass(recorder::pass::Closeness::Full).unwrap();
    fs::rename(&away, world.path(5)).unwrap();
    look(&mut recorder);
    check(&recorder, before, &[]);
    fs::remove_file(world.path(5)).unwrap();
    look(&mut recorder);
    look(&mut recorder);
    check(&recorder, before, &["gone 5..10"]);
}

#[test]
fn what_is_deleted_after_retention_has_lapsed_and_nobody_decided_without_the_node() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    world.set_clock(86_412);
    look(&mut recorder);
    let before = said(&recorder);
    for second in [0, 5, 10] {
        fs::remove_file(world.path(second)).unwrap();
    }
    look(&mut recorder);
    // The third had three seconds left.
    check(&recorder, before, &["lapsed 0..10 undecided", "gone 10..15"]);
}

#[test]
fn an_export_lays_out_what_is_held_and_tells_what_is_not() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    fs::write(world.path(5), video(99)).unwrap();
    fs::remove_file(world.path(10)).unwrap();
    look(&mut recorder);
    let to = tempfile::tempdir().unwrap();
    let report = export(&mut recorder, to.path(), 0, u64::MAX).unwrap();
    assert_eq!(report.whole, 1);
    assert_eq!(report.altered, [(CAMERA, TEN_US + 5 * S)]);
    assert_eq!(report.absent, [(CAMERA, TEN_US + 10 * S)]);
    let folder = to.path().join(CAMERA.to_string());
    assert_eq!(fs::read(folder.join(format!("{TEN_US}.mp4"))).unwrap(), video(0));
    assert_eq!(fs::read(folder.join(format!("{}.mp4", TEN_US + 5 * S))).unwrap(), video(99));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
}
