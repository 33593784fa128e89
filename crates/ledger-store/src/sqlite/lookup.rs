//! The thread that finds entries by their leaf hash, in an index it keeps in memory.
//!
//! The index is built when it is first asked for, by reading the whole store once, and grows with it: some
//! twenty-five bytes for each entry, and none where nobody asks.

use std::collections::BTreeMap;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::rows;
use crate::contract::ReadError;

/// A look-up and where its outcome goes.
#[derive(Debug)]
pub(super) struct Find {
    pub(super) leaf: [u8; 32],
    pub(super) outcome: oneshot::Sender<Result<Option<u64>, ReadError>>,
}

/// The first `known` entries by the beginning of their leaf hash: the lowest index of each.
#[derive(Debug, Default)]
struct Index {
    known: u64,
    lowest: BTreeMap<u64, u64>,
}

/// Finds until nothing more can be asked.
pub(super) fn run(connection: &Connection, mut finds: mpsc::Receiver<Find>, head: &watch::Receiver<u64>) {
    let mut index = Index::default();
    while let Some(Find { leaf, outcome }) = finds.blocking_recv() {
        let size = *head.borrow();
        // Who asked may have gone; then nobody misses the answer.
        let _ = outcome.send(index.extend(connection, size).and_then(|()| index.find(connection, leaf)));
    }
}

impl Index {
    /// Takes in what was appended since the last time, up to `size`.
    fn extend(&mut self, connection: &Connection, size: u64) -> Result<(), ReadError> {
        rows::scan(connection, self.known, size.saturating_sub(self.known), |entry| {
            self.lowest.entry(beginning(entry.leaf)).or_insert(self.known);
            self.known = self.known.saturating_add(1);
            true
        })
    }

    fn find(&self, connection: &Connection, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        let Some(index) = self.lowest.get(&beginning(leaf)).copied() else { return Ok(None) };
        let mut same = false;
        rows::scan(connection, index, 1, |entry| {
            same = entry.leaf == leaf;
            true
        })?;
        // Two hashes that begin alike are made, by 2^32 trials, and never met; they cost a slow answer.
        if same { Ok(Some(index)) } else { rows::search(connection, leaf, self.known) }
    }
}

/// The first eight bytes of a hash.
fn beginning(leaf: [u8; 32]) -> u64 {
    leaf.into_iter().take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::leaf_hash;
    use crate::sqlite::{connect, making};

    /// The index as it would be if entry 0 had a hash that begins like that of entry 2 or of no entry at all.
    #[test]
    fn hashes_that_begin_alike_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        making::create(&path).unwrap();
        let connection = connect::read_write(&path).unwrap();
        for (idx, entry) in (0_u64..).zip([b"a", b"b", b"c"]) {
            connection
                .execute("INSERT INTO entries VALUES (?1, ?2, ?3)", (idx, leaf_hash(entry), entry))
                .unwrap();
        }
        let mut index = Index::default();
        for entry in [b"c", b"d"] {
            index.lowest.insert(beginning(leaf_hash(entry)), 0);
        }
        index.extend(&connection, 3).unwrap();
        let find = |entry: &[u8]| index.find(&connection, leaf_hash(entry));
        assert_eq!([find(b"a"), find(b"b"), find(b"c")], [Ok(Some(0)), Ok(Some(1)), Ok(Some(2))]);
        assert_eq!([find(b"d"), find(b"e")], [Ok(None), Ok(None)]);
    }
}
