//! On histories of a whole estate: what a bundle shows of an exhibit is what the whole ledger shows of it.

use std::collections::BTreeSet;

use corpus::plant::{Plant, Planter, planters};
use corpus::score::case_of;
use custody::fact::Interval;
use custody::finding::Finding;
use custody::id::ExhibitId;
use custody::policy::Policies;
use custody::rule::RuleId;
use custody::verdict::{Standing, Verdict};
use disclosure::profile::Profile;
use ledger_node::disclose::{At, Decisions, Order, Scope};

use super::ledger::Ledger;

pub(super) fn order(exhibit: ExhibitId) -> Order {
    Order {
        scope: Scope::Exhibits(vec![exhibit]),
        profile: Profile::Internal,
        recipient: "Example & Example, solicitors".to_owned(),
        decisions: Decisions::default(),
    }
}

/// Where two verdicts say different things of one time: from, to, the one's word and the other's.
fn differences(one: &Verdict, other: &Verdict) -> Vec<(Interval, Option<Standing>, Option<Standing>)> {
    let mut cuts: Vec<u64> = [one, other]
        .iter()
        .flat_map(|verdict| &verdict.stretches)
        .flat_map(|stretch| [stretch.interval.from_us, stretch.interval.to_us])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let at = |verdict: &Verdict, from_us: u64| {
        let holds = |stretch: &&custody::verdict::Stretch| {
            stretch.interval.from_us <= from_us && from_us < stretch.interval.to_us
        };
        verdict.stretches.iter().find(holds).map(|stretch| stretch.standing)
    };
    cuts.windows(2)
        .map(|pair| (Interval { from_us: pair[0], to_us: pair[1] }, at(one, pair[0]), at(other, pair[0])))
        .filter(|(_, one, other)| one != other)
        .collect()
}

/// What a bundle of one exhibit may show otherwise than the whole ledger: worse, where only another case's act would
/// explain an opening; and then it says so.
fn compare(ledger: &Ledger, exhibit: ExhibitId, wrong: &mut Vec<String>) -> bool {
    let Some((whole, _)) = ledger.node.verdict(exhibit) else { return false };
    let findings = ledger.runtime.block_on(ledger.node.findings());
    let made = ledger.runtime.block_on(ledger.node.disclose_concluding(&order(exhibit), &At::Now, None));
    let (_, conclusion) = match made {
        Ok(made) => made,
        Err(why) => {
            wrong.push(format!("{exhibit}: {why}"));
            return true;
        }
    };
    let shown = conclusion.verdicts.iter().find(|verdict| verdict.exhibit == exhibit).unwrap();
    let of_it = |finding: &&Finding| finding.exhibits.contains(&exhibit);
    let is_unexplained =
        |finding: &Finding| finding.sentence.contains("Another case's act would explain this");
    let says_so = conclusion.findings.iter().filter(of_it).any(is_unexplained);
    for (when, shown, whole) in differences(shown, &whole) {
        if !says_so || shown < whole {
            wrong.push(format!("{exhibit}: {when:?} shows {shown:?}, whole {whole:?}"));
        }
    }
    // Nothing adverse is lost, and nothing is invented.
    let whole: Vec<&Finding> = findings.iter().filter(of_it).collect();
    for finding in &whole {
        let is_shown = |shown: &Finding| shown.rule == finding.rule && shown.severity == finding.severity;
        if !conclusion.findings.iter().any(is_shown) {
            wrong.push(format!("{exhibit}: lost {} {}", finding.rule, finding.sentence));
        }
    }
    for finding in conclusion.findings.iter().filter(|finding| finding.rule != RuleId::G02) {
        let is_whole = |whole: &&&Finding| whole.rule == finding.rule;
        let is_about_it = finding.exhibits.contains(&exhibit) || finding.exhibits.is_empty();
        if is_about_it && !is_unexplained(finding) && !whole.iter().any(|one| is_whole(&one)) {
            let is_of_all =
                findings.iter().any(|one| one.rule == finding.rule && one.indices == finding.indices);
            if !is_of_all {
                wrong.push(format!("{exhibit}: invented {} {}", finding.rule, finding.sentence));
            }
        }
    }
    true
}

pub(super) fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn what_a_bundle_shows_of_an_exhibit_is_what_the_whole_ledger_shows() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for seed in 0..number("BUNDLE_SEEDS", 1) {
        let script = corpus::history::history(seed);
        let ledger = Ledger::of(&corpus::play::play(&script).world, Policies::default());
        for exhibit in ledger.node.exhibits() {
            compared += usize::from(compare(&ledger, exhibit, &mut wrong));
        }
    }
    assert!(compared > 0);
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each so many-th of the corpus' kinds of fault, planted; `BUNDLE_KINDS=1` is all of them.
#[test]
fn what_is_wrong_with_an_exhibit_a_bundle_shows() {
    let step = usize::try_from(number("BUNDLE_KINDS", 40)).unwrap();
    let is_said = |planter: &Planter| {
        matches!(planter.plant, Plant::Script(_))
            && !matches!(planter.rule.name().as_bytes(), [b'L' | b'K', ..])
    };
    let mut wrong = Vec::new();
    let mut compared = 0;
    for planter in planters().into_iter().filter(is_said).step_by(step) {
        let Some((seed, case)) = case_of(3, &[planter]) else { continue };
        let ledger = Ledger::of(&case.played.world, Policies::default());
        let place = format!("seed {seed} with {}, {}", planter.rule, planter.kind);
        let findings = ledger.runtime.block_on(ledger.node.findings());
        let planted = findings.iter().filter(|finding| finding.rule == planter.rule);
        let exhibits: BTreeSet<ExhibitId> = planted.flat_map(|finding| finding.exhibits.clone()).collect();
        for exhibit in exhibits {
            let mut here = Vec::new();
            compared += usize::from(compare(&ledger, exhibit, &mut here));
            wrong.extend(here.into_iter().map(|one| format!("{place}: {one}")));
        }
    }
    assert!(compared > 0);
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}
