//! E06: what a compartment's sensors say, beside what is recorded to lie in it.

use custody::fact::{CheckResult, DoorEvent, Fact, Matter};
use custody::finding::Finding;
use custody::id::{CompartmentId, Digest, ExhibitId};
use custody::movement::{Act, AtCompartment, Movement, SealCondition};
use custody::rule::RuleId;

use crate::world::*;

/// A gram in milligrams.
const GRAM: u64 = 1000;

fn sense(world: &mut World, compartment: CompartmentId, occupied: bool, weight_mg: Option<u64>) {
    world.say(LOCKER, Fact::PresenceSensed { compartment, occupied, weight_mg });
    world.wait(MINUTE);
}

/// A deposit or a collection, whose sensors speak between the closing of the door and its lock, as a locker's do.
struct Visit {
    compartment: CompartmentId,
    occupied: bool,
    /// As sensed, and as the act says.
    weight_mg: Option<u64>,
}

impl Visit {
    fn cycle(&self, world: &mut World, by: Act) -> Digest {
        let session = Some(by.session);
        let cycle = world.door(LOCKER, self.compartment, DoorEvent::Unlocked, None, session);
        for event in [DoorEvent::Opened, DoorEvent::Closed] {
            world.wait(1_000_000);
            world.door(LOCKER, self.compartment, event, Some(cycle), session);
        }
        let Self { compartment, occupied, weight_mg } = *self;
        world.say(LOCKER, Fact::PresenceSensed { compartment, occupied, weight_mg });
        world.door(LOCKER, self.compartment, DoorEvent::Locked, Some(cycle), session);
        cycle
    }

    fn act(&self, world: &mut World, by: PersonAct, exhibits: &[ExhibitId]) {
        let act = world.session(LOCKER, by.person());
        let cycle = self.cycle(world, act);
        for exhibit in exhibits {
            let at =
                AtCompartment { weight_mg: self.weight_mg, ..World::at(self.compartment, cycle, *exhibit) };
            world.say(LOCKER, Fact::Movement(by.movement(at, *exhibit, act)));
        }
        world.close(LOCKER, act);
        world.wait(MINUTE);
    }
}

#[derive(Clone, Copy)]
enum PersonAct {
    Deposit,
    Abandon,
    Collect,
}

impl PersonAct {
    fn person(self) -> custody::id::PersonId {
        match self {
            Self::Deposit | Self::Abandon => OFFICER,
            Self::Collect => COURIER,
        }
    }

    fn movement(self, at: AtCompartment, exhibit: ExhibitId, by: Act) -> Movement {
        let (item, witness, condition) = (item(&[exhibit]), None, SealCondition::Intact);
        match self {
            Self::Deposit => Movement::Deposited { at, item, by, witness, condition },
            Self::Abandon => Movement::DepositAbandoned { at, exhibits: vec![exhibit], by },
            Self::Collect => Movement::Collected { at, item, by, witness, condition, authority: None },
        }
    }
}

/// X lies in C1 and weighs half a kilogram.
fn deposited() -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    visit(C1, true, 500).act(&mut world, PersonAct::Deposit, &[X]);
    world
}

fn visit(compartment: CompartmentId, occupied: bool, grams: u64) -> Visit {
    Visit { compartment, occupied, weight_mg: Some(grams * GRAM) }
}

/// What happens to X in C1 is told so often under E06, and nothing else is.
#[track_caller]
fn check(happens: impl FnOnce(&mut World), times: usize) {
    let mut world = deposited();
    happens(&mut world);
    check_told(&world, times);
}

#[track_caller]
fn check_told(world: &World, times: usize) {
    // Two weighings that differ are told by themselves (S08).
    let found: Vec<_> =
        world.found().into_iter().map(|(rule, _)| rule).filter(|rule| *rule != RuleId::S08).collect();
    assert_eq!(found, if times == 0 { &[][..] } else { &[RuleId::E06] });
    assert_eq!(told(world).len(), times, "{:#?}", told(world));
}

fn told(world: &World) -> Vec<Finding> {
    let judged = world.ledger.exhibits().flat_map(|exhibit| world.verdict(exhibit).findings);
    let all = world.findings.iter().cloned().chain(world.ledger.closing_findings(policy())).chain(judged);
    all.filter(|finding| finding.rule == RuleId::E06).collect()
}

#[test]
fn sensors_that_agree_with_the_record_are_told_nothing() {
    check(|_| {}, 0);
    check(|world| sense(world, C1, true, Some(500 * GRAM)), 0);
    check(
        |world| {
            visit(C1, false, 0).act(world, PersonAct::Collect, &[X]);
            sense(world, C1, false, Some(0));
        },
        0,
    );
}

#[test]
fn nothing_sensed_where_an_exhibit_lies_is_told() {
    check(|world| sense(world, C1, false, None), 1);
    check(|world| sense(world, C1, false, Some(0)), 1);
    let mut world = deposited();
    sense(&mut world, C1, false, None);
    let finding = told(&world).remove(0);
    assert_eq!((finding.exhibits, finding.compartments), (vec![X], vec![C1]));
}

#[test]
fn something_sensed_where_nothing_lies_is_told() {
    check(|world| sense(world, DROP_SLOT, true, None), 1);
    check(
        |world| {
            visit(C1, false, 0).act(world, PersonAct::Collect, &[X]);
            sense(world, C1, true, None);
        },
        1,
    );
    let mut world = World::new();
    sense(&mut world, C1, true, Some(300 * GRAM));
    check_told(&world, 1);
}

#[test]
fn the_same_reading_again_is_told_once_until_it_agrees_or_somebody_has_looked() {
    check(|world| (0..3).for_each(|_| sense(world, C1, false, None)), 1);
    check(
        |world| {
            sense(world, C1, false, None);
            sense(world, C1, true, None);
            sense(world, C1, false, None);
        },
        2,
    );
    check(
        |world| {
            sense(world, C1, false, None);
            let by = world.session(DESK, KEEPER);
            let result = CheckResult::AsRecorded;
            world.say(DESK, Fact::AttendedCheck { compartment: C1, door_cycle: None, by, result });
            world.close(DESK, by);
            sense(world, C1, false, None);
        },
        2,
    );
}

#[test]
fn the_same_content_weighs_the_same() {
    check(|world| sense(world, C1, true, Some(400 * GRAM)), 1);
    check(|world| sense(world, C1, true, Some(600 * GRAM)), 1);
    // Within the tolerance, and each step told once.
    check(|world| sense(world, C1, true, Some(520 * GRAM)), 0);
    check(
        |world| {
            sense(world, C1, true, Some(400 * GRAM));
            sense(world, C1, true, Some(400 * GRAM));
        },
        1,
    );
}

#[test]
fn another_content_may_weigh_otherwise() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    visit(DROP_SLOT, true, 500).act(&mut world, PersonAct::Deposit, &[X]);
    visit(DROP_SLOT, true, 900).act(&mut world, PersonAct::Deposit, &[Y]);
    visit(DROP_SLOT, true, 400).act(&mut world, PersonAct::Collect, &[X]);
    sense(&mut world, DROP_SLOT, true, Some(400 * GRAM));
    check_told(&world, 0);
    sense(&mut world, DROP_SLOT, true, Some(300 * GRAM));
    check_told(&world, 1);
}

#[test]
fn an_act_at_the_door_changes_the_weight_in_its_own_direction_only() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    visit(DROP_SLOT, true, 500).act(&mut world, PersonAct::Deposit, &[X]);
    let check = |visit: Visit, act: PersonAct, exhibit: ExhibitId, times: usize| {
        let mut world = world.clone();
        visit.act(&mut world, act, &[exhibit]);
        check_told(&world, times);
    };
    check(visit(DROP_SLOT, true, 300), PersonAct::Deposit, Y, 1);
    check(visit(DROP_SLOT, true, 300), PersonAct::Abandon, Y, 1);
    check(visit(DROP_SLOT, true, 500), PersonAct::Abandon, Y, 0);
    check(visit(DROP_SLOT, false, 300), PersonAct::Collect, X, 1);
    check(visit(DROP_SLOT, false, 0), PersonAct::Collect, X, 0);
}

#[test]
fn two_packages_taken_through_one_opening_leave_nothing_to_sense() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    visit(DROP_SLOT, true, 500).act(&mut world, PersonAct::Deposit, &[X]);
    visit(DROP_SLOT, true, 900).act(&mut world, PersonAct::Deposit, &[Y]);
    visit(DROP_SLOT, false, 0).act(&mut world, PersonAct::Collect, &[X, Y]);
    sense(&mut world, DROP_SLOT, false, Some(0));
    check_told(&world, 0);
}

#[test]
fn a_deposit_of_which_nothing_is_sensed_is_told() {
    let mut world = World::new();
    world.wait(MINUTE);
    Visit { compartment: C1, occupied: false, weight_mg: None }.act(&mut world, PersonAct::Deposit, &[X]);
    check_told(&world, 1);
    // Nor is it forgotten where the sensor has been put right since.
    sense(&mut world, C1, true, None);
    check_told(&world, 1);
}

#[test]
fn what_was_not_put_in_or_not_taken_out_after_all_is_told_nothing() {
    let mut world = World::new();
    world.wait(MINUTE);
    visit(C1, false, 0).act(&mut world, PersonAct::Abandon, &[X]);
    check_told(&world, 0);
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    visit(C1, true, 500).cycle(&mut world, by);
    world.close(LOCKER, by);
    world.expect(&[RuleId::D02]);
}

#[test]
fn what_is_sensed_before_the_act_is_said_waits_while_the_session_goes_on() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    visit(C1, true, 500).cycle(&mut world, by);
    check_told(&world, 0);
    // The session ends, and nothing was deposited: something lies there of which nobody has said what.
    world.close(LOCKER, by);
    check_told(&world, 1);
    // Told now where the next cycle begins, and not twice.
    let by = world.session(LOCKER, OFFICER);
    visit(C1, true, 500).cycle(&mut world, by);
    world.close(LOCKER, by);
    check_told(&world, 1);
}

#[test]
fn a_session_that_nobody_ends_does_not_silence_the_sensors() {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    visit(C1, true, 500).cycle(&mut world, by);
    world.wait(10 * MINUTE);
    sense(&mut world, C1, false, Some(0));
    assert_eq!(told(&world).len(), 1);
}

#[test]
fn an_open_door_has_nothing_to_sense() {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    let cycle = world.door(LOCKER, C1, DoorEvent::Unlocked, None, Some(by.session));
    world.door(LOCKER, C1, DoorEvent::Opened, Some(cycle), Some(by.session));
    world.say(LOCKER, Fact::PresenceSensed { compartment: C1, occupied: false, weight_mg: None });
    for event in [DoorEvent::Closed, DoorEvent::Locked] {
        world.door(LOCKER, C1, event, Some(cycle), Some(by.session));
    }
    let at = World::at(C1, cycle, X);
    world.say(LOCKER, Fact::Movement(PersonAct::Collect.movement(at, X, by)));
    world.close(LOCKER, by);
    check_told(&world, 0);
}

/// The officer weighs X at the desk, and then puts it into C1, where the scale says this.
#[track_caller]
fn check_weighed(between: impl FnOnce(&mut World), deposited_grams: u64, times: usize) {
    let mut world = World::new();
    world.wait(MINUTE);
    weigh(&mut world, 500);
    between(&mut world);
    visit(C1, true, deposited_grams).act(&mut world, PersonAct::Deposit, &[X]);
    check_told(&world, times);
}

fn weigh(world: &mut World, grams: u64) {
    at_desk(world, |by| Matter::Weighed {
        exhibit: X,
        weight_mg: grams * GRAM,
        error_mg: 5 * GRAM,
        by,
        witness: None,
    });
}

fn at_desk(world: &mut World, matter: impl FnOnce(Act) -> Matter) {
    let by = world.session(DESK, OFFICER);
    world.say(DESK, Fact::Matter(matter(by)));
    world.close(DESK, by);
    world.wait(MINUTE);
}

#[test]
fn what_is_deposited_weighs_no_less_than_it_weighed_before() {
    check_weighed(|_| {}, 100, 1);
    check_weighed(|_| {}, 470, 1);
    // The scale's error and the tolerance; and the bag and the compartment's own content weigh something too.
    check_weighed(|_| {}, 475, 0);
    check_weighed(|_| {}, 500, 0);
    check_weighed(|_| {}, 900, 0);
    // The last weighing counts.
    check_weighed(|world| weigh(world, 200), 200, 0);
    check_weighed(|world| weigh(world, 900), 500, 1);
}

#[test]
fn what_was_split_since_may_weigh_less() {
    check_weighed(
        |world| {
            at_desk(world, |by| Matter::Split { parent: X, children: vec![Y], quantities: Vec::new(), by });
        },
        100,
        0,
    );
}

#[test]
fn a_weighing_told_late_counts_at_its_own_time() {
    let before = World::new();
    let mut happened = before.clone();
    happened.wait(MINUTE);
    weigh(&mut happened, 500);
    visit(C1, true, 100).act(&mut happened, PersonAct::Deposit, &[X]);
    weigh(&mut happened, 100);
    let mut said = happened.log[before.log.len()..].to_vec();
    said.sort_by_key(|statement| statement.device != LOCKER);
    let mut arrived = before;
    arrived.now_us = happened.now_us;
    for statement in &said {
        arrived.record(statement);
    }
    for world in [happened, arrived] {
        check_told(&world, 1);
    }
}

#[test]
fn a_deposit_that_weighs_too_little_is_one_finding_for_the_whole_package() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    weigh(&mut world, 500);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let at = AtCompartment { weight_mg: Some(100 * GRAM), ..World::at(C1, cycle, X) };
    let item = custody::movement::Item { seal: None, ..item(&[X, Y]) };
    let condition = SealCondition::Intact;
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition }));
    world.close(LOCKER, by);
    let [of_x, of_y] = [X, Y].map(|exhibit| world.verdict(exhibit).findings);
    assert_eq!(of_x, of_y);
    assert_eq!(of_x[0].exhibits, [X, Y]);
}
