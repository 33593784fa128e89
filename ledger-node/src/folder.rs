//! The data folder of a node: what lies where.

use std::path::{Path, PathBuf};

use ledger_format::key::SigningKey;

use crate::keyfile::{KeyFileError, make_key, read_key};

/// The data folder of one node.
///
/// ```text
/// ledger.sqlite      the entries
/// head               the newest signed checkpoint that was published
/// vault.sqlite       openings of commitments, sealed: the only personal data
/// vault-keys.sqlite  the keys that open them; backed up apart
/// evidence.sqlite    envelopes that the ledger names and does not contain
/// home               the store's name, if it is not `embedded`
/// home.next          its next one, while the ledger moves here
/// trust.toml         what a verifier is given out of band
/// ledger.key         signs checkpoints; backed up apart
/// node.key           signs what the node says as a device; backed up apart
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(PathBuf);

/// The secret keys of a node.
#[derive(Debug)]
pub struct NodeKeys {
    /// Signs checkpoints, and nothing else.
    pub ledger: SigningKey,
    /// Signs what the node says as a device.
    pub node: SigningKey,
}

impl Folder {
    /// The folder at a path, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The store of entries.
    pub fn store(&self) -> PathBuf {
        self.0.join("ledger.sqlite")
    }

    /// The name of the store, where it has one of its own.
    pub fn home(&self) -> PathBuf {
        self.0.join("home")
    }

    /// The name that it gets by a move that has begun.
    pub(crate) fn next_home(&self) -> PathBuf {
        self.0.join("home.next")
    }

    /// The head file.
    pub fn head(&self) -> PathBuf {
        self.0.join("head")
    }

    /// The trust file.
    pub fn trust(&self) -> PathBuf {
        self.0.join("trust.toml")
    }

    /// The key that signs checkpoints.
    pub fn ledger_key(&self) -> PathBuf {
        self.0.join("ledger.key")
    }

    /// The key of the node as a device.
    pub fn node_key(&self) -> PathBuf {
        self.0.join("node.key")
    }

    /// Reads both keys.
    pub fn read_keys(&self) -> Result<NodeKeys, KeyFileError> {
        Ok(NodeKeys { ledger: read_key(&self.ledger_key())?, node: read_key(&self.node_key())? })
    }

    /// Makes both keys, where none may be yet.
    pub(crate) fn make_keys(&self) -> Result<NodeKeys, KeyFileError> {
        Ok(NodeKeys { ledger: make_key(&self.ledger_key())?, node: make_key(&self.node_key())? })
    }
}
