//! From the generated message to the rulebook's types: what is said of exhibits and moves none.

use alloc::boxed::Box;

use custody::fact::{Matter, Unit};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{act, broken, group, id, optional_act, optional_id};
use super::movement::exhibits;
use crate::canonical::DecodeError;

/// The matter, or the message again where it is none.
pub(super) fn fact(message: Message) -> Result<Result<Matter, Box<Message>>, DecodeError> {
    let matter = match message {
        Message::Identified(message) => {
            let declared = group(message.declared)?;
            Matter::Identified {
                provisional: id(&declared.provisional)?,
                registered: id(&declared.registered)?,
                by: act(declared.by)?,
            }
        }
        Message::Reattributed(message) => {
            let declared = group(message.declared)?;
            Matter::Reattributed {
                from: id(&declared.from)?,
                to: id(&declared.to)?,
                statements: declared.statements.iter().map(|hash| id(hash)).collect::<Result<_, _>>()?,
                by: act(declared.by)?,
                approver: act(declared.approver)?,
            }
        }
        Message::ExhibitSplit(message) => {
            let declared = group(message.declared)?;
            Matter::Split {
                parent: id(&declared.parent)?,
                children: exhibits(&declared.children)?,
                quantities: declared.quantities,
                by: act(declared.by)?,
            }
        }
        Message::SubExhibitCreated(message) => {
            let declared = group(message.declared)?;
            Matter::SubExhibitCreated {
                parent: id(&declared.parent)?,
                child: id(&declared.child)?,
                by: act(declared.by)?,
            }
        }
        Message::ExhibitsConsolidated(message) => {
            let declared = group(message.declared)?;
            Matter::Consolidated {
                parts: exhibits(&declared.parts)?,
                whole: id(&declared.whole)?,
                by: act(declared.by)?,
            }
        }
        Message::Weighed(message) => weighed(message)?,
        Message::Counted(message) => counted(group(message.declared)?)?,
        other => return of_the_package(other),
    };
    Ok(Ok(matter))
}

/// Seals, packages, and what was recorded late.
fn of_the_package(message: Message) -> Result<Result<Matter, Box<Message>>, DecodeError> {
    let matter = match message {
        Message::SealObservedIntact(message) => {
            let declared = group(message.declared)?;
            Matter::SealObservedIntact {
                exhibits: exhibits(&declared.exhibits)?,
                seal: declared.seal,
                by: act(declared.by)?,
            }
        }
        Message::SealBroken(message) => {
            let declared = group(message.declared)?;
            Matter::SealBroken {
                exhibits: exhibits(&declared.exhibits)?,
                seal: declared.seal,
                by: act(declared.by)?,
            }
        }
        Message::SealDiscrepancy(message) => {
            let declared = group(message.declared)?;
            Matter::SealDiscrepancy {
                exhibits: exhibits(&declared.exhibits)?,
                expected: declared.expected,
                found: declared.found,
                by: act(declared.by)?,
            }
        }
        Message::PackageOpened(message) => {
            let declared = group(message.declared)?;
            Matter::PackageOpened {
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
                witness: optional_act(declared.witness)?,
                names_examination: declared.examination.is_some(),
            }
        }
        Message::LateEntry(message) => {
            let declared = group(message.declared)?;
            Matter::LateEntry {
                exhibits: exhibits(&declared.exhibits)?,
                from: id(&declared.from)?,
                to: id(&declared.to)?,
                by: act(declared.by)?,
            }
        }
        Message::PaperFallback(message) => {
            let declared = group(message.declared)?;
            Matter::PaperFallback {
                exhibits: exhibits(&declared.exhibits)?,
                document: id(&declared.document)?,
                by: act(declared.by)?,
            }
        }
        Message::FoundInEmptyCompartment(message) => {
            let (observed, declared) = (group(message.observed)?, group(message.declared)?);
            Matter::FoundInEmptyCompartment {
                exhibit: optional_id(declared.exhibit.as_ref())?,
                compartment: id(&observed.compartment)?,
                by: act(declared.by)?,
            }
        }
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(matter))
}

fn weighed(message: v1::Weighed) -> Result<Matter, DecodeError> {
    let (observed, declared) = (group(message.observed)?, group(message.declared)?);
    Ok(Matter::Weighed {
        exhibit: id(&declared.exhibit)?,
        weight_mg: observed.weight_mg,
        error_mg: observed.error_mg,
        by: act(declared.by)?,
        witness: optional_act(declared.witness)?,
    })
}

fn counted(declared: v1::counted::Declared) -> Result<Matter, DecodeError> {
    let unit = match v1::CountedUnit::try_from(declared.unit) {
        Ok(v1::CountedUnit::Pieces) => Unit::Pieces,
        Ok(v1::CountedUnit::Pence) => Unit::Pence,
        Ok(v1::CountedUnit::Unspecified) | Err(_) => return Err(broken("unit of a count")),
    };
    Ok(Matter::Counted {
        exhibit: id(&declared.exhibit)?,
        quantity: declared.quantity,
        unit,
        by: act(declared.by)?,
        witness: optional_act(declared.witness)?,
    })
}
