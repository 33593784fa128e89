//! Heads of the ledger that its own statements name: each is that of this ledger (L04), and none is of more than there
//! was (L05).
//!
//! The tree is not the rulebook's: who has it gives the root.

use alloc::format;
use alloc::string::String;

use crate::fact::Statement;
use crate::finding::Finding;
use crate::id::Digest;
use crate::rule::RuleId;

/// A head that a statement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidHead {
    /// Tree size.
    pub size: u64,
    /// Root at that size.
    pub root: Digest,
    /// Somebody else's word, kept in the chain: a witness' cosignature, a time-stamp, a checkpoint.
    pub is_kept: bool,
}

impl SaidHead {
    /// What is wrong with it, said at an entry; `root` is that of the entries up to its size, where there are as many
    /// before the entry.
    pub fn finding(&self, index: u64, statement: &Statement, root: Option<Digest>) -> Option<Finding> {
        let (size, device) = (self.size, statement.device);
        let (rule, sentence) = if size > index {
            let rule = if self.is_kept { RuleId::L05 } else { RuleId::L04 };
            let sentence = format!(
                "Device {device} had seen {size} entries of the ledger when only {index} stood before its statement."
            );
            (rule, sentence)
        } else if root.is_none_or(|root| root == self.root) {
            return None;
        } else {
            let sentence = format!(
                "Device {device} had seen another ledger of {size} entries: its root was {}.",
                short(&self.root)
            );
            (RuleId::L04, sentence)
        };
        let finding = Finding::new(rule, sentence).at([index]).by_device(device);
        Some(finding.during(statement.time.interval()))
    }
}

/// A digest's first digits, for sentences; the entry's index says the rest.
pub(crate) fn short(digest: &Digest) -> String {
    let text = format!("{digest}");
    text.get(..16).map_or_else(|| text.clone(), |start| format!("{start}…"))
}
