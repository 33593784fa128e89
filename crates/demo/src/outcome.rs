//! What the verifier says of the day, and whether that is what was planted.

use std::io::{IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context as _;
use custody::finding::Finding;
use custody::severity::Severity;
use custody::verdict::{Standing, Verdict};
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit_with_footage};
use verifier::footage::FootageDirectory;
use verifier::known_head::KnownHead;
use verifier::policies::Policies;
use verifier::report::{Report, human, json};
use verifier::trust::Trust;

use crate::day::{Piece, Planted, PlantedFinding};
use crate::running::Running;

/// Audits the archive, prints what it came to, and compares it with what was planted.
pub(crate) fn verify(
    archive: &Path,
    footage: &Path,
    trust: &Trust,
    heads: &[KnownHead],
    planted: &Planted,
) -> anyhow::Result<bool> {
    println!("\nThe verifier replays the exported archive, trusting three lines of the trust file:");
    let is_terminal = std::io::stdout().is_terminal();
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let reader = DirectoryArchive::open(archive).with_context(|| format!("opening {}", archive.display()))?;
    let held = FootageDirectory::open(footage).with_context(|| format!("opening {}", footage.display()))?;
    let (policies, options) = (Policies::default(), Options { threads });
    let report = audit_with_footage(&reader, &held, trust, heads, &policies, &options, &mut |progress| {
        if is_terminal {
            print!("\r  entries: {} of {}", progress.done, progress.size);
            // A terminal that went away is no reason to stop.
            let _ = std::io::stdout().flush();
        }
    });
    if is_terminal {
        println!();
    }
    let folder = archive.parent().context("the archive lies in the demonstration's folder")?;
    std::fs::write(folder.join("report.txt"), human(&report)).context("writing the report")?;
    std::fs::write(folder.join("report.json"), json(&report)).context("writing the report")?;
    Ok(print(&report, planted))
}

/// Prints the outcome; the last lines are the counts.
fn print(report: &Report, planted: &Planted) -> bool {
    if let Some(why) = &report.could_not_check {
        println!("  The archive could not be checked: {why}");
        return false;
    }
    println!("\nWhat was planted, and what was found:");
    let missed =
        planted.findings.iter().filter(|planted| !report.findings.iter().any(|found| is(planted, found)));
    let missed = missed.inspect(|planted| println!("  MISSED  {} {}", planted.rule, planted.story)).count();
    let mut surplus = 0;
    for finding in &report.findings {
        if let Some(planted) = planted.findings.iter().find(|planted| is(planted, finding)) {
            println!("  found   {} {}: {}", finding.rule, planted.story, finding.sentence);
        } else {
            surplus += 1;
            println!("  SURPLUS {} {}: {}", finding.rule, finding.severity, finding.sentence);
        }
    }
    println!("  (A locker that was offline all day is late, and lawful: nothing is found against it.)");
    let not_in_full = report.verdicts.iter().filter(|verdict| !is_proven(verdict));
    println!("\nWhat the record proves:");
    for verdict in not_in_full {
        println!("  exhibit {}:", verdict.exhibit);
        for standing in Standing::ALL {
            let hours = hours(verdict.duration_us(standing));
            if verdict.duration_us(standing) > 0 {
                println!("    {:<12} {hours}", standing.name());
            }
        }
    }
    println!("  the others: PROVEN while they lay in a locker, DECLARED by their handlers in between\n");
    counts(report);
    let is_as_planted = missed == 0 && surplus == 0 && report.verdicts.len() == planted.exhibits;
    println!(
        "{}",
        if is_as_planted {
            "All that was planted was found, and nothing else."
        } else {
            "The verifier did not find exactly what was planted."
        }
    );
    is_as_planted
}

fn counts(report: &Report) {
    let counts = &report.counts;
    println!("entries: {}", counts.entries);
    println!("signatures checked: {} of {}", counts.signatures_checked, counts.signatures_present);
    let proven = report.verdicts.iter().filter(|verdict| is_proven(verdict)).count();
    println!("exhibits proven: {proven} of {}", report.verdicts.len());
    let by_severity: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| {
            let count = report.findings.iter().filter(|finding| finding.severity == severity).count();
            format!("{severity} {count}")
        })
        .collect();
    println!("findings: {}", by_severity.join(", "));
}

/// Whether every instant of it is accounted for: by a device, or between devices by a named handler.
fn is_proven(verdict: &Verdict) -> bool {
    verdict.standing().is_some_and(|worst| worst <= Standing::Declared)
        && verdict.duration_us(Standing::Proven) > 0
}

fn is(planted: &PlantedFinding, found: &Finding) -> bool {
    let is_the_piece = |piece: &Piece| {
        found.cameras == [piece.camera] && found.interval.is_some_and(|when| when.from_us == piece.start_us)
    };
    (planted.rule, planted.severity) == (found.rule, found.severity)
        && planted.exhibits == found.exhibits
        && planted.piece.as_ref().is_none_or(is_the_piece)
}

fn hours(us: u64) -> String {
    let minutes = us / 60_000_000;
    format!("{} h {:02} min", minutes / 60, minutes % 60)
}

/// How to look at all of it by hand.
pub(crate) fn how_to_repeat(folder: &Path, node: &Running, stays_up: bool) {
    let (archive, trust) = (folder.join("archive"), &node.trust_file);
    println!("\nThe whole report: {}", folder.join("report.txt").display());
    println!("Verify it yourself, without this program:");
    println!(
        "  cargo run --release -p verifier -- audit {} --trust {} --footage {}",
        archive.display(),
        trust.display(),
        folder.join("footage").display()
    );
    println!(
        "  cargo run --release -p verifier -- bundle {} --trust {}",
        folder.join(crate::bundle::FILE).display(),
        trust.display()
    );
    if stays_up {
        println!("Ask the node, while it runs:");
        println!("  curl -H 'Authorization: Bearer {}' {}/v1/estate", node.token, node.url);
    }
}
