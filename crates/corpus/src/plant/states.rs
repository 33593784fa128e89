//! S01, S02, S06: the state machine, holders, releases.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::NODE;

use super::{Planted, Planter, fresh, script as of};
use crate::custody_acts::{DESK, VISIT};
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::S01, "collected, never deposited", never_deposited),
    of(RuleId::S01, "received while it lies in a locker", received_from_locker),
    of(RuleId::S01, "sealed anew while it lies in a locker", resealed_in_locker),
    of(RuleId::S01, "disposed of under a hold", disposed_under_hold),
    of(RuleId::S01, "returned under a hold on its case", returned_under_hold),
    of(RuleId::S02, "missing", missing),
    of(RuleId::S02, "deposited in two places", two_places),
    of(RuleId::S02, "a check finds nothing", absent),
    of(RuleId::S02, "another item deposited", misdeposited),
    of(RuleId::S06, "never back", |script| overdue(script, false)),
    of(RuleId::S06, "never back, and chased", |script| overdue(script, true)),
    of(RuleId::S06, "back late", |script| back_late(script, 8 * HOUR)),
    of(RuleId::S06, "back half an hour late", |script| back_late(script, 30 * MINUTE)),
];

/// A bag in the store, and since when it may be moved on.
pub(super) fn in_store(script: &mut Script, plan: Plan) -> Option<(Journey, u64)> {
    let high = plan.high.min(script.span.to_us - 42 * HOUR).max(plan.low);
    let journey = fresh(script, Plan { high, ..plan })?;
    let at = script.bag(journey.bag).until_us + 10 * MINUTE;
    Some((journey, at))
}

fn never_deposited(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, Plan { until: Until::Seized, is_one: true, ..script.plan() })?;
    let Journey { bag, site, .. } = journey;
    let low = script.bag(bag).until_us + 2 * HOUR;
    let at = script.free_time(site, low, low + 8 * HOUR)?;
    let slot = script.free_slot(site, at - HOUR, at + HOUR, false)?;
    script.stay(site, slot, at, at + VISIT);
    let courier = script.person(v1::Role::Courier, site, at, at + VISIT, &[]);
    let authority = script.authorise(bag, courier, at - HOUR);
    let session = script.at_locker(site, courier, at, at + VISIT);
    let cycle = script.cycle(site, slot, Some(session.opened), at + 10 * SECOND);
    let observed = v1::AtCompartment {
        compartment: cycle.compartment.0.to_vec(),
        door_cycle: cycle.name().token(),
        label: Some(script.bag(bag).label().to_vec()),
        weight_mg: Some(0),
    };
    let declared = v1::collected::Declared {
        item: Some(script.item(bag)),
        by: Some(script.act(&session)),
        witness: None,
        condition: v1::SealCondition::Intact.into(),
        authority: Some(authority.token()),
        destination: None,
        photo: None,
        run: None,
    };
    let fact = v1::Collected { observed: Some(observed), declared: Some(declared) };
    let line = script.say(session.device, at + 40 * SECOND, Fact::Collected(fact));
    script.follow(bag, line);
    script.keep(site, at, at + VISIT);
    script.film(site, at, at + VISIT);
    Some(Planted::new("A courier collected what nobody had deposited.").needs(RuleId::S01, BREAK, [line]))
}

/// A bag that lies in a locker, and a time after its deposit.
fn lying(script: &mut Script) -> Option<(Journey, u64)> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..script.plan() };
    let journey = fresh(script, plan)?;
    let at = script.bag(journey.bag).until_us + 3 * HOUR;
    // Whoever counts or senses what lies there after would be told of this too.
    script.is_undisturbed(journey.site, at, script.span.to_us + HOUR).then_some((journey, at))
}

fn received_from_locker(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let courier = script.person(v1::Role::Courier, journey.site, at, at + DESK, &[]);
    script.bag(journey.bag).holder = Some(courier);
    let (_, line) = script.receive(journey.bag, at);
    let count = script.bag(journey.bag).ids.len();
    // By the record it lies there no more.
    script.bag(journey.bag).leaves(at);
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("The store received what no device saw leave the locker.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn resealed_in_locker(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + DESK, &[]);
    let (exhibits, old, new) =
        (script.exhibits(journey.bag), script.bag(journey.bag).seal.clone(), script.seal());
    let package = script.id().to_vec();
    let (_, line) = script.desk_act(journey.bag, journey.site, keeper, at, |_, by| {
        Fact::Resealed(v1::Resealed {
            declared: Some(v1::resealed::Declared {
                exhibits,
                old_seal: Some(old),
                new_seal: new,
                old_inside: true,
                package,
                by: Some(by),
                witness: None,
                reason: None,
            }),
        })
    });
    let count = script.bag(journey.bag).ids.len();
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("A package was sealed anew while it lay in a locker.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn disposed_under_hold(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    script.hold(journey.bag, at);
    let [_, line] = script.disposal(journey.bag, at + 2 * HOUR);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("An exhibit was destroyed while it was held for an appeal.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn returned_under_hold(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    let hold = script.hold(journey.bag, at);
    let case = script.bag(journey.bag).case.0.to_vec();
    if let Fact::HoldPlaced(v1::HoldPlaced { declared: Some(declared) }) = &mut script.line(hold).fact {
        declared.case = Some(case);
        declared.exhibits = Vec::new();
    }
    let [_, line] = script.returned_to_owner(journey.bag, at + 2 * HOUR);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("An exhibit went back to its owner while its case was held.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn missing(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    let central = script.central;
    let keeper = script.bag(journey.bag).holder?;
    let ids = script.exhibits(journey.bag);
    let (_, line) = script.custody_act(journey.bag, central, keeper, at + HOUR, |_, by| {
        let declared = v1::marked_missing::Declared {
            exhibits: ids,
            by: Some(by),
            circumstances: None,
            reported_to: None,
        };
        Fact::MarkedMissing(v1::MarkedMissing { declared: Some(declared) })
    });
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("The store marked an exhibit missing.").needs_up_to(count, RuleId::S02, BREAK, [line]))
}

fn two_places(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let at = script.free_time(journey.site, at, at + 10 * HOUR)?;
    let end = script.span.to_us + DAY;
    let slot = script.free_slot(journey.site, at, end, false)?;
    script.stay(journey.site, slot, at, end);
    let officer = script.bag(journey.bag).officer;
    if !script.can_be(officer, journey.site, at, at + VISIT) {
        return None;
    }
    let visit = script.deposit(journey.bag, journey.site, slot, at, Some(officer));
    let count = script.bag(journey.bag).ids.len();
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("What lay in one compartment was deposited in another.").needs_up_to(
        count,
        RuleId::S02,
        CONTRADICTION,
        [visit.act],
    ))
}

fn absent(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, at, at + VISIT);
    let result = v1::CheckResult::ItemAbsent;
    let line = script.attended_check(&session, journey.site, journey.slot, None, result, at + MINUTE);
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("Somebody looked, and nothing lay there.").needs(RuleId::S02, BREAK, [line]))
}

fn misdeposited(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + DESK, &[]);
    let ids = script.exhibits(journey.bag);
    let deposit = journey.deposited().act;
    let (_, line) = script.desk_act(journey.bag, journey.site, keeper, at, |_, by| {
        let declared = v1::misdeposited::Declared {
            exhibits: ids,
            deposit: deposit.token(),
            kind: v1::MisdepositKind::OtherItem.into(),
            compartment: None,
            found_by: Some(by),
        };
        Fact::Misdeposited(v1::Misdeposited { declared: Some(declared) })
    });
    let count = script.bag(journey.bag).ids.len();
    // By the record it lies there no more.
    script.bag(journey.bag).leaves(at);
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("What was deposited turned out to be something else.").needs_up_to(
        count,
        RuleId::S02,
        BREAK,
        [line, deposit],
    ))
}

fn overdue(script: &mut Script, is_chased: bool) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let due_us = at + 7 * HOUR;
    let (line, _) = script.released(journey.bag, at, due_us, None);
    if is_chased {
        let exhibit = script.bag(journey.bag).ids.first()?.0.to_vec();
        let derived = v1::overdue_raised::Derived { exhibit, rule: "S06".to_owned(), due_us };
        let fact = Fact::OverdueRaised(v1::OverdueRaised { derived: Some(derived) });
        script.say(NODE, due_us + MINUTE, fact);
    }
    Some(Planted::new("What was released for a day was not back when the record ended.").at_end().needs(
        RuleId::S06,
        BREAK,
        [line],
    ))
}

fn back_late(script: &mut Script, late: u64) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let due_us = at + 7 * HOUR;
    let (release, back) = script.released(journey.bag, at, due_us, Some(due_us + late));
    Some(Planted::new("What was released came back late.").needs(
        RuleId::S06,
        WARNING,
        [Some(release), back].into_iter().flatten(),
    ))
}
