//! Sealing: XChaCha20-Poly1305 under a random key and a random nonce, bound to what is sealed and where it lies.
//!
//! ```text
//! sealed          = nonce (24) || XChaCha20-Poly1305(key, nonce, plain text, associated data)
//! an opening      : key = its own 32 bytes; associated data = "custody-ledger vault opening v1" || place
//! an opening's key: key = its group's 32 bytes; associated data = "custody-ledger vault key v1" || group || 00 || place
//! place           = statement (32) || digest (32) || field
//! ```

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use custody::id::Digest;
use zeroize::Zeroizing;

use super::VaultError;

const NONCE_LEN: usize = 24;

/// A key of 32 random bytes, wiped from memory when it is let go.
pub(super) type DataKey = Zeroizing<[u8; 32]>;

/// Which opening: what its place in the vault is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) statement: Digest,
    pub(super) digest: Digest,
    pub(super) field: &'a str,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        [self.statement.0.as_slice(), &self.digest.0, self.field.as_bytes()].concat()
    }
}

/// A new key.
pub(super) fn new_key() -> Result<DataKey, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(VaultError::Random)?;
    Ok(key)
}

/// Seals what an opening discloses under its own key.
pub(super) fn seal_opening(
    key: &DataKey,
    place: &Place<'_>,
    disclosure: &str,
) -> Result<Vec<u8>, VaultError> {
    seal(key, &for_opening(place), disclosure.as_bytes())
}

/// What an opening discloses; `None` if it was not sealed so.
pub(super) fn unseal_opening(key: &DataKey, place: &Place<'_>, sealed: &[u8]) -> Option<String> {
    let plain = unseal(key, &for_opening(place), sealed)?;
    String::from_utf8(plain.to_vec()).ok()
}

/// Seals an opening's key under its group's.
pub(super) fn wrap(
    group_key: &DataKey,
    group: &str,
    place: &Place<'_>,
    key: &DataKey,
) -> Result<Vec<u8>, VaultError> {
    seal(group_key, &for_key(group, place), key.as_slice())
}

/// An opening's key; `None` if it was not sealed so.
pub(super) fn unwrap(group_key: &DataKey, group: &str, place: &Place<'_>, wrapped: &[u8]) -> Option<DataKey> {
    let plain = unseal(group_key, &for_key(group, place), wrapped)?;
    plain.as_slice().try_into().ok().map(Zeroizing::new)
}

fn for_opening(place: &Place<'_>) -> Vec<u8> {
    [b"custody-ledger vault opening v1".as_slice(), &place.bytes()].concat()
}

fn for_key(group: &str, place: &Place<'_>) -> Vec<u8> {
    [b"custody-ledger vault key v1".as_slice(), group.as_bytes(), &[0], &place.bytes()].concat()
}

fn seal(key: &DataKey, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_LEN];
    getrandom::fill(&mut nonce).map_err(VaultError::Random)?;
    let payload = Payload { msg: plain, aad: associated };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Seal)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unseal(key: &DataKey, associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let payload = Payload { msg: sealed, aad: associated };
    cipher(key).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

fn cipher(key: &DataKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(**key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> =
        Place { statement: Digest([1; 32]), digest: Digest([2; 32]), field: "reason" };

    #[test]
    fn what_is_sealed_opens_with_its_key_at_its_place_and_nowhere_else() {
        let (key, other) = (new_key().unwrap(), new_key().unwrap());
        let sealed = seal_opening(&key, &PLACE, "WyJf").unwrap();
        assert_eq!(unseal_opening(&key, &PLACE, &sealed).as_deref(), Some("WyJf"));
        assert_eq!(unseal_opening(&other, &PLACE, &sealed), None);
        for elsewhere in [
            Place { statement: Digest([3; 32]), ..PLACE },
            Place { digest: Digest([3; 32]), ..PLACE },
            Place { field: "name", ..PLACE },
        ] {
            assert_eq!(unseal_opening(&key, &elsewhere, &sealed), None, "{elsewhere:?}");
        }
    }

    #[test]
    fn a_sealed_byte_that_was_changed_or_cut_off_opens_nothing() {
        let key = new_key().unwrap();
        let sealed = seal_opening(&key, &PLACE, "WyJf").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(unseal_opening(&key, &PLACE, &changed), None);
            assert_eq!(unseal_opening(&key, &PLACE, &sealed[..at]), None);
        }
    }

    #[test]
    fn a_key_is_unwrapped_under_its_group_alone() {
        let (group_key, key) = (new_key().unwrap(), new_key().unwrap());
        let wrapped = wrap(&group_key, "general", &PLACE, &key).unwrap();
        assert_eq!(unwrap(&group_key, "general", &PLACE, &wrapped), Some(key));
        assert_eq!(unwrap(&group_key, "case/1", &PLACE, &wrapped), None);
        assert_eq!(unwrap(&new_key().unwrap(), "general", &PLACE, &wrapped), None);
    }
}
