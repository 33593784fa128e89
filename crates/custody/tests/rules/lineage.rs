//! E03 wherever a seal is read, E04, E07, and the lineage that a verdict shows.

use custody::fact::{AuditFact, Fact, Matter};
use custody::id::{ExhibitId, PackageId};
use custody::movement::{Act, Closure, Item, Movement, SealCondition};
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

/// X is with the keeper, at a place, sealed S1.
fn received() -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.receive(OFFICER, X);
    world.wait(MINUTE);
    world
}

/// The keeper says something of a package at the desk.
fn note(world: &mut World, matter: impl FnOnce(Act) -> Matter) {
    let by = world.session(DESK, KEEPER);
    world.say(DESK, Fact::Matter(matter(by)));
    world.close(DESK, by);
    world.wait(MINUTE);
}

fn break_seal(world: &mut World, seal: &str) {
    let seal = seal.into();
    note(world, |by| Matter::SealBroken { exhibits: vec![X], seal, by });
}

fn see_seal(world: &mut World, seal: &str) {
    let seal = seal.into();
    note(world, |by| Matter::SealObservedIntact { exhibits: vec![X], seal, by });
}

fn dispute_seal(world: &mut World, expected: &str, found: Option<&str>) {
    let (expected, found) = (expected.into(), found.map(Into::into));
    note(world, |by| Matter::SealDiscrepancy { exhibits: vec![X], expected, found, by });
}

fn open(world: &mut World, names_examination: bool) {
    note(world, |by| Matter::PackageOpened { exhibits: vec![X], by, witness: None, names_examination });
}

fn reseal(world: &mut World, old_seal: Option<&str>, is_old_inside: bool) {
    world.at_desk(KEEPER, |by| Movement::Resealed {
        exhibits: vec![X],
        old_seal: old_seal.map(Into::into),
        new_seal: "S2".into(),
        is_old_inside,
        package: PackageId([0x99; 16]),
        by,
        witness: None,
    });
    world.wait(MINUTE);
}

/// The keeper lends it to the courier under this seal, which looks so.
fn lend(world: &mut World, seal: Option<&str>, condition: SealCondition) {
    lend_in(world, Closure::Sealed, seal, condition);
}

fn lend_in(world: &mut World, closure: Closure, seal: Option<&str>, condition: SealCondition) {
    let due_us = world.now_us + 60 * MINUTE;
    let item = Item { exhibits: vec![X], package: None, closure, seal: seal.map(Into::into) };
    world.at_desk(KEEPER, |by| Movement::TemporarilyReleased { item, by, to: COURIER, due_us, condition });
    world.wait(MINUTE);
}

/// And the courier brings it back.
fn bring_back(world: &mut World, seal: &str, condition: SealCondition) {
    let item = Item { seal: Some(seal.into()), ..item(&[X]) };
    world.at_desk(KEEPER, |by| Movement::ReturnedFromRelease {
        item,
        release: digest(0),
        by,
        from: COURIER,
        condition,
    });
    world.wait(MINUTE);
}

/// What happens to X at the place breaks these rules and no other.
#[track_caller]
fn check(happens: impl FnOnce(&mut World), rules: &[RuleId]) {
    let mut world = received();
    happens(&mut world);
    world.expect(rules);
}

#[track_caller]
fn check_lineage(world: &World, expected: &[(Option<&str>, &str)]) {
    let verdict = world.verdict(X);
    let found: Vec<_> = verdict.seals.iter().map(|step| (step.seal.as_deref(), step.how)).collect();
    assert_eq!(found, expected);
    assert!(verdict.seals.is_sorted_by_key(|step| step.index));
}

#[test]
fn what_was_opened_is_sealed_anew_before_it_changes_hands() {
    use SealCondition::Intact;
    check(
        |world| {
            break_seal(world, "S1");
            lend(world, None, Intact);
        },
        &[RuleId::E04],
    );
    check(
        |world| {
            open(world, true);
            lend(world, Some("S1"), Intact);
        },
        &[RuleId::E04],
    );
    // A new number at the transfer is no word of how the package was closed.
    check(
        |world| {
            break_seal(world, "S1");
            open(world, true);
            lend(world, Some("S2"), Intact);
        },
        &[RuleId::E04],
    );
}

#[test]
fn an_examination_that_ends_with_the_old_package_inside_a_new_one_is_lawful() {
    check(
        |world| {
            break_seal(world, "S1");
            open(world, true);
            reseal(world, Some("S1"), true);
            lend(world, Some("S2"), SealCondition::Intact);
        },
        &[],
    );
    check(
        |world| {
            break_seal(world, "S1");
            reseal(world, None, true);
            lend(world, Some("S2"), SealCondition::Intact);
        },
        &[],
    );
}

#[test]
fn what_lies_open_where_the_record_ends_may_yet_be_sealed() {
    check(
        |world| {
            break_seal(world, "S1");
            open(world, true);
        },
        &[],
    );
}

#[test]
fn an_opening_that_was_never_closed_is_told_once() {
    let mut world = received();
    break_seal(&mut world, "S1");
    lend(&mut world, None, SealCondition::Broken);
    bring_back(&mut world, "S2", SealCondition::Intact);
    world.expect(&[RuleId::E04]);
    assert_eq!(world.verdict(X).findings.len(), 1);
}

#[test]
fn an_open_package_is_not_proven_from_its_opening_to_the_transfer() {
    let mut world = received();
    let opened_us = world.now_us - ERROR;
    break_seal(&mut world, "S1");
    let lent_us = world.now_us + ERROR;
    lend(&mut world, None, SealCondition::Broken);
    world.wait(MINUTE);
    bring_back(&mut world, "S2", SealCondition::Intact);
    let verdict = world.verdict(X);
    let not_proven: Vec<_> = verdict
        .stretches
        .iter()
        .filter(|stretch| stretch.standing == Standing::NotProven)
        .map(|stretch| stretch.interval)
        .collect();
    assert_eq!(not_proven.first().map(|first| first.from_us), Some(opened_us));
    assert_eq!(not_proven.last().map(|last| last.to_us), Some(lent_us));
}

#[test]
fn the_old_package_lies_inside_the_new_one() {
    check(|world| reseal(world, Some("S1"), false), &[RuleId::E04]);
    check(
        |world| {
            break_seal(world, "S1");
            reseal(world, Some("S1"), false);
        },
        &[RuleId::E04],
    );
    check(
        |world| {
            open(world, true);
            reseal(world, Some("S1"), false);
            lend(world, Some("S2"), SealCondition::Intact);
        },
        &[RuleId::E04],
    );
}

#[test]
fn a_seal_that_nobody_broke_is_named_where_it_is_replaced() {
    check(|world| reseal(world, None, true), &[RuleId::E04]);
    check(
        |world| {
            see_seal(world, "S1");
            reseal(world, None, true);
        },
        &[RuleId::E04],
    );
    // Cut open at the bottom, as it should be, the seal is whole and has a number still.
    check(
        |world| {
            open(world, true);
            reseal(world, None, true);
        },
        &[RuleId::E04],
    );
    check(|world| reseal(world, Some("S1"), true), &[]);
}

#[test]
fn a_seal_that_is_not_whole_has_somebody_on_record_who_says_why() {
    for condition in [SealCondition::Damaged, SealCondition::Broken, SealCondition::Absent] {
        check(|world| lend(world, Some("S1"), condition), &[RuleId::E04]);
    }
    check(|world| lend_in(world, Closure::Labelled, Some("S1"), SealCondition::Damaged), &[]);
}

#[test]
fn a_discrepancy_on_record_says_why_until_the_package_is_sealed_anew() {
    check(
        |world| {
            dispute_seal(world, "S1", Some("S1"));
            lend(world, Some("S1"), SealCondition::Damaged);
        },
        &[],
    );
    check(
        |world| {
            dispute_seal(world, "S1", Some("S1"));
            reseal(world, Some("S1"), true);
            lend(world, Some("S2"), SealCondition::Damaged);
        },
        &[RuleId::E04],
    );
}

#[test]
fn a_damaged_seal_is_told_again_only_where_it_has_got_worse() {
    let mut world = received();
    lend(&mut world, Some("S1"), SealCondition::Damaged);
    bring_back(&mut world, "S1", SealCondition::Damaged);
    assert_eq!(world.verdict(X).findings.len(), 1);
    lend(&mut world, Some("S1"), SealCondition::Absent);
    assert_eq!(world.verdict(X).findings.len(), 2);
    world.expect(&[RuleId::E04]);
}

#[test]
fn a_bag_found_damaged_is_not_proven_since_it_was_last_seen_whole() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(10 * MINUTE);
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, by);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected {
            at: World::at(C1, cycle, X),
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Damaged,
            authority: None,
        }),
    );
    world.close(LOCKER, by);
    world.expect(&[RuleId::E04]);
    assert_eq!(world.verdict(X).duration_us(Standing::Proven), 0);
}

#[test]
fn a_seal_is_the_one_last_recorded_wherever_it_is_read() {
    check(|world| break_seal(world, "S9"), &[RuleId::E03]);
    check(|world| see_seal(world, "S9"), &[RuleId::E03]);
    check(|world| dispute_seal(world, "S1", Some("S9")), &[RuleId::E03]);
    check(|world| dispute_seal(world, "S1", None), &[RuleId::E03]);
    check(
        |world| {
            break_seal(world, "S1");
            reseal(world, Some("S9"), true);
        },
        &[RuleId::E03],
    );
    let counted = |seal: &str| {
        let seal = Some(seal.into());
        Fact::Audit(AuditFact::Counted { audit: [0; 16], exhibit: X, compartment: None, seal })
    };
    let mut world = received();
    world.say(DESK, counted("S1"));
    check_lineage(&world, &[(Some("S1"), "declared")]);
    world.say(DESK, counted("S9"));
    check_lineage(&world, &[(Some("S1"), "declared"), (Some("S9"), "at a count")]);
    assert!(world.found().iter().any(|(rule, _)| *rule == RuleId::E03));
}

#[test]
fn another_number_is_told_where_it_was_first_read_and_not_again() {
    let mut world = received();
    dispute_seal(&mut world, "S1", Some("S9"));
    lend(&mut world, Some("S9"), SealCondition::Intact);
    world.expect(&[RuleId::E03]);
    assert_eq!(world.verdict(X).findings.len(), 1);
    // And where it is the first again, somebody must explain that too.
    bring_back(&mut world, "S1", SealCondition::Intact);
    assert_eq!(world.verdict(X).findings.len(), 2);
}

#[test]
fn who_expects_another_number_than_the_record_and_finds_the_recorded_one_is_told_nothing() {
    check(|world| dispute_seal(world, "S8", Some("S1")), &[]);
    // A broken seal is not to be expected at all.
    check(
        |world| {
            break_seal(world, "S1");
            dispute_seal(world, "S1", None);
            reseal(world, Some("S1"), true);
        },
        &[],
    );
}

#[test]
fn whose_seal_it_is_nobody_knows_after_another_was_found() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    dispute_seal(&mut world, "S1", Some("S9"));
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, by);
    let item = Item { seal: Some("S9".into()), ..item(&[X]) };
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected {
            at: World::at(C1, cycle, X),
            item,
            by,
            witness: None,
            condition: SealCondition::Intact,
            authority: None,
        }),
    );
    world.close(LOCKER, by);
    world.expect(&[RuleId::E03]);
    world.stands(X, &[Standing::Declared, Standing::NotProven]);
}

#[test]
fn a_package_is_opened_for_an_examination() {
    check(|world| open(world, false), &[RuleId::E07]);
    check(
        |world| {
            break_seal(world, "S1");
            open(world, false);
            reseal(world, Some("S1"), true);
            lend(world, Some("S2"), SealCondition::Intact);
        },
        &[RuleId::E07],
    );
    check(
        |world| {
            open(world, false);
            open(world, true);
        },
        &[RuleId::E07],
    );
    check(|world| open(world, true), &[]);
}

#[test]
fn what_is_said_of_a_package_is_one_finding_for_all_its_exhibits() {
    let mut world = received();
    world.register(Y, 2);
    world.receive(OFFICER, Y);
    world.wait(MINUTE);
    let package = |exhibits: Vec<ExhibitId>| Item { exhibits, seal: None, ..item(&[]) };
    note(&mut world, |by| Matter::PackageOpened {
        exhibits: vec![X, Y],
        by,
        witness: None,
        names_examination: false,
    });
    let due_us = world.now_us + 60 * MINUTE;
    world.at_desk(KEEPER, |by| Movement::TemporarilyReleased {
        item: package(vec![X, Y]),
        by,
        to: COURIER,
        due_us,
        condition: SealCondition::Absent,
    });
    let [of_x, of_y] = [X, Y].map(|exhibit| world.verdict(exhibit).findings);
    assert_eq!(of_x.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [RuleId::E07, RuleId::E04]);
    assert_eq!(of_x, of_y);
    assert_eq!(of_x[1].exhibits, [X, Y]);
}

#[test]
fn the_lineage_shows_every_seal_and_what_became_of_it() {
    let mut world = World::new();
    world.wait(MINUTE);
    check_lineage(&world, &[(Some("S1"), "declared")]);
    world.receive(OFFICER, X);
    world.wait(MINUTE);
    see_seal(&mut world, "S1");
    break_seal(&mut world, "S1");
    open(&mut world, true);
    reseal(&mut world, Some("S1"), true);
    lend(&mut world, Some("S2"), SealCondition::Intact);
    bring_back(&mut world, "S3", SealCondition::Damaged);
    dispute_seal(&mut world, "S3", None);
    check_lineage(
        &world,
        &[
            (Some("S1"), "declared"),
            (Some("S1"), "seen intact"),
            (Some("S1"), "broken"),
            (None, "opened"),
            (Some("S2"), "resealed"),
            (Some("S3"), "at a transfer"),
            (Some("S3"), "seen damaged"),
            (None, "discrepancy"),
        ],
    );
}

#[test]
fn a_deposit_before_the_registration_declares_the_seal() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, Y);
    world.wait(MINUTE);
    world.register(Y, 2);
    let seals = world.verdict(Y).seals;
    assert_eq!(seals.iter().map(|step| step.how).collect::<Vec<_>>(), ["declared"]);
    assert_eq!(world.ledger.exhibit(Y).unwrap().facts[0].index, seals[0].index);
}

/// The officer breaks the seal at the desk, may seal the package anew, and deposits it; the locker's statements reach
/// the ledger before the desk's.
#[track_caller]
fn check_desk_late(is_sealed_anew: bool, rules: &[RuleId]) {
    let before = World::new();
    let mut happened = before.clone();
    happened.wait(MINUTE);
    break_seal(&mut happened, "S1");
    if is_sealed_anew {
        happened.at_desk(OFFICER, |by| Movement::Resealed {
            exhibits: vec![X],
            old_seal: Some("S1".into()),
            new_seal: "S1".into(),
            is_old_inside: true,
            package: PackageId([0x99; 16]),
            by,
            witness: None,
        });
    }
    happened.wait(MINUTE);
    happened.deposit(LOCKER, C1, OFFICER, X);
    let mut arrived = before.clone();
    let mut said = happened.log.split_off(before.log.len());
    said.sort_by_key(|statement| statement.device != LOCKER);
    for statement in &said {
        arrived.record(statement);
    }
    for world in [happened, arrived] {
        let found: Vec<_> = world.verdict(X).findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(found, rules);
    }
}

#[test]
fn what_was_opened_and_sealed_is_judged_alike_whoever_reaches_the_ledger_first() {
    check_desk_late(true, &[]);
    check_desk_late(false, &[RuleId::E04]);
}
