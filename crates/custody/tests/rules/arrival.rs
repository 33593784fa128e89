//! Custody is a function of the set of facts: whatever the order in which devices reach the ledger, each in its
//! own order, the verdict is the same.

use custody::fact::{AuditFact, Fact, Interval, Matter, Statement, Unit};
use custody::id::DeviceId;
use custody::rule::RuleId;
use custody::verdict::{Holder, Standing};
use proptest::prelude::*;

use crate::verdicts::ACTS;
use crate::world::*;

/// What may be said of X beside: a hand-over told late, a weight, a count, a bag that turns out to be X, a correction.
const WORDS: [fn(&mut World); 6] = [
    |world| {
        let by = world.session(DESK, OFFICER);
        let told = Matter::LateEntry { exhibits: vec![X], from: OFFICER, to: COURIER, by };
        // No clock shows the same microsecond as another here: which of two comes first is then as recorded.
        let from_us = world.now_us - 10 * MINUTE - 1;
        let statement = world.statement(DESK, Fact::Matter(told));
        world.record(&Statement {
            occurred: Some(Interval { from_us, to_us: from_us + MINUTE }),
            ..statement
        });
    },
    |world| {
        let by = world.session(DESK, OFFICER);
        let weight_mg = world.now_us % 1_000_000_007;
        let error_mg = 0;
        world.say(DESK, Fact::Matter(Matter::Weighed { exhibit: X, weight_mg, error_mg, by, witness: None }));
    },
    |world| {
        let by = world.session(LOCKER, OFFICER);
        let (quantity, unit) = (world.now_us, Unit::Pieces);
        world.say(LOCKER, Fact::Matter(Matter::Counted { exhibit: X, quantity, unit, by, witness: None }));
    },
    |world| {
        world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    },
    |world| {
        let by = world.session(DESK, OFFICER);
        world.say(DESK, Fact::Matter(Matter::Identified { provisional: Y, registered: X, by }));
    },
    |world| {
        let (by, approver) = (world.session(DESK, OFFICER), world.session(DESK, KEEPER));
        let (exhibits, field) = (vec![X], "declared.item".to_owned());
        // Whatever the locker has said last.
        let statement = world.ledger.device(LOCKER).expect("it is enrolled").last;
        world.say(DESK, Fact::Audit(AuditFact::Corrected { statement, exhibits, field, by, approver }));
    },
];

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
        acts in prop::collection::vec(0..ACTS.len() + WORDS.len(), 1..12),
        choices in prop::collection::vec(0usize..3, 1..20),
    ) {
        let before = World::new();
        let mut happened = before.clone();
        for act in acts {
            happened.wait(MINUTE);
            ACTS.iter().chain(&WORDS).nth(act).expect("one of them")(&mut happened);
        }
        let mut arrived = before.clone();
        arrived.now_us = happened.now_us;
        for statement in interleaved(&happened.log[before.log.len()..], &choices) {
            arrived.record(&statement);
        }
        prop_assert_eq!(essence(&arrived), essence(&happened));
    }
}
