//! Bundles to try the page on (`.ci/build_page`), each with the trust file that its reader has.

use std::path::Path;

use corpus::plant::{Plant, Planter, planters};
use corpus::score::case_of;
use custody::policy::Policies;
use custody::rule::RuleId;
use custody::severity::Severity;
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

/// The histories of the corpus come without the openings of what was typed in (G02).
#[test]
fn in_a_bundle_of_a_quiet_history_its_reader_misses_the_openings_and_nothing_else() {
    let world = corpus::play::play(&corpus::history::history(0)).world;
    let is_sound = |checked: &bundle::Checked| {
        let mut graver = checked.findings.iter().filter(|finding| finding.severity > Severity::Information);
        checked.outcome() == Outcome::Findings && graver.all(|finding| finding.rule == RuleId::G02)
    };
    assert!(hand_over(&world, "quiet", is_sound));
}

#[test]
fn a_bundle_shows_what_is_wrong_to_whoever_has_the_trust_file() {
    let is_said = |planter: &Planter| matches!(planter.plant, Plant::Script(_));
    let planters = planters().into_iter().filter(is_said).step_by(40);
    let mut cases = planters.filter_map(|planter| Some((planter.rule, case_of(3, &[planter])?)));
    let found = cases.any(|(rule, (_, case))| {
        hand_over(&case.played.world, "with-findings", |checked| {
            checked.report.is_some() && checked.findings.iter().any(|finding| finding.rule == rule)
        })
    });
    assert!(found);
}
