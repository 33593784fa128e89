//! Tables for those who run the estate: what the node has said is overdue, counts, holds.
//!
//! They are read models: written from the entries in chain order, asked by pages, and believed by no rule.

mod chased;
mod counts;
mod holds;
mod links;

use custody::fact::Fact;
use custody::finding::Finding;
use custody::rule::RuleId;

pub use self::chased::{Chased, Raised};
pub use self::counts::{COUNTS_KEPT_MAX, Count, Counts, Discrepancy};
pub use self::holds::Holds;
pub use self::links::{Links, Stretch};
use crate::state::Placed;

/// All of them.
#[derive(Debug, Default)]
pub struct Tables {
    /// What the node has said is overdue.
    pub chased: Chased,
    /// Counts and discrepancies.
    pub counts: Counts,
    /// What must be kept.
    pub holds: Holds,
    /// Which entries speak of what.
    pub links: Links,
}

impl Tables {
    /// Takes in the next entry, with what the rulebook found when it folded it.
    pub(crate) fn push(&mut self, placed: &Placed, found: &[Finding]) {
        self.links.push(placed);
        // What a device may not say is believed of nothing.
        if found.iter().any(|finding| finding.rule == RuleId::K01 && finding.indices == [placed.index]) {
            return;
        }
        match &placed.decoded.statement.fact {
            Fact::Audit(audit) => {
                self.chased.push(placed, audit);
                self.counts.push(placed, audit);
            }
            Fact::Authority(authority) => self.holds.push(placed, authority),
            _ => {}
        }
    }
}
