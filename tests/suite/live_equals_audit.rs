//! What the node says of an exhibit while it runs is what the verifier says of the archive, at every prefix.

mod history;
mod prefixes;

use custody::finding::Finding;
use custody::verdict::{Standing, Verdict};
use locker::act::Package;
use locker::hardware::Alarm;
use serde_json::{Value, json};

use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::{Estate, MINUTE_US, http};

/// Compares every verdict and every finding, live and audited. Returns how many exhibits there were.
#[track_caller]
fn compare(estate: &mut Estate) -> usize {
    let report = estate.audit();
    assert_eq!(report.could_not_check, None);
    assert_eq!(report.verdicts_lowered, None);
    let node = &estate.node;
    let (size, _) = node.head();
    assert_eq!(report.head.as_ref().map(|head| head.size), Some(size));
    for audited in &report.verdicts {
        let live = node.wait(node.node.exhibit(audited.exhibit)).unwrap().expect("the node knows it too");
        let verdict = live.verdict.expect("it has a verdict");
        // The verifier lists the findings of all verdicts in one place.
        let without_findings = Verdict { findings: Vec::new(), ..verdict.clone() };
        assert_eq!(&without_findings, audited);
        assert_eq!(live.size, size);
        as_shown(estate, &verdict, size);
    }
    let sorted = |mut findings: Vec<Finding>| {
        findings.sort();
        findings.dedup();
        findings
    };
    assert_eq!(sorted(node.wait(node.node.findings())), sorted(report.findings));
    let live = node.node.look(|state, _| state.ledger().exhibits().collect::<Vec<_>>());
    assert_eq!(live, report.verdicts.iter().map(|verdict| verdict.exhibit).collect::<Vec<_>>());
    live.len()
}

/// `GET /v1/exhibits/{id}` shows this verdict.
#[track_caller]
fn as_shown(estate: &Estate, verdict: &Verdict, size: u64) {
    let path = format!("/v1/exhibits/{}", verdict.exhibit);
    let (status, body) = http::get(estate.node.address(), &path, &estate.node.token);
    assert_eq!(status, 200, "{body}");
    let shown: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(shown["size"], json!(size));
    let shown = &shown["verdict"];
    assert_eq!(shown["standing"], json!(verdict.standing().map(Standing::name)));
    for standing in Standing::ALL {
        assert_eq!(shown["durations_us"][standing.name()], json!(verdict.duration_us(standing)));
    }
    assert_eq!(shown["legs"].as_array().unwrap().len(), verdict.legs.len());
    let rules: Vec<_> = verdict.findings.iter().map(|finding| json!(finding.rule.name())).collect();
    let shown: Vec<_> = shown["findings"].as_array().unwrap().iter().map(|one| one["rule"].clone()).collect();
    assert_eq!(shown, rules);
}

#[test]
fn the_live_verdict_of_every_exhibit_is_the_audited_one_at_every_prefix() {
    let mut estate = Estate::new();
    assert_eq!(compare(&mut estate), 0);
    estate.lawful_way(exhibit(1));
    assert_eq!(compare(&mut estate), 1);

    let place = estate.compartments[1];
    estate.register(exhibit(2), person(OFFICER));
    assert_eq!(compare(&mut estate), 2);
    estate.pass(MINUTE_US);
    estate.deposit(exhibit(2), person(OFFICER), place);
    estate.sync_locker();
    assert_eq!(compare(&mut estate), 2);

    estate.pass(MINUTE_US);
    estate.locker_clock();
    estate.hardware.alarm(Alarm::DoorForced(place));
    estate.locker.device.attend(&mut estate.hardware).unwrap();
    estate.sync_locker();
    // The door stands open.
    compare(&mut estate);
    estate.hardware.push_shut(place);
    estate.locker.device.attend(&mut estate.hardware).unwrap();
    estate.sync_locker();
    compare(&mut estate);

    estate.pass(MINUTE_US);
    let swapped = Package::sealed(exhibit(2), "MP99999");
    estate.collect(swapped, exhibit(9), person(COURIER), place);
    estate.sync_locker();
    compare(&mut estate);

    // Nobody registered it, and somebody else than its depositor has it received.
    estate.pass(MINUTE_US);
    estate.deposit(exhibit(3), person(OFFICER), place);
    estate.sync_locker();
    assert_eq!(compare(&mut estate), 3);
    estate.receive(exhibit(3), person(COURIER), None);
    assert_eq!(compare(&mut estate), 3);
    assert!(!estate.audit().findings.is_empty());

    // A node that has replayed says the same as the one that was there.
    let mut estate = estate.restart();
    assert_eq!(compare(&mut estate), 3);
}

#[test]
fn the_live_verdict_goes_along_when_late_facts_arrive() {
    let mut estate = Estate::new();
    let place = estate.compartments[0];
    estate.register(exhibit(1), person(OFFICER));
    estate.locker.disconnect();
    estate.pass(5 * MINUTE_US);
    estate.deposit(exhibit(1), person(OFFICER), place);
    estate.pass(60 * MINUTE_US);
    let collection = estate.collect(bag(exhibit(1)), exhibit(1), person(COURIER), place);
    estate.pass(30 * MINUTE_US);
    // What the store says stands alone for now.
    estate.receive(exhibit(1), person(COURIER), Some(collection));
    compare(&mut estate);
    assert!(!estate.audit().findings.is_empty());
    estate.locker.connect(&estate.node);
    estate.sync_locker();
    compare(&mut estate);
    assert_eq!(estate.audit().findings, []);
}
