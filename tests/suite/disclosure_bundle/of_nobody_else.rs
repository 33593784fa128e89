//! Nothing of any other case is in a bundle: no other exhibit's id, no other case's, in no file and in no entry.

use std::collections::BTreeSet;

use custody::id::{CaseId, ExhibitId};
use custody::policy::Policies;
use disclosure::profile::Profile;
use ledger_node::disclose::At;

use super::ledger::Ledger;
use super::made::{RECIPIENT, order};

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
            let (collected, _) = ledger.runtime.block_on(ledger.node.collect(&order, &At::Now)).unwrap();
            let ours: BTreeSet<ExhibitId> =
                collected.manifest.exhibits.iter().map(|id| id.parse().unwrap()).collect();
            let own = everybody.iter().filter(|(one, _)| ours.contains(one));
            let own: BTreeSet<CaseId> = own.flat_map(|(_, cases)| cases).copied().collect();
            let others = everybody.iter().filter(|(one, _)| !ours.contains(one));
            let ids = others.flat_map(|(other, cases)| {
                let cases = cases.difference(&own).map(|case| (format!("case {case}"), case.to_string(), case.0));
                cases.chain([(format!("exhibit {other}"), other.to_string(), other.0)])
            });
            let files = collected.files();
            for (what, text, raw) in ids {
                let in_file = files.iter().find(|(_, bytes)| holds(bytes, text.as_bytes()));
                let in_entry = collected.entries.iter().find(|(_, bytes)| holds(bytes, &raw));
                if let Some((name, _)) = in_file {
                    named.push(format!("{exhibit}: {what} in {name}"));
                }
                if let Some((index, bytes)) = in_entry {
                    let entry = ledger_format::entry::Entry::decode(bytes).unwrap();
                    let decoded = ledger_format::statement::decode(&entry.envelope.statement).unwrap();
                    named.push(format!("{exhibit}: {what} in entry {index}, {}", decoded.name));
                }
            }
        }
        assert!(everybody.len() > 1 && !RECIPIENT.is_empty());
        assert!(named.is_empty(), "seed {seed}, {}:\n{}", named.len(), named.join("\n"));
    }
}
