//! Heads of the ledger that a statement names: the one its device had verified, and the one its fact is about.

use alloc::vec::Vec;

use custody::id::Digest;
use custody::said_head::SaidHead;
use custody_proto::v1::{self, statement::Fact};
use prost::Message as _;

use crate::statement::Decoded;

/// The facts that name a head beside the one every statement may name.
const FACTS: [&str; 4] =
    ["checkpoint_signed", "witness_cosigned", "timestamp_token_attached", "audit_started"];

/// Every head that a statement names; `bytes` gives what was decoded, and is asked only for a fact that names one.
pub fn said_heads(decoded: &Decoded, bytes: impl FnOnce() -> Vec<u8>) -> impl Iterator<Item = SaidHead> {
    let seen =
        decoded.statement.seen.map(|seen| SaidHead { size: seen.size, root: seen.root, is_kept: false });
    let of_fact = if FACTS.contains(&decoded.name) { of_fact(&bytes()) } else { None };
    seen.into_iter().chain(of_fact)
}

/// The rulebook keeps the heads of not all of these facts, so they are read here, from bytes that have passed the strict
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
