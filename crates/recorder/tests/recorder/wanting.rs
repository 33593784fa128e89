//! What the node wants.

use std::collections::BTreeMap;
use std::fs;

use custody::id::{DeviceId, Digest};
use locker::nodes::{NodeUrls, Nodes};
use recorder::pass::Closeness;
use recorder::rules::TimeCheck;
use recorder::wanted::{HttpNode, Node as _, WINDOWS_MAX, WantedError, Window, windows_of};

use crate::support::{CAMERA, S, Server, TEN_US, World, check, look, said};

fn window(from: u64, to: u64, is_preserved: bool) -> Window {
    let statement = Digest([7; 32]);
    Window { camera: CAMERA, from_us: TEN_US + from * S, to_us: TEN_US + to * S, statement, is_preserved }
}

#[test]
fn a_wanted_window_is_committed_to_before_the_period_is_full() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    world.record_range(20, 25);
    look(&mut recorder);
    check(&recorder, before, &[]);
    recorder.want(vec![window(18, 19, false)]);
    recorder.pass(Closeness::Quick).unwrap();
    check(&recorder, before, &["manifest 15..20 [15+20]"]);
    recorder.pass(Closeness::Quick).unwrap();
    assert_eq!(said(&recorder), before + 1);
}

#[test]
fn a_window_is_in_true_time_and_the_recorders_clock_is_not() {
    let world = World::new();
    let mut recorder = world.recorder();
    recorder.check = Some(TimeCheck { offset_us: 3_600_000_000, error_us: 0, measured_us: TEN_US });
    // The recorder's clock is an hour fast: it is nine o'clock.
    world.record_range(0, 20);
    let on_recorder = window(0, 1, false).on_recorder(recorder.check);
    assert_eq!(on_recorder.from_us, TEN_US + 3_600_000_000);
    let wider =
        window(0, 1, false).on_recorder(Some(TimeCheck { offset_us: -5, error_us: 3, measured_us: 0 }));
    assert_eq!((wider.from_us, wider.to_us), (TEN_US - 8, TEN_US + S - 2));
}

#[test]
fn what_is_to_be_preserved_is_copied_verified_and_survives_deletion() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    recorder.want(vec![window(4, 7, true)]);
    recorder.pass(Closeness::Quick).unwrap();
    recorder.pass(Closeness::Quick).unwrap();
    check(&recorder, before, &["preserved 2"]);
    fs::remove_file(world.path(5)).unwrap();
    look(&mut recorder);
    // It is still held.
    check(&recorder, before + 1, &[]);
    let to = tempfile::tempdir().unwrap();
    let report = recorder::export::export(&mut recorder, to.path(), 0, u64::MAX).unwrap();
    assert_eq!((report.whole, report.absent.len()), (3, 0));
}

#[test]
fn what_was_altered_is_not_preserved_as_if_it_were_whole() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    let before = said(&recorder);
    fs::write(world.path(5), crate::support::video(99)).unwrap();
    recorder.want(vec![window(6, 7, true)]);
    look(&mut recorder);
    check(&recorder, before, &["altered 5..10"]);
}

#[test]
fn a_lapse_is_decided_only_where_the_node_was_asked_of_late() {
    for (wanted, decision) in [
        (Some(vec![]), "not_needed"),
        (Some(vec![window(0, 1, true)]), "undecided"),
        (Some(vec![window(0, 1, false)]), "not_needed"),
        (None, "undecided"),
    ] {
        let world = World::new();
        let mut recorder = world.recorder();
        world.record_range(0, 20);
        look(&mut recorder);
        world.record_range(90_000, 90_020);
        look(&mut recorder);
        let before = said(&recorder);
        fs::remove_file(world.path(0)).unwrap();
        if let Some(windows) = wanted {
            recorder.want(windows);
        }
        look(&mut recorder);
        check(&recorder, before, &[&format!("lapsed 0..5 {decision}")]);
    }
}

#[test]
fn a_window_in_silence_is_answered_with_an_empty_manifest() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    world.set_clock(400);
    look(&mut recorder);
    let before = said(&recorder);
    recorder.want(vec![window(100, 200, false)]);
    look(&mut recorder);
    look(&mut recorder);
    check(&recorder, before, &["manifest 20..200 []"]);
}

#[track_caller]
fn check_answer(json: &str, expect: &str) {
    let error = windows_of(json.as_bytes()).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn the_nodes_list_is_read_strictly() {
    let row = format!(
        r#"{{"camera":"{CAMERA}","from_us":1,"to_us":2,"statement":"{}","preserve":true,"later":[]}}"#,
        Digest([7; 32])
    );
    let windows = windows_of(format!(r#"{{"windows":[{row}]}}"#).as_bytes()).unwrap();
    let statement = Digest([7; 32]);
    assert_eq!(windows, [Window { camera: CAMERA, from_us: 1, to_us: 2, statement, is_preserved: true }]);
    check_answer("{}", "windows");
    check_answer("[", "EOF");
    check_answer(&format!(r#"{{"windows":[{}]}}"#, row.replace(":2", ":1")), "windows[0].to_us: not after");
    check_answer(&format!(r#"{{"windows":[{}]}}"#, row.replace("0707", "07")), "windows[0].statement");
    let many = vec![row; WINDOWS_MAX + 1].join(",");
    check_answer(&format!(r#"{{"windows":[{many}]}}"#), "513 windows");
}

#[test]
fn the_node_is_asked_for_this_recorder() {
    let answers = BTreeMap::from([("/v1/footage/wanted".to_owned(), br#"{"windows":[]}"#.to_vec())]);
    let server = Server::table(answers);
    let mut node = HttpNode::new(&server.url, None, Some("t0k".to_owned())).unwrap();
    assert_eq!(node.wanted(DeviceId([0xd1; 16])), Ok(vec![]));
    let asked = server.asked();
    assert!(
        asked[0].starts_with("GET /v1/footage/wanted?recorder=d1d1d1d1-d1d1-d1d1-d1d1-d1d1d1d1d1d1\n"),
        "{asked:?}"
    );
    let lost = Server::table(BTreeMap::new());
    let mut node = HttpNode::new(&lost.url, None, None).unwrap();
    assert_eq!(node.wanted(DeviceId([0xd1; 16])), Err(WantedError::Status(404)));
}

#[test]
fn of_several_nodes_each_is_asked_until_one_answers_and_that_one_is_asked_next_time() {
    let recorder = DeviceId([0xd1; 16]);
    let busy = Server::start(|_, _| (503, b"not ready".to_vec()));
    let nonsense = Server::start(|_, _| (200, b"[".to_vec()));
    let answers = BTreeMap::from([("/v1/footage/wanted".to_owned(), br#"{"windows":[]}"#.to_vec())]);
    let good = Server::table(answers);
    let nodes = |servers: &[&Server]| {
        let urls = servers.iter().map(|server| server.url.clone()).collect::<Vec<_>>();
        Nodes::make(&NodeUrls::try_from(urls).unwrap(), |url| HttpNode::new(url, None, None)).unwrap()
    };
    let mut three = nodes(&[&busy, &nonsense, &good]);
    for _ in 0..2 {
        assert_eq!(three.wanted(recorder), Ok(vec![]));
    }
    let asked = [&busy, &nonsense, &good].map(|server| server.asked().len());
    assert_eq!((asked, three.present().url()), ([1, 1, 2], good.url.as_str()));

    let error = nodes(&[&nonsense, &busy]).wanted(recorder).unwrap_err().to_string();
    let expect =
        [format!("{}: the node's list of wanted footage: ", nonsense.url), format!("; {}: asked ", busy.url)];
    assert!(error.starts_with(&expect[0]) && error.contains(&expect[1]), "{error}");
}

#[test]
fn a_preserved_copy_that_is_altered_is_set_aside_and_no_longer_counts_as_kept() {
    let world = World::new();
    let mut recorder = world.recorder();
    world.record_range(0, 20);
    look(&mut recorder);
    recorder.want(vec![window(6, 7, true)]);
    look(&mut recorder);
    let before = said(&recorder);
    let folder = world.data.path().join("preserved").join(CAMERA.to_string());
    let copy = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    fs::write(&copy, b"other").unwrap();
    fs::remove_file(world.path(5)).unwrap();
    let report = recorder.pass(Closeness::Full).unwrap().pop().unwrap();
    assert!(report.problems[0].contains("was altered"), "{:?}", report.problems);
    look(&mut recorder);
    check(&recorder, before, &["gone 5..10"]);
}
