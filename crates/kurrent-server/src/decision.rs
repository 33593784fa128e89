//! Whether an append is written, was written before, or is refused: the rule of KurrentDB, and nothing else.

use uuid::Uuid;

use crate::log::{Event, count};

/// How many of a stream's last events an append without an exact revision is compared with. The server's limit is
/// 8 MiB of its ids.
const RECENT_EVENTS: usize = 65_536;

/// Where an append expects the stream to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Revision(u64),
    NoStream,
    Any,
    StreamExists,
}

/// A stream as its leader knows it, which includes what is not replicated yet.
pub(crate) struct Known<'a> {
    pub(crate) events: &'a [Event],
    pub(crate) replicated: usize,
    pub(crate) tombstoned: bool,
    pub(crate) soft_deleted: bool,
    pub(crate) described: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Append,
    /// The same ids are there already, the last at this revision. Their data is not compared.
    Written {
        last: u64,
    },
    /// The same ids are there already, but not replicated.
    NotReady,
    Wrong,
    Deleted,
}

pub(crate) fn decide(stream: &Known<'_>, expected: Expected, ids: &[Uuid]) -> Decision {
    if stream.tombstoned {
        return Decision::Deleted;
    }
    match expected {
        Expected::StreamExists if stream.soft_deleted => Decision::Deleted,
        Expected::StreamExists if stream.events.is_empty() && !stream.described => Decision::Wrong,
        Expected::Any | Expected::StreamExists => decide_anywhere(stream, ids),
        Expected::NoStream => decide_at(stream, 0, ids),
        Expected::Revision(revision) => decide_at(stream, revision.saturating_add(1), ids),
    }
}

/// `first`: the revision that the first of the events would have.
fn decide_at(stream: &Known<'_>, first: u64, ids: &[Uuid]) -> Decision {
    let next = count(stream.events);
    if first > next {
        return Decision::Wrong;
    }
    if first == next {
        return Decision::Append;
    }
    let there = stream.events.iter().skip(usize::try_from(first).unwrap_or(usize::MAX)).map(|event| event.id);
    let same = ids.iter().zip(there).take_while(|(proposed, written)| *proposed == written).count();
    if ids.is_empty() {
        Decision::Wrong
    } else if same == ids.len() {
        written(stream, first.saturating_add(count(ids)).saturating_sub(1))
    } else if same == 0 && first == 0 && stream.soft_deleted {
        Decision::Append
    } else {
        Decision::Wrong
    }
}

fn decide_anywhere(stream: &Known<'_>, ids: &[Uuid]) -> Decision {
    let revision_of = |id: &Uuid| {
        let from_end = stream.events.iter().rev().take(RECENT_EVENTS).position(|event| event.id == *id)?;
        count(stream.events).checked_sub(u64::try_from(from_end).ok()?)?.checked_sub(1)
    };
    let revisions: Vec<u64> = ids.iter().map_while(revision_of).collect();
    match revisions.last() {
        None => Decision::Append,
        Some(last) if revisions.len() == ids.len() => written(stream, *last),
        Some(_) => Decision::Wrong,
    }
}

fn written(stream: &Known<'_>, last: u64) -> Decision {
    let replicated = u64::try_from(stream.replicated).unwrap_or(u64::MAX);
    if last < replicated { Decision::Written { last } } else { Decision::NotReady }
}
