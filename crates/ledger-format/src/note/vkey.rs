//! Verifier keys: what a reader of notes is given out of band.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::is_key_name;
use crate::key::{KeyError, PublicKey};

/// The longest vkey text: a name of a kilobyte and the largest public key known, ML-DSA-44's.
const VKEY_LEN_MAX: usize = 3 * 1024;

/// The first four bytes of `SHA-256(name || 0x0A || type || public key)`: a hint, not a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteKeyId(pub [u8; 4]);

impl fmt::Display for NoteKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How a key signs notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureType {
    /// 0x01: Ed25519 over the text.
    Ed25519,
    /// 0x04: timestamped Ed25519 over a checkpoint, `cosignature/v1`.
    CosignatureV1,
}

impl SignatureType {
    /// The byte assigned by C2SP signed-note.
    pub fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }
}

/// A key that may verify notes: name, type and public key. Prints as its vkey,
/// `<name>+<key id in hexadecimal>+<base64(type || public key)>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifierKey {
    name: String,
    kind: SignatureType,
    key: PublicKey,
}

/// A text is no vkey that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VkeyError {
    /// Not `<name>+<8 lower-case hexadecimal digits>+<base64>`.
    #[error("not of the form <name>+<key id>+<base64 key>")]
    Form,
    /// Empty, or with a space, a plus or a control character below U+0020.
    #[error("key name is empty or holds a space, a plus or a control character")]
    Name,
    /// A signature type that is not implemented: its signatures stay unverified, so a trust file must
    /// not name it.
    #[error("signature type {byte:#04x} is not supported")]
    Unsupported {
        /// The type byte.
        byte: u8,
    },
    /// The key id is not that of the name and key beside it.
    #[error("key id {found}, computed {computed}")]
    KeyId {
        /// The id in the text.
        found: NoteKeyId,
        /// The id that name and key have.
        computed: NoteKeyId,
    },
    /// A public key that may not be enrolled.
    #[error("public key: {0}")]
    Key(#[from] KeyError),
}

impl VerifierKey {
    /// A key under a name.
    ///
    /// # Errors
    /// [`VkeyError::Name`].
    pub fn new(name: &str, kind: SignatureType, key: PublicKey) -> Result<Self, VkeyError> {
        if !is_key_name(name) {
            return Err(VkeyError::Name);
        }
        Ok(Self { name: name.to_string(), kind, key })
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it signs.
    pub fn kind(&self) -> SignatureType {
        self.kind
    }

    /// The public key itself.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// `SHA-256(name || 0x0A || type || public key)[:4]`.
    pub fn id(&self) -> NoteKeyId {
        note_key_id(&self.name, self.kind.byte(), self.key.as_bytes())
    }
}

fn note_key_id(name: &str, kind: u8, key: &[u8]) -> NoteKeyId {
    let hash: [u8; 32] =
        Sha256::new().chain_update(name).chain_update([b'\n', kind]).chain_update(key).finalize().into();
    let [a, b, c, d, ..] = hash;
    NoteKeyId([a, b, c, d])
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.byte()], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id(), STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = VkeyError;

    fn from_str(text: &str) -> Result<Self, VkeyError> {
        if text.len() > VKEY_LEN_MAX {
            return Err(VkeyError::Form);
        }
        // Base64 may hold a plus, a name and a key id may not.
        let (name, rest) = text.split_once('+').ok_or(VkeyError::Form)?;
        let (id, key) = rest.split_once('+').ok_or(VkeyError::Form)?;
        let found = parse_key_id(id).ok_or(VkeyError::Form)?;
        if !is_key_name(name) {
            return Err(VkeyError::Name);
        }
        let bytes = STANDARD.decode(key).map_err(|_| VkeyError::Form)?;
        let (byte, key) = bytes.split_first().ok_or(VkeyError::Form)?;
        let kind = match byte {
            0x01 => SignatureType::Ed25519,
            0x04 => SignatureType::CosignatureV1,
            _ => return Err(VkeyError::Unsupported { byte: *byte }),
        };
        let computed = note_key_id(name, *byte, key);
        if found != computed {
            return Err(VkeyError::KeyId { found, computed });
        }
        Ok(Self { name: name.to_string(), kind, key: PublicKey::enrol(key)? })
    }
}

/// Eight lower-case hexadecimal digits.
fn parse_key_id(text: &str) -> Option<NoteKeyId> {
    let digits = text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(text, 16).ok().filter(|_| digits && text.len() == 8)?;
    Some(NoteKeyId(id.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SigningKey;
    use crate::note::tests::{LOG_VKEY, WITNESS_VKEY, seed};
    use alloc::format;
    use proptest::prelude::*;

    #[test]
    fn the_published_vkeys_belong_to_the_published_seeds() {
        let log = SigningKey::from_seed(&seed(0x00)).public_key();
        let log = VerifierKey::new("log.example.test/lockers", SignatureType::Ed25519, log).unwrap();
        let witness = SigningKey::from_seed(&seed(0x20)).public_key();
        let witness =
            VerifierKey::new("witness.example.test/w1", SignatureType::CosignatureV1, witness).unwrap();
        assert_eq!((log.to_string(), witness.to_string()), (LOG_VKEY.into(), WITNESS_VKEY.into()));
        assert_eq!((LOG_VKEY.parse(), WITNESS_VKEY.parse()), (Ok(log), Ok(witness)));
    }

    #[test]
    fn the_vkey_of_the_specification_reads_back() {
        let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        assert_eq!(text.parse::<VerifierKey>().unwrap().to_string(), text);
    }

    #[track_caller]
    fn refuse(text: &str, check: impl Fn(VkeyError) -> bool) {
        let error = text.parse::<VerifierKey>().unwrap_err();
        assert!(check(error), "{text}: {error}");
    }

    #[test]
    fn a_vkey_written_otherwise_is_refused() {
        let key = LOG_VKEY.splitn(3, '+').last().unwrap();
        let name = "log.example.test/lockers";
        for text in ["", "+", "++", "a+b", name, &format!("{name}+3bea4ec9+"), &format!(" {LOG_VKEY} ")] {
            refuse(text, |error| error == VkeyError::Form || error == VkeyError::Name);
        }
        for id in ["3BEA4EC9", "3bea4ec", "03bea4ec9", "+3bea4ec9", "3bea4ecg", "+bea4ec9"] {
            refuse(&format!("{name}+{id}+{key}"), |error| error == VkeyError::Form);
        }
        refuse(&format!("+3bea4ec9+{key}"), |error| error == VkeyError::Name);
        refuse(&format!("a b+3bea4ec9+{key}"), |error| error == VkeyError::Name);
        refuse(&format!("other+3bea4ec9+{key}"), |error| matches!(error, VkeyError::KeyId { .. }));
        refuse(&format!("{name}+3bea4ec9+{key}\n"), |error| error == VkeyError::Form);
    }

    #[test]
    fn an_unsupported_type_and_a_weak_key_each_have_their_error() {
        let vkey = |kind: u8, key: &[u8]| {
            format!("n+{}+{}", note_key_id("n", kind, key), STANDARD.encode([&[kind], key].concat()))
        };
        for byte in [0x00, 0x02, 0x05, 0x06, 0xff] {
            refuse(&vkey(byte, &[7; 32]), |error| error == VkeyError::Unsupported { byte });
        }
        let mut identity = [0; 32];
        identity[0] = 1;
        refuse(&vkey(0x01, &identity), |error| error == VkeyError::Key(KeyError::SmallOrder));
        let length = KeyError::Length { found: 31 };
        refuse(&vkey(0x04, &identity[..31]), |error| error == VkeyError::Key(length));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_vkey_reads_back(name in "[a-z./é—-]{1,20}", seed: [u8; 32], cosigns: bool) {
            let kind = if cosigns { SignatureType::CosignatureV1 } else { SignatureType::Ed25519 };
            let key = VerifierKey::new(&name, kind, SigningKey::from_seed(&seed).public_key()).unwrap();
            prop_assert_eq!(key.to_string().parse(), Ok(key));
        }

        #[test]
        fn any_edit_of_a_vkey_is_refused_or_prints_as_edited(text in "\\PC*", place in 0usize..78, byte in 0x20u8..0x7f) {
            let _ = text.parse::<VerifierKey>();
            let mut edited = LOG_VKEY.as_bytes().to_vec();
            edited[place] = byte;
            let edited = core::str::from_utf8(&edited).unwrap();
            if let Ok(key) = edited.parse::<VerifierKey>() {
                prop_assert_eq!(key.to_string(), edited);
            }
        }
    }
}
