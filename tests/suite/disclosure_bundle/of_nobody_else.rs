//! Nothing of any other case is in a bundle: no other exhibit's id, no other case's, in no file and in no entry.
//!
//! The histories have empty vaults; what is opened and what is withheld, `redaction` tests.

use std::collections::BTreeSet;

use custody::id::{CaseId, ExhibitId};
use custody::policy::Policies;
use custody_proto::schema::Stream;
use disclosure::lines::{self, EntryLine};
use disclosure::pack::{File, unpack};
use disclosure::profile::Profile;
use ledger_format::entry::Entry;
use ledger_format::statement::{self, Decoded};
use ledger_node::disclose::At;
use verifier::bundle::ENTRIES_FILE;

use super::ledger::Ledger;
use super::made::order;

/// Every exhibit, with the cases under which it was ever registered.
fn everybody(ledger: &Ledger) -> Vec<(ExhibitId, BTreeSet<CaseId>)> {
    let cases = |exhibit: &ExhibitId| {
        ledger.node.look(|state, _| {
            let record = state.ledger().exhibit(*exhibit);
            record.into_iter().flat_map(|record| record.registrations().map(|one| one.case)).collect()
        })
    };
    ledger.node.exhibits().into_iter().map(|exhibit| (exhibit, cases(&exhibit))).collect()
}

fn entries(files: &[File]) -> Vec<(u64, Vec<u8>)> {
    let (_, bytes) = files.iter().find(|(name, _)| name == ENTRIES_FILE).unwrap();
    let lines: Vec<EntryLine> = lines::read(bytes).unwrap();
    lines.iter().map(|line| (line.index, line.bytes().unwrap())).collect()
}

fn decoded(bytes: &[u8]) -> Decoded {
    statement::decode(&Entry::decode(bytes).unwrap().envelope.statement).unwrap()
}

/// The exhibits in scope, and those of the same case on which one act was done together with one of these: a package has
/// several, and who carried it carried all.
fn companions(exhibits: &[ExhibitId], entries: &[(u64, Vec<u8>)]) -> BTreeSet<ExhibitId> {
    let of_each = entries.iter().map(|(_, bytes)| {
        let streams = decoded(bytes).streams.into_iter().filter(|stream| stream.kind == Stream::Exhibit);
        streams.map(|stream| ExhibitId(stream.id)).collect::<Vec<_>>()
    });
    let shared = of_each.filter(|named| named.iter().any(|exhibit| exhibits.contains(exhibit)));
    shared.flatten().chain(exhibits.iter().copied()).collect()
}

fn holds(bytes: &[u8], id: &[u8]) -> bool {
    bytes.windows(id.len()).any(|part| part == id)
}

#[test]
fn no_other_exhibit_and_no_other_case_is_named_anywhere() {
    let seeds = std::env::var("BUNDLE_SEEDS").map_or(1, |text| text.parse().unwrap());
    for seed in 0..seeds {
        let played = corpus::play::play(&corpus::history::history(seed));
        let ledger = Ledger::of(&played.world, Policies::default());
        let everybody = everybody(&ledger);
        let mut named = Vec::new();
        for (exhibit, _) in &everybody {
            let order = order(*exhibit, Profile::Internal);
            let bundle = ledger.runtime.block_on(ledger.node.disclose(&order, &At::Now, None)).unwrap();
            let files = unpack(&bundle.bytes).unwrap();
            let entries = entries(&files);
            let ours = companions(&bundle.exhibits, &entries);
            let own = everybody.iter().filter(|(one, _)| ours.contains(one));
            let own: BTreeSet<CaseId> = own.flat_map(|(_, cases)| cases).copied().collect();
            let others = everybody.iter().filter(|(one, _)| !ours.contains(one));
            let ids = others.flat_map(|(other, cases)| {
                let cases =
                    cases.difference(&own).map(|case| (format!("case {case}"), case.to_string(), case.0));
                cases.chain([(format!("exhibit {other}"), other.to_string(), other.0)])
            });
            for (what, text, raw) in ids {
                let in_file = files.iter().find(|(_, bytes)| holds(bytes, text.as_bytes()));
                let in_entry = entries.iter().find(|(_, bytes)| holds(bytes, &raw));
                if let Some((name, _)) = in_file {
                    named.push(format!("{exhibit}: {what} in {name}"));
                }
                if let Some((index, bytes)) = in_entry {
                    named.push(format!("{exhibit}: {what} in entry {index}, {}", decoded(bytes).name));
                }
            }
        }
        assert!(everybody.len() > 1);
        assert!(named.is_empty(), "seed {seed}, {}:\n{}", named.len(), named.join("\n"));
    }
}
