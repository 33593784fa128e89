//! The boot id under which the node speaks: one for each epoch, derived and never drawn, so that an entry holds nothing by
//! which it could be told where the ledger lives or on which machine it was written.

use custody::id::{BootId, Digest};
use sha2::{Digest as _, Sha256};

/// Tells this hash apart from every other.
const LABEL: &[u8] = b"custody-ledger node boot v1";

/// The boot id of the node of the ledger with this genesis, in an epoch that it claims: a UUID version 8 (RFC 9562) of
/// `SHA-256("custody-ledger node boot v1" || genesis leaf hash || epoch, 8 bytes big-endian)`.
///
/// Within one epoch one process on one machine speaks, so that its clocks are compared with themselves alone (T01).
pub(crate) fn boot_id(genesis: Digest, epoch: u64) -> BootId {
    BootId(uuid_of(&[LABEL, &genesis.0, &epoch.to_be_bytes()]))
}

/// The UUID version 8 that the SHA-256 of these bytes, one after the other, begins with.
pub(crate) fn uuid_of(parts: &[&[u8]]) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(parts.concat()).into();
    let mut id = [0; 16];
    id.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_epoch_of_each_ledger_has_a_boot_id_of_its_own() {
        let id = |genesis, epoch| boot_id(Digest([genesis; 32]), epoch);
        // By another program: hashlib.sha256(b"custody-ledger node boot v1" + b"\x07" * 32 + (3).to_bytes(8, "big")).
        assert_eq!(id(7, 3).to_string(), "a2e83403-6dc3-8803-8aa8-d335cdd85b1c");
        let ids = std::collections::BTreeSet::from([id(7, 3), id(7, 4), id(8, 3), id(8, 4)]);
        assert_eq!(ids.len(), 4);
    }
}
