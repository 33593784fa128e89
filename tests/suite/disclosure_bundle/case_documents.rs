//! CASE documents as they lie in real bundles, for the public checkers: `CASE_DOCUMENTS` names the folder they go to.

#[path = "../../../crates/disclosure/examples/case_documents/chosen.rs"]
mod chosen;
#[path = "../../../crates/disclosure/tests/support/odds.rs"]
mod odds;

use std::collections::BTreeMap;
use std::path::Path;

use corpus::case::Case;
use corpus::plant::{Plant, Planter, planters};
use corpus::score::case_of;
use custody::id::ExhibitId;
use custody::policy::Policies;
use disclosure::pack::unpack;
use disclosure::profile::Profile;
use ledger_node::disclose::At;
use verifier::bundle::CASE_FILE;

use self::chosen::{CHOSEN, Chosen};
use self::odds::ODDS;
use super::ledger::Ledger;
use super::made::order;

/// The exhibits of a ledger, those with most findings first.
fn troubled(ledger: &Ledger) -> Vec<ExhibitId> {
    let mut trouble: BTreeMap<ExhibitId, usize> =
        ledger.node.exhibits().into_iter().map(|exhibit| (exhibit, 0)).collect();
    for finding in ledger.runtime.block_on(ledger.node.findings()) {
        for exhibit in finding.exhibits {
            trouble.entry(exhibit).and_modify(|count| *count += 1);
        }
    }
    let mut exhibits: Vec<_> = trouble.into_iter().collect();
    exhibits.sort_by_key(|(exhibit, count)| (std::cmp::Reverse(*count), *exhibit));
    exhibits.into_iter().map(|(exhibit, _)| exhibit).collect()
}

/// The history, less what no node admits: that is for whoever reads an archive.
fn recorded(chosen: &Chosen) -> Case {
    let all = planters();
    let is_recorded = |planter: &&Planter| {
        matches!(planter.plant, Plant::Script(_))
            && !matches!(planter.rule.name().as_bytes(), [b'L' | b'K', ..])
    };
    let named = chosen.kinds.iter().filter_map(|kind| all.iter().find(|planter| planter.kind == *kind));
    let mut faults: Vec<Planter> = named.filter(is_recorded).copied().collect();
    faults.extend(chosen.has_odds.then_some(ODDS));
    case_of(chosen.seed, &faults).unwrap().1
}

#[test]
fn twelve_bundles_of_histories_that_show_everything_each_hold_a_document() {
    for (number, chosen) in (1..).zip(CHOSEN) {
        let case = recorded(&chosen);
        let ledger = Ledger::of(&case.played.world, Policies::default());
        let exhibit = troubled(&ledger)[0];
        let profile = Profile::ALL[number % 3];
        let bundle = ledger.runtime.block_on(ledger.node.disclose(&order(exhibit, profile), &At::Now, None));
        let files = unpack(&bundle.unwrap().bytes).unwrap();
        let (_, document) = files.iter().find(|(name, _)| name == CASE_FILE).unwrap();
        assert!(String::from_utf8_lossy(document).contains("investigation:InvestigativeAction"));
        if let Some(folder) = std::env::var_os("CASE_DOCUMENTS") {
            std::fs::write(Path::new(&folder).join(format!("bundle-{number:02}.jsonld")), document).unwrap();
        }
    }
}
