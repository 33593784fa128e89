//! Drafts as files: statements that people would make, and rows of schedules that spreadsheets read.
//!
//! For the prosecution alone. The candidates for the sensitive schedule lie in a folder of their own, which goes to nobody
//! by accident.

use crate::model::{Draft, Mg6Row, Mg12Row, Report};
use crate::quote::plain;

/// What the draft of a handler's statement is called.
pub(crate) const MG11: &str = "MG11 continuity statement";

/// What the template of the statement about the system is called.
pub(crate) const CUSTODIAN: &str = "system custodian's statement";

/// Names and contents in order of name; none in the defence profile.
pub fn files(report: &Report) -> Vec<(String, String)> {
    if report.statements.is_empty() {
        return Vec::new();
    }
    let mut files: Vec<(String, String)> = Vec::new();
    let handlers = report.statements.iter().filter(|draft| draft.kind == MG11);
    let width = handlers.clone().count().to_string().len();
    for (number, draft) in (1..).zip(handlers) {
        files.push((format!("drafts/mg11-{number:0width$}.txt"), statement(draft)));
    }
    if let Some(draft) = report.statements.iter().find(|draft| draft.kind == CUSTODIAN) {
        files.push(("drafts/custodian.txt".to_owned(), statement(draft)));
    }
    files.push(("drafts/mg12.csv".to_owned(), mg12(&report.mg12)));
    files.push(("drafts/mg6c.csv".to_owned(), mg6(&report.mg6c)));
    files.push(("sensitive/mg6d.csv".to_owned(), mg6(&report.mg6d)));
    files.sort();
    files
}

/// One paragraph a block, with a blank line between.
fn statement(draft: &Draft) -> String {
    let mut text = format!("{} of {}\n", plain(draft.kind), plain(&draft.maker));
    for paragraph in &draft.paragraphs {
        text.push('\n');
        text.push_str(&plain(paragraph));
        text.push('\n');
    }
    text
}

fn mg12(rows: &[Mg12Row]) -> String {
    let mut csv = row(&["Number", "Exhibit reference", "Description", "Producer", "Location", "Seal"]);
    for each in rows {
        csv.push_str(&row(&[
            &each.number.to_string(),
            each.reference.words(),
            each.description.words(),
            each.producer.words(),
            &each.location,
            each.seal.as_deref().unwrap_or("none declared"),
        ]));
    }
    csv
}

fn mg6(rows: &[Mg6Row]) -> String {
    let mut csv = row(&["Item number", "Description", "Location", "Remark for the disclosure officer"]);
    for each in rows {
        csv.push_str(&row(&[&each.number.to_string(), &each.description, &each.location, &each.remark]));
    }
    csv
}

/// One record of RFC 4180. Every cell is quoted.
fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A quoted cell of one line. One that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let shown = plain(text);
    let is_formula = shown.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", shown.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(cell(text), expected);
    }

    #[test]
    fn no_cell_is_a_formula_or_ends_early() {
        check("AB/1", "\"AB/1\"");
        check("=1+1", "\"'=1+1\"");
        check(" @SUM(A1)", "\"' @SUM(A1)\"");
        check("-2", "\"'-2\"");
        check("a \"b\", c", "\"a \"\"b\"\", c\"");
        check("one\r\n=two", "\"one\\r\\n=two\"");
        check("\t=two", "\"\\t=two\"");
    }
}
