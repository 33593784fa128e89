//! What goes to court: one file that proves one case, and nothing of any other.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use custody::rule::RuleId;
use custody::verdict::Standing;
use disclosure::profile::Profile;
use ledger_node::disclose::{Decisions, Order, Prepared, Scope};
use tokio::runtime::Runtime;
use verifier::bundle::{Checked, check};

use crate::day::Planted;
use crate::running::Running;

/// The bundle's file within the demonstration's folder.
pub(crate) const FILE: &str = "bundle.zip";

/// Makes a bundle of the case whose exhibit lay behind the forced door, for the defence, and has the verifier check it. True
/// if it shows just what was planted there.
pub(crate) fn disclose(
    folder: &Path,
    node: &Running,
    runtime: &Runtime,
    planted: &Planted,
) -> anyhow::Result<bool> {
    let (case, exhibits) = &planted.disputed;
    println!("\nThe defence asks for the case of the forced door; the node makes a bundle of it:");
    let order = Order {
        scope: Scope::Case(*case),
        profile: Profile::Defence,
        recipient: "Sample & Sample, solicitors".to_owned(),
        decisions: Decisions::default(),
    };
    let path = folder.join(FILE);
    let mut prepared = Prepared::begin(&path)?;
    let bundle = node.disclose(runtime, &order).context("making the bundle")?;
    prepared.fill(&bundle.bytes)?;
    prepared.publish()?;
    println!(
        "  {} ({} KiB, {} entries, {} fields withheld)",
        path.display(),
        bundle.bytes.len() / 1024,
        bundle.entries,
        bundle.withheld
    );
    let checked = check(&bundle.bytes, &node.trust);
    println!("  {}", checked.completeness);
    for verdict in &checked.verdicts {
        let standing = verdict.standing().map_or("NO CUSTODY", Standing::name);
        println!("  exhibit {}: {standing}", verdict.exhibit);
    }
    for finding in &checked.findings {
        println!("  [{}] {}: {}", finding.rule, finding.severity, finding.sentence);
    }
    std::fs::write(folder.join("bundle.txt"), verifier::bundle::text(&checked))
        .context("writing the report")?;
    let is_whole = shows(&checked, exhibits, planted);
    println!(
        "  {}",
        if is_whole {
            "The bundle shows what was planted in that case, and nothing else."
        } else {
            "The bundle does not show exactly what was planted in that case."
        }
    );
    Ok(is_whole)
}

/// Whether it holds these exhibits and finds just what was planted on them.
fn shows(checked: &Checked, exhibits: &[custody::id::ExhibitId], planted: &Planted) -> bool {
    let found: BTreeSet<RuleId> = checked.findings.iter().map(|finding| finding.rule).collect();
    let of_case =
        planted.findings.iter().filter(|finding| finding.exhibits.iter().any(|one| exhibits.contains(one)));
    let due: BTreeSet<RuleId> = of_case.map(|finding| finding.rule).collect();
    let shown: BTreeSet<_> = checked.verdicts.iter().map(|verdict| verdict.exhibit).collect();
    checked.could_not_check.is_none() && found == due && shown == exhibits.iter().copied().collect()
}
