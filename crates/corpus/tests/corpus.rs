//! The corpus' own promises, on a small fixed set of seeds; `corpus run` scores a thousand.

#![expect(clippy::expect_used, reason = "a test fails where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use corpus::case::Case;
use corpus::plant::planters;
use corpus::play::play;
use corpus::score::{Scoring, case_of, score, score_without, several};
use custody::rule::{RULES, RuleId};
use verifier::report::json;

/// How many seeds: enough for every family, few enough for a minute unoptimised.
const SEEDS: u64 = 24;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("not none")
}

#[test]
fn every_rule_has_three_kinds_of_fault_at_least() {
    let mut kinds: BTreeMap<RuleId, BTreeSet<&str>> = BTreeMap::new();
    for planter in planters() {
        let is_new = kinds.entry(planter.rule).or_default().insert(planter.kind);
        assert!(is_new, "{} has two kinds called {}", planter.rule.name(), planter.kind);
    }
    for rule in RULES.iter().filter(|rule| !rule.id.is_of_bundles()) {
        let count = kinds.get(&rule.id).map_or(0, BTreeSet::len);
        assert!(count >= 3, "{} has {count} kinds", rule.id.name());
    }
}

#[test]
fn no_two_kinds_of_fault_have_one_name() {
    let names: BTreeSet<&str> = planters().iter().map(|planter| planter.kind).collect();
    assert_eq!(names.len(), planters().len());
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let scoring = Scoring { first: 0, count: SEEDS, without: None, threads: threads(2) };
    let tally = score(&scoring, &|_| {});
    assert!(tally.is_right(), "{}", tally.wrong.join("\n"));
    assert_eq!(tally.clean, SEEDS);
}

/// One rule of each family; `corpus check-switches` takes them all.
#[test]
fn a_verifier_that_lacks_a_rule_is_noticed() {
    let rules = [
        RuleId::A02,
        RuleId::D03,
        RuleId::E07,
        RuleId::K04,
        RuleId::L07,
        RuleId::P04,
        RuleId::S06,
        RuleId::T02,
        RuleId::V06,
    ];
    for rule in rules {
        let tally = score_without(rule, 1, threads(2));
        let row = tally.rows.get(&rule).copied().unwrap_or_default();
        assert!(!tally.is_right(), "{}", rule.name());
        assert!(row.missed > 0 && row.found == 0, "{}: {row:?}", rule.name());
    }
}

#[test]
fn a_seed_makes_the_same_history_each_time() {
    for seed in 0..6 {
        let [once, again] = [(), ()].map(|()| play(&corpus::history::history(seed)));
        assert_eq!(once.world.archive().files, again.world.archive().files, "seed {seed}");
        assert_eq!(once.world.trust(), again.world.trust());
    }
}

#[test]
fn a_report_is_the_same_bytes_whatever_the_run_and_the_number_of_threads() {
    let all = planters();
    for seed in 0..8 {
        let planted = if seed % 2 == 0 { Vec::new() } else { several(seed, &all) };
        let Some((_, case)) = case_of(seed, &planted) else { continue };
        let report = |count| json(&case.audit(None, threads(count)));
        let once = report(1);
        assert_eq!(once, report(1), "seed {seed}, again");
        assert_eq!(once, report(4), "seed {seed}, four threads");
    }
}

/// What the faults of a case are is as fixed as the history.
#[test]
fn a_fault_is_planted_at_the_same_place_each_time() {
    let all = planters();
    for seed in [3, 4] {
        let planted = several(seed, &all);
        let [once, again] = [(), ()].map(|()| Case::new(seed, &planted));
        match (once, again) {
            (Some(once), Some(again)) => {
                let planted = |case: &Case| -> Vec<_> {
                    case.faults.iter().map(|fault| fault.planted.clone()).collect()
                };
                assert_eq!(planted(&once), planted(&again));
            }
            (None, None) => {}
            _ => panic!("seed {seed} has room once"),
        }
    }
}
