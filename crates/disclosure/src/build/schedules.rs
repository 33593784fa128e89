//! Rows of schedules: exhibits (MG12), unused material that may be disclosed (MG6C), and candidates for what is sensitive
//! (MG6D). Numbers run on from the one schedule of unused material to the other.

use std::collections::BTreeMap;

use super::case::Case;
use super::words;
use crate::material::Material;
use crate::model::{Condition, Exhibit, Finding, Mg6Row, Mg12Row, Report};
use crate::openings::Field;
use crate::profile::Basis;

/// Where the ledger's own material is.
const LEDGER: &str = "custody ledger";

pub(super) fn mg12(exhibits: &[Exhibit]) -> Vec<Mg12Row> {
    let rows = (1..).zip(exhibits);
    let row = |(number, exhibit): (usize, &Exhibit)| Mg12Row {
        number,
        reference: exhibit.reference.clone(),
        description: exhibit.description.clone(),
        producer: exhibit.producer.clone(),
        location: location(exhibit),
        seal: exhibit.seals.iter().rev().find_map(|step| step.seal.clone()),
    };
    rows.map(row).collect()
}

fn location(exhibit: &Exhibit) -> String {
    let Some(leg) = exhibit.legs.last() else { return "not known".to_owned() };
    let place = leg.place.as_ref().map(|place| format!(", {}", place.text)).unwrap_or_default();
    format!("{}{place}, since {}", leg.holder.text, leg.received.utc)
}

/// Both schedules of unused material.
pub(super) fn unused(case: &Case<'_>, report: &Report) -> (Vec<Mg6Row>, Vec<Mg6Row>) {
    let mut open: Vec<Mg6Row> = report.findings.iter().map(of_finding).collect();
    open.extend(report.reliability.iter().filter(|condition| !is_routine(condition)).map(of_condition));
    open.extend(routine(&report.reliability));
    open.extend(report.footage.iter().map(|footage| Mg6Row {
        number: 0,
        description: format!(
            "CCTV of {} from {} to {}, {} % of the window recorded, {}: {}. Footage: {}.",
            footage.camera,
            footage.from.utc,
            footage.to.utc,
            footage.percent,
            words::count(footage.holes.len(), "hole", "holes"),
            footage.about,
            footage.fate
        ),
        location: "CCTV recorder of the site".to_owned(),
        remark: "Shows, or fails to show, an opening of a compartment in which an exhibit lay.".to_owned(),
    }));
    open.push(Mg6Row {
        number: 0,
        description: format!(
            "Log of {} of compartments while an exhibit of the case lay inside, including those by others.",
            words::count(report.openings.len(), "opening", "openings")
        ),
        location: LEDGER.to_owned(),
        remark: "Shows who else had access.".to_owned(),
    });
    open.push(Mg6Row {
        number: 0,
        description: format!(
            "Redaction register of {} not disclosed.",
            words::count(report.register.len(), "field", "fields")
        ),
        location: LEDGER.to_owned(),
        remark: "Shows what is withheld, erased or missing, and on what ground.".to_owned(),
    });
    let mut sensitive = sensitive(case.material);
    for (number, row) in (1..).zip(open.iter_mut().chain(&mut sensitive)) {
        row.number = number;
    }
    (open, sensitive)
}

fn of_finding(finding: &Finding) -> Mg6Row {
    let when = match (&finding.from, &finding.to) {
        (Some(from), Some(to)) => format!(" From {} to {}.", from.utc, to.utc),
        _ => String::new(),
    };
    Mg6Row {
        number: 0,
        description: format!(
            "Finding {} of the custody ledger's rules, {} ({}): {}{when}",
            finding.number, finding.rule, finding.severity, finding.sentence
        ),
        location: LEDGER.to_owned(),
        remark: match finding.severity {
            "information" => "Worth knowing; nothing is wrong by the rules.".to_owned(),
            _ => format!("May bear on continuity. What would resolve it: {}", finding.remedy),
        },
    }
}

/// Whether a line of the reliability pack says only that all was well: such lines are listed as one log a device.
fn is_routine(condition: &Condition) -> bool {
    condition.what == "self-test passed" || condition.what.starts_with("clock synchronised")
}

fn of_condition(condition: &Condition) -> Mg6Row {
    Mg6Row {
        number: 0,
        description: format!(
            "Record of {} at {} (entry {}): {}.",
            condition.device, condition.at.utc, condition.index, condition.what
        ),
        location: LEDGER.to_owned(),
        remark: "Condition of a device on which the record rests.".to_owned(),
    }
}

fn routine(reliability: &[Condition]) -> Vec<Mg6Row> {
    let mut logs: BTreeMap<&str, Vec<&Condition>> = BTreeMap::new();
    for condition in reliability.iter().filter(|condition| is_routine(condition)) {
        logs.entry(&condition.device).or_default().push(condition);
    }
    let row = |(device, log): (&str, Vec<&Condition>)| {
        let (first, last) = (log.first()?, log.last()?);
        Some(Mg6Row {
            number: 0,
            description: format!(
                "Log of {device} from {} to {}: {} of passed self-tests and clock synchronisations.",
                first.at.utc,
                last.at.utc,
                words::count(log.len(), "record", "records")
            ),
            location: LEDGER.to_owned(),
            remark: "Speaks for the device; listed in full in the reliability pack.".to_owned(),
        })
    };
    logs.into_iter().filter_map(row).collect()
}

/// What is withheld because it is sensitive: the disclosure officer decides whether it belongs there.
fn sensitive(material: &Material<'_>) -> Vec<Mg6Row> {
    let candidates = material.register.iter().filter_map(|line| match line.fate {
        Field::Withheld(basis @ (Basis::Sensitive | Basis::PublicInterest)) => Some((line, basis)),
        _ => None,
    });
    let row = |(line, basis): (&crate::openings::Registered, Basis)| {
        let fact = material.entries.get(&line.index).map_or("entry", |said| said.decoded.name);
        Mg6Row {
            number: 0,
            description: format!(
                "Field {} of {fact}, entry {} (register line {}).",
                line.field, line.index, line.number
            ),
            location: "vault beside the custody ledger".to_owned(),
            remark: format!(
                "Withheld as {}. [Reason, and the risk of serious prejudice: to be completed.]",
                basis.words()
            ),
        }
    };
    candidates.map(row).collect()
}
