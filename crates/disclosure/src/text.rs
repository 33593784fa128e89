//! The report as plain text, for a terminal.

mod exhibit;

mod lists;

use std::fmt::{self, Write as _};

use crate::model::{Cover, Instant, Report};
use crate::quote::plain;

/// The whole report with a final newline. No character of what it quotes can end a line or move a cursor.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &Report, out: &mut String) -> fmt::Result {
    cover(&report.cover, out)?;
    answers(report, out)?;
    writeln!(out, "\nWHAT WAS CHECKED")?;
    let standing = &report.standing;
    writeln!(out, "  {}", plain(&standing.completeness))?;
    bullets(out, &standing.checked)?;
    writeln!(out, "  What this bundle alone cannot show:")?;
    bullets(out, &standing.rests_on_audit)?;
    writeln!(out, "  Who cosigned the checkpoint:")?;
    bullets(out, &standing.cosigned)?;
    report.exhibits.iter().try_for_each(|one| exhibit::write_exhibit(one, out))?;
    lists::write_findings(&report.findings, out)?;
    lists::write_openings(&report.openings, out)?;
    lists::write_footage(&report.footage, out)?;
    lists::write_reliability(&report.reliability, out)?;
    lists::write_register(&report.register, out)?;
    writeln!(out, "\nNOT ASSERTED\n  No report of this kind shows:")?;
    bullets(out, &report.not_asserted)?;
    writeln!(out, "\nWORDS")?;
    report.glossary.iter().try_for_each(|term| writeln!(out, "  {:<18} {}", term.word, term.meaning))
}

fn cover(cover: &Cover, out: &mut String) -> fmt::Result {
    writeln!(out, "CONTINUITY REPORT")?;
    writeln!(out, "  {}\n", cover.caution)?;
    let reference = cover.case_reference.as_ref().map_or("none registered", |reference| reference.words());
    pair(out, "case", &format!("{reference}, id {}", cover.case.as_deref().unwrap_or("not asked for")))?;
    pair(out, "made for", &format!("{} (profile {})", cover.recipient.words(), cover.profile))?;
    pair(out, "asked for", &instant(&cover.requested))?;
    pair(out, "complete to", &instant(&cover.complete_to))?;
    if let Some((from, to)) = &cover.period {
        pair(out, "says of", &instant(from))?;
        pair(out, "to", &instant(to))?;
    }
    pair(out, "ledger", &cover.origin)?;
    pair(out, "size", &format!("{} entries under its checkpoint", cover.size))?;
    pair(out, "root", &cover.root)?;
    pair(out, "policy", &cover.policy)?;
    pair(out, "times", &cover.zone)?;
    pair(out, "computed by", &cover.program)
}

fn answers(report: &Report, out: &mut String) -> fmt::Result {
    writeln!(out, "\nANSWERS")?;
    for exhibit in &report.exhibits {
        writeln!(out, "  {:<12} {}", exhibit.verdict, plain(&exhibit.name))?;
        writeln!(out, "               {}", plain(&exhibit.answer))?;
    }
    Ok(())
}

fn pair(out: &mut String, name: &str, value: &str) -> fmt::Result {
    writeln!(out, "  {name:<12} {}", plain(value))
}

fn bullets(out: &mut String, sentences: &[String]) -> fmt::Result {
    if sentences.is_empty() {
        return writeln!(out, "  - nothing");
    }
    sentences.iter().try_for_each(|sentence| writeln!(out, "  - {}", plain(sentence)))
}

/// UTC, what the clock may err by, and the civil time.
fn instant(instant: &Instant) -> String {
    let error = if instant.error.is_empty() { String::new() } else { format!(" {}", instant.error) };
    format!("{}{error} = {}", instant.utc, plain(&instant.local))
}

/// A line of a list, where there is anything to list.
fn list<T: ToString>(out: &mut String, name: &str, values: &[T]) -> fmt::Result {
    if values.is_empty() {
        return Ok(());
    }
    let values: Vec<String> = values.iter().map(|value| plain(&value.to_string())).collect();
    writeln!(out, "      {name}: {}", values.join(", "))
}
