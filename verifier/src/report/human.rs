//! The report for people: what was checked, what was found, what was not checked, what is never claimed.

use std::fmt::{self, Write as _};

use civil_time::{Zone, zone_database};
use custody::finding::{Beside, Finding};
use custody::severity::Severity;
use custody::verdict::{Standing, Verdict};

use super::json::holder;
use super::{KnownHeadOutcome, NEVER_CLAIMED, Outcome, Report};

/// The report in plain words, with London's time beside UTC and a final newline.
pub fn human(report: &Report) -> String {
    human_in(report, &Zone::default())
}

/// The report in plain words, with a zone's time beside UTC and a final newline.
///
/// Sentences may quote what an archive says (a seal's number, a label): no character of it can end a line, move
/// a terminal's cursor or turn the direction of writing.
pub fn human_in(report: &Report, zone: &Zone) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(report, zone, &mut text);
    text
}

fn write(report: &Report, zone: &Zone, out: &mut String) -> fmt::Result {
    conclusion(report, out)?;
    ledger(report, zone, out)?;
    exhibits(report, out)?;
    findings(report, zone, out)?;
    rules(report, out)?;
    writeln!(out, "\nNEVER CLAIMED\n  No report of this kind shows:")?;
    NEVER_CLAIMED.iter().try_for_each(|never| writeln!(out, "  - {never}"))
}

fn conclusion(report: &Report, out: &mut String) -> fmt::Result {
    writeln!(out, "AUDIT OF A CUSTODY LEDGER (verifier {})", env!("CARGO_PKG_VERSION"))?;
    if let Some(why) = &report.could_not_check {
        return writeln!(out, "\nNOTHING COULD BE CHECKED: {why}.");
    }
    let graver = report.findings.iter().filter(|finding| finding.severity > Severity::Information).count();
    match report.outcome() {
        Outcome::Verified => {
            writeln!(out, "\nEvery required rule was checked, and nothing graver than information was found.")
        }
        Outcome::Findings => {
            writeln!(out, "\nEvery required rule was checked. Findings graver than information: {graver}.")
        }
        Outcome::NotChecked => writeln!(
            out,
            "\nNOT EVERYTHING THAT HAD TO BE CHECKED COULD BE. Findings graver than information: {graver}, and there may be more."
        ),
    }
}

fn ledger(report: &Report, zone: &Zone, out: &mut String) -> fmt::Result {
    let Some(head) = &report.head else { return Ok(()) };
    let counts = &report.counts;
    writeln!(out, "\nWHAT WAS CHECKED")?;
    writeln!(out, "  ledger      {}", head.origin)?;
    writeln!(out, "  size        {} entries by its checkpoint", head.size)?;
    writeln!(out, "  root        {}", head.root)?;
    writeln!(out, "  policy      {}, SHA-256 {}", report.policy.version, report.policy.hash)?;
    writeln!(
        out,
        "  times       UTC, and beside it {} by release {} of the time zone database",
        zone.name(),
        zone_database()
    )?;
    writeln!(
        out,
        "  entries     {} read ({} bytes in {} bundles), {} given to the rulebook",
        counts.entries, counts.entry_bytes, counts.bundles, counts.judged
    )?;
    writeln!(
        out,
        "  signatures  {} present, {} checked, {} valid",
        counts.signatures_present, counts.signatures_checked, counts.signatures_valid
    )?;
    writeln!(
        out,
        "  possession  {} proofs of new keys present, {} checked, {} valid",
        counts.possessions_present, counts.possessions_checked, counts.possessions_valid
    )?;
    writeln!(out, "  hash tiles  {} recomputed and compared", counts.hash_tiles)?;
    writeln!(
        out,
        "  streams     {}, with {} links recomputed and compared",
        counts.streams, counts.stream_links
    )?;
    writeln!(out, "  censuses    {} recomputed and compared", counts.censuses)?;
    writeln!(
        out,
        "  heads       {} named in statements and compared, {} not compared",
        counts.heads_seen, counts.heads_not_compared
    )?;
    writeln!(out, "  evidence    {} envelopes checked", counts.evidence)?;
    writeln!(out, "  devices     {}", counts.devices)?;
    writeln!(out, "  exhibits    {}", counts.exhibits)?;
    cosigners(report, zone, out)?;
    for gap in &report.not_replayed {
        writeln!(out, "  NOT REPLAYED: entries {} to {}: {}", gap.first, gap.last, gap.why)?;
    }
    report.notes.iter().try_for_each(|note| writeln!(out, "  note: {note}"))
}

fn cosigners(report: &Report, zone: &Zone, out: &mut String) -> fmt::Result {
    for line in &report.cosigned {
        let time = zone.utc_and_local(line.time_s.saturating_mul(1_000_000));
        writeln!(out, "  cosigned by {} {} at {time} by its own clock", line.role.name(), line.name)?;
    }
    if report.cosigned.is_empty() {
        writeln!(out, "  cosigned by no witness and no auditor of the trust file")?;
    }
    for name in &report.unverified {
        writeln!(out, "  UNVERIFIED cosignature by {name}: the trust file does not name its key")?;
    }
    for head in &report.known_heads {
        let outcome = match &head.outcome {
            KnownHeadOutcome::Agrees => "agrees with this ledger",
            KnownHeadOutcome::Contradicts => "CONTRADICTS this ledger",
            KnownHeadOutcome::Longer => "COVERS MORE than this ledger",
            KnownHeadOutcome::Unusable(_) => "COULD NOT BE USED",
        };
        write!(out, "  head held elsewhere {} ({} entries): {outcome}", head.name, head.size)?;
        match &head.outcome {
            KnownHeadOutcome::Unusable(why) => writeln!(out, ": {why}")?,
            _ => writeln!(out)?,
        }
    }
    Ok(())
}

fn exhibits(report: &Report, out: &mut String) -> fmt::Result {
    if report.verdicts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nEXHIBITS (hours of each standing)")?;
    if let Some(why) = &report.verdicts_lowered {
        writeln!(out, "  Nothing is called proven or declared here: {why}.")?;
    }
    writeln!(
        out,
        "  {:<36}  {:<12}  {:>10}  {:>10}  {:>10}  {:>12}  now",
        "exhibit", "verdict", "proven", "declared", "not proven", "contradicted"
    )?;
    report.verdicts.iter().try_for_each(|verdict| exhibit(verdict, out))
}

fn exhibit(verdict: &Verdict, out: &mut String) -> fmt::Result {
    let hours = |standing| hours(verdict.duration_us(standing));
    writeln!(
        out,
        "  {:<36}  {:<12}  {:>10}  {:>10}  {:>10}  {:>12}  {}",
        verdict.exhibit.to_string(),
        verdict.standing().map_or("NO CUSTODY", Standing::name),
        hours(Standing::Proven),
        hours(Standing::Declared),
        hours(Standing::NotProven),
        hours(Standing::Contradicted),
        verdict.holder.map_or_else(|| "unknown".to_owned(), holder),
    )
}

/// Hours and minutes, rounded down to the minute; a stretch shorter than that shows as under a minute and
/// never as none.
fn hours(us: u64) -> String {
    let minutes = us / 60_000_000;
    if us > 0 && minutes == 0 { "<1m".to_owned() } else { format!("{}h{:02}m", minutes / 60, minutes % 60) }
}

fn findings(report: &Report, zone: &Zone, out: &mut String) -> fmt::Result {
    writeln!(out, "\nFINDINGS")?;
    if report.findings.is_empty() {
        writeln!(out, "  None under the rules that were checked.")?;
    }
    for severity in Severity::ALL {
        let of_severity: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.severity == severity).collect();
        if of_severity.is_empty() {
            continue;
        }
        writeln!(out, "\n  {} ({})", severity.name().to_uppercase(), of_severity.len())?;
        of_severity.into_iter().try_for_each(|each| finding(each, zone, out))?;
    }
    if report.findings_not_kept > 0 {
        writeln!(out, "\n  AND {} MORE, which were counted and not kept.", report.findings_not_kept)?;
    }
    Ok(())
}

pub(super) fn finding(finding: &Finding, zone: &Zone, out: &mut String) -> fmt::Result {
    writeln!(out, "  [{}] {}", finding.rule, plain(&finding.sentence))?;
    list(out, "entries", &finding.indices)?;
    if let Some(interval) = finding.interval {
        writeln!(out, "        from: {}", zone.utc_and_local(interval.from_us))?;
        writeln!(out, "        to:   {}", zone.utc_and_local(interval.to_us))?;
    }
    list(out, "exhibits", &finding.exhibits)?;
    list(out, "devices", &finding.devices)?;
    list(out, "compartments", &finding.compartments)?;
    list(out, "people", &finding.people)?;
    list(out, "cameras", &finding.cameras)?;
    let beside = |beside: &Beside| format!("{} in entry {}", beside.what.name(), beside.index);
    list(out, "said later", &finding.beside.iter().map(beside).collect::<Vec<_>>())?;
    writeln!(out, "        remedy: {}", plain(&finding.remedy))
}

/// A sentence whose quotation marks stay and whose unprintable characters are escaped.
pub(crate) fn plain(sentence: &str) -> String {
    let escape = |character: char| match character {
        '\'' | '"' | '\\' => String::from(character),
        other => other.escape_debug().collect(),
    };
    sentence.chars().map(escape).collect()
}

fn list<T: fmt::Display>(out: &mut String, what: &str, values: &[T]) -> fmt::Result {
    if values.is_empty() {
        return Ok(());
    }
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    writeln!(out, "        {what}: {}", values.join(", "))
}

fn rules(report: &Report, out: &mut String) -> fmt::Result {
    writeln!(out, "\nRULES")?;
    for check in &report.rules {
        match &check.checked {
            Ok(against) => writeln!(out, "  {} checked {against}", check.rule)?,
            Err(why) => {
                let required = if report.requires(check.rule) { " (REQUIRED)" } else { "" };
                writeln!(out, "  {} NOT CHECKED{required}: {}", check.rule, why.0)?;
            }
        }
    }
    Ok(())
}
