//! Real segments, where ffmpeg is installed. Under CI it must be.

use std::path::Path;
use std::process::Command;

use media::{Container, read_file};
use recorder::source::folder::FolderSource;

use crate::support::{S, TEN_US, World, check, look};

/// Runs ffmpeg in a folder. False, and said, if it is not installed.
fn ffmpeg(folder: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("ffmpeg");
    command.current_dir(folder).env("TZ", "UTC").args(["-v", "error", "-nostdin", "-y"]).args(arguments);
    match command.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "ffmpeg: {said}");
            true
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "under CI ffmpeg must be installed: {error}");
            println!("SKIPPED: ffmpeg is not installed");
            false
        }
    }
}

const PICTURE: &str = "testsrc=size=160x90:rate=1";

#[test]
fn ffmpegs_segments_are_committed_to_without_holes() {
    let world = World::new();
    let arguments = [
        "-f",
        "lavfi",
        "-i",
        PICTURE,
        "-t",
        "60",
        "-c:v",
        "libx264",
        "-g",
        "10",
        "-f",
        "segment",
        "-segment_time",
        "10",
        "-reset_timestamps",
        "1",
        "segment%03d.mp4",
    ];
    if !ffmpeg(world.video.path(), &arguments) {
        return;
    }
    for place in 0..6 {
        let from = world.video.path().join(format!("segment{place:03}.mp4"));
        std::fs::rename(from, world.path(place * 10)).unwrap();
    }
    let mut recorder = world.recorder();
    world.set_clock(61);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..50 [0+10 10+20 20+30 30+40 40+50]"]);
}

#[test]
fn a_frozen_picture_has_small_frames_and_a_living_one_has_not() {
    let dir = tempfile::tempdir().unwrap();
    let still =
        ["-f", "lavfi", "-i", "color=gray:size=160x90:rate=5", "-t", "10", "-c:v", "libx264", "still.mp4"];
    // A camera's picture has noise.
    let noise = "color=gray:size=160x90:rate=5,noise=alls=12:allf=t";
    let alive = ["-f", "lavfi", "-i", noise, "-t", "10", "-c:v", "libx264", "alive.mp4"];
    if !(ffmpeg(dir.path(), &still) && ffmpeg(dir.path(), &alive)) {
        return;
    }
    let [still, alive] = ["still.mp4", "alive.mp4"].map(|name| read_file(&dir.path().join(name)).unwrap());
    assert!(still.median_frame_bytes < 60, "{still:?}");
    assert!(alive.median_frame_bytes > 200, "{alive:?}");
}

#[test]
fn every_way_in_which_ffmpeg_packs_the_same_minute_is_a_minute() {
    let dir = tempfile::tempdir().unwrap();
    let made = [
        "-f",
        "lavfi",
        "-i",
        PICTURE,
        "-t",
        "60",
        "-c:v",
        "libx264",
        "-metadata",
        "creation_time=2026-10-01T10:00:00Z",
        "made.mp4",
    ];
    if !ffmpeg(dir.path(), &made) {
        return;
    }
    let fragmented = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"];
    for (name, flags) in [
        ("front.mp4", ["-movflags", "+faststart"]),
        ("fragmented.mp4", fragmented),
        ("plain.mov", ["-f", "mov"]),
        ("plain.mkv", ["-f", "matroska"]),
        ("live.mkv", ["-live", "1"]),
    ] {
        let head = ["-i", "made.mp4", "-c", "copy", "-metadata", "creation_time=2026-10-01T10:00:00Z"];
        ffmpeg(dir.path(), &[&head[..], &flags[..], &[name]].concat());
        let facts = read_file(&dir.path().join(name)).unwrap();
        assert_eq!((facts.frames, facts.duration_us), (60, 60 * S), "{name}");
        assert_eq!(facts.claimed_start_us, Some(TEN_US), "{name}");
        let is_matroska = facts.container == Container::Matroska;
        assert_eq!(is_matroska, name.ends_with("mkv"), "{name}");
    }
}

#[test]
fn without_a_pattern_the_containers_claim_is_the_start() {
    let world = World::new();
    let made = [
        "-f",
        "lavfi",
        "-i",
        PICTURE,
        "-t",
        "20",
        "-c:v",
        "libx264",
        "-metadata",
        "creation_time=2026-10-01T10:00:00Z",
        "one.mp4",
    ];
    if !ffmpeg(world.video.path(), &made) {
        return;
    }
    let mut recorder = world.recorder_of(Box::new(FolderSource::new(world.video.path().to_owned(), None, 0)));
    world.set_clock(30);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..20 [0+20]"]);
}
