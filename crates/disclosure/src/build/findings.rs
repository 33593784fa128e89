//! Findings: every one of them, in the order in which the verifier puts them, with who could give evidence about it.

use std::collections::BTreeMap;

use custody::fact::DeviceKind;
use custody::finding::{Beside, Finding};
use custody::id::{DeviceId, PersonId};

use super::case::Case;
use super::parts::speakers;
use crate::model;

/// One for one: no profile, wish or weight leaves a finding out.
pub(super) fn findings(case: &Case<'_>) -> Vec<model::Finding> {
    let numbered = (1..).zip(case.material.findings);
    numbered.map(|(number, finding)| one(case, number, finding)).collect()
}

fn one(case: &Case<'_>, number: usize, finding: &Finding) -> model::Finding {
    let at_us = when_us(case, finding);
    let in_words = |sentence: &str| case.names.in_words(sentence, at_us);
    let beside = |beside: &Beside| format!("{} in entry {}", beside.what.name(), beside.index);
    let of_the_case = finding.exhibits.iter().filter(|exhibit| case.is_in_scope(**exhibit));
    model::Finding {
        number,
        rule: finding.rule.name(),
        demands: finding.rule.rule().statement,
        severity: finding.severity.name(),
        sentence: in_words(&finding.sentence),
        remedy: in_words(&finding.remedy),
        from: finding.interval.map(|interval| case.instant(interval.from_us)),
        to: finding.interval.map(|interval| case.instant(interval.to_us)),
        indices: finding.indices.clone(),
        exhibits: of_the_case.map(|exhibit| case.names.exhibit(*exhibit)).collect(),
        concerns: concerns(case, finding, at_us),
        said_later: finding.beside.iter().map(beside).collect(),
        witnesses: witnesses(case, finding),
    }
}

/// When what it speaks of happened: names are those that stood then.
fn when_us(case: &Case<'_>, finding: &Finding) -> u64 {
    let by_entry = || finding.indices.iter().map(|index| case.said_us(*index)).min();
    finding.interval.map(|interval| interval.from_us).or_else(by_entry).unwrap_or(0)
}

fn concerns(case: &Case<'_>, finding: &Finding, at_us: u64) -> Vec<String> {
    let devices = finding.devices.iter().map(|device| case.device(*device));
    let compartments = finding.compartments.iter().map(|compartment| case.names.compartment(*compartment));
    let people = finding.people.iter().map(|person| case.names.person(*person, at_us));
    let cameras = finding.cameras.iter().map(|camera| case.names.camera(*camera, at_us));
    devices.chain(compartments).chain(people).chain(cameras).collect()
}

/// The people by whose word its entries speak, and for what a device sensed whoever answers for the device.
fn witnesses(case: &Case<'_>, finding: &Finding) -> Vec<String> {
    let mut people: BTreeMap<PersonId, Vec<u64>> = BTreeMap::new();
    let mut devices: BTreeMap<DeviceId, Vec<u64>> = BTreeMap::new();
    for index in &finding.indices {
        let Some(said) = case.entry(*index) else { continue };
        let statement = &said.decoded.statement;
        for person in speakers(&statement.fact) {
            let own = people.entry(person).or_default();
            if own.last() != Some(index) {
                own.push(*index);
            }
        }
        devices.entry(statement.device).or_default().push(*index);
    }
    // A device that is concerned and said nothing is answered for all the same.
    for device in &finding.devices {
        devices.entry(*device).or_default();
    }
    let by_word = people.iter().map(|(person, indices)| {
        let at_us = indices.iter().map(|index| case.said_us(*index)).min().unwrap_or(0);
        format!("{}, who acted in {}", case.names.person(*person, at_us), entries(indices))
    });
    let by_device = devices.iter().map(|(device, indices)| {
        let kind = case.material.ledger.device(*device).map(|device| device.kind);
        let who = match kind {
            Some(DeviceKind::Recorder) => "whoever keeps the CCTV system",
            Some(DeviceKind::Authority) => "whoever holds the authority's key",
            _ => "the system custodian",
        };
        if indices.is_empty() {
            format!("{who}, for {}", case.device(*device))
        } else {
            format!("{who}, for what {} recorded in {}", case.device(*device), entries(indices))
        }
    });
    let mut witnesses: Vec<String> = by_word.chain(by_device).collect();
    if witnesses.is_empty() {
        witnesses.push("the system custodian, for the record as a whole".to_owned());
    }
    witnesses
}

/// How many entries are named one by one.
const NAMED_MAX: usize = 12;

/// `entry 7`, `entries 7, 8 and 3 more`.
fn entries(indices: &[u64]) -> String {
    let named: Vec<String> = indices.iter().take(NAMED_MAX).map(u64::to_string).collect();
    let more = indices.len().saturating_sub(NAMED_MAX);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let word = if indices.len() == 1 { "entry" } else { "entries" };
    format!("{word} {}{rest}", named.join(", "))
}
