//! The admission one would write first: one thread that takes one statement after the other, decodes and
//! verifies it as strictly as the node does, links it, appends it to the same store, and waits for the flush.
//!
//! It signs no checkpoint, writes no head file, gives no receipt and asks no rulebook.

use std::collections::HashMap;

use custody::id::{DeviceId, Digest};
use ledger_format::entry::{Entry, StreamLink};
use ledger_format::envelope::Envelope;
use ledger_format::key::PublicKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::statement;
use ledger_format::stream::StreamName;
use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, Store as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::lockers::{NOON_US, Speaker};

/// What is known of a device.
struct Known {
    key: PublicKey,
    next_sequence: u64,
    last: Digest,
}

/// The admission and its store.
pub(crate) struct OneByOne {
    store: SqliteStore,
    size: u64,
    previous: Digest,
    devices: HashMap<DeviceId, Known>,
    streams: HashMap<StreamName, StreamLink>,
    _scratch: TempDir,
}

impl OneByOne {
    /// With an empty store that knows this device.
    pub(crate) fn new(scratch: TempDir, device: &Speaker) -> Self {
        let known = Known {
            key: device.key.public_key(),
            next_sequence: device.chain.next_sequence,
            last: device.chain.last,
        };
        Self {
            store: SqliteStore::create(&scratch.path().join("ledger.sqlite")).expect("a fresh folder"),
            size: 0,
            previous: Digest::ZERO,
            devices: HashMap::from([(device.chain.device, known)]),
            streams: HashMap::new(),
            _scratch: scratch,
        }
    }

    /// Records one statement, which is durable when this returns; `None` where it may not be recorded.
    pub(crate) fn admit(&mut self, runtime: &Runtime, envelope: Envelope) -> Option<()> {
        let decoded = statement::decode(&envelope.statement).ok()?;
        let said = &decoded.statement;
        let known = self.devices.get_mut(&said.device)?;
        envelope.verify(&known.key).ok()?;
        if (said.sequence, said.previous) != (known.next_sequence, known.last) {
            return None;
        }
        (known.next_sequence, known.last) = (known.next_sequence + 1, decoded.hash);
        let first = StreamLink { revision: 0, previous: Digest::ZERO };
        let links = decoded.streams.iter().map(|name| *self.streams.get(name).unwrap_or(&first));
        let streams: Vec<StreamLink> = links.collect();
        let next = streams.iter().map(|link| link.revision + 1).collect::<Vec<_>>();
        let (index, previous) = (self.size, self.previous);
        let entry = Entry { index, previous, recorded_at_us: NOON_US, envelope, streams }.encode();
        self.previous = leaf_hash(&entry);
        for (name, revision) in decoded.streams.iter().zip(next) {
            self.streams.insert(*name, StreamLink { revision, previous: self.previous });
        }
        let batch = Batch::new(vec![entry]).ok()?;
        self.size = runtime.block_on(self.store.append(index, &batch)).ok()?;
        Some(())
    }
}
