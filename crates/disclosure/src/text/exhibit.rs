//! The page of one exhibit.

use std::fmt::{self, Write as _};

use super::{instant, list, pair};
use crate::model::{Cell, Exhibit, Leg, Record};
use crate::quote::plain;

pub(super) fn write_exhibit(exhibit: &Exhibit, out: &mut String) -> fmt::Result {
    writeln!(out, "\nEXHIBIT {}", plain(&exhibit.name))?;
    writeln!(out, "  {}: {}", exhibit.verdict, plain(&exhibit.answer))?;
    pair(out, "reference", exhibit.reference.words())?;
    pair(out, "description", exhibit.description.words())?;
    pair(out, "category", &exhibit.category)?;
    pair(out, "producer", exhibit.producer.words())?;
    pair(out, "id", &exhibit.id)?;
    pair(out, "handlers", &exhibit.handlers.to_string())?;
    writeln!(out, "  Its time, stretch by stretch:")?;
    for stretch in &exhibit.stretches {
        writeln!(out, "    {:<12} {}, {}", stretch.standing, stretch.long, plain(&stretch.holder))?;
        writeln!(out, "      from {}", instant(&stretch.from))?;
        writeln!(out, "      to   {}", instant(&stretch.to))?;
        stretch.reasons.iter().try_for_each(|reason| writeln!(out, "      {}", plain(reason)))?;
    }
    writeln!(out, "  Custody legs:")?;
    (1..).zip(&exhibit.legs).try_for_each(|(number, one)| leg(number, one, out))?;
    if !exhibit.seals.is_empty() {
        writeln!(out, "  Seals, declared:")?;
    }
    for seal in &exhibit.seals {
        let number = seal.seal.as_deref().unwrap_or("no seal");
        writeln!(out, "    {} {}, {} (entry {})", plain(number), seal.how, instant(&seal.at), seal.index)?;
    }
    writeln!(out, "  Everything on record about it:")?;
    exhibit.chronicle.iter().try_for_each(|one| record(one, out))?;
    list(out, "findings", &exhibit.findings)?;
    list(out, "openings", &exhibit.openings)?;
    list(out, "footage", &exhibit.footage)
}

fn leg(number: usize, leg: &Leg, out: &mut String) -> fmt::Result {
    writeln!(out, "    {number}. {}", cell(Some(&leg.holder)))?;
    writeln!(
        out,
        "       received from {}, {} ({})",
        cell(leg.received_from.as_ref()),
        instant(&leg.received),
        leg.received_class
    )?;
    if let Some(place) = &leg.place {
        writeln!(out, "       where: {}", cell(Some(place)))?;
    }
    match (&leg.passed, leg.passed_class) {
        (Some(passed), Some(class)) => {
            writeln!(
                out,
                "       passed to {}, {} ({class})",
                cell(leg.passed_to.as_ref()),
                instant(passed)
            )?;
        }
        _ => writeln!(out, "       has not ended")?,
    }
    writeln!(out, "       seal in {}, out {}", cell(leg.seal_in.as_ref()), cell(leg.seal_out.as_ref()))?;
    if let Some(witness) = &leg.witness {
        writeln!(out, "       second person {}", cell(Some(witness)))?;
    }
    let ends = leg.ends_index.map_or(String::new(), |index| format!(", {index}"));
    writeln!(out, "       entries {}{ends}", leg.begins_index)
}

fn record(record: &Record, out: &mut String) -> fmt::Result {
    writeln!(out, "    entry {:<6} {}, {}", record.index, record.what, instant(&record.at))?;
    if let Some((from, to)) = &record.occurred {
        writeln!(out, "      said to have happened from {} to {}", from.utc, to.utc)?;
    }
    list(out, "by the word of", &record.by)?;
    writeln!(out, "      signed by {}", record.device)?;
    let field = |(name, value): &(String, crate::model::Text)| format!("{name}: {}", value.words());
    record.fields.iter().try_for_each(|one| writeln!(out, "      {}", plain(&field(one))))
}

/// Its text and where it comes from.
fn cell(cell: Option<&Cell>) -> String {
    match cell {
        Some(cell) => format!("{} ({})", plain(&cell.text), cell.class),
        None => "none on record".to_owned(),
    }
}
