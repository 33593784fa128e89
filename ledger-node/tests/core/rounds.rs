//! What the node says of its own accord, by the clock: each thing once, whatever restarts.

use custody::fact::{AuditFact, EquipmentFact, Fact};
use custody::rule::RuleId;
use serde_json::json;

use crate::scene::*;
use crate::support::*;

const RADIO: &str = "ad10ad10-ad10-4d10-8d10-ad10ad10ad10";

async fn overdue_rules(scene: &Scene) -> Vec<RuleId> {
    let overdue = scene.node.overdue(scene.now_us()).await;
    overdue.iter().map(|overdue| overdue.due.rule).collect()
}

#[tokio::test]
async fn what_stays_too_long_is_raised_once_and_cleared_when_it_has_gone_on() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    is_silent(&scene).await;
    scene.pass(14 * DAY_US + MINUTE_US);
    let before = size(&scene.node);
    assert_eq!(scene.node.make_round().await, 1);
    assert_eq!(scene.said_since(before).await, ["overdue_raised"]);
    is_silent(&scene).await;
    scene.restart().await;
    is_silent(&scene).await;
    assert_eq!(overdue_rules(&scene).await, [RuleId::A03]);
    assert!(scene.node.overdue(scene.now_us()).await[0].raised.is_some());
    // A locker that is silent does not keep the alert back; what the record shows later takes its place.
    let standing = |scene: &Scene| scene.node.look(|state, _| state.tables().chased.iter().count());
    assert_eq!(standing(&scene), 1);
    let before = size(&scene.node);
    scene.collect().await;
    assert_eq!(scene.node.make_round().await, 1);
    assert_eq!(scene.said_since(before).await, ["overdue_cleared"]);
    assert_eq!(overdue_rules(&scene).await, []);
    is_silent(&scene).await;
}

#[tokio::test]
async fn what_is_neither_registered_nor_counted_nor_brought_back_in_time_is_raised() {
    let mut scene = Scene::new().await;
    scene.deposit().await;
    scene.pass(3 * DAY_US + MINUTE_US);
    assert_eq!(scene.node.make_round().await, 1);
    assert_eq!(overdue_rules(&scene).await, [RuleId::A04]);
    scene.register().await;
    assert_eq!(scene.node.make_round().await, 1);
    scene.pass(31 * DAY_US);
    assert_eq!(scene.node.make_round().await, 2);
    assert_eq!(overdue_rules(&scene).await, [RuleId::A03, RuleId::A01]);
    scene.collect().await;
    scene.pass(60 * MINUTE_US);
    let by = scene.act(DESK).await;
    let due_us = scene.now_us() + DAY_US;
    let released = json!({"temporarily_released": {"declared": {
        "item": item(), "by": by, "to": by["person"], "purpose": "laboratory", "due_us": due_us,
        "condition": "intact"}}});
    scene.says(DESK, &released).await;
    scene.pass(DAY_US + 1);
    // The two that have gone on are cleared.
    let before = size(&scene.node);
    scene.node.make_round().await;
    assert_eq!(scene.said_since(before).await, ["overdue_cleared", "overdue_cleared", "overdue_raised"]);
    assert_eq!(overdue_rules(&scene).await, [RuleId::S06]);
}

#[tokio::test]
async fn equipment_that_should_be_back_is_said_to_be_overdue_once() {
    let mut scene = Scene::new().await;
    let due_us = scene.now_us() + DAY_US;
    scene
        .at_door(|at, by| {
            let at = json!({"compartment": at["compartment"], "door_cycle": at["door_cycle"]});
            json!({"equipment_issued": {"observed": at, "declared": {
                "equipment": RADIO, "by": by, "due_us": due_us}}})
        })
        .await;
    is_silent(&scene).await;
    scene.pass(DAY_US + 1);
    let before = size(&scene.node);
    assert_eq!(scene.node.make_round().await, 1);
    assert_eq!(scene.said_since(before).await, ["equipment_overdue"]);
    is_silent(&scene).await;
    scene.restart().await;
    is_silent(&scene).await;
    let last = scene.node.entry(size(&scene.node) - 2).await.unwrap().unwrap();
    let fact = last.decoded.statement.fact;
    assert!(matches!(fact, Fact::Equipment(EquipmentFact::Overdue { due_us: said, .. }) if said == due_us));
}

#[tokio::test]
async fn a_raising_names_its_rule_and_its_day() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    let deposited_us = scene.now_us();
    scene.pass(20 * DAY_US);
    scene.node.make_round().await;
    let last = scene.node.entry(size(&scene.node) - 1).await.unwrap().unwrap();
    let expected_us = deposited_us + 14 * DAY_US;
    let fact = last.decoded.statement.fact;
    assert!(matches!(fact, Fact::Audit(AuditFact::OverdueRaised { due_us, .. }) if due_us == expected_us));
}
