//! An authority's signing key on an administrator's own machine, and where its chain of statements stands.
//!
//! The chain lies in a file beside the key, with `.chain` added to its name. A statement is written down there
//! before it leaves, and stays until its record is known: a number is never used twice, whatever fails.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use custody::id::{DeviceId, Digest, IdError};
use custody_proto::v1;
use ledger_format::canonical::DecodeError;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::envelope::Envelope;
use ledger_format::key::{PublicKey, SigningKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::genesis::{AuthorityKey, new_device};
use crate::keyfile::{KeyFileError, make_key, private, read_key, sync_folder_of};

/// An authority that can sign.
#[derive(Debug)]
pub struct Authority {
    path: PathBuf,
    key: SigningKey,
    chain: DeviceChain,
    /// The statement said last, until it is known to be recorded.
    pending: Option<Envelope>,
}

/// Why an authority cannot be made or cannot sign.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// The key file.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The chain file.
    #[error("cannot use the chain file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The chain file is not of its form.
    #[error("the chain file {path} is damaged: {reason}. The node knows where the chain stands")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// It has joined no ledger, so its statements would be bound to none.
    #[error("the authority has joined no ledger yet: give it the ledger's genesis")]
    NoLedger,
    /// It has joined another ledger.
    #[error("the authority has joined the ledger with genesis {joined}")]
    OtherLedger {
        /// That ledger's genesis.
        joined: Digest,
    },
    /// The statement said last may not be recorded yet, and the next one would continue it.
    #[error("statement {hash} has not been acknowledged: submit it again first")]
    Pending {
        /// Its hash.
        hash: Digest,
    },
    /// The fact could not be said.
    #[error("the statement: {0}")]
    Statement(#[from] DecodeError),
}

/// The chain file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainFile {
    device: String,
    /// The genesis; absent until the authority has joined a ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolment: Option<String>,
    next_sequence: u64,
    last: String,
    /// The envelope not yet acknowledged, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
}

impl Authority {
    /// Makes a new authority: a key at `path`, where nothing may be yet, and its chain file beside it.
    pub fn create(path: &Path) -> Result<Self, AuthorityError> {
        let key = make_key(path)?;
        let chain = DeviceChain::new(new_device()?, Digest::ZERO);
        let authority = Self { path: path.to_owned(), key, chain, pending: None };
        authority.save()?;
        Ok(authority)
    }

    /// Opens the authority whose key lies at `path`.
    pub fn open(path: &Path) -> Result<Self, AuthorityError> {
        let key = read_key(path)?;
        let place = chain_path(path);
        let text = fs::read_to_string(&place)
            .map_err(|source| AuthorityError::Io { path: place.clone(), source })?;
        let form = |reason: String| AuthorityError::Form { path: place.clone(), reason };
        let file: ChainFile = toml::from_str(&text).map_err(|error| form(error.to_string()))?;
        let (chain, pending) = file.read().map_err(form)?;
        Ok(Self { path: path.to_owned(), key, chain, pending })
    }

    /// What a genesis names.
    pub fn public(&self) -> AuthorityKey {
        AuthorityKey { device: self.chain.device, key: self.key.public_key() }
    }

    /// The public key.
    pub fn key(&self) -> PublicKey {
        self.key.public_key()
    }

    /// Whether it has joined a ledger.
    pub fn has_joined(&self) -> bool {
        !self.chain.enrolment.is_zero()
    }

    /// Joins the ledger whose genesis has this leaf hash; every statement is bound to it. Joining it again
    /// changes nothing.
    pub fn join(&mut self, genesis: Digest) -> Result<(), AuthorityError> {
        let joined = self.chain.enrolment;
        if joined == genesis {
            return Ok(());
        }
        if !joined.is_zero() {
            return Err(AuthorityError::OtherLedger { joined });
        }
        self.chain.enrolment = genesis;
        self.save()
    }

    /// Signs a fact as the authority's next statement, written down before it is returned.
    pub fn say(&mut self, fact: v1::statement::Fact, time: v1::Time) -> Result<Envelope, AuthorityError> {
        if self.chain.enrolment.is_zero() {
            return Err(AuthorityError::NoLedger);
        }
        if let Some(pending) = &self.pending {
            return Err(AuthorityError::Pending { hash: pending.statement_hash() });
        }
        let before = self.chain.clone();
        let (envelope, _) = self.chain.say(Saying::new(fact, time), &self.key)?;
        self.pending = Some(envelope.clone());
        if let Err(error) = self.save() {
            // It was not written down, so it never leaves.
            (self.chain, self.pending) = (before, None);
            return Err(error);
        }
        Ok(envelope)
    }

    /// The statement said last, while it is not known to be recorded: submit it again, as often as need be.
    pub fn pending(&self) -> Option<&Envelope> {
        self.pending.as_ref()
    }

    /// The ledger has answered that the statement said last is recorded.
    pub fn acknowledge(&mut self) -> Result<(), AuthorityError> {
        self.pending = None;
        self.save()
    }

    /// Takes the statement said last back: the ledger has refused it for good, so its number was never used
    /// there. `next_sequence` and `last` are where the node says that the chain stands.
    pub fn take_back(&mut self, next_sequence: u64, last: Digest) -> Result<(), AuthorityError> {
        self.pending = None;
        (self.chain.next_sequence, self.chain.last) = (next_sequence, last);
        self.save()
    }

    fn save(&self) -> Result<(), AuthorityError> {
        let place = chain_path(&self.path);
        let failed = |source| AuthorityError::Io { path: place.clone(), source };
        let enrolment = self.chain.enrolment;
        let file = ChainFile {
            device: self.chain.device.to_string(),
            enrolment: (!enrolment.is_zero()).then(|| enrolment.to_string()),
            next_sequence: self.chain.next_sequence,
            last: self.chain.last.to_string(),
            pending: self.pending.as_ref().map(|envelope| hex::encode(envelope.encode())),
        };
        let text = toml::to_string(&file)
            .map_err(|error| AuthorityError::Form { path: place.clone(), reason: error.to_string() })?;
        let mut partial = place.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let write = || {
            // One that a power cut left behind holds nothing that ever left.
            let _ = fs::remove_file(&partial);
            let mut file = private(&partial)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&partial, &place)?;
            sync_folder_of(&place)
        };
        write().map_err(failed)
    }
}

impl ChainFile {
    fn read(self) -> Result<(DeviceChain, Option<Envelope>), String> {
        let form = |error: IdError| error.to_string();
        let device: DeviceId = self.device.parse().map_err(form)?;
        let enrolment = self.enrolment.map(|text| text.parse()).transpose().map_err(form)?;
        let mut chain = DeviceChain::new(device, enrolment.unwrap_or(Digest::ZERO));
        chain.next_sequence = self.next_sequence;
        chain.last = self.last.parse().map_err(form)?;
        let decode = |text: String| {
            let bytes = hex::decode(text).map_err(|error| error.to_string())?;
            Envelope::decode(&bytes).map_err(|error| error.to_string())
        };
        Ok((chain, self.pending.map(decode).transpose()?))
    }
}

fn chain_path(path: &Path) -> PathBuf {
    let mut place = path.as_os_str().to_owned();
    place.push(".chain");
    PathBuf::from(place)
}
