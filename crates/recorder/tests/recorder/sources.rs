//! CCTV recorders of four kinds. Their answers are of the shapes that the projects document.

use std::fs;

use recorder::pass::{Closeness, Watched};
use recorder::source::frigate::FrigateSource;
use recorder::source::http::Api;
use recorder::source::moonfire::MoonfireSource;
use recorder::source::onvif::{Onvif, fault_of, results_of, search_token_of};
use recorder::source::{Listed, Source as _, SourceError};

use crate::support::{PLAIN, S, Server, TEN_US, World, check, fixture, look, said, video};

fn spans(mut listed: Vec<Listed>) -> Vec<(String, u64)> {
    listed.sort_by_key(|listed| listed.times.start_us);
    let span = |listed: Listed| (listed.name, listed.times.start_us.unwrap() - TEN_US);
    listed.into_iter().map(span).collect()
}

fn frigate(world: &World) -> (Server, FrigateSource) {
    let hour = world.video.path().join("2026-10-01/10/yard");
    fs::create_dir_all(&hour).unwrap();
    for (second, name) in [(0, "00.00.mp4"), (5, "00.05.mp4"), (20, "00.20.mp4")] {
        fs::write(hour.join(name), video(second)).unwrap();
    }
    let server = Server::start(|_, _| (200, fixture("frigate-recordings.json").into_bytes()));
    let source = FrigateSource::new(Api::new(&server.url, None), "yard", world.video.path().to_owned());
    (server, source)
}

#[test]
fn frigate_lists_what_its_database_has_and_the_disk_holds() {
    let world = World::new();
    let (server, mut source) = frigate(&world);
    let listed = source.list(TEN_US, TEN_US + 30 * S).unwrap();
    // The third is in the database and not on the disk; the file at 20 is not in the database.
    let expect = [
        ("2026-10-01/10/yard/00.00.mp4".to_owned(), 0),
        ("2026-10-01/10/yard/00.05.mp4".to_owned(), 5_250_000),
    ];
    assert_eq!(spans(listed), expect);
    // Both bounds, always, and never the buckets.
    let asked = server.asked();
    assert_eq!(asked, ["GET /api/yard/recordings?after=1790848740.000000&before=1790848890.000000\n"]);
}

#[test]
fn frigates_segments_are_committed_to_with_their_own_length() {
    let world = World::new();
    let (_server, source) = frigate(&world);
    let mut recorder = world.recorder_of(Box::new(source));
    world.set_clock(35);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..10250000us [0+5 5250000us+10250000us]"]);
}

#[test]
fn a_frigate_without_its_folder_does_not_look_empty() {
    let server = Server::start(|_, _| (200, fixture("frigate-recordings.json").into_bytes()));
    let api = Api::new(&server.url, None);
    let mut source = FrigateSource::new(api, "yard", "/no such folder".into());
    assert!(matches!(source.list(0, TEN_US), Err(SourceError::Io { .. })));
}

#[test]
fn an_answer_of_another_shape_is_an_error_that_says_which() {
    let world = World::new();
    for (answer, expect) in
        [("{}", "documented shape"), (r#"[{"start_time":-1.0,"end_time":2.0}]"#, "start_time")]
    {
        let server = Server::start(move |_, _| (200, answer.as_bytes().to_vec()));
        let mut source =
            FrigateSource::new(Api::new(&server.url, None), "yard", world.video.path().to_owned());
        let error = source.list(0, TEN_US).unwrap_err().to_string();
        assert!(error.contains(expect) && error.contains("/api/yard/recordings"), "{error}");
    }
    let server = Server::start(|_, _| (500, b"out of order".to_vec()));
    let mut source = FrigateSource::new(Api::new(&server.url, None), "yard", world.video.path().to_owned());
    let error = source.list(0, TEN_US).unwrap_err().to_string();
    assert!(error.contains("status 500: out of order"), "{error}");
}

const MOONFIRE_CAMERA: &str = "fd20f7a2-9d69-4cb3-94ed-d51a20c3edfe";

fn moonfire() -> (Server, MoonfireSource) {
    let server = Server::start(move |target, _| {
        if target.contains("/recordings?") {
            (200, fixture("moonfire-recordings.json").into_bytes())
        } else {
            (200, video(u8::from(target.contains("s=43"))))
        }
    });
    let source =
        MoonfireSource::new(Api::new(&server.url, Some("s=session".to_owned())), MOONFIRE_CAMERA, "main");
    (server, source)
}

#[test]
fn moonfire_lists_what_is_closed_and_committed_in_microseconds() {
    let (server, mut source) = moonfire();
    let listed = source.list(TEN_US, TEN_US + 30 * S).unwrap();
    assert_eq!(spans(listed.clone()), [("42@7".to_owned(), 0), ("43@7".to_owned(), 5 * S)]);
    // 450,450 ticks: five seconds and five milliseconds by Moonfire's own reckoning.
    assert!(listed.iter().any(|listed| listed.times.end_us == Some(TEN_US + 10_005_000)));
    let expect = format!(
        "GET /api/cameras/{MOONFIRE_CAMERA}/main/recordings?startTime90k=161176392000000&endTime90k=161176400100000&split90k=1\n"
    );
    assert_eq!(server.asked(), [expect]);
}

#[test]
fn moonfires_recordings_are_fetched_under_their_open_id_and_hashed() {
    let world = World::new();
    let (server, source) = moonfire();
    let mut recorder = world.recorder_of(Box::new(source));
    world.set_clock(35);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..10005000us [0+5 5+10005000us]"]);
    let asked = server.asked();
    let view = format!("GET /api/cameras/{MOONFIRE_CAMERA}/main/view.mp4?s=42%407\n");
    assert!(asked.contains(&view), "{asked:?}");
    // What was fetched to be hashed does not stay.
    let left = fs::read_dir(world.data.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_str().unwrap().contains("mp4")));
}

#[test]
fn a_moonfire_that_serves_other_frames_than_it_lists_is_told_of() {
    let world = World::new();
    let mut recording = fixture("moonfire-recordings.json");
    recording = recording.replace("\"videoSamples\": 5", "\"videoSamples\": 9");
    let server = Server::start(move |target, _| {
        let list = target.contains("/recordings?");
        (200, if list { recording.clone().into_bytes() } else { PLAIN.to_vec() })
    });
    let source = MoonfireSource::new(Api::new(&server.url, None), MOONFIRE_CAMERA, "main");
    let mut recorder = world.recorder_of(Box::new(source));
    world.set_clock(35);
    let reports = recorder.pass(Closeness::Full).unwrap();
    assert!(reports[0].problems[0].contains("9 frames listed, 5 served"), "{:?}", reports[0].problems);
    check(&recorder, 0, &[]);
}

fn onvif(server: &Server) -> Onvif {
    let api = Api::new(&server.url, None);
    Onvif { api, recording: "R1".to_owned(), track: "VIDEO001".to_owned(), credentials: None }
}

/// Answers each search with the first results, then with the last.
fn searched() -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |_, body| {
        let name = if body.contains("<tse:FindEvents>") {
            "onvif-find-events.xml"
        } else if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed).is_multiple_of(2) {
            "onvif-results-1.xml"
        } else {
            "onvif-results-2.xml"
        };
        (200, fixture(name).into_bytes())
    })
}

#[test]
fn onvif_tells_when_there_was_no_data_of_the_picture() {
    let server = searched();
    let onvif = onvif(&server);
    let absences = onvif.absences(TEN_US, TEN_US + 60 * S).unwrap();
    // The track from 7.5 to 11, the recording from 10 to 12; sound was never there and is no outage.
    assert_eq!(absences, [(TEN_US + 7_500_000, TEN_US + 12 * S)]);
    let asked = server.asked();
    assert!(asked[0].contains("<tse:IncludeStartState>true</tse:IncludeStartState>"), "{}", asked[0]);
    assert!(asked[0].contains("<tse:StartPoint>2026-10-01T10:00:00Z</tse:StartPoint>"), "{}", asked[0]);
    assert!(asked[1].contains("<tse:SearchToken>Search&amp;1</tse:SearchToken>"), "{}", asked[1]);
    // Extents are not coverage.
    assert!(
        !asked
            .iter()
            .any(|asked| asked.contains("GetRecordingSummary") || asked.contains("GetRecordingInformation"))
    );
}

#[test]
fn what_onvif_says_becomes_an_outage_once_and_never_a_segment() {
    let world = World::new();
    let server = searched();
    let onvif = onvif(&server);
    let mut recorder = world.recorder();
    let Watched { rules, source, .. } = recorder.cameras.pop().unwrap();
    recorder.cameras.push(Watched::new(rules, source, Some(onvif)));
    world.record_range(0, 25);
    look(&mut recorder);
    check(&recorder, 0, &["manifest 0..20 [0+5 5+10 10+15 15+20]", "no_signal 7500000us..12"]);
    let before = said(&recorder);
    look(&mut recorder);
    check(&recorder, before, &[]);
}

#[test]
fn a_search_that_is_refused_says_why() {
    let server = Server::start(|_, _| (400, fixture("onvif-fault.xml").into_bytes()));
    let error = onvif(&server).absences(TEN_US, TEN_US + S).unwrap_err().to_string();
    assert!(error.contains("ter:NotAuthorized Sender not authorized"), "{error}");
}

#[test]
fn soap_that_is_cut_or_hostile_is_an_error() {
    let whole = fixture("onvif-results-2.xml");
    for len in (0..whole.len() - 2).filter(|len| whole.is_char_boundary(*len)) {
        assert!(results_of(&whole[..len]).is_err(), "{len}");
    }
    let bomb = r#"<!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>"#;
    assert!(results_of(bomb).unwrap_err().contains("document type"));
    assert!(results_of(&"<a>".repeat(100_000)).unwrap_err().contains("deep"));
    assert!(search_token_of("<a/>").unwrap_err().contains("SearchToken"));
    assert_eq!(fault_of("<a/>"), Ok(None));
    let local = whole.replace("10:00:11Z", "10:00:11+01:00");
    assert!(results_of(&local).unwrap_err().contains("not a time in UTC"));
}
