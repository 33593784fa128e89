//! People at custody transfer points: roles, second persons, duties kept apart (P01, P02, P03).

use alloc::format;

use super::Judgement;
use crate::exhibit::{ExhibitFact, Second, What};
use crate::fact::{AuditFact, AuthorityFact, Matter, Role};
use crate::finding::Finding;
use crate::id::{ExhibitId, PersonId};
use crate::movement::{Act, Ending, Movement};
use crate::rule::RuleId;

/// Every role: what anybody with a role may do.
const ANY: &[Role] = &[
    Role::Officer,
    Role::ExhibitsOfficer,
    Role::StoreManager,
    Role::Courier,
    Role::CustodyAuditor,
    Role::DisclosureOfficer,
    Role::EstateManager,
    Role::Maintainer,
    Role::Examiner,
];

/// Who takes exhibits out of lockers and into places.
const CARRIERS: &[Role] = &[Role::Courier, Role::ExhibitsOfficer, Role::StoreManager, Role::Examiner];

/// Who enters exhibits and puts their record right.
const REGISTRARS: &[Role] = &[Role::Officer, Role::ExhibitsOfficer, Role::StoreManager];

/// Who decides.
const DECIDERS: &[Role] = &[Role::ExhibitsOfficer, Role::StoreManager];

/// Who opens packages.
const OPENERS: &[Role] = &[Role::ExhibitsOfficer, Role::StoreManager, Role::Examiner];

/// Who counts. Who keeps a store does not (P03).
pub(crate) const COUNTERS: &[Role] = &[Role::CustodyAuditor];

/// Who keeps a store.
pub(crate) const KEEPERS: &[Role] = &[Role::StoreManager, Role::ExhibitsOfficer];

/// Who allows the master key.
pub(crate) const MAINTENANCE: &[Role] = &[Role::EstateManager, Role::ExhibitsOfficer, Role::StoreManager];

/// Who uses it.
pub(crate) const MASTER_KEY: &[Role] = &[Role::Maintainer, Role::EstateManager];

impl Judgement<'_> {
    /// P01: who acted had a role that may.
    pub(super) fn check_role(&mut self, fact: &ExhibitFact) {
        if !self.policy.people.roles_required {
            return;
        }
        let Some((act, roles)) = needed(&fact.what) else { return };
        let had = |roles: &[Role]| self.ledger.people().had_role(act.person, roles, fact.site, fact.interval);
        let takes_own_back = matches!(&fact.what, What::Moved(movement) if matches!(**movement, Movement::Collected { .. }))
            && self.depositors.contains(&act.person)
            && had(&[Role::Officer]);
        if had(roles) || takes_own_back {
            return;
        }
        let finding = self.of_package(
            RuleId::P01,
            &format!("{} acted without a role that may do so.", act.person),
            fact,
        );
        self.find(finding.by_person(act.person));
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
            let AuthorityFact::DisposalAuthorised { by, .. } = **authority else { continue };
            if !self.depositors.contains(&by.person) {
                continue;
            }
            let sentence =
                format!("{} authorised the disposal of what {} had deposited.", by.person, by.person);
            let finding = self.against(RuleId::P03, sentence, fact);
            self.find(finding.by_person(by.person));
        }
    }

    /// A finding about everything in one package, the same for each exhibit of it.
    pub(super) fn of_package(&self, rule: RuleId, sentence: &str, fact: &ExhibitFact) -> Finding {
        let exhibits: alloc::vec::Vec<ExhibitId> = match &fact.what {
            What::Moved(movement) => movement.exhibits().to_vec(),
            What::Noted(matter) => matter.exhibits(),
            What::Allowed(authority) => authority.exhibits().to_vec(),
            What::Audited(audit) => audit.exhibits().to_vec(),
            What::Registered(_) => alloc::vec![self.exhibit],
        };
        Finding::new(rule, sentence.into())
            .at([fact.index])
            .during(fact.interval)
            .of_exhibits(exhibits)
            .by_device(fact.device)
    }

    /// Who has deposited it so far.
    pub(super) fn note_depositor(&mut self, person: PersonId) {
        if !self.depositors.contains(&person) {
            self.depositors.push(person);
        }
    }
}

/// Whose role is asked, and which would do; none where nobody acts or anybody may.
fn needed(what: &What) -> Option<(Act, &'static [Role])> {
    match what {
        What::Registered(registration) => Some((registration.registrar, REGISTRARS)),
        What::Moved(movement) => movement.by().map(|by| (by, for_movement(movement))),
        What::Noted(matter) => matter.acts().first().map(|by| (*by, for_matter(matter))),
        What::Allowed(authority) => match **authority {
            AuthorityFact::CollectionAuthorised { by, .. }
            | AuthorityFact::ReturnAuthorised { by, .. }
            | AuthorityFact::DisposalAuthorised { by, .. }
            | AuthorityFact::HoldPlaced { by, .. } => Some((by, DECIDERS)),
            _ => None,
        },
        What::Audited(audit) => match **audit {
            AuditFact::Corrected { by, .. } => Some((by, REGISTRARS)),
            AuditFact::Annotated { by, .. }
            | AuditFact::DiscrepancyRaised { by, .. }
            | AuditFact::DiscrepancyResolved { by, .. } => Some((by, ANY)),
            _ => None,
        },
    }
}

fn for_movement(movement: &Movement) -> &'static [Role] {
    match movement {
        Movement::Collected { .. } | Movement::PassedBack { .. } | Movement::ReceivedAt { .. } => CARRIERS,
        Movement::TemporarilyReleased { .. }
        | Movement::ReturnedFromRelease { .. }
        | Movement::Ended { .. } => DECIDERS,
        Movement::Resealed { .. } => OPENERS,
        _ => ANY,
    }
}

fn for_matter(matter: &Matter) -> &'static [Role] {
    match matter {
        Matter::Identified { .. }
        | Matter::Reattributed { .. }
        | Matter::Split { .. }
        | Matter::SubExhibitCreated { .. }
        | Matter::Consolidated { .. } => REGISTRARS,
        Matter::SealBroken { .. } | Matter::PackageOpened { .. } => OPENERS,
        _ => ANY,
    }
}
