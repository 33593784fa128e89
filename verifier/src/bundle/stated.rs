//! What the bundle's maker states from the whole record: it may make things worse, and never better.
//!
//! Some findings need entries of other cases, which a bundle does not hold. The operator states them by rule and time, and
//! they count against the verdict; where the entries in the bundle show worse than is stated, that stands.

use custody::fact::Interval;
use custody::finding::Finding;
use custody::verdict::{Standing, Verdict};
use disclosure::manifest::{Stated, StatedFinding};

use super::replay::Replay;

const REASON: &str = "stated by the ledger's operator from the whole record";

/// Lowers the verdicts where worse is stated, and adds the findings that only the whole record shows.
pub(super) fn apply(stated: &[Stated], verdicts: &mut [Verdict], findings: &[Finding], replay: &mut Replay) {
    for one in stated {
        for finding in &one.findings {
            if !is_found(finding, one, findings) {
                replay.findings.add(only_stated(finding, one));
            }
        }
        let Some(verdict) = verdicts.iter_mut().find(|verdict| verdict.exhibit == one.exhibit) else {
            continue;
        };
        for standing in Standing::ALL {
            let so = one.stretches.iter().filter(|(_, _, stated)| *stated == standing);
            let over: Vec<_> =
                so.map(|(from_us, to_us, _)| Interval { from_us: *from_us, to_us: *to_us }).collect();
            verdict.lower_over(&over, standing, REASON);
        }
    }
}

/// Whether the entries in the bundle show it themselves.
fn is_found(finding: &StatedFinding, one: &Stated, findings: &[Finding]) -> bool {
    findings.iter().any(|found| {
        found.rule == finding.rule
            && found.severity >= finding.severity
            && (found.exhibits.contains(&one.exhibit) || found.exhibits.is_empty())
            && (found.indices.is_empty() || found.indices.iter().any(|index| finding.indices.contains(index)))
    })
}

fn only_stated(finding: &StatedFinding, one: &Stated) -> Finding {
    let rule = finding.rule.rule();
    let sentence = format!(
        "The ledger's operator states, from entries that this bundle does not hold, that this is not so: {}",
        rule.statement
    );
    let mut found =
        Finding::new(finding.rule, sentence).weighing(finding.severity).at(finding.indices.iter().copied());
    found = found.of_exhibits([one.exhibit]);
    match finding.interval {
        Some((from_us, to_us)) => found.during(Interval { from_us, to_us }),
        None => found,
    }
}

/// Where the operator states better than the entries show, one sentence for each exhibit: it changes nothing.
pub(super) fn stated_better(stated: &[Stated], verdicts: &[Verdict]) -> Vec<String> {
    let better = |one: &Stated| {
        let verdict = verdicts.iter().find(|verdict| verdict.exhibit == one.exhibit)?;
        let stated = one.stretches.iter().map(|(_, _, standing)| *standing).max();
        let shown = verdict.standing();
        (stated < shown).then(|| {
            format!(
                "Of exhibit {} the operator states {} from the whole record; the entries here show no better than {}, and that is what counts.",
                one.exhibit,
                stated.map_or("nothing", Standing::name),
                shown.map_or("nothing", Standing::name),
            )
        })
    };
    stated.iter().filter_map(better).collect()
}
