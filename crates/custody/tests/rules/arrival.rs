//! Custody is a function of the set of facts: whatever the order in which devices reach the ledger, each in its
//! own order, the verdict is the same.

use custody::fact::{Interval, Statement};
use custody::id::DeviceId;
use custody::rule::RuleId;
use custody::verdict::{Holder, Standing};
use proptest::prelude::*;

use crate::verdicts::ACTS;
use crate::world::*;

/// One order in which the statements may arrive: each device's own order kept, the devices mixed as `choices` say.
pub(crate) fn interleaved(log: &[Statement], choices: &[usize]) -> Vec<Statement> {
    let mut queues: Vec<(DeviceId, Vec<Statement>)> = Vec::new();
    for statement in log.iter().rev() {
        match queues.iter_mut().find(|(device, _)| *device == statement.device) {
            Some((_, queue)) => queue.push(statement.clone()),
            None => queues.push((statement.device, vec![statement.clone()])),
        }
    }
    let mut out = Vec::new();
    for choice in choices.iter().cycle() {
        queues.retain(|(_, queue)| !queue.is_empty());
        if queues.is_empty() {
            break;
        }
        let place = choice % queues.len();
        out.extend(queues.get_mut(place).and_then(|(_, queue)| queue.pop()));
    }
    out
}

/// What of a verdict does not name ledger positions.
#[derive(Debug, PartialEq)]
struct Essence {
    stretches: Vec<(Interval, Standing, Holder)>,
    findings: Vec<(RuleId, String)>,
}

fn essence(world: &World) -> Essence {
    let verdict = world.verdict(X);
    let stretches = verdict.stretches.iter();
    let findings = verdict.findings.iter();
    Essence {
        stretches: stretches.map(|each| (each.interval, each.standing, each.holder)).collect(),
        findings: findings.map(|finding| (finding.rule, finding.sentence.clone())).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_of_arrival_changes_no_verdict(
        acts in prop::collection::vec(0..ACTS.len(), 1..10),
        choices in prop::collection::vec(0usize..3, 1..20),
    ) {
        let before = World::new();
        let mut happened = before.clone();
        for act in acts {
            happened.wait(MINUTE);
            ACTS[act](&mut happened);
        }
        let mut arrived = before.clone();
        arrived.now_us = happened.now_us;
        for statement in interleaved(&happened.log[before.log.len()..], &choices) {
            arrived.record(&statement);
        }
        prop_assert_eq!(essence(&arrived), essence(&happened));
    }
}
