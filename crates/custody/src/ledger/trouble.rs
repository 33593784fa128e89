//! What the node kept as evidence, and what a device says that it lost: each is a finding at once. And what troubles a
//! locker as a whole: emergency, tampering, power (D04, D07).

use alloc::format;

use super::{Ledger, Recorded};
use crate::door::Alarm;
use crate::fact::{Health, Interval};
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

    /// D04: every door of the device's lockers was released; whoever lay behind one has to be looked after.
    pub(super) fn released(&mut self, recorded: &Recorded<'_>) {
        let all = self.estate.compartments_of(recorded.statement.device);
        self.doors.alarmed(recorded, Alarm::Released, all);
    }

    /// D04, D07: a tamper switch, of one compartment or of all; the power.
    pub(super) fn health(&mut self, recorded: &Recorded<'_>, health: &Health) -> Option<Finding> {
        if let Health::TamperSensed { compartment, is_open: true } = health {
            let all = self.estate.compartments_of(recorded.statement.device);
            let concerned = all.filter(|each| compartment.is_none_or(|compartment| compartment == *each));
            self.doors.alarmed(recorded, Alarm::Tampered, concerned);
        }
        self.conditions.power.fold(recorded, health, &self.doors, &self.estate)
    }

    /// Compartments in trouble that nobody has looked after (D04).
    pub(super) fn not_looked_after(&self) -> impl Iterator<Item = Finding> + '_ {
        self.doors.troubles().map(|(compartment, trouble)| {
            let sentence = format!("Nobody has looked after a compartment since {}.", trouble.alarm.words());
            Finding::new(RuleId::D04, sentence)
                .at([trouble.index])
                .during(Interval { from_us: trouble.wall_us, to_us: trouble.wall_us })
                .of_exhibits(trouble.occupants.iter().copied())
                .by_device(trouble.device)
                .in_compartment(compartment)
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
