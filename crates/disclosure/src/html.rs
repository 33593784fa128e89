//! The report as one page of HTML: no script, nothing from elsewhere, readable on paper, by ear and on a narrow screen.

mod markup;

mod table;

mod verdict;

mod picture;

mod exhibit;

mod lists;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::exhibit::write_exhibit;
use self::markup::Markup;
use self::table::{table, text, write_references, write_time, written};
use self::verdict::write_verdict;
use crate::model::{Checks, Cover, Report};
use crate::profile::Profile;

/// Where drafts are, for those who have them.
const DRAFTS: &str = "Drafts of statements and rows of schedules lie beside this report in the folder drafts, candidates for \
    the sensitive schedule in the folder sensitive. None of them is part of this report.";

const STYLE: &str = include_str!("html/style.css");

/// The whole page. The same report gives the same bytes.
pub fn html(report: &Report) -> String {
    let mut markup = Markup::default();
    markup.own("<!DOCTYPE html>\n");
    markup.within("html", &[("lang", "en-GB")], |markup| {
        markup.within("head", &[], |markup| head(markup, report));
        markup.line();
        markup.within("body", &[], |markup| body(markup, report));
    });
    markup.line();
    markup.finish()
}

/// Nothing may be loaded or run; the one style is named by its hash.
fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn head(markup: &mut Markup, report: &Report) {
    markup.void("meta", &[("charset", "utf-8")]);
    markup.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy())]);
    markup.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    markup.void("meta", &[("name", "referrer"), ("content", "no-referrer")]);
    markup.element("title", &[], &title(&report.cover));
    markup.within("style", &[], |markup| markup.own(STYLE));
}

fn title(cover: &Cover) -> String {
    match cover.case_reference.as_ref().and_then(|reference| reference.value()) {
        Some(reference) => format!("Continuity report, case {reference}"),
        None => "Continuity report".to_owned(),
    }
}

fn body(markup: &mut Markup, report: &Report) {
    markup.element("a", &[("class", "skip"), ("href", "#answers")], "To the answers");
    markup.within("header", &[], |markup| write_cover(markup, &report.cover));
    markup.line();
    markup.within("main", &[], |markup| {
        write_answers(markup, report);
        contents(markup, report);
        section(markup, "checks", "What was checked", |markup| write_checks(markup, &report.standing));
        section(markup, "not-asserted", "Not asserted", |markup| {
            markup.element("p", &[], "No report of this kind shows:");
            bullets(markup, &report.not_asserted);
        });
        for (number, exhibit) in (1..).zip(&report.exhibits) {
            write_exhibit(markup, exhibit, number);
        }
        section(markup, "findings", "Findings", |markup| lists::write_findings(markup, report));
        section(markup, "openings", "Openings", |markup| lists::write_openings(markup, &report.openings));
        section(markup, "footage", "CCTV", |markup| lists::write_footage(markup, &report.footage));
        section(markup, "reliability", "Reliability of the devices", |markup| {
            lists::write_reliability(markup, &report.reliability);
        });
        section(markup, "register", "Redaction register", |markup| {
            lists::write_register(markup, &report.register);
        });
        section(markup, "words", "Words used here", |markup| lists::write_words(markup, report));
    });
    markup.line();
    markup.within("footer", &[], |markup| {
        markup.element(
            "p",
            &[("class", "faint")],
            &format!("Form {}, {}.", report.form, report.cover.program),
        );
    });
    markup.line();
}

/// The sections by anchor and name; exhibits come after the first two.
const SECTIONS: [(&str, &str); 8] = [
    ("checks", "What was checked"),
    ("not-asserted", "Not asserted"),
    ("findings", "Findings"),
    ("openings", "Openings"),
    ("footage", "CCTV"),
    ("reliability", "Reliability of the devices"),
    ("register", "Redaction register"),
    ("words", "Words used here"),
];

fn contents(markup: &mut Markup, report: &Report) {
    let exhibits = (1..).zip(&report.exhibits).map(|(number, exhibit): (usize, _)| {
        (format!("#exhibit-{number}"), format!("Exhibit {}", exhibit.name))
    });
    let (checks, later) = SECTIONS.split_at(2);
    let named = |part: &[(&str, &str)]| -> Vec<(String, String)> {
        part.iter().map(|(id, name)| (format!("#{id}"), (*name).to_owned())).collect()
    };
    let all = named(checks).into_iter().chain(exhibits).chain(named(later));
    markup.within("nav", &[("aria-label", "Contents")], |markup| {
        markup.element("h2", &[], "Contents");
        markup.within("ol", &[], |markup| {
            for (anchor, name) in all {
                markup.within("li", &[], |markup| markup.element("a", &[("href", &anchor)], &name));
            }
        });
    });
    markup.line();
}

/// A section. On paper it begins a page, unless it is short; where its tables are too wide the page lies across.
fn section(markup: &mut Markup, id: &str, name: &str, inner: impl FnOnce(&mut Markup)) {
    let head = format!("{id}-head");
    let class = match id {
        "openings" | "footage" => "page land",
        "not-asserted" | "words" => "short",
        _ => "page",
    };
    markup.within("section", &[("class", class), ("id", id), ("aria-labelledby", &head)], |markup| {
        markup.element("h2", &[("id", &head)], name);
        markup.line();
        inner(markup);
    });
    markup.line();
}

fn write_cover(markup: &mut Markup, cover: &Cover) {
    markup.element("h1", &[], &title(cover));
    markup.line();
    markup.element("p", &[("class", "caution")], cover.caution);
    markup.within("dl", &[("class", "pairs")], |markup| {
        let reference =
            cover.case_reference.as_ref().map_or("none registered", |reference| reference.words());
        pair(markup, "Case reference", reference);
        pair(markup, "Case id", cover.case.as_deref().unwrap_or("single exhibits were asked for"));
        pair(markup, "Made for", &format!("{} (profile {})", cover.recipient.words(), cover.profile));
        for (term, instant) in [("Asked for", &cover.requested), ("Complete up to", &cover.complete_to)] {
            markup.element("dt", &[], term);
            markup.within("dd", &[], |markup| write_time(markup, instant));
        }
        if let Some((from, to)) = &cover.period {
            markup.element("dt", &[], "Period");
            markup.within("dd", &[], |markup| {
                write_time(markup, from);
                markup.text(" to ");
                write_time(markup, to);
            });
        }
        pair(markup, "Ledger", &cover.origin);
        pair(markup, "Entries under its checkpoint", &cover.size.to_string());
        pair(markup, "Root", &cover.root);
        pair(markup, "Policy", &cover.policy);
        pair(markup, "Times", &cover.zone);
        pair(markup, "Computed by", &cover.program);
    });
    if cover.profile != Profile::Defence.name() {
        markup.element("p", &[], DRAFTS);
    }
}

fn pair(markup: &mut Markup, term: &str, value: &str) {
    markup.element("dt", &[], term);
    markup.element("dd", &[], value);
}

fn write_answers(markup: &mut Markup, report: &Report) {
    markup.within("section", &[("id", "answers"), ("aria-labelledby", "answers-head")], |markup| {
        markup.element("h2", &[("id", "answers-head")], "Answers");
        markup.line();
        let rows = (1..).zip(&report.exhibits).map(|(number, exhibit): (usize, _)| {
            vec![
                written(move |markup| {
                    let target = format!("#exhibit-{number}");
                    markup.element("a", &[("href", &target)], &exhibit.name);
                }),
                written(|markup| write_verdict(markup, exhibit.verdict)),
                text(exhibit.answer.as_str()),
                text(exhibit.handlers.to_string()),
                written(|markup| write_references(markup, "finding", &exhibit.findings)),
            ]
        });
        table(
            markup,
            "Each exhibit and the worst standing of any stretch of its time",
            &["Exhibit", "Verdict", "Answer", "Handlers", "Findings"],
            rows,
            "No exhibit is in scope.",
        );
    });
    markup.line();
}

fn write_checks(markup: &mut Markup, checks: &Checks) {
    markup.element("p", &[("class", "lead")], &checks.completeness);
    for (name, sentences, none) in [
        ("Checked", &checks.checked, "Nothing is said to have been checked."),
        (
            "What this bundle alone cannot show",
            &checks.rests_on_audit,
            "Nothing rests on an audit of the whole ledger.",
        ),
        ("Who cosigned the checkpoint", &checks.cosigned, "No cosignature is told of."),
    ] {
        markup.element("h3", &[], name);
        if sentences.is_empty() {
            markup.element("p", &[], none);
        } else {
            bullets(markup, sentences);
        }
    }
}

fn bullets(markup: &mut Markup, sentences: &[String]) {
    markup.within("ul", &[], |markup| {
        for sentence in sentences {
            markup.element("li", &[], sentence);
        }
    });
}
