//! What is compared at every custody transfer point: the label (E02) and the seal (E03).

use alloc::format;
use alloc::string::String;

use crate::id::ExhibitId;
use crate::movement::{Item, Movement};
use crate::rule::RuleId;
use crate::severity::Severity;
use crate::situation::Objection;

/// What a transfer point's reader says of the label.
#[derive(Clone, Copy)]
enum Label {
    /// The act has no reader.
    NoReader,
    /// Nothing was read.
    NotRead,
    /// This id was read.
    Read([u8; 16]),
}

impl From<Option<[u8; 16]>> for Label {
    fn from(label: Option<[u8; 16]>) -> Self {
        label.map_or(Self::NotRead, Self::Read)
    }
}

/// What a transfer point shows of label and seal.
struct Shown<'a> {
    item: &'a Item,
    label: Label,
}

fn shown(movement: &Movement) -> Option<Shown<'_>> {
    match movement {
        Movement::Deposited { at, item, .. }
        | Movement::PassedBack { at, item, .. }
        | Movement::Collected { at, item, .. } => Some(Shown { item, label: at.label.into() }),
        Movement::ReceivedAt { label, item, .. } => Some(Shown { item, label: (*label).into() }),
        Movement::TransferAccepted { item, .. }
        | Movement::TemporarilyReleased { item, .. }
        | Movement::ReturnedFromRelease { item, .. }
        | Movement::Found { item, .. }
        | Movement::Ended { item, .. } => Some(Shown { item, label: Label::NoReader }),
        Movement::DepositAbandoned { .. }
        | Movement::Misdeposited { .. }
        | Movement::TransferOffered { .. }
        | Movement::TransferRejected { .. }
        | Movement::MarkedMissing { .. }
        | Movement::Resealed { .. } => None,
    }
}

/// Whether the act is one by which custody changes hands.
pub(crate) fn is_transfer_point(movement: &Movement) -> bool {
    shown(movement).is_some()
}

/// E02: the label read is that of one of the package's exhibits, by whichever of its ids, or of the package.
pub(crate) fn label_objection(
    movement: &Movement,
    judged_as: impl Fn(ExhibitId) -> ExhibitId,
) -> Option<Objection> {
    let shown = shown(movement)?;
    let label = match shown.label {
        Label::NoReader => return None,
        Label::NotRead => {
            let sentence = "No label was read at a custody transfer point.".into();
            return Some(Objection { rule: RuleId::E02, severity: Severity::Warning, sentence });
        }
        Label::Read(label) => label,
    };
    let labelled = judged_as(ExhibitId(label));
    let is_an_exhibits = shown.item.exhibits.iter().any(|exhibit| judged_as(*exhibit) == labelled);
    let is_the_packages = shown.item.package.is_some_and(|package| package.0 == label);
    if is_an_exhibits || is_the_packages {
        return None;
    }
    let sentence = format!(
        "The label read at a custody transfer point is that of {}, not of the exhibit recorded.",
        ExhibitId(label)
    );
    Some(Objection { rule: RuleId::E02, severity: RuleId::E02.rule().severity, sentence })
}

/// E03: the seal's number is the one last recorded, where both were declared. Moves `last` on.
pub(crate) fn seal_objection(movement: &Movement, last: &mut Option<String>) -> Option<Objection> {
    let (found, becomes) = match movement {
        Movement::Resealed { old_seal, new_seal, .. } => (old_seal.as_ref(), Some(new_seal)),
        other => {
            let seal = shown(other).and_then(|shown| shown.item.seal.as_ref());
            (seal, seal)
        }
    };
    let expected = last.clone();
    if let Some(seal) = becomes {
        *last = Some(seal.clone());
    }
    match (expected, found) {
        (Some(expected), Some(found)) if expected != *found => {
            let sentence = format!("The seal's number is {found}, and {expected} was the last recorded.");
            Some(Objection { rule: RuleId::E03, severity: RuleId::E03.rule().severity, sentence })
        }
        _ => None,
    }
}
