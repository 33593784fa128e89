//! Heads of the ledger that a statement names: the one its device had verified, and the one its fact is about.

use alloc::vec::Vec;

use custody::fact::Fact;
use custody::id::Digest;
use custody::said_head::{SaidHead, Source};
use custody_proto::v1::{self, statement::Fact as Message};
use prost::Message as _;

use crate::statement::Decoded;

/// Every head that a statement names; `bytes` gives what was decoded, and is asked only where a count began.
pub fn said_heads(decoded: &Decoded, bytes: impl FnOnce() -> Vec<u8>) -> impl Iterator<Item = SaidHead> {
    let seen = decoded.statement.seen;
    let seen = seen.map(|seen| SaidHead { size: seen.size, root: seen.root, by: Source::Seen });
    let of_fact = match &decoded.statement.fact {
        Fact::Head(head) => {
            Some(SaidHead { size: head.size, root: head.root, by: Source::Recorded(head.by.clone()) })
        }
        _ if decoded.name == "audit_started" => of_count(&bytes()),
        _ => None,
    };
    seen.into_iter().chain(of_fact)
}

/// The head at which a count began. The rulebook reads nothing of it, so it is read here, from bytes that have passed
/// the strict walk.
fn of_count(statement: &[u8]) -> Option<SaidHead> {
    let Message::AuditStarted(fact) = v1::Statement::decode(statement).ok()?.fact? else { return None };
    let declared = fact.declared?;
    let root = Digest::try_from(declared.root.as_slice()).ok()?;
    Some(SaidHead { size: declared.size, root, by: Source::Seen })
}
