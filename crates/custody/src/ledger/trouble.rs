//! What the node kept as evidence, and what a device says that it lost: each is a finding at once.

use alloc::format;

use super::{Ledger, Recorded};
use crate::finding::Finding;
use crate::id::DeviceId;
use crate::rule::RuleId;
use crate::severity::Severity;

impl Ledger {
    /// The node's starts are numbered like statements are: a gap is a start that nobody recorded (K02).
    pub(super) fn claim_epoch(&mut self, recorded: &Recorded<'_>, epoch: u64) -> Option<Finding> {
        let expected = self.epoch.saturating_add(1);
        self.epoch = epoch;
        (epoch != expected).then(|| {
            let sentence = format!("The node claimed epoch {epoch}, and {expected} was next.");
            Finding::new(RuleId::K02, sentence).at([recorded.index]).by_device(recorded.statement.device)
        })
    }
}

/// A device used one number twice: it is cloned or faulty.
pub(super) fn fork(recorded: &Recorded<'_>, device: DeviceId, sequence: u64) -> Finding {
    let sentence = format!("Device {device} signed two different statements with the number {sequence}.");
    Finding::new(RuleId::K02, sentence)
        .weighing(Severity::Contradiction)
        .at([recorded.index])
        .during(recorded.statement.time.interval())
        .by_device(device)
}

/// A statement beyond its key's end was received and kept apart.
pub(super) fn set_aside(recorded: &Recorded<'_>, device: DeviceId, sequence: u64) -> Finding {
    let sentence =
        format!("Device {device} signed statement {sequence} beyond the end of its key; it was kept apart.");
    Finding::new(RuleId::K03, sentence)
        .at([recorded.index])
        .during(recorded.statement.time.interval())
        .by_device(device)
}

/// A device declares that part of its journal no longer exists.
pub(super) fn lost(recorded: &Recorded<'_>, from: u64, to: u64) -> Finding {
    let device = recorded.statement.device;
    let sentence = format!("Device {device} has lost its statements {from} to {to}, by its own word.");
    Finding::new(RuleId::K02, sentence)
        .at([recorded.index])
        .during(recorded.statement.time.interval())
        .by_device(device)
}
