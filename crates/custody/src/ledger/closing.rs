//! What is still open where the entries end.

use alloc::format;
use alloc::vec::Vec;

use super::Ledger;
use crate::door::{Cause, Opening};
use crate::finding::Finding;
use crate::policy::Policy;
use crate::rule::RuleId;
use crate::severity::Severity;

impl Ledger {
    /// What is still open where the entries end: openings that no custody event explains (D02), doors that nobody
    /// has looked after (D04), statements that came late from a device that never said it was offline (T03), a
    /// backlog whose last good statement never came (K03); and what only the whole record can answer, because the
    /// answer may be told later than the question: roles, two places, the master key, counts, discrepancies, equipment,
    /// erasures that leave out whose they are.
    pub fn closing_findings(&self, policy: &Policy) -> Vec<Finding> {
        let openings = self.doors.openings().filter(|opening| self.cause_of(opening) == Cause::Unexplained);
        let mut findings: Vec<Finding> = self.late().collect();
        findings.extend(openings.map(|opening| self.unexplained(opening)));
        findings.extend(self.not_looked_after());
        findings.extend(self.backlogs());
        findings.extend(self.answers(policy));
        findings.extend(self.conditions.closing_findings(policy));
        findings.extend(self.conditions.power.closing_findings(&self.doors));
        findings.extend(self.unexplained_sensing(policy));
        findings.extend(self.reservations.closing_findings(&self.sessions));
        findings.extend(self.people.closing(policy, |device, at_us| self.site_at(device, at_us)));
        findings.extend(self.counts.closing(self.newest_us, policy));
        findings.extend(self.equipment.closing(self.newest_us));
        findings.extend(self.hidden_erasures());
        findings.extend(self.view_findings(policy));
        self.call(&mut findings);
        findings
    }

    /// Why a compartment was opened: the master key explains it where its use was authorised.
    pub(crate) fn cause_of(&self, opening: &Opening) -> Cause {
        match (opening.cause, opening.master) {
            (Cause::Unexplained, Some(used)) if !opening.is_forced => match used.by {
                Some(by) if self.master_objection(&used).is_none() => Cause::Act(by.person),
                _ => Cause::Unexplained,
            },
            (cause, _) => cause,
        }
    }

    fn late(&self) -> impl Iterator<Item = Finding> + '_ {
        self.devices.iter().filter(|(_, device)| !device.late.is_empty()).map(|(id, device)| {
            let sentence = format!(
                "{} statements reached the ledger late from a device that had not said it was offline.",
                device.late.len()
            );
            Finding::new(RuleId::T03, sentence).at(device.late.iter().map(|(index, _)| *index)).by_device(id)
        })
    }

    fn unexplained(&self, opening: &Opening) -> Finding {
        let is_under_way = !opening.is_forced
            && self.doors.is_last_cycle(opening)
            && opening.session.is_some_and(|session| self.sessions.is_open(&session));
        let severity = RuleId::D02.rule().severity;
        let (severity, what) = if is_under_way {
            (Severity::Information, "stands open in a session that has not ended")
        } else if opening.is_forced {
            (severity, "was forced open")
        } else {
            (severity, "was opened without a custody event")
        };
        let sentence = match opening.occupant_count {
            1 => format!("A compartment with an exhibit inside {what}."),
            count => format!("A compartment with {count} exhibits inside {what}."),
        };
        Finding::new(RuleId::D02, sentence)
            .weighing(severity)
            .at(opening.indices.iter().copied())
            .during(opening.interval)
            .of_exhibits(opening.occupants.iter().copied())
            .by_device(opening.device)
            .in_compartment(opening.compartment)
    }

    fn backlogs(&self) -> impl Iterator<Item = Finding> + '_ {
        self.devices.iter().filter_map(|(id, device)| {
            let (count, index) = device.open_backlog()?;
            let sentence = format!(
                "{count} statements of device {id} were recorded after its key was revoked, and the last one that the revocation calls good is not among them."
            );
            Some(Finding::new(RuleId::K03, sentence).weighing(Severity::Warning).at([index]).by_device(id))
        })
    }
}
