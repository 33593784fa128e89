//! An entry as an event: its bytes, and an id that follows from them.

use bytes::Bytes;
use eventstore::{EventData, RecordedEvent};
use ledger_store::leaf_hash;
use uuid::Uuid;

/// The type of every event of a ledger.
pub(crate) const TYPE: &str = "custody-entry";

/// The event of an entry.
pub(crate) fn event(entry: &[u8]) -> EventData {
    EventData::binary(TYPE, Bytes::copy_from_slice(entry)).id(id(entry))
}

/// The event's id: a UUID of version 8 out of the first 16 bytes of the entry's leaf hash. The server compares ids and
/// never data when an append is repeated, so the same id must mean the same bytes.
pub(crate) fn id(entry: &[u8]) -> Uuid {
    let leaf = leaf_hash(entry);
    let mut first = [0_u8; 16];
    for (to, from) in first.iter_mut().zip(leaf) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(first).into_uuid()
}

/// The entry in an event that was read at `index`, or what is wrong with the event.
pub(crate) fn entry(event: &RecordedEvent, index: u64) -> Result<Vec<u8>, String> {
    if event.revision != index {
        return Err(format!(
            "the first event there has the revision {}: the stream was truncated, or events were taken out of it",
            event.revision
        ));
    }
    if event.event_type != TYPE {
        return Err(format!(
            "an event of the type {:?} stands there, which no node wrote: its place is taken for good, see \"When the cluster \
             is lost\" in the operations manual",
            event.event_type
        ));
    }
    if event.id != id(&event.data) {
        return Err("the event's bytes are not those that its id was made of: they were altered".to_owned());
    }
    Ok(event.data.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_from_the_bytes_alone() {
        // By another program: the first 16 bytes of hashlib.sha256(b"\x00entry"), version 8 and variant of RFC 9562 §5.8.
        assert_eq!(id(b"entry").to_string(), "d9c2d66b-522c-8522-b28f-539ff9f67b85");
        assert_ne!(id(b"entry"), id(b"entrx"));
    }
}
