//! From the generated message to the rulebook's types: custody acts.

use alloc::boxed::Box;
use alloc::vec::Vec;

use custody::id::ExhibitId;
use custody::movement::{AtCompartment, Closure, Ending, Item, MisdepositKind, Movement, SealCondition};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{act, broken, bytes, group, id, optional_act, optional_id};
use crate::canonical::DecodeError;

/// The custody act, or the message again where it is none.
pub(super) fn fact(message: Message) -> Result<Result<Movement, Box<Message>>, DecodeError> {
    Ok(Ok(match message {
        Message::Deposited(message) => {
            let declared = group(message.declared)?;
            Movement::Deposited {
                at: at(message.observed)?,
                item: item(declared.item)?,
                by: act(declared.by)?,
                witness: optional_act(declared.witness)?,
                condition: condition(declared.condition)?,
            }
        }
        Message::DepositAbandoned(message) => {
            let declared = group(message.declared)?;
            Movement::DepositAbandoned {
                at: at(message.observed)?,
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
            }
        }
        Message::Misdeposited(message) => misdeposit(group(message.declared)?)?,
        Message::PassedBack(message) => {
            let declared = group(message.declared)?;
            Movement::PassedBack {
                at: at(message.observed)?,
                item: item(declared.item)?,
                by: act(declared.by)?,
                to: id(&declared.to)?,
            }
        }
        Message::Collected(message) => {
            let declared = group(message.declared)?;
            Movement::Collected {
                at: at(message.observed)?,
                item: item(declared.item)?,
                by: act(declared.by)?,
                witness: optional_act(declared.witness)?,
                condition: condition(declared.condition)?,
                authority: optional_id(declared.authority.as_ref())?,
            }
        }
        Message::TransferOffered(message) => {
            let declared = group(message.declared)?;
            Movement::TransferOffered {
                item: item(declared.item)?,
                by: act(declared.by)?,
                to: id(&declared.to)?,
            }
        }
        Message::TransferAccepted(message) => {
            let declared = group(message.declared)?;
            Movement::TransferAccepted {
                item: item(declared.item)?,
                offer: id(&declared.offer)?,
                by: act(declared.by)?,
                condition: condition(declared.condition)?,
            }
        }
        Message::TransferRejected(message) => {
            let declared = group(message.declared)?;
            Movement::TransferRejected {
                exhibits: exhibits(&declared.exhibits)?,
                offer: id(&declared.offer)?,
            }
        }
        Message::ReceivedAt(message) => {
            let (observed, declared) = (group(message.observed)?, group(message.declared)?);
            Movement::ReceivedAt {
                label: label(observed.label.as_ref())?,
                item: item(declared.item)?,
                site: optional_id(declared.site.as_ref())?,
                by: act(declared.by)?,
                from: id(&declared.from)?,
                condition: condition(declared.condition)?,
            }
        }
        other => return beyond_the_store(other),
    }))
}

/// Acts that leave the ordinary way from locker to store.
fn beyond_the_store(message: Message) -> Result<Result<Movement, Box<Message>>, DecodeError> {
    Ok(Ok(match message {
        Message::TemporarilyReleased(message) => {
            let declared = group(message.declared)?;
            Movement::TemporarilyReleased {
                item: item(declared.item)?,
                by: act(declared.by)?,
                to: id(&declared.to)?,
                due_us: declared.due_us,
                condition: condition(declared.condition)?,
            }
        }
        Message::ReturnedFromRelease(message) => {
            let declared = group(message.declared)?;
            Movement::ReturnedFromRelease {
                item: item(declared.item)?,
                release: id(&declared.release)?,
                by: act(declared.by)?,
                from: id(&declared.from)?,
                condition: condition(declared.condition)?,
            }
        }
        Message::MarkedMissing(message) => {
            let declared = group(message.declared)?;
            Movement::MarkedMissing { exhibits: exhibits(&declared.exhibits)?, by: act(declared.by)? }
        }
        Message::Found(message) => {
            let declared = group(message.declared)?;
            Movement::Found {
                item: item(declared.item)?,
                by: act(declared.by)?,
                condition: condition(declared.condition)?,
            }
        }
        Message::ReturnedToOwner(message) => {
            let declared = group(message.declared)?;
            Movement::Ended {
                item: item(declared.item)?,
                by: act(declared.by)?,
                witness: None,
                how: Ending::ReturnedToOwner,
                authority: id(&declared.authority)?,
            }
        }
        Message::Disposed(message) => {
            let declared = group(message.declared)?;
            Movement::Ended {
                item: item(declared.item)?,
                by: act(declared.by)?,
                witness: optional_act(declared.witness)?,
                how: Ending::Disposed,
                authority: id(&declared.authority)?,
            }
        }
        Message::Resealed(message) => {
            let declared = group(message.declared)?;
            Movement::Resealed {
                exhibits: exhibits(&declared.exhibits)?,
                old_seal: declared.old_seal,
                new_seal: declared.new_seal,
                is_old_inside: declared.old_inside,
                package: id(&declared.package)?,
                by: act(declared.by)?,
                witness: optional_act(declared.witness)?,
            }
        }
        other => return Ok(Err(Box::new(other))),
    }))
}

fn misdeposit(declared: v1::misdeposited::Declared) -> Result<Movement, DecodeError> {
    let kind = match v1::MisdepositKind::try_from(declared.kind) {
        Ok(v1::MisdepositKind::WrongCompartment) => MisdepositKind::WrongCompartment,
        Ok(v1::MisdepositKind::Empty) => MisdepositKind::Empty,
        Ok(v1::MisdepositKind::OtherItem) => MisdepositKind::OtherItem,
        Ok(v1::MisdepositKind::Unspecified) | Err(_) => return Err(broken("kind of misdeposit")),
    };
    Ok(Movement::Misdeposited {
        exhibits: exhibits(&declared.exhibits)?,
        deposit: id(&declared.deposit)?,
        kind,
        compartment: optional_id(declared.compartment.as_ref())?,
        found_by: act(declared.found_by)?,
    })
}

fn condition(condition: i32) -> Result<SealCondition, DecodeError> {
    match v1::SealCondition::try_from(condition) {
        Ok(v1::SealCondition::Intact) => Ok(SealCondition::Intact),
        Ok(v1::SealCondition::Damaged) => Ok(SealCondition::Damaged),
        Ok(v1::SealCondition::Broken) => Ok(SealCondition::Broken),
        Ok(v1::SealCondition::Absent) => Ok(SealCondition::Absent),
        Ok(v1::SealCondition::Unspecified) | Err(_) => Err(broken("condition of a seal")),
    }
}

pub(super) fn closure(closure: i32) -> Result<Closure, DecodeError> {
    match v1::Closure::try_from(closure) {
        Ok(v1::Closure::Sealed) => Ok(Closure::Sealed),
        Ok(v1::Closure::Labelled) => Ok(Closure::Labelled),
        Ok(v1::Closure::Unsealed) => Ok(Closure::Unsealed),
        Ok(v1::Closure::Unspecified) | Err(_) => Err(broken("closure of a package")),
    }
}

pub(super) fn at(observed: Option<v1::AtCompartment>) -> Result<AtCompartment, DecodeError> {
    let observed = group(observed)?;
    Ok(AtCompartment {
        compartment: id(&observed.compartment)?,
        door_cycle: id(&observed.door_cycle)?,
        label: label(observed.label.as_ref())?,
        weight_mg: observed.weight_mg,
    })
}

fn label(label: Option<&Vec<u8>>) -> Result<Option<[u8; 16]>, DecodeError> {
    label.map(|label| bytes(label)).transpose()
}

fn item(item: Option<v1::Item>) -> Result<Item, DecodeError> {
    let item = group(item)?;
    Ok(Item {
        exhibits: exhibits(&item.exhibits)?,
        package: optional_id(item.package.as_ref())?,
        closure: closure(item.closure)?,
        seal: item.seal,
    })
}

pub(super) fn exhibits(exhibits: &[Vec<u8>]) -> Result<Vec<ExhibitId>, DecodeError> {
    exhibits.iter().map(|exhibit| id(exhibit)).collect()
}
