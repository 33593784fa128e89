//! What is about the whole case.

use std::fmt::{self, Write as _};

use super::{instant, list};
use crate::model::{Condition, Finding, Footage, Opening, Redaction};
use crate::quote::plain;

pub(super) fn write_findings(findings: &[Finding], out: &mut String) -> fmt::Result {
    writeln!(out, "\nFINDINGS ({})", findings.len())?;
    for finding in findings {
        let head = format!("{}. {} ({})", finding.number, finding.rule, finding.severity);
        writeln!(out, "  {head} {}", plain(&finding.sentence))?;
        writeln!(out, "      rule: {}", finding.demands)?;
        if let (Some(from), Some(to)) = (&finding.from, &finding.to) {
            writeln!(out, "      from {}", instant(from))?;
            writeln!(out, "      to   {}", instant(to))?;
        }
        list(out, "exhibits", &finding.exhibits)?;
        list(out, "concerns", &finding.concerns)?;
        list(out, "entries", &finding.indices)?;
        list(out, "said later", &finding.said_later)?;
        list(out, "who could give evidence", &finding.witnesses)?;
        writeln!(out, "      remedy: {}", plain(&finding.remedy))?;
    }
    Ok(())
}

pub(super) fn write_openings(openings: &[Opening], out: &mut String) -> fmt::Result {
    writeln!(out, "\nOPENINGS WHILE AN EXHIBIT OF THE CASE LAY INSIDE ({})", openings.len())?;
    for opening in openings {
        writeln!(out, "  {}. {}: {}", opening.number, plain(&opening.compartment), plain(&opening.what))?;
        writeln!(out, "      opened {}", instant(&opening.from))?;
        match &opening.to {
            Some(to) => writeln!(out, "      closed {}", instant(to))?,
            None => writeln!(out, "      stands open on record")?,
        }
        writeln!(out, "      who: {}", plain(&opening.who))?;
        if let Some(count) = opening.close_counter {
            writeln!(out, "      close counter: {count}")?;
        }
        list(out, "entries", &opening.indices)?;
    }
    Ok(())
}

pub(super) fn write_footage(footage: &[Footage], out: &mut String) -> fmt::Result {
    writeln!(out, "\nCCTV ({})", footage.len())?;
    for window in footage {
        writeln!(out, "  {}. {}: {} % recorded", window.number, plain(&window.camera), window.percent)?;
        writeln!(out, "      about {}", plain(&window.about))?;
        writeln!(out, "      from {}", instant(&window.from))?;
        writeln!(out, "      to   {}", instant(&window.to))?;
        window.holes.iter().try_for_each(|hole| writeln!(out, "      hole of {}", plain(hole)))?;
        writeln!(out, "      recorder's clock: {}", plain(&window.clock))?;
        writeln!(out, "      fate: {}", plain(&window.fate))?;
        writeln!(out, "      signed video: {}", plain(&window.signed))?;
        list(out, "segments", &window.segments)?;
    }
    Ok(())
}

pub(super) fn write_reliability(reliability: &[Condition], out: &mut String) -> fmt::Result {
    writeln!(out, "\nRELIABILITY OF THE DEVICES ({})", reliability.len())?;
    for condition in reliability {
        let (device, what) = (plain(&condition.device), plain(&condition.what));
        writeln!(out, "  entry {:<6} {device}: {what}", condition.index)?;
        writeln!(out, "      {}", instant(&condition.at))?;
    }
    Ok(())
}

pub(super) fn write_register(register: &[Redaction], out: &mut String) -> fmt::Result {
    writeln!(out, "\nREDACTION REGISTER ({})", register.len())?;
    for line in register {
        let (field, fate) = (plain(&line.field), plain(line.fate.words()));
        writeln!(out, "  {}. entry {}, {field}: {fate}", line.number, line.index)?;
        writeln!(out, "      {}", line.commitment)?;
    }
    Ok(())
}
