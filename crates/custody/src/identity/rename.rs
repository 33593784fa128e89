//! One exhibit's name in place of another's, in whatever names exhibits.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::exhibit::What;
use crate::fact::{AuditFact, AuthorityFact, DisclosureFact, Fact, Matter, Statement};
use crate::id::ExhibitId;
use crate::movement::Movement;

/// Something that names exhibits.
trait Names {
    /// Every place where it names one that may be named otherwise.
    fn places(&mut self) -> Vec<&mut ExhibitId>;
}

/// The statement with exhibits named as they are called; `None` if all are called so already. What identifies them says
/// what it says.
pub(crate) fn rename_statement(
    statement: &Statement,
    called: impl Fn(ExhibitId) -> ExhibitId,
) -> Option<Statement> {
    let fact = match &statement.fact {
        Fact::ExhibitRegistered { exhibit, .. } if called(*exhibit) != *exhibit => {
            let mut fact = statement.fact.clone();
            if let Fact::ExhibitRegistered { exhibit, .. } = &mut fact {
                *exhibit = called(*exhibit);
            }
            fact
        }
        Fact::Movement(movement) => Fact::Movement(renamed(movement, called)?),
        Fact::Matter(matter) => Fact::Matter(renamed(matter, called)?),
        Fact::Authority(authority) => Fact::Authority(renamed(authority, called)?),
        Fact::Audit(audit) => Fact::Audit(renamed(audit, called)?),
        Fact::Disclosure(disclosure) => Fact::Disclosure(renamed(disclosure, called)?),
        _ => return None,
    };
    Some(Statement { fact, ..statement.clone() })
}

/// What a fact says, with exhibits named as they are called.
pub(crate) fn rename_what(what: &What, called: impl Fn(ExhibitId) -> ExhibitId) -> What {
    let renamed = match what {
        What::Registered(_) => None,
        What::Moved(movement) => renamed(&**movement, called).map(|movement| What::Moved(Arc::new(movement))),
        What::Noted(matter) => renamed(&**matter, called).map(|matter| What::Noted(Arc::new(matter))),
        What::Allowed(fact) => renamed(&**fact, called).map(|fact| What::Allowed(Arc::new(fact))),
        What::Audited(audit) => renamed(&**audit, called).map(|audit| What::Audited(Arc::new(audit))),
    };
    renamed.unwrap_or_else(|| what.clone())
}

fn renamed<T: Names + Clone>(names: &T, called: impl Fn(ExhibitId) -> ExhibitId) -> Option<T> {
    let mut names = names.clone();
    let mut is_renamed = false;
    for place in names.places() {
        let name = called(*place);
        is_renamed |= name != *place;
        *place = name;
    }
    is_renamed.then_some(names)
}

impl Names for Movement {
    fn places(&mut self) -> Vec<&mut ExhibitId> {
        let exhibits = match self {
            Self::DepositAbandoned { exhibits, .. }
            | Self::Misdeposited { exhibits, .. }
            | Self::TransferRejected { exhibits, .. }
            | Self::MarkedMissing { exhibits, .. }
            | Self::Resealed { exhibits, .. } => exhibits,
            Self::Deposited { item, .. }
            | Self::PassedBack { item, .. }
            | Self::Collected { item, .. }
            | Self::TransferOffered { item, .. }
            | Self::TransferAccepted { item, .. }
            | Self::ReceivedAt { item, .. }
            | Self::TemporarilyReleased { item, .. }
            | Self::ReturnedFromRelease { item, .. }
            | Self::Found { item, .. }
            | Self::Ended { item, .. } => &mut item.exhibits,
        };
        exhibits.iter_mut().collect()
    }
}

impl Names for Matter {
    fn places(&mut self) -> Vec<&mut ExhibitId> {
        match self {
            Self::Identified { .. } => Vec::new(),
            Self::Reattributed { from, to, .. } => alloc::vec![from, to],
            Self::Split { parent, children, .. } => core::iter::once(parent).chain(children).collect(),
            Self::SubExhibitCreated { parent, child, .. } => alloc::vec![parent, child],
            Self::Consolidated { parts, whole, .. } => parts.iter_mut().chain([whole]).collect(),
            Self::Weighed { exhibit, .. } | Self::Counted { exhibit, .. } => alloc::vec![exhibit],
            Self::SealObservedIntact { exhibits, .. }
            | Self::SealBroken { exhibits, .. }
            | Self::SealDiscrepancy { exhibits, .. }
            | Self::PackageOpened { exhibits, .. }
            | Self::LateEntry { exhibits, .. }
            | Self::PaperFallback { exhibits, .. } => exhibits.iter_mut().collect(),
            Self::FoundInEmptyCompartment { exhibit, .. } => exhibit.iter_mut().collect(),
        }
    }
}

impl Names for AuthorityFact {
    fn places(&mut self) -> Vec<&mut ExhibitId> {
        match self {
            Self::CollectionAuthorised { exhibits, .. }
            | Self::CollectionRefused { exhibits, .. }
            | Self::ReturnAuthorised { exhibits, .. }
            | Self::DisposalAuthorised { exhibits, .. }
            | Self::HoldPlaced { exhibits, .. } => exhibits.iter_mut().collect(),
            Self::HoldReleased { .. } | Self::MaintenanceAuthorised { .. } => Vec::new(),
        }
    }
}

impl Names for DisclosureFact {
    fn places(&mut self) -> Vec<&mut ExhibitId> {
        match self {
            Self::Requested { exhibits, .. }
            | Self::Exported { exhibits, .. }
            | Self::Erased { exhibits, .. } => exhibits.iter_mut().collect(),
        }
    }
}

impl Names for AuditFact {
    fn places(&mut self) -> Vec<&mut ExhibitId> {
        match self {
            Self::Counted { exhibit, .. }
            | Self::NotFound { exhibit, .. }
            | Self::OverdueRaised { exhibit, .. }
            | Self::OverdueCleared { exhibit, .. } => alloc::vec![exhibit],
            Self::Unexpected { exhibit, .. } => exhibit.iter_mut().collect(),
            Self::DiscrepancyRaised { exhibits, .. }
            | Self::DiscrepancyResolved { exhibits, .. }
            | Self::Annotated { exhibits, .. }
            | Self::Corrected { exhibits, .. } => exhibits.iter_mut().collect(),
            Self::Started { .. } | Self::Closed { .. } => Vec::new(),
        }
    }
}
