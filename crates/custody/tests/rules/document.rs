//! `docs/rules.md` is what the table in code says. `UPDATE_DOCS=1` rewrites it.

use std::fmt::Write;

use custody::policy::{DEFAULT_TEXT, Policy};
use custody::rule::RULES;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");

/// Written by `corpus run --seeds 1000 --table docs/corpus-table.md`: a thousand seeds are too many for a test.
const SCORE: &str = include_str!("../../../../docs/corpus-table.md");

const HEAD: &str = "# Rules

Written from the table in `crates/custody/src/rule.rs`; a test compares.

A rule's id never changes its meaning; its version is raised where what it finds changes.
*Fatal*: the record set is not reliable, and nothing of it is called proven. *Break*: continuity or integrity is not
proven for an interval. *Contradiction*: two facts cannot both be true. *Warning*: must be explained. *Information*:
worth knowing. One rule may weigh less in lighter cases, which its finding says.

Facts are recorded and then judged: no rule refuses a fact.
";

fn document() -> String {
    let mut out = String::from(HEAD);
    out.push_str("\n| id | version | severity | what must hold | what proves that it does not | what would explain or resolve it |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for rule in RULES {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            rule.id, rule.version, rule.severity, rule.statement, rule.evidence, rule.remedy
        )
        .expect("writing to a string");
    }
    let policy = Policy::standard();
    write!(
        out,
        "\n## The default policy\n\n`{}`, SHA-256 `{}`. A rule that is not in `required` is listed as NOT CHECKED where it could not be \
         checked, and the exit status does not depend on it.\n\n```toml\n{DEFAULT_TEXT}```\n",
        policy.version, policy.hash,
    )
    .expect("writing to a string");
    write!(
        out,
        "\n{SCORE}\nWithout each rule in turn the scorer misses that rule's faults, and fails: `cargo run --release -p corpus -- \
         check-switches`. Rules that concern disclosure bundles alone (G01, G02, G04, G05) have no row: they are shown on \
         bundles.\n"
    )
    .expect("writing to a string");
    out
}

#[test]
fn every_rule_has_a_score_with_nothing_missed_and_nothing_false() {
    for rule in RULES.iter().filter(|rule| !rule.id.is_of_bundles()) {
        let row = SCORE.lines().find(|line| line.starts_with(&format!("| {} |", rule.id)));
        let row = row.unwrap_or_else(|| panic!("docs/corpus-table.md has no row of {}", rule.id));
        let numbers: Vec<u64> = row.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        let [planted, found, missed, falsely, masked] = numbers[..] else { panic!("{row}") };
        assert_eq!((missed, falsely), (0, 0), "{row}");
        assert_eq!(planted, found + masked, "{row}");
        assert!(found >= 3, "{row}");
    }
}

#[test]
fn the_rules_document_is_what_the_table_says() {
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PATH, &document).expect("docs/rules.md can be written");
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(committed == document, "docs/rules.md is not what the table says; run with UPDATE_DOCS=1");
}
