//! Taking a bundle apart for other tools: entries as bytes, statements as DSSE envelopes, proofs as tlog-proofs.

use disclosure::pack::File;
use ledger_format::dsse::envelope_json;
use ledger_format::entry::Entry;
use ledger_format::merkle::{leaf_hash, verify_many};
use ledger_format::receipt::Receipt;

use super::open::open;

/// For each entry `<index>`: `entries/<index>.bin`, its exact bytes; `dsse/<index>.json`, its statement as a DSSE envelope; and
/// `proofs/<index>.tlog-proof`, the C2SP proof that it stands under the bundle's checkpoint.
///
/// Nothing is believed by this: each tool checks what it is given under keys of its own.
///
/// # Errors
///
/// Why the bundle cannot be taken apart.
pub fn extract(files: &[File]) -> Result<Vec<File>, String> {
    let opened = open(files)?;
    let leaves: Vec<_> = opened.entries.iter().map(|(index, bytes)| (*index, leaf_hash(bytes))).collect();
    let (size, root) = (opened.checkpoint.size(), opened.checkpoint.root());
    let proven = verify_many(&leaves, size, &opened.inclusion, root);
    let proven = proven.map_err(|why| format!("the entries do not stand under the checkpoint: {why}"))?;
    let mut extracted = Vec::new();
    for (index, bytes) in &opened.entries {
        let entry = Entry::decode(bytes).map_err(|why| format!("entry {index} cannot be read: {why}"))?;
        let path = proven.path(*index).ok_or_else(|| format!("entry {index} has no proof"))?;
        let receipt = Receipt::new(*index, path, opened.note.clone());
        let receipt =
            receipt.map_err(|why| format!("the proof of entry {index} cannot be written: {why}"))?;
        extracted.push((format!("entries/{index}.bin"), bytes.clone()));
        extracted.push((format!("dsse/{index}.json"), envelope_json(&entry.envelope).into_bytes()));
        extracted.push((format!("proofs/{index}.tlog-proof"), receipt.to_string().into_bytes()));
    }
    Ok(extracted)
}
