//! Everything that is on record about one exhibit, entry by entry: also what moves nothing, such as remarks, corrections,
//! authorities and holds.

use std::collections::BTreeSet;

use custody::id::ExhibitId;

use super::case::Case;
use super::parts::speakers;
use crate::model::Record;

/// In the order of the ledger, under whichever id it was recorded.
pub(super) fn chronicle(case: &Case<'_>, exhibit: ExhibitId) -> Vec<Record> {
    let record = case.material.ledger.whole_record(exhibit);
    let facts = record.iter().flat_map(|record| &record.facts);
    let indices: BTreeSet<u64> = facts.map(|fact| fact.index).collect();
    indices.into_iter().filter_map(|index| one(case, index)).collect()
}

fn one(case: &Case<'_>, index: u64) -> Option<Record> {
    let said = case.entry(index)?;
    let statement = &said.decoded.statement;
    let at_us = statement.time.wall_us;
    let mut by: Vec<String> =
        speakers(&statement.fact).into_iter().map(|person| case.names.person(person, at_us)).collect();
    by.dedup();
    let field = |commitment: &ledger_format::opening::Commitment| {
        let text = case.text(said.decoded.hash, &commitment.digest.0);
        (in_words(commitment.field), text)
    };
    Some(Record {
        index,
        at: case.instant_of(index),
        occurred: statement.occurred.map(|over| (case.instant(over.from_us), case.instant(over.to_us))),
        what: in_words(said.decoded.name),
        by,
        device: case.device(statement.device),
        fields: said.decoded.commitments.iter().map(field).collect(),
    })
}

/// A name of the schema as words.
fn in_words(name: &str) -> String {
    name.replace('_', " ")
}
