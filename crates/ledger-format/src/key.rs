//! Ed25519 keys, and the one verdict on a signature.
//!
//! The verdict is `verify_strict` of `ed25519-dalek`, everywhere: no batch equation, no other library
//! decides evidence, for they disagree about signatures that a malicious signer can make. A key gets in
//! only if it is canonical, not of small order and torsion-free, so that no two keys accept the same
//! signature by construction and no key accepts a signature made without its secret.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use curve25519_dalek::edwards::CompressedEdwardsY;
use custody::id::Digest;
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// Length of an encoded public key (RFC 8032 §5.1.5).
pub const PUBLIC_KEY_LEN: usize = 32;

/// Length of an encoded signature (RFC 8032 §5.1.6).
pub const SIGNATURE_LEN: usize = 64;

/// What a public key is called: SHA-256 of its 32 raw bytes.
pub type KeyId = Digest;

/// An Ed25519 public key fit to decide evidence. Every value has passed [`PublicKey::enrol`].
#[derive(Clone, Copy)]
pub struct PublicKey(VerifyingKey);

/// Bytes are not a public key that may be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 32 bytes.
    #[error("{found} bytes, expected {PUBLIC_KEY_LEN}")]
    Length {
        /// How many bytes there were.
        found: usize,
    },
    /// The bytes decode to no point of the curve.
    #[error("not a point of the curve")]
    NotAPoint,
    /// The point has another, shorter encoding: one key would have two ids.
    #[error("not the canonical encoding of its point")]
    NonCanonical,
    /// The point is one of the eight of small order: it accepts signatures on any message.
    #[error("point of small order")]
    SmallOrder,
    /// The point has a component of small order: verifiers would disagree about its signatures.
    #[error("point not torsion-free")]
    Torsion,
}

/// The signature is not this key's over this message, by `verify_strict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("signature does not verify")]
pub struct BadSignature;

impl PublicKey {
    /// The only way to a public key: decodes it and refuses every key whose signatures could be disputed.
    pub fn enrol(bytes: &[u8]) -> Result<Self, KeyError> {
        let found = bytes.len();
        let bytes = <&[u8; PUBLIC_KEY_LEN]>::try_from(bytes).map_err(|_| KeyError::Length { found })?;
        let point = CompressedEdwardsY(*bytes).decompress().ok_or(KeyError::NotAPoint)?;
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NonCanonical);
        }
        if point.is_small_order() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::Torsion);
        }
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| KeyError::NotAPoint)
    }

    /// The verdict on a signature over `message` (RFC 8032 §5.1.7 without cofactor, comparing R byte for
    /// byte; refuses `s >= l` and R of small order).
    pub fn verify_strict(&self, message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> Result<(), BadSignature> {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).map_err(|_| BadSignature)
    }

    /// The 32 raw bytes.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LEN] {
        self.0.as_bytes()
    }

    /// SHA-256 of the 32 raw bytes.
    pub fn id(&self) -> KeyId {
        Digest(Sha256::digest(self.as_bytes()).into())
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for PublicKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// An Ed25519 secret key. Wiped from memory when dropped; prints nothing of itself.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of a 32-byte seed (RFC 8032 §5.1.5). The seed must come from a random source; the caller
    /// wipes its own copy.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public key. A key made from a seed always passes [`PublicKey::enrol`]: it is a multiple of the
    /// base point by a number that no multiple of the group order equals.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The deterministic signature over `message` (RFC 8032 §5.1.6).
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LEN] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.public_key())
    }
}

#[cfg(test)]
mod tests;
