//! Tree heads that statements name: what each device had seen, and what facts say of the ledger itself.

use custody::id::Digest;
use custody_proto::v1::{self, statement::Fact};
use ledger_format::statement::Decoded;
use prost::Message as _;

/// A tree head that a statement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SaidHead {
    /// Tree size.
    pub(super) size: u64,
    /// Root at that size.
    pub(super) root: Digest,
    /// Somebody else's word, kept in the chain: a witness' cosignature, a time-stamp, a checkpoint.
    pub(super) is_kept: bool,
}

/// The facts that name a tree head beside the one every statement may name.
const FACTS: [&str; 4] =
    ["checkpoint_signed", "witness_cosigned", "timestamp_token_attached", "audit_started"];

/// Every head that a statement names: the one its device had verified, and the one its fact is about.
pub(super) fn said_heads(decoded: &Decoded, statement: &[u8]) -> impl Iterator<Item = SaidHead> {
    let seen =
        decoded.statement.seen.map(|seen| SaidHead { size: seen.size, root: seen.root, is_kept: false });
    let of_fact = if FACTS.contains(&decoded.name) { of_fact(statement) } else { None };
    seen.into_iter().chain(of_fact)
}

/// The rulebook reads nothing of these facts, so they are read here, from bytes that have passed the strict
/// walk.
fn of_fact(statement: &[u8]) -> Option<SaidHead> {
    let (size, root) = match v1::Statement::decode(statement).ok()?.fact? {
        Fact::CheckpointSigned(fact) => fact.derived.map(|derived| (derived.size, derived.root)),
        Fact::WitnessCosigned(fact) => fact.observed.map(|observed| (observed.size, observed.root)),
        Fact::TimestampTokenAttached(fact) => fact.observed.map(|observed| (observed.size, observed.root)),
        Fact::AuditStarted(fact) => fact.declared.map(|declared| (declared.size, declared.root)),
        _ => None,
    }?;
    Some(SaidHead { size, root: Digest::try_from(root.as_slice()).ok()?, is_kept: true })
}
