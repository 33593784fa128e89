//! One exhibit's pages: the answer, the picture, its time, its legs, its seals, and where to read on.

use super::markup::Markup;
use super::picture::write_picture;
use super::table::{
    Written, lines, table, text, time, write_cell, write_class, write_references, write_time,
};
use super::verdict::write_verdict;
use crate::model::{Cell, Exhibit, Instant, Leg, Record, Seal, Stretch};

/// Writes the section of the exhibit with this number in the report.
pub(super) fn write_exhibit(markup: &mut Markup, exhibit: &Exhibit, number: usize) {
    let (id, head) = (format!("exhibit-{number}"), format!("exhibit-{number}-head"));
    let name = format!("exhibit {}", exhibit.name);
    markup.within("section", &[("class", "page"), ("id", &id), ("aria-labelledby", &head)], |markup| {
        markup.element("h2", &[("id", &head)], &format!("Exhibit {}", exhibit.name));
        markup.line();
        markup.within("p", &[("class", "answer")], |markup| {
            write_verdict(markup, exhibit.verdict);
            markup.text(" ");
            markup.text(&exhibit.answer);
        });
        pairs(markup, exhibit);
        write_picture(markup, &exhibit.picture, number, &name);
        let of = |what: &str| format!("{what} of {name}");
        markup.element("h3", &[], "Its time, stretch by stretch");
        table(
            markup,
            &of("Stretches"),
            &["Standing", "From", "To", "Length", "Who had it", "Why it stands no better"],
            exhibit.stretches.iter().map(stretch),
            "No time is on record.",
        );
        markup.element("h3", &[], "Custody legs");
        table(
            markup,
            &of("Custody legs"),
            &["No.", "Who had it", "Received", "Where", "Passed", "Seal", "Second person", "Entries"],
            (1..).zip(&exhibit.legs).map(|(number, one)| leg(number, one)),
            "No leg is on record.",
        );
        markup.element("h3", &[], "Seals");
        table(
            markup,
            &of("Seals"),
            &["Seal", "What was done or seen", "When", "Entry"],
            exhibit.seals.iter().map(seal),
            "No seal is on record.",
        );
        markup.element("h3", &[], "Everything on record about it");
        table(
            markup,
            &of("Entries"),
            &["Entry", "When", "What", "By whose word", "Device", "Fields"],
            exhibit.chronicle.iter().map(record),
            "No entry names it.",
        );
    });
    markup.line();
}

fn pairs(markup: &mut Markup, exhibit: &Exhibit) {
    markup.within("dl", &[("class", "pairs")], |markup| {
        for (term, value) in [
            ("Reference", exhibit.reference.words()),
            ("Description", exhibit.description.words()),
            ("Category", &exhibit.category),
            ("To be produced by", exhibit.producer.words()),
            ("Id", &exhibit.id),
            ("Different handlers", &exhibit.handlers.to_string()),
        ] {
            markup.element("dt", &[], term);
            markup.element("dd", &[], value);
        }
        for (term, what, numbers) in [
            ("Findings about it", "finding", &exhibit.findings),
            ("Openings while it lay inside", "opening", &exhibit.openings),
            ("Footage", "window", &exhibit.footage),
        ] {
            markup.element("dt", &[], term);
            markup.within("dd", &[], |markup| write_references(markup, what, numbers));
        }
    });
    markup.line();
}

fn stretch(stretch: &Stretch) -> Vec<Written<'_>> {
    vec![
        Box::new(|markup| write_verdict(markup, stretch.standing)),
        time(&stretch.from),
        time(&stretch.to),
        text(stretch.long.as_str()),
        text(stretch.holder.as_str()),
        lines(&stretch.reasons),
    ]
}

fn leg(number: usize, leg: &Leg) -> Vec<Written<'_>> {
    vec![
        text(number.to_string()),
        Box::new(|markup| write_cell(markup, &leg.holder)),
        Box::new(|markup| {
            end(markup, "from", leg.received_from.as_ref(), Some(&leg.received), Some(leg.received_class));
        }),
        Box::new(|markup| optional(markup, leg.place.as_ref(), "not on record")),
        Box::new(|markup| match &leg.passed {
            Some(_) => end(markup, "to", leg.passed_to.as_ref(), leg.passed.as_ref(), leg.passed_class),
            None => markup.text("has not ended"),
        }),
        Box::new(|markup| {
            markup.text("in: ");
            optional(markup, leg.seal_in.as_ref(), "none declared");
            markup.void("br", &[]);
            markup.text("out: ");
            optional(markup, leg.seal_out.as_ref(), "none declared");
        }),
        Box::new(|markup| optional(markup, leg.witness.as_ref(), "none")),
        text(match leg.ends_index {
            Some(ends) => format!("{}, {ends}", leg.begins_index),
            None => leg.begins_index.to_string(),
        }),
    ]
}

fn end(
    markup: &mut Markup,
    way: &str,
    who: Option<&Cell>,
    when: Option<&Instant>,
    class: Option<&'static str>,
) {
    markup.text(&format!("{way} "));
    optional(markup, who, "nobody on record");
    if let Some(when) = when {
        write_time(markup, when);
    }
    if let Some(class) = class {
        write_class(markup, class);
    }
}

fn optional(markup: &mut Markup, cell: Option<&Cell>, none: &str) {
    match cell {
        Some(cell) => write_cell(markup, cell),
        None => markup.text(none),
    }
}

fn seal(seal: &Seal) -> Vec<Written<'_>> {
    vec![
        Box::new(|markup| {
            markup.text(seal.seal.as_deref().unwrap_or("no seal"));
            markup.text(" ");
            write_class(markup, "declared");
        }),
        text(seal.how.as_str()),
        time(&seal.at),
        text(seal.index.to_string()),
    ]
}

fn record(record: &Record) -> Vec<Written<'_>> {
    vec![
        text(record.index.to_string()),
        Box::new(|markup| {
            write_time(markup, &record.at);
            if let Some((from, to)) = &record.occurred {
                markup.text("said to have happened from ");
                write_time(markup, from);
                markup.text("to ");
                write_time(markup, to);
            }
        }),
        text(record.what.as_str()),
        lines(&record.by),
        text(record.device.as_str()),
        Box::new(|markup| match record.fields.as_slice() {
            [] => markup.text("none"),
            fields => markup.within("ul", &[], |markup| {
                for (name, value) in fields {
                    markup.element("li", &[], &format!("{name}: {}", value.words()));
                }
            }),
        }),
    ]
}
