//! Where an exhibit is, and what each custody act makes of that: the state machine (S01, S02, S04, S05).
//!
//! Total: every act leads somewhere, because it happened. Each function reads from top to bottom: what is
//! lawful, then what is a finding.

use alloc::format;
use alloc::string::String;

use crate::id::{CompartmentId, PersonId};
use crate::movement::{Act, MisdepositKind, Movement};
use crate::rule::RuleId;
use crate::severity::Severity;
use crate::verdict::Holder;

/// An act breaks a rule: which, how gravely, in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objection {
    pub(crate) rule: RuleId,
    pub(crate) severity: Severity,
    pub(crate) sentence: String,
}

/// What an act makes of the exhibit's situation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// Who has the exhibit from here on; `None`: the act moves nothing.
    pub(crate) to: Option<Holder>,
    /// What is wrong with it.
    pub(crate) objection: Option<Objection>,
}

/// The offer that an acceptance names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer {
    pub(crate) by: Act,
    pub(crate) to: PersonId,
}

fn lawful(to: Holder) -> Step {
    Step { to: Some(to), objection: None }
}

fn moves_nothing() -> Step {
    Step { to: None, objection: None }
}

fn against(to: Option<Holder>, rule: RuleId, sentence: String) -> Step {
    Step { to, objection: Some(Objection { rule, severity: rule.rule().severity, sentence }) }
}

fn two_holders(to: Holder, sentence: String) -> Step {
    let objection = Objection { rule: RuleId::S02, severity: Severity::Contradiction, sentence };
    Step { to: Some(to), objection: Some(objection) }
}

/// What `movement` makes of an exhibit that `from` has; `None` where nothing is known of it before.
///
/// `offer` is the offer that an acceptance names, if it is on the exhibit's record.
pub(crate) fn step(from: Option<Holder>, movement: &Movement, offer: Option<Offer>) -> Step {
    if from == Some(Holder::Ended) {
        let sentence = format!("The exhibit was {} after its custody had ended.", verb(movement));
        return against(destination(movement), RuleId::S05, sentence);
    }
    match movement {
        Movement::Deposited { at, by, .. } => deposited(from, at.compartment, by.person),
        Movement::DepositAbandoned { .. }
        | Movement::TransferOffered { .. }
        | Movement::TransferRejected { .. } => moves_nothing(),
        Movement::Resealed { by, .. } => resealed(from, by.person, movement),
        Movement::Misdeposited { kind, compartment, .. } => misdeposited(from, *kind, *compartment),
        Movement::PassedBack { at, to, .. } => taken_out(from, at.compartment, Holder::Person(*to)),
        Movement::Collected { at, by, .. } => taken_out(from, at.compartment, Holder::Person(by.person)),
        Movement::TransferAccepted { by, .. } => accepted(from, *by, offer),
        Movement::ReceivedAt { by, from: giver, .. } => received(from, *by, *giver),
        Movement::TemporarilyReleased { by, to, .. } => {
            handed_out(from, by.person, Holder::Release(*to), movement)
        }
        Movement::ReturnedFromRelease { by, from: giver, .. } => match from {
            Some(Holder::Release(person)) if person == *giver => lawful(Holder::Person(by.person)),
            Some(Holder::Release(person)) => against(
                Some(Holder::Person(by.person)),
                RuleId::S04,
                format!("The exhibit was returned by {giver}, and it had been released to {person}."),
            ),
            other => out_of_place(other, movement),
        },
        Movement::MarkedMissing { .. } => lawful(Holder::Missing),
        Movement::Found { by, .. } => match from {
            Some(Holder::Missing) => lawful(Holder::Person(by.person)),
            other => out_of_place(other, movement),
        },
        Movement::Ended { by, .. } => handed_out(from, by.person, Holder::Ended, movement),
    }
}

fn deposited(from: Option<Holder>, compartment: CompartmentId, by: PersonId) -> Step {
    let to = Holder::Compartment(compartment);
    match from {
        None => lawful(to),
        Some(Holder::Person(person)) if person == by => lawful(to),
        Some(Holder::Person(person)) => against(
            Some(to),
            RuleId::S04,
            format!(
                "The exhibit was deposited by {by}, and {person} had it; no transfer between them is on record."
            ),
        ),
        Some(Holder::Compartment(other)) => two_holders(
            to,
            format!(
                "The exhibit was deposited in compartment {compartment} while it lay in compartment {other}."
            ),
        ),
        Some(other) => against(
            Some(to),
            RuleId::S01,
            format!(
                "The exhibit was deposited in compartment {compartment} while it was {}.",
                whereabouts(Some(other))
            ),
        ),
    }
}

fn taken_out(from: Option<Holder>, compartment: CompartmentId, to: Holder) -> Step {
    match from {
        Some(Holder::Compartment(place)) if place == compartment => lawful(to),
        Some(Holder::Compartment(other)) => two_holders(
            to,
            format!(
                "The exhibit was taken out of compartment {compartment} while it lay in compartment {other}."
            ),
        ),
        other => against(
            Some(to),
            RuleId::S01,
            format!(
                "The exhibit was taken out of compartment {compartment} while it was {}.",
                whereabouts(other)
            ),
        ),
    }
}

fn accepted(from: Option<Holder>, by: Act, offer: Option<Offer>) -> Step {
    let to = Some(Holder::Person(by.person));
    let against = |sentence: String| against(to, RuleId::S04, sentence);
    let Some(offer) = offer else {
        return against(format!("{} accepted the exhibit, and no offer of it is on record.", by.person));
    };
    let giver = offer.by.person;
    if offer.to != by.person {
        return against(format!(
            "{giver} offered the exhibit to {}, and {} accepted it.",
            offer.to, by.person
        ));
    }
    if giver == by.person || offer.by.session == by.session {
        return against(format!("{giver} offered the exhibit and the same person or session accepted it."));
    }
    match from {
        Some(Holder::Person(person) | Holder::Place(person)) if person == giver => {
            Step { to, objection: None }
        }
        other => against(format!("{giver} handed the exhibit over while it was {}.", whereabouts(other))),
    }
}

fn received(from: Option<Holder>, by: Act, giver: PersonId) -> Step {
    let to = Holder::Place(by.person);
    match from {
        _ if giver == by.person => against(
            Some(to),
            RuleId::S04,
            format!("{giver} is named both as who handed the exhibit over and as who received it."),
        ),
        Some(Holder::Person(person) | Holder::Release(person)) if person == giver => lawful(to),
        Some(Holder::Person(person)) => against(
            Some(to),
            RuleId::S04,
            format!(
                "The exhibit was received from {giver}, and {person} had it; no transfer between them is on record."
            ),
        ),
        other => against(
            Some(to),
            RuleId::S01,
            format!("The exhibit was received from {giver} while it was {}.", whereabouts(other)),
        ),
    }
}

/// Released or ended by a person who must have it, or by a place that has it.
fn handed_out(from: Option<Holder>, by: PersonId, to: Holder, movement: &Movement) -> Step {
    match from {
        Some(Holder::Place(_)) => lawful(to),
        Some(Holder::Person(person)) if person == by => lawful(to),
        Some(Holder::Person(person)) => against(
            Some(to),
            RuleId::S04,
            format!("The exhibit was {} by {by}, and {person} had it.", verb(movement)),
        ),
        other => Step { to: Some(to), ..out_of_place(other, movement) },
    }
}

/// Who seals it anew has it in hand: a person who has it, or anybody at a place that has it.
fn resealed(from: Option<Holder>, by: PersonId, movement: &Movement) -> Step {
    match from {
        None | Some(Holder::Place(_)) => moves_nothing(),
        Some(Holder::Person(person)) if person == by => moves_nothing(),
        Some(Holder::Person(person)) => against(
            None,
            RuleId::S04,
            format!("The exhibit was {} by {by}, and {person} had it.", verb(movement)),
        ),
        other => out_of_place(other, movement),
    }
}

fn misdeposited(from: Option<Holder>, kind: MisdepositKind, compartment: Option<CompartmentId>) -> Step {
    let (to, what) = match (kind, compartment) {
        (MisdepositKind::WrongCompartment, Some(place)) => {
            (Holder::Compartment(place), "it lay in another compartment than recorded")
        }
        (MisdepositKind::WrongCompartment, None) => (Holder::Missing, "it lay somewhere else"),
        (MisdepositKind::Empty, _) => (Holder::Missing, "nothing had been put in"),
        (MisdepositKind::OtherItem, _) => (Holder::Missing, "another item had been put in"),
    };
    match from {
        Some(Holder::Compartment(_)) => against(
            Some(to),
            RuleId::S02,
            format!(
                "The deposit of the exhibit turned out wrong: {what}; no record says who had it meanwhile."
            ),
        ),
        other => against(
            Some(to),
            RuleId::S01,
            format!("A wrong deposit of the exhibit was reported while it was {}.", whereabouts(other)),
        ),
    }
}

fn out_of_place(from: Option<Holder>, movement: &Movement) -> Step {
    let sentence = format!("The exhibit was {} while it was {}.", verb(movement), whereabouts(from));
    against(destination(movement), RuleId::S01, sentence)
}

/// Who has it after the act, whatever was before.
pub(crate) fn destination(movement: &Movement) -> Option<Holder> {
    match movement {
        Movement::Deposited { at, .. } => Some(Holder::Compartment(at.compartment)),
        Movement::PassedBack { to, .. } => Some(Holder::Person(*to)),
        Movement::Collected { by, .. }
        | Movement::TransferAccepted { by, .. }
        | Movement::ReturnedFromRelease { by, .. }
        | Movement::Found { by, .. } => Some(Holder::Person(by.person)),
        Movement::ReceivedAt { by, .. } => Some(Holder::Place(by.person)),
        Movement::TemporarilyReleased { to, .. } => Some(Holder::Release(*to)),
        Movement::MarkedMissing { .. } => Some(Holder::Missing),
        Movement::Ended { .. } => Some(Holder::Ended),
        Movement::DepositAbandoned { .. }
        | Movement::Misdeposited { .. }
        | Movement::TransferOffered { .. }
        | Movement::TransferRejected { .. }
        | Movement::Resealed { .. } => None,
    }
}

fn verb(movement: &Movement) -> &'static str {
    match movement {
        Movement::Deposited { .. } => "deposited",
        Movement::DepositAbandoned { .. } => "about to be deposited",
        Movement::Misdeposited { .. } => "reported as wrongly deposited",
        Movement::PassedBack { .. } => "passed back",
        Movement::Collected { .. } => "collected",
        Movement::TransferOffered { .. } => "offered",
        Movement::TransferAccepted { .. } => "accepted",
        Movement::TransferRejected { .. } => "declined",
        Movement::ReceivedAt { .. } => "received",
        Movement::TemporarilyReleased { .. } => "released",
        Movement::ReturnedFromRelease { .. } => "returned",
        Movement::MarkedMissing { .. } => "marked missing",
        Movement::Found { .. } => "found",
        Movement::Ended { .. } => "returned or disposed of",
        Movement::Resealed { .. } => "resealed",
    }
}

/// In words, after "while it was".
pub(crate) fn whereabouts(holder: Option<Holder>) -> String {
    match holder {
        None => "not yet on record".into(),
        Some(Holder::Person(person)) => format!("with {person}"),
        Some(Holder::Compartment(place)) => format!("in compartment {place}"),
        Some(Holder::Place(person)) => format!("in the place where {person} received it"),
        Some(Holder::Release(person)) => format!("released to {person}"),
        Some(Holder::Missing) => "missing".into(),
        Some(Holder::Ended) => "no longer in custody".into(),
    }
}
