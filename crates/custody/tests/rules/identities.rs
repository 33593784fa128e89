//! What was deposited before it was registered is the exhibit it was identified as; what was recorded under the wrong
//! exhibit is the other's, if two people say so.

use custody::fact::{Category, Fact, Matter};
use custody::id::{Digest, ExhibitId, PackageId};
use custody::movement::{Act, AtCompartment, Closure, Item, Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::{Holder, Standing};

use crate::world::*;

/// Minted by the locker, which knew no other id.
const P: ExhibitId = ExhibitId([0xf1; 16]);

/// Another bag.
const Q: ExhibitId = ExhibitId([0xf2; 16]);

fn identify(world: &mut World, provisional: ExhibitId, registered: ExhibitId) -> Digest {
    let by = world.session(DESK, KEEPER);
    let identified = world.say(DESK, Fact::Matter(Matter::Identified { provisional, registered, by }));
    world.close(DESK, by);
    identified
}

/// P is deposited, Y registered, and the one identified as the other.
fn identified() -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, P);
    world.wait(60 * MINUTE);
    world.register(Y, 2);
    identify(&mut world, P, Y);
    world.wait(60 * MINUTE);
    world
}

#[test]
fn the_provisional_exhibits_facts_are_judged_as_the_registered_ones() {
    let mut world = identified();
    world.expect(&[]);
    assert_eq!(world.ledger.judge(P, policy()), None);
    assert!(world.ledger.exhibits().all(|exhibit| exhibit != P));
    assert_eq!(world.verdict(Y).holder, Some(Holder::Compartment(C1)));
    world.collect(LOCKER, C1, COURIER, P);
    world.wait(60 * MINUTE);
    world.receive(COURIER, Y);
    world.expect(&[]);
    world.stands(Y, &[Standing::Proven, Standing::Declared]);
    assert_eq!(world.verdict(Y).legs.len(), 3);
}

/// The label is the one that the locker printed, whatever the exhibit is called now.
fn collect_labelled(world: &mut World, label: ExhibitId, exhibit: ExhibitId) {
    let by = world.session(LOCKER, COURIER);
    let door_cycle = world.cycle(LOCKER, C1, by);
    let at = AtCompartment { compartment: C1, door_cycle, label: Some(label.0), weight_mg: None };
    let condition = SealCondition::Intact;
    let item = item(&[exhibit]);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected { at, item, by, witness: None, condition, authority: None }),
    );
    world.close(LOCKER, by);
}

#[test]
fn after_the_identification_either_name_and_either_label_will_do() {
    for label in [P, Y] {
        for exhibit in [P, Y] {
            let mut world = identified();
            collect_labelled(&mut world, label, exhibit);
            world.wait(MINUTE);
            world.receive(COURIER, exhibit);
            world.expect(&[]);
            assert_eq!(world.verdict(Y).holder, Some(Holder::Place(KEEPER)));
            let by = world.session(LOCKER, COURIER);
            world.cycle(LOCKER, C1, by);
            world.expect(&[]);
        }
    }
    let mut world = identified();
    collect_labelled(&mut world, X, Y);
    world.expect(&[RuleId::E02]);
}

#[test]
fn what_happened_before_anybody_knew_may_arrive_after_the_identification() {
    let mut world = World::new();
    world.wait(MINUTE);
    let mut alone = world.clone();
    alone.deposit(LOCKER, C1, OFFICER, P);
    let unheard = alone.log.split_off(world.log.len());
    world.wait(10 * MINUTE);
    world.register(Y, 2);
    identify(&mut world, P, Y);
    for statement in &unheard {
        world.record(statement);
    }
    world.expect(&[]);
    assert_eq!(world.verdict(Y).holder, Some(Holder::Compartment(C1)));
    // What the doors know, they know of Y.
    world.close_unseen(C1);
    world.wait(MINUTE);
    let by = world.session(LOCKER, COURIER);
    world.cycle(LOCKER, C1, by);
    world.close(LOCKER, by);
    world.expect(&[RuleId::D02]);
    assert_eq!(world.ledger.closing_findings(policy())[0].exhibits, [Y]);
}

fn register_in_bag(world: &mut World, exhibit: ExhibitId, package: Option<PackageId>) {
    let registrar = world.session(DESK, KEEPER);
    world.say(
        DESK,
        Fact::ExhibitRegistered {
            exhibit,
            case: CASE,
            reference_tag: digest(9_000_000),
            registrar,
            producer: OFFICER,
            holder: OFFICER,
            category: Category::Other,
            is_two_person: false,
            seized_us: None,
            package,
            closure: Closure::Sealed,
            seal: Some(seal_of(exhibit)),
            earlier: Vec::new(),
        },
    );
    world.close(DESK, registrar);
}

#[test]
fn a_bag_registered_before_it_is_identified_is_not_two_bags_with_one_seal() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, P);
    world.wait(60 * MINUTE);
    register_in_bag(&mut world, Y, Some(PackageId([0x77; 16])));
    world.expect(&[]);
    let mut lawful = world.clone();
    identify(&mut lawful, P, Y);
    lawful.wait(MINUTE);
    lawful.collect(LOCKER, C1, COURIER, Y);
    lawful.expect(&[]);
    // Never identified, it is another bag with that seal as soon as it is handled.
    world.wait(MINUTE);
    world.deposit(OTHER_LOCKER, C3, OFFICER, Y);
    world.expect(&[RuleId::E05]);
}

#[test]
fn one_provisional_exhibit_is_not_two() {
    let mut world = identified();
    identify(&mut world, P, Y);
    world.expect(&[]);
    identify(&mut world, P, X);
    world.expect(&[RuleId::S03]);
    let [finding] = world.findings.as_slice() else { panic!("{:#?}", world.findings) };
    assert_eq!(finding.exhibits, [X, Y]);
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(OFFICER)), "the first identification stands");
}

#[test]
fn nothing_is_identified_as_itself_by_way_of_others() {
    for (provisional, registered) in [(Y, P), (Y, Y)] {
        let mut world = identified();
        identify(&mut world, provisional, registered);
        world.expect(&[RuleId::S03]);
        assert!(world.ledger.judge(Y, policy()).is_some());
    }
}

#[test]
fn two_bags_that_turn_out_to_be_one_exhibit_have_two_holders() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, P);
    world.wait(MINUTE);
    let by = world.session(OTHER_LOCKER, OFFICER);
    let cycle = world.cycle(OTHER_LOCKER, C3, by);
    let other = Item { seal: Some("T9".into()), ..item(&[Q]) };
    world.say(
        OTHER_LOCKER,
        Fact::Movement(Movement::Deposited {
            at: World::at(C3, cycle, Q),
            item: other,
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.wait(MINUTE);
    world.register(Y, 2);
    world.expect(&[]);
    identify(&mut world, P, Y);
    identify(&mut world, Q, Y);
    // And another seal at the second place.
    assert_eq!(world.found(), [(RuleId::E03, Severity::Break), (RuleId::S02, Severity::Contradiction)]);
}

/// Y was weighed, and recorded as X by mistake; both have been weighed before. Returns the mistaken statement.
fn mistaken() -> (World, Digest) {
    let mut world = World::new();
    world.register(Y, 2);
    let weighed = |world: &mut World, exhibit, weight_mg| {
        world.wait(MINUTE);
        let by = world.session(DESK, OFFICER);
        world.say(DESK, Fact::Matter(Matter::Weighed { exhibit, weight_mg, error_mg: 0, by, witness: None }))
    };
    weighed(&mut world, X, 100_000);
    weighed(&mut world, Y, 900_000);
    let mistake = weighed(&mut world, X, 900_000);
    (world, mistake)
}

fn reattribute(world: &mut World, from: ExhibitId, to: ExhibitId, statement: Digest, approver: Option<Act>) {
    let by = world.session(DESK, OFFICER);
    let approver = approver.unwrap_or(by);
    let statements = vec![statement];
    world.say(DESK, Fact::Matter(Matter::Reattributed { from, to, statements, by, approver }));
}

#[test]
fn what_two_people_re_attribute_is_judged_as_the_others() {
    let (mut world, mistake) = mistaken();
    world.expect(&[RuleId::S08]);
    let approver = world.session(DESK, KEEPER);
    reattribute(&mut world, X, Y, mistake, Some(approver));
    world.expect(&[]);
    // Back again, and to a third: the last word counts.
    reattribute(&mut world, Y, X, mistake, Some(approver));
    world.expect(&[RuleId::S08]);
    reattribute(&mut world, X, Q, mistake, Some(approver));
    world.expect(&[]);
}

#[test]
fn what_one_person_re_attributes_alone_changes_nothing() {
    let (mut world, mistake) = mistaken();
    reattribute(&mut world, X, Y, mistake, None);
    world.expect(&[RuleId::S07, RuleId::S08]);
}

#[test]
fn a_deposit_recorded_under_the_wrong_exhibit_is_the_others() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    let mistake = world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let approver = world.session(DESK, KEEPER);
    reattribute(&mut world, X, Y, mistake, Some(approver));
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(OFFICER)));
    assert_eq!(world.verdict(Y).holder, Some(Holder::Compartment(C1)));
    assert_eq!(world.ledger.doors().holding(Y), Some(C1));
    // That the reader read X's label, and X's seal was named, nobody's word removes.
    world.expect(&[RuleId::E02, RuleId::E03]);
}

#[test]
fn a_finding_about_a_bag_names_its_exhibits_as_they_are_judged() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let door_cycle = world.cycle(LOCKER, C1, by);
    let at = AtCompartment { compartment: C1, door_cycle, label: Some([9; 16]), weight_mg: None };
    let condition = SealCondition::Intact;
    let item = item(&[X, P]);
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition }));
    world.wait(MINUTE);
    world.register(Y, 2);
    identify(&mut world, P, Y);
    let of_bag = |exhibit| {
        let findings = world.verdict(exhibit).findings;
        findings.into_iter().filter(|finding| finding.rule == RuleId::E02).collect::<Vec<_>>()
    };
    assert_eq!(of_bag(X).len(), 1);
    assert_eq!(of_bag(X), of_bag(Y));
    assert_eq!(of_bag(X)[0].exhibits, [X, Y]);
}
