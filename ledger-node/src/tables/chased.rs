//! What the node has said is overdue and has not cleared since: so that it says each once, whatever restarts.

use std::collections::BTreeMap;

use custody::fact::AuditFact;
use custody::id::{Digest, ExhibitId};
use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact as Message;
use ledger_format::entry::Entry;
use prost::Message as _;

use crate::state::Placed;

/// Something that the node has said is overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// By which rule; `None` for one that this version does not know.
    pub rule: Option<RuleId>,
    /// Since when, UTC microseconds.
    pub due_us: u64,
    /// The statement.
    pub hash: Digest,
    /// Its entry.
    pub index: u64,
}

/// By exhibit, what is raised and not cleared.
#[derive(Debug, Default)]
pub struct Chased {
    open: BTreeMap<ExhibitId, Vec<Raised>>,
}

impl Chased {
    pub(super) fn push(&mut self, placed: &Placed, fact: &AuditFact) {
        match fact {
            AuditFact::OverdueRaised { exhibit, due_us } => {
                let hash = placed.decoded.hash;
                let raised =
                    Raised { rule: rule_of(&placed.bytes), due_us: *due_us, hash, index: placed.index };
                self.open.entry(*exhibit).or_default().push(raised);
            }
            AuditFact::OverdueCleared { exhibit, overdue } => {
                if let Some(open) = self.open.get_mut(exhibit) {
                    open.retain(|raised| raised.hash != *overdue);
                    if open.is_empty() {
                        self.open.remove(exhibit);
                    }
                }
            }
            _ => {}
        }
    }

    /// What is raised of one exhibit.
    pub fn of(&self, exhibit: ExhibitId) -> &[Raised] {
        self.open.get(&exhibit).map_or(&[], Vec::as_slice)
    }

    /// What is raised of any.
    pub fn iter(&self) -> impl Iterator<Item = (ExhibitId, &Raised)> {
        self.open.iter().flat_map(|(exhibit, open)| open.iter().map(|raised| (*exhibit, raised)))
    }
}

/// The rule that a statement of the node names. The rulebook reads no such field.
fn rule_of(entry: &[u8]) -> Option<RuleId> {
    let entry = Entry::decode(entry).ok()?;
    let statement = v1::Statement::decode(entry.envelope.statement.as_slice()).ok()?;
    match statement.fact? {
        Message::OverdueRaised(message) => message.derived?.rule.parse().ok(),
        _ => None,
    }
}
