//! From the generated message to the rulebook's types: custody acts.

use alloc::vec::Vec;

use custody::id::ExhibitId;
use custody::movement::{AtCompartment, Ending, Item, MisdepositKind, Movement};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{act, broken, bytes, group, id, optional_act, optional_id};
use crate::canonical::DecodeError;

/// The custody act, or `None` where no rule reads this family.
pub(super) fn fact(message: Message) -> Result<Option<Movement>, DecodeError> {
    Ok(Some(match message {
        Message::Deposited(message) => {
            let declared = group(message.declared)?;
            Movement::Deposited {
                at: at(message.observed)?,
                item: item(declared.item)?,
                by: act(declared.by)?,
                witness: optional_act(declared.witness)?,
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
            }
        }
        other => return beyond_the_store(other),
    }))
}

/// Acts that leave the ordinary way from locker to store.
fn beyond_the_store(message: Message) -> Result<Option<Movement>, DecodeError> {
    Ok(Some(match message {
        Message::TemporarilyReleased(message) => {
            let declared = group(message.declared)?;
            Movement::TemporarilyReleased {
                item: item(declared.item)?,
                by: act(declared.by)?,
                to: id(&declared.to)?,
                due_us: declared.due_us,
            }
        }
        Message::ReturnedFromRelease(message) => {
            let declared = group(message.declared)?;
            Movement::ReturnedFromRelease {
                item: item(declared.item)?,
                release: id(&declared.release)?,
                by: act(declared.by)?,
                from: id(&declared.from)?,
            }
        }
        Message::MarkedMissing(message) => {
            let declared = group(message.declared)?;
            Movement::MarkedMissing { exhibits: exhibits(&declared.exhibits)?, by: act(declared.by)? }
        }
        Message::Found(message) => {
            let declared = group(message.declared)?;
            Movement::Found { item: item(declared.item)?, by: act(declared.by)? }
        }
        Message::ReturnedToOwner(message) => {
            let declared = group(message.declared)?;
            Movement::Ended {
                item: item(declared.item)?,
                by: act(declared.by)?,
                how: Ending::ReturnedToOwner,
            }
        }
        Message::Disposed(message) => {
            let declared = group(message.declared)?;
            Movement::Ended { item: item(declared.item)?, by: act(declared.by)?, how: Ending::Disposed }
        }
        Message::Resealed(message) => {
            let declared = group(message.declared)?;
            Movement::Resealed {
                exhibits: exhibits(&declared.exhibits)?,
                old_seal: declared.old_seal,
                new_seal: declared.new_seal,
                by: act(declared.by)?,
            }
        }
        _ => return Ok(None),
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

fn at(observed: Option<v1::AtCompartment>) -> Result<AtCompartment, DecodeError> {
    let observed = group(observed)?;
    Ok(AtCompartment {
        compartment: id(&observed.compartment)?,
        door_cycle: id(&observed.door_cycle)?,
        label: label(observed.label.as_ref())?,
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
        seal: item.seal,
    })
}

fn exhibits(exhibits: &[Vec<u8>]) -> Result<Vec<ExhibitId>, DecodeError> {
    exhibits.iter().map(|exhibit| id(exhibit)).collect()
}
