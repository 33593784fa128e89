//! The report: everything that the material says of the case, in the words in which it is said.
//!
//! Nothing is decided here: verdicts and findings come from the rulebook, and nothing filters them.

mod words;

mod parts;

mod names;

mod case;

mod cover;

mod stays;

mod doors;

mod openings;

mod recordings;

mod footage;

mod exhibit;

mod chronicle;

mod answer;

mod legs;

mod findings;

mod reliability;

mod register;

mod standing_words;

mod picture;

mod acts;

mod statements;

mod custodian;

mod schedules;

use self::case::Case;
use crate::material::Material;
use crate::model::Report;

pub use self::standing_words::NOT_ASSERTED;

/// The version of the report's form.
pub const FORM: &str = "custody-report/1";

/// The report on one case. The same material gives the same report.
pub fn report(material: &Material<'_>) -> Report {
    let case = Case::new(material);
    let stays = stays::stays(material.verdicts);
    let cycles = doors::cycles(material.entries);
    let openings = openings::openings(&case, &stays, &cycles);
    let footage = footage::footage(&case, &openings);
    let findings = findings::findings(&case);
    let exhibits = exhibit::exhibits(&case, &openings, &footage);
    let reliability = reliability::reliability(&case);
    let mut report = Report {
        form: FORM,
        cover: cover::cover(&case),
        standing: cover::checks(&case),
        exhibits,
        findings,
        openings: openings.into_iter().map(|opening| opening.said).collect(),
        footage: footage.into_iter().map(|footage| footage.said).collect(),
        reliability,
        register: register::register(&case),
        not_asserted: NOT_ASSERTED.iter().copied().map(String::from).collect(),
        glossary: standing_words::glossary(),
        statements: Vec::new(),
        mg12: Vec::new(),
        mg6c: Vec::new(),
        mg6d: Vec::new(),
    };
    if material.request.profile.has_drafts() {
        report.statements = statements::statements(&case);
        report.statements.push(custodian::statement(&case, &report.reliability));
        report.mg12 = schedules::mg12(&report.exhibits);
        (report.mg6c, report.mg6d) = schedules::unused(&case, &report);
    }
    report
}
