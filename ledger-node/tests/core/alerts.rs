//! Alerts: told once when they begin and once when they end, and never for what was told before a restart.

use custody::finding::Finding;
use custody::policy::{DEFAULT_TEXT, Policies, Policy};
use custody::rule::RuleId;
use custody::severity::Severity;
use ledger_node::lookout::{Event, Happening, What};
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, start};
use serde_json::json;

use crate::scene::*;

/// The events so far, oldest first: what happened, and by which rule.
async fn events(scene: &Scene) -> Vec<(bool, Option<RuleId>)> {
    let (events, _) = scene.node.recent_alerts(1_000).await;
    let of = |event: &std::sync::Arc<Event>| (event.happening == Happening::Raised, event.alert.rule());
    events.iter().rev().map(of).collect()
}

fn forced() -> serde_json::Value {
    json!({"door_forced": {"observed": {"compartment": COMPARTMENT, "close_counter": 1}}})
}

#[tokio::test]
async fn a_lawful_day_raises_nothing() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    scene.collect().await;
    assert_eq!(events(&scene).await, []);
    assert!(scene.node.findings().await.iter().all(|finding| finding.severity == Severity::Information));
}

#[tokio::test]
async fn a_forced_door_is_told_at_once_and_looking_after_it_ends_what_it_can() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    scene.says(SPEAKER, &forced()).await;
    let raised = events(&scene).await;
    assert!(raised.contains(&(true, Some(RuleId::D02))) && raised.contains(&(true, Some(RuleId::D04))));
    assert!(raised.iter().all(|(is_raised, _)| *is_raised), "{raised:?}");
    let by = scene.act(SPEAKER).await;
    let check = json!({"attended_check": {
        "observed": {"compartment": COMPARTMENT}, "declared": {"by": by, "result": "as_recorded"}}});
    scene.says(SPEAKER, &check).await;
    let after = events(&scene).await;
    assert!(after.contains(&(false, Some(RuleId::D04))), "{after:?}");
    assert!(!after.contains(&(false, Some(RuleId::D02))), "nobody explains by looking later: {after:?}");
}

#[tokio::test]
async fn a_provisional_finding_is_told_to_be_superseded_when_the_late_facts_come() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.disconnect();
    scene.pass(5 * MINUTE_US);
    scene.deposit().await;
    scene.pass(5 * MINUTE_US);
    scene.at_locker = COURIER;
    let collected = scene.collect().await;
    scene.pass(5 * MINUTE_US);
    // Received at the store; how it came there is not on record yet.
    let by = scene.act(DESK).await;
    let received = json!({"received_at": {"observed": {"label": EXHIBIT}, "declared": {
        "item": item(), "place": "store", "by": by, "from": COURIER, "condition": "intact"}}});
    scene.says_following(DESK, &received, Some(collected)).await;
    let raised = events(&scene).await;
    assert!(!raised.is_empty() && raised.iter().all(|(is_raised, _)| *is_raised), "{raised:?}");
    scene.connect().await;
    let mut standing: Vec<_> = raised.iter().map(|(_, rule)| *rule).collect();
    for (is_raised, rule) in events(&scene).await.into_iter().skip(raised.len()) {
        if is_raised {
            standing.push(rule);
        } else {
            let place = standing.iter().position(|standing| *standing == rule).unwrap();
            standing.remove(place);
        }
    }
    let grave = |finding: &Finding| finding.severity >= Severity::Warning;
    let found: Vec<_> = scene.node.findings().await.into_iter().filter(grave).collect();
    let mut rules: Vec<_> = found.iter().map(|finding| Some(finding.rule)).collect();
    rules.sort();
    standing.sort();
    assert_eq!(standing, rules, "what was raised and not superseded is what stands");
    let numbers: Vec<u64> =
        scene.node.recent_alerts(1_000).await.0.iter().rev().map(|event| event.number).collect();
    assert_eq!(numbers, (numbers[0]..).take(numbers.len()).collect::<Vec<_>>(), "numbers have no gap");
}

#[tokio::test]
async fn what_was_told_before_a_restart_stands_and_is_not_told_again() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    scene.says(SPEAKER, &forced()).await;
    let before: Vec<Finding> = scene.node.findings().await;
    let (told, next) = scene.node.recent_alerts(1_000).await;
    assert!(!told.is_empty());
    scene.restart().await;
    assert_eq!(scene.node.findings().await, before);
    let (events, after) = scene.node.recent_alerts(1_000).await;
    assert!(events.is_empty(), "{events:?}");
    assert!(after > next, "no number is used twice");
    assert_eq!(scene.node.stats().findings, scene.node.stats().findings);
}

#[tokio::test]
async fn the_policy_adopted_judges_and_one_that_is_not_at_hand_is_told_loudly() {
    let mut scene = Scene::new().await;
    let strict = Policy::parse(&DEFAULT_TEXT.replacen("default-3", "strict", 1)).unwrap();
    let adopted = json!({"policy_adopted": {"declared": {
        "policy": strict.hash.to_string(), "version": "strict"}}});
    scene.agree(&adopted).await;
    let (events, _) = scene.node.recent_alerts(10).await;
    assert_eq!(events[0].alert.what, What::PolicyNotAtHand { policy: strict.hash });
    assert_eq!(events[0].alert.severity(), Severity::Break);
    assert!(scene.node.stats().is_policy_missing);
    let version = |scene: &Scene| scene.node.look(|state, _| state.policy().version.clone());
    assert_eq!(version(&scene), "without-estate", "something must judge");
    // Given the file, the node judges by it.
    scene.node.shutdown().await;
    let policies = Policies::of([verifier::testing::policies().before_any().clone(), strict]);
    let judging = Judging::when_asked(policies);
    let parts = Parts { judging, ..scene.world.parts(scene.world.store.reopen()) };
    scene.node = start(parts).await.unwrap();
    assert_eq!(version(&scene), "strict");
    assert!(!scene.node.stats().is_policy_missing);
    assert_eq!(scene.node.recent_alerts(10).await.0, []);
}
