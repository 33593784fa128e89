//! A ledger's home: the one store in which it goes on. The chain names a new one where the old is closed, so that whoever
//! opens the old one by mistake, or a copy of it, cannot go on in it.

mod file;

use std::fmt;
use std::str::FromStr;

use custody::id::{DeviceId, Digest};
use custody_proto::v1;
use ledger_format::entry::Entry;
use prost::Message as _;
use thiserror::Error;

use crate::boot::uuid_of;
use crate::state::Placed;

pub use self::file::HomeFileError;

/// Longest name of a home in bytes: a word or two, or a host's name.
pub const HOME_NAME_BYTES_MAX: usize = 64;

/// Tells this hash apart from every other.
const LABEL: &[u8] = b"custody-ledger home v1";

/// What an operator calls a store of entries: that of this machine, a cluster. It stands in no entry; its [`HomeId`] does.
///
/// It is no address, which may change, and holds no credential and nobody's name: whoever guesses it can tell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HomeName(String);

impl HomeName {
    /// The embedded store, if nobody calls it otherwise.
    pub const EMBEDDED: &str = "embedded";

    /// A KurrentDB cluster, if nobody calls it otherwise.
    pub const KURRENTDB: &str = "kurrentdb";

    /// The embedded store's usual name.
    pub fn embedded() -> Self {
        Self(Self::EMBEDDED.to_owned())
    }

    /// A cluster's usual name.
    pub fn kurrentdb() -> Self {
        Self(Self::KURRENTDB.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As an entry names it, in the ledger with this genesis leaf hash.
    pub fn id(&self, genesis: Digest) -> HomeId {
        HomeId(uuid_of(&[LABEL, &genesis.0, self.0.as_bytes()]))
    }
}

/// A text is no name of a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "the name of a store has 1 to {HOME_NAME_BYTES_MAX} characters: lower-case letters, digits, hyphens and full stops"
)]
pub struct HomeNameError;

impl FromStr for HomeName {
    type Err = HomeNameError;

    fn from_str(text: &str) -> Result<Self, HomeNameError> {
        let is_lawful = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        if (1..=HOME_NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_lawful) {
            Ok(Self(text.to_owned()))
        } else {
            Err(HomeNameError)
        }
    }
}

impl fmt::Display for HomeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As an entry names a home (`store_closed.successor`): a UUID version 8 (RFC 9562) of
/// `SHA-256("custody-ledger home v1" || genesis leaf hash || name)`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HomeId(pub [u8; 16]);

impl fmt::Display for HomeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DeviceId(self.0).fmt(f)
    }
}

impl fmt::Debug for HomeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DeviceId(self.0).fmt(f)
    }
}

/// The entry that closed the store before and names the ledger's home since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The index of the `store_closed`.
    pub index: u64,
    /// The home that it names.
    pub to: HomeId,
    /// The ledger's genesis leaf hash.
    genesis: Digest,
}

impl Moved {
    /// What a `store_closed` says; `None` for any other entry. Who said it is for the caller.
    pub(crate) fn by(placed: &Placed, genesis: Digest) -> Option<Self> {
        if placed.decoded.name != "store_closed" {
            return None;
        }
        let entry = Entry::decode(&placed.bytes).ok()?;
        let statement = v1::Statement::decode(entry.envelope.statement.as_slice()).ok()?;
        let Some(v1::statement::Fact::StoreClosed(closed)) = statement.fact else { return None };
        let to = HomeId(closed.declared?.successor.try_into().ok()?);
        Some(Self { index: placed.index, to, genesis })
    }

    /// Whether a store of this name is the home.
    pub fn is_to(&self, name: &HomeName) -> bool {
        name.id(self.genesis) == self.to
    }
}

/// What is at risk, where the ledger is, and what to do.
impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, to, .. } = self;
        let usual = [HomeName::embedded(), HomeName::kurrentdb()];
        let name = usual.iter().find(|name| self.is_to(name));
        write!(f, "this store was closed: entry {index} says that the ledger goes on in the store ")?;
        match name {
            Some(name) => write!(f, "called {name} (id {to})")?,
            None => write!(f, "with the id {to}")?,
        }
        f.write_str(
            ". Going on here would make a second history beside that one, which every locker, witness and auditor would see \
             as forgery. Start the node on that store; to bring the ledger back here, migrate it from there. If this is that \
             store, it was given another name when the ledger was moved to it: start the node with that name",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_s_id_is_its_ledger_s_and_its_name_s_own() {
        let id = |genesis, name: &str| name.parse::<HomeName>().unwrap().id(Digest([genesis; 32]));
        // By another program: hashlib.sha256(b"custody-ledger home v1" + b"\x07" * 32 + b"embedded").
        assert_eq!(id(7, "embedded").to_string(), "9955a1d5-66b5-8afa-b12f-1e8f97fd8c89");
        assert_ne!(id(7, "embedded"), id(8, "embedded"));
        assert_ne!(id(7, "embedded"), id(7, "kurrentdb"));
    }

    #[test]
    fn a_name_is_a_word_and_no_address_with_credentials() {
        for name in ["embedded", "kurrentdb", "force-7.north"] {
            assert_eq!(name.parse::<HomeName>().unwrap().as_str(), name);
        }
        for name in ["", "Embedded", "kurrentdb://user:secret@host", "a b", &"a".repeat(65)] {
            assert_eq!(name.parse::<HomeName>(), Err(HomeNameError), "{name}");
        }
    }
}
