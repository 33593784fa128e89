//! Bundles to try the page on (`.ci/build_page`), each with the trust file that its reader has.

use std::path::Path;

use corpus::plant::{Plant, planters};
use corpus::score::case_of;
use custody::policy::Policies;
use ledger_node::disclose::At;
use verifier::bundle;
use verifier::report::Outcome;
use verifier::testing::World;
use verifier::trust::Trust;

use super::corpus_cases::order;
use super::ledger::Ledger;

/// A trust file that says this.
fn file(trust: &Trust) -> String {
    let keys = |keys: &[ledger_format::note::VerifierKey]| {
        let keys: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        keys.join(", ")
    };
    format!(
        "origin = \"{}\"\ngenesis = \"{}\"\nledger_key = \"{}\"\nwitnesses = [{}]\nauditors = [{}]\n",
        trust.origin,
        trust.genesis,
        trust.ledger_key,
        keys(&trust.witnesses),
        keys(&trust.auditors)
    )
}

/// Makes a bundle of the first exhibit for which `is_it` holds of what the bundle says, checks it as its reader would, and
/// writes both files to the folder `PAGE_INPUTS` names, if it names one.
fn hand_over(world: &World, name: &str, is_it: impl Fn(&bundle::Checked) -> bool) -> bool {
    let trust = file(&world.trust());
    let ledger = Ledger::of(world, Policies::default());
    for exhibit in ledger.node.exhibits() {
        let made = ledger.runtime.block_on(ledger.node.disclose(&order(exhibit), &At::Now, None));
        let Ok(made) = made else { continue };
        if !is_it(&bundle::check(&made.bytes, &Trust::parse(&trust).unwrap())) {
            continue;
        }
        if let Some(folder) = std::env::var_os("PAGE_INPUTS") {
            let folder = Path::new(&folder);
            std::fs::write(folder.join(format!("{name}.zip")), &made.bytes).unwrap();
            std::fs::write(folder.join(format!("{name}.trust.toml")), &trust).unwrap();
        }
        return true;
    }
    false
}

#[test]
fn a_bundle_of_a_quiet_history_is_found_sound_by_a_trust_file() {
    let world = corpus::play::play(&corpus::history::history(0)).world;
    assert!(hand_over(&world, "sound", |checked| checked.outcome() == Outcome::Verified));
}

#[test]
fn a_bundle_shows_what_is_wrong_to_whoever_has_the_trust_file() {
    let is_door = |plant: &Plant| matches!(plant, Plant::Script(_));
    let planters = planters().into_iter().filter(|planter| is_door(&planter.plant)).step_by(40);
    let mut cases = planters.filter_map(|planter| case_of(3, &[planter]));
    let found = cases.any(|(_, case)| {
        hand_over(&case.played.world, "with-findings", |checked| {
            checked.outcome() == Outcome::Findings && checked.report.is_some()
        })
    });
    assert!(found);
}
