//! The rules: id, statement, severity, evidence, remedy. One table; `docs/rules.md` is written from it.

use core::fmt;
use core::str::FromStr;

use crate::severity::Severity;

/// One rule of the rulebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id, which never changes its meaning.
    pub id: RuleId,
    /// What must hold.
    pub statement: &'static str,
    /// What it weighs when it does not.
    pub severity: Severity,
    /// What proves that it does not.
    pub evidence: &'static str,
    /// What would explain or resolve a finding under it.
    pub remedy: &'static str,
    /// Raised where its version changes what it finds.
    pub version: u32,
}

macro_rules! rules {
    ($($id:ident $severity:ident $statement:literal, $evidence:literal, $remedy:literal;)*) => {
        /// The id of a rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleId {
            $(#[doc = $statement] $id,)*
        }

        /// Every rule of this version, in the order of the ids.
        pub const RULES: &[Rule] = &[$(Rule {
            id: RuleId::$id,
            statement: $statement,
            severity: Severity::$severity,
            evidence: $evidence,
            remedy: $remedy,
            version: 1,
        },)*];

        impl RuleId {
            /// The id as written: `D02`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$id => stringify!($id),)*
                }
            }

            /// The rule with this id.
            pub fn rule(self) -> &'static Rule {
                // The enumeration and the table are written by one macro, in one order.
                const ORDERED: &[Rule] = RULES;
                match ORDERED.binary_search_by_key(&self, |rule| rule.id) {
                    Ok(place) => ORDERED.get(place).unwrap_or(&FIRST),
                    Err(_) => &FIRST,
                }
            }
        }
    };
}

const FIRST: Rule = match RULES {
    [first, ..] => *first,
    [] => panic!("the rulebook is not empty"),
};

rules! {
    D01 Break
        "A deposit or a collection goes with exactly one complete door cycle of the same compartment in the same session.",
        "door events",
        "An attended check of the compartment, and the controller's own log.";
    D02 Break
        "An occupied compartment is not opened without a custody event.",
        "close counter and door events",
        "An attended check, and the footage of the opening.";
    D03 Break
        "Between two readings of a door's close counter the door closed as often as was recorded.",
        "close counter and door events",
        "The controller's own log, the footage, and an attended check.";
    D04 Break
        "After a door was forced, left open, or did not close on an exhibit, somebody goes and looks.",
        "door events and attended checks",
        "An attended check, recorded even if late.";
    D06 Contradiction
        "A compartment holds one package at a time, unless it is a drop slot.",
        "deposits and collections of the compartment",
        "Find out which package lay where; correct the record with an attended check.";
    E01 Contradiction
        "Within a case no exhibit reference stands for two exhibits.",
        "reference tags of the registrations",
        "Re-attribute or renumber one of them.";
    E02 Break
        "At every custody transfer point the label scanned is that of the exhibit or of its package.",
        "the scan",
        "Examine the item and its label; record what it was by Misdeposited or Reattributed.";
    E03 Break
        "At every custody transfer point the seal number is the one last recorded.",
        "declared seal numbers",
        "Compare bag and photograph; record a mistyped number as a correction.";
    E05 Contradiction
        "No seal number is on two packages at once.",
        "declared seal numbers",
        "Look at both bags; record a mistyped number as a correction.";
    K01 Fatal
        "Every statement is signed by a key enrolled for its device, in force, and speaks of what that device may speak of.",
        "enrolment chain and signature",
        "None: what was not signed by the device was not said by the device.";
    K02 Break
        "A device's statements are numbered without a gap and form one chain; so are the node's starts.",
        "device chain",
        "Recover the device's journal; declare what is lost with ChainResumed.";
    K03 Break
        "A device says nothing after its key was revoked or the device retired.",
        "revocation",
        "Find out who used the key.";
    K04 Warning
        "A key is rotated by the old key and two authorities; without the old key it is an exception.",
        "rotation and approvals",
        "The authorities' record of why the old key could not sign.";
    L01 Fatal
        "Every entry hashes to its leaf, and names the leaf hash of the entry before it.",
        "canonical bytes",
        "None for these bytes; look for another copy of the ledger.";
    L02 Fatal
        "Entry indices run without a gap from the genesis.",
        "indices",
        "None for these bytes; look for another copy of the ledger.";
    L03 Fatal
        "The checkpoint is signed by the ledger, its root is that of the entries, and every tile and census agrees.",
        "checkpoint, tiles, consistency",
        "None for these bytes; ask the operator and the witnesses for theirs.";
    L04 Fatal
        "No other signed checkpoint, and no head that a statement names, contradicts this ledger.",
        "checkpoints and receipts held elsewhere",
        "None: the ledger's key signed two histories. Keep both.";
    L05 Fatal
        "The ledger is at least as long as every checkpoint of it that is known.",
        "checkpoints and receipts held elsewhere",
        "Obtain the whole ledger; a restored backup must not be continued.";
    L06 Fatal
        "Every byte of the record is of a known form, canonical and within its limits.",
        "strict decoding",
        "A newer verifier, where the form is newer; otherwise none.";
    L07 Contradiction
        "No statement stands in the ledger twice.",
        "statement hashes",
        "Find out why the node appended it again.";
    L08 Break
        "Every file that the record refers to is there and is what the record says of it, and there is no other.",
        "files of the archive, evidence kept beside the ledger",
        "Obtain the missing file; keep the surplus one and find out who put it there.";
    S01 Break
        "Each custody act is lawful where the exhibit then is.",
        "custody acts in causal order",
        "Look for the act that is missing in between; record it as a late entry.";
    S02 Break
        "At every instant from the first leg to the last, an exhibit has exactly one holder.",
        "custody legs",
        "Statements of the handlers on either side.";
    S03 Contradiction
        "An exhibit has one origin.",
        "registrations and first deposits",
        "Find out which is the exhibit's; re-attribute the other.";
    S04 Break
        "Who gives is who has received before, and both sides act in sessions of their own.",
        "handshakes and sessions",
        "Statements of both handlers.";
    S05 Contradiction
        "Nothing happens to an exhibit after its custody ended.",
        "custody acts in causal order",
        "Find out which of the acts is wrong.";
    S06 Break
        "What was temporarily released comes back by the day it is due.",
        "release, return, and the ledger's newest entry",
        "The statement of the person it was released to; a new release with a new day.";
    T01 Break
        "Within one run of a device its monotonic clock does not go back, and its wall clock only where it says so.",
        "device times and clock events",
        "The device's clock record; until then its times are only its word.";
    T03 Warning
        "A statement reaches the ledger soon after it was made, unless the device said it was offline, and never before.",
        "device clock and recording time",
        "The device's clock record, or the network's outage record.";
    T04 Contradiction
        "What caused something did not happen after it, whatever the clocks' errors.",
        "device chains, what statements follow, and intervals of time",
        "Measure both clocks; a wrong clock that is measured and disclosed can be explained.";
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text names no rule of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such rule in this version")]
pub struct UnknownRule;

impl FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        RULES.iter().find(|rule| rule.id.name() == text).map(|rule| rule.id).ok_or(UnknownRule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_finds_its_own_rule_and_reads_back() {
        for rule in RULES {
            assert_eq!(rule.id.rule().id, rule.id);
            assert_eq!(rule.id.name().parse(), Ok(rule.id));
        }
    }
}
