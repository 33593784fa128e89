//! The beginning of a ledger: entry 0, the first checkpoint, the keys and the trust file.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use custody::id::{BootId, DeviceId, Digest};
use custody::ledger::Ledger;
use custody_proto::v1;
use ledger_format::canonical::DecodeError;
use ledger_format::checkpoint::{Checkpoint, CheckpointError};
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::key::PublicKey;
use ledger_format::note::{Note, NoteSigner, SignError, VkeyError};
use ledger_format::statement;
use ledger_store::head::{HeadError, write_head_file};
use ledger_store::sqlite::{OpenError, SqliteStore};
use ledger_store::{AppendError, Batch, BatchError, Store as _};
use thiserror::Error;

use crate::ahead::Ahead;
use crate::clock::Clock;
use crate::export::make_private_folder;
use crate::folder::{Folder, NodeKeys};
use crate::keyfile::{self, KeyFileError};
use crate::state::State;
use crate::trust::trust_text;

/// Authorities that a ledger needs: every change of keys and estate takes two.
pub const AUTHORITIES_MIN: usize = 2;

/// Authorities that a genesis can name; the schema's limit (`Genesis.authorities`).
pub const AUTHORITIES_MAX: usize = 16;

/// The format version that this program writes.
const FORMAT_VERSION: u64 = 1;

/// One of those who approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityKey {
    /// Its signing key as a device.
    pub device: DeviceId,
    /// The public key.
    pub key: PublicKey,
}

/// Why there is no new ledger.
#[derive(Debug, Error)]
pub enum InitError {
    /// The folder holds something already; nothing was written.
    #[error("{path} is not empty: a ledger is never made over another")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// Too few or too many authorities.
    #[error("{found} authorities, and a ledger has {AUTHORITIES_MIN} to {AUTHORITIES_MAX}")]
    Authorities {
        /// How many were given.
        found: usize,
    },
    /// Two of the devices or keys are one.
    #[error("authorities share the device or key of {device}: two people must be needed, not one twice")]
    Shared {
        /// A device that stands twice, or whose key does.
        device: DeviceId,
    },
    /// The origin cannot name a log.
    #[error("the origin cannot name a log: {0}")]
    Origin(#[from] VkeyError),
    /// The checkpoint cannot be made.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint cannot be signed.
    #[error("the checkpoint: {0}")]
    Sign(#[from] SignError),
    /// The genesis statement would not be accepted.
    #[error("the genesis statement: {0}")]
    Statement(#[from] DecodeError),
    /// The rulebook does not accept the genesis.
    #[error("the genesis: {0}")]
    Genesis(String),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The store could not be made.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Entry 0 could not be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Entry 0 is no batch.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The head file.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// Another file of the folder.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Entry 0 and the checkpoint over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// Its leaf hash.
    pub leaf: Digest,
    /// The first checkpoint.
    pub note: Note,
    /// The trust file.
    pub trust: String,
}

/// Makes a new ledger in `folder`, which must be empty or not there: two new keys, entry 0, the first
/// checkpoint and the trust file. The head file comes last: without one a node does not start.
pub async fn init(
    folder: &Folder,
    origin: &str,
    authorities: &[AuthorityKey],
    clock: &impl Clock,
) -> Result<Beginning, InitError> {
    check_authorities(authorities)?;
    // Said again by `begin`; but nothing should be written for a name that cannot be.
    Checkpoint::new(origin, 1, Digest::ZERO)?;
    make_folder(folder)?;
    let keys = folder.make_keys()?;
    let beginning = begin(origin, authorities, keys, new_device()?, clock)?;
    let store = SqliteStore::create(&folder.store())?;
    store.append(0, &Batch::new(vec![beginning.entry.clone()])?).await?;
    drop(store);
    write_new(&folder.trust(), beginning.trust.as_bytes())?;
    write_head_file(&folder.head(), beginning.note.to_string().as_bytes())?;
    Ok(beginning)
}

/// Entry 0 and the checkpoint over it, for these keys. Touches no disk.
pub fn begin(
    origin: &str,
    authorities: &[AuthorityKey],
    keys: NodeKeys,
    node: DeviceId,
    clock: &impl Clock,
) -> Result<Beginning, InitError> {
    check_authorities(authorities)?;
    check_distinct(authorities, &keys, node)?;
    let ledger_key = keys.ledger.public_key();
    let signer = NoteSigner::new(origin, keys.ledger)?;
    let reading = clock.read();
    let declared = v1::genesis::Declared {
        origin: origin.to_owned(),
        format_version: FORMAT_VERSION,
        authorities: authorities.iter().map(|each| device_key(each.device, &each.key)).collect(),
        node: Some(device_key(node, &keys.node.public_key())),
        ledger_key: Some(public_key(&ledger_key)),
        predecessor: None,
    };
    let fact = v1::statement::Fact::Genesis(v1::Genesis { declared: Some(declared) });
    let time = reading.to_message(BootId(random_id()?));
    let (envelope, _) = DeviceChain::new(node, Digest::ZERO).say(Saying::new(fact, time), &keys.node)?;
    let decoded = statement::decode(&envelope.statement)?;
    // Pair assertion: what is written here is what a reader accepts.
    Ledger::new()
        .standing(&decoded.statement, envelope.key_id)
        .map_err(|refusal| InitError::Genesis(refusal.to_string()))?;
    let mut ahead = Ahead::of(&State::default());
    let placed = ahead.place(envelope, decoded, reading.wall_us);
    let placed = placed.map_err(|declined| InitError::Genesis(declined.detail))?;
    ahead.push(&placed);
    let checkpoint = Checkpoint::new(origin, ahead.size(), ahead.root())?;
    let head = signer.sign(&checkpoint.to_string())?;
    let trust = trust_text(origin, placed.leaf, signer.verifier());
    Ok(Beginning { entry: placed.bytes, leaf: placed.leaf, note: head, trust })
}

/// A new random id (UUID version 4, RFC 9562).
pub fn new_device() -> Result<DeviceId, KeyFileError> {
    random_id().map(DeviceId)
}

/// The bytes of a UUID version 4.
pub(crate) fn random_id() -> Result<[u8; 16], KeyFileError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(KeyFileError::Random)?;
    id[6] = id[6] & 0x0f | 0x40;
    id[8] = id[8] & 0x3f | 0x80;
    Ok(id)
}

fn check_authorities(authorities: &[AuthorityKey]) -> Result<(), InitError> {
    let found = authorities.len();
    if (AUTHORITIES_MIN..=AUTHORITIES_MAX).contains(&found) {
        Ok(())
    } else {
        Err(InitError::Authorities { found })
    }
}

/// Two authorities with one key are one authority; and neither the node nor the ledger's key is one.
fn check_distinct(authorities: &[AuthorityKey], keys: &NodeKeys, node: DeviceId) -> Result<(), InitError> {
    let mut devices = vec![node];
    let mut public = vec![keys.node.public_key(), keys.ledger.public_key()];
    for authority in authorities {
        if devices.contains(&authority.device) || public.contains(&authority.key) {
            return Err(InitError::Shared { device: authority.device });
        }
        devices.push(authority.device);
        public.push(authority.key);
    }
    Ok(())
}

fn device_key(device: DeviceId, key: &PublicKey) -> v1::DeviceKey {
    v1::DeviceKey { device: device.0.to_vec(), key: Some(public_key(key)) }
}

fn public_key(key: &PublicKey) -> v1::PublicKey {
    v1::PublicKey { algorithm: v1::Algorithm::Ed25519.into(), key: key.as_bytes().to_vec() }
}

/// The folder, empty, and for its owner alone.
fn make_folder(folder: &Folder) -> Result<(), InitError> {
    let path = folder.path();
    let failed = |source| InitError::Io { path: path.to_owned(), source };
    make_private_folder(path, true).map_err(failed)?;
    match std::fs::read_dir(path).map_err(failed)?.next() {
        None => keyfile::sync_folder_of(path).map_err(failed),
        Some(_) => Err(InitError::NotEmpty { path: path.to_owned() }),
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        keyfile::sync_folder_of(path)
    };
    write().map_err(|source| InitError::Io { path: path.to_owned(), source })
}
