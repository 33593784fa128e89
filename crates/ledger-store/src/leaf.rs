//! The one hash the store computes, to notice damage and to find entries by it.
//!
//! It is the leaf hash of the ledger's tree, so that a look-up needs no other; nothing else of the format is
//! known here, which is why the formula stands here once more.

use sha2::{Digest, Sha256};

/// The leaf hash of an entry: `SHA-256(0x00 || entry)` (RFC 6962, section 2.1).
pub fn leaf_hash(entry: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0x00]);
    hash.update(entry);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first two leaves of the certificate-transparency test vectors.
    #[test]
    fn leaf_hashes_are_those_of_rfc_6962() {
        for (entry, expect) in [
            (&b""[..], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (b"\0", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        ] {
            assert_eq!(hex::encode(leaf_hash(entry)), expect);
        }
    }
}
