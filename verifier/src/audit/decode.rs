//! One entry's bytes, decoded strictly; pure, so that a bundle's entries can be decoded on many threads.

use custody::id::Digest;
use ledger_format::canonical::DecodeError;
use ledger_format::entry::Entry;
use ledger_format::merkle::leaf_hash;
use ledger_format::statement::{self, Decoded};

/// What one entry's bytes are.
#[derive(Debug)]
pub(crate) struct Read {
    /// Their RFC 6962 leaf hash: known whatever they say.
    pub(crate) leaf: Digest,
    /// How many there are.
    pub(crate) len: u64,
    /// What they say.
    pub(crate) content: Content,
}

/// What an entry's bytes say.
#[derive(Debug)]
pub(crate) enum Content {
    /// Nothing: they are no entry.
    NoEntry(DecodeError),
    /// An entry whose statement cannot be read.
    NoStatement(Entry, DecodeError),
    /// An entry and its statement.
    Whole(Entry, Box<Decoded>),
}

impl Read {
    /// Decodes an entry and the statement inside.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let content = match Entry::decode(bytes) {
            Err(error) => Content::NoEntry(error),
            Ok(entry) => match statement::decode(&entry.envelope.statement) {
                Err(error) => Content::NoStatement(entry, error),
                Ok(decoded) => Content::Whole(entry, Box::new(decoded)),
            },
        };
        Self { leaf: leaf_hash(bytes), len: u64::try_from(bytes.len()).unwrap_or(u64::MAX), content }
    }

    /// The entry, if it is one.
    pub(crate) fn entry(&self) -> Option<&Entry> {
        match &self.content {
            Content::NoEntry(_) => None,
            Content::NoStatement(entry, _) | Content::Whole(entry, _) => Some(entry),
        }
    }
}
