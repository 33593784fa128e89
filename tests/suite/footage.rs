//! A recorder beside a camera, all the way: recorded, looked at, signed, admitted, audited.

use std::fs;
use std::path::Path;

use custody::id::{BootId, CameraId, DeviceId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::key::SigningKey;
use locker::device::{Device, Identity};
use locker::simulator::SimulatedClock;
use locker::sync::{Line, sync};
use recorder::catalogue::Catalogue;
use recorder::pass::{Closeness, Recorder, Watched};
use recorder::rules::Rules;
use recorder::source::folder::FolderSource;
use recorder::wanted::{HttpNode, Node as _};

use crate::estate::Estate;
use crate::estate::acts::{OFFICER, exhibit, person};

/// A second.
const S: u64 = 1_000_000;

/// Five seconds of video.
const PLAIN: &[u8] = include_bytes!("../../crates/recorder/tests/fixtures/plain.mp4");

const NUMBER: u8 = 0x33;

fn rules(estate: &Estate) -> Rules {
    Rules {
        camera: CameraId([0xca; 16]),
        site: estate.site,
        retention_us: 31 * 86_400 * S,
        period_us: 15 * S,
        gap_us: S,
        no_signal_us: 120 * S,
        frozen_frame_bytes: 0,
        backfill_us: 3_600 * S,
    }
}

/// Records five seconds from each of these; the content of one differs from that of the next.
fn record(video: &Path, from_us: u64, seconds: &[u64]) {
    let media = PLAIN.windows(4).position(|kind| kind == b"mdat").unwrap();
    for second in seconds {
        let mut bytes = PLAIN.to_vec();
        bytes[media + 200] = u8::try_from(second % 251).unwrap();
        fs::write(video.join(format!("{}.mp4", from_us / S + second)), bytes).unwrap();
    }
}

#[test]
fn what_a_recorder_says_is_admitted_receipted_and_can_be_audited() {
    let mut estate = Estate::new();
    let enrolment = estate.voice(NUMBER, v1::DeviceKind::Recorder).chain.enrolment;
    let identity = Identity { device: DeviceId([NUMBER; 16]), enrolment };
    let (video, data) = (estate.path("video"), estate.path("recorder"));
    for folder in [&video, &data] {
        fs::create_dir(folder).unwrap();
    }
    let from_us = estate.now_us();
    let clock = SimulatedClock::starting_at(from_us, BootId([NUMBER; 16]));
    let device = Device::open(&data, SigningKey::from_seed(&[NUMBER; 32]), clock.clone(), identity).unwrap();
    let catalogue = Catalogue::open_dir(&data, identity.device).unwrap();
    let source = FolderSource::new(video.clone(), Some("%s.mp4".parse().unwrap()), 0);
    let watched = Watched::new(rules(&estate), Box::new(source), None);
    let mut recorder = Recorder::new(device, catalogue, data, vec![watched]).unwrap();
    recorder.hash_bytes_max = 1 << 30;

    // A minute with a hole in it, then a segment is exchanged and another deleted.
    record(&video, from_us, &[0, 5, 10, 25, 30]);
    clock.advance(60 * S);
    recorder.pass(Closeness::Full).unwrap();
    recorder.pass(Closeness::Full).unwrap();
    fs::copy(video.join(format!("{}.mp4", from_us / S)), video.join(format!("{}.mp4", from_us / S + 5)))
        .unwrap();
    fs::remove_file(video.join(format!("{}.mp4", from_us / S + 10))).unwrap();
    recorder.pass(Closeness::Full).unwrap();
    recorder.pass(Closeness::Full).unwrap();
    let names: Vec<_> = recorder.device.said().map(|(_, said)| said.name).collect();
    let expect = ["footage_manifest_committed", "camera_outage", "footage_altered", "footage_altered"];
    assert_eq!(names, expect);

    estate.pass(60 * S);
    let mut line = Line::new(estate.node.uplink(), estate.node.ledger_key());
    let report = sync(&mut recorder.device, &mut line).unwrap();
    assert_eq!((report.recorded, report.waiting, report.stopped), (4, 0, None));
    let report = estate.audit();
    assert_eq!(report.could_not_check, None);
}

/// A camera over the estate's locker, by the map in force.
fn under_a_camera(estate: &mut Estate) {
    let (camera, site) = ([0xca; 16].to_vec(), estate.site.0.to_vec());
    let registered = v1::camera_registered::Declared {
        camera: camera.clone(),
        recorder: [NUMBER; 16].to_vec(),
        site: site.clone(),
        name: vec![7; 32],
        signed_video: false,
    };
    estate.agree(Fact::CameraRegistered(v1::CameraRegistered { declared: Some(registered) }));
    let locker = estate.node.node.look(|state, _| *state.ledger().estate().lockers.keys().next().unwrap());
    let coverage = v1::Coverage { camera, locker: locker.0.to_vec(), still: vec![7; 32] };
    let map = v1::coverage_map_approved::Declared {
        site,
        surveyor: person(OFFICER).person.0.to_vec(),
        surveyed_us: estate.now_us(),
        valid_from_us: estate.now_us(),
        coverages: vec![coverage],
    };
    estate.agree(Fact::CoverageMapApproved(v1::CoverageMapApproved { declared: Some(map) }));
}

#[test]
fn a_recorder_reads_from_the_node_which_window_of_a_deposit_it_wants() {
    let mut estate = Estate::new();
    estate.voice(NUMBER, v1::DeviceKind::Recorder);
    under_a_camera(&mut estate);
    let token = Some(estate.node.token.clone());
    let mut node = HttpNode::new(&estate.node.url, None, token).unwrap();
    let recorder = DeviceId([NUMBER; 16]);
    assert_eq!(node.wanted(recorder).unwrap(), []);
    let place = estate.compartments[0];
    estate.register(exhibit(1), person(OFFICER));
    estate.pass(60 * S);
    let deposit = estate.deposit(exhibit(1), person(OFFICER), place);
    estate.sync_locker();
    let wanted = node.wanted(recorder).unwrap();
    assert_eq!(wanted.len(), 1);
    assert_eq!((wanted[0].camera, wanted[0].statement), (CameraId([0xca; 16]), deposit));
    assert!(!wanted[0].is_preserved && wanted[0].from_us < wanted[0].to_us);
    assert_eq!(node.wanted(DeviceId([0x34; 16])).unwrap(), [], "of its own cameras alone");
}
