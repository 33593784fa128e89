//! V01 and V02: where exhibits may lie, and whether a camera showed their doors.

use std::sync::LazyLock;

use custody::fact::{
    Compartment, CompartmentMode, DeviceKind, DoorEvent, Fact, FootageFact, Interval, LockerPurpose,
    OutageKind,
};
use custody::id::*;
use custody::movement::{Movement, SealCondition};
use custody::policy::{DEFAULT_TEXT, Policy};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;
use proptest::prelude::*;

use crate::arrival::interleaved;
use crate::watched::*;
use crate::world::*;

/// X is deposited, cameras say what they hold of it, and time goes by.
#[track_caller]
fn check_filmed(films: impl Fn(Door) -> Vec<Film>, rules: &[RuleId]) -> World {
    let mut world = watched();
    let door = deposit(&mut world);
    for film in films(door) {
        film.say(&mut world);
    }
    settle(&mut world);
    world.expect(rules);
    world
}

#[test]
fn one_camera_that_shows_the_whole_window_is_enough() {
    let world = check_filmed(|door| vec![door.film(FRONT)], &[]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
    check_filmed(|door| vec![door.film(BACK), door.film(FRONT).but(door.from_us, door.to_us)], &[]);
    check_filmed(|door| vec![Film::of(FRONT, door.window().from_us, door.window().to_us)], &[]);
}

#[test]
fn a_join_of_two_seconds_is_no_hole_and_one_of_more_is() {
    let hole = |door: Door, long: u64| vec![door.film(FRONT).but(door.from_us, door.from_us + long)];
    check_filmed(|door| hole(door, 2 * SECOND), &[]);
    check_filmed(|door| hole(door, 2 * SECOND + 1_000), &[RuleId::V02]);
}

#[test]
fn a_window_reaches_beyond_the_door_by_the_margin_and_both_clocks_errors() {
    let late = |door: Door| {
        let window = door.window();
        vec![Film::of(FRONT, window.from_us + 3 * SECOND, window.to_us)]
    };
    check_filmed(late, &[RuleId::V02]);
    let inexact = |door: Door| {
        let film = Film::of(FRONT, door.window().from_us - 3 * SECOND, door.window().to_us + 3 * SECOND);
        vec![Film { error_us: Some(20 * SECOND), ..film }]
    };
    check_filmed(inexact, &[RuleId::V02]);
}

#[test]
fn two_cameras_that_show_half_of_it_each_show_none_of_it_whole() {
    let halves = |door: Door| {
        vec![door.film(FRONT).but(door.from_us, door.to_us + HOUR), door.film(BACK).but(0, door.from_us)]
    };
    check_filmed(halves, &[RuleId::V02]);
}

#[test]
fn the_holes_of_the_camera_that_shows_most_are_listed_and_leave_that_time_unproven() {
    let mut world = watched();
    let door = deposit(&mut world);
    let middle = Interval { from_us: door.from_us + 4 * SECOND, to_us: door.from_us + 10 * SECOND };
    let after = Interval { from_us: door.to_us + 20 * SECOND, to_us: door.to_us + 25 * SECOND };
    let film = door.film(FRONT).but(middle.from_us, middle.to_us).but(after.from_us, after.to_us);
    film.say(&mut world);
    settle(&mut world);
    world.expect(&[RuleId::V02]);
    let finding = one(&world, RuleId::V02);
    assert_eq!(finding.interval, Some(Interval { from_us: middle.from_us, to_us: after.to_us }));
    assert_eq!((finding.exhibits, finding.cameras), (vec![X], vec![FRONT]));
    assert_eq!(finding.compartments, [C1]);
    assert!(finding.sentence.contains("2023-11-14 23:13:24.000 to 2023-11-14 23:13:30.000 UTC, 2023-11-14 "));
    let verdict = world.verdict(X);
    let unproven: Vec<_> =
        verdict.stretches.iter().filter(|stretch| stretch.standing == Standing::NotProven).collect();
    assert_eq!(unproven.len(), 2, "{:#?}", verdict.stretches);
    assert_eq!(unproven[1].interval, after);
    assert!(unproven[1].reasons[0].contains("V02"));
}

#[test]
fn a_camera_without_a_manifest_shows_nothing_once_its_footage_is_due() {
    let mut world = watched();
    deposit(&mut world);
    assert_eq!(world.found(), [(RuleId::V02, Severity::Information)]);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.stands(X, &[Standing::Declared, Standing::Proven]);
    settle(&mut world);
    world.expect(&[RuleId::V02]);
}

#[test]
fn what_a_manifest_leaves_out_is_not_waited_for() {
    let mut world = watched();
    let door = deposit(&mut world);
    for camera in [FRONT, BACK] {
        door.film(camera).but(door.from_us, door.to_us).say(&mut world);
    }
    world.expect(&[RuleId::V02]);
}

#[test]
fn the_offset_of_the_recorders_clock_is_taken_off() {
    let at = |offset_s: i64| {
        move |door: Door| {
            let offset_us = offset_s * 1_000_000;
            vec![Film { offset_us, ..door.film(FRONT) }]
        }
    };
    check_filmed(at(7_200), &[]);
    check_filmed(at(-7_200), &[]);
    // The same segments, and nobody says that the clock is two hours fast.
    let unsaid = |door: Door| vec![Film::of(FRONT, door.from_us + 110 * MINUTE, door.to_us + 130 * MINUTE)];
    check_filmed(unsaid, &[RuleId::V02]);
}

#[test]
fn an_outage_over_a_door_is_a_hole_whatever_was_recorded() {
    for (kind, ends) in
        [(OutageKind::Frozen, true), (OutageKind::Tampered, true), (OutageKind::NoSignal, false)]
    {
        let mut world = watched();
        let door = deposit(&mut world);
        door.film(FRONT).say(&mut world);
        let to_us = ends.then_some(door.to_us + MINUTE);
        world.say(RECORDER, outage(FRONT, kind, door.from_us - MINUTE, to_us));
        settle(&mut world);
        world.expect(&[RuleId::V02]);
        door.film(BACK).say(&mut world);
        // Two hours later: the other camera shows it, too late.
        world.expect(&[RuleId::V03]);
    }
}

#[test]
fn an_outage_is_told_in_the_recorders_time_like_everything_it_says() {
    let fast_us = 2 * HOUR;
    let at_the_door = |door: Door, by_us: u64| {
        let mut world = watched();
        deposit(&mut world);
        Film { offset_us: 7_200_000_000, ..door.film(FRONT) }.say(&mut world);
        let (from_us, to_us) = (door.from_us + by_us, door.to_us + by_us);
        world.say(RECORDER, outage(FRONT, OutageKind::NoSignal, from_us, Some(to_us)));
        settle(&mut world);
        world
    };
    let door = deposit(&mut watched());
    at_the_door(door, fast_us).expect(&[RuleId::V02]);
    assert!(findings(&at_the_door(door, 0), RuleId::V02).is_empty());
}

#[test]
fn an_outage_that_lasts_ends_when_its_end_is_said() {
    let mut world = watched();
    let began_us = world.now_us;
    world.say(RECORDER, outage(FRONT, OutageKind::NoSignal, began_us, None));
    world.wait(10 * MINUTE);
    let ended_us = world.now_us;
    world.say(RECORDER, outage(FRONT, OutageKind::NoSignal, began_us, Some(ended_us)));
    world.wait(10 * MINUTE);
    let door = deposit(&mut world);
    door.film(FRONT).say(&mut world);
    settle(&mut world);
    world.expect(&[]);
}

#[test]
fn what_another_recorder_says_of_a_camera_shows_nothing() {
    let mut world = watched();
    let other = DeviceId([0x9e; 16]);
    world.agree(Fact::DeviceEnrolled {
        device: other,
        kind: DeviceKind::Recorder,
        key: key(0x9e),
        possession: [0; 64],
        site: Some(SITE),
    });
    // A camera that nobody has registered yet.
    let camera = CameraId([0x74; 16]);
    let now_us = world.now_us;
    let door = deposit(&mut world);
    world.say(other, door.film(camera).fact());
    world.agree(Fact::CameraRegistered { camera, recorder: RECORDER, site: SITE, is_signed_video: false });
    map(&mut world, now_us, now_us, &[camera]);
    settle(&mut world);
    world.expect(&[RuleId::V02]);
}

/// The courier opens C1, where X lies, and nothing changes hands.
fn opened(world: &mut World) -> Door {
    world.wait(HOUR);
    let from_us = world.now_us;
    let by = world.session(LOCKER, COURIER);
    world.cycle(LOCKER, C1, by);
    world.close(LOCKER, by);
    Door { from_us, to_us: world.now_us }
}

#[test]
fn an_opening_of_an_occupied_compartment_is_shown_too() {
    let mut world = watched();
    deposit(&mut world).film(FRONT).say(&mut world);
    let opening = opened(&mut world);
    world.wait(15 * MINUTE);
    let mut unseen = world.clone();
    opening.film(BACK).say(&mut world);
    settle(&mut world);
    world.expect(&[RuleId::D02]);
    opening.film(BACK).but(opening.from_us, opening.to_us).say(&mut unseen);
    settle(&mut unseen);
    unseen.expect(&[RuleId::D02, RuleId::V02]);
    assert_eq!(one(&unseen, RuleId::V02).exhibits, [X]);
}

#[test]
fn nobody_need_show_the_opening_of_an_empty_compartment() {
    let mut world = watched();
    opened(&mut world);
    settle(&mut world);
    world.expect(&[]);
}

/// Both exhibits are put into the drop slot, one by one; the second time a door opens on the first.
#[test]
fn one_opening_of_a_drop_slot_is_told_once_with_all_whom_it_concerns() {
    let mut world = watched();
    world.register(Y, 2);
    let first = world.now_us;
    world.deposit(LOCKER, DROP_SLOT, OFFICER, X);
    Film::of(FRONT, first - 10 * MINUTE, first + 10 * MINUTE).say(&mut world);
    world.wait(HOUR);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    settle(&mut world);
    world.expect(&[RuleId::V02]);
    assert_eq!(one(&world, RuleId::V02).exhibits, [X, Y]);
    for exhibit in [X, Y] {
        assert!(world.verdict(exhibit).duration_us(Standing::NotProven) > 0);
    }
    // Both are collected in one cycle.
    let from_us = world.now_us;
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, DROP_SLOT, by);
    for exhibit in [X, Y] {
        let at = World::at(DROP_SLOT, cycle, exhibit);
        world.say(
            LOCKER,
            Fact::Movement(Movement::Collected {
                at,
                item: item(&[exhibit]),
                by,
                witness: None,
                condition: SealCondition::Intact,
                authority: None,
            }),
        );
    }
    world.close(LOCKER, by);
    settle(&mut world);
    let told = findings(&world, RuleId::V02);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().all(|finding| finding.exhibits == [X, Y]));
    assert!(told.iter().any(|finding| finding.interval.is_some_and(|time| time.to_us > from_us)));
}

#[test]
fn a_package_of_two_is_told_of_once() {
    let mut world = watched();
    world.register(Y, 2);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let at = World::at(C1, cycle, X);
    let item = custody::movement::Item { seal: None, ..item(&[X, Y]) };
    let condition = SealCondition::Intact;
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition }));
    world.close(LOCKER, by);
    settle(&mut world);
    world.expect(&[RuleId::V02]);
    assert_eq!(one(&world, RuleId::V02).exhibits, [X, Y]);
}

#[test]
fn whether_the_manifest_or_the_act_arrives_first_changes_nothing() {
    let before = watched();
    let mut happened = before.clone();
    let door = deposit(&mut happened);
    door.film(FRONT).but(door.from_us + SECOND, door.from_us + 9 * SECOND).say(&mut happened);
    happened.say(RECORDER, outage(BACK, OutageKind::Frozen, door.from_us, Some(door.to_us)));
    door.film(BACK).say(&mut happened);
    settle(&mut happened);
    let log = happened.log[before.log.len()..].to_vec();
    let mut arrived = before;
    arrived.now_us = happened.now_us;
    let (recorders, others): (Vec<_>, Vec<_>) = log.into_iter().partition(|said| said.device == RECORDER);
    for statement in recorders.iter().chain(&others) {
        arrived.record(statement);
    }
    let sentences = |world: &World| {
        findings(world, RuleId::V02).into_iter().map(|finding| finding.sentence).collect::<Vec<_>>()
    };
    assert_eq!(sentences(&arrived), sentences(&happened));
    assert_eq!(sentences(&arrived).len(), 1);
    assert_eq!(arrived.verdict(X).stretches, happened.verdict(X).stretches);
}

#[test]
fn a_policy_that_asks_for_no_camera_asks_for_no_footage() {
    let mut world = watched();
    world.policy = policy();
    deposit(&mut world);
    settle(&mut world);
    world.expect(&[]);
}

/// What is done to the estate, then X is deposited and filmed, then something more is done; these findings under V01.
#[track_caller]
fn check_place(before: impl FnOnce(&mut World), after: impl FnOnce(&mut World), expected: usize) -> World {
    let mut world = watched();
    before(&mut world);
    let door = deposit(&mut world);
    door.film(FRONT).say(&mut world);
    after(&mut world);
    settle(&mut world);
    let told = findings(&world, RuleId::V01);
    assert_eq!(told.len(), expected, "{told:#?}");
    assert_eq!(world.verdict(X).duration_us(Standing::NotProven) > 0, expected > 0);
    world
}

#[test]
fn an_exhibit_lies_in_no_locker_for_equipment() {
    let mut world = watched();
    let compartment = CompartmentId([0x15; 16]);
    world.agree(Fact::DeviceEnrolled {
        device: DeviceId([0xc3; 16]),
        kind: DeviceKind::Locker,
        key: key(0xc3),
        possession: [0; 64],
        site: Some(SITE),
    });
    let locker = LockerId([0x63; 16]);
    world.agree(Fact::LockerRegistered {
        locker,
        device: DeviceId([0xc3; 16]),
        site: SITE,
        store: Some(STORE),
        purpose: LockerPurpose::Equipment,
        compartments: vec![Compartment { compartment, label: "1".into(), mode: CompartmentMode::Single }],
    });
    world.policy = policy();
    world.deposit(DeviceId([0xc3; 16]), compartment, OFFICER, X);
    world.wait(MINUTE);
    world.expect(&[RuleId::V01]);
    assert!(one(&world, RuleId::V01).sentence.contains("for equipment only"));
}

#[test]
fn an_exhibit_lies_in_an_official_transit_store_at_every_instant() {
    check_place(|_| {}, |_| {}, 0);
    let elsewhere = |world: &mut World| {
        world.agree(Fact::LockerMoved { locker: BANK, to_site: SITE, store: None });
    };
    check_place(elsewhere, |_| {}, 1);
    check_place(
        |_| {},
        |world| {
            world.wait(MINUTE);
            elsewhere(world);
        },
        1,
    );
    let withdraw = |world: &mut World| {
        let valid_to_us = world.now_us;
        world.agree(Fact::TransitStoreWithdrawn { store: STORE, valid_to_us });
    };
    check_place(withdraw, |_| {}, 1);
    // What was in force then decides: it was withdrawn, and is official again before the exhibit comes.
    let again = |world: &mut World| {
        withdraw(world);
        let valid_from_us = world.now_us;
        world.agree(Fact::TransitStoreDesignated { store: STORE, site: SITE, valid_from_us });
    };
    check_place(again, |_| {}, 0);
}

#[test]
fn where_a_designation_lapses_for_an_hour_that_hour_is_not_proven() {
    let mut from_us = 0;
    let lapse = |world: &mut World| {
        from_us = world.now_us;
        world.agree(Fact::TransitStoreWithdrawn { store: STORE, valid_to_us: from_us });
        world.agree(Fact::TransitStoreDesignated { store: STORE, site: SITE, valid_from_us: from_us + HOUR });
    };
    let world = check_place(|_| {}, lapse, 1);
    let hour = Interval { from_us, to_us: from_us + HOUR };
    assert_eq!(one(&world, RuleId::V01).interval, Some(hour));
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::NotProven, Standing::Proven]);
}

#[test]
fn an_exhibit_lies_in_view_of_a_registered_camera_of_the_map_in_force() {
    let blind = |world: &mut World| {
        let now_us = world.now_us;
        map(world, now_us, now_us, &[]);
    };
    check_place(blind, |_| {}, 1);
    check_place(|_| {}, blind, 1);
    let unregistered = |world: &mut World| {
        let now_us = world.now_us;
        map(world, now_us, now_us, &[CameraId([0x7f; 16])]);
    };
    check_place(unregistered, |_| {}, 1);
    let replaced = |world: &mut World| {
        let now_us = world.now_us;
        map(world, now_us, now_us, &[BACK, FRONT]);
    };
    check_place(|_| {}, replaced, 0);
    // Approved today for the time since yesterday.
    let late = |world: &mut World| {
        let now_us = world.now_us;
        map(world, now_us, now_us - DAY, &[]);
    };
    check_place(|_| {}, late, 0);
}

#[test]
fn a_locker_that_is_moved_is_asked_about_where_it_then_stands() {
    let away = |world: &mut World| {
        let site = SiteId([0x52; 16]);
        world.agree(Fact::SiteRegistered { site });
        world.agree(Fact::LockerMoved { locker: BANK, to_site: site, store: Some(STORE) });
    };
    let world = check_place(|_| {}, away, 1);
    assert!(one(&world, RuleId::V01).sentence.contains("no camera"));
}

#[test]
fn a_forced_door_in_an_outage_is_told_as_both() {
    let mut world = watched();
    deposit(&mut world).film(FRONT).say(&mut world);
    let from_us = world.now_us;
    let cycle = world.door(LOCKER, C1, DoorEvent::Forced, None, None);
    world.wait(MINUTE);
    world.door(LOCKER, C1, DoorEvent::Closed, Some(cycle), None);
    let to_us = world.now_us;
    world.wait(15 * MINUTE);
    Door { from_us, to_us }.film(FRONT).say(&mut world);
    world.say(RECORDER, outage(FRONT, OutageKind::NoSignal, from_us, Some(to_us)));
    settle(&mut world);
    let rules: Vec<_> = world.found().into_iter().map(|(rule, _)| rule).collect();
    assert!(rules.contains(&RuleId::V02) && rules.contains(&RuleId::D02), "{rules:?}");
    assert!(one(&world, RuleId::V02).sentence.contains("the opening of its door"));
    assert!(findings(&world, RuleId::V09).is_empty());
}

#[test]
fn a_recorder_that_says_a_million_things_of_one_minute_is_believed_of_the_first() {
    let mut world = watched();
    let door = deposit(&mut world);
    let mut film = door.film(FRONT);
    for round in 0..40 {
        film.frames_per_1000_s = if round % 2 == 0 { 0 } else { 1_000 };
        let from_us = door.from_us + round * 1_000;
        film.stretches =
            (0..512).map(|place| (from_us + place * 50_000, from_us + place * 50_000 + 1)).collect();
        film.say(&mut world);
    }
    settle(&mut world);
    assert!(!findings(&world, RuleId::V02).is_empty());
    let fact = FootageFact::Outage {
        camera: FRONT,
        site: SITE,
        kind: OutageKind::Frozen,
        from_us: 0,
        to_us: Some(u64::MAX),
    };
    world.say(RECORDER, Fact::Footage(fact));
    world.found();
}

/// The same in whatever order recorder and lockers reach the ledger: what is laid over X, and what is told of footage.
#[derive(Debug, PartialEq)]
struct Essence {
    stretches: Vec<(Interval, Standing)>,
    told: Vec<(RuleId, Severity, String)>,
}

fn essence(world: &World) -> Essence {
    let told = [RuleId::V01, RuleId::V02, RuleId::V05, RuleId::V06, RuleId::V09]
        .into_iter()
        .flat_map(|rule| findings(world, rule))
        .map(|finding| (finding.rule, finding.severity, finding.sentence));
    let stretches = world.verdict(X).stretches.into_iter().map(|each| (each.interval, each.standing));
    Essence { stretches: stretches.collect(), told: told.collect() }
}

/// The watched policy, under which no footage is ever late.
fn patient() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| {
        let text = DEFAULT_TEXT.replace("commit_s_max = 3600", "commit_s_max = 36000000");
        let needs = ["roles_required", "collection_required", "approval_required"];
        let text = needs
            .iter()
            .fold(text, |text, need| text.replace(&format!("{need} = true"), &format!("{need} = false")));
        Policy::parse(&text).expect("the default with other values")
    });
    &POLICY
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_arrival_changes_nothing_that_is_told_of_footage(
        acts in prop::collection::vec((0usize..4, 0u64..3, 0u64..40, 0u64..8, any::<bool>()), 1..6),
        choices in prop::collection::vec(0usize..3, 1..20),
    ) {
        let mut before = watched();
        before.policy = patient();
        let mut happened = before.clone();
        for (act, kind, hole_s, long_s, is_measured) in acts {
            let from_us = happened.now_us;
            crate::verdicts::ACTS[[0, 1, 5, 0][act]](&mut happened);
            let door = Door { from_us, to_us: happened.now_us };
            happened.wait(12 * MINUTE);
            let begins = from_us - 20 * SECOND + hole_s * SECOND;
            let film = door.film(FRONT).but(begins, begins + long_s * SECOND);
            let measured_us = film.measured_us.filter(|_| is_measured);
            Film { measured_us, frames_per_1000_s: 300 * (kind + 1), ..film }.say(&mut happened);
            if kind == 0 {
                happened.say(RECORDER, outage(BACK, OutageKind::Frozen, begins, Some(begins + MINUTE)));
                door.film(BACK).say(&mut happened);
            }
        }
        let mut arrived = before.clone();
        arrived.now_us = happened.now_us;
        for statement in interleaved(&happened.log[before.log.len()..], &choices) {
            arrived.record(&statement);
        }
        prop_assert_eq!(essence(&arrived), essence(&happened));
    }
}
