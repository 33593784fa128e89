//! From the generated message to the rulebook's types: people and equipment.

use alloc::boxed::Box;

use custody::fact::{Authentication, EquipmentFact, Fact, Role, RoleFact};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{act, broken, group, id, optional_id};
use super::movement::at;
use crate::canonical::DecodeError;

/// The fact, or the message again where it is none of this file's families.
pub(super) fn fact(message: Message) -> Result<Result<Fact, Box<Message>>, DecodeError> {
    let fact = match message {
        Message::RoleGranted(message) => {
            let declared = group(message.declared)?;
            Fact::Role(RoleFact::Granted {
                person: id(&declared.person)?,
                role: role(declared.role)?,
                site: optional_id(declared.site.as_ref())?,
                until_us: declared.until_us,
            })
        }
        Message::RoleRevoked(message) => {
            let declared = group(message.declared)?;
            Fact::Role(RoleFact::Revoked {
                person: id(&declared.person)?,
                role: role(declared.role)?,
                site: optional_id(declared.site.as_ref())?,
            })
        }
        Message::EquipmentIssued(message) => {
            let (at, declared) = (at(message.observed)?, group(message.declared)?);
            Fact::Equipment(EquipmentFact::Issued {
                at,
                equipment: id(&declared.equipment)?,
                by: act(declared.by)?,
                due_us: declared.due_us,
            })
        }
        Message::EquipmentReturned(message) => {
            let (at, declared) = (at(message.observed)?, group(message.declared)?);
            Fact::Equipment(EquipmentFact::Returned {
                at,
                equipment: id(&declared.equipment)?,
                by: act(declared.by)?,
                is_faulty: declared.faulty,
            })
        }
        Message::EquipmentOverdue(message) => {
            let derived = group(message.derived)?;
            Fact::Equipment(EquipmentFact::Overdue {
                equipment: id(&derived.equipment)?,
                issue: id(&derived.issue)?,
                due_us: derived.due_us,
            })
        }
        Message::EquipmentMissing(message) => {
            let declared = group(message.declared)?;
            let (equipment, by) = (id(&declared.equipment)?, act(declared.by)?);
            Fact::Equipment(EquipmentFact::Missing { equipment, by })
        }
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(fact))
}

fn role(role: i32) -> Result<Role, DecodeError> {
    match v1::Role::try_from(role) {
        Ok(v1::Role::Officer) => Ok(Role::Officer),
        Ok(v1::Role::ExhibitsOfficer) => Ok(Role::ExhibitsOfficer),
        Ok(v1::Role::StoreManager) => Ok(Role::StoreManager),
        Ok(v1::Role::Courier) => Ok(Role::Courier),
        Ok(v1::Role::CustodyAuditor) => Ok(Role::CustodyAuditor),
        Ok(v1::Role::DisclosureOfficer) => Ok(Role::DisclosureOfficer),
        Ok(v1::Role::EstateManager) => Ok(Role::EstateManager),
        Ok(v1::Role::Maintainer) => Ok(Role::Maintainer),
        Ok(v1::Role::Examiner) => Ok(Role::Examiner),
        Ok(v1::Role::Unspecified) | Err(_) => Err(broken("role of a person")),
    }
}

pub(super) fn method(method: i32) -> Result<Authentication, DecodeError> {
    match v1::AuthenticationMethod::try_from(method) {
        Ok(v1::AuthenticationMethod::Card) => Ok(Authentication::Card),
        Ok(v1::AuthenticationMethod::CardAndPin) => Ok(Authentication::CardAndPin),
        Ok(v1::AuthenticationMethod::Pin) => Ok(Authentication::Pin),
        Ok(v1::AuthenticationMethod::Oidc) => Ok(Authentication::Oidc),
        Ok(v1::AuthenticationMethod::Passkey) => Ok(Authentication::Passkey),
        Ok(v1::AuthenticationMethod::Vouched) => Ok(Authentication::Vouched),
        Ok(v1::AuthenticationMethod::Override) => Ok(Authentication::Override),
        Ok(v1::AuthenticationMethod::Unspecified) | Err(_) => Err(broken("how a person was recognised")),
    }
}
