//! On histories of a whole estate: what a bundle shows of an exhibit is what the whole ledger shows of it.

use custody::fact::Interval;
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

#[test]
fn what_a_bundle_shows_of_an_exhibit_is_what_the_whole_ledger_shows() {
    let seeds: u64 = std::env::var("BUNDLE_SEEDS").map_or(1, |text| text.parse().unwrap());
    let mut wrong = Vec::new();
    let mut compared = 0;
    for seed in 0..seeds {
        let script = corpus::history::history(seed);
        let ledger = Ledger::of(corpus::play::play(&script).world, Policies::default());
        let exhibits: Vec<ExhibitId> = ledger.node.exhibits();
        for exhibit in exhibits {
            let Some((whole, _)) = ledger.node.verdict(exhibit) else { continue };
            let made = ledger.runtime.block_on(ledger.node.disclose_concluding(&order(exhibit), &At::Now, None));
            let (_, conclusion) = match made {
                Ok(made) => made,
                Err(why) => {
                    wrong.push(format!("seed {seed}, {exhibit}: {why}"));
                    continue;
                }
            };
            compared += 1;
            let shown = conclusion.verdicts.iter().find(|verdict| verdict.exhibit == exhibit).unwrap();
            for (when, shown, whole) in differences(shown, &whole) {
                wrong.push(format!("seed {seed}, {exhibit}: {when:?} shows {shown:?}, whole {whole:?}"));
            }
            for finding in &conclusion.findings {
                let is_about_it = finding.exhibits.contains(&exhibit) || finding.exhibits.is_empty();
                if finding.rule != RuleId::G02 && is_about_it {
                    wrong.push(format!("seed {seed}, {exhibit}: {} {}", finding.rule, finding.sentence));
                }
            }
        }
    }
    assert!(compared > 0);
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}
