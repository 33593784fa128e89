//! What is about the whole case: findings, openings, footage, reliability, the redaction register, words.

use super::markup::Markup;
use super::table::{Written, anchor, lines, numbers, table, text, time, write_time, written};
use crate::model::{Condition, Finding, Footage, Opening, Redaction, Report};

/// Findings, each with who could give evidence about it.
pub(super) fn write_findings(markup: &mut Markup, report: &Report) {
    let count = report.findings.len();
    let note = match count {
        0 => "None under the rules that were checked.".to_owned(),
        1 => "1 finding, which cannot be left out.".to_owned(),
        _ => format!("{count} findings, gravest first. None can be left out of a report."),
    };
    markup.element("p", &[], &note);
    report.findings.iter().for_each(|finding| write_finding(markup, finding));
}

fn write_finding(markup: &mut Markup, finding: &Finding) {
    let id = format!("finding-{}", finding.number);
    markup.line();
    markup.within("article", &[("id", &id)], |markup| {
        let head = format!("{}. {} ({})", finding.number, finding.rule, finding.severity);
        markup.element("h3", &[], &head);
        markup.element("p", &[], &finding.sentence);
        markup.within("dl", &[("class", "pairs")], |markup| {
            if let (Some(from), Some(to)) = (&finding.from, &finding.to) {
                markup.element("dt", &[], "From");
                markup.within("dd", &[], |markup| write_time(markup, from));
                markup.element("dt", &[], "To");
                markup.within("dd", &[], |markup| write_time(markup, to));
            }
            let pairs = [
                ("The rule", finding.demands.to_owned()),
                ("Exhibits", numbers(&finding.exhibits)),
                ("Concerns", numbers(&finding.concerns)),
                ("Entries that prove it", numbers(&finding.indices)),
                ("Said of it later", numbers(&finding.said_later)),
                ("What would resolve it", finding.remedy.clone()),
            ];
            for (term, value) in pairs {
                markup.element("dt", &[], term);
                markup.element("dd", &[], &value);
            }
            markup.element("dt", &[], "Who could give evidence");
            finding.witnesses.iter().for_each(|witness| markup.element("dd", &[], witness));
        });
    });
}

/// Openings of compartments.
pub(super) fn write_openings(markup: &mut Markup, openings: &[Opening]) {
    table(
        markup,
        "Openings of compartments while an exhibit of the case lay inside",
        &["No.", "Compartment", "Opened", "Closed", "Who", "What", "Close counter", "Entries"],
        openings.iter().map(opening),
        "No opening is on record.",
    );
}

fn opening(opening: &Opening) -> Vec<Written<'_>> {
    vec![
        anchor("opening", opening.number),
        text(opening.compartment.as_str()),
        time(&opening.from),
        match &opening.to {
            Some(to) => time(to),
            None => text("stands open on record"),
        },
        text(opening.who.as_str()),
        text(opening.what.as_str()),
        text(opening.close_counter.map_or_else(|| "not told".to_owned(), |count| count.to_string())),
        text(numbers(&opening.indices)),
    ]
}

/// What cameras hold.
pub(super) fn write_footage(markup: &mut Markup, footage: &[Footage]) {
    table(
        markup,
        "CCTV schedule",
        &[
            "No.",
            "Camera",
            "About",
            "Window",
            "Recorded",
            "Holes",
            "Recorder's clock",
            "Fate",
            "Signed video",
        ],
        footage.iter().map(window),
        "No camera was assigned to a window by any survey, or there was no window.",
    );
    let with_segments = footage.iter().filter(|footage| !footage.segments.is_empty());
    table(
        markup,
        "Segments that each window rests on",
        &["No.", "SHA-256 of each segment"],
        with_segments.map(|footage| {
            vec![text(footage.number.to_string()), written(|markup| hashes(markup, &footage.segments))]
        }),
        "No segment was committed to.",
    );
}

fn hashes(markup: &mut Markup, segments: &[String]) {
    markup.within("ul", &[], |markup| {
        for segment in segments {
            markup.within("li", &[], |markup| markup.element("code", &[], segment));
        }
    });
}

fn window(footage: &Footage) -> Vec<Written<'_>> {
    vec![
        anchor("window", footage.number),
        text(footage.camera.as_str()),
        text(footage.about.as_str()),
        Box::new(|markup| {
            write_time(markup, &footage.from);
            markup.text("to ");
            write_time(markup, &footage.to);
        }),
        text(format!("{} %", footage.percent)),
        lines(&footage.holes),
        text(footage.clock.as_str()),
        text(footage.fate.as_str()),
        text(footage.signed.as_str()),
    ]
}

/// What devices said of themselves.
pub(super) fn write_reliability(markup: &mut Markup, reliability: &[Condition]) {
    table(
        markup,
        "What devices said of their own condition",
        &["Entry", "Device", "When", "What"],
        reliability.iter().map(|condition| {
            vec![
                text(condition.index.to_string()),
                text(condition.device.as_str()),
                time(&condition.at),
                text(condition.what.as_str()),
            ]
        }),
        "No device of this bundle said anything of its condition.",
    );
}

/// What is not disclosed.
pub(super) fn write_register(markup: &mut Markup, register: &[Redaction]) {
    table(
        markup,
        "Fields that are withheld, erased or missing",
        &["No.", "Entry", "Field", "What became of it", "Commitment"],
        register.iter().map(redaction),
        "Every committed field of this bundle is disclosed.",
    );
}

fn redaction(line: &Redaction) -> Vec<Written<'_>> {
    vec![
        text(line.number.to_string()),
        text(line.index.to_string()),
        text(line.field.as_str()),
        text(line.fate.words()),
        Box::new(|markup| markup.element("code", &[], &line.commitment)),
    ]
}

/// What is never asserted, and what words mean.
pub(super) fn write_words(markup: &mut Markup, report: &Report) {
    markup.within("dl", &[("class", "pairs")], |markup| {
        for term in &report.glossary {
            markup.element("dt", &[], term.word);
            markup.element("dd", &[], term.meaning);
        }
    });
}
