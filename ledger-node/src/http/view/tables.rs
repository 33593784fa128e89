//! The JSON views of what is overdue or missing, of equipment, counts, and footage.

use custody::id::{DeviceId, EquipmentId};
use serde_json::{Value, json};

use super::{holder, texts};
use crate::footage::Wanted;
use crate::tables::{Count, Discrepancy, Piece};
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
    let state = match (piece.missing, piece.issue) {
        (Some(_), _) => "missing",
        (None, Some(issue)) if issue.due_us.is_some_and(|due_us| due_us < now_us) => "overdue",
        (None, Some(_)) => "issued",
        (None, None) => "returned",
    };
    json!({
        "equipment": id.to_string(),
        "state": state,
        "compartment": piece.compartment.map(|compartment| compartment.to_string()),
        "issued_to": piece.issue.map(|issue| issue.to.to_string()),
        "issued_us": piece.issue.map(|issue| issue.at_us),
        "issued_at": piece.issue.map(|issue| issue.index),
        "due_us": piece.issue.and_then(|issue| issue.due_us),
        "overdue_at": piece.issue.and_then(|issue| issue.overdue),
        "missing_at": piece.missing,
        "is_faulty": piece.is_faulty,
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

pub(in crate::http) fn discrepancy(hash: custody::id::Digest, discrepancy: &Discrepancy) -> Value {
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
