//! D: doors and compartments.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Place, Planted, Planter, fresh, script as of};
use crate::custody_acts::{Manner, VISIT};
use crate::house::Maintenance;
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;
use crate::visit::Cycle;

const BREAK: Severity = Severity::Break;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::D01, "never locked", never_locked),
    of(RuleId::D01, "door of another's session", others_session),
    of(RuleId::D01, "said minutes after the door", said_late),
    of(RuleId::D01, "no door cycle at all", no_cycle),
    of(RuleId::D02, "nothing taken", nothing_taken),
    of(RuleId::D02, "in no session", in_no_session),
    of(RuleId::D02, "forced, looked after", forced_and_checked),
    of(RuleId::D02, "looked after in another session", checked_later),
    of(RuleId::D02, "given up beside another's exhibit", given_up_beside),
    of(RuleId::D03, "one closing unseen", |script| closings(script, 1)),
    of(RuleId::D03, "two closings of an empty compartment unseen", unseen_while_empty),
    of(RuleId::D03, "counter goes back", |script| closings(script, -1)),
    of(RuleId::D04, "forced, nobody looked", forced),
    of(RuleId::D04, "left open beside another's exhibit", left_open),
    of(RuleId::D04, "emergency release", emergency),
    of(RuleId::D04, "compartment's tamper switch", |script| tampered(script, true)),
    of(RuleId::D04, "housing's tamper switch", |script| tampered(script, false)),
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

/// A bag that lies in a locker to the end, and a time when somebody may come there undisturbed.
fn lying(script: &mut Script) -> Option<(Journey, u64)> {
    let plan = script.plan();
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..plan };
    let journey = fresh(script, plan)?;
    let low = script.bag(journey.bag).until_us + HOUR;
    let at = script.free_time(journey.site, low, script.span.to_us - 5 * HOUR)?;
    Some((journey, at))
}

/// A place in the cycle: any of its statements, or the act.
fn of_cycle(cycle: &Cycle) -> Vec<Place> {
    cycle.steps.iter().copied().map(Place::Line).collect()
}

fn never_locked(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, ..script.plan() };
    let journey = fresh(script, plan)?;
    let visit = journey.deposited().clone();
    let [.., locked] = visit.cycle.steps;
    script.unsay([locked]);
    let mut places = of_cycle(&visit.cycle);
    places.push(visit.act.into());
    Some(Planted::new("A deposit whose door never locked.").needs(RuleId::D01, BREAK, places))
}

fn others_session(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.deposited().clone();
    let at = script.at(visit.session.opened);
    let other = script.person(v1::Role::Officer, journey.site, at, at + VISIT, &[visit.session.person]);
    let session = script.at_locker(journey.site, other, at + 3 * SECOND, at + VISIT + 3 * SECOND);
    for step in visit.cycle.steps {
        script.edit_door(step, |door| door.session = Some(session.opened.token()));
    }
    let mut places = of_cycle(&visit.cycle);
    places.push(visit.act.into());
    Some(Planted::new("A deposit through a door released in another's session.").needs(
        RuleId::D01,
        BREAK,
        places,
    ))
}

fn said_late(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.deposited().clone();
    let [.., locked] = visit.cycle.steps;
    let at = script.at(locked) + 6 * MINUTE;
    script.move_to(visit.act, at);
    script.move_to(visit.session.closed, at + 20 * SECOND);
    if let Some(presence) = visit.presence {
        script.move_to(presence, at + 5 * SECOND);
    }
    Some(Planted::new("A deposit said six minutes after its door had locked.").needs(
        RuleId::D01,
        BREAK,
        [visit.act],
    ))
}

fn no_cycle(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, ..script.plan() };
    let journey = fresh(script, plan)?;
    let visit = journey.deposited().clone();
    script.unsay(visit.cycle.steps);
    let nothing = script.commitment();
    script.edit_at(visit.act, |at| at.door_cycle = nothing);
    Some(
        Planted::new("A deposit through no door at all.")
            .needs(RuleId::D01, BREAK, [visit.act])
            // Without a door there is no window; a verifier may take the act's own time for it.
            .may(1, RuleId::V02, BREAK, [visit.act]),
    )
}

/// Somebody opens and shuts a compartment in a session of their own, filmed.
fn open_only(script: &mut Script, site: usize, slot: usize, at: u64) -> Cycle {
    let person = script.person(v1::Role::Courier, site, at, at + VISIT, &[]);
    let session = script.at_locker(site, person, at, at + VISIT);
    let cycle = script.cycle(site, slot, Some(session.opened), at + 10 * SECOND);
    script.keep(site, at, at + VISIT);
    script.film(site, at, at + VISIT);
    cycle
}

fn nothing_taken(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let cycle = open_only(script, journey.site, journey.slot, at);
    Some(Planted::new("A courier opened an occupied compartment and took nothing.").needs(
        RuleId::D02,
        BREAK,
        of_cycle(&cycle),
    ))
}

fn in_no_session(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let cycle = script.cycle(journey.site, journey.slot, None, at);
    script.keep(journey.site, at, at + VISIT);
    script.film(journey.site, at, at + VISIT);
    Some(Planted::new("An occupied compartment opened in nobody's session.").needs(
        RuleId::D02,
        BREAK,
        of_cycle(&cycle),
    ))
}

/// A door is forced and shut again; returns its three statements.
fn force(script: &mut Script, journey: &Journey, at: u64) -> [LineId; 3] {
    let Journey { site, slot, .. } = *journey;
    let bank = script.bank(site);
    let (speaker, compartment) = (bank.speaker, journey.deposited().cycle.compartment);
    debug_assert!(bank.slots.get(slot).is_some_and(|slot| slot.id == compartment), "where it was put");
    let first = script.door(compartment, None, None);
    let name = script.say(speaker, at, Fact::DoorForced(v1::DoorForced { observed: Some(first) }));
    let door = Some(script.door(compartment, Some(name), None));
    let closed = Fact::DoorClosed(v1::DoorClosed { observed: door.clone() });
    let closed = script.say(speaker, at + 40 * SECOND, closed);
    let locked = Fact::DoorLocked(v1::DoorLocked { observed: door });
    let locked = script.say(speaker, at + 42 * SECOND, locked);
    script.keep(site, at, at + VISIT);
    script.film(site, at, at + VISIT);
    [name, closed, locked]
}

fn forced_and_checked(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let lines = force(script, &journey, at);
    let later = at + 40 * MINUTE;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, later, later + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, later, later + VISIT);
    let result = v1::CheckResult::AsRecorded;
    script.attended_check(&session, journey.site, journey.slot, None, result, later + MINUTE);
    Some(Planted::new("A door was forced; somebody looked soon after.").needs(RuleId::D02, BREAK, lines))
}

fn checked_later(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let cycle = open_only(script, journey.site, journey.slot, at);
    let later = at + 50 * MINUTE;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, later, later + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, later, later + VISIT);
    let result = v1::CheckResult::AsRecorded;
    script.attended_check(&session, journey.site, journey.slot, Some(&cycle), result, later + MINUTE);
    Some(
        Planted::new(
            "An occupied compartment was opened; another person's look an hour later explains it not.",
        )
        .needs(RuleId::D02, BREAK, of_cycle(&cycle)),
    )
}

fn given_up_beside(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let plan = Plan {
        until: Until::Seized,
        site: Some(journey.site),
        low: at - 3 * HOUR,
        high: at - 2 * HOUR,
        ..script.plan()
    };
    let other = script.journey(plan)?;
    script.bag(other.bag).is_taken = true;
    let before = script.lines.len();
    let line = script.give_up(other.bag, journey.site, journey.slot, at);
    // The sensor goes on saying what is true.
    let said = script.lines.len() - 3..script.lines.len();
    let weight = script.bag(journey.bag).weight_mg;
    for place in said {
        if let Some(Fact::PresenceSensed(v1::PresenceSensed { observed: Some(observed) })) =
            script.lines.get_mut(place).map(|line| &mut line.fact)
        {
            observed.occupied = true;
            observed.weight_mg = Some(weight);
        }
    }
    script.edit_at(line, |at| at.weight_mg = Some(weight));
    let mut places = doors_since(script, before);
    script.film(journey.site, at, at + VISIT);
    places.push(line);
    Some(
        Planted::new(
            "An officer opened a compartment in which another's exhibit lay and gave the deposit up.",
        )
        .needs(RuleId::D02, BREAK, places),
    )
}

fn closings(script: &mut Script, unseen: i64) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.collected().clone();
    script.line(visit.cycle.name()).unseen_closings = unseen;
    let story = match unseen {
        1.. => "A door closed more often than anybody said.",
        _ => "A door's close counter went back.",
    };
    Some(Planted::new(story).needs(RuleId::D03, BREAK, of_cycle(&visit.cycle)))
}

/// An officer twice gives a deposit up; between the two the empty compartment was opened by somebody unseen.
fn unseen_while_empty(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, Plan { until: Until::Seized, ..script.plan() })?;
    let Journey { bag, site, .. } = journey;
    let low = script.bag(bag).until_us + HOUR;
    let at = script.free_time(site, low, low + 4 * HOUR)?;
    let again = script.free_time(site, at + HOUR, at + 6 * HOUR)?;
    let slot = script.free_slot(site, at, again + VISIT, false)?;
    script.stay(site, slot, at, again + VISIT);
    script.give_up(bag, site, slot, at);
    let before = script.lines.len();
    script.give_up(bag, site, slot, again);
    let places = doors_since(script, before);
    script.line(*places.first()?).unseen_closings = 2;
    Some(Planted::new("An empty compartment's door closed twice, and nobody said so.").needs(
        RuleId::D03,
        BREAK,
        places,
    ))
}

/// What doors have said in lines written since.
fn doors_since(script: &mut Script, before: usize) -> Vec<LineId> {
    let lines = before..script.lines.len();
    let ids = lines.map(|place| LineId(u64::try_from(place).unwrap_or(0)));
    ids.filter(|line| crate::play::door_of(&mut script.line(*line).fact).is_some()).collect()
}

fn forced(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let lines = force(script, &journey, at);
    Some(
        Planted::new("A door was forced and nobody went to look.")
            .at_end()
            .needs(RuleId::D04, BREAK, lines)
            .needs(RuleId::D02, BREAK, lines),
    )
}

fn left_open(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, is_multi: true, ..script.plan() };
    let first = fresh(script, plan)?;
    let low = script.bag(first.bag).until_us + HOUR;
    let high = script.span.to_us - 4 * HOUR;
    let second = script.journey(Plan { site: Some(first.site), low, high, ..plan })?;
    script.bag(second.bag).is_taken = true;
    let visit = second.deposited().clone();
    let [name, opened, ..] = visit.cycle.steps;
    let door = script.door(visit.cycle.compartment, Some(name), Some(visit.session.opened));
    let at = script.at(opened) + 8 * SECOND;
    let left = Fact::DoorLeftOpen(v1::DoorLeftOpen { observed: Some(door) });
    let left = script.say(visit.session.device, at, left);
    let mut places = of_cycle(&visit.cycle);
    places.push(left.into());
    Some(
        Planted::new("A drop slot was left open while another's exhibit lay in it, and nobody looked.")
            .at_end()
            .needs(RuleId::D04, BREAK, places),
    )
}

fn emergency(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let bank = script.bank(journey.site);
    let doors = u64::try_from(bank.slots.len()).unwrap_or(0);
    let speaker = bank.speaker;
    let declared = v1::emergency_release::Declared { by: None, reason: None };
    let fact = Fact::EmergencyRelease(v1::EmergencyRelease {
        observed: Some(v1::emergency_release::Observed { doors }),
        declared: Some(declared),
    });
    let line = script.say(speaker, at, fact);
    let most = script.lying(journey.site, at).len();
    Some(
        Planted::new("All doors were released to save life, and nobody looked afterwards.")
            .at_end()
            .needs_up_to(most, RuleId::D04, BREAK, [line]),
    )
}

fn tampered(script: &mut Script, is_compartment: bool) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let speaker = script.bank(journey.site).speaker;
    let compartment = is_compartment.then(|| journey.deposited().cycle.compartment.0.to_vec());
    let [opened, _] = [(true, 0), (false, 20)].map(|(open, after)| {
        let observed = v1::tamper_sensed::Observed { compartment: compartment.clone(), open };
        let fact = Fact::TamperSensed(v1::TamperSensed { observed: Some(observed) });
        script.say(speaker, at + after * SECOND, fact)
    });
    let most = if is_compartment { 1 } else { script.lying(journey.site, at).len() };
    let what = if is_compartment { "an occupied compartment" } else { "a locker's housing" };
    Some(
        Planted::new(format!("The tamper switch of {what} opened, and nobody looked.")).at_end().needs_up_to(
            most,
            RuleId::D04,
            BREAK,
            [opened],
        ),
    )
}

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
    let visit = script.deposit(second.bag, first.site, first.slot, at, Manner::default());
    let both = script.bag(first.bag).weight_mg + script.bag(second.bag).weight_mg;
    script.edit_at(visit.act, |at| at.weight_mg = Some(both));
    if let Some(presence) = visit.presence
        && let Fact::PresenceSensed(v1::PresenceSensed { observed: Some(observed) }) =
            &mut script.line(presence).fact
    {
        observed.weight_mg = Some(both);
    }
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
