//! D05–D07: the master key, who shares a compartment, power.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::doors::{lying, of_cycle};
use super::{Place, Planted, Planter, fresh, script as of};
use crate::custody_acts::VISIT;
use crate::house::Maintenance;
use crate::journey::{Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::D05, "no authority", |script| {
        maintained(script, "names no authority", true, |script, used| {
            edit_key(script, used, |declared| declared.authority = None);
        })
    }),
    of(RuleId::D05, "outside the window", |script| {
        maintained(script, "comes when its window is over", true, |script, used| {
            let at = script.at(used.cycle.name());
            edit_window(script, used, |declared| declared.to_us = at - 20 * MINUTE);
        })
    }),
    of(RuleId::D05, "another compartment", |script| {
        maintained(script, "opens another compartment than was allowed", true, |script, used| {
            let other = script.id().to_vec();
            edit_window(script, used, |declared| declared.compartments = vec![other]);
        })
    }),
    of(RuleId::D05, "allowed by one person twice", |script| {
        maintained(script, "was allowed by one person twice", true, |script, used| {
            edit_window(script, used, |declared| declared.second.clone_from(&declared.by));
        })
    }),
    of(RuleId::D05, "nobody said to have used it", |script| {
        maintained(script, "says nobody", true, |script, used| {
            edit_key(script, used, |declared| declared.by = None);
        })
    }),
    of(RuleId::D05, "empty compartment, no authority", |script| {
        maintained(script, "names no authority, at an empty compartment", false, |script, used| {
            edit_key(script, used, |declared| declared.authority = None);
        })
    }),
    of(RuleId::D06, "second package", second_package),
    of(RuleId::D06, "equipment beside an exhibit", equipment_beside),
    of(RuleId::D06, "a check finds something else", unexpected),
    of(RuleId::D07, "locks open without power", not_fail_secure),
    of(RuleId::D07, "one compartment not sensed again", |script| not_sensed(script, 1)),
    of(RuleId::D07, "two compartments not sensed again", |script| not_sensed(script, 2)),
];

/// The master key is used as nobody may use it.
fn maintained(
    script: &mut Script,
    what: &str,
    is_occupied: bool,
    spoil: impl FnOnce(&mut Script, &Maintenance),
) -> Option<Planted> {
    let (site, slot, at) = if is_occupied {
        let (journey, at) = lying(script)?;
        (journey.site, journey.slot, at)
    } else {
        let site = script.store();
        let (low, high) = (script.span.from_us + 8 * HOUR, script.span.to_us - 8 * HOUR);
        let at = script.free_time(site, low, high)?;
        (site, script.free_slot(site, at - MINUTE, at + HOUR, false)?, at)
    };
    if !is_occupied {
        script.stay(site, slot, at - HOUR, at + HOUR);
    }
    let used = script.maintenance(site, slot, at);
    spoil(script, &used);
    let mut places = of_cycle(&used.cycle);
    let planted = Planted::new(format!("The master key's use {what}."));
    places.push(used.authority.into());
    let planted = planted.needs(RuleId::D05, BREAK, places);
    // What no authority explains is an opening like any other.
    Some(if is_occupied { planted.needs(RuleId::D02, BREAK, of_cycle(&used.cycle)) } else { planted })
}

fn edit_key(script: &mut Script, used: &Maintenance, edit: impl FnOnce(&mut v1::master_key_used::Declared)) {
    if let Fact::MasterKeyUsed(v1::MasterKeyUsed { declared: Some(declared), .. }) =
        &mut script.line(used.cycle.name()).fact
    {
        edit(declared);
    }
}

fn edit_window(
    script: &mut Script,
    used: &Maintenance,
    edit: impl FnOnce(&mut v1::maintenance_authorised::Declared),
) {
    if let Fact::MaintenanceAuthorised(v1::MaintenanceAuthorised { declared: Some(declared) }) =
        &mut script.line(used.authority).fact
    {
        edit(declared);
    }
}

fn second_package(script: &mut Script) -> Option<Planted> {
    let (first, at) = lying(script)?;
    if !script.is_undisturbed(first.site, at, script.span.to_us) {
        return None;
    }
    let plan = Plan {
        until: Until::Seized,
        site: Some(first.site),
        low: at - 3 * HOUR,
        high: at - 2 * HOUR,
        ..script.plan()
    };
    let second = script.journey(plan)?;
    script.bag(second.bag).is_taken = true;
    let visit = script.deposit(second.bag, first.site, first.slot, at, None);
    let both = script.bag(first.bag).weight_mg + script.bag(second.bag).weight_mg;
    script.edit_at(visit.act, |at| at.weight_mg = Some(both));
    if let Some(presence) = visit.presence
        && let Fact::PresenceSensed(v1::PresenceSensed { observed: Some(observed) }) =
            &mut script.line(presence).fact
    {
        observed.weight_mg = Some(both);
    }
    script.leave_alone(first.site, at + HOUR);
    Some(Planted::new("A second package was put into a compartment for one.").needs(
        RuleId::D06,
        Severity::Contradiction,
        [visit.act],
    ))
}

fn equipment_beside(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let person = script.person(v1::Role::Officer, journey.site, at, at + VISIT, &[]);
    let session = script.at_locker(journey.site, person, at, at + VISIT);
    let cycle = script.cycle(journey.site, journey.slot, Some(session.opened), at + 10 * SECOND);
    let declared = v1::equipment_returned::Declared {
        equipment: script.id().to_vec(),
        by: Some(script.act(&session)),
        faulty: false,
    };
    let observed = v1::AtCompartment {
        compartment: cycle.compartment.0.to_vec(),
        door_cycle: cycle.name().token(),
        label: None,
        weight_mg: None,
    };
    let fact = v1::EquipmentReturned { observed: Some(observed), declared: Some(declared) };
    let line = script.say(session.device, at + 40 * SECOND, Fact::EquipmentReturned(fact));
    script.keep(journey.site, at, at + VISIT);
    script.film(journey.site, at, at + VISIT);
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("A radio was put into a compartment in which an exhibit lay.").needs(
        RuleId::D06,
        Severity::Contradiction,
        [line],
    ))
}

fn unexpected(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, at, at + VISIT);
    let result = v1::CheckResult::ItemUnexpected;
    let line = script.attended_check(&session, journey.site, journey.slot, None, result, at + MINUTE);
    script.leave_alone(journey.site, at + HOUR);
    Some(Planted::new("Somebody looked, and something else lay there.").needs(
        RuleId::D06,
        Severity::Contradiction,
        [line],
    ))
}

fn not_fail_secure(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..script.plan() };
    let journey = fresh(script, plan)?;
    let low = script.bag(journey.bag).until_us + HOUR;
    let at = script.quiet_time(journey.site, low, script.span.to_us - 5 * HOUR)?;
    let cut = script.power_cut(journey.site, at);
    if let Fact::PowerLost(v1::PowerLost { observed: Some(observed) }) = &mut script.line(cut.lost).fact {
        observed.fail_secure = false;
    }
    Some(Planted::new("The power went, and the locks with it.").needs(
        RuleId::D07,
        Severity::Warning,
        [cut.lost],
    ))
}

fn not_sensed(script: &mut Script, count: usize) -> Option<Planted> {
    let site = script.store();
    let (from, to) = (script.span.from_us, script.span.to_us);
    let plan = Plan { site: Some(site), until: Until::Deposited, high: to - 30 * HOUR, ..script.plan() };
    let mut slots = Vec::new();
    let mut last = from;
    for _ in 0..count {
        let journey = script.journey(plan)?;
        script.bag(journey.bag).is_taken = true;
        last = last.max(script.bag(journey.bag).until_us);
        slots.push((journey.slot, journey.deposited().cycle.compartment));
    }
    let at = script.quiet_time(site, last + HOUR, to - 5 * HOUR)?;
    let cut = script.power_cut(site, at);
    let unsaid: Vec<LineId> = cut
        .sensed
        .iter()
        .filter(|(slot, _)| slots.iter().any(|(lies, _)| lies == slot))
        .map(|(_, line)| *line)
        .collect();
    script.unsay(unsaid);
    let mut places: Vec<Place> = slots.iter().map(|(_, id)| Place::Compartment(*id)).collect();
    places.extend([cut.lost, cut.restored].map(Place::Line));
    debug_assert!(at + DAY > last, "the cut comes after the deposits");
    Some(
        Planted::new(format!("After a power cut {count} occupied compartments were not sensed again."))
            .at_end()
            .needs_up_to(count, RuleId::D07, Severity::Warning, places),
    )
}
