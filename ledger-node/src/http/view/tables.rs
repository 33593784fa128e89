//! The JSON views of what is overdue or missing, of equipment, counts, and footage.

use custody::equipment::{Piece, Whereabouts};
use custody::id::{DeviceId, Digest, EquipmentId};
use serde_json::{Value, json};

use super::{holder, texts};
use crate::footage::Wanted;
use crate::tables::{Count, Discrepancy};
use crate::telling::Overdue;

pub(in crate::http) fn overdue(overdue: &Overdue) -> Value {
    json!({
        "exhibit": overdue.exhibit.to_string(),
        "rule": overdue.due.rule.name(),
        "due_us": overdue.due.due_us,
        "holder": overdue.holder.map(holder),
        "raised_at": overdue.raised.map(|raised| raised.index),
    })
}

/// Where a piece is: out, back in a compartment, or missing.
pub(in crate::http) fn piece(id: EquipmentId, piece: &Piece, now_us: u64) -> Value {
    let (mut compartment, mut issued_to, mut due, mut faulty) = (None, None, None, false);
    let state = match piece.whereabouts {
        Whereabouts::Issued { to, due_us, .. } => {
            (issued_to, due) = (Some(to.to_string()), due_us);
            if due_us.is_some_and(|due_us| due_us < now_us) { "overdue" } else { "issued" }
        }
        Whereabouts::In { compartment: place, is_faulty } => {
            (compartment, faulty) = (Some(place.to_string()), is_faulty);
            "returned"
        }
        Whereabouts::Missing => "missing",
    };
    json!({
        "equipment": id.to_string(),
        "state": state,
        "since_us": piece.since_us,
        "since_at": piece.index,
        "compartment": compartment,
        "is_faulty": faulty,
        "issued_to": issued_to,
        "due_us": due,
        "is_raised": piece.is_raised,
    })
}

pub(in crate::http) fn count(count: &Count) -> Value {
    json!({
        // Ids of all kinds are written alike.
        "audit": DeviceId(count.audit).to_string(),
        "site": count.site.to_string(),
        "locker": count.locker.map(|locker| locker.to_string()),
        "is_blind": count.is_blind,
        "by": count.by.to_string(),
        "began_at": count.began,
        "began_us": count.began_us,
        "counted": count.counted,
        "not_found": texts(&count.not_found),
        "unexpected": count.unexpected,
        "closed_at": count.closed,
    })
}

pub(in crate::http) fn discrepancy(hash: Digest, discrepancy: &Discrepancy) -> Value {
    json!({
        "statement": hash.to_string(),
        "raised_at": discrepancy.index,
        "raised_us": discrepancy.raised_us,
        "by": discrepancy.by.to_string(),
        "exhibits": texts(&discrepancy.exhibits),
    })
}

pub(in crate::http) fn wanted(wanted: &Wanted) -> Value {
    json!({
        "camera": wanted.camera.to_string(),
        "from_us": wanted.from_us,
        "to_us": wanted.to_us,
        "statement": wanted.statement.to_string(),
        "preserve": wanted.preserve,
    })
}
