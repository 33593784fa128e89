//! D01–D04: doors that open and shut, and those that were forced, left open or tampered with.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Place, Planted, Planter, fresh, script as of};
use crate::custody_acts::VISIT;
use crate::journey::{Journey, Plan, Until};
use crate::line::{HOUR, LineId, MINUTE, SECOND};
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
];

/// A bag that lies in a locker to the end, and a time when somebody may come there undisturbed.
pub(super) fn lying(script: &mut Script) -> Option<(Journey, u64)> {
    let plan = script.plan();
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..plan };
    let journey = fresh(script, plan)?;
    let low = script.bag(journey.bag).until_us + HOUR;
    let at = script.free_time(journey.site, low, script.span.to_us - 5 * HOUR)?;
    Some((journey, at))
}

/// A place in the cycle: any of its statements, or the act.
pub(super) fn of_cycle(cycle: &Cycle) -> Vec<Place> {
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
    // Each compartment in which something lies.
    let most = script.bank(journey.site).slots.len();
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
    let most = if is_compartment { 1 } else { script.bank(journey.site).slots.len() };
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
