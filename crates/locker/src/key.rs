//! The device's key: made on the device, sealed at rest, used through a small port.
//!
//! ```text
//! sealing key = Argon2id(passphrase, salt, cost)
//! sealed      = XChaCha20-Poly1305(sealing key, nonce, seed, aad = every other field)
//! ```
//!
//! A file is a copyable thing: whoever has it and the passphrase is the locker. That is why [`Signer`] is a
//! port: a token behind it keeps the seed where it cannot be copied. The journal's lock and the ledger's
//! fork evidence find clones that this file cannot prevent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ledger_format::key::{PublicKey, SIGNATURE_LEN, SigningKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

/// The environment variable that holds the passphrase.
pub const PASSPHRASE_VARIABLE: &str = "CUSTODY_LOCKER_PASSPHRASE";

/// The credential file in `$CREDENTIALS_DIRECTORY` (systemd `LoadCredentialEncrypted=`) that holds it.
pub const PASSPHRASE_CREDENTIAL: &str = "custody-locker-passphrase";

const FORMAT: &str = "custody-locker-key/1";

/// The most memory that a key file may ask of its reader: what a small controller can spare.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;

/// The most passes that a key file may ask for.
const PASSES_MAX: u32 = 64;

/// A key file is some 500 bytes; whatever is longer is none.
const FILE_BYTES_MAX: u64 = 4096;

/// Something that signs as the device. A token (PKCS#11) may fail; a key in memory does not.
pub trait Signer {
    /// The public key.
    fn public_key(&self) -> PublicKey;

    /// Ed25519 over the message.
    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_LEN], SignerError>;
}

/// The signer did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The token is not there, is locked, or answers nonsense.
    #[error("the signing token failed: {0}")]
    Token(String),
    /// What came back is not a signature of this key: nothing is said with it.
    #[error("the signer's signature does not verify under its own public key")]
    Invalid,
}

impl Signer for SigningKey {
    fn public_key(&self) -> PublicKey {
        SigningKey::public_key(self)
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_LEN], SignerError> {
        Ok(SigningKey::sign(self, message))
    }
}

/// What guessing one passphrase costs. Kept in the key file, and covered by its seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KdfCost {
    /// The second choice of RFC 9106 §4, for memory-constrained devices: 64 MiB, 3 passes, 4 lanes.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// The least that Argon2 allows: for tests and demonstrations, whose passphrases guard nothing.
    pub const LOW: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

/// A secret text, wiped when dropped.
pub type Passphrase = Zeroizing<String>;

/// A key file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// A key lies there already; it is never overwritten, for statements hang on it.
    #[error("{path}: there is a key already; move it away yourself if it is really to end")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is no key file, or of another format.
    #[error("{path}: not a key file of format {FORMAT}: {problem}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The passphrase is not the one, or the file was altered; nobody can tell which.
    #[error("{path}: wrong passphrase, or the key file was altered")]
    Unseal {
        /// The file.
        path: PathBuf,
    },
    /// No passphrase was given.
    #[error("no passphrase: set {PASSPHRASE_VARIABLE} or the systemd credential {PASSPHRASE_CREDENTIAL}")]
    NoPassphrase,
    /// The cost is out of bounds.
    #[error("key derivation cost out of bounds: {0:?}")]
    Cost(KdfCost),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: String,
    public_key: String,
    salt: String,
    nonce: String,
    sealed: String,
    kdf: KdfCost,
}

impl KeyFile {
    /// Every field but the sealed seed.
    fn associated_data(&self) -> Vec<u8> {
        let KdfCost { memory_kib, passes, lanes } = self.kdf;
        let [format, public, salt, nonce] = [&self.format, &self.public_key, &self.salt, &self.nonce];
        format!("{format}\n{public}\n{salt}\n{nonce}\n{memory_kib} {passes} {lanes}\n").into_bytes()
    }
}

/// The passphrase from the environment, or else from the systemd credential.
pub fn passphrase_from_environment() -> Result<Passphrase, KeyFileError> {
    if let Ok(passphrase) = std::env::var(PASSPHRASE_VARIABLE) {
        return Ok(Zeroizing::new(passphrase));
    }
    let directory = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or(KeyFileError::NoPassphrase)?;
    let path = PathBuf::from(directory).join(PASSPHRASE_CREDENTIAL);
    let text = fs::read_to_string(&path).map_err(|source| KeyFileError::Io { path, source })?;
    Ok(Zeroizing::new(text.trim_end_matches('\n').to_owned()))
}

/// Makes a key and seals it into a new file that only its owner may read.
pub fn create(path: &Path, passphrase: &Passphrase, kdf: KdfCost) -> Result<SigningKey, KeyFileError> {
    if path.exists() {
        return Err(KeyFileError::Exists { path: path.to_owned() });
    }
    let seed = Zeroizing::new(random::bytes::<32>()?);
    let key = SigningKey::from_seed(&seed);
    let (salt, nonce) = (random::bytes::<16>()?, random::bytes::<24>()?);
    let mut file = KeyFile {
        format: FORMAT.to_owned(),
        public_key: hex::encode(key.public_key().as_bytes()),
        salt: hex::encode(salt),
        nonce: hex::encode(nonce),
        sealed: String::new(),
        kdf,
    };
    let aad = file.associated_data();
    let payload = Payload { msg: seed.as_slice(), aad: &aad };
    let sealed = cipher(passphrase, &salt, kdf)?.encrypt(&XNonce::from(nonce), payload);
    file.sealed = hex::encode(sealed.map_err(|_| KeyFileError::Unseal { path: path.to_owned() })?);
    let text = toml::to_string(&file).map_err(|error| form(path, &error))?;
    write_new(path, text.as_bytes()).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists { path: path.to_owned() },
        _ => KeyFileError::Io { path: path.to_owned(), source },
    })?;
    Ok(key)
}

/// Opens a key file.
pub fn open(path: &Path, passphrase: &Passphrase) -> Result<SigningKey, KeyFileError> {
    let io_error = |source| KeyFileError::Io { path: path.to_owned(), source };
    if fs::metadata(path).map_err(io_error)?.len() > FILE_BYTES_MAX {
        return Err(form(path, &"too long"));
    }
    let text = fs::read_to_string(path).map_err(io_error)?;
    let file: KeyFile = toml::from_str(&text).map_err(|error| form(path, &error))?;
    if file.format != FORMAT {
        return Err(form(path, &file.format));
    }
    let salt = bytes::<16>(path, &file.salt)?;
    let nonce = bytes::<24>(path, &file.nonce)?;
    let sealed = bytes::<48>(path, &file.sealed)?;
    let aad = file.associated_data();
    let payload = Payload { msg: sealed.as_slice(), aad: &aad };
    let unseal = || KeyFileError::Unseal { path: path.to_owned() };
    let opened = cipher(passphrase, &salt, file.kdf)?.decrypt(&XNonce::from(nonce), payload);
    let opened = Zeroizing::new(opened.map_err(|_| unseal())?);
    let seed = <&[u8; 32]>::try_from(opened.as_slice()).map_err(|_| unseal())?;
    let key = SigningKey::from_seed(seed);
    if hex::encode(key.public_key().as_bytes()) == file.public_key { Ok(key) } else { Err(unseal()) }
}

fn cipher(passphrase: &Passphrase, salt: &[u8; 16], kdf: KdfCost) -> Result<XChaCha20Poly1305, KeyFileError> {
    let KdfCost { memory_kib, passes, lanes } = kdf;
    if memory_kib > MEMORY_KIB_MAX || passes > PASSES_MAX {
        return Err(KeyFileError::Cost(kdf));
    }
    let params = Params::new(memory_kib, passes, lanes, Some(32)).map_err(|_| KeyFileError::Cost(kdf))?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|_| KeyFileError::Cost(kdf))?;
    Ok(XChaCha20Poly1305::new(&(*key).into()))
}

/// Writes a whole new file or none: beside it first, then linked into place, which fails if one is there.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside)?;
    linked?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

fn bytes<const N: usize>(path: &Path, text: &str) -> Result<[u8; N], KeyFileError> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).map_err(|error| form(path, &error))?;
    Ok(bytes)
}

fn form(path: &Path, problem: &dyn std::fmt::Display) -> KeyFileError {
    KeyFileError::Form { path: path.to_owned(), problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Passphrase {
        Zeroizing::new(text.to_owned())
    }

    #[test]
    fn a_key_opens_with_its_passphrase_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.toml");
        let made = create(&path, &secret("correct"), KdfCost::LOW).unwrap();
        assert_eq!(open(&path, &secret("correct")).unwrap().public_key(), made.public_key());
        assert!(matches!(open(&path, &secret("wrong")), Err(KeyFileError::Unseal { .. })));
    }

    #[test]
    fn every_altered_field_of_a_key_file_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.toml");
        create(&path, &secret("p"), KdfCost { passes: 2, ..KdfCost::LOW }).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        for (place, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
            let mut altered = text.clone().into_bytes();
            altered[place] = if byte == b'1' { b'2' } else { b'1' };
            fs::write(&path, altered).unwrap();
            assert!(open(&path, &secret("p")).is_err(), "byte {place} of\n{text}");
        }
    }

    #[test]
    fn a_key_is_never_overwritten_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.toml");
        let made = create(&path, &secret("p"), KdfCost::LOW).unwrap();
        assert!(matches!(create(&path, &secret("p"), KdfCost::LOW), Err(KeyFileError::Exists { .. })));
        assert_eq!(open(&path, &secret("p")).unwrap().public_key(), made.public_key());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_file_cannot_ask_for_all_memory() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.toml");
        create(&path, &secret("p"), KdfCost::LOW).unwrap();
        let text = fs::read_to_string(&path).unwrap().replace("memory_kib = 8", "memory_kib = 4000000000");
        fs::write(&path, text).unwrap();
        assert!(matches!(open(&path, &secret("p")), Err(KeyFileError::Cost(_))));
    }
}
