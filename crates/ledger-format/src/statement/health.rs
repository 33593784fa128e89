//! From the generated message to the rulebook's types: what devices observe of themselves, and heads of the ledger.

use alloc::boxed::Box;

use custody::fact::{Fact, HeadFact, Health, Voucher};
use custody_proto::v1::statement::Fact as Message;

use super::field::{group, id, optional_id};
use crate::canonical::DecodeError;

/// The fact, or the message again where it is none of this file's families.
pub(super) fn fact(message: Message) -> Result<Result<Fact, Box<Message>>, DecodeError> {
    let health = match message {
        Message::DeviceBooted(message) => Health::Booted { firmware: group(message.observed)?.firmware },
        Message::FirmwareChanged(message) => Health::FirmwareChanged { to: group(message.observed)?.to },
        Message::FirmwareApproved(message) => {
            Health::FirmwareApproved { version: group(message.declared)?.version }
        }
        Message::PowerLost(message) => {
            Health::PowerLost { is_fail_secure: group(message.observed)?.fail_secure }
        }
        Message::PowerRestored(_) => Health::PowerRestored,
        Message::TamperSensed(message) => {
            let observed = group(message.observed)?;
            Health::TamperSensed {
                compartment: optional_id(observed.compartment.as_ref())?,
                is_open: observed.open,
            }
        }
        Message::ClockStepped(message) => Health::ClockStepped { step_us: group(message.observed)?.step_us },
        other => return head(other),
    };
    Ok(Ok(Fact::Health(health)))
}

fn head(message: Message) -> Result<Result<Fact, Box<Message>>, DecodeError> {
    let head = match message {
        Message::CheckpointSigned(message) => {
            let derived = group(message.derived)?;
            HeadFact { size: derived.size, root: id(&derived.root)?, by: Voucher::Ledger }
        }
        Message::WitnessCosigned(message) => {
            let observed = group(message.observed)?;
            let root = id(&observed.root)?;
            HeadFact { size: observed.size, root, by: Voucher::Witness { name: observed.witness } }
        }
        Message::TimestampTokenAttached(message) => {
            let observed = group(message.observed)?;
            let by = Voucher::Timestamp { time_us: observed.time_us };
            HeadFact { size: observed.size, root: id(&observed.root)?, by }
        }
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(Fact::Head(head)))
}
