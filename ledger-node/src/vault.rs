//! The vault: the openings of commitments, which are the only personal data of the ledger.
//!
//! It lies in a file of its own, so that it can be guarded, backed up and erased apart from the chain. Each
//! row stands alone and names the key it is sealed under (none in this version), so that sealing under
//! per-case keys and destroying one opening need no other schema. Whether an opening belongs to its statement
//! was checked at admission.

use std::path::Path;

use custody::id::Digest;
use rusqlite::{Row, params};

use crate::side::{Side, SideError};

/// The name of the vault's file within the data folder.
pub const VAULT_FILE: &str = "vault.sqlite";

const VERSION: i64 = 101;

const SCHEMA: &str = "
    CREATE TABLE opening (
        statement BLOB NOT NULL CHECK (length(statement) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        field TEXT NOT NULL,
        -- Name of the key it is sealed under; NULL: in clear.
        sealed_under BLOB,
        disclosure BLOB NOT NULL,
        PRIMARY KEY (statement, digest, field)
    ) STRICT, WITHOUT ROWID;
";

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
}

/// Says which opening, never what it opens: a log line may hold this.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opening({} of {})", self.field, self.statement)
    }
}

/// The vault, open.
#[derive(Debug)]
pub struct Vault(Side);

impl Vault {
    /// Opens the vault in the folder `data`, made if it is not there.
    pub fn open(data: &Path) -> Result<Self, SideError> {
        Side::open(&data.join(VAULT_FILE), VERSION, SCHEMA).map(Self)
    }

    /// Keeps all of `openings` or none, durable when this returns. What is kept already stays as it is.
    pub fn keep(&self, openings: &[Opening]) -> Result<(), SideError> {
        if openings.is_empty() {
            return Ok(());
        }
        self.0.write(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO opening (statement, digest, field, disclosure) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
            )?;
            for opening in openings {
                let (statement, digest) = (opening.statement.0, opening.digest.0);
                insert.execute(params![statement, digest, opening.field, opening.disclosure.as_bytes()])?;
            }
            Ok(())
        })
    }

    /// The openings kept of one statement, by field.
    pub fn of_statement(&self, statement: Digest) -> Result<Vec<Opening>, SideError> {
        let rows = self.0.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT digest, field, disclosure FROM opening WHERE statement = ?1 ORDER BY field, digest",
            )?;
            select.query_map([statement.0], read_row)?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let opening = |(digest, field, disclosure)| {
            let disclosure = String::from_utf8(disclosure).map_err(|_| self.0.form("disclosure"))?;
            Ok(Opening { statement, digest: Digest(digest), field, disclosure })
        };
        rows.into_iter().map(opening).collect()
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<([u8; 32], String, Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(statement: u8, digest: u8, field: &str) -> Opening {
        Opening {
            statement: Digest([statement; 32]),
            digest: Digest([digest; 32]),
            field: field.to_owned(),
            disclosure: format!("WyJzYWx0IiwibmFtZSIsI{digest}"),
        }
    }

    #[test]
    fn what_was_kept_is_there_after_reopening_and_only_for_its_statement() {
        let folder = tempfile::tempdir().unwrap();
        let kept = [opening(1, 7, "reference"), opening(1, 8, "reason"), opening(2, 9, "reason")];
        Vault::open(folder.path()).unwrap().keep(&kept).unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept[1].clone(), kept[0].clone()]);
        assert_eq!(vault.of_statement(Digest([3; 32])).unwrap(), []);
    }

    #[test]
    fn keeping_twice_is_keeping_once() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path()).unwrap();
        let kept = [opening(1, 7, "reference")];
        vault.keep(&kept).unwrap();
        vault.keep(&kept).unwrap();
        assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), kept);
    }

    #[test]
    fn an_opening_in_a_log_line_does_not_show_its_value() {
        let shown = format!("{:?}", opening(1, 7, "reference"));
        assert!(!shown.contains("WyJ"), "{shown}");
    }
}
