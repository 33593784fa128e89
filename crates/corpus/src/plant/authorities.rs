//! P03–P05: separate duties, one place at a time, authorities.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::people::{counting, in_store, set_person_of};
use super::{Place, Planted, Planter, fresh, script as of};
use crate::custody_acts::{DESK, VISIT};
use crate::journey::{Journey, Plan, Until};
use crate::line::{HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::P03, "depositor orders the disposal", depositor_orders),
    of(RuleId::P03, "who orders it does it", orders_and_does),
    of(RuleId::P03, "the first counter keeps the store", |script| keeper_counts(script, true)),
    of(RuleId::P03, "the second counter keeps the store", |script| keeper_counts(script, false)),
    of(RuleId::P04, "five minutes apart", |script| two_sites(script, 5 * MINUTE)),
    of(RuleId::P04, "at once", |script| two_sites(script, 0)),
    of(RuleId::P04, "nine minutes apart, handed over late", two_sites_offline),
    of(RuleId::P05, "no authority named", |script| collected_under(script, Wrong::None)),
    of(RuleId::P05, "authority expired", |script| collected_under(script, Wrong::Expired)),
    of(RuleId::P05, "authority for another person", |script| collected_under(script, Wrong::Person)),
    of(RuleId::P05, "authority for another exhibit", |script| collected_under(script, Wrong::Exhibit)),
    of(RuleId::P05, "authority given afterwards", |script| collected_under(script, Wrong::After)),
    of(RuleId::P05, "authority refused since", |script| collected_under(script, Wrong::Refused)),
    of(RuleId::P05, "returned under nothing", |script| ended_under(script, Ending::Unknown)),
    of(RuleId::P05, "returned after it expired", |script| ended_under(script, Ending::Expired)),
    of(RuleId::P05, "destroyed without asking for how long", |script| ended_under(script, Ending::Unchecked)),
];

fn depositor_orders(script: &mut Script) -> Option<Planted> {
    let (site, central) = (script.store(), script.central);
    let officer =
        script.hire_kept(&[(v1::Role::Officer, Some(site)), (v1::Role::ExhibitsOfficer, Some(central))]);
    let high = script.span.to_us - 44 * HOUR;
    let plan = Plan { site: Some(site), officer: Some(officer), high, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    let keeper = script.bag(journey.bag).holder?;
    let at = script.bag(journey.bag).until_us + 2 * HOUR;
    if !script.can_be(officer, central, at, at + DESK) {
        return None;
    }
    let authority = script.disposal_authorised(journey.bag, at, officer);
    let line = script.disposed(journey.bag, at + HOUR, keeper, authority);
    Some(Planted::new("Who deposited an exhibit ordered its destruction.").needs(
        RuleId::P03,
        BREAK,
        [authority, line],
    ))
}

fn orders_and_does(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    let keeper = script.bag(journey.bag).holder?;
    let authority = script.disposal_authorised(journey.bag, at, keeper);
    let line = script.disposed(journey.bag, at + HOUR, keeper, authority);
    Some(Planted::new("Who ordered the destruction of an exhibit carried it out.").needs(
        RuleId::P03,
        BREAK,
        [authority, line],
    ))
}

fn keeper_counts(script: &mut Script, is_first: bool) -> Option<Planted> {
    let (site, at) = counting(script)?;
    let count = script.count(site, at);
    let role = if is_first { v1::Role::StoreManager } else { v1::Role::ExhibitsOfficer };
    let keeper = script.hire_kept(&[(v1::Role::CustodyAuditor, None), (role, Some(site))]);
    let person = script.person_id(keeper).0.to_vec();
    let mut session = Vec::new();
    if let Fact::AuditStarted(v1::AuditStarted { declared: Some(declared) }) =
        &mut script.line(count.started).fact
    {
        let act = if is_first { &mut declared.first } else { &mut declared.second };
        if let Some(act) = act {
            act.person.clone_from(&person);
            session.clone_from(&act.session);
        }
    }
    set_person_of(script, &session, &person);
    Some(Planted::new("Somebody who keeps a store counted it.").needs(RuleId::P03, BREAK, [count.started]))
}

/// The sessions of one person at the desks of two sites, so far apart.
fn sessions(script: &mut Script, apart: u64) -> Option<(usize, [LineId; 4], u64)> {
    let stores = script.stores();
    let [first, second, ..] = *stores.as_slice() else { return None };
    let person = script.hire_kept(&[(v1::Role::Officer, None)]);
    let (low, high) = (script.span.from_us + 6 * HOUR, script.span.to_us - 8 * HOUR);
    let at = script.rng.between(low, high);
    let one = script.at_desk(first, person, at, at + 3 * MINUTE);
    let next = if apart == 0 { at + MINUTE } else { at + 3 * MINUTE + apart };
    let two = script.at_desk(second, person, next, next + 3 * MINUTE);
    Some((person, [one.opened, one.closed, two.opened, two.closed], at))
}

fn two_sites(script: &mut Script, apart: u64) -> Option<Planted> {
    let (_, lines, _) = sessions(script, apart)?;
    Some(Planted::new("One person was recognised at two sites within minutes.").needs(
        RuleId::P04,
        Severity::Warning,
        lines,
    ))
}

fn two_sites_offline(script: &mut Script) -> Option<Planted> {
    let stores = script.stores();
    let [first, second, ..] = *stores.as_slice() else { return None };
    let person = script.hire_kept(&[(v1::Role::Officer, None)]);
    let site = script.site(first).id;
    let desk = script.enrol_at(script.span.early_us - 2 * HOUR, v1::DeviceKind::Desk, Some(site));
    let (low, high) = (script.span.from_us + 6 * HOUR, script.span.to_us - 20 * HOUR);
    let at = script.rng.between(low, high);
    script.offline(desk, at - HOUR, at + 6 * HOUR);
    let method = v1::AuthenticationMethod::Card;
    let one = script.session(desk, first, person, at, at + 3 * MINUTE, method);
    let two = script.at_desk(second, person, at + 12 * MINUTE, at + 15 * MINUTE);
    let lines = [one.opened, one.closed, two.opened, two.closed];
    Some(
        Planted::new("One person was recognised at two sites within nine minutes; one of them told it late.")
            .needs(RuleId::P04, Severity::Warning, lines),
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    None,
    Expired,
    Person,
    Exhibit,
    After,
    Refused,
}

fn collected_under(script: &mut Script, wrong: Wrong) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.collected().clone();
    let authority = journey.authority?;
    let (collected_us, authorised_us) = (script.at(visit.act), script.at(authority));
    let story =
        match wrong {
            Wrong::None => {
                script.set_authority(visit.act, None);
                script.unsay([authority]);
                "An exhibit was collected without an authority."
            }
            Wrong::Expired => {
                script.edit_authority(authority, |declared| declared.expires_us = collected_us - 2 * MINUTE);
                "An exhibit was collected under an authority that had expired."
            }
            Wrong::Person => {
                let other = script.hire_kept(&[(v1::Role::Courier, None)]);
                let other = script.person_id(other).0.to_vec();
                script.edit_authority(authority, |declared| declared.to = other);
                "An exhibit was collected under an authority for another courier."
            }
            Wrong::Exhibit => {
                let other = fresh(script, Plan { until: Until::Seized, ..script.plan() })?;
                let exhibits = script.exhibits(other.bag);
                script.edit_authority(authority, |declared| declared.exhibits = exhibits);
                "An exhibit was collected under an authority for another exhibit."
            }
            Wrong::After => {
                let at = collected_us + 30 * MINUTE;
                let fact = script.line(authority).fact.clone();
                script.unsay([authority]);
                let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + DESK, &[]);
                let session = script.at_desk(journey.site, keeper, at, at + DESK);
                let later = script.say(session.device, at + MINUTE, fact);
                let act = script.act(&session);
                script.edit_act(later, |by| *by = act);
                script.set_authority(visit.act, None);
                return Some(
                    Planted::new("An authority to collect was given half an hour after the collection.")
                        .needs(RuleId::P05, BREAK, [visit.act, later]),
                );
            }
            Wrong::Refused => {
                let at = authorised_us + (collected_us - authorised_us) / 2;
                refuse(script, &journey, visit.session.person, at);
                "An exhibit was collected after the authority had been overtaken by a refusal."
            }
        };
    Some(Planted::new(story).needs(RuleId::P05, BREAK, [visit.act, authority]))
}

fn refuse(script: &mut Script, journey: &Journey, to: usize, at: u64) {
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, at, at + VISIT);
    let declared = v1::collection_refused::Declared {
        exhibits: script.exhibits(journey.bag),
        to: script.person_id(to).0.to_vec(),
        by: Some(script.act(&session)),
        reason: None,
    };
    let fact = Fact::CollectionRefused(v1::CollectionRefused { declared: Some(declared) });
    script.say(session.device, at + 20 * SECOND, fact);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Unknown,
    Expired,
    Unchecked,
}

fn ended_under(script: &mut Script, ending: Ending) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    let [authority, line] = match ending {
        Ending::Unchecked => script.disposal(journey.bag, at),
        Ending::Unknown | Ending::Expired => script.returned_to_owner(journey.bag, at),
    };
    let ended_us = script.at(line);
    let nothing = script.commitment();
    let story = match (ending, &mut script.line(authority).fact) {
        (
            Ending::Unchecked,
            Fact::DisposalAuthorised(v1::DisposalAuthorised { declared: Some(declared) }),
        ) => {
            declared.retention_checked = false;
            "An exhibit was destroyed, and nobody had checked how long it must be kept."
        }
        (Ending::Expired, Fact::ReturnAuthorised(v1::ReturnAuthorised { declared: Some(declared) })) => {
            declared.expires_us = ended_us - 10 * MINUTE;
            "An exhibit went back to its owner under an authority that had expired."
        }
        _ => {
            script.set_authority(line, Some(nothing));
            "An exhibit went back to its owner under an authority that is not on record."
        }
    };
    let places: [Place; 2] = [authority.into(), line.into()];
    Some(Planted::new(story).needs(RuleId::P05, BREAK, places))
}
