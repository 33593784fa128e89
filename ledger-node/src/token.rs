//! Bearer tokens: 32 random bytes shown once, kept as their SHA-256, with a scope and an end.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::side::{Side, SideError};

/// The name of the tokens' file within the data folder.
pub const TOKEN_FILE: &str = "tokens.sqlite";

/// Longest label of a token in bytes: a name in a log line.
pub const LABEL_BYTES_MAX: usize = 64;

/// What a token's text begins with, so that a secret scanner recognises one that leaked.
const PREFIX: &str = "custody_";

const VERSION: i64 = 301;

const SCHEMA: &str = "
    CREATE TABLE token (
        label TEXT NOT NULL PRIMARY KEY,
        sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
        scope TEXT NOT NULL,
        made_us INTEGER NOT NULL,
        expires_us INTEGER,
        revoked_us INTEGER
    ) STRICT;
";

/// What a token allows. Each scope allows what the ones before it allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Reading the ledger, exhibits and findings.
    Read,
    /// Sending statements on behalf of others; the statements' own signatures still decide.
    Write,
    /// Running the node: a census, copies, erasures.
    Operate,
}

impl Scope {
    /// Every scope, narrowest first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Operate];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Operate => "operate",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope: read, write or operate")]
pub struct ScopeError(String);

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let found = Self::ALL.into_iter().find(|scope| scope.name() == text);
        found.ok_or_else(|| ScopeError(text.to_owned()))
    }
}

/// What is known of a token. The token itself is known to its holder alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Who or what has it: it stands in the access log.
    pub label: String,
    /// What it allows.
    pub scope: Scope,
    /// When it was made, UTC microseconds.
    pub made_us: u64,
    /// From when on it is no longer accepted; `None`: until it is revoked.
    pub expires_us: Option<u64>,
    /// Since when it is revoked.
    pub revoked_us: Option<u64>,
}

/// Why there is no new token.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The label is empty, too long, or would not stay on one line of a log.
    #[error("the name must be 1 to {LABEL_BYTES_MAX} printable ASCII characters without spaces around")]
    Label,
    /// Labels are never used twice, so that the access log names one holder.
    #[error("there is a token of this name already, in use or revoked; choose another name")]
    Taken,
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// The file failed.
    #[error(transparent)]
    Side(#[from] SideError),
}

/// The tokens, open.
#[derive(Debug)]
pub struct Tokens(Side);

impl Tokens {
    /// Opens the tokens in the folder `data`, made if they are not there.
    pub fn open(data: &Path) -> Result<Self, SideError> {
        Side::open(&data.join(TOKEN_FILE), VERSION, SCHEMA).map(Self)
    }

    /// Makes a token and returns its text, which is kept nowhere.
    pub fn add(
        &self,
        label: &str,
        scope: Scope,
        now_us: u64,
        expires_us: Option<u64>,
    ) -> Result<String, AddError> {
        if !is_label(label) {
            return Err(AddError::Label);
        }
        let mut secret = [0u8; 32];
        getrandom::fill(&mut secret).map_err(AddError::Random)?;
        let text = format!("{PREFIX}{}", hex::encode(secret));
        let added = self.0.write(|transaction| {
            transaction.execute(
                "INSERT INTO token (label, sha256, scope, made_us, expires_us)
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
                params![label, hash(&text), scope.name(), to_sql(now_us), expires_us.map(to_sql)],
            )
        })?;
        if added == 0 { Err(AddError::Taken) } else { Ok(text) }
    }

    /// The token with this text, if it is accepted at `now_us`.
    ///
    /// The row is found by the hash of what was presented, whose bytes an attacker cannot choose; the
    /// comparison that decides takes the same time wherever the two differ.
    pub fn check(&self, text: &str, now_us: u64) -> Result<Option<Token>, SideError> {
        let presented = hash(text);
        let row = self.0.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT label, scope, made_us, expires_us, revoked_us, sha256 FROM token WHERE sha256 = ?1",
            )?;
            select.query_row([presented], |row| Ok((read(row)?, row.get::<_, [u8; 32]>(5)?))).optional()
        })?;
        let Some((row, kept)) = row else { return Ok(None) };
        let token = self.parse(row)?;
        let is_over = token.expires_us.is_some_and(|end| now_us >= end) || token.revoked_us.is_some();
        Ok(Some(token).filter(|_| bool::from(kept.ct_eq(&presented)) && !is_over))
    }

    /// Every token ever made, by label.
    pub fn list(&self) -> Result<Vec<Token>, SideError> {
        let rows = self.0.read(|connection| {
            let mut select = connection
                .prepare("SELECT label, scope, made_us, expires_us, revoked_us FROM token ORDER BY label")?;
            select.query_map([], read)?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        rows.into_iter().map(|row| self.parse(row)).collect()
    }

    /// Ends a token at once; false if there is none in use with this label.
    pub fn revoke(&self, label: &str, now_us: u64) -> Result<bool, SideError> {
        let update = "UPDATE token SET revoked_us = ?2 WHERE label = ?1 AND revoked_us IS NULL";
        let revoked =
            self.0.write(|transaction| transaction.execute(update, params![label, to_sql(now_us)]))?;
        Ok(revoked > 0)
    }

    fn parse(&self, row: TokenRow) -> Result<Token, SideError> {
        let (label, scope, made_us, expires_us, revoked_us) = row;
        Ok(Token {
            label,
            scope: scope.parse().map_err(|_| self.0.form("scope"))?,
            made_us: from_sql(made_us),
            expires_us: expires_us.map(from_sql),
            revoked_us: revoked_us.map(from_sql),
        })
    }
}

/// Whether a name stays on one line of a log: 1 to [`LABEL_BYTES_MAX`] printable ASCII characters without spaces around.
pub fn is_label(name: &str) -> bool {
    let is_printable = name.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    !name.is_empty() && name.len() <= LABEL_BYTES_MAX && is_printable && name.trim() == name
}

type TokenRow = (String, String, i64, Option<i64>, Option<i64>);

fn read(row: &Row<'_>) -> rusqlite::Result<TokenRow> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

/// SHA-256 of the token's text: 256 random bits need no slow hash.
fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// SQLite's integers are signed; an instant beyond the year 290,000 is as good as never.
pub(crate) fn to_sql(us: u64) -> i64 {
    i64::try_from(us).unwrap_or(i64::MAX)
}

pub(crate) fn from_sql(us: i64) -> u64 {
    u64::try_from(us).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> (tempfile::TempDir, Tokens) {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::open(folder.path()).unwrap();
        (folder, tokens)
    }

    #[test]
    fn a_token_is_accepted_until_it_expires() {
        let (_folder, tokens) = tokens();
        let text = tokens.add("auditor", Scope::Read, 10, Some(20)).unwrap();
        let token = tokens.check(&text, 19).unwrap().unwrap();
        assert_eq!((token.label.as_str(), token.scope), ("auditor", Scope::Read));
        assert_eq!(tokens.check(&text, 20).unwrap(), None);
    }

    #[test]
    fn a_revoked_token_is_refused_at_once_and_stays_listed() {
        let (_folder, tokens) = tokens();
        let text = tokens.add("desk 3", Scope::Write, 10, None).unwrap();
        assert!(tokens.check(&text, u64::MAX).unwrap().is_some());
        assert!(tokens.revoke("desk 3", 30).unwrap());
        assert!(!tokens.revoke("desk 3", 31).unwrap(), "there is nothing left to revoke");
        assert_eq!(tokens.check(&text, 11).unwrap(), None);
        assert_eq!(tokens.list().unwrap()[0].revoked_us, Some(30));
    }

    #[test]
    fn the_text_of_a_token_is_kept_nowhere() {
        let (folder, tokens) = tokens();
        let text = tokens.add("auditor", Scope::Read, 10, None).unwrap();
        drop(tokens);
        let secret = text.strip_prefix(PREFIX).unwrap();
        assert_eq!(secret.len(), 64);
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
            assert!(!bytes.windows(32).any(|window| window == hex::decode(secret).unwrap()));
        }
    }

    #[test]
    fn a_label_is_never_used_twice_and_stays_on_its_line() {
        let (_folder, tokens) = tokens();
        tokens.add("auditor", Scope::Read, 10, None).unwrap();
        tokens.revoke("auditor", 11).unwrap();
        assert!(matches!(tokens.add("auditor", Scope::Read, 12, None), Err(AddError::Taken)));
        for label in ["", " padded", "two\nlines", "caf\u{e9}", &"x".repeat(65)] {
            assert!(matches!(tokens.add(label, Scope::Read, 10, None), Err(AddError::Label)), "{label:?}");
        }
    }

    #[test]
    fn an_unknown_token_is_refused() {
        let (_folder, tokens) = tokens();
        tokens.add("auditor", Scope::Read, 10, None).unwrap();
        for text in ["", "custody_", &format!("custody_{}", "0".repeat(64))] {
            assert_eq!(tokens.check(text, 11).unwrap(), None);
        }
    }
}
