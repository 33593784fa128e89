//! Heads of the ledger that its own statements name: each is that of this ledger (L04), and none is of more than there
//! was (L05).
//!
//! The tree is not the rulebook's: who has it gives the root.

use alloc::format;
use alloc::string::String;

use crate::fact::{Statement, Voucher};
use crate::finding::Finding;
use crate::id::Digest;
use crate::rule::RuleId;

/// A head that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidHead {
    /// Tree size.
    pub size: u64,
    /// Root at that size.
    pub root: Digest,
    /// Whose word it is.
    pub by: Source,
}

/// Whose word a head is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The device that speaks had verified it.
    Seen,
    /// Somebody vouches for it and the statement records that.
    Recorded(Voucher),
}

impl SaidHead {
    /// What is wrong with it, said at an entry; `root` is that of the entries up to its size, where there are as many
    /// before the entry.
    pub fn finding(&self, index: u64, statement: &Statement, root: Option<Digest>) -> Option<Finding> {
        let (size, device) = (self.size, statement.device);
        let is_ahead = size > index;
        if !is_ahead && root.is_none_or(|root| root == self.root) {
            return None;
        }
        let its = short(&self.root);
        let (rule, sentence) = match (&self.by, is_ahead) {
            (Source::Seen, true) => (
                RuleId::L04,
                format!(
                    "Device {device} had seen {size} entries of the ledger when only {index} stood before its statement."
                ),
            ),
            (Source::Seen, false) => (
                RuleId::L04,
                format!("Device {device} had seen another ledger of {size} entries: its root was {its}."),
            ),
            (Source::Recorded(by), true) => (
                RuleId::L05,
                format!(
                    "A head of {size} entries, by {}, is recorded where only {index} stood: there was more than this ledger holds.",
                    named(by)
                ),
            ),
            (Source::Recorded(by), false) => (
                RuleId::L04,
                format!(
                    "A head of {size} entries, by {}, is recorded that is another ledger's: its root is {its}.",
                    named(by)
                ),
            ),
        };
        let finding = Finding::new(rule, sentence).at([index]).by_device(device);
        Some(finding.during(statement.time.interval()))
    }
}

fn named(voucher: &Voucher) -> String {
    match voucher {
        Voucher::Ledger => String::from("the ledger's own checkpoint"),
        Voucher::Witness { name } => format!("the witness {}", name.escape_debug()),
        Voucher::Timestamp { .. } => String::from("a time-stamping authority"),
    }
}

/// A digest's first digits, for sentences; the entry's index says the rest.
pub(crate) fn short(digest: &Digest) -> String {
    let text = format!("{digest}");
    text.get(..16).map_or_else(|| text.clone(), |start| format!("{start}…"))
}
