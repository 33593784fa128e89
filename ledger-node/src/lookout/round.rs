//! A round: what the node must say of its own accord, by the clock on the wall. Each thing once.

use custody::equipment::{Piece, Whereabouts};
use custody::id::{Digest, EquipmentId, ExhibitId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Due, Lookout};
use crate::footage::{Asked, Exceptions, to_preserve};
use crate::state::State;
use crate::tables::Raised;

/// Facts that one round says at most: a group of the writer. The next round says the rest.
pub(crate) const SAID_MAX: usize = 256;

/// What is to be said now: what has become overdue and what no longer is, equipment, and footage to be kept.
///
/// The lookout must have caught up with the state.
pub(crate) fn to_say(state: &State, lookout: &Lookout, now_us: u64) -> Vec<Fact> {
    let cleared = state.tables().chased.iter().filter(|(exhibit, raised)| {
        !lookout.dues_of(*exhibit).iter().any(|due| is_same(due, raised) && due.due_us < now_us)
    });
    let cleared = cleared.map(|(exhibit, raised)| overdue_cleared(exhibit, raised.hash));
    let overdue = lookout.dues().filter(|(exhibit, _, due)| {
        let raised = state.tables().chased.of(*exhibit);
        due.due_us < now_us && !raised.iter().any(|raised| is_same(due, raised))
    });
    let overdue = overdue.map(|(exhibit, _, due)| overdue_raised(exhibit, *due));
    let equipment = state.ledger().equipment().iter();
    let equipment = equipment.filter_map(|(id, piece)| equipment_overdue(id, piece, now_us));
    let footage = preserved(state, lookout, now_us).into_iter().map(preservation_required);
    cleared.chain(overdue).chain(equipment).chain(footage).take(SAID_MAX).collect()
}

fn preserved(state: &State, lookout: &Lookout, now_us: u64) -> Vec<Asked> {
    let mut exceptions = Exceptions::default();
    state.findings().chain(lookout.findings()).for_each(|finding| exceptions.push(finding));
    let held = state.held();
    to_preserve(state.footage(), &exceptions, &held, state.ledger(), state.policy(), now_us)
}

fn is_same(due: &Due, raised: &Raised) -> bool {
    Some(due.rule) == raised.rule && due.due_us == raised.due_us
}

fn overdue_raised(exhibit: ExhibitId, due: Due) -> Fact {
    let rule = due.rule.name().to_owned();
    let derived = v1::overdue_raised::Derived { exhibit: exhibit.0.to_vec(), rule, due_us: due.due_us };
    Fact::OverdueRaised(v1::OverdueRaised { derived: Some(derived) })
}

fn overdue_cleared(exhibit: ExhibitId, overdue: Digest) -> Fact {
    let (exhibit, overdue) = (exhibit.0.to_vec(), overdue.0.to_vec());
    let derived = v1::overdue_cleared::Derived { exhibit, overdue };
    Fact::OverdueCleared(v1::OverdueCleared { derived: Some(derived) })
}

/// That a piece should be back; `None` where it need not, or that was said.
fn equipment_overdue(equipment: EquipmentId, piece: &Piece, now_us: u64) -> Option<Fact> {
    let Whereabouts::Issued { due_us: Some(due_us), issue, .. } = piece.whereabouts else { return None };
    if piece.is_raised || due_us >= now_us {
        return None;
    }
    let (equipment, issue) = (equipment.0.to_vec(), issue.0.to_vec());
    let derived = v1::equipment_overdue::Derived { equipment, issue, due_us };
    Some(Fact::EquipmentOverdue(v1::EquipmentOverdue { derived: Some(derived) }))
}

fn preservation_required(asked: Asked) -> Fact {
    let derived = v1::footage_preservation_required::Derived {
        camera: asked.camera.0.to_vec(),
        from_us: asked.from_us,
        to_us: asked.to_us,
        rule: asked.rule.name().to_owned(),
        statement: asked.statement.0.to_vec(),
    };
    Fact::FootagePreservationRequired(v1::FootagePreservationRequired { derived: Some(derived) })
}
