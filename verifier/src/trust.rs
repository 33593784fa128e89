//! The trust file: the few things a reader believes, given out of band. Nothing in an archive adds to it.

use custody::id::Digest;
use ledger_format::note::{SignatureType, VerifierKey, VkeyError};
use serde::Deserialize;

/// The longest trust file read: room for a few hundred keys.
pub const TRUST_BYTES_MAX: usize = 64 * 1024;

/// What a reader believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The log's name.
    pub origin: String,
    /// Leaf hash of entry 0.
    pub genesis: Digest,
    /// The key that signs checkpoints, as of the genesis. Its successors follow from the ledger.
    pub ledger_key: VerifierKey,
    /// Those who check that the log only grows.
    pub witnesses: Vec<VerifierKey>,
    /// Those who replay everything.
    pub auditors: Vec<VerifierKey>,
}

/// A text is no trust file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// More than [`TRUST_BYTES_MAX`] bytes.
    #[error("{len} bytes, at most {TRUST_BYTES_MAX}")]
    TooLong {
        /// How many there are.
        len: usize,
    },
    /// Not TOML of the form, or with a field that is not known.
    #[error("{0}")]
    Toml(String),
    /// The genesis is not 64 lower-case hexadecimal digits.
    #[error("genesis: not 64 lower-case hexadecimal digits")]
    Genesis,
    /// A key cannot be used.
    #[error("{field}: {problem}")]
    Key {
        /// Where it stands.
        field: &'static str,
        /// What is wrong.
        problem: VkeyError,
    },
    /// A key signs in another way than its role demands.
    #[error("{field}: type of key {name} is not that of its role")]
    Role {
        /// Where it stands.
        field: &'static str,
        /// Its name.
        name: String,
    },
    /// The ledger's key bears another name than the origin.
    #[error("ledger_key: its name {name} is not the origin")]
    Name {
        /// Its name.
        name: String,
    },
    /// One public key stands in two places: roles that one hand plays check nothing.
    #[error("the key named {name} stands in the file twice")]
    Repeated {
        /// The name of the second.
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    origin: String,
    genesis: String,
    ledger_key: String,
    #[serde(default)]
    witnesses: Vec<String>,
    #[serde(default)]
    auditors: Vec<String>,
}

impl Trust {
    /// Reads a trust file.
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        if text.len() > TRUST_BYTES_MAX {
            return Err(TrustError::TooLong { len: text.len() });
        }
        let file: File =
            toml::from_str(text).map_err(|error| TrustError::Toml(error.message().to_owned()))?;
        let trust = Self {
            genesis: file.genesis.parse().map_err(|_| TrustError::Genesis)?,
            ledger_key: key("ledger_key", &file.ledger_key, SignatureType::Ed25519)?,
            witnesses: keys("witnesses", &file.witnesses)?,
            auditors: keys("auditors", &file.auditors)?,
            origin: file.origin,
        };
        if trust.ledger_key.name() != trust.origin {
            return Err(TrustError::Name { name: trust.ledger_key.name().to_owned() });
        }
        trust.check_repeated()?;
        Ok(trust)
    }

    /// The witnesses and the auditors, in this order.
    pub fn cosigners(&self) -> impl Iterator<Item = &VerifierKey> {
        self.witnesses.iter().chain(&self.auditors)
    }

    fn check_repeated(&self) -> Result<(), TrustError> {
        let mut seen = std::collections::BTreeSet::from([self.ledger_key.key()]);
        match self.cosigners().find(|key| !seen.insert(key.key())) {
            None => Ok(()),
            Some(key) => Err(TrustError::Repeated { name: key.name().to_owned() }),
        }
    }
}

fn keys(field: &'static str, texts: &[String]) -> Result<Vec<VerifierKey>, TrustError> {
    texts.iter().map(|text| key(field, text, SignatureType::CosignatureV1)).collect()
}

fn key(field: &'static str, text: &str, kind: SignatureType) -> Result<VerifierKey, TrustError> {
    let key: VerifierKey = text.parse().map_err(|problem| TrustError::Key { field, problem })?;
    if key.kind() != kind {
        return Err(TrustError::Role { field, name: key.name().to_owned() });
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_format::key::SigningKey;

    fn vkey(name: &str, kind: SignatureType, seed: u8) -> String {
        VerifierKey::new(name, kind, SigningKey::from_seed(&[seed; 32]).public_key()).unwrap().to_string()
    }

    fn text(ledger_key: &str, witness: &str, more: &str) -> String {
        let genesis = "0".repeat(64);
        format!(
            "origin = \"o\"\ngenesis = \"{genesis}\"\nledger_key = \"{ledger_key}\"\nwitnesses = [\"{witness}\"]\n{more}"
        )
    }

    #[test]
    fn a_trust_file_is_read_strictly() {
        let ledger = vkey("o", SignatureType::Ed25519, 1);
        let witness = vkey("w", SignatureType::CosignatureV1, 2);
        assert!(Trust::parse(&text(&ledger, &witness, "")).is_ok());
        assert!(matches!(Trust::parse(&text(&ledger, &witness, "extra = 1\n")), Err(TrustError::Toml(_))));
        assert!(matches!(Trust::parse(&text(&ledger, &ledger, "")), Err(TrustError::Role { .. })));
        let other = vkey("p", SignatureType::Ed25519, 1);
        assert!(matches!(Trust::parse(&text(&other, &witness, "")), Err(TrustError::Name { .. })));
    }

    #[test]
    fn one_key_cannot_play_two_roles() {
        let ledger = vkey("o", SignatureType::Ed25519, 1);
        let witness = vkey("w", SignatureType::CosignatureV1, 2);
        let auditor = format!("auditors = [\"{}\"]\n", vkey("a", SignatureType::CosignatureV1, 2));
        let parsed = Trust::parse(&text(&ledger, &witness, &auditor));
        assert_eq!(parsed, Err(TrustError::Repeated { name: "a".to_owned() }));
        let same_as_ledger = vkey("w", SignatureType::CosignatureV1, 1);
        let parsed = Trust::parse(&text(&ledger, &same_as_ledger, ""));
        assert_eq!(parsed, Err(TrustError::Repeated { name: "w".to_owned() }));
    }
}
