//! What is read from honest files, and what becomes of broken ones.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where they stand")]

use std::io::Cursor;

use media::{Container, MediaFacts, MediaProblem, read};
use proptest::prelude::*;

/// 2026-10-01 10:00 UTC, as the files claim.
const CLAIMED_US: u64 = 1_790_848_800_000_000;

const PLAIN: &[u8] = include_bytes!("../../recorder/tests/fixtures/plain.mp4");
const FASTSTART: &[u8] = include_bytes!("../../recorder/tests/fixtures/faststart.mp4");
const FRAGMENTED: &[u8] = include_bytes!("../../recorder/tests/fixtures/fragmented.mp4");
const MATROSKA: &[u8] = include_bytes!("../../recorder/tests/fixtures/plain.mkv");
const LIVE: &[u8] = include_bytes!("../../recorder/tests/fixtures/live.mkv");

fn facts(bytes: &[u8]) -> Result<MediaFacts, MediaProblem> {
    read(&mut Cursor::new(bytes))
}

#[track_caller]
fn check(bytes: &[u8], container: Container) -> MediaFacts {
    let facts = facts(bytes).unwrap();
    assert_eq!(facts.container, container);
    assert_eq!((facts.frames, facts.duration_us), (5, 5_000_000));
    assert_eq!(facts.claimed_start_us, Some(CLAIMED_US));
    assert_eq!(facts.bytes, u64::try_from(bytes.len()).unwrap());
    facts
}

#[test]
fn five_seconds_are_five_seconds_however_they_are_packed() {
    let plain = check(PLAIN, Container::Mp4);
    for other in [
        check(FASTSTART, Container::Mp4),
        check(FRAGMENTED, Container::Mp4),
        check(MATROSKA, Container::Matroska),
        check(LIVE, Container::Matroska),
    ] {
        assert_eq!(other.pictures_sha256, plain.pictures_sha256);
        assert_eq!(other.median_frame_bytes, plain.median_frame_bytes);
        assert_ne!(other.sha256, plain.sha256);
    }
}

#[test]
fn an_index_that_is_lost_is_said_to_be_lost() {
    let cut = PLAIN.get(..PLAIN.len() - 1).unwrap();
    let error = facts(cut).unwrap_err();
    assert!(matches!(&error, MediaProblem::CutShort { what, .. } if what == "moov"), "{error}");
    let cut = FASTSTART.get(..FASTSTART.len() - 1).unwrap();
    let error = facts(cut).unwrap_err();
    assert!(matches!(&error, MediaProblem::CutShort { what, .. } if what == "mdat"), "{error}");
    assert!(matches!(facts(b"not a video at all").unwrap_err(), MediaProblem::NotVideo));
    assert!(matches!(facts(b"").unwrap_err(), MediaProblem::NotVideo));
}

#[test]
fn of_a_file_cut_short_the_whole_fragments_and_blocks_count() {
    for whole in [FRAGMENTED, MATROSKA, LIVE] {
        let mut last = 5;
        for len in (0..whole.len()).rev() {
            let Ok(found) = facts(whole.get(..len).unwrap()) else { continue };
            assert!(found.frames <= last && found.frames > 0);
            last = found.frames;
        }
        assert_eq!(last, 1);
    }
}

#[test]
fn a_second_reader_of_matroska_agrees() {
    for bytes in [MATROSKA, LIVE] {
        let mut file = matroska_demuxer::MatroskaFile::open(Cursor::new(bytes)).unwrap();
        let (mut frame, mut frames) = (matroska_demuxer::Frame::default(), 0);
        while file.next_frame(&mut frame).unwrap() {
            frames += 1;
        }
        assert_eq!(frames, facts(bytes).unwrap().frames);
    }
}

#[test]
fn a_table_that_claims_more_frames_than_any_segment_is_refused() {
    let mut bytes = FASTSTART.to_vec();
    let stsz = bytes.windows(4).position(|kind| kind == b"stsz").unwrap();
    // One size for all, and four thousand million of them.
    bytes[stsz + 8..stsz + 16].copy_from_slice(&[0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(facts(&bytes).unwrap_err(), MediaProblem::TooMany { what: "frames", .. }));
    let mut bytes = FRAGMENTED.to_vec();
    let trun = bytes.windows(4).position(|kind| kind == b"trun").unwrap();
    bytes[trun + 4..trun + 12].copy_from_slice(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(facts(&bytes).unwrap_err(), MediaProblem::TooMany { what: "frames", .. }));
}

#[test]
fn a_file_made_of_headers_ends_at_the_limit() {
    let mut bytes = b"\0\0\0\x08ftyp".to_vec();
    bytes.extend(b"\0\0\0\x08free".iter().cycle().take(8 * (1 << 21)));
    assert!(matches!(facts(&bytes).unwrap_err(), MediaProblem::TooMany { what: "boxes", .. }));
}

#[test]
fn every_truncation_ends_in_facts_or_an_error() {
    for whole in [PLAIN, FASTSTART, FRAGMENTED, MATROSKA, LIVE] {
        for len in 0..whole.len() {
            let _no_panic = facts(whole.get(..len).unwrap());
        }
    }
}

proptest! {
    #[test]
    fn every_alteration_ends_in_facts_or_an_error(
        which in 0_usize..5,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = [PLAIN, FASTSTART, FRAGMENTED, MATROSKA, LIVE][which].to_vec();
        for (place, value) in changes {
            let len = bytes.len();
            bytes[place.index(len)] = value;
        }
        let _no_panic = facts(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_good_beginning_end_in_facts_or_an_error(
        is_mp4: bool,
        rest in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let head: &[u8] = if is_mp4 { b"\0\0\0\x08ftyp" } else { &[0x1a, 0x45, 0xdf, 0xa3, 0x80] };
        let _no_panic = facts(&[head, &rest].concat());
    }
}
