//! Every opening of every compartment while an exhibit of the case lay inside: by whomever, for whatever, and also the
//! ones that only a counter tells of.

use std::collections::{BTreeMap, BTreeSet};

use custody::door::Cause;
use custody::fact::{DoorEvent, Fact, Interval};
use custody::id::{CompartmentId, Digest, ExhibitId};
use custody::movement::Movement;

use super::case::Case;
use super::doors::{Cycle, Cycles};
use super::stays::Stay;
use super::words;
use crate::model;

/// One opening, and what it is about.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    pub(super) said: model::Opening,
    pub(super) compartment: CompartmentId,
    /// The exhibits of the case that lay inside, went in or came out.
    pub(super) exhibits: BTreeSet<ExhibitId>,
    /// From its first statement to its last, by the device's clock; none where no door said anything.
    pub(super) interval: Option<Interval>,
    /// Bound on that clock's error.
    pub(super) error_us: u64,
    /// No custody act or check names it.
    pub(super) is_unexplained: bool,
}

/// All of them in order of time, numbered from 1.
pub(super) fn openings(case: &Case<'_>, stays: &[Stay], cycles: &Cycles) -> Vec<Opening> {
    let acts = acts(case);
    let mut openings: Vec<Opening> = Vec::new();
    for ((_, hash), cycle) in cycles {
        let own = acts.get(hash).map(Vec::as_slice).unwrap_or_default();
        let exhibits = exhibits_of(stays, cycle, own);
        if !exhibits.is_empty() {
            openings.push(opening(case, cycle, own, exhibits));
        }
    }
    openings.extend(told_by_others(case, stays));
    openings.sort_by_key(|opening| (opening.said.from.us, opening.said.indices.first().copied()));
    for (number, opening) in (1..).zip(&mut openings) {
        opening.said.number = number;
    }
    openings
}

/// What an entry says was done in a door cycle.
struct Deed {
    index: u64,
    words: String,
    /// The exhibits of the case that it is about.
    exhibits: Vec<ExhibitId>,
}

/// By the cycle that they name, what entries say was done.
fn acts(case: &Case<'_>) -> BTreeMap<Digest, Vec<Deed>> {
    let mut acts: BTreeMap<Digest, Vec<Deed>> = BTreeMap::new();
    for (index, said) in case.material.entries {
        let (cycle, words) = match &said.decoded.statement.fact {
            Fact::Movement(movement) => match movement.at() {
                Some(at) => (at.door_cycle, moved(case, movement)),
                None => continue,
            },
            Fact::Equipment(equipment) => match equipment.at() {
                Some(at) => (at.door_cycle, "equipment issued or returned".to_owned()),
                None => continue,
            },
            Fact::AttendedCheck { door_cycle: Some(cycle), result, .. } => (*cycle, checked(*result)),
            _ => continue,
        };
        let exhibits = of_the_case(case, &said.decoded.statement.fact);
        acts.entry(cycle).or_default().push(Deed { index: *index, words, exhibits });
    }
    acts
}

fn of_the_case(case: &Case<'_>, fact: &Fact) -> Vec<ExhibitId> {
    let exhibits = match fact {
        Fact::Movement(movement) => movement.exhibits(),
        _ => &[],
    };
    exhibits.iter().copied().filter(|exhibit| case.is_in_scope(*exhibit)).collect()
}

fn moved(case: &Case<'_>, movement: &Movement) -> String {
    let what = match movement {
        Movement::Deposited { .. } => "deposit",
        Movement::DepositAbandoned { .. } => "abandoned deposit",
        Movement::PassedBack { .. } => "pass-back",
        Movement::Collected { .. } => "collection",
        _ => "act",
    };
    let of_the_case: Vec<String> = (movement.exhibits().iter())
        .filter(|exhibit| case.is_in_scope(**exhibit))
        .map(|exhibit| case.names.exhibit(*exhibit))
        .collect();
    if of_the_case.is_empty() {
        format!("{what} of something else")
    } else {
        format!("{what} of {}", of_the_case.join(", "))
    }
}

fn checked(result: custody::fact::CheckResult) -> String {
    use custody::fact::CheckResult;
    let found = match result {
        CheckResult::AsRecorded => "found as recorded",
        CheckResult::ItemAbsent => "something absent",
        CheckResult::ItemUnexpected => "something unexpected found",
        CheckResult::SealDisturbed => "a seal disturbed",
    };
    format!("attended check: {found}")
}

/// Those that lay inside meanwhile, and those of which something was done in the cycle, or was to be.
fn exhibits_of(stays: &[Stay], cycle: &Cycle, own: &[Deed]) -> BTreeSet<ExhibitId> {
    let is_of =
        |stay: &&Stay| stay.compartment == cycle.compartment && stay.meets(&cycle.indices, cycle.interval);
    let lay_inside = stays.iter().filter(is_of).map(|stay| stay.exhibit);
    lay_inside.chain(own.iter().flat_map(|deed| deed.exhibits.iter().copied())).collect()
}

fn opening(case: &Case<'_>, cycle: &Cycle, own: &[Deed], exhibits: BTreeSet<ExhibitId>) -> Opening {
    let instant = |us| case.instant_within(us, cycle.error_us);
    let mut indices = cycle.indices.clone();
    indices.extend(own.iter().map(|deed| deed.index));
    Opening {
        said: model::Opening {
            number: 0,
            compartment: case.names.compartment(cycle.compartment),
            from: instant(cycle.opened_us),
            to: cycle.closed_us.map(instant),
            who: who(case, cycle),
            what: what(cycle, own),
            close_counter: Some(cycle.close_counter),
            indices,
        },
        compartment: cycle.compartment,
        exhibits,
        interval: Some(cycle.interval),
        error_us: cycle.error_us,
        is_unexplained: own.is_empty(),
    }
}

/// What is said of the door, then what is said of the act.
fn what(cycle: &Cycle, own: &[Deed]) -> String {
    let of_the_door = [
        (cycle.has(DoorEvent::Forced), "FORCED"),
        (cycle.has(DoorEvent::MasterKey), "MASTER KEY"),
        (!cycle.is_opened(), "released and not opened"),
        (cycle.has(DoorEvent::LeftOpen), "left open"),
        (cycle.has(DoorEvent::FailedClose), "did not close at first"),
    ];
    let of_the_door = of_the_door.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words.to_owned());
    let mut all: Vec<String> = of_the_door.collect();
    all.extend(own.iter().map(|deed| deed.words.clone()));
    if own.is_empty() {
        all.push("no custody act in this bundle names it".to_owned());
    }
    all.join("; ")
}

fn who(case: &Case<'_>, cycle: &Cycle) -> String {
    let at_us = cycle.interval.from_us;
    if let Some(by) = cycle.by {
        return format!(
            "{}, by the word of whoever used the master key",
            case.names.person(by.person, at_us)
        );
    }
    let Some(session) = cycle.session else { return "nobody was recognised".to_owned() };
    match case.statement(session).map(|(_, said)| &said.decoded.statement.fact) {
        Some(Fact::SessionOpened { person, method }) => {
            format!("{}, recognised {}", case.names.person(*person, at_us), words::authentication(*method))
        }
        _ => "released in a session that is not in this bundle".to_owned(),
    }
}

/// What no door said: a counter that stands too high, a look that found something else.
fn told_by_others(case: &Case<'_>, stays: &[Stay]) -> Vec<Opening> {
    let doors = case.material.ledger.doors();
    let mut found = Vec::new();
    for opening in doors.openings().filter(|opening| !opening.is_of_a_cycle()) {
        let is_of = |stay: &&Stay| {
            stay.compartment == opening.compartment && stay.meets(&opening.indices, opening.interval)
        };
        let exhibits: BTreeSet<ExhibitId> = stays.iter().filter(is_of).map(|stay| stay.exhibit).collect();
        if exhibits.is_empty() {
            continue;
        }
        let what = match opening.cause {
            Cause::FoundOtherwise => "an attended check found the compartment otherwise than recorded",
            _ => "the close counter shows an opening that nobody recorded",
        };
        let instant = |us| case.instant_within(us, opening.error_us);
        found.push(Opening {
            said: model::Opening {
                number: 0,
                compartment: case.names.compartment(opening.compartment),
                from: instant(opening.interval.from_us),
                to: Some(instant(opening.interval.to_us)),
                who: "not known".to_owned(),
                what: what.to_owned(),
                close_counter: None,
                indices: opening.indices.clone(),
            },
            compartment: opening.compartment,
            exhibits,
            interval: None,
            error_us: opening.error_us,
            is_unexplained: true,
        });
    }
    found
}
