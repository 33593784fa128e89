//! Ids that are the same in every run of the demonstration, so that two runs can be compared. A real estate has
//! random ones.

use sha2::{Digest as _, Sha256};

/// A UUID (version 8) made of what it names and its number.
pub(crate) fn id(what: &str, number: usize) -> [u8; 16] {
    let hash = Sha256::digest(format!("demo {what} {number}"));
    let mut id = [0; 16];
    id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut id;
    *version = *version & 0x0f | 0x80;
    *variant = *variant & 0x3f | 0x80;
    id
}
