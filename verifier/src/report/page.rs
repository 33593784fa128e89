//! The page of one exhibit: the answer in interval arithmetic, the legs, the seals, and what was found.

use std::fmt::{self, Write as _};

use civil_time::Zone;
use custody::fact::Interval;
use custody::finding::Finding;
use custody::verdict::{Class, Holder, Leg, Moment, SealStep, Standing, Stretch, Verdict};

use super::human;
use super::json::holder;

/// The answer page of one exhibit, as plain text.
pub fn page(verdict: &Verdict, findings: &[Finding], zone: &Zone) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_page(verdict, findings, zone, &mut out);
    out
}

fn write_page(verdict: &Verdict, findings: &[Finding], zone: &Zone, out: &mut String) -> fmt::Result {
    writeln!(out, "\nEXHIBIT {}", verdict.exhibit)?;
    answer(verdict, out)?;
    stretches(&verdict.stretches, zone, out)?;
    legs(&verdict.legs, zone, out)?;
    seals(&verdict.seals, out)?;
    let concerns = |finding: &&Finding| finding.exhibits.contains(&verdict.exhibit);
    let of_this: Vec<&Finding> = findings.iter().filter(concerns).collect();
    writeln!(out, "  Findings about it: {}", of_this.len())?;
    of_this.into_iter().try_for_each(|finding| human::finding(finding, zone, out))
}

/// "PROVEN 47 h 12 min of 47 h 15 min": the parts add up to the whole.
fn answer(verdict: &Verdict, out: &mut String) -> fmt::Result {
    let whole_us = Standing::ALL.iter().map(|standing| verdict.duration_us(*standing)).sum();
    let of_whole = span(whole_us);
    for standing in Standing::ALL {
        let us = verdict.duration_us(standing);
        if us > 0 || standing == Standing::Proven {
            writeln!(out, "  {:<12} {} of {of_whole}", standing.name(), span(us))?;
        }
    }
    Ok(())
}

fn stretches(stretches: &[Stretch], zone: &Zone, out: &mut String) -> fmt::Result {
    writeln!(out, "  Its time, stretch by stretch:")?;
    for stretch in stretches {
        let Interval { from_us, to_us } = stretch.interval;
        writeln!(out, "    {:<12} {}", stretch.standing.name(), holder(stretch.holder))?;
        writeln!(out, "        from {}", zone.utc_and_local(from_us))?;
        writeln!(out, "        to   {}", zone.utc_and_local(to_us))?;
        for reason in &stretch.reasons {
            writeln!(out, "        {}", human::plain(reason))?;
        }
    }
    Ok(())
}

fn legs(legs: &[Leg], zone: &Zone, out: &mut String) -> fmt::Result {
    writeln!(out, "  Custody legs ((o) observed by a device, (d) declared by a person):")?;
    for (number, leg) in (1..).zip(legs) {
        writeln!(out, "    {number}. {} ({})", holder(leg.holder), letter(leg.classes.holder))?;
        let from = leg.received_from.map_or_else(|| "nobody on record".to_owned(), holder);
        let is_from_door = class_of(leg.received_from, leg.classes.begins);
        writeln!(
            out,
            "       received from {from} ({}), {}",
            letter(is_from_door),
            moment(leg.begins, leg.classes.begins, zone)
        )?;
        match (leg.ends, leg.classes.ends) {
            (Some(ends), Some(class)) => {
                let to = leg.passed_to.map_or_else(|| "nobody on record".to_owned(), holder);
                let is_to_door = class_of(leg.passed_to, class);
                writeln!(
                    out,
                    "       passed to {to} ({}), {}",
                    letter(is_to_door),
                    moment(ends, class, zone)
                )?;
            }
            _ => writeln!(out, "       has not ended")?,
        }
        let seal =
            |seal: &Option<String>| seal.as_deref().map_or_else(|| "none declared".to_owned(), human::plain);
        writeln!(out, "       seal in {} (d), out {} (d)", seal(&leg.seal_in), seal(&leg.seal_out))?;
        if let Some(second) = leg.second_person {
            writeln!(out, "       second person {second} (d)")?;
        }
    }
    Ok(())
}

fn seals(steps: &[SealStep], out: &mut String) -> fmt::Result {
    if steps.is_empty() {
        return Ok(());
    }
    let step = |step: &SealStep| {
        let seal = step.seal.as_deref().map_or_else(|| "no seal".to_owned(), human::plain);
        format!("{seal} {} (entry {})", step.how, step.index)
    };
    writeln!(out, "  Seals: {}", steps.iter().map(step).collect::<Vec<_>>().join(" -> "))
}

/// A compartment is observed where its own device says so; whoever else gave or took is declared.
fn class_of(holder: Option<Holder>, moment: Class) -> Class {
    match holder {
        Some(Holder::Compartment(_)) => moment,
        _ => Class::Declared,
    }
}

fn moment(moment: Moment, class: Class, zone: &Zone) -> String {
    let Moment { index, wall_us, error_us } = moment;
    format!(
        "{} ± {} ms ({}), entry {index}",
        zone.utc_and_local(wall_us),
        error_us.div_ceil(1_000),
        letter(class)
    )
}

fn letter(class: Class) -> &'static str {
    match class {
        Class::Observed => "o",
        Class::Declared => "d",
        Class::Derived => "derived",
        Class::Imported => "imported",
    }
}

/// Hours, minutes and seconds, rounded down to the millisecond.
fn span(us: u64) -> String {
    let (ms, s) = (us / 1_000 % 1_000, us / 1_000_000);
    format!("{} h {:02} min {:02}.{ms:03} s", s / 3_600, s / 60 % 60, s % 60)
}
