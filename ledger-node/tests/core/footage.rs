//! What recorders are asked for: every window that custody needs, and for ever what an exception or a hold needs.

use custody::id::{DeviceId, Digest};
use ledger_node::footage::Wanted;
use serde_json::json;

use crate::scene::*;
use crate::support::*;

const SEGMENT: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

/// What the policy adds on both sides of a door cycle.
const MARGIN_US: u64 = 30_000_000;

const HOUR_US: u64 = 60 * MINUTE_US;

fn wanted(scene: &Scene) -> Vec<Wanted> {
    scene.node.wanted_footage(DeviceId([RECORDER; 16]))
}

/// The recorder commits to a period with one segment of its length.
async fn commit(scene: &mut Scene, from_us: u64, to_us: u64, offset_us: i64) {
    let shifted = |us: u64| us.saturating_add_signed(offset_us);
    let manifest = json!({"footage_manifest_committed": {"observed": {
        "camera": CAMERA, "from_us": shifted(from_us), "to_us": shifted(to_us), "clock_offset_us": offset_us,
        "segments": [{"start_us": shifted(from_us), "end_us": shifted(to_us), "frames": 3600, "bytes": 1,
            "sha256": SEGMENT, "signed_video": "not_checked"}]}}});
    scene.says(RECORDER, &manifest).await;
}

async fn preserve(scene: &mut Scene) {
    let preserved = json!({"footage_preserved": {"observed": {"camera": CAMERA, "segments": [SEGMENT]}}});
    scene.says(RECORDER, &preserved).await;
}

#[tokio::test]
async fn the_window_of_a_transfer_is_wanted_until_a_manifest_covers_it() {
    let mut scene = Scene::new().await;
    let began_us = scene.now_us();
    let deposit = scene.deposit().await;
    let window = Wanted {
        camera: CAMERA.parse().unwrap(),
        from_us: began_us - MARGIN_US,
        to_us: scene.now_us() + MARGIN_US,
        statement: deposit,
        preserve: false,
    };
    assert_eq!(wanted(&scene), [window]);
    assert_eq!(scene.node.wanted_footage(DeviceId([SPEAKER; 16])), []);
    scene.pass(HOUR_US);
    // By a clock that is ahead, half of it, and then the rest.
    commit(&mut scene, window.from_us, began_us, 95_000_000).await;
    assert_eq!(wanted(&scene), [window]);
    commit(&mut scene, began_us, window.to_us, 95_000_000).await;
    assert_eq!(wanted(&scene), []);
}

#[tokio::test]
async fn an_opening_of_what_lies_inside_has_a_window_and_one_of_nothing_has_none() {
    let mut scene = Scene::new().await;
    let opened = |scene: &mut Scene| {
        let session = scene.locker.chain.last;
        json!({"door_forced": {"observed": {"compartment": COMPARTMENT, "close_counter": 0,
            "session": session.to_string()}}})
    };
    let fact = opened(&mut scene);
    scene.says(SPEAKER, &fact).await;
    assert_eq!(wanted(&scene), []);
    scene.deposit().await;
    scene.pass(HOUR_US);
    let fact = opened(&mut scene);
    let forced: Digest = scene.says(SPEAKER, &fact).await;
    let statements: Vec<_> = wanted(&scene).iter().map(|window| window.statement).collect();
    assert_eq!((statements.len(), statements[0]), (2, forced), "the newest first");
}

#[tokio::test]
async fn footage_of_an_exception_is_to_be_kept_and_is_asked_for_until_it_is() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    scene.pass(DAY_US);
    let forced_us = scene.now_us();
    let forced = json!({"door_forced": {"observed": {"compartment": COMPARTMENT, "close_counter": 1}}});
    let forced = scene.says(SPEAKER, &forced).await;
    commit(&mut scene, forced_us - HOUR_US, forced_us + HOUR_US, 0).await;
    is_silent(&scene).await;
    scene.pass(2 * HOUR_US);
    let before = size(&scene.node);
    let said = scene.node.make_round().await;
    let names = scene.said_since(before).await;
    assert_eq!(names, vec!["footage_preservation_required"; said], "by now a manifest had its time");
    let kept: Vec<_> = wanted(&scene).into_iter().filter(|window| window.preserve).collect();
    let of_opening: Vec<_> = kept.iter().filter(|window| window.statement == forced).collect();
    assert_eq!(of_opening.len(), 1, "{kept:?}");
    is_silent(&scene).await;
    scene.restart().await;
    is_silent(&scene).await;
    preserve(&mut scene).await;
    let left = wanted(&scene).into_iter().filter(|window| window.preserve && window.statement == forced);
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_hold_keeps_the_footage_of_what_is_held_and_names_itself() {
    let mut scene = Scene::new().await;
    scene.register().await;
    let began_us = scene.now_us();
    scene.deposit().await;
    commit(&mut scene, began_us - HOUR_US, began_us + HOUR_US, 0).await;
    scene.pass(2 * DAY_US);
    is_silent(&scene).await;
    let by = scene.act(DESK).await;
    // Of the whole case.
    let hold = json!({"hold_placed": {"declared": {
        "case": "ca5eca5e-0000-4000-8000-000000000001", "reason": "legal", "by": by}}});
    let hold = scene.says(DESK, &hold).await;
    assert_eq!(scene.node.make_round().await, 1);
    let kept = wanted(&scene);
    assert_eq!((kept.len(), kept[0].preserve, kept[0].statement), (1, true, hold));
    preserve(&mut scene).await;
    assert_eq!(wanted(&scene), []);
    is_silent(&scene).await;
}

#[tokio::test]
async fn what_has_lapsed_already_is_not_asked_for() {
    let mut scene = Scene::new().await;
    scene.register().await;
    scene.deposit().await;
    scene.pass(40 * DAY_US);
    let by = scene.act(DESK).await;
    let hold = json!({"hold_placed": {"declared": {
        "exhibits": [EXHIBIT], "reason": "legal", "by": by}}});
    scene.says(DESK, &hold).await;
    let before = size(&scene.node);
    scene.node.make_round().await;
    let names = scene.said_since(before).await;
    assert!(!names.contains(&"footage_preservation_required"), "{names:?}");
    assert_eq!(wanted(&scene), []);
}
