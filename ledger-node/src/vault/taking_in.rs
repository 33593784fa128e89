//! Taking in what another node's vault holds: each node of a ledger keeps the openings that were sent to it, and no more.
//!
//! The two files of the other vault are read where they lie, as copies; the openings are sealed anew under this vault's own
//! keys. What was erased, as far as this vault knows, stays erased; of what it does not know, the ledger tells it at the next
//! start of the node, before anybody is served.

use std::path::Path;

use custody::id::Digest;
use ledger_format::disclosure::Disclosure;
use rusqlite::{Row, params};

use super::seal::{self, Place};
use super::{Group, Keys, Opening, VAULT_FILE, Vault, VaultError};

/// Openings taken in at once: some hundred kilobytes, under one flush of either file.
const TAKEN_AT_ONCE: usize = 256;

/// What became of the openings of another vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenIn {
    /// Kept here from now on.
    pub new: u64,
    /// Here already, or erased.
    pub known: u64,
    /// Left where they are: they do not open, or are not what their statement commits to.
    pub closed: u64,
}

impl Vault {
    /// Opens the copy of another node's vault in `folder`, of which both files must be there.
    pub fn open_copy(folder: &Path) -> Result<Self, VaultError> {
        for path in [folder.join(VAULT_FILE), Keys::path(folder)] {
            if !path.exists() {
                return Err(VaultError::CopyMissing { path });
            }
        }
        Self::open(folder)
    }

    /// Keeps all that `other` holds and this vault does not. What was interrupted is done by doing it again.
    ///
    /// No node may run on this vault meanwhile: it might erase what is being taken in.
    pub fn take_in(&self, other: &Self) -> Result<TakenIn, VaultError> {
        let mut taken = TakenIn::default();
        let mut last = None;
        loop {
            let rows = other.behind(last.as_ref())?;
            let Some(newest) = rows.last() else { return Ok(taken) };
            last = Some(newest.place.clone());
            let mut new = Vec::new();
            for row in rows {
                match other.opened(row)? {
                    None => taken.closed = taken.closed.saturating_add(1),
                    Some(opening) if self.is_settled(&opening)? => {
                        taken.known = taken.known.saturating_add(1);
                    }
                    Some(opening) => new.push(opening),
                }
            }
            self.keep(&new)?;
            taken.new = taken.new.saturating_add(u64::try_from(new.len()).unwrap_or(u64::MAX));
        }
    }

    /// The next openings behind this place, as they lie there.
    fn behind(&self, last: Option<&Whose>) -> Result<Vec<Sealed>, VaultError> {
        let none = ([0; 32], [0; 32], String::new());
        let (statement, digest, field) = last.unwrap_or(&none);
        let limit = i64::try_from(TAKEN_AT_ONCE).unwrap_or(i64::MAX);
        let rows = self.side.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT statement, digest, field, sealed FROM opening
                 WHERE (statement, digest, field) > (?1, ?2, ?3)
                 ORDER BY statement, digest, field LIMIT ?4",
            )?;
            let row = |row: &Row<'_>| {
                Ok(Sealed { place: (row.get(0)?, row.get(1)?, row.get(2)?), bytes: row.get(3)? })
            };
            let rows = select.query_map(params![statement, digest, field, limit], row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        Ok(rows?)
    }

    /// One of them, open; `None` where it does not open, or is not what was committed to.
    fn opened(&self, sealed: Sealed) -> Result<Option<Opening>, VaultError> {
        let Sealed { place: (statement, digest, field), bytes } = sealed;
        let (statement, digest) = (Digest(statement), Digest(digest));
        let place = Place { statement, digest, field: &field };
        let Some(key) = self.keys.of(&place)? else { return Ok(None) };
        let group = self.keys.group_of(&place)?.and_then(|name| Group::of_name(&name));
        let encoded = seal::unseal_opening(&key, &place, &bytes);
        let disclosure = encoded.map(|encoded| Disclosure { encoded });
        let is_its = |disclosure: &Disclosure| disclosure.digest() == digest;
        Ok(disclosure.filter(is_its).zip(group).map(|(disclosure, group)| {
            let disclosure = disclosure.encoded;
            Opening { statement, digest, field, disclosure, group }
        }))
    }
}

/// Statement, commitment and field.
type Whose = ([u8; 32], [u8; 32], String);

/// An opening as it lies in the file.
struct Sealed {
    place: Whose,
    bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{Content, Gone};

    fn opening(statement: u16, group: Group) -> Opening {
        let disclosure = Disclosure::new(&[9; 16], "reason", &format!("because of {statement}")).unwrap();
        let mut hash = [0; 32];
        hash[..2].copy_from_slice(&statement.to_be_bytes());
        Opening {
            statement: Digest(hash),
            digest: disclosure.digest(),
            field: "reason".to_owned(),
            disclosure: disclosure.encoded,
            group,
        }
    }

    fn content(vault: &Vault, opening: &Opening) -> Vec<Content> {
        vault.of_statement(opening.statement).unwrap().into_iter().map(|kept| kept.content).collect()
    }

    #[test]
    fn two_vaults_become_one_and_what_was_erased_stays_erased() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [ours, theirs] = [&folders[0], &folders[1]].map(|folder| Vault::open(folder.path()).unwrap());
        let case = Group::Case(custody::id::CaseId([5; 16]));
        // More than are taken in at once, and in both groups.
        let count = u16::try_from(TAKEN_AT_ONCE).unwrap() * 2 + 3;
        let groups = [Group::General, case];
        let all: Vec<_> = (0..count).map(|place| opening(place, groups[usize::from(place % 2)])).collect();
        theirs.keep(&all).unwrap();
        ours.keep(&all[..2]).unwrap();
        let erased = Gone { statement: all[7].statement, digest: all[7].digest, index: 70 };
        ours.erase(&[erased]).unwrap();
        drop(theirs);
        let theirs = Vault::open_copy(folders[1].path()).unwrap();
        let taken = ours.take_in(&theirs).unwrap();
        assert_eq!(taken, TakenIn { new: u64::from(count) - 3, known: 3, closed: 0 });
        for (place, opening) in all.iter().enumerate() {
            let expect =
                if place == 7 { Content::Erased(70) } else { Content::Open(opening.disclosure.clone()) };
            assert_eq!(content(&ours, opening), [expect], "{place}");
        }
        assert_eq!(ours.take_in(&theirs).unwrap(), TakenIn { known: u64::from(count), ..TakenIn::default() });
        // They lie under this vault's own keys.
        let [ours_only, gone] = folders;
        drop((ours, theirs, gone));
        let ours = Vault::open(ours_only.path()).unwrap();
        assert_eq!(content(&ours, &all[9]), [Content::Open(all[9].disclosure.clone())]);
    }

    #[test]
    fn what_does_not_open_or_is_not_what_was_committed_to_is_left_where_it_is() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [ours, theirs] = [&folders[0], &folders[1]].map(|folder| Vault::open(folder.path()).unwrap());
        let (good, other) = (opening(1, Group::General), opening(2, Group::General));
        let swapped = Opening { disclosure: good.disclosure.clone(), ..other };
        theirs.keep(&[good.clone(), swapped.clone(), opening(3, Group::General)]).unwrap();
        let forget = "DELETE FROM opening_key WHERE statement = ?1";
        let third = opening(3, Group::General).statement;
        theirs.keys_side().write(|keys| keys.execute(forget, [third.0])).unwrap();
        assert_eq!(ours.take_in(&theirs).unwrap(), TakenIn { new: 1, known: 0, closed: 2 });
        assert_eq!(content(&ours, &swapped), []);
    }

    #[test]
    fn a_copy_lacks_neither_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let refused = Vault::open_copy(folder.path()).unwrap_err();
        assert!(matches!(refused, VaultError::CopyMissing { path } if path.ends_with(VAULT_FILE)));
        Vault::open(folder.path()).unwrap();
        std::fs::remove_file(Keys::path(folder.path())).unwrap();
        let refused = Vault::open_copy(folder.path()).unwrap_err();
        assert!(matches!(refused, VaultError::CopyMissing { path } if path == Keys::path(folder.path())));
        assert!(!Keys::path(folder.path()).exists(), "and none is made");
    }
}
