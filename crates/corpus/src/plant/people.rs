//! P01, P02: who may, and two people.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Planted, Planter, fresh, script as of};
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;
use crate::visit::Visit;

const BREAK: Severity = Severity::Break;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::P01, "deposited without a role", no_role),
    of(RuleId::P01, "role revoked the day before", revoked),
    of(RuleId::P01, "role at another site", other_site),
    of(RuleId::P01, "role had ended", ended),
    of(RuleId::P01, "registered by a courier", registered_by_courier),
    of(RuleId::P01, "authorised by an officer", authorised_by_officer),
    of(RuleId::P01, "role granted the day after", granted_after),
    of(RuleId::P01, "counted without the role", counted_without_role),
    of(RuleId::P02, "no second person at the deposit", |script| alone(script, false)),
    of(RuleId::P02, "no second person at the collection", |script| alone(script, true)),
    of(RuleId::P02, "one person twice", one_person_twice),
    of(RuleId::P02, "second person at another device", elsewhere),
    of(RuleId::P02, "second person had left", had_left),
    of(RuleId::P02, "second person vouched for", vouched),
    of(RuleId::P02, "opened alone", |script| examined_alone(script, true)),
    of(RuleId::P02, "sealed anew alone", |script| examined_alone(script, false)),
    of(RuleId::P02, "destroyed alone", destroyed_alone),
];

/// A bag that goes all the way, deposited by an officer of the planter's.
fn with_officer(script: &mut Script, site: usize, officer: usize, until: Until) -> Option<Journey> {
    let plan = Plan { site: Some(site), officer: Some(officer), until, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some(journey)
}

fn no_role(script: &mut Script) -> Option<Planted> {
    let site = script.store();
    let stranger = script.hire_kept(&[]);
    let journey = with_officer(script, site, stranger, Until::Deposited)?;
    // Somebody who may has registered it for the stranger.
    let registrar = script.hire_kept(&[(v1::Role::Officer, Some(site))]);
    let session_person = script.person_id(registrar).0.to_vec();
    for line in journey.registered {
        let Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) }) =
            &mut script.line(line).fact
        else {
            continue;
        };
        let Some(act) = &mut declared.registrar else { continue };
        act.person.clone_from(&session_person);
        let session = act.session.clone();
        set_person_of(script, &session, &session_person);
    }
    let deposit = journey.deposit?.act;
    Some(Planted::new("Somebody without any role deposited an exhibit.").needs(RuleId::P01, BREAK, [deposit]))
}

/// The session with this token is somebody's.
pub(super) fn set_person_of(script: &mut Script, session: &[u8], person: &[u8]) {
    let lines = 0..u64::try_from(script.lines.len()).unwrap_or(0);
    for line in lines.map(LineId).filter(|line| line.token() == session) {
        if let Fact::SessionOpened(v1::SessionOpened { declared: Some(declared), .. }) =
            &mut script.line(line).fact
        {
            declared.person = person.to_vec();
        }
    }
}

/// A bag collected by a courier of the planter's choice, and received.
fn collected_by(
    script: &mut Script,
    courier: impl FnOnce(&mut Script, usize, u64) -> usize,
) -> Option<Planted> {
    let (journey, at) = waiting(script)?;
    let courier = courier(script, journey.site, at);
    let visit = fetch(script, &journey, courier, at);
    Some(Planted::new("A courier who may not collected an exhibit.").needs(RuleId::P01, BREAK, [visit.act]))
}

/// A bag that lies in a locker, and a time when a courier may fetch it.
fn waiting(script: &mut Script) -> Option<(Journey, u64)> {
    let plan = script.plan();
    let site = plan.site.unwrap_or_else(|| script.store());
    let low = script.span.from_us + 26 * HOUR;
    let plan =
        Plan { site: Some(site), low, high: script.span.to_us - 26 * HOUR, until: Until::Deposited, ..plan };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    let until = script.bag(journey.bag).until_us;
    let at = script.free_time(site, until + 2 * HOUR, until + 14 * HOUR)?;
    Some((journey, at))
}

fn fetch(script: &mut Script, journey: &Journey, courier: usize, at: u64) -> Visit {
    let authority = script.authorise(journey.bag, courier, at - HOUR);
    let visit = script.collect(journey.bag, courier, Some(authority), at);
    script.receive(journey.bag, at + 40 * MINUTE);
    visit
}

fn revoked(script: &mut Script) -> Option<Planted> {
    collected_by(script, |script, _, at| {
        let courier = script.hire_kept(&[(v1::Role::Courier, None)]);
        script.revoke_role_at(at - DAY, courier, v1::Role::Courier, None);
        courier
    })
}

fn other_site(script: &mut Script) -> Option<Planted> {
    collected_by(script, |script, _, _| {
        let central = script.central;
        script.hire_kept(&[(v1::Role::Courier, Some(central))])
    })
}

fn ended(script: &mut Script) -> Option<Planted> {
    collected_by(script, |script, site, at| {
        let courier = script.hire_kept(&[]);
        let granted_us = script.span.early_us - HOUR;
        script.grant_at(granted_us, courier, v1::Role::Courier, Some(site), Some(at - 2 * HOUR));
        courier
    })
}

fn granted_after(script: &mut Script) -> Option<Planted> {
    collected_by(script, |script, site, at| {
        let courier = script.hire_kept(&[]);
        script.grant_at(at + 20 * HOUR, courier, v1::Role::Courier, Some(site), None);
        courier
    })
}

fn registered_by_courier(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, Plan { is_one: true, ..script.plan() })?;
    let line = journey.registered.first().copied()?;
    let courier = script.hire_kept(&[(v1::Role::Courier, None)]);
    let person = script.person_id(courier).0.to_vec();
    if let Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) }) =
        &mut script.line(line).fact
    {
        let act = declared.registrar.as_mut()?;
        act.person.clone_from(&person);
        let session = act.session.clone();
        set_person_of(script, &session, &person);
    }
    Some(Planted::new("A courier registered an exhibit.").needs(RuleId::P01, BREAK, [line]))
}

fn authorised_by_officer(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let line = journey.authority?;
    let officer = script.hire_kept(&[(v1::Role::Officer, Some(journey.site))]);
    let person = script.person_id(officer).0.to_vec();
    let mut session = Vec::new();
    script.edit_act(line, |act| {
        act.person.clone_from(&person);
        session.clone_from(&act.session);
    });
    set_person_of(script, &session, &person);
    Some(Planted::new("An officer authorised a collection, which an exhibits officer does.").needs(
        RuleId::P01,
        BREAK,
        [line],
    ))
}

/// A count at a store, at a quiet time.
pub(super) fn counting(script: &mut Script) -> Option<(usize, u64)> {
    let site = script.store();
    let (low, high) = (script.span.from_us + 12 * HOUR, script.span.to_us - 8 * HOUR);
    let at = script.quiet_time(site, low, high)?;
    Some((site, at))
}

fn counted_without_role(script: &mut Script) -> Option<Planted> {
    let (site, at) = counting(script)?;
    let count = script.count(site, at);
    let officer = script.hire_kept(&[(v1::Role::Officer, Some(site))]);
    let person = script.person_id(officer).0.to_vec();
    let mut session = Vec::new();
    if let Fact::AuditStarted(v1::AuditStarted { declared: Some(declared) }) =
        &mut script.line(count.started).fact
        && let Some(first) = &mut declared.first
    {
        first.person.clone_from(&person);
        session.clone_from(&first.session);
    }
    set_person_of(script, &session, &person);
    Some(Planted::new("An officer counted a store, which an auditor does.").needs(
        RuleId::P01,
        BREAK,
        [count.started],
    ))
}

/// A bag of cash that goes all the way.
fn cash(script: &mut Script) -> Option<Journey> {
    fresh(script, Plan { category: v1::Category::Cash, ..script.plan() })
}

/// Takes a second person's session away.
fn dismiss(script: &mut Script, visit: &Visit) {
    if let Some(witness) = visit.witness {
        script.unsay([witness.opened, witness.closed]);
    }
}

fn alone(script: &mut Script, is_collection: bool) -> Option<Planted> {
    let journey = cash(script)?;
    let visit = if is_collection { journey.collected() } else { journey.deposited() }.clone();
    dismiss(script, &visit);
    script.set_witness(visit.act, None);
    Some(Planted::new("Cash was moved by one person alone.").needs(RuleId::P02, BREAK, [visit.act]))
}

fn one_person_twice(script: &mut Script) -> Option<Planted> {
    let visit = cash(script)?.deposit?;
    let witness = visit.witness?;
    let person = script.person_id(visit.session.person).0.to_vec();
    let token = witness.opened.token();
    set_person_of(script, &token, &person);
    let act = v1::Act { person, session: token };
    script.set_witness(visit.act, Some(act));
    Some(Planted::new("Cash was deposited by one person, recognised twice.").needs(
        RuleId::P02,
        BREAK,
        [visit.act],
    ))
}

fn elsewhere(script: &mut Script) -> Option<Planted> {
    let journey = cash(script)?;
    let visit = journey.deposited().clone();
    let witness = visit.witness?;
    let at = script.at(witness.opened);
    let until = script.at(witness.closed);
    dismiss(script, &visit);
    let session = script.at_desk(journey.site, witness.person, at, until);
    let act = script.act(&session);
    script.set_witness(visit.act, Some(act));
    Some(
        Planted::new("The second person at a deposit of cash was at the desk.")
            .needs(RuleId::P02, BREAK, [visit.act])
            // The session named is not one of this device.
            .may(1, RuleId::S04, BREAK, [visit.act]),
    )
}

fn had_left(script: &mut Script) -> Option<Planted> {
    let visit = cash(script)?.deposit?;
    let witness = visit.witness?;
    let at = script.at(visit.act) - 3 * SECOND;
    script.move_to(witness.closed, at);
    Some(
        Planted::new("The second person at a deposit of cash had left.")
            .needs(RuleId::P02, BREAK, [visit.act])
            // An act is said in a session that is open.
            .may(1, RuleId::S04, BREAK, [visit.act]),
    )
}

fn vouched(script: &mut Script) -> Option<Planted> {
    let visit = cash(script)?.collection?;
    let witness = visit.witness?;
    if let Fact::SessionOpened(v1::SessionOpened { observed: Some(observed), .. }) =
        &mut script.line(witness.opened).fact
    {
        observed.method = v1::AuthenticationMethod::Vouched.into();
    }
    Some(Planted::new("The second person at a collection of cash was only vouched for.").needs(
        RuleId::P02,
        BREAK,
        [visit.act],
    ))
}

fn examined_alone(script: &mut Script, is_opening: bool) -> Option<Planted> {
    let plan = Plan { is_one: true, category: v1::Category::Drug, ..script.plan() };
    let (journey, at) = script.in_laboratory(plan)?;
    script.bag(journey.bag).is_taken = true;
    let examined = script.examined(journey.bag, at);
    let line = if is_opening { examined.opened } else { examined.resealed };
    script.set_witness(line, None);
    let what = if is_opening { "opened" } else { "sealed anew" };
    Some(Planted::new(format!("A package of drugs was {what} by one person alone.")).needs(
        RuleId::P02,
        BREAK,
        [line],
    ))
}

pub(super) fn in_store(script: &mut Script, plan: Plan) -> Option<(Journey, u64)> {
    let (journey, at) = script.in_store(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some((journey, at))
}

fn destroyed_alone(script: &mut Script) -> Option<Planted> {
    let plan = Plan { category: v1::Category::Drug, ..script.plan() };
    let (journey, at) = in_store(script, plan)?;
    let [_, line] = script.disposal(journey.bag, at);
    script.set_witness(line, None);
    Some(Planted::new("Drugs were destroyed by one person alone.").needs(RuleId::P02, BREAK, [line]))
}
