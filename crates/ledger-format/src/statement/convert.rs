//! From the generated message to the rulebook's types: the statement, the ledger's and the devices' facts.

use custody::fact::{DeviceKind, Fact, Interval, Seen, Statement, Time};
use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{broken, bytes, device_key, group, id, key, optional_id};
use super::{audit, authority, disclosure, estate, footage, health, matter, movement, people};
use crate::canonical::DecodeError;

/// The statement; `name` is that of its fact in the schema.
pub(super) fn statement(message: v1::Statement, name: &'static str) -> Result<Statement, DecodeError> {
    Ok(Statement {
        device: id(&message.device)?,
        sequence: message.sequence,
        previous: id(&message.previous)?,
        enrolment: id(&message.enrolment)?,
        seen: message.seen.as_ref().map(seen).transpose()?,
        time: time(&group(message.time)?)?,
        follows: optional_id(message.follows.as_ref())?,
        occurred: message.occurred.map(occurred).transpose()?,
        fact: fact(group(message.fact)?, name)?,
    })
}

fn seen(message: &v1::Seen) -> Result<Seen, DecodeError> {
    if message.size == 0 {
        return Err(broken("a checkpoint of size 0 says nothing"));
    }
    Ok(Seen { size: message.size, root: id(&message.root)? })
}

fn time(message: &v1::Time) -> Result<Time, DecodeError> {
    let clock = message.clock.as_ref().ok_or_else(|| broken("no clock state"))?;
    Ok(Time {
        boot: id::<BootId>(&message.boot)?,
        monotonic_us: message.monotonic_us,
        wall_us: message.wall_us,
        error_us: clock.error_us,
        synchronised: clock.synchronised,
    })
}

fn occurred(message: v1::Occurred) -> Result<Interval, DecodeError> {
    if message.from_us > message.to_us {
        return Err(broken("an interval ends before it begins"));
    }
    Ok(Interval { from_us: message.from_us, to_us: message.to_us })
}

fn device_kind(kind: i32) -> Result<DeviceKind, DecodeError> {
    match v1::DeviceKind::try_from(kind) {
        Ok(v1::DeviceKind::Locker) => Ok(DeviceKind::Locker),
        Ok(v1::DeviceKind::Desk) => Ok(DeviceKind::Desk),
        Ok(v1::DeviceKind::Recorder) => Ok(DeviceKind::Recorder),
        Ok(v1::DeviceKind::Node) => Ok(DeviceKind::Node),
        Ok(v1::DeviceKind::Authority) => Ok(DeviceKind::Authority),
        Ok(v1::DeviceKind::Unspecified) | Err(_) => Err(broken("kind of device")),
    }
}

fn fact(message: Message, name: &'static str) -> Result<Fact, DecodeError> {
    match message {
        Message::Genesis(message) => genesis(group(message.declared)?),
        Message::EpochClaimed(message) => Ok(Fact::EpochClaimed { epoch: group(message.observed)?.epoch }),
        Message::CensusTaken(message) => {
            let derived = group(message.derived)?;
            Ok(Fact::CensusTaken { root: id(&derived.root)?, streams: derived.streams })
        }
        Message::ForkEvidenced(message) => {
            let observed = group(message.observed)?;
            Ok(Fact::ForkEvidenced {
                device: id(&observed.device)?,
                sequence: observed.sequence,
                recorded: id(&observed.recorded)?,
                conflicting: id(&observed.conflicting)?,
                envelope: id(&observed.envelope)?,
            })
        }
        Message::StatementSetAside(message) => {
            let observed = group(message.observed)?;
            Ok(Fact::StatementSetAside {
                device: id(&observed.device)?,
                sequence: observed.sequence,
                statement: id(&observed.statement)?,
                envelope: id(&observed.envelope)?,
            })
        }
        Message::LedgerKeyRotated(message) => {
            let declared = group(message.declared)?;
            Ok(Fact::LedgerKeyRotated { key: key(declared.key)?, possession: bytes(&declared.possession)? })
        }
        Message::PolicyAdopted(message) => {
            Ok(Fact::PolicyAdopted { policy: id::<Digest>(&group(message.declared)?.policy)? })
        }
        Message::Approved(message) => {
            Ok(Fact::Approved { statement: id(&group(message.declared)?.statement)? })
        }
        Message::ChainResumed(message) => {
            let declared = group(message.declared)?;
            if declared.lost_from > declared.lost_to {
                return Err(broken("a lost range ends before it begins"));
            }
            Ok(Fact::ChainResumed { lost_from: declared.lost_from, lost_to: declared.lost_to })
        }
        Message::DeviceEnrolled(message) => {
            let declared = group(message.declared)?;
            Ok(Fact::DeviceEnrolled {
                device: id::<DeviceId>(&declared.device)?,
                kind: device_kind(declared.kind)?,
                key: key(declared.key)?,
                possession: bytes(&declared.possession)?,
                site: optional_id(declared.site.as_ref())?,
            })
        }
        Message::DeviceKeyRotated(message) => {
            let declared = group(message.declared)?;
            Ok(Fact::DeviceKeyRotated {
                device: id(&declared.device)?,
                key: key(declared.key)?,
                possession: bytes(&declared.possession)?,
            })
        }
        Message::DeviceKeyRevoked(message) => {
            let declared = group(message.declared)?;
            Ok(Fact::DeviceKeyRevoked {
                device: id(&declared.device)?,
                last_good: optional_id(declared.last_good.as_ref())?,
                compromised_since_us: declared.compromised_since_us,
            })
        }
        Message::DeviceRetired(message) => {
            let declared = group(message.declared)?;
            Ok(Fact::DeviceRetired { device: id(&declared.device)?, last_sequence: declared.last_sequence })
        }
        Message::OfflineEntered(message) => {
            Ok(Fact::OfflineEntered { since_us: group(message.observed)?.since_us })
        }
        Message::OfflineDrained(_) => Ok(Fact::OfflineDrained),
        other => beyond_devices(other, name),
    }
}

/// Each family in turn; what is of none is read by no rule.
fn beyond_devices(message: Message, name: &'static str) -> Result<Fact, DecodeError> {
    let message = match estate::fact(message)? {
        Ok(fact) => return Ok(fact),
        Err(message) => *message,
    };
    let message = match movement::fact(message)? {
        Ok(movement) => return Ok(Fact::Movement(movement)),
        Err(message) => *message,
    };
    let message = match people::fact(message)? {
        Ok(fact) => return Ok(fact),
        Err(message) => *message,
    };
    let message = match health::fact(message)? {
        Ok(fact) => return Ok(fact),
        Err(message) => *message,
    };
    let message = match footage::fact(message)? {
        Ok(fact) => return Ok(fact),
        Err(message) => *message,
    };
    let message = match matter::fact(message)? {
        Ok(matter) => return Ok(Fact::Matter(matter)),
        Err(message) => *message,
    };
    let message = match authority::fact(message)? {
        Ok(authority) => return Ok(Fact::Authority(authority)),
        Err(message) => *message,
    };
    let message = match audit::fact(message)? {
        Ok(audit) => return Ok(Fact::Audit(audit)),
        Err(message) => *message,
    };
    Ok(disclosure::fact(&message)?.map_or(Fact::Other(name), Fact::Disclosure))
}

fn genesis(declared: v1::genesis::Declared) -> Result<Fact, DecodeError> {
    let authorities = declared.authorities.into_iter().map(device_key).collect::<Result<_, _>>()?;
    Ok(Fact::Genesis {
        origin: declared.origin,
        format_version: declared.format_version,
        authorities,
        node: device_key(group(declared.node)?)?,
        ledger_key: key(declared.ledger_key)?,
    })
}
