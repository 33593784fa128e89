//! The keys of the vault, in a file of their own that is kept and backed up apart.
//!
//! Each opening has a key of its own, wrapped under that of its group: its case, or `general`. Destroying an opening is
//! deleting its wrapped key; when a group's last one goes, so does the group's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use custody::id::Digest;
use rusqlite::{OptionalExtension as _, Row, params};
use zeroize::Zeroizing;

use super::VaultError;
use super::seal::{self, DataKey, Place};
use crate::keyfile::check_private;
use crate::side::{Side, SideError};

/// The name of the key file within the data folder.
pub const VAULT_KEYS_FILE: &str = "vault-keys.sqlite";

const VERSION: i64 = 501;

const SCHEMA: &str = "
    -- Which vault these keys open.
    CREATE TABLE vault (id BLOB NOT NULL CHECK (length(id) = 16)) STRICT;
    CREATE TABLE group_key (
        name TEXT NOT NULL PRIMARY KEY,
        key BLOB NOT NULL CHECK (length(key) = 32)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE opening_key (
        statement BLOB NOT NULL CHECK (length(statement) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        field TEXT NOT NULL,
        group_name TEXT NOT NULL,
        wrapped BLOB NOT NULL,
        PRIMARY KEY (statement, digest, field)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX opening_key_group ON opening_key (group_name);
";

/// The key file, open.
#[derive(Debug)]
pub(super) struct Keys(Side);

/// An opening's key, wrapped, on its way into the file.
pub(super) struct Wrapped<'a> {
    pub(super) place: Place<'a>,
    pub(super) group: String,
    pub(super) sealed: Vec<u8>,
}

impl Keys {
    /// The path of the key file of the vault in the folder `data`.
    pub(super) fn path(data: &Path) -> PathBuf {
        data.join(VAULT_KEYS_FILE)
    }

    /// Opens the key file in the folder `data`, made if it is not there.
    pub(super) fn open(data: &Path) -> Result<Self, VaultError> {
        let path = Self::path(data);
        let side = Side::open(&path, VERSION, SCHEMA)?;
        check_private(&path)?;
        Ok(Self(side))
    }

    /// Which vault it is for; `None` in a new file.
    pub(super) fn vault(&self) -> Result<Option<[u8; 16]>, SideError> {
        self.0
            .read(|connection| connection.query_row("SELECT id FROM vault", [], |row| row.get(0)).optional())
    }

    /// Says which vault it is for.
    pub(super) fn belong_to(&self, vault: [u8; 16]) -> Result<(), SideError> {
        self.0.write(|transaction| {
            transaction.execute("DELETE FROM vault", [])?;
            transaction.execute("INSERT INTO vault (id) VALUES (?1)", [vault]).map(drop)
        })
    }

    /// The keys of these groups; a new one for each that has none yet.
    pub(super) fn groups(
        &self,
        names: impl IntoIterator<Item = String>,
    ) -> Result<BTreeMap<String, DataKey>, VaultError> {
        let mut keys = BTreeMap::new();
        for name in names {
            if keys.contains_key(&name) {
                continue;
            }
            let key = match self.group(&name)? {
                Some(key) => key,
                None => seal::new_key()?,
            };
            keys.insert(name, key);
        }
        Ok(keys)
    }

    /// Keeps all of these or none, durable when this returns. A key that an opening has already gives way.
    pub(super) fn keep(
        &self,
        groups: &BTreeMap<String, DataKey>,
        openings: &[Wrapped<'_>],
    ) -> Result<(), SideError> {
        self.0.write(|transaction| {
            for (name, key) in groups {
                let insert = "INSERT INTO group_key (name, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
                transaction.prepare_cached(insert)?.execute(params![name, key.as_slice()])?;
            }
            let insert = "INSERT OR REPLACE INTO opening_key (statement, digest, field, group_name, wrapped)
                          VALUES (?1, ?2, ?3, ?4, ?5)";
            let mut insert = transaction.prepare_cached(insert)?;
            for Wrapped { place, group, sealed } in openings {
                let (statement, digest) = (place.statement.0, place.digest.0);
                insert.execute(params![statement, digest, place.field, group, sealed])?;
            }
            Ok(())
        })
    }

    /// Whether an opening has a key.
    pub(super) fn has(&self, place: &Place<'_>) -> Result<bool, SideError> {
        Ok(self.wrapped(place)?.is_some())
    }

    /// The name of the group under whose key that of an opening lies.
    pub(super) fn group_of(&self, place: &Place<'_>) -> Result<Option<String>, SideError> {
        Ok(self.wrapped(place)?.map(|(group, _)| group))
    }

    /// The key of an opening; `None` if it is not there, or its group's is not the one that it was wrapped under.
    pub(super) fn of(&self, place: &Place<'_>) -> Result<Option<DataKey>, SideError> {
        let Some((group, wrapped)) = self.wrapped(place)? else { return Ok(None) };
        let key = self.group(&group)?;
        Ok(key.and_then(|key| seal::unwrap(&key, &group, place, &wrapped)))
    }

    /// Destroys the keys of these openings, whatever their fields: when this returns no byte of them is in the file or
    /// its log, nor of the key of a group that has lost its last opening. The file is written anew where one was there,
    /// or `is_due`.
    pub(super) fn destroy(&self, openings: &[(Digest, Digest)], is_due: bool) -> Result<(), SideError> {
        let destroyed = self.0.write(|transaction| {
            let mut delete =
                transaction.prepare_cached("DELETE FROM opening_key WHERE statement = ?1 AND digest = ?2")?;
            let mut destroyed = 0;
            for (statement, digest) in openings {
                destroyed += delete.execute(params![statement.0, digest.0])?;
            }
            let empty = "DELETE FROM group_key WHERE NOT EXISTS
                         (SELECT 1 FROM opening_key WHERE group_name = name)";
            transaction.execute(empty, [])?;
            Ok(destroyed)
        })?;
        if is_due || destroyed > 0 {
            self.0.rewrite()?;
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn side(&self) -> &Side {
        &self.0
    }

    fn wrapped(&self, place: &Place<'_>) -> Result<Option<(String, Vec<u8>)>, SideError> {
        self.0.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT group_name, wrapped FROM opening_key
                 WHERE statement = ?1 AND digest = ?2 AND field = ?3",
            )?;
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            select.query_row(params![place.statement.0, place.digest.0, place.field], row).optional()
        })
    }

    fn group(&self, name: &str) -> Result<Option<DataKey>, SideError> {
        self.0.read(|connection| {
            let mut select = connection.prepare_cached("SELECT key FROM group_key WHERE name = ?1")?;
            select.query_row([name], |row| row.get::<_, [u8; 32]>(0).map(Zeroizing::new)).optional()
        })
    }
}
