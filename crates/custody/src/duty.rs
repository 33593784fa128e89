//! The table of P01: who takes part in an act, and which roles would do.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::exhibit::What;
use crate::fact::{AuditFact, AuthorityFact, DoorEvent, EquipmentFact, Fact, Matter, Role};
use crate::id::PersonId;
use crate::movement::{Act, Movement};

/// What anybody with a role may do.
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

/// Who may besides collect what the same person deposited.
pub(crate) const DEPOSITORS: &[Role] = &[Role::Officer];

/// Who enters exhibits and puts their record right.
const REGISTRARS: &[Role] = &[Role::Officer, Role::ExhibitsOfficer, Role::StoreManager];

/// Who decides.
const DECIDERS: &[Role] = &[Role::ExhibitsOfficer, Role::StoreManager];

/// Who opens packages.
const OPENERS: &[Role] = &[Role::ExhibitsOfficer, Role::StoreManager, Role::Examiner];

/// Who counts. Who keeps a store does not (P03).
const COUNTERS: &[Role] = &[Role::CustodyAuditor];

/// Who keeps a store.
pub(crate) const KEEPERS: &[Role] = &[Role::StoreManager, Role::ExhibitsOfficer];

/// Who allows the master key.
const MAINTENANCE: &[Role] = &[Role::EstateManager, Role::ExhibitsOfficer, Role::StoreManager];

/// Who uses it.
const MASTER_KEY: &[Role] = &[Role::Maintainer, Role::EstateManager];

/// A person's part in an act.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Who.
    pub(crate) person: PersonId,
    /// One of these would do.
    pub(crate) roles: &'static [Role],
}

/// The sentence of a finding under P01.
pub(crate) fn without_role(person: PersonId) -> String {
    format!("{person} acted without a role that may do so.")
}

/// Who takes part in what a fact says of an exhibit; nobody where nobody acts.
pub(crate) fn parts(what: &What) -> Vec<Part> {
    match what {
        What::Registered(registration) => part(registration.registrar, REGISTRARS).collect(),
        What::Moved(movement) => in_movement(movement),
        What::Noted(matter) => in_matter(matter),
        What::Allowed(authority) => in_authority(authority),
        What::Audited(audit) => in_audit(audit),
    }
}

/// Who takes part in an act on no exhibit; nobody where an exhibit is named, for then the act is judged with that.
pub(crate) fn parts_beside_exhibits(fact: &Fact) -> Vec<Part> {
    match fact {
        Fact::Movement(movement) if movement.exhibits().is_empty() => in_movement(movement),
        Fact::Matter(matter) if matter.exhibits().is_empty() => in_matter(matter),
        Fact::Authority(authority) if authority.exhibits().is_empty() => in_authority(authority),
        Fact::Audit(audit) if audit.exhibits().is_empty() => in_audit(audit),
        Fact::AttendedCheck { by, .. } => part(*by, ANY).collect(),
        Fact::Equipment(equipment) => match equipment {
            EquipmentFact::Issued { by, .. }
            | EquipmentFact::Returned { by, .. }
            | EquipmentFact::Missing { by, .. } => part(*by, ANY).collect(),
            EquipmentFact::Overdue { .. } => Vec::new(),
        },
        Fact::Door { event: DoorEvent::MasterKey, by: Some(by), .. } => part(*by, MASTER_KEY).collect(),
        _ => Vec::new(),
    }
}

fn part(act: Act, roles: &'static [Role]) -> impl Iterator<Item = Part> {
    core::iter::once(Part { person: act.person, roles })
}

/// Who acts, and with them a second person, whose part anybody with a role may play.
fn with_second(by: Act, roles: &'static [Role], second: Option<Act>) -> Vec<Part> {
    let second = second.filter(|second| second.person != by.person);
    part(by, roles).chain(second.into_iter().flat_map(|second| part(second, ANY))).collect()
}

fn in_movement(movement: &Movement) -> Vec<Part> {
    let roles = match movement {
        Movement::Collected { .. } | Movement::PassedBack { .. } | Movement::ReceivedAt { .. } => CARRIERS,
        Movement::TemporarilyReleased { .. }
        | Movement::ReturnedFromRelease { .. }
        | Movement::Ended { .. } => DECIDERS,
        Movement::Resealed { .. } => OPENERS,
        _ => ANY,
    };
    movement.by().map(|by| with_second(by, roles, movement.witness())).unwrap_or_default()
}

fn in_matter(matter: &Matter) -> Vec<Part> {
    let roles = match matter {
        Matter::Identified { .. }
        | Matter::Reattributed { .. }
        | Matter::Split { .. }
        | Matter::SubExhibitCreated { .. }
        | Matter::Consolidated { .. } => REGISTRARS,
        Matter::SealBroken { .. } | Matter::PackageOpened { .. } => OPENERS,
        _ => ANY,
    };
    let mut acts = matter.acts().into_iter();
    acts.next().map(|by| with_second(by, roles, acts.next())).unwrap_or_default()
}

fn in_authority(authority: &AuthorityFact) -> Vec<Part> {
    match *authority {
        AuthorityFact::CollectionAuthorised { by, .. }
        | AuthorityFact::ReturnAuthorised { by, .. }
        | AuthorityFact::DisposalAuthorised { by, .. }
        | AuthorityFact::HoldPlaced { by, .. }
        | AuthorityFact::HoldReleased { by, .. } => part(by, DECIDERS).collect(),
        AuthorityFact::MaintenanceAuthorised { by, second, .. } => both(by, Some(second), MAINTENANCE),
        AuthorityFact::CollectionRefused { .. } => Vec::new(),
    }
}

fn in_audit(audit: &AuditFact) -> Vec<Part> {
    match *audit {
        AuditFact::Started { first, second, .. } => both(first, second, COUNTERS),
        AuditFact::Corrected { by, approver, .. } => with_second(by, REGISTRARS, Some(approver)),
        AuditFact::Annotated { by, .. }
        | AuditFact::DiscrepancyRaised { by, .. }
        | AuditFact::DiscrepancyResolved { by, .. } => part(by, ANY).collect(),
        AuditFact::Counted { .. }
        | AuditFact::NotFound { .. }
        | AuditFact::Unexpected { .. }
        | AuditFact::Closed { .. }
        | AuditFact::OverdueRaised { .. }
        | AuditFact::OverdueCleared { .. } => Vec::new(),
    }
}

/// Two who do the same.
fn both(first: Act, second: Option<Act>, roles: &'static [Role]) -> Vec<Part> {
    let second = second.filter(|second| second.person != first.person);
    part(first, roles).chain(second.into_iter().flat_map(|second| part(second, roles))).collect()
}
