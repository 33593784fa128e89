//! Firmware: what devices say they run, and what two authorities have approved (K05).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;

use crate::fact::{Health, Interval};
use crate::finding::Finding;
use crate::id::DeviceId;
use crate::ledger::Recorded;
use crate::policy::Policy;
use crate::rule::RuleId;

/// Where a device first said that it runs a version.
#[derive(Debug, Clone, Copy)]
struct FirstSaid {
    index: u64,
    interval: Interval,
}

/// What devices have said they run, and what they may.
#[derive(Debug, Clone, Default)]
pub(super) struct Firmware {
    run: BTreeMap<(DeviceId, String), FirstSaid>,
    approved: BTreeSet<String>,
}

impl Firmware {
    /// Folds one fact, in chain order. An approval arrives here once two authorities have agreed.
    pub(super) fn fold(&mut self, recorded: &Recorded<'_>, fact: &Health) {
        match fact {
            Health::Booted { firmware: version } | Health::FirmwareChanged { to: version } => {
                let statement = recorded.statement;
                let first = FirstSaid { index: recorded.index, interval: statement.time.interval() };
                self.run.entry((statement.device, version.clone())).or_insert(first);
            }
            Health::FirmwareApproved { version } => {
                self.approved.insert(version.clone());
            }
            _ => {}
        }
    }

    /// K05, where the entries end: each version that a device has run and nobody has approved since.
    pub(super) fn unapproved(&self, policy: &Policy) -> impl Iterator<Item = Finding> + '_ {
        let is_required = policy.firmware.approval_required;
        let run =
            self.run.iter().filter(move |((_, version), _)| is_required && !self.approved.contains(version));
        run.map(|((device, version), first)| {
            let sentence = format!(
                "Device {device} has run firmware {version}, which two authorities have not approved."
            );
            Finding::new(RuleId::K05, sentence).at([first.index]).during(first.interval).by_device(*device)
        })
    }
}
