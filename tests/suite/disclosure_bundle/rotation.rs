//! Bundles before and after the ledger's key was rotated.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::profile::Profile;
use ledger_format::key::SigningKey;
use ledger_node::disclose::{At, DiscloseError};
use locker::device::possession;
use verifier::bundle::check;
use verifier::trust::Trust;

use super::made::{estate, is_clean, order};
use super::orders::{disclose, is_refused};
use crate::estate::Estate;
use crate::estate::acts::exhibit;

/// Both authorities replace the ledger's key, and the node goes on with the new one.
fn rotated(mut estate: Estate) -> Estate {
    let seed = [0x4e; 32];
    let key = SigningKey::from_seed(&seed);
    let node = estate.node.node.look(|state, _| state.genesis().unwrap().node.device);
    let declared = v1::ledger_key_rotated::Declared {
        key: Some(v1::PublicKey {
            algorithm: v1::Algorithm::Ed25519.into(),
            key: key.public_key().as_bytes().to_vec(),
        }),
        possession: possession(&key, node).unwrap().to_vec(),
    };
    estate.agree(Fact::LedgerKeyRotated(v1::LedgerKeyRotated { declared: Some(declared) }));
    let file = hex::encode(seed) + "\n";
    estate.restart_after(|folder| std::fs::write(folder.ledger_key(), file).unwrap())
}

#[test]
fn one_trust_file_verifies_bundles_from_before_and_after_a_rotation() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Defence);
    let before = disclose(&estate, &order, &At::Now).unwrap();
    let trust = estate.node.node.trust().to_owned();
    let estate = rotated(estate);
    // The node hands out the same trust file as ever: what came after the genesis follows from the ledger.
    assert_eq!(estate.node.node.trust(), trust);
    let after = disclose(&estate, &order, &At::Now).unwrap();
    for bundle in [before, after] {
        is_clean(&check(&bundle.bytes, &Trust::parse(&trust).unwrap()));
    }
}

#[test]
fn a_bundle_from_before_a_rotation_is_not_made_again_under_the_new_key() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Defence);
    let before = disclose(&estate, &order, &At::Now).unwrap();
    let estate = rotated(estate);
    let of_another_key = |error: &DiscloseError| matches!(error, DiscloseError::LedgerKey { .. });
    is_refused(&estate, &order, &At::Size(before.size), of_another_key);
}
