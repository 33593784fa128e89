//! From the generated message to the rulebook's types: what was disclosed and what was erased.

use custody::fact::DisclosureFact;
use custody_proto::v1::statement::Fact as Message;

use super::field::{group, id, optional_id};
use super::movement::exhibits;
use crate::canonical::DecodeError;

/// The disclosure; `None` for a message of another family.
pub(super) fn fact(message: &Message) -> Result<Option<DisclosureFact>, DecodeError> {
    let disclosure = match message {
        Message::DisclosureRequested(message) => {
            let declared = group(message.declared.as_ref())?;
            DisclosureFact::Requested {
                case: optional_id(declared.case.as_ref())?,
                exhibits: exhibits(&declared.exhibits)?,
            }
        }
        Message::DisclosureExported(message) => {
            let declared = group(message.declared.as_ref())?;
            DisclosureFact::Exported {
                request: id(&declared.request)?,
                case: optional_id(declared.case.as_ref())?,
                exhibits: exhibits(&declared.exhibits)?,
            }
        }
        Message::FieldErased(message) => {
            let declared = group(message.declared.as_ref())?;
            DisclosureFact::Erased {
                statement: id(&declared.statement)?,
                commitment: id(&declared.commitment)?,
                case: optional_id(declared.case.as_ref())?,
                exhibits: exhibits(&declared.exhibits)?,
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(disclosure))
}
