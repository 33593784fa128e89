//! What was found out, in plain words: first what is concluded, on what it rests and who vouches for it, then the report.

use std::fmt::{self, Write as _};

use custody::severity::Severity;

use super::Checked;
use crate::report::{Outcome, plain};

/// The outcome in plain words, with a final newline.
pub fn text(checked: &Checked) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write(checked, &mut out);
    out
}

fn write(checked: &Checked, out: &mut String) -> fmt::Result {
    writeln!(out, "CHECK OF A DISCLOSURE BUNDLE (verifier {})", env!("CARGO_PKG_VERSION"))?;
    if let Some(why) = &checked.could_not_check {
        return writeln!(out, "\nNOTHING COULD BE CHECKED: {}.", plain(why));
    }
    let graver = checked.findings.iter().filter(|finding| finding.severity > Severity::Information).count();
    match checked.outcome() {
        Outcome::Verified => writeln!(
            out,
            "\nEverything in the bundle was checked, and nothing graver than information was found."
        )?,
        Outcome::Findings => writeln!(
            out,
            "\nEverything in the bundle was checked. Findings graver than information: {graver}."
        )?,
        Outcome::NotChecked => writeln!(
            out,
            "\nNOT EVERYTHING THAT HAD TO BE CHECKED COULD BE. Findings graver than information: {graver}, and there may be more."
        )?,
    }
    section(out, "COMPLETENESS", std::iter::once(&checked.completeness))?;
    section(out, "WHAT WAS CHECKED", &checked.checked)?;
    section(out, "WHAT COULD NOT BE CHECKED", &checked.not_checked)?;
    section(out, "WHAT RESTS ON AN AUDIT OF THE WHOLE LEDGER", &checked.rests_on_audit)?;
    let cosigned = checked.cosigned.iter().map(|line| {
        let at = custody::instant::utc(line.time_s.saturating_mul(1_000_000));
        format!("{} {} cosigned the checkpoint at {at} by its own clock.", line.role.name(), line.name)
    });
    let cosigned: Vec<String> = cosigned.collect();
    if cosigned.is_empty() {
        section(
            out,
            "WHO VOUCHES FOR IT",
            ["The ledger's operator alone: no witness and no auditor of the trust file.".to_owned()].iter(),
        )?;
    } else {
        section(out, "WHO VOUCHES FOR IT", &cosigned)?;
    }
    if let Some(report) = &checked.report {
        writeln!(out)?;
        out.push_str(&disclosure::text::text(report));
    }
    writeln!(out, "\nFINDINGS OF THIS CHECK")?;
    if checked.findings.is_empty() {
        writeln!(out, "  None.")?;
    }
    for finding in &checked.findings {
        writeln!(out, "  [{}] {}: {}", finding.rule, finding.severity, plain(&finding.sentence))?;
        writeln!(out, "        remedy: {}", plain(&finding.remedy))?;
    }
    if checked.findings_not_kept > 0 {
        writeln!(out, "  AND {} MORE, which were counted and not kept.", checked.findings_not_kept)?;
    }
    Ok(())
}

fn section<'a>(
    out: &mut String,
    title: &str,
    sentences: impl IntoIterator<Item = &'a String>,
) -> fmt::Result {
    let mut sentences = sentences.into_iter().peekable();
    if sentences.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    sentences.try_for_each(|sentence| writeln!(out, "  - {}", plain(sentence)))
}
