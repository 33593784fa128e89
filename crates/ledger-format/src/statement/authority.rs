//! From the generated message to the rulebook's types: who allowed what.

use alloc::boxed::Box;

use custody::fact::AuthorityFact;
use custody_proto::v1::statement::Fact as Message;

use super::field::{act, group, id, optional_id};
use super::movement::exhibits;
use crate::canonical::DecodeError;

/// The authority, or the message again where it is none.
pub(super) fn fact(message: Message) -> Result<Result<AuthorityFact, Box<Message>>, DecodeError> {
    let authority = match message {
        Message::CollectionAuthorised(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::CollectionAuthorised {
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
                to: id(&declared.to)?,
                expires_us: declared.expires_us,
            }
        }
        Message::CollectionRefused(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::CollectionRefused {
                exhibits: exhibits(&declared.exhibits)?,
                to: id(&declared.to)?,
            }
        }
        Message::ReturnAuthorised(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::ReturnAuthorised {
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
                expires_us: declared.expires_us,
            }
        }
        Message::DisposalAuthorised(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::DisposalAuthorised {
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
                is_retention_checked: declared.retention_checked,
            }
        }
        Message::HoldPlaced(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::HoldPlaced {
                case: optional_id(declared.case.as_ref())?,
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
            }
        }
        Message::HoldReleased(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::HoldReleased { hold: id(&declared.hold)?, by: act(declared.by)? }
        }
        Message::MaintenanceAuthorised(message) => {
            let declared = group(message.declared)?;
            AuthorityFact::MaintenanceAuthorised {
                compartments: declared.compartments.iter().map(|each| id(each)).collect::<Result<_, _>>()?,
                by: act(declared.by)?,
                second: act(declared.second)?,
                from_us: declared.from_us,
                to_us: declared.to_us,
            }
        }
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(authority))
}
