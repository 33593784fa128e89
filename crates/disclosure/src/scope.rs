//! What belongs to a bundle: which exhibits hang together, where they lay, and from where to where in the streams of
//! compartments and lockers that must be shown without a gap.
//!
//! The node selects by this and the verifier demands by it.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::{Fact, Matter};
use custody::id::{CompartmentId, Digest, ExhibitId};
use custody::movement::{MisdepositKind, Movement};

/// The exhibits that a fact says were made of one another, or are one.
pub fn kin(fact: &Fact) -> Vec<ExhibitId> {
    match fact {
        Fact::Matter(
            matter @ (Matter::Identified { .. }
            | Matter::Split { .. }
            | Matter::SubExhibitCreated { .. }
            | Matter::Consolidated { .. }),
        ) => matter.exhibits(),
        _ => Vec::new(),
    }
}

/// One time that an exhibit lay, or was being put, behind a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    /// Behind which.
    pub compartment: CompartmentId,
    /// The act by which it came.
    pub begins: Visit,
    /// The act by which it left; none while it lies there.
    pub ends: Option<Visit>,
}

/// One act at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// Index of its entry.
    pub index: u64,
    /// The door cycle that it names, where it names one.
    pub cycle: Option<Digest>,
}

/// Every stay of some exhibits, from their facts in ascending order of the index. A compartment's acts are all its
/// locker's, so that the order of the ledger is that of the door.
pub fn stays<'a>(
    facts: impl IntoIterator<Item = (u64, &'a Fact)>,
    exhibits: &BTreeSet<ExhibitId>,
) -> Vec<Stay> {
    let mut open: BTreeMap<(CompartmentId, ExhibitId), Visit> = BTreeMap::new();
    let mut stays = BTreeSet::new();
    for (index, fact) in facts {
        let Fact::Movement(movement) = fact else { continue };
        let Some((compartment, cycle, way)) = at_a_door(movement) else { continue };
        let visit = Visit { index, cycle };
        for exhibit in movement.exhibits().iter().filter(|exhibit| exhibits.contains(exhibit)) {
            let key = (compartment, *exhibit);
            match way {
                Way::In => {
                    open.entry(key).or_insert(visit);
                }
                Way::Out => {
                    let begins = open.remove(&key).unwrap_or(visit);
                    stays.insert(Stay { compartment, begins, ends: Some(visit) });
                }
            }
        }
    }
    let lie = open.into_iter().map(|((compartment, _), begins)| Stay { compartment, begins, ends: None });
    stays.into_iter().chain(lie).collect::<BTreeSet<_>>().into_iter().collect()
}

#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

/// Where an act took place, in which cycle, and which way the exhibit went. What was abandoned came and went.
fn at_a_door(movement: &Movement) -> Option<(CompartmentId, Option<Digest>, Way)> {
    let way = match movement {
        Movement::Deposited { .. } => Way::In,
        Movement::Collected { .. } | Movement::PassedBack { .. } | Movement::DepositAbandoned { .. } => {
            Way::Out
        }
        Movement::Misdeposited {
            kind: MisdepositKind::WrongCompartment, compartment: Some(place), ..
        } => {
            return Some((*place, None, Way::In));
        }
        _ => return None,
    };
    let at = movement.at()?;
    Some((at.compartment, Some(at.door_cycle), way))
}

/// One entry of a compartment's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Its revision in the stream.
    pub revision: u64,
    /// Its index in the ledger.
    pub index: u64,
    /// The door cycle to which it belongs: its own statement's hash where it begins one; none where it is of no cycle.
    pub cycle: Option<Digest>,
    /// It begins a cycle.
    pub begins: bool,
}

impl Stop {
    /// An entry of a compartment's stream, by what it says.
    pub fn new(revision: u64, index: u64, hash: Digest, fact: &Fact) -> Self {
        match fact {
            Fact::Door { cycle, .. } => {
                Self { revision, index, cycle: Some(cycle.unwrap_or(hash)), begins: cycle.is_none() }
            }
            _ => Self { revision, index, cycle: None, begins: false },
        }
    }
}

/// A part of a stream, by revision; to its head where there is no last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The first revision.
    pub first: u64,
    /// The last.
    pub last: Option<u64>,
}

/// From where to where in a compartment's stream a stay must be shown: from the first entry of the cycle before the one
/// by which the exhibit came, to the last of the one by which it left. `stops` are consecutive entries of the stream.
///
/// `None` where these stops do not reach back far enough to tell.
pub fn window(stops: &[Stop], stay: &Stay) -> Option<Window> {
    let of_cycle =
        |visit: Visit| stops.iter().filter(move |stop| visit.cycle.is_some() && stop.cycle == visit.cycle);
    let comes = of_cycle(stay.begins).map(|stop| stop.index).min();
    let comes = comes.unwrap_or(stay.begins.index).min(stay.begins.index);
    let before = stops.iter().rev().find(|stop| stop.begins && stop.index < comes).map(|stop| stop.revision);
    let reaches_back = stops.first().is_none_or(|stop| stop.revision == 0);
    let first = before.or_else(|| reaches_back.then_some(0))?;
    let Some(left) = stay.ends else { return Some(Window { first, last: None }) };
    let goes = of_cycle(left).map(|stop| stop.index).max();
    let goes = goes.unwrap_or(left.index).max(left.index);
    // The first stop beyond the cycle shows that nothing of it was left out; without one the window ends at the head.
    let last = stops.iter().find(|stop| stop.index > goes).map(|stop| stop.revision);
    Some(Window { first, last })
}
