//! `docs/rules.md` is what the table in code says. `UPDATE_DOCS=1` rewrites it.

use std::fmt::Write;

use custody::policy;
use custody::rule::RULES;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");

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
    let required: Vec<_> = policy::DEFAULT.required.iter().map(|rule| rule.name()).collect();
    write!(
        out,
        "\n## The default policy\n\nVersion `{}`. A device's clock may be ahead of the ledger's by {} s beyond its own error bound; a statement may \
         arrive {} minutes late from a device that has not said it was offline (T03).\n\nNothing counts as verified unless these were checked: \
         {}.\n\nL04 and L05 need checkpoints or receipts from elsewhere (`--known-head`); without one they are listed as NOT CHECKED.\n",
        policy::DEFAULT.version,
        policy::DEFAULT.clock_ahead_us_max / 1_000_000,
        policy::DEFAULT.arrival_lag_us_max / 60_000_000,
        required.join(", "),
    )
    .expect("writing to a string");
    out
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
