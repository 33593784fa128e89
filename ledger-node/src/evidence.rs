//! Evidence: the bytes of envelopes that the ledger names and does not contain, because they are forks or
//! were said after their key's end.

use std::path::Path;

use custody::id::Digest;
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use crate::side::{Side, SideError};

/// The name of the evidence file within the data folder.
pub const EVIDENCE_FILE: &str = "evidence.sqlite";

const VERSION: i64 = 201;

const SCHEMA: &str = "
    CREATE TABLE evidence (
        sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
        bytes BLOB NOT NULL
    ) STRICT;
";

/// The archive of evidence, open.
#[derive(Debug)]
pub struct Evidence(Side);

impl Evidence {
    /// Opens the archive in the folder `data`, made if it is not there.
    pub fn open(data: &Path) -> Result<Self, SideError> {
        Side::open(&data.join(EVIDENCE_FILE), VERSION, SCHEMA).map(Self)
    }

    /// Keeps `bytes` under their SHA-256, which the caller has computed; durable when this returns. What is
    /// kept already stays as it is.
    pub fn keep(&self, sha256: Digest, bytes: &[u8]) -> Result<(), SideError> {
        self.0.write(|transaction| {
            let insert = "INSERT INTO evidence (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            transaction.prepare_cached(insert)?.execute(params![sha256.0, bytes]).map(drop)
        })
    }

    /// The bytes kept under this hash.
    pub fn get(&self, sha256: Digest) -> Result<Option<Vec<u8>>, SideError> {
        self.0.read(|connection| {
            let mut select = connection.prepare_cached("SELECT bytes FROM evidence WHERE sha256 = ?1")?;
            select.query_row([sha256.0], |row| row.get(0)).optional()
        })
    }

    /// Keeps all that `other` holds, and returns how many of these were not here. What does not have its hash is left.
    pub fn take_in(&self, other: &Self) -> Result<u64, SideError> {
        let mut new = 0_u64;
        for sha256 in other.hashes()? {
            let bytes = other.get(sha256)?.filter(|bytes| Sha256::digest(bytes).as_slice() == sha256.0);
            if let Some(bytes) = bytes
                && self.get(sha256)?.is_none()
            {
                self.keep(sha256, &bytes)?;
                new = new.saturating_add(1);
            }
        }
        Ok(new)
    }

    /// The hashes of all that is kept, ascending.
    pub fn hashes(&self) -> Result<Vec<Digest>, SideError> {
        self.0.read(|connection| {
            let mut select = connection.prepare_cached("SELECT sha256 FROM evidence ORDER BY sha256")?;
            select.query_map([], |row| row.get(0).map(Digest))?.collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_kept_once_under_its_hash_and_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let evidence = Evidence::open(folder.path()).unwrap();
        evidence.keep(Digest([2; 32]), b"second").unwrap();
        evidence.keep(Digest([1; 32]), b"first").unwrap();
        evidence.keep(Digest([1; 32]), b"first").unwrap();
        drop(evidence);
        let evidence = Evidence::open(folder.path()).unwrap();
        assert_eq!(evidence.hashes().unwrap(), [Digest([1; 32]), Digest([2; 32])]);
        assert_eq!(evidence.get(Digest([1; 32])).unwrap().unwrap(), b"first");
        assert_eq!(evidence.get(Digest([3; 32])).unwrap(), None);
    }

    #[test]
    fn another_node_s_evidence_is_taken_in_once_and_only_under_its_hash() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [ours, theirs] = [&folders[0], &folders[1]].map(|folder| Evidence::open(folder.path()).unwrap());
        let hash = Digest(Sha256::digest(b"an envelope").into());
        theirs.keep(hash, b"an envelope").unwrap();
        theirs.keep(Digest([1; 32]), b"not of this hash").unwrap();
        assert_eq!(ours.take_in(&theirs).unwrap(), 1);
        assert_eq!(ours.take_in(&theirs).unwrap(), 0);
        assert_eq!(ours.hashes().unwrap(), [hash]);
    }
}
