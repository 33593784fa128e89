//! From the generated message to the rulebook's types: counting, chasing and putting right.

use alloc::boxed::Box;

use custody::fact::AuditFact;
use custody_proto::v1::statement::Fact as Message;

use super::field::{act, bytes, group, id, optional_act, optional_id};
use super::movement::exhibits;
use crate::canonical::DecodeError;

/// The fact, or the message again where it is none.
pub(super) fn fact(message: Message) -> Result<Result<AuditFact, Box<Message>>, DecodeError> {
    let audit = match message {
        Message::AuditStarted(message) => {
            let declared = group(message.declared)?;
            AuditFact::Started {
                audit: bytes(&declared.audit)?,
                site: id(&declared.site)?,
                locker: optional_id(declared.locker.as_ref())?,
                is_blind: declared.blind,
                first: act(declared.first)?,
                second: optional_act(declared.second)?,
            }
        }
        Message::ItemCounted(message) => {
            let declared = group(message.declared)?;
            AuditFact::Counted {
                audit: bytes(&declared.audit)?,
                exhibit: id(&declared.exhibit)?,
                compartment: optional_id(declared.compartment.as_ref())?,
                seal: declared.seal,
            }
        }
        Message::ItemNotFound(message) => {
            let declared = group(message.declared)?;
            AuditFact::NotFound { audit: bytes(&declared.audit)?, exhibit: id(&declared.exhibit)? }
        }
        Message::UnexpectedItemFound(message) => {
            let declared = group(message.declared)?;
            AuditFact::Unexpected {
                audit: bytes(&declared.audit)?,
                exhibit: optional_id(declared.exhibit.as_ref())?,
                compartment: optional_id(declared.compartment.as_ref())?,
            }
        }
        Message::AuditClosed(message) => {
            let declared = group(message.declared)?;
            AuditFact::Closed {
                audit: bytes(&declared.audit)?,
                site: id(&declared.site)?,
                counted: declared.counted,
            }
        }
        other => return remark(other),
    };
    Ok(Ok(audit))
}

/// Discrepancies, what is overdue, and remarks.
fn remark(message: Message) -> Result<Result<AuditFact, Box<Message>>, DecodeError> {
    let audit = match message {
        Message::DiscrepancyRaised(message) => {
            let declared = group(message.declared)?;
            AuditFact::DiscrepancyRaised {
                exhibits: exhibits(&declared.exhibits)?,
                about: declared.about.iter().map(|hash| id(hash)).collect::<Result<_, _>>()?,
                by: act(declared.by)?,
            }
        }
        Message::DiscrepancyResolved(message) => {
            let declared = group(message.declared)?;
            AuditFact::DiscrepancyResolved {
                exhibits: exhibits(&declared.exhibits)?,
                discrepancy: id(&declared.discrepancy)?,
                by: act(declared.by)?,
            }
        }
        Message::OverdueRaised(message) => {
            let derived = group(message.derived)?;
            AuditFact::OverdueRaised { exhibit: id(&derived.exhibit)?, due_us: derived.due_us }
        }
        Message::OverdueCleared(message) => {
            let derived = group(message.derived)?;
            AuditFact::OverdueCleared { exhibit: id(&derived.exhibit)?, overdue: id(&derived.overdue)? }
        }
        Message::Annotated(message) => {
            let declared = group(message.declared)?;
            AuditFact::Annotated {
                statement: id(&declared.statement)?,
                exhibits: exhibits(&declared.exhibits)?,
                by: act(declared.by)?,
            }
        }
        Message::Corrected(message) => {
            let declared = group(message.declared)?;
            AuditFact::Corrected {
                statement: id(&declared.statement)?,
                exhibits: exhibits(&declared.exhibits)?,
                field: declared.field,
                by: act(declared.by)?,
                approver: act(declared.approver)?,
            }
        }
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(audit))
}
