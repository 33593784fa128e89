//! Views of the estate: sites, lockers, and what lies in each compartment.

use custody::door::Compartment;
use custody::estate::{Estate, Locker};
use custody::fact::CompartmentMode;
use custody::id::{CompartmentId, ExhibitId, LockerId};
use custody::ledger::Ledger;

use crate::node::Node;

/// One locker, now.
#[derive(Debug, Clone)]
pub struct LockerView {
    /// Its id.
    pub id: LockerId,
    /// As registered.
    pub locker: Locker,
    /// Its compartments, in the order registered.
    pub compartments: Vec<CompartmentView>,
}

/// One compartment, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompartmentView {
    /// Its id.
    pub id: CompartmentId,
    /// As painted on the door.
    pub label: String,
    /// How much it may hold.
    pub mode: CompartmentMode,
    /// The exhibits that lie in it by the record, by id.
    pub occupants: Vec<ExhibitId>,
    /// Whether its last door cycle has ended with a closed door; `None` before the first.
    pub is_closed: Option<bool>,
}

impl<S> Node<S> {
    /// The estate as two authorities have agreed on it.
    pub fn estate(&self) -> Estate {
        self.look(|state, _| state.ledger().estate().clone())
    }

    /// One locker and what lies in it; `None` where none is registered under the id.
    pub fn locker(&self, id: LockerId) -> Option<LockerView> {
        self.look(|state, _| locker(state.ledger(), id))
    }
}

fn locker(ledger: &Ledger, id: LockerId) -> Option<LockerView> {
    let locker = ledger.estate().lockers.get(&id)?.clone();
    let compartments = locker.compartments.iter().filter_map(|id| compartment(ledger, *id)).collect();
    Some(LockerView { id, locker, compartments })
}

fn compartment(ledger: &Ledger, id: CompartmentId) -> Option<CompartmentView> {
    let place = ledger.estate().compartments.get(&id)?;
    let door: Option<&Compartment> = ledger.doors().get(id);
    let occupants = door.map(|door| door.occupants.keys().copied().collect());
    Some(CompartmentView {
        id,
        label: place.label.clone(),
        mode: place.mode,
        occupants: occupants.unwrap_or_default(),
        is_closed: door.and_then(|door| door.cycle.as_ref()).map(|cycle| cycle.is_closed),
    })
}
