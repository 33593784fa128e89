//! Which entries speak of what, for who collects the entries of a bundle: what keys stand on, who agreed, which session
//! ended where, what people may do, what cameras hold.
//!
//! It names entries and judges nothing: one too many costs a bundle a kilobyte.

use std::collections::BTreeMap;

use custody::fact::{Fact, FootageFact, Health};
use custody::id::{CameraId, DeviceId, Digest, PersonId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact as Message;
use ledger_format::entry::Entry;
use prost::Message as _;

use crate::state::Placed;

/// What a recorder said of one stretch of one camera's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Its entry.
    pub index: u64,
    /// From when, true time as far as the recorder's clock was measured, UTC microseconds.
    pub from_us: u64,
    /// Until when.
    pub to_us: u64,
}

/// Entries by what they speak of; ascending wherever there are several.
#[derive(Debug, Default)]
pub struct Links {
    keys: BTreeMap<DeviceId, Vec<u64>>,
    approvals: BTreeMap<Digest, Vec<u64>>,
    general: Vec<u64>,
    people: BTreeMap<PersonId, Vec<u64>>,
    closings: BTreeMap<Digest, u64>,
    conditions: BTreeMap<DeviceId, Vec<u64>>,
    cameras: BTreeMap<CameraId, Vec<Stretch>>,
    erasures: BTreeMap<Digest, Vec<u64>>,
    requests: Vec<u64>,
    censuses: Vec<u64>,
}

impl Links {
    pub(super) fn push(&mut self, placed: &Placed) {
        let (index, decoded) = (placed.index, &placed.decoded);
        let speaker = decoded.statement.device;
        match &decoded.statement.fact {
            Fact::DeviceEnrolled { device, .. }
            | Fact::DeviceKeyRotated { device, .. }
            | Fact::DeviceKeyRevoked { device, .. }
            | Fact::DeviceRetired { device, .. }
            | Fact::ForkEvidenced { device, .. }
            | Fact::StatementSetAside { device, .. } => self.keys.entry(*device).or_default().push(index),
            Fact::Approved { statement } => self.approvals.entry(*statement).or_default().push(index),
            Fact::PolicyAdopted { .. }
            | Fact::LedgerKeyRotated { .. }
            | Fact::Head(_)
            | Fact::Health(Health::FirmwareApproved { .. }) => self.general.push(index),
            Fact::SessionClosed { session, .. } => {
                self.closings.entry(*session).or_insert(index);
            }
            Fact::OfflineEntered { .. }
            | Fact::OfflineDrained
            | Fact::ChainResumed { .. }
            | Fact::Health(_) => {
                self.conditions.entry(speaker).or_default().push(index);
            }
            Fact::Footage(footage) => self.filmed(index, footage),
            Fact::CensusTaken { .. } => self.censuses.push(index),
            _ => self.by_name(placed),
        }
    }

    /// What no rule reads is known by its name alone.
    fn by_name(&mut self, placed: &Placed) {
        let index = placed.index;
        match placed.decoded.name {
            "rules_adopted" | "operator_override" | "break_glass" => self.general.push(index),
            "disclosure_requested" => self.requests.push(index),
            "clock_synchronised" | "clock_unsynchronised" | "self_tested" => {
                self.conditions.entry(placed.decoded.statement.device).or_default().push(index);
            }
            "person_registered" | "person_renewed" | "role_granted" | "role_revoked"
            | "credential_issued" | "credential_revoked" | "credential_lost" => {
                if let Some(person) = message(placed).as_ref().and_then(person_of) {
                    self.people.entry(person).or_default().push(index);
                }
            }
            "field_erased" => {
                let Some(Message::FieldErased(fact)) = message(placed) else { return };
                let statement = fact.declared.and_then(|one| Digest::try_from(one.statement.as_slice()).ok());
                if let Some(statement) = statement {
                    self.erasures.entry(statement).or_default().push(index);
                }
            }
            _ => {}
        }
    }

    fn filmed(&mut self, index: u64, footage: &FootageFact) {
        let (from_us, to_us) = match footage {
            FootageFact::ManifestCommitted { from_us, to_us, clock_offset_us, .. } => {
                // True time is the recorder's minus its offset.
                let back_us = clock_offset_us.saturating_neg();
                (from_us.saturating_add_signed(back_us), to_us.saturating_add_signed(back_us))
            }
            FootageFact::PreservationRequired { from_us, to_us, .. }
            | FootageFact::Lapsed { from_us, to_us, .. } => (*from_us, *to_us),
            FootageFact::Altered { start_us, end_us, .. } => (*start_us, *end_us),
            // The site's stream has outages.
            FootageFact::Outage { .. } => return,
            FootageFact::Preserved { .. } => (0, u64::MAX),
        };
        self.cameras.entry(footage.camera()).or_default().push(Stretch { index, from_us, to_us });
    }

    /// What a device's keys stand on, and what was held against it.
    pub fn keys(&self, device: DeviceId) -> &[u64] {
        self.keys.get(&device).map_or(&[], Vec::as_slice)
    }

    /// Who agreed to a statement.
    pub fn approvals(&self, statement: &Digest) -> &[u64] {
        self.approvals.get(statement).map_or(&[], Vec::as_slice)
    }

    /// What concerns everybody: policies, rules, the ledger's key, firmware, heads that were vouched for, overrides.
    pub fn general(&self) -> &[u64] {
        &self.general
    }

    /// What is on record of a person.
    pub fn of_person(&self, person: PersonId) -> &[u64] {
        self.people.get(&person).map_or(&[], Vec::as_slice)
    }

    /// Where a session ended.
    pub fn closing(&self, session: &Digest) -> Option<u64> {
        self.closings.get(session).copied()
    }

    /// What a device said of its own condition.
    pub fn conditions(&self, device: DeviceId) -> &[u64] {
        self.conditions.get(&device).map_or(&[], Vec::as_slice)
    }

    /// What was said of a camera's footage.
    pub fn of_camera(&self, camera: CameraId) -> &[Stretch] {
        self.cameras.get(&camera).map_or(&[], Vec::as_slice)
    }

    /// Erasures of what a statement commits to.
    pub fn erasures(&self, statement: &Digest) -> &[u64] {
        self.erasures.get(statement).map_or(&[], Vec::as_slice)
    }

    /// Requests for a bundle.
    pub fn requests(&self) -> &[u64] {
        &self.requests
    }

    /// Censuses.
    pub fn censuses(&self) -> &[u64] {
        &self.censuses
    }
}

fn message(placed: &Placed) -> Option<Message> {
    let entry = Entry::decode(&placed.bytes).ok()?;
    v1::Statement::decode(entry.envelope.statement.as_slice()).ok()?.fact
}

fn person_of(message: &Message) -> Option<PersonId> {
    let person = match message {
        Message::PersonRegistered(fact) => &fact.declared.as_ref()?.person,
        Message::PersonRenewed(fact) => &fact.declared.as_ref()?.person,
        Message::RoleGranted(fact) => &fact.declared.as_ref()?.person,
        Message::RoleRevoked(fact) => &fact.declared.as_ref()?.person,
        Message::CredentialIssued(fact) => &fact.declared.as_ref()?.person,
        Message::CredentialRevoked(fact) => &fact.declared.as_ref()?.person,
        Message::CredentialLost(fact) => &fact.declared.as_ref()?.person,
        _ => return None,
    };
    Some(PersonId(person.as_slice().try_into().ok()?))
}
