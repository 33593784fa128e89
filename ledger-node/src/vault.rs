//! The vault: the openings of commitments, which are the only personal data of the ledger.
//!
//! It lies in a file of its own, sealed; the keys lie in another ([`VAULT_KEYS_FILE`]), which is kept and backed up apart.
//! What was erased is known by the entry that says so, and is never kept again. Whether an opening belongs to its statement
//! was checked at admission; whether it may be erased, the writer decides.

mod keys;
mod seal;
mod taking_in;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use custody::id::{CaseId, Digest};
use rusqlite::{OptionalExtension as _, params};

pub use self::keys::VAULT_KEYS_FILE;
use self::keys::{Keys, Wrapped};
use self::seal::Place;
pub use self::taking_in::TakenIn;
use crate::keyfile::KeyFileError;
use crate::side::{Side, SideError};

/// The name of the vault's file within the data folder.
pub const VAULT_FILE: &str = "vault.sqlite";

const VERSION: i64 = 102;

const SCHEMA: &str = "
    -- Which vault this is, as its key file names it.
    CREATE TABLE vault (id BLOB NOT NULL CHECK (length(id) = 16)) STRICT;
    CREATE TABLE opening (
        statement BLOB NOT NULL CHECK (length(statement) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        field TEXT NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (statement, digest, field)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE erased (
        statement BLOB NOT NULL CHECK (length(statement) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        -- As far as the vault has held the opening.
        field TEXT,
        -- The entry that says so.
        entry INTEGER NOT NULL,
        PRIMARY KEY (statement, digest)
    ) STRICT, WITHOUT ROWID;
";

/// Why the vault cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// One of its files.
    #[error(transparent)]
    Side(#[from] SideError),
    /// The key file is readable by others.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// There are sealed openings and no keys.
    #[error(
        "the vault holds sealed openings and there is no key file at {path}: put it there from where its copy is kept, mode \
         600. Without it no opening can be read again; if it is lost for good, move vault.sqlite away, keep it, and \
         start without"
    )]
    KeysMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The key file is another vault's.
    #[error(
        "{path} holds the keys of another vault: put the key file of this one in its place, from where its copy is kept"
    )]
    OtherVault {
        /// The key file.
        path: PathBuf,
    },
    /// A file of the copy of a vault is not there.
    #[error(
        "there is no {path}: of a vault that is to be taken in both files are needed, vault.sqlite and vault-keys.sqlite, which \
         are kept apart"
    )]
    CopyMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The machine gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// An opening is too long to be sealed.
    #[error("an opening cannot be sealed")]
    Seal,
}

/// Under whose key an opening's key lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Group {
    /// Of no case, as far as was known when it was kept.
    #[default]
    General,
    /// Of a case.
    Case(CaseId),
}

impl Group {
    fn name(self) -> String {
        match self {
            Self::General => "general".to_owned(),
            Self::Case(case) => format!("case/{case}"),
        }
    }

    /// The group of this name.
    fn of_name(name: &str) -> Option<Self> {
        match name.strip_prefix("case/") {
            Some(case) => case.parse().ok().map(Self::Case),
            None => (name == Self::General.name()).then_some(Self::General),
        }
    }
}

/// One opening.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// SHA-256 of the statement that commits to it.
    pub statement: Digest,
    /// Digest of the disclosure, as the statement holds it.
    pub digest: Digest,
    /// The field that holds the commitment.
    pub field: String,
    /// The disclosure (RFC 9901), base64url.
    pub disclosure: String,
    /// Under whose key its own lies.
    pub group: Group,
}

impl Opening {
    fn place(&self) -> Place<'_> {
        Place { statement: self.statement, digest: self.digest, field: &self.field }
    }
}

/// Says which opening, never what it opens: a log line may hold this.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opening({} of {})", self.field, self.statement)
    }
}

/// What the vault has of one commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The commitment.
    pub digest: Digest,
    /// The field that holds it, as far as the vault has held its opening.
    pub field: Option<String>,
    /// What there is.
    pub content: Content,
}

/// What there is of one opening.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// The disclosure.
    Open(String),
    /// It is there and does not open: its key is not in the key file, or its bytes were altered.
    Closed,
    /// It was erased, as this entry says.
    Erased(u64),
}

/// Never what it opens.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(_) => f.write_str("Open"),
            Self::Closed => f.write_str("Closed"),
            Self::Erased(index) => write!(f, "Erased({index})"),
        }
    }
}

/// An opening that an entry says is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// SHA-256 of the statement that commits to it.
    pub statement: Digest,
    /// The commitment.
    pub digest: Digest,
    /// Index of the entry that says so.
    pub index: u64,
}

/// The vault, open.
#[derive(Debug)]
pub struct Vault {
    side: Side,
    keys: Keys,
}

impl Vault {
    /// Opens the vault in the folder `data`, made if it is not there, and its key file, made if nothing was sealed yet.
    pub fn open(data: &Path) -> Result<Self, VaultError> {
        let side = Side::open(&data.join(VAULT_FILE), VERSION, SCHEMA)?;
        let path = Keys::path(data);
        let count = "SELECT count(*) FROM (SELECT 1 FROM opening LIMIT 1)";
        let is_sealed =
            side.read(|connection| connection.query_row(count, [], |row| row.get::<_, i64>(0)))? > 0;
        if is_sealed && !path.exists() {
            return Err(VaultError::KeysMissing { path });
        }
        let keys = Keys::open(data)?;
        let own: Option<[u8; 16]> = side.read(|connection| {
            connection.query_row("SELECT id FROM vault", [], |row| row.get(0)).optional()
        })?;
        match (own, keys.vault()?) {
            (Some(own), Some(other)) if own == other => {}
            (_, Some(_)) if is_sealed => return Err(VaultError::OtherVault { path }),
            (_, None) if is_sealed => return Err(VaultError::KeysMissing { path }),
            // Nothing is sealed: the vault becomes the one of its keys, which are new where there were none.
            (_, named) => {
                let id = named.map_or_else(new_id, Ok)?;
                keys.belong_to(id)?;
                side.write(|transaction| {
                    transaction.execute("DELETE FROM vault", [])?;
                    transaction.execute("INSERT INTO vault (id) VALUES (?1)", [id]).map(drop)
                })?;
            }
        }
        Ok(Self { side, keys })
    }

    /// Keeps all of `openings` or none, durable when this returns. What is kept already stays as it is; what was erased
    /// is not kept again.
    pub fn keep(&self, openings: &[Opening]) -> Result<(), VaultError> {
        let mut new: BTreeMap<_, &Opening> = BTreeMap::new();
        for opening in openings {
            if !self.is_settled(opening)? {
                new.insert((opening.statement, opening.digest, &opening.field), opening);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let groups = self.keys.groups(new.values().map(|opening| opening.group.name()))?;
        let (mut wrapped, mut sealed) = (Vec::new(), Vec::new());
        for opening in new.values() {
            let (place, group, key) = (opening.place(), opening.group.name(), seal::new_key()?);
            let group_key = groups.get(&group).ok_or(VaultError::Seal)?;
            wrapped.push(Wrapped { place, sealed: seal::wrap(group_key, &group, &place, &key)?, group });
            sealed.push((place, seal::seal_opening(&key, &place, &opening.disclosure)?));
        }
        // The keys first: what is sealed in the vault never lacks its key. One without an opening opens nothing.
        self.keys.keep(&groups, &wrapped)?;
        self.side.write(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO opening (statement, digest, field, sealed) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (place, sealed) in &sealed {
                insert.execute(params![place.statement.0, place.digest.0, place.field, sealed])?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Whether there is nothing to keep: it is kept and has its key, or it was erased.
    fn is_settled(&self, opening: &Opening) -> Result<bool, VaultError> {
        let (statement, digest) = (opening.statement.0, opening.digest.0);
        let (is_kept, is_erased) = self.side.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM opening WHERE statement = ?1 AND digest = ?2 AND field = ?3),
                        EXISTS (SELECT 1 FROM erased WHERE statement = ?1 AND digest = ?2)",
            )?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, bool>(0)?, row.get::<_, bool>(1)?));
            select.query_row(params![statement, digest, opening.field], row)
        })?;
        Ok(is_erased || is_kept && self.keys.has(&opening.place())?)
    }

    /// What is there of one statement's openings, by field: each opened, or why it is not.
    pub fn of_statement(&self, statement: Digest) -> Result<Vec<Kept>, VaultError> {
        let sealed = self.side.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT digest, field, sealed FROM opening WHERE statement = ?1 ORDER BY field, digest",
            )?;
            let row = |row: &rusqlite::Row<'_>| {
                Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?))
            };
            select.query_map([statement.0], row)?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let mut all = Vec::new();
        for (digest, field, sealed) in sealed {
            let place = Place { statement, digest: Digest(digest), field: &field };
            let key = self.keys.of(&place)?;
            let open = key.and_then(|key| seal::unseal_opening(&key, &place, &sealed));
            let content = open.map_or(Content::Closed, Content::Open);
            all.push(Kept { digest: place.digest, field: Some(field), content });
        }
        all.extend(self.erased_of(statement)?);
        all.sort_by(|one, other| (&one.field, one.digest).cmp(&(&other.field, other.digest)));
        Ok(all)
    }

    /// Whether an opening is there, whether or not it opens.
    pub fn holds(&self, statement: Digest, digest: Digest) -> Result<bool, VaultError> {
        let found = self.side.read(|connection| {
            let select = "SELECT 1 FROM opening WHERE statement = ?1 AND digest = ?2";
            connection.prepare_cached(select)?.exists(params![statement.0, digest.0])
        });
        Ok(found?)
    }

    fn erased_of(&self, statement: Digest) -> Result<Vec<Kept>, VaultError> {
        let rows = self.side.read(|connection| {
            let select = "SELECT digest, field, entry FROM erased WHERE statement = ?1";
            let mut select = connection.prepare_cached(select)?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?, row.get(2)?));
            let rows = select.query_map([statement.0], row)?;
            rows.collect::<rusqlite::Result<Vec<([u8; 32], Option<String>, i64)>>>()
        })?;
        let kept = |(digest, field, entry)| {
            let index = u64::try_from(entry).map_err(|_| self.side.form("index of an entry"))?;
            Ok(Kept { digest: Digest(digest), field, content: Content::Erased(index) })
        };
        rows.into_iter().map(kept).collect()
    }

    /// Destroys these openings and their keys: when this returns, no byte of a key is left in the key file. What is gone
    /// already stays gone; that it is, is known from now on in any case.
    pub fn erase(&self, gone: &[Gone]) -> Result<(), VaultError> {
        if gone.is_empty() {
            return Ok(());
        }
        let pairs: Vec<_> = gone.iter().map(|gone| (gone.statement, gone.digest)).collect();
        // What is not noted may have been left in the middle of it.
        let is_new = self.are_new(gone)?;
        // The keys first: without them the rest is noise.
        self.keys.destroy(&pairs, is_new)?;
        let deleted = self.side.write(|transaction| {
            let mut note = transaction.prepare_cached(
                "INSERT INTO erased (statement, digest, field, entry) VALUES (?1, ?2,
                     (SELECT min(field) FROM opening WHERE statement = ?1 AND digest = ?2), ?3)
                 ON CONFLICT DO NOTHING",
            )?;
            let mut delete =
                transaction.prepare_cached("DELETE FROM opening WHERE statement = ?1 AND digest = ?2")?;
            let mut deleted = 0;
            for Gone { statement, digest, index } in gone {
                let entry = i64::try_from(*index).unwrap_or(i64::MAX);
                note.execute(params![statement.0, digest.0, entry])?;
                deleted += delete.execute(params![statement.0, digest.0])?;
            }
            Ok(deleted)
        })?;
        if is_new || deleted > 0 {
            self.side.truncate_log()?;
        }
        Ok(())
    }

    /// Whether one of these is not known as erased yet.
    fn are_new(&self, gone: &[Gone]) -> Result<bool, SideError> {
        self.side.read(|connection| {
            let select = "SELECT 1 FROM erased WHERE statement = ?1 AND digest = ?2";
            let mut select = connection.prepare_cached(select)?;
            for Gone { statement, digest, .. } in gone {
                if !select.exists(params![statement.0, digest.0])? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

#[cfg(test)]
impl Vault {
    fn keys_side(&self) -> &Side {
        self.keys.side()
    }
}

fn new_id() -> Result<[u8; 16], VaultError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(VaultError::Random)?;
    Ok(id)
}

#[cfg(test)]
mod tests;
