//! What is committed to, and in which periods.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::device_chain::{DeviceChain, Saying};
use proptest::prelude::*;
use recorder::book::{Book, CameraBook};
use recorder::manifest::{CLIP_US_MAX, Due, SEGMENTS_MAX, due, manifests};
use recorder::pass::Closeness;
use recorder::rules::TimeCheck;
use recorder::segment::Segment;

use crate::support::{CAMERA, S, TEN_US, World, check, facts, identity, line, look, rules, said, segment};

#[test]
fn each_full_period_is_committed_to_and_continues_the_one_before() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    // The newest may still be growing, and the period is just full.
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..15 [0+5 5+10 10+15]"]);
    let before = said(&recorder);
    world.record_range(20, 35);
    look(&mut recorder);
    check(&recorder, before, &["manifest 15..30 [15+20 20+25 25+30]"]);
    assert_eq!(recorder.pass(Closeness::Quick).unwrap()[0].said, 0);
}

#[test]
fn a_manifest_says_what_the_media_says() {
    let world = World::new();
    let mut recorder = world.recorder();
    recorder.check = Some(TimeCheck { offset_us: -250_000, error_us: 40_000, measured_us: TEN_US - S });
    world.record_range(0, 20);
    look(&mut recorder);
    let Some(Fact::FootageManifestCommitted(v1::FootageManifestCommitted { observed: Some(observed) })) =
        facts(&recorder).pop()
    else {
        panic!("a manifest")
    };
    assert_eq!(observed.camera, CAMERA.0);
    assert_eq!((observed.clock_offset_us, observed.offset_error_us), (-250_000, Some(40_000)));
    assert_eq!(observed.offset_measured_us, Some(TEN_US - S));
    let (bytes, sha256) = media::hash_file(&world.path(5)).unwrap();
    let second = &observed.segments[1];
    assert_eq!((second.frames, second.bytes, second.sha256.as_slice()), (5, bytes, sha256.as_slice()));
    assert_eq!(second.signed_video(), v1::SignedVideo::NotChecked);
}

#[test]
fn an_offset_that_was_never_measured_is_absent() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let Some(Fact::FootageManifestCommitted(fact)) = facts(&recorder).pop() else { panic!("a manifest") };
    let observed = fact.observed.unwrap();
    assert_eq!(
        (observed.offset_measured_us, observed.offset_error_us, observed.clock_offset_us),
        (None, None, 0)
    );
}

#[test]
fn what_comes_late_has_a_manifest_of_its_own() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 10);
    world.record_range(15, 40);
    look(&mut recorder);
    let before = said(&recorder);
    world.record(10, 77);
    look(&mut recorder);
    check(&recorder, before, &["manifest 10..15 [10+15]"]);
}

#[test]
fn recording_that_stops_does_not_wait_for_a_full_period() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 5);
    world.set_clock(6);
    look(&mut recorder);
    check(&recorder, 0, &[]);
    world.set_clock(36);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..5 [0+5]"]);
}

#[test]
fn a_damaged_file_is_told_of_and_not_committed_to() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    std::fs::write(world.path(5), b"not video at all").unwrap();
    recorder.pass(Closeness::Full).unwrap();
    let report = recorder.pass(Closeness::Full).unwrap().pop().unwrap();
    assert!(report.problems[0].contains("neither MP4 nor Matroska"), "{:?}", report.problems);
    check(&recorder, 0, &["manifest 0..15 [0+5 10+15]", "no_signal 5..10"]);
    // Told once.
    assert_eq!(look(&mut recorder).problems, [""; 0]);
}

fn manifests_of(segments: &[Segment]) -> Vec<String> {
    let due = Due { run: segments.iter().collect(), late: Vec::new() };
    manifests(&rules(), &CameraBook::default(), &due, None).iter().map(line).collect()
}

#[test]
fn a_rounded_overlap_is_clipped_and_a_real_one_stands_by_itself() {
    let at = |second: u64, end: u64, seed| segment(TEN_US + second * S, TEN_US + end * S, seed);
    let mut rounded = at(0, 5, 1);
    rounded.end_us += 40_000;
    assert_eq!(manifests_of(&[rounded, at(5, 10, 2)]), ["manifest 0..10 [0+5 5+10]"]);
    // The clock went back by a minute.
    assert_eq!(
        manifests_of(&[at(0, 60, 1), at(5, 65, 2), at(60, 120, 3)]),
        ["manifest 0..120 [0+60 60+120]", "manifest 5..65 [5+65]"]
    );
    assert_eq!(manifests_of(&[at(0, 5, 1), at(0, 5, 2)]), ["manifest 0..5 [0+5]", "manifest 0..5 [0+5]"]);
}

#[test]
fn a_long_manifest_is_several_that_follow_one_another_and_each_fits() {
    let many: Vec<_> = (0..1200_u64)
        .map(|place| {
            let start_us = u64::MAX / 4 + place * 10 * S;
            let mut segment = segment(start_us, start_us + 9 * S, u8::try_from(place % 250).unwrap());
            (segment.frames, segment.bytes) = (u64::MAX, u64::MAX);
            segment
        })
        .collect();
    let due = Due { run: many.iter().collect(), late: Vec::new() };
    let facts = manifests(&rules(), &CameraBook::default(), &due, None);
    let mut to_us = many[0].start_us;
    let mut count = 0;
    for fact in &facts {
        let Fact::FootageManifestCommitted(manifest) = fact else { panic!("a manifest") };
        let observed = manifest.observed.as_ref().unwrap();
        assert_eq!(observed.from_us, to_us);
        to_us = observed.to_us;
        count += observed.segments.len();
        assert!(observed.segments.len() <= SEGMENTS_MAX);
        let time = locker::clock::Clock::now(&World::new().clock).to_message();
        let saying = Saying { fact: fact.clone(), time, follows: None, occurred: None };
        let chain = DeviceChain::new(identity().device, identity().enrolment);
        // Encodes only if it keeps every limit of a statement.
        let bytes = ledger_format::statement::encode(&chain.statement(saying)).unwrap();
        ledger_format::statement::decode(&bytes).unwrap();
    }
    assert_eq!((facts.len(), count), (3, 1200));
}

proptest! {
    /// Whatever a recorder lists: each statement ascends without overlaps inside its period, every stretch is
    /// committed to exactly once and never longer than it was, and the run goes on where it was.
    #[test]
    fn no_stretch_is_lost_doubled_or_stretched(
        times in proptest::collection::vec((0_u64..200, 1_u64..40), 1..60),
        committed_to in 0_u64..60,
    ) {
        let segments: Vec<_> = times
            .iter()
            .enumerate()
            .map(|(place, (start, length))| {
                let start_us = TEN_US + start * S / 2;
                segment(start_us, start_us + length * S / 2, u8::try_from(place).unwrap())
            })
            .collect();
        let mut book = Book::default();
        book.note(&recorder::manifest::empty_manifest(&rules(), TEN_US, TEN_US + committed_to * S, None));
        let before = book.of(CAMERA).clone();
        let due = due(&rules(), &before, segments.iter().collect(), &[], TEN_US + 1_000 * S);
        let mut held = Vec::new();
        for fact in manifests(&rules(), &before, &due, None) {
            let Fact::FootageManifestCommitted(manifest) = &fact else { panic!("a manifest") };
            let observed = manifest.observed.as_ref().unwrap();
            let mut end_us = observed.from_us;
            for segment in &observed.segments {
                prop_assert!(end_us <= segment.start_us && segment.start_us < segment.end_us);
                end_us = segment.end_us;
                held.push((segment.sha256[0], segment.start_us, segment.end_us));
            }
            prop_assert!(end_us <= observed.to_us);
            book.note(&fact);
        }
        held.sort_unstable();
        prop_assert_eq!(held.len(), segments.len());
        for (place, (seed, start_us, end_us)) in held.into_iter().enumerate() {
            let segment = &segments[place];
            prop_assert_eq!((usize::from(seed), start_us), (place, segment.start_us));
            prop_assert!(end_us <= segment.end_us && segment.end_us - end_us <= CLIP_US_MAX);
        }
        let starts_in_run = due.run.first().map(|first| first.start_us);
        prop_assert!(starts_in_run.is_none_or(|start_us| start_us + CLIP_US_MAX >= before.committed_to_us));
    }
}
