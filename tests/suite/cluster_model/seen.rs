//! What anybody was shown: the heads that nodes signed, and the entries that were acknowledged.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use custody::id::Digest;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::Note;
use ledger_node::node::Node;

/// All that was shown in one schedule. It is kept, not judged: that is for the end, when the ledger is known.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Shown>);

#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// By size and root, the signed note.
    pub(crate) heads: BTreeMap<(u64, Digest), String>,
    /// The entries that were acknowledged, and where their receipts say that they are.
    pub(crate) acknowledged: Vec<(u64, Vec<u8>)>,
    /// The epochs that nodes said they had claimed.
    pub(crate) epochs: Vec<u64>,
}

impl Seen {
    pub(crate) fn head(&self, note: &Note) -> Checkpoint {
        let checkpoint = Checkpoint::parse(note.text()).unwrap();
        self.shown().heads.insert((checkpoint.size(), checkpoint.root()), note.to_string());
        checkpoint
    }

    pub(crate) fn acknowledge(&self, index: u64, entry: Vec<u8>) {
        self.shown().acknowledged.push((index, entry));
    }

    pub(crate) fn claim(&self, epoch: u64) {
        self.shown().epochs.push(epoch);
    }

    pub(crate) fn shown(&self) -> MutexGuard<'_, Shown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps every head of a node until that ends.
    pub(crate) async fn follow<S>(&self, node: Node<S>) {
        let mut size = 0;
        while node.reaches(size + 1).await {
            size = self.head(&node.checkpoint().note).size();
        }
    }
}
