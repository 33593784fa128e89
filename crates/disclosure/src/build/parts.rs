//! Who takes part in what an entry says: who says it, and who is named in it.

use custody::fact::{AuditFact, AuthorityFact, EquipmentFact, Fact};
use custody::id::PersonId;
use custody::movement::{Act, Movement};

/// The people by whose word the entry speaks, the first of them first. A sensor's word is nobody's.
pub(super) fn speakers(fact: &Fact) -> Vec<PersonId> {
    let acts: Vec<Act> = match fact {
        Fact::Movement(movement) => movement.by().into_iter().chain(movement.witness()).collect(),
        Fact::Matter(matter) => matter.acts(),
        Fact::Authority(authority) => authorities(authority),
        Fact::Audit(audit) => auditors(audit),
        Fact::AttendedCheck { by, .. } => vec![*by],
        Fact::Door { by, .. } => by.iter().copied().collect(),
        Fact::ExhibitRegistered { registrar, .. } => vec![*registrar],
        Fact::Equipment(equipment) => equipment_acts(equipment),
        Fact::SessionOpened { person, .. } => return vec![*person],
        _ => Vec::new(),
    };
    acts.into_iter().map(|act| act.person).collect()
}

/// Everybody whom the entry names.
pub(super) fn named(fact: &Fact) -> Vec<PersonId> {
    let mut people = speakers(fact);
    match fact {
        Fact::Movement(movement) => people.extend(other_side(movement)),
        Fact::Matter(custody::fact::Matter::LateEntry { from, to, .. }) => people.extend([*from, *to]),
        Fact::Authority(
            AuthorityFact::CollectionAuthorised { to, .. } | AuthorityFact::CollectionRefused { to, .. },
        ) => people.push(*to),
        Fact::ExhibitRegistered { producer, holder, earlier, .. } => {
            people.extend([*producer, *holder]);
            people.extend(earlier.iter().map(|leg| leg.holder));
        }
        Fact::Role(
            custody::fact::RoleFact::Granted { person, .. } | custody::fact::RoleFact::Revoked { person, .. },
        ) => people.push(*person),
        _ => {}
    }
    people
}

/// To whom, or from whom, an act takes the exhibit.
fn other_side(movement: &Movement) -> Option<PersonId> {
    match movement {
        Movement::PassedBack { to, .. }
        | Movement::TransferOffered { to, .. }
        | Movement::TemporarilyReleased { to, .. } => Some(*to),
        Movement::ReceivedAt { from, .. } | Movement::ReturnedFromRelease { from, .. } => Some(*from),
        _ => None,
    }
}

fn authorities(authority: &AuthorityFact) -> Vec<Act> {
    match authority {
        AuthorityFact::CollectionAuthorised { by, .. }
        | AuthorityFact::ReturnAuthorised { by, .. }
        | AuthorityFact::DisposalAuthorised { by, .. }
        | AuthorityFact::HoldPlaced { by, .. }
        | AuthorityFact::HoldReleased { by, .. } => vec![*by],
        AuthorityFact::MaintenanceAuthorised { by, second, .. } => vec![*by, *second],
        AuthorityFact::CollectionRefused { .. } => Vec::new(),
    }
}

fn auditors(audit: &AuditFact) -> Vec<Act> {
    match audit {
        AuditFact::Started { first, second, .. } => core::iter::once(*first).chain(*second).collect(),
        AuditFact::DiscrepancyRaised { by, .. }
        | AuditFact::DiscrepancyResolved { by, .. }
        | AuditFact::Annotated { by, .. } => vec![*by],
        AuditFact::Corrected { by, approver, .. } => vec![*by, *approver],
        _ => Vec::new(),
    }
}

fn equipment_acts(equipment: &EquipmentFact) -> Vec<Act> {
    match equipment {
        EquipmentFact::Issued { by, .. } | EquipmentFact::Returned { by, .. } => vec![*by],
        _ => Vec::new(),
    }
}
