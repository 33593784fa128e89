//! Keys that must be refused, signatures that others disagree about, and the published vectors.

use super::*;
use alloc::format;
use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use proptest::prelude::*;
use sha2::Sha512;
use std::vec::Vec;

/// The order of the base point, little-endian.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn join(r: &EdwardsPoint, s: &Scalar) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r.compress().as_bytes());
    signature[32..].copy_from_slice(s.as_bytes());
    signature
}

/// SHA-512(R || A || M) reduced: the challenge of RFC 8032.
fn challenge(r: &EdwardsPoint, a: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r.compress().as_bytes()).chain_update(a).chain_update(message);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

/// A signature by the secret of `key` with an `R` of the caller's making and nonce `nonce`.
fn sign_with(key: &SigningKey, nonce: Scalar, extra: EdwardsPoint, message: &[u8]) -> [u8; 64] {
    let r = nonce * B + extra;
    let k = challenge(&r, key.public_key().as_bytes(), message);
    join(&r, &(nonce + k * key.0.to_scalar()))
}

#[test]
fn the_first_vector_of_rfc_8032_comes_out() {
    let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
    let key = SigningKey::from_seed(&seed.try_into().unwrap());
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(hex::encode(key.public_key().as_bytes()), public);
    assert_eq!(PublicKey::enrol(&hex::decode(public).unwrap()), Ok(key.public_key()));
    let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    assert_eq!(hex::encode(key.sign(b"")), signature);
    assert_eq!(key.public_key().id().0[..], Sha256::digest(hex::decode(public).unwrap())[..]);
}

#[test]
fn a_key_of_small_order_would_accept_anything_and_is_refused() {
    let identity = EdwardsPoint::identity();
    let forged = join(&identity, &Scalar::ZERO);
    for point in EIGHT_TORSION {
        assert_eq!(PublicKey::enrol(point.compress().as_bytes()), Err(KeyError::SmallOrder));
    }
    // Why: the lenient verification of the same library accepts the forgery under the identity key.
    let weak = VerifyingKey::from_bytes(identity.compress().as_bytes()).unwrap();
    let verify = ed25519_dalek::Verifier::verify(&weak, b"anything", &Signature::from_bytes(&forged));
    assert!(verify.is_ok());
    assert_eq!(PublicKey(weak).verify_strict(b"anything", &forged), Err(BadSignature));
}

#[test]
fn a_key_with_a_torsion_component_is_refused() {
    let honest = CompressedEdwardsY(*key(1).public_key().as_bytes()).decompress().unwrap();
    for (place, torsion) in EIGHT_TORSION.iter().enumerate() {
        let mixed = (honest + torsion).compress();
        let expected = if place == 0 { Ok(key(1).public_key()) } else { Err(KeyError::Torsion) };
        assert_eq!(PublicKey::enrol(mixed.as_bytes()), expected);
    }
}

#[test]
fn a_key_has_one_encoding() {
    // y = p + 1 means the identity again; y = p means 0, of order four; -0 is no sign.
    let p_plus = |low: u8| {
        let mut bytes = [0xff; 32];
        bytes[0] = 0xed + low;
        bytes[31] = 0x7f;
        bytes
    };
    let mut minus_zero = [0; 32];
    (minus_zero[0], minus_zero[31]) = (1, 0x80);
    for bytes in [p_plus(0), p_plus(1), minus_zero] {
        let refused = PublicKey::enrol(&bytes);
        assert!(matches!(refused, Err(KeyError::NonCanonical | KeyError::NotAPoint)), "{refused:?}");
    }
    // The other encodings between p and 2^255 that are points: none is let in.
    let refused: Vec<_> = (0..=18).map(|low| PublicKey::enrol(&p_plus(low))).collect();
    assert!(refused.contains(&Err(KeyError::NonCanonical)));
    assert!(refused.iter().all(Result::is_err));
    assert_eq!(PublicKey::enrol(&[2; 31]), Err(KeyError::Length { found: 31 }));
    assert_eq!(PublicKey::enrol(&[2; 33]), Err(KeyError::Length { found: 33 }));
    let mut no_point = [0; 32];
    no_point[0] = 2;
    assert_eq!(PublicKey::enrol(&no_point), Err(KeyError::NotAPoint));
}

#[test]
fn signatures_that_batch_verifiers_disagree_about_are_refused() {
    let (key, message) = (key(3), b"collected".as_slice());
    let public = key.public_key();
    let nonce = Scalar::from(7u64);
    let honest = sign_with(&key, nonce, EdwardsPoint::identity(), message);
    assert_eq!(public.verify_strict(message, &honest), Ok(()));
    for torsion in &EIGHT_TORSION[1..] {
        let shifted = sign_with(&key, nonce, *torsion, message);
        assert_eq!(public.verify_strict(message, &shifted), Err(BadSignature));
    }
    // R of small order with a fitting s: plain verification accepts R = identity.
    for torsion in EIGHT_TORSION {
        let small = sign_with(&key, Scalar::ZERO, torsion, message);
        assert_eq!(public.verify_strict(message, &small), Err(BadSignature));
    }
}

#[test]
fn s_plus_the_group_order_is_refused() {
    let key = key(4);
    let mut signature = key.sign(b"deposited");
    let mut carry = 0u16;
    for (byte, order) in signature[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_eq!(key.public_key().verify_strict(b"deposited", &signature), Err(BadSignature));
}

#[test]
fn a_secret_key_prints_nothing_secret() {
    let key = key(0x5a);
    let printed = format!("{key:?}");
    assert!(!printed.contains("5a5a"));
    assert_eq!(printed, format!("SigningKey(PublicKey({}))", hex::encode(key.public_key().as_bytes())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_seed_gives_a_key_that_may_be_enrolled_and_verifies(seed: [u8; 32], message: Vec<u8>) {
        let key = SigningKey::from_seed(&seed);
        prop_assert_eq!(PublicKey::enrol(key.public_key().as_bytes()), Ok(key.public_key()));
        prop_assert_eq!(key.public_key().verify_strict(&message, &key.sign(&message)), Ok(()));
    }

    #[test]
    fn a_flipped_bit_of_a_signature_is_refused(seed: [u8; 32], byte in 0usize..64, bit in 0u8..8) {
        let key = SigningKey::from_seed(&seed);
        let mut signature = key.sign(b"deposited");
        signature[byte] ^= 1 << bit;
        prop_assert_eq!(key.public_key().verify_strict(b"deposited", &signature), Err(BadSignature));
    }

    #[test]
    fn any_bytes_enrol_as_themselves_or_not_at_all(bytes: [u8; 32]) {
        if let Ok(key) = PublicKey::enrol(&bytes) {
            prop_assert_eq!(key.as_bytes(), &bytes);
        }
    }
}
