//! Custody legs in the terms of a continuity statement: who had it, from whom and when received, where, to whom and when
//! passed. A cell says where it comes from.

use custody::fact::Fact;
use custody::movement::Movement;
use custody::verdict::{Class, Holder, Leg, Moment};
use custody_proto::v1;

use super::case::Case;
use super::words;
use crate::model::{self, Cell};

pub(super) fn leg(case: &Case<'_>, leg: &Leg) -> model::Leg {
    let at_us = leg.begins.wall_us;
    let ends_us = leg.ends.map_or(at_us, |ends| ends.wall_us);
    let from = leg.received_from.map(|from| cell(case.holder(from, at_us), side(from, leg.classes.begins)));
    let to_class = leg.classes.ends.unwrap_or(Class::Declared);
    let to = leg.passed_to.map(|to| cell(case.holder(to, ends_us), side(to, to_class)));
    model::Leg {
        holder: cell(holder(case, leg), leg.classes.holder),
        received_from: from,
        received: instant(case, leg.begins),
        received_class: leg.classes.begins.name(),
        place: place(case, leg),
        passed_to: to,
        passed: leg.ends.map(|ends| instant(case, ends)),
        passed_class: leg.classes.ends.map(Class::name),
        seal_in: leg.seal_in.clone().map(|seal| cell(seal, Class::Declared)),
        seal_out: leg.seal_out.clone().map(|seal| cell(seal, Class::Declared)),
        witness: leg.second_person.map(|person| cell(case.names.person(person, at_us), Class::Declared)),
        begins_index: leg.begins.index,
        ends_index: leg.ends.map(|ends| ends.index),
    }
}

fn cell(text: String, class: Class) -> Cell {
    Cell { text, class: class.name() }
}

/// A compartment is observed where its own device says so; whoever else gave or took is declared.
fn side(holder: Holder, moment: Class) -> Class {
    match holder {
        Holder::Compartment(_) => moment,
        _ => Class::Declared,
    }
}

fn instant(case: &Case<'_>, moment: Moment) -> model::Instant {
    case.instant_within(moment.wall_us, moment.error_us)
}

/// The holder; of a place also what kind of place it is said to be.
fn holder(case: &Case<'_>, leg: &Leg) -> String {
    let at_us = leg.begins.wall_us;
    let said = case.entry(leg.begins.index);
    if let (Holder::Place(person), Some(said)) = (leg.holder, said)
        && let Some(v1::statement::Fact::ReceivedAt(fact)) = &said.message.fact
        && let Some(declared) = &fact.declared
    {
        let kind = words::place_kind(declared.place());
        return format!("{kind}, by the word of {}", case.names.person(person, at_us));
    }
    case.holder(leg.holder, at_us)
}

/// Where it was: the locker's stand, the site of a place, or where its holder took it over. All of it as registered by
/// people, and therefore declared.
fn place(case: &Case<'_>, leg: &Leg) -> Option<Cell> {
    let at_us = leg.begins.wall_us;
    let words = match leg.holder {
        Holder::Compartment(compartment) => {
            let (_, locker) = case.material.ledger.estate().locker_of(compartment)?;
            let stand = locker.stand_at(at_us)?;
            case.place(stand.site, stand.store, at_us)
        }
        Holder::Missing | Holder::Ended => return None,
        Holder::Place(_) | Holder::Person(_) | Holder::Release(_) => {
            let statement = &case.entry(leg.begins.index)?.decoded.statement;
            match &statement.fact {
                Fact::Movement(Movement::ReceivedAt { site: Some(site), .. }) => {
                    case.place(*site, None, at_us)
                }
                _ => format!("taken over at {}", case.place_of(statement.device, at_us)?),
            }
        }
    };
    Some(cell(words, Class::Declared))
}
