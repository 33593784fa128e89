//! S01–S05: the state machine and the legs.

use custody::fact::Fact;
use custody::id::PackageId;
use custody::movement::{Ending, MisdepositKind, Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::{Holder, Standing};

use crate::world::*;

#[test]
fn a_lawful_day_from_registration_to_the_store_finds_nothing() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(60 * MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.wait(30 * MINUTE);
    world.receive(COURIER, X);
    world.expect(&[]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Declared]);
    assert_eq!(world.verdict(X).holder, Some(Holder::Place(KEEPER)));
}

#[test]
fn a_deposit_before_the_registration_is_an_origin_of_its_own() {
    let mut world = World::new();
    world.deposit(LOCKER, C1, OFFICER, Y);
    world.wait(MINUTE);
    world.register(Y, 2);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, Y);
    world.expect(&[]);
}

#[test]
fn what_another_person_deposits_than_the_one_who_had_it_breaks_the_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::S04]);
    world.stands(X, &[Standing::NotProven]);
}

#[test]
fn depositing_what_already_lies_in_a_locker_gives_it_two_holders() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    world.deposit(OTHER_LOCKER, C3, OFFICER, X);
    assert_eq!(world.found(), [(RuleId::S02, Severity::Contradiction)]);
    assert!(world.verdict(X).stretches.iter().any(|stretch| stretch.standing == Standing::Contradicted));
}

#[test]
fn taking_it_out_of_another_compartment_than_it_lies_in_gives_it_two_holders() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    world.collect(OTHER_LOCKER, C3, COURIER, X);
    assert_eq!(world.found(), [(RuleId::S02, Severity::Contradiction)]);
}

#[test]
fn collecting_what_was_never_deposited_is_unlawful() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::S01]);
}

#[test]
fn a_store_receiving_what_still_lies_in_a_locker_is_unlawful() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    world.receive(COURIER, X);
    world.expect(&[RuleId::S01]);
}

#[test]
fn a_store_receiving_from_another_than_the_holder_breaks_the_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.receive(COURIER, X);
    world.expect(&[RuleId::S04]);
}

#[test]
fn an_offer_alone_moves_nothing_and_its_acceptance_does() {
    let mut world = World::new();
    world.wait(MINUTE);
    let offer = world.at_desk(OFFICER, |by| Movement::TransferOffered { item: item(&[X]), by, to: COURIER });
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(OFFICER)));
    world.wait(MINUTE);
    world.at_desk(COURIER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer,
        by,
    });
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(COURIER)));
    world.expect(&[]);
}

#[test]
fn accepting_what_was_offered_to_another_breaks_the_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    let offer = world.at_desk(OFFICER, |by| Movement::TransferOffered { item: item(&[X]), by, to: KEEPER });
    world.wait(MINUTE);
    world.at_desk(COURIER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer,
        by,
    });
    world.expect(&[RuleId::S04]);
}

#[test]
fn accepting_without_an_offer_breaks_the_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.at_desk(COURIER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer: digest(9),
        by,
    });
    world.expect(&[RuleId::S04]);
}

#[test]
fn one_session_cannot_be_both_sides_of_a_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(DESK, OFFICER);
    let offer =
        world.say(DESK, Fact::Movement(Movement::TransferOffered { item: item(&[X]), by, to: OFFICER }));
    world.say(
        DESK,
        Fact::Movement(Movement::TransferAccepted {
            condition: SealCondition::Intact,
            item: item(&[X]),
            offer,
            by,
        }),
    );
    world.expect(&[RuleId::S04]);
}

#[test]
fn an_act_in_another_persons_session_breaks_the_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    let session = world.session(LOCKER, COURIER);
    let by = custody::movement::Act { person: OFFICER, session: session.session };
    let cycle = world.cycle(LOCKER, C1, session);
    let at = World::at(C1, cycle, X);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited {
            at,
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.expect(&[RuleId::S04]);
    world.wait(MINUTE);
    world.close(LOCKER, session);
    world.stands(X, &[Standing::NotProven, Standing::NotProven]);
}

#[test]
fn an_act_in_a_session_that_has_ended_breaks_the_hand_over() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(DESK, OFFICER);
    world.close(DESK, by);
    world.say(DESK, Fact::Movement(Movement::TransferOffered { item: item(&[X]), by, to: COURIER }));
    world.expect(&[RuleId::S04]);
}

#[test]
fn two_registrations_are_two_origins() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.register(X, 2);
    world.expect(&[RuleId::S03]);
}

#[test]
fn nothing_follows_disposal() {
    let mut world = World::new();
    world.wait(MINUTE);
    let authority = world.disposal_authorised(X, KEEPER);
    world.at_desk(OFFICER, |by| Movement::Ended {
        authority,
        witness: None,
        item: item(&[X]),
        by,
        how: Ending::Disposed,
    });
    world.expect(&[]);
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.expect(&[RuleId::S05]);
}

#[test]
fn what_is_released_comes_back_from_the_person_it_was_released_to() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.receive(OFFICER, X);
    world.wait(MINUTE);
    let release = world.at_desk(KEEPER, |by| Movement::TemporarilyReleased {
        condition: SealCondition::Intact,
        item: item(&[X]),
        by,
        to: COURIER,
        due_us: u64::MAX,
    });
    world.wait(MINUTE);
    let back = |from| {
        move |by| Movement::ReturnedFromRelease {
            condition: SealCondition::Intact,
            item: item(&[X]),
            release,
            by,
            from,
        }
    };
    let mut lawful = world.clone();
    lawful.at_desk(KEEPER, back(COURIER));
    lawful.expect(&[]);
    world.at_desk(KEEPER, back(OFFICER));
    world.expect(&[RuleId::S04]);
}

/// X is in the store and released until an hour from now.
fn released() -> (World, custody::id::Digest) {
    let mut world = World::new();
    world.wait(MINUTE);
    world.receive(OFFICER, X);
    world.wait(MINUTE);
    let due_us = world.now_us + 60 * MINUTE;
    let release = world.at_desk(KEEPER, |by| Movement::TemporarilyReleased {
        condition: SealCondition::Intact,
        item: item(&[X]),
        by,
        to: COURIER,
        due_us,
    });
    (world, release)
}

#[test]
fn what_is_not_back_by_the_day_it_is_due_is_not_proven_from_then_on() {
    let (mut world, _) = released();
    world.wait(60 * MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.expect(&[]);
    world.wait(MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.expect(&[RuleId::S06]);
    assert_eq!(world.verdict(X).duration_us(Standing::NotProven), MINUTE);
}

#[test]
fn what_comes_back_late_is_to_be_explained() {
    let (mut world, release) = released();
    world.wait(90 * MINUTE);
    world.at_desk(KEEPER, |by| Movement::ReturnedFromRelease {
        condition: SealCondition::Intact,
        item: item(&[X]),
        release,
        by,
        from: COURIER,
    });
    assert_eq!(world.found(), [(RuleId::S06, Severity::Warning)]);
}

#[test]
fn what_is_missing_must_be_found_before_it_moves() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.at_desk(OFFICER, |by| Movement::MarkedMissing { exhibits: vec![X], by });
    world.wait(MINUTE);
    let mut found = world.clone();
    found.at_desk(OFFICER, |by| Movement::Found { condition: SealCondition::Intact, item: item(&[X]), by });
    found.wait(MINUTE);
    found.deposit(LOCKER, C1, OFFICER, X);
    found.expect(&[RuleId::S02]);
    found.stands(X, &[Standing::Declared, Standing::NotProven, Standing::Declared]);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.expect(&[RuleId::S01, RuleId::S02]);
}

#[test]
fn a_deposit_that_turns_out_wrong_leaves_the_time_since_unproven() {
    let mut world = World::new();
    world.wait(MINUTE);
    let deposit = world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(60 * MINUTE);
    world.at_desk(KEEPER, |found_by| Movement::Misdeposited {
        exhibits: vec![X],
        deposit,
        kind: MisdepositKind::OtherItem,
        compartment: None,
        found_by,
    });
    world.expect(&[RuleId::S02]);
    world.stands(X, &[Standing::Declared, Standing::NotProven]);
    assert_eq!(world.verdict(X).holder, Some(Holder::Missing));
}

#[test]
fn the_stretches_of_every_verdict_add_up_to_the_time_from_first_leg_to_last() {
    let mut world = World::new();
    for _ in 0..3 {
        world.wait(7 * MINUTE);
        world.deposit(LOCKER, C1, OFFICER, X);
        world.wait(11 * MINUTE);
        world.collect(LOCKER, C1, OFFICER, X);
    }
    let verdict = world.verdict(X);
    let whole = verdict.legs.last().unwrap().interval.to_us - verdict.legs[0].interval.from_us;
    let sum: u64 = Standing::ALL.iter().map(|standing| verdict.duration_us(*standing)).sum();
    assert_eq!(sum, whole);
    for (stretch, next) in verdict.stretches.iter().zip(verdict.stretches.iter().skip(1)) {
        assert_eq!(stretch.interval.to_us, next.interval.from_us);
    }
}

#[test]
fn what_is_missing_has_no_holder_and_is_told() {
    let mut world = World::new();
    world.at_desk(KEEPER, |by| Movement::MarkedMissing { exhibits: vec![X], by });
    world.expect(&[RuleId::S02]);
}

/// The officer offers X to the courier.
fn offered(world: &mut World) -> custody::id::Digest {
    world.at_desk(OFFICER, |by| Movement::TransferOffered { item: item(&[X]), by, to: COURIER })
}

#[test]
fn an_offer_is_good_for_one_acceptance() {
    let mut world = World::new();
    let offer = offered(&mut world);
    world.at_desk(COURIER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer,
        by,
    });
    let back = world.at_desk(COURIER, |by| Movement::TransferOffered { item: item(&[X]), by, to: OFFICER });
    world.at_desk(OFFICER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer: back,
        by,
    });
    world.expect(&[]);
    world.at_desk(COURIER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer,
        by,
    });
    world.expect(&[RuleId::S04]);
}

#[test]
fn an_offer_that_was_declined_cannot_be_accepted() {
    let mut world = World::new();
    let offer = offered(&mut world);
    world.say(DESK, Fact::Movement(Movement::TransferRejected { exhibits: vec![X], offer }));
    world.expect(&[]);
    world.at_desk(COURIER, |by| Movement::TransferAccepted {
        condition: SealCondition::Intact,
        item: item(&[X]),
        offer,
        by,
    });
    world.expect(&[RuleId::S04]);
}

#[test]
fn only_who_has_it_in_hand_seals_it_anew() {
    let mut world = World::new();
    let resealed = |by| Movement::Resealed {
        is_old_inside: true,
        package: PackageId([0x99; 16]),
        witness: None,
        exhibits: vec![X],
        old_seal: Some("S1".into()),
        new_seal: "S2".into(),
        by,
    };
    let mut another = world.clone();
    another.at_desk(COURIER, resealed);
    another.expect(&[RuleId::S04]);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    world.at_desk(OFFICER, resealed);
    world.expect(&[RuleId::S01]);
}
