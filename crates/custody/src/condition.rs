//! The condition of devices: what they run (K05), and power cuts (D07).

mod power;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use self::power::Power;

use crate::fact::Health;
use crate::finding::Finding;
use crate::id::DeviceId;
use crate::ledger::Recorded;
use crate::policy::Policy;
use crate::rule::RuleId;

/// What devices have said that they run, and what two authorities have approved.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    approved: BTreeSet<String>,
    /// By device and version, the entry that first says so.
    runs: BTreeMap<(DeviceId, String), u64>,
    /// Power cuts.
    pub(crate) power: Power,
}

impl Conditions {
    /// Folds one fact. An approval comes here when it takes effect.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &Health) {
        match fact {
            Health::FirmwareApproved { version } => {
                self.approved.insert(version.clone());
            }
            Health::Booted { firmware: version } | Health::FirmwareChanged { to: version } => {
                let device = recorded.statement.device;
                self.runs.entry((device, version.clone())).or_insert(recorded.index);
            }
            _ => {}
        }
    }

    /// K05: what runs without approval. Asked where the record ends: an approval may be told later.
    pub(crate) fn closing(&self, policy: &Policy) -> Vec<Finding> {
        if !policy.firmware.approval_required {
            return Vec::new();
        }
        let unapproved = self.runs.iter().filter(|((_, version), _)| !self.approved.contains(version));
        unapproved
            .map(|((device, version), index)| {
                let sentence = format!("Device {device} runs firmware {version}, which nobody has approved.");
                Finding::new(RuleId::K05, sentence).at([*index]).by_device(*device)
            })
            .collect()
    }
}
