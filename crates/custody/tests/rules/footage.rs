//! V03 to V09: how good footage is, when it was committed to, and what became of it.

use custody::fact::{Fact, FootageFact, Interval, LapseDecision, OutageKind, SignedVideo};
use custody::id::{CameraId, Digest};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

use crate::watched::*;
use crate::world::*;

/// X is deposited, then this happens, and time goes by; exactly these are found.
#[track_caller]
fn check(then: impl FnOnce(&mut World, Door), expected: &[(RuleId, Severity)]) -> World {
    let mut world = watched();
    let door = deposit(&mut world);
    then(&mut world, door);
    settle(&mut world);
    assert_eq!(world.found(), expected);
    world
}

fn filmed(world: &mut World, film: &Film) {
    film.say(world);
}

// When it was committed to.

#[test]
fn footage_committed_to_within_the_time_is_in_time() {
    let at = |world: &mut World, door: Door, after: u64| {
        world.now_us = door.window().to_us + after;
        filmed(world, &door.film(FRONT));
    };
    check(|world, door| at(world, door, HOUR - 10 * SECOND), &[]);
    check(|world, door| at(world, door, HOUR + 10 * SECOND), &[(RuleId::V03, Severity::Break)]);
}

#[test]
fn footage_committed_to_late_leaves_its_window_unproven() {
    let late = |world: &mut World, door: Door| {
        world.wait(3 * HOUR);
        filmed(world, &door.film(FRONT));
    };
    let world = check(late, &[(RuleId::V03, Severity::Break)]);
    let finding = one(&world, RuleId::V03);
    assert_eq!((finding.exhibits, finding.cameras), (vec![X], vec![FRONT]));
    assert!(world.verdict(X).duration_us(Standing::NotProven) > 0);
}

#[test]
fn a_recorder_that_said_that_it_was_offline_may_be_late() {
    let late = |world: &mut World, door: Door| {
        let since_us = world.now_us;
        world.wait(3 * HOUR);
        world.say(RECORDER, Fact::OfflineEntered { since_us });
        filmed(world, &door.film(FRONT));
        world.say(RECORDER, Fact::OfflineDrained);
    };
    let world = check(late, &[(RuleId::V03, Severity::Warning)]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
}

#[test]
fn one_camera_in_time_is_enough_and_a_second_manifest_makes_no_footage_late() {
    let both = |world: &mut World, door: Door| {
        filmed(world, &door.film(BACK));
        world.wait(3 * HOUR);
        filmed(world, &door.film(FRONT));
        filmed(world, &door.film(BACK));
    };
    check(both, &[]);
}

#[test]
fn a_window_whose_second_half_was_committed_to_late_is_late() {
    let halves = |world: &mut World, door: Door| {
        filmed(world, &door.film(FRONT).but(door.from_us, door.to_us + HOUR));
        world.wait(3 * HOUR);
        filmed(world, &door.film(FRONT).but(0, door.from_us));
    };
    check(halves, &[(RuleId::V03, Severity::Break)]);
}

/// The locker is offline for a day; its recorder is too, and its manifests arrive before the acts they show.
#[test]
fn footage_is_late_only_after_the_act_has_reached_the_ledger() {
    let before = watched();
    let mut happened = before.clone();
    let door = deposit(&mut happened);
    let acts = happened.log[before.log.len()..].to_vec();
    let mut arrived = before;
    arrived.now_us = happened.now_us + DAY;
    arrived.say(LOCKER, Fact::OfflineEntered { since_us: door.from_us - MINUTE });
    door.film(FRONT).say(&mut arrived);
    for mut statement in acts {
        // The locker's own number and chain go on behind its word of the outage; hashes are the world's.
        statement.sequence += 1;
        arrived.record(&statement);
    }
    assert!(findings(&arrived, RuleId::V03).is_empty());
    assert!(findings(&arrived, RuleId::V02).is_empty());
}

// How good it is.

#[test]
fn a_segment_at_a_door_has_as_many_pictures_as_are_asked_for() {
    let at = |frames_per_1000_s: u64| {
        move |world: &mut World, door: Door| filmed(world, &Film { frames_per_1000_s, ..door.film(FRONT) })
    };
    check(at(500), &[]);
    let thin = [(RuleId::V05, Severity::Warning)];
    check(at(450), &thin);
    let world = check(at(0), &thin);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
    // Another camera that is not thin makes this one no better.
    let other = |world: &mut World, door: Door| {
        filmed(world, &door.film(BACK));
        at(100)(world, door);
    };
    check(other, &thin);
}

#[test]
fn a_thin_segment_elsewhere_than_at_a_door_is_nobodys() {
    let elsewhere = |world: &mut World, door: Door| {
        filmed(world, &door.film(FRONT));
        let film = Film::of(FRONT, door.from_us - HOUR, door.from_us - 10 * MINUTE);
        filmed(world, &Film { frames_per_1000_s: 10, measured_us: None, ..film });
    };
    check(elsewhere, &[]);
}

#[test]
fn a_window_rests_on_a_clock_that_was_measured_of_late() {
    let measured = |measured_us: fn(Door) -> Option<u64>| {
        move |world: &mut World, door: Door| {
            filmed(world, &Film { measured_us: measured_us(door), ..door.film(FRONT) });
        }
    };
    let unmeasured = [(RuleId::V06, Severity::Warning)];
    check(measured(|_| None), &unmeasured);
    check(measured(|door| Some(door.from_us - 32 * DAY)), &unmeasured);
    check(measured(|door| Some(door.from_us - 30 * DAY)), &[]);
    check(measured(|door| Some(door.to_us)), &[]);
    // It need not rest on this camera.
    let other = |world: &mut World, door: Door| {
        filmed(world, &Film { measured_us: None, ..door.film(FRONT) });
        filmed(world, &door.film(BACK));
    };
    check(other, &[]);
}

/// The camera that signs its video is the only one, and says this of its signature.
#[track_caller]
fn check_signature(signed_video: SignedVideo, expected: &[(RuleId, Severity)]) {
    let mut world = watched();
    let now_us = world.now_us;
    map(&mut world, now_us, now_us, &[SIGNING]);
    let door = deposit(&mut world);
    filmed(&mut world, &Film { signed_video, ..door.film(SIGNING) });
    settle(&mut world);
    assert_eq!(world.found(), expected);
    let is_broken = expected.iter().any(|(_, severity)| *severity == Severity::Break);
    assert_eq!(world.verdict(X).duration_us(Standing::NotProven) > 0, is_broken);
}

#[test]
fn a_camera_that_signs_its_video_signs_what_shows_a_door() {
    check_signature(SignedVideo::Valid, &[]);
    check_signature(SignedVideo::ValidWithGaps, &[]);
    check_signature(SignedVideo::NotChecked, &[]);
    check_signature(SignedVideo::Unsigned, &[(RuleId::V08, Severity::Warning)]);
    check_signature(SignedVideo::Invalid, &[(RuleId::V08, Severity::Break)]);
    // A camera that signs nothing is expected to sign nothing.
    let unsigned = |world: &mut World, door: Door| {
        filmed(world, &Film { signed_video: SignedVideo::Unsigned, ..door.film(FRONT) });
    };
    check(unsigned, &[]);
}

// How the camera was.

#[test]
fn an_outage_while_an_exhibit_lies_shut_is_a_warning() {
    let shut = [(RuleId::V09, Severity::Warning)];
    for kind in [OutageKind::NoSignal, OutageKind::SceneChanged, OutageKind::Maintenance] {
        let out = |world: &mut World, door: Door| {
            filmed(world, &door.film(FRONT));
            let from_us = door.to_us + 5 * MINUTE;
            world.say(RECORDER, outage(FRONT, kind, from_us, Some(from_us + MINUTE)));
        };
        let world = check(out, &shut);
        world.stands(X, &[Standing::Declared, Standing::Proven]);
        let finding = one(&world, RuleId::V09);
        assert_eq!((finding.exhibits, finding.cameras), (vec![X], vec![FRONT]));
    }
    let lasting = |world: &mut World, door: Door| {
        filmed(world, &door.film(FRONT));
        world.say(RECORDER, outage(BACK, OutageKind::NoSignal, door.to_us + 5 * MINUTE, None));
    };
    check(lasting, &shut);
}

#[test]
fn an_outage_is_told_once_with_all_who_lay_in_view() {
    let mut world = watched();
    world.register(Y, 2);
    let door = deposit(&mut world);
    filmed(&mut world, &door.film(FRONT));
    let from_us = world.now_us;
    world.deposit(OTHER_LOCKER, C3, OFFICER, Y);
    let second = Door { from_us, to_us: world.now_us };
    world.wait(15 * MINUTE);
    filmed(&mut world, &second.film(FRONT));
    let out_us = second.to_us + 5 * MINUTE;
    world.say(RECORDER, outage(FRONT, OutageKind::NoSignal, out_us, Some(out_us + MINUTE)));
    world.wait(HOUR);
    world.say(OTHER_LOCKER, Fact::Other("self_tested"));
    settle(&mut world);
    let finding = one(&world, RuleId::V09);
    assert_eq!(finding.exhibits, [X, Y]);
    assert_eq!(finding.interval, Some(Interval { from_us: out_us, to_us: out_us + MINUTE }));
}

#[test]
fn an_outage_with_nobody_in_view_or_no_longer_than_a_join_is_nobodys() {
    let out = |camera: CameraId, when: fn(Door) -> (u64, u64)| {
        move |world: &mut World, door: Door| {
            filmed(world, &door.film(FRONT));
            let (from_us, to_us) = when(door);
            world.say(RECORDER, outage(camera, OutageKind::NoSignal, from_us, Some(to_us)));
        }
    };
    check(out(FRONT, |door| (door.from_us - HOUR, door.from_us - 30 * MINUTE)), &[]);
    check(out(SIGNING, |door| (door.to_us + 5 * MINUTE, door.to_us + 6 * MINUTE)), &[]);
    check(out(FRONT, |door| (door.to_us + 5 * MINUTE, door.to_us + 5 * MINUTE + SECOND)), &[]);
    // At the door the other camera showed it: neither a hole, nor a time of lying shut.
    check(out(BACK, |door| (door.from_us - MINUTE, door.to_us + 3 * MINUTE)), &[]);
}

#[test]
fn the_survey_behind_a_transfer_is_not_too_old() {
    let surveyed = |days: u64| {
        let mut world = watched();
        let now_us = world.now_us;
        map(&mut world, now_us - days * DAY, now_us, &[FRONT, BACK]);
        let door = deposit(&mut world);
        filmed(&mut world, &door.film(FRONT));
        settle(&mut world);
        world
    };
    surveyed(364).expect(&[]);
    surveyed(366).expect(&[RuleId::V09]);
    assert_eq!(one(&surveyed(800), RuleId::V09).cameras, [FRONT, BACK]);
}

// What became of it.

/// Footage of the door is let go so many days later.
fn lapse_after(days: u64, decision: LapseDecision) -> impl Fn(&mut World, Door) {
    move |world, door| {
        filmed(world, &door.film(FRONT));
        world.wait(days * DAY);
        world.say(RECORDER, lapsed(FRONT, door.from_us - 5 * MINUTE, door.to_us + 5 * MINUTE, decision));
    }
}

#[test]
fn footage_lapses_after_retention_and_a_decision() {
    check(lapse_after(32, LapseDecision::NotNeeded), &[]);
    let lost = [(RuleId::V07, Severity::Break)];
    let world = check(lapse_after(32, LapseDecision::Undecided), &lost);
    assert!(one(&world, RuleId::V07).sentence.contains("nobody had decided"));
    let world = check(lapse_after(10, LapseDecision::NotNeeded), &lost);
    assert!(one(&world, RuleId::V07).sentence.contains("old"));
    // What showed the door is gone.
    assert!(world.verdict(X).duration_us(Standing::NotProven) > 0);
}

#[test]
fn footage_of_no_door_that_lapses_too_early_is_told_and_leaves_nothing_unproven() {
    let elsewhere = |world: &mut World, door: Door| {
        filmed(world, &door.film(FRONT));
        world.say(
            RECORDER,
            lapsed(FRONT, door.from_us - 9 * MINUTE, door.from_us - 5 * MINUTE, LapseDecision::NotNeeded),
        );
    };
    let world = check(elsewhere, &[(RuleId::V07, Severity::Break)]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
}

#[test]
fn a_door_that_another_camera_shows_is_not_unproven_by_what_is_lost_of_one() {
    let both = |world: &mut World, door: Door| {
        filmed(world, &door.film(BACK));
        lapse_after(10, LapseDecision::NotNeeded)(world, door);
    };
    let world = check(both, &[(RuleId::V07, Severity::Break)]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
}

#[test]
fn a_committed_segment_that_is_gone_before_its_time_is_told() {
    let gone = |world: &mut World, door: Door| {
        let film = door.film(FRONT);
        filmed(world, &film);
        let first = film.segments()[0];
        world.say(RECORDER, altered(&first, None));
    };
    check(gone, &[(RuleId::V07, Severity::Break)]);
}

fn altered(segment: &custody::fact::Segment, found: Option<Digest>) -> Fact {
    Fact::Footage(FootageFact::Altered {
        camera: FRONT,
        start_us: segment.start_us,
        end_us: segment.end_us,
        committed: segment.sha256,
        found,
    })
}

/// The node asks that the window be kept.
fn ask(world: &mut World, window: Interval) {
    let Interval { from_us, to_us } = window;
    world.say(
        NODE,
        Fact::Footage(FootageFact::PreservationRequired {
            camera: FRONT,
            from_us,
            to_us,
            statement: digest(1),
        }),
    );
}

/// The recorder keeps the segments of the film that overlap the window.
fn keep(world: &mut World, film: &Film, window: Interval) {
    let segments = film.segments();
    let within =
        segments.iter().filter(|segment| segment.start_us < window.to_us && window.from_us < segment.end_us);
    let segments = within.map(|segment| segment.sha256).collect();
    world.say(RECORDER, Fact::Footage(FootageFact::Preserved { camera: FRONT, segments }));
}

/// After retention all footage of the door lapses by decision, after this.
#[track_caller]
fn check_asked(before: impl FnOnce(&mut World, Door, &Film), expected: &[(RuleId, Severity)]) {
    let lapses = |world: &mut World, door: Door| {
        let film = door.film(FRONT);
        before(world, door, &film);
        world.wait(32 * DAY);
        let window = door.window();
        world.say(
            RECORDER,
            lapsed(FRONT, window.from_us - HOUR, window.to_us + HOUR, LapseDecision::NotNeeded),
        );
    };
    check(lapses, expected);
}

#[test]
fn footage_that_somebody_asked_for_is_kept() {
    let lost = [(RuleId::V07, Severity::Break)];
    check_asked(
        |world, door, film| {
            film.say(world);
            ask(world, door.window());
        },
        &lost,
    );
    check_asked(
        |world, door, film| {
            film.say(world);
            ask(world, door.window());
            keep(world, film, door.window());
        },
        &[],
    );
    // Asked for before the manifest came, and kept weeks later.
    check_asked(
        |world, door, film| {
            ask(world, door.window());
            film.say(world);
            world.wait(20 * DAY);
            keep(world, film, door.window());
        },
        &[],
    );
    // Kept before anybody asked.
    check_asked(
        |world, door, film| {
            film.say(world);
            keep(world, film, door.window());
            ask(world, door.window());
        },
        &[],
    );
}

#[test]
fn keeping_other_footage_is_no_answer() {
    let elsewhere = |world: &mut World, door: Door, film: &Film| {
        film.say(world);
        ask(world, door.window());
        let begins = door.from_us - 10 * MINUTE;
        let earlier = Interval { from_us: begins, to_us: begins + 3 * MINUTE };
        ask(world, earlier);
        keep(world, film, earlier);
    };
    check_asked(elsewhere, &[(RuleId::V07, Severity::Break)]);
}

#[test]
fn what_had_lapsed_when_somebody_asked_need_not_be_there() {
    let later = |world: &mut World, door: Door| {
        lapse_after(32, LapseDecision::NotNeeded)(world, door);
        world.wait(DAY);
        ask(world, door.window());
    };
    check(later, &[]);
}

#[test]
fn a_segment_that_is_not_what_was_committed_to_shows_nothing_any_more() {
    let exchanged = |place: usize| {
        move |world: &mut World, door: Door| {
            let film = door.film(FRONT);
            film.say(world);
            world.say(RECORDER, altered(&film.segments()[place], Some(digest(7))));
        }
    };
    let fatal = (RuleId::V04, Severity::Fatal);
    let world = check(exchanged(10), &[(RuleId::V02, Severity::Break), fatal]);
    assert!(one(&world, RuleId::V02).sentence.contains("not what was committed to"));
    // One that no window rests on is told, and nothing else is.
    let world = check(exchanged(1), &[fatal]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
}

#[test]
fn what_the_footage_itself_shows_counts_like_what_a_recorder_says() {
    let mut world = watched();
    let door = deposit(&mut world);
    let film = door.film(FRONT);
    film.say(&mut world);
    settle(&mut world);
    world.expect(&[]);
    let segment = film.segments()[10];
    let mut struck = world.clone();
    struck.ledger.strike_footage(FRONT, RECORDER, segment.start_us, segment.end_us);
    struck.expect(&[RuleId::V02]);
    world.ledger.lose_footage(FRONT, RECORDER, segment.start_us, segment.end_us);
    world.expect(&[]);
    assert!(world.verdict(X).duration_us(Standing::NotProven) > 0);
}

#[test]
fn a_lapse_on_record_is_known_by_its_decision() {
    let mut world = watched();
    let door = deposit(&mut world);
    let film = door.film(FRONT);
    film.say(&mut world);
    world.wait(40 * DAY);
    let (from_us, to_us) = (door.from_us - 10 * MINUTE, door.from_us);
    world.say(RECORDER, lapsed(FRONT, from_us, from_us + MINUTE, LapseDecision::Undecided));
    world.say(RECORDER, lapsed(FRONT, from_us + MINUTE, to_us, LapseDecision::NotNeeded));
    let known = |from: u64, to: u64| {
        world.ledger.footage().lapse_of(FRONT, RECORDER, from_us + from * MINUTE, from_us + to * MINUTE)
    };
    assert_eq!(known(0, 1), Some(LapseDecision::Undecided));
    assert_eq!(known(1, 2), Some(LapseDecision::NotNeeded));
    assert_eq!(known(0, 5), Some(LapseDecision::Undecided));
    assert_eq!(known(9, 11), None);
    assert_eq!(known(11, 12), None);
}

#[test]
fn a_camera_costs_what_changes_and_not_what_it_records() {
    let mut world = watched();
    let begins = world.now_us;
    for _ in 0..600 {
        let from_us = world.now_us;
        world.wait(MINUTE);
        for camera in [FRONT, BACK] {
            Film::of(camera, from_us, world.now_us).say(&mut world);
        }
    }
    assert_eq!(world.ledger.footage().manifest_count(), 1_200);
    assert_eq!(world.ledger.footage().run_count(), 2);
    Film { frames_per_1000_s: 0, ..Film::of(FRONT, begins + HOUR, begins + HOUR + MINUTE) }.say(&mut world);
    assert_eq!(world.ledger.footage().run_count(), 4);
}

/// Any two instants in any order, and offsets as large as numbers go: nothing panics, and all that is told is told.
#[test]
fn times_that_end_before_they_begin_are_judged_too() {
    let mut world = watched();
    let door = deposit(&mut world);
    let times = [(0, 0), (u64::MAX, 0), (0, u64::MAX), (u64::MAX, u64::MAX), (door.to_us, door.from_us)];
    for (from_us, to_us) in times {
        for clock_offset_us in [0, i64::MIN, i64::MAX] {
            ask(&mut world, Interval { from_us, to_us });
            let mut segment = door.film(FRONT).segments()[0];
            (segment.start_us, segment.end_us) = (from_us, to_us);
            let manifest = FootageFact::ManifestCommitted {
                camera: FRONT,
                from_us,
                to_us,
                clock_offset_us,
                offset_measured_us: Some(to_us),
                offset_error_us: Some(from_us),
                segments: vec![segment, segment],
            };
            world.say(RECORDER, Fact::Footage(manifest));
            world.say(RECORDER, outage(FRONT, OutageKind::Frozen, from_us, Some(to_us)));
            world.say(RECORDER, outage(BACK, OutageKind::Frozen, from_us, None));
            world.say(RECORDER, lapsed(FRONT, from_us, to_us, LapseDecision::Undecided));
            world.say(RECORDER, altered(&segment, None));
            world.say(RECORDER, altered(&segment, Some(digest(1))));
            world.ledger.strike_footage(FRONT, RECORDER, from_us, to_us);
            world.ledger.lose_footage(FRONT, RECORDER, from_us, to_us);
            world.ledger.footage().lapse_of(FRONT, RECORDER, from_us, to_us);
            world.found();
        }
    }
    settle(&mut world);
    assert!(!findings(&world, RuleId::V07).is_empty());
}
