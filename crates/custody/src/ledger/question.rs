//! Asks what only the whole record can answer, and answers it (P01, P03, D05).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::device::Devices;
use crate::door::{MasterUse, Opening};
use crate::duty::{KEEPERS, parts_beside_exhibits, without_role};
use crate::estate::Estate;
use crate::fact::{AuditFact, Fact, Interval};
use crate::finding::Finding;
use crate::id::{DeviceId, PersonId, SiteId};
use crate::movement::Act;
use crate::policy::Policy;
use crate::question::{Ask, Question};
use crate::rule::RuleId;

impl Ledger {
    /// What an entry asks of roles, duties and the master key. Returns what had to be answered at once.
    pub(super) fn ask(&mut self, recorded: &Recorded<'_>, policy: &Policy) -> Vec<Finding> {
        let statement = recorded.statement;
        let (index, device, at_us) = (recorded.index, statement.device, statement.time.wall_us);
        let question = |ask| Question { ask, index, device, at_us, when: statement.time.interval() };
        let questions: Vec<Question> = asks(recorded).into_iter().map(question).collect();
        let due = self.questions.keep(questions);
        due.iter().filter_map(|question| self.answer(question, policy)).collect()
    }

    /// The answers to all questions as the record stands.
    pub(super) fn answers<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = Finding> + 'a {
        self.questions.iter().filter_map(|question| self.answer(question, policy))
    }

    fn answer(&self, question: &Question, policy: &Policy) -> Option<Finding> {
        let by = |rule: RuleId, sentence: String| {
            Finding::new(rule, sentence).at([question.index]).during(question.when).by_device(question.device)
        };
        match question.ask {
            Ask::HadRole(person, roles) => {
                let site = self.site_at(question.device, question.at_us);
                let is_lawful =
                    !policy.people.roles_required || self.people.had_role(person, roles, site, question.when);
                (!is_lawful).then(|| by(RuleId::P01, without_role(person)).by_person(person))
            }
            Ask::KeptStore(person, site) => {
                let then = Interval { from_us: question.at_us, to_us: question.at_us };
                let sentence = || format!("{person} counts a store that the same person keeps.");
                let kept = self.people.had_role(person, KEEPERS, Some(site), then);
                kept.then(|| by(RuleId::P03, sentence()).by_person(person))
            }
            Ask::MasterKey(used) => {
                let why = self.master_objection(&used)?;
                Some(self.misused(&used, by(RuleId::D05, format!("The master key was used, and {why}."))))
            }
        }
    }

    /// Why the master key might not be used; `None` if it might.
    pub(crate) fn master_objection(&self, used: &MasterUse) -> Option<&'static str> {
        self.permissions.master_key_objection(used.compartment, used.authority, used.by, used.when)
    }

    /// Whether a compartment was opened with the master key and without its authority.
    pub(crate) fn is_misused(&self, opening: &Opening) -> bool {
        opening.master.is_some_and(|used| self.master_objection(&used).is_some())
    }

    /// A finding about a use of the master key concerns what lay inside, as long as the door stood open.
    fn misused(&self, used: &MasterUse, finding: Finding) -> Finding {
        let finding = finding.in_compartment(used.compartment);
        let finding = match used.by {
            Some(by) => finding.by_person(by.person),
            None => finding,
        };
        match self.opened_by(used) {
            None => finding,
            Some(opening) => {
                let to_us = used.when.to_us.max(opening.interval.to_us);
                finding
                    .of_exhibits(opening.occupants.iter().copied())
                    .during(Interval { from_us: used.when.from_us, to_us })
            }
        }
    }

    /// The opening that a use of the master key led to, while something lay inside.
    fn opened_by(&self, used: &MasterUse) -> Option<&Opening> {
        let next = self.doors.openings_between(used.compartment, used.index, u64::MAX).next()?;
        next.master.filter(|master| master.index == used.index).map(|_| next)
    }

    /// The site at which a device stood at an instant, where it stood somewhere.
    pub(crate) fn site_at(&self, device: DeviceId, at_us: u64) -> Option<SiteId> {
        site_at(&self.estate, &self.devices, device, at_us)
    }
}

/// A locker's controller stood where the locker did, any other device stands where it was enrolled for.
pub(super) fn site_at(estate: &Estate, devices: &Devices, device: DeviceId, at_us: u64) -> Option<SiteId> {
    let stand = estate.stand_of(device, at_us);
    stand.map(|stand| stand.site).or_else(|| devices.get(device)?.site)
}

fn asks(recorded: &Recorded<'_>) -> Vec<Ask> {
    let fact = &recorded.statement.fact;
    let roles = parts_beside_exhibits(fact).into_iter().map(|part| Ask::HadRole(part.person, part.roles));
    let stores = counters(fact).into_iter().map(|(person, site)| Ask::KeptStore(person, site));
    roles.chain(stores).chain(MasterUse::of(recorded).map(Ask::MasterKey)).collect()
}

/// Who counts which site.
fn counters(fact: &Fact) -> Vec<(PersonId, SiteId)> {
    let Fact::Audit(AuditFact::Started { site, first, second, .. }) = fact else { return Vec::new() };
    let second = second.filter(|second: &Act| second.person != first.person);
    core::iter::once(*first).chain(second).map(|act| (act.person, *site)).collect()
}
