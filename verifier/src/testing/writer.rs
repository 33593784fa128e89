//! What a node does with envelopes: index, links, tree, checkpoint, archive. It judges nothing.

use std::collections::BTreeMap;

use custody::id::Digest;
use ledger_format::census::{Census, StreamHead};
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::{Entry, StreamLink};
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::{MemoryTree, leaf_hash, root_at};
use ledger_format::note::{Note, NoteSigner};
use ledger_format::statement;
use ledger_format::tile::{TileKind, encode_bundle, hash_tile, tiles};

use crate::archive::MemoryArchive;

/// A ledger being written.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    /// The entries' bytes.
    pub entries: Vec<Vec<u8>>,
    tree: MemoryTree,
    census: Census,
}

impl Writer {
    /// Writes a ledger of these entries anew, as somebody can who has no device's key: indices and links are
    /// made right again, envelopes and times stay.
    pub fn rechained(entries: &[Entry]) -> Self {
        let mut writer = Self::default();
        for entry in entries {
            writer.append(entry.envelope.clone(), entry.recorded_at_us);
        }
        writer
    }

    /// Writes a ledger of these exact bytes.
    pub fn of_bytes(entries: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut writer = Self::default();
        entries.into_iter().for_each(|bytes| writer.push(bytes));
        writer
    }

    /// Appends an envelope; returns the entry's index. A statement that cannot be read gets no stream links.
    pub fn append(&mut self, envelope: Envelope, recorded_at_us: u64) -> u64 {
        let index = self.size();
        let names = statement::decode(&envelope.statement).map(|decoded| decoded.streams).unwrap_or_default();
        let heads: Vec<StreamHead> = names
            .iter()
            .map(|name| {
                let key = name.census_key();
                let head = self.census.get(&key).copied();
                head.unwrap_or(StreamHead { key, revision: u64::MAX, head: Digest::ZERO })
            })
            .collect();
        let link =
            |head: &StreamHead| StreamLink { revision: head.revision.wrapping_add(1), previous: head.head };
        let streams = heads.iter().map(link).collect();
        let entry = Entry { index, previous: self.last(), recorded_at_us, envelope, streams };
        self.push(entry.encode());
        let leaf = self.last();
        for head in heads {
            self.census.update(StreamHead { revision: head.revision.wrapping_add(1), head: leaf, ..head });
        }
        index
    }

    fn push(&mut self, bytes: Vec<u8>) {
        self.tree.push(leaf_hash(&bytes));
        self.entries.push(bytes);
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.tree.frontier().size()
    }

    /// Leaf hash of the last entry; zero before the first.
    pub fn last(&self) -> Digest {
        self.entries.last().map_or(Digest::ZERO, |bytes| leaf_hash(bytes))
    }

    /// Root over the first `size` entries.
    pub fn root_at(&self, size: u64) -> Digest {
        root_at(&self.tree, size).expect("no more than there are")
    }

    /// The tree over the entries.
    pub fn tree(&self) -> &MemoryTree {
        &self.tree
    }

    /// Root of the census over all streams now, and how many there are.
    pub fn census(&mut self) -> (Digest, u64) {
        (self.census.root(), u64::try_from(self.census.count()).expect("few"))
    }

    /// The entries, decoded; those that can be.
    pub fn decoded(&self) -> Vec<Entry> {
        self.entries.iter().filter_map(|bytes| Entry::decode(bytes).ok()).collect()
    }

    /// The checkpoint over the first `size` entries, signed with this key.
    pub fn checkpoint(&self, size: u64, origin: &str, key: SigningKey) -> Note {
        let checkpoint = Checkpoint::new(origin, size, self.root_at(size)).expect("a fit origin");
        let signer = NoteSigner::new(origin, key).expect("a fit name");
        signer.sign(&checkpoint.to_string()).expect("a checkpoint is a text")
    }

    /// The archive of the whole ledger under a checkpoint.
    pub fn archive(&self, checkpoint: &Note, evidence: &BTreeMap<Digest, Vec<u8>>) -> MemoryArchive {
        let mut files = BTreeMap::from([("checkpoint".to_owned(), checkpoint.to_string().into_bytes())]);
        for tile in tiles(self.size()) {
            let bytes = match tile.kind() {
                TileKind::Hashes { .. } => hash_tile(&self.tree, self.size(), tile).expect("within the tree"),
                TileKind::Entries => {
                    let first = usize::try_from(tile.index() * 256).expect("few");
                    let entries = self.entries.iter().skip(first).take(usize::from(tile.width()));
                    encode_bundle(entries.map(Vec::as_slice)).expect("entries are short")
                }
            };
            files.insert(tile.to_string(), bytes);
        }
        files.extend(evidence.iter().map(|(digest, bytes)| (format!("evidence/{digest}"), bytes.clone())));
        MemoryArchive { files }
    }
}
