//! What the node answers without its writer: entries, tiles, proofs, exhibits. All of it durable and under the
//! newest checkpoint.

use custody::id::{Digest, ExhibitId};
use custody::verdict::Verdict;
use custody_proto::schema::Stream;
use ledger_format::canonical::DecodeError;
use ledger_format::entry::Entry;
use ledger_format::merkle::{consistency_proof, inclusion_proof};
use ledger_format::receipt::Receipt;
use ledger_format::statement::{self, Decoded};
use ledger_format::stream::StreamName;
use ledger_format::tile::{BundleError, TILE_WIDTH, Tile, TileKind, encode_bundle, hash_tile};
use ledger_store::{ReadError, ReadLimit, Store};
use thiserror::Error;

use crate::node::{Node, Published};
use crate::outcome::Receipted;

/// Entries of one stream read for a view. An exhibit has some dozens; a device's stream may have millions, of
/// which the newest are shown.
pub const VIEW_ENTRIES_MAX: usize = 2_000;

/// Why something that should be there could not be read. Never about what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LookupError {
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] ReadError),
    /// An entry in the store is not what an entry must be: the store was altered.
    #[error("entry {index} in the store is not an entry: {source}")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// Entries do not fit into a bundle: the store was altered.
    #[error("entries from {index} do not fit into a bundle: {source}")]
    Bundle {
        /// The first one's index.
        index: u64,
        /// Why not.
        source: BundleError,
    },
}

/// One entry with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub entry: Entry,
    /// What was said.
    pub decoded: Decoded,
}

/// One exhibit: its history and what it proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// The entries of its stream, oldest first; the newest [`VIEW_ENTRIES_MAX`].
    pub entries: Vec<Shown>,
    /// The verdict over all facts so far. `None` where its stream has facts and no rule reads any of them.
    pub verdict: Option<Verdict>,
    /// How many entries the ledger had when this was said.
    pub size: u64,
}

impl<S: Store> Node<S> {
    /// The exact bytes of the entry at an index; `None` beyond the checkpoint.
    pub async fn entry_bytes(&self, index: u64) -> Result<Option<Vec<u8>>, LookupError> {
        if index >= self.size() {
            return Ok(None);
        }
        let entries = self.shared.store.read(index, ReadLimit::entries(1)).await?;
        Ok(entries.into_iter().next())
    }

    /// The entry at an index; `None` beyond the checkpoint.
    pub async fn entry(&self, index: u64) -> Result<Option<Shown>, LookupError> {
        let bytes = self.entry_bytes(index).await?;
        bytes.map(|bytes| show(index, bytes)).transpose()
    }

    /// A tile of the archive, hashes or entries; `None` if the log under the checkpoint does not fill it.
    pub async fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, LookupError> {
        match tile.kind() {
            TileKind::Hashes { .. } => {
                Ok(self.look(|state, _| hash_tile(state.tree(), state.size(), tile).ok()))
            }
            TileKind::Entries => self.entry_bundle(tile).await,
        }
    }

    async fn entry_bundle(&self, tile: Tile) -> Result<Option<Vec<u8>>, LookupError> {
        let Some(first) = tile.first_entry().filter(|_| tile.lies_within(self.size())) else {
            return Ok(None);
        };
        let entries = self.entries(first, tile.width().into()).await?;
        let bundle = encode_bundle(entries.iter().map(Vec::as_slice));
        bundle.map(Some).map_err(|source| LookupError::Bundle { index: first, source })
    }

    /// Exactly `count` entries from `first` on, which the caller knows to be there.
    pub(crate) async fn entries(&self, first: u64, count: usize) -> Result<Vec<Vec<u8>>, LookupError> {
        debug_assert!(count <= usize::from(TILE_WIDTH));
        let mut entries: Vec<Vec<u8>> = Vec::with_capacity(count);
        while entries.len() < count {
            let read = u64::try_from(entries.len()).unwrap_or(u64::MAX);
            let limit = ReadLimit::entries(count.saturating_sub(entries.len()));
            let from = first.saturating_add(read);
            let more = self.shared.store.read(from, limit).await?;
            if more.is_empty() {
                return Err(ReadError::BeyondHead { from, size: from }.into());
            }
            entries.extend(more);
        }
        Ok(entries)
    }

    /// The receipt of the entry at an index, under the newest checkpoint; `None` beyond it.
    pub fn receipt(&self, index: u64) -> Option<String> {
        receipt(&self.read(), index)
    }

    /// The RFC 6962 proof that the tree of `old` entries is the beginning of the tree of `new`; `None` unless
    /// `old <= new` and the checkpoint covers both.
    pub fn consistency(&self, old: u64, new: u64) -> Option<Vec<Digest>> {
        let published = self.read();
        let covered = new <= published.head.checkpoint.size();
        consistency_proof(published.state.tree(), old, new).ok().filter(|_| covered)
    }

    /// The index of the entry with this statement, by the statement's hash.
    pub fn index_of(&self, statement: &Digest) -> Option<u64> {
        self.look(|state, _| state.index_of(statement))
    }

    /// The newest entries of a stream, oldest first, at most [`VIEW_ENTRIES_MAX`].
    pub async fn stream(&self, stream: &StreamName) -> Result<Vec<Shown>, LookupError> {
        let indices = self.look(|state, _| {
            let all = state.stream(stream);
            let first = all.len().saturating_sub(VIEW_ENTRIES_MAX);
            all.iter().skip(first).copied().collect::<Vec<_>>()
        });
        let mut entries = Vec::with_capacity(indices.len());
        for index in indices {
            entries.extend(self.entry(index).await?);
        }
        Ok(entries)
    }

    /// One exhibit's history and the verdict on it now; `None` where no fact names it.
    pub async fn exhibit(&self, exhibit: ExhibitId) -> Result<Option<Exhibit>, LookupError> {
        let (verdict, size) = self.look(|state, _| (state.verdict(exhibit), state.size()));
        let mut entries = self.stream(&StreamName { kind: Stream::Exhibit, id: exhibit.0 }).await?;
        // The verdict is of one moment; what came in while the entries were read is for the next look.
        entries.retain(|shown| shown.entry.index < size);
        Ok((!entries.is_empty()).then_some(Exhibit { entries, verdict, size }))
    }

    /// Every exhibit that a fact names, by id.
    pub fn exhibits(&self) -> Vec<ExhibitId> {
        self.look(|state, _| state.ledger().exhibits().collect())
    }

    /// The bytes of an archived envelope that the ledger names, by their SHA-256.
    pub fn evidence(&self, envelope: &Digest) -> Result<Option<Vec<u8>>, crate::side::SideError> {
        if !self.look(|state, _| state.archived().any(|archived| archived.envelope == *envelope)) {
            return Ok(None);
        }
        self.shared.evidence.get(*envelope)
    }

    fn size(&self) -> u64 {
        self.read().head.checkpoint.size()
    }
}

pub(crate) fn show(index: u64, bytes: Vec<u8>) -> Result<Shown, LookupError> {
    let failed = |source| LookupError::Entry { index, source };
    let entry = Entry::decode(&bytes).map_err(failed)?;
    let decoded = statement::decode(&entry.envelope.statement).map_err(failed)?;
    Ok(Shown { bytes, entry, decoded })
}

pub(crate) fn receipted(published: &Published, index: u64, entry: Vec<u8>) -> Option<Receipted> {
    receipt(published, index).map(|receipt| Receipted { index, entry, receipt })
}

fn receipt(published: &Published, index: u64) -> Option<String> {
    let size = published.head.checkpoint.size();
    let proof = inclusion_proof(published.state.tree(), index, size).ok()?;
    let receipt = Receipt::new(index, proof, published.head.note.clone()).ok()?;
    Some(receipt.to_string())
}

/// From what a device has seen to the newest checkpoint; `None` if it has seen more.
pub(crate) fn consistency(published: &Published, seen_size: u64) -> Option<Vec<Digest>> {
    consistency_proof(published.state.tree(), seen_size, published.head.checkpoint.size()).ok()
}
