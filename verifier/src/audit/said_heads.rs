//! Tree heads that statements name: what each device had seen, and what facts say of the ledger itself.

use custody::fact::{Fact, HeadFact, Voucher};
use custody::id::Digest;
use custody_proto::v1::{self, statement::Fact as Message};
use ledger_format::statement::Decoded;
use prost::Message as _;

use crate::report::escaped;

/// A tree head that a statement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SaidHead {
    /// Tree size.
    pub(super) size: u64,
    /// Root at that size.
    pub(super) root: Digest,
    /// Who says so.
    pub(super) by: Source,
}

/// Whose word a tree head is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The device that speaks had verified it.
    Seen,
    /// Somebody vouches for it and the statement records that: in words that follow "by".
    Recorded(String),
}

/// Every head that a statement names: the one its device had verified, and the one its fact is about.
pub(super) fn said_heads(decoded: &Decoded, statement: &[u8]) -> impl Iterator<Item = SaidHead> {
    let seen = decoded.statement.seen;
    let seen = seen.map(|seen| SaidHead { size: seen.size, root: seen.root, by: Source::Seen });
    let of_fact = match &decoded.statement.fact {
        Fact::Head(head) => Some(recorded(head)),
        _ if decoded.name == "audit_started" => of_count(statement),
        _ => None,
    };
    seen.into_iter().chain(of_fact)
}

fn recorded(head: &HeadFact) -> SaidHead {
    let by = match &head.by {
        Voucher::Ledger => "the ledger's own checkpoint".to_owned(),
        Voucher::Witness { name } => format!("the witness {}", escaped(name)),
        Voucher::Timestamp { .. } => "a time-stamping authority".to_owned(),
    };
    SaidHead { size: head.size, root: head.root, by: Source::Recorded(by) }
}

/// The head at which a count began. The rulebook reads nothing of it, so it is read here, from bytes that have passed
/// the strict walk.
fn of_count(statement: &[u8]) -> Option<SaidHead> {
    let Message::AuditStarted(fact) = v1::Statement::decode(statement).ok()?.fact? else { return None };
    let declared = fact.declared?;
    let root = Digest::try_from(declared.root.as_slice()).ok()?;
    Some(SaidHead { size: declared.size, root, by: Source::Seen })
}
