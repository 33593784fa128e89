//! People at custody transfer points: roles, second persons, duties kept apart (P01, P02, P03).

use alloc::format;
use alloc::vec::Vec;

use super::Judgement;
use crate::duty::{DEPOSITORS, Part, parts, without_role};
use crate::exhibit::{ExhibitFact, Second, What};
use crate::fact::{AuthorityFact, Matter, Role};
use crate::finding::Finding;
use crate::id::ExhibitId;
use crate::movement::{Ending, Movement};
use crate::rule::RuleId;

impl<'a> Judgement<'a> {
    /// P01: everybody who took part in an act had a role that may.
    pub(super) fn check_role(&mut self, fact: &ExhibitFact) {
        if !self.policy.people.roles_required {
            return;
        }
        for part in parts(&fact.what) {
            if self.had_role(part, part.roles, fact) || self.takes_own_back(part, fact) {
                continue;
            }
            let finding = self.of_package(RuleId::P01, &without_role(part.person), fact);
            self.find(finding.by_person(part.person));
        }
    }

    /// Where the device stood, and when it happened: for a late entry the time that it names.
    fn had_role(&self, part: Part, roles: &[Role], fact: &ExhibitFact) -> bool {
        let site = self.ledger.site_at(fact.device, fact.wall_us);
        self.ledger.people().had_role(part.person, roles, site, fact.when())
    }

    /// An officer who deposited it may collect it.
    fn takes_own_back(&self, part: Part, fact: &ExhibitFact) -> bool {
        let What::Moved(movement) = &fact.what else { return false };
        matches!(**movement, Movement::Collected { by, .. } if by.person == part.person)
            && self.depositors.contains_key(&part.person)
            && self.had_role(part, DEPOSITORS, fact)
    }

    /// P02: where two people are needed, two different people act.
    pub(super) fn check_second(&mut self, fact: &ExhibitFact) {
        let needs_two = match &fact.what {
            What::Moved(movement) => matches!(
                **movement,
                Movement::Deposited { .. }
                    | Movement::Collected { .. }
                    | Movement::Resealed { .. }
                    | Movement::Ended { how: Ending::Disposed, .. }
            ),
            What::Noted(matter) => matches!(**matter, Matter::PackageOpened { .. }),
            _ => false,
        };
        let is_asked = self.registration.is_some_and(|registration| {
            registration.is_two_person || self.policy.people.two_person.contains(&registration.category)
        });
        if !needs_two || !is_asked {
            return;
        }
        let why = match fact.second {
            Second::Sound => return,
            Second::Absent => "there was no second person",
            Second::Unsound(why) => why,
        };
        let sentence = format!("Two people were needed, and {why}.");
        let finding = self.of_package(RuleId::P02, &sentence, fact);
        self.find(finding);
    }

    /// P03: who deposited an exhibit does not authorise its disposal. Asked at the end: the deposit may be told later.
    pub(super) fn check_duties(&mut self) {
        let record = self.record;
        for fact in &record.facts {
            let What::Allowed(authority) = &fact.what else { continue };
            let AuthorityFact::DisposalAuthorised { exhibits, by, .. } = &**authority else { continue };
            let Some(deposit) = self.depositors.get(&by.person) else { continue };
            // Of one bag it is one finding: it names what both the deposit and the authority name.
            let together = deposit.named();
            let both = exhibits.iter().copied().filter(|exhibit| together.contains(exhibit));
            let sentence =
                format!("{} authorised the disposal of what the same person had deposited.", by.person);
            let finding = self.against(RuleId::P03, sentence, fact).of_exhibits(both);
            self.find(finding.at([deposit.index]).by_person(by.person));
        }
    }

    /// A finding about everything in one package, the same for each exhibit of it.
    pub(super) fn of_package(&self, rule: RuleId, sentence: &str, fact: &ExhibitFact) -> Finding {
        let named = fact.named();
        let own = if named.is_empty() { alloc::vec![self.exhibit] } else { named };
        Finding::new(rule, sentence.into())
            .at([fact.index])
            .during(fact.interval)
            .of_exhibits(own)
            .by_device(fact.device)
    }

    /// Somebody has deposited it; of several deposits by one person the first is the one that is named.
    pub(super) fn note_depositor(&mut self, fact: &'a ExhibitFact, movement: &Movement) {
        if let Movement::Deposited { by, .. } = movement {
            self.depositors.entry(by.person).or_insert(fact);
        }
    }
}

impl ExhibitFact {
    /// The exhibits that it names; none for a registration, which names the one it stands with.
    fn named(&self) -> Vec<ExhibitId> {
        match &self.what {
            What::Moved(movement) => movement.exhibits().to_vec(),
            What::Noted(matter) => matter.exhibits(),
            What::Allowed(authority) => authority.exhibits().to_vec(),
            What::Audited(audit) => audit.exhibits().to_vec(),
            What::Registered(_) => Vec::new(),
        }
    }
}
