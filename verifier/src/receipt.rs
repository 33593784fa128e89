//! One receipt, checked offline: that this entry is in the ledger whose keys the trust file names.

use custody::id::{DeviceId, Digest};
use ledger_format::entry::Entry;
use ledger_format::merkle::leaf_hash;
use ledger_format::note::VerifierKey;
use ledger_format::receipt::{Receipt, ReceiptError, ReceiptVerifyError};
use ledger_format::statement;

use crate::report::{Cosigned, Role, escaped};
use crate::trust::Trust;

/// What a receipt proves of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The entry's position.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// Size of the ledger in which it is proved to be.
    pub size: u64,
    /// Root of that ledger.
    pub root: Digest,
    /// The device that the statement inside names. Its signature is not checked: which key was in force, only
    /// the whole ledger says.
    pub device: DeviceId,
    /// The name of the fact.
    pub fact: &'static str,
    /// Trusted cosigners of that ledger, all verified.
    pub cosigned: Vec<Cosigned>,
    /// How many cosigners the trust file does not name: unverified.
    pub unverified: usize,
}

/// A receipt does not prove its entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It is no receipt.
    #[error("not a receipt: {0}")]
    Receipt(#[from] ReceiptError),
    /// It does not prove that these bytes are in the ledger.
    #[error("the receipt does not prove the entry: {0}")]
    Proof(#[from] ReceiptVerifyError),
    /// The bytes are in the ledger and cannot be read as an entry.
    #[error("the entry cannot be read: {0}")]
    Entry(String),
    /// The entry names another position than the receipt.
    #[error("the receipt is for index {receipt}, the entry says {entry}")]
    Index {
        /// What the receipt says.
        receipt: u64,
        /// What the entry says.
        entry: u64,
    },
}

/// Checks that `entry` stands in the trusted ledger by this receipt, under the trust file's ledger key.
///
/// Where the ledger key has been rotated since the trust file was written, receipts under the new key are
/// refused here; the audit follows rotations.
pub fn check(receipt: &[u8], entry: &[u8], trust: &Trust) -> Result<Proof, CheckError> {
    let receipt = Receipt::parse(receipt)?;
    let leaf = leaf_hash(entry);
    let cosigners: Vec<VerifierKey> = trust.cosigners().cloned().collect();
    let proven = receipt.verify(leaf, &trust.ledger_key, &cosigners)?;
    let unreadable = |error: ledger_format::canonical::DecodeError| CheckError::Entry(error.to_string());
    let decoded_entry = Entry::decode(entry).map_err(unreadable)?;
    let decoded = statement::decode(&decoded_entry.envelope.statement).map_err(unreadable)?;
    if decoded_entry.index != receipt.index() {
        return Err(CheckError::Index { receipt: receipt.index(), entry: decoded_entry.index });
    }
    let cosigned = proven.cosignatures.iter().filter_map(|(place, time_s)| {
        let role = if *place < trust.witnesses.len() { Role::Witness } else { Role::Auditor };
        Some(Cosigned { name: escaped(cosigners.get(*place)?.name()), role, time_s: *time_s })
    });
    Ok(Proof {
        index: receipt.index(),
        leaf,
        size: proven.checkpoint.size(),
        root: proven.checkpoint.root(),
        device: decoded.statement.device,
        fact: decoded.name,
        cosigned: cosigned.collect(),
        unverified: proven.unknown,
    })
}
