//! S03–S05: origins, hands, and what comes after the end.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::states::in_store;
use super::{Planted, Planter, fresh, script as of};
use crate::custody_acts::{DESK, VISIT};
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::S03, "registered twice", |script| registered_twice(script, Until::Seized, false)),
    of(RuleId::S03, "registered again where it lies", |script| {
        registered_twice(script, Until::Deposited, false)
    }),
    of(RuleId::S03, "registered again in another case", |script| {
        registered_twice(script, Until::Received, true)
    }),
    of(RuleId::S04, "deposited by a colleague", colleague),
    of(RuleId::S04, "received from another", received_from_another),
    of(RuleId::S04, "accepted by another", accepted_by_another),
    of(RuleId::S04, "an offer used twice", offer_twice),
    of(RuleId::S04, "session ended", session_ended),
    of(RuleId::S04, "another's session", anothers_session),
    of(RuleId::S05, "deposited after disposal", deposited_after),
    of(RuleId::S05, "received after disposal", received_after),
    of(RuleId::S05, "released after it was returned", released_after),
];

fn registered_twice(script: &mut Script, until: Until, is_other_case: bool) -> Option<Planted> {
    let high = script.span.to_us - 44 * HOUR;
    let journey = fresh(script, Plan { until, is_one: true, high, ..script.plan() })?;
    let (bag, site) = (journey.bag, journey.site);
    let at = script.bag(bag).until_us + 2 * HOUR;
    let person = script.person(v1::Role::Officer, site, at, at + DESK, &[]);
    let session = script.at_desk(site, person, at, at + DESK);
    let mut registration = script.registration(bag, 0, &session);
    let (tag, case) = (script.commitment(), script.id().to_vec());
    if let Some(declared) = &mut registration.declared {
        declared.reference_tag = tag;
        if is_other_case {
            declared.case = case;
        }
    }
    let line = script.say(session.device, at + MINUTE, Fact::ExhibitRegistered(registration));
    Some(Planted::new("An exhibit that was registered was registered again.").needs(
        RuleId::S03,
        CONTRADICTION,
        [line],
    ))
}

fn colleague(script: &mut Script) -> Option<Planted> {
    let plan = script.plan();
    let journey = fresh(script, Plan { until: Until::Seized, ..plan })?;
    let Journey { bag, site, .. } = journey;
    let low = script.bag(bag).until_us + HOUR;
    let at = script.free_time(site, low, low + 6 * HOUR)?;
    let end = script.span.to_us + DAY;
    let slot = script.free_slot(site, at, end, false)?;
    script.stay(site, slot, at, end);
    let officer = script.bag(bag).officer;
    let other = script.person(v1::Role::Officer, site, at, at + VISIT, &[officer]);
    let visit = script.deposit(bag, site, slot, at, Some(other));
    let count = script.bag(bag).ids.len();
    Some(Planted::new("A colleague deposited what nobody had handed over.").needs_up_to(
        count,
        RuleId::S04,
        BREAK,
        [visit.act],
    ))
}

fn received_from_another(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let officer = script.bag(journey.bag).officer;
    let from = script.person_id(officer).0.to_vec();
    if let Fact::ReceivedAt(v1::ReceivedAt { declared: Some(declared), .. }) =
        &mut script.line(journey.received()).fact
    {
        declared.from = from;
    }
    let count = script.bag(journey.bag).ids.len();
    Some(
        Planted::new("The store says that it received the exhibit from another than who had it.")
            .needs_up_to(count, RuleId::S04, BREAK, [journey.received()]),
    )
}

/// An officer with a bag, and a time and a colleague for a hand-over.
fn handing(script: &mut Script) -> Option<(Journey, u64, usize)> {
    let journey = fresh(script, Plan { until: Until::Seized, ..script.plan() })?;
    let at = script.bag(journey.bag).until_us + HOUR;
    let officer = script.bag(journey.bag).officer;
    if !script.can_be(officer, journey.site, at, at + HOUR) {
        return None;
    }
    let other = script.person(v1::Role::Officer, journey.site, at, at + HOUR, &[officer]);
    Some((journey, at, other))
}

fn accepted_by_another(script: &mut Script) -> Option<Planted> {
    let (journey, at, other) = handing(script)?;
    let [offer, accepted] = script.hand_over(journey.bag, journey.site, other, at);
    let third = script.hire(&[(v1::Role::Officer, Some(journey.site))]);
    let third = script.person_id(third).0.to_vec();
    if let Fact::TransferOffered(v1::TransferOffered { declared: Some(declared) }) =
        &mut script.line(offer).fact
    {
        declared.to = third;
    }
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("What was offered to one was accepted by another.").needs_up_to(
        count,
        RuleId::S04,
        BREAK,
        [accepted],
    ))
}

fn offer_twice(script: &mut Script) -> Option<Planted> {
    let (journey, at, other) = handing(script)?;
    let (bag, site) = (journey.bag, journey.site);
    let officer = script.bag(bag).officer;
    let [offer, _] = script.hand_over(bag, site, other, at);
    script.hand_over(bag, site, officer, at + 12 * MINUTE);
    let [again_offer, again] = script.hand_over(bag, site, other, at + 24 * MINUTE);
    script.unsay([again_offer]);
    if let Fact::TransferAccepted(v1::TransferAccepted { declared: Some(declared) }) =
        &mut script.line(again).fact
    {
        declared.offer = offer.token();
    }
    script.line(again).follows = None;
    let count = script.bag(bag).ids.len();
    Some(Planted::new("An offer that was accepted before was accepted again.").needs_up_to(
        count,
        RuleId::S04,
        BREAK,
        [again],
    ))
}

fn session_ended(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.collected().clone();
    // A courier's clearance of several bags ends with one session; nobody ends it before all are out.
    if script.bag(journey.bag).visits().count() != 2 {
        return None;
    }
    let [.., locked] = visit.cycle.steps;
    let at = script.at(locked) + 3 * SECOND;
    script.move_to(visit.session.closed, at);
    Some(Planted::new("A courier's collection was said after the session had ended.").needs(
        RuleId::S04,
        BREAK,
        [visit.act],
    ))
}

fn anothers_session(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.deposited().clone();
    let other = script.hire(&[(v1::Role::Officer, Some(journey.site))]);
    let person = script.person_id(other).0.to_vec();
    let session = visit.session.opened;
    if let Fact::SessionOpened(v1::SessionOpened { declared: Some(declared), .. }) =
        &mut script.line(session).fact
    {
        declared.person = person;
    }
    Some(Planted::new("A deposit by one person was said in the session of another.").needs(
        RuleId::S04,
        BREAK,
        [visit.act],
    ))
}

fn disposed(script: &mut Script) -> Option<(Journey, u64)> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    script.disposal(journey.bag, at);
    let until = script.bag(journey.bag).until_us + 2 * HOUR;
    Some((journey, until))
}

fn deposited_after(script: &mut Script) -> Option<Planted> {
    let (journey, low) = disposed(script)?;
    let Journey { bag, site, .. } = journey;
    let at = script.free_time(site, low, low + 8 * HOUR)?;
    let end = script.span.to_us + DAY;
    let slot = script.free_slot(site, at, end, false)?;
    script.stay(site, slot, at, end);
    let officer = script.person(v1::Role::Officer, site, at, at + VISIT, &[]);
    let visit = script.deposit(bag, site, slot, at, Some(officer));
    Some(Planted::new("What was destroyed was deposited.").needs(RuleId::S05, CONTRADICTION, [visit.act]))
}

fn received_after(script: &mut Script) -> Option<Planted> {
    let (journey, at) = disposed(script)?;
    let (_, line) = script.receive(journey.bag, at);
    Some(Planted::new("What was destroyed was received.").needs(RuleId::S05, CONTRADICTION, [line]))
}

fn released_after(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    script.returned_to_owner(journey.bag, at);
    let at = script.bag(journey.bag).until_us + 2 * HOUR;
    let due_us = script.span.to_us + 5 * DAY;
    let (line, _) = script.released(journey.bag, at, due_us, None);
    Some(Planted::new("What had gone back to its owner was released to somebody.").needs(
        RuleId::S05,
        CONTRADICTION,
        [line],
    ))
}
