//! The envelope: a statement's bytes exactly as signed, and exactly one signature over them.

use alloc::vec::Vec;

use custody::id::Digest;
use custody_proto::{table, v1};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, DecodeError};
use crate::dsse::{STATEMENT_PAYLOAD_TYPE, pae};
use crate::key::{BadSignature, PublicKey, SigningKey};

/// A statement's encoding, at most. Leaves 16 KiB of an entry for envelope and stream links.
pub const STATEMENT_BYTES_MAX: usize = 49_152;

/// An envelope's encoding, at most: the statement, the key id, the signature and their tags.
pub const ENVELOPE_BYTES_MAX: usize = STATEMENT_BYTES_MAX + 128;

/// A signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The statement's bytes as signed; never re-encoded.
    pub statement: Vec<u8>,
    /// SHA-256 of the raw public key.
    pub key_id: Digest,
    /// Ed25519 over [`pae`] of the statement's payload type and bytes.
    pub signature: [u8; 64],
}

impl Envelope {
    /// Signs a statement's bytes.
    pub fn sign(statement: Vec<u8>, key: &SigningKey) -> Self {
        let signature = key.sign(&pae(STATEMENT_PAYLOAD_TYPE, &statement));
        Self { statement, key_id: key.public_key().id(), signature }
    }

    /// Whether the signature is the key's over these bytes. The caller checks that the key is the right one.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        key.verify_strict(&pae(STATEMENT_PAYLOAD_TYPE, &self.statement), &self.signature)
    }

    /// SHA-256 of the statement's bytes: its name everywhere.
    pub fn statement_hash(&self) -> Digest {
        Digest(Sha256::digest(&self.statement).into())
    }

    /// Reads the canonical encoding. The statement inside is bounded and not looked into.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        canonical::check(bytes, &table::ENVELOPE, ENVELOPE_BYTES_MAX)?;
        let message = v1::Envelope::decode(bytes).map_err(|_| rule("protobuf"))?;
        Self::from_message(message)
    }

    /// The canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        self.to_message().encode_to_vec()
    }

    /// As the generated message.
    pub fn to_message(&self) -> v1::Envelope {
        v1::Envelope {
            statement: self.statement.clone(),
            key_id: self.key_id.0.to_vec(),
            signature: self.signature.to_vec(),
        }
    }

    /// From the generated message, whose lengths are checked again.
    pub fn from_message(message: v1::Envelope) -> Result<Self, DecodeError> {
        if message.statement.is_empty() || message.statement.len() > STATEMENT_BYTES_MAX {
            return Err(rule("the statement is empty or too large"));
        }
        Ok(Self {
            statement: message.statement,
            key_id: Digest::try_from(message.key_id.as_slice()).map_err(|_| rule("key id length"))?,
            signature: message.signature.try_into().map_err(|_| rule("signature length"))?,
        })
    }
}

fn rule(rule: &'static str) -> DecodeError {
    DecodeError { message: "Envelope", field: "?", offset: 0, problem: canonical::Problem::Rule(rule) }
}
