//! The footage that is still held: what it must be, and what becomes of what rests on it.

use std::fs;
use std::path::PathBuf;

use custody::id::CameraId;
use custody::policy::Policy;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;
use custody_proto::v1::{self, statement::Fact};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use verifier::audit::audit_with_footage;
use verifier::footage::FootageDirectory;
use verifier::policies::Policies;
use verifier::report::{Outcome, Report, human, json};
use verifier::testing::{Exhibit, Locker, SpeakerId, World, policy_text};

use crate::support::options;

const SECOND: u64 = 1_000_000;
const DAY: u64 = 86_400 * SECOND;

/// Five seconds of video, five pictures.
const PLAIN: &[u8] = include_bytes!("../../../crates/recorder/tests/fixtures/plain.mp4");

/// A ledger with a locker in view of one camera, one deposit, and the camera's footage of it in a folder.
struct Filmed {
    world: World,
    locker: Locker,
    exhibit: Exhibit,
    recorder: SpeakerId,
    camera: CameraId,
    folder: TempDir,
    /// The segments' beginnings, in order.
    starts: Vec<u64>,
    /// When the door moved.
    door_us: u64,
}

/// A policy that asks for cameras and for nothing else of the estate.
fn camera_policy() -> Policies {
    let text = policy_text().replace("camera_required = false", "camera_required = true");
    // Footage lapses long after an exhibit should have been registered, counted and collected; here it may lie.
    let text = text.replace("dwell_days_max = 14", "dwell_days_max = 400");
    let text = text.replace("count_days_max = 31", "count_days_max = 400");
    let text = text.replace("register_days_max = 3", "register_days_max = 400");
    Policies::of([Policy::parse(&text).unwrap()])
}

/// A segment whose pictures differ from those of every other.
fn segment_bytes(number: usize) -> Vec<u8> {
    let mut bytes = PLAIN.to_vec();
    let media = PLAIN.windows(4).position(|kind| kind == b"mdat").unwrap();
    bytes[media + 200] = u8::try_from(number).unwrap();
    bytes
}

fn segment(start_us: u64, bytes: &[u8]) -> v1::Segment {
    v1::Segment {
        start_us,
        end_us: start_us + 5 * SECOND,
        frames: 5,
        bytes: u64::try_from(bytes.len()).unwrap(),
        sha256: Sha256::digest(bytes).to_vec(),
        signed_video: v1::SignedVideo::NotChecked.into(),
    }
}

impl Filmed {
    fn new() -> Self {
        Self::with(|_, segment| segment)
    }

    /// The same, with a manifest that says otherwise of some segments than is held.
    fn with(said: impl Fn(usize, v1::Segment) -> v1::Segment) -> Self {
        let mut world = World::new("ledger.example");
        let site = world.site();
        let locker = world.locker(site, 1);
        let recorder = world.enrol(v1::DeviceKind::Recorder, Some(site));
        let camera = CameraId(world.id());
        let declared = v1::camera_registered::Declared {
            camera: camera.0.to_vec(),
            recorder: world.device(recorder).0.to_vec(),
            site: site.0.to_vec(),
            name: vec![7; 32],
            signed_video: false,
        };
        world.agree(Fact::CameraRegistered(v1::CameraRegistered { declared: Some(declared) }));
        let coverage =
            v1::Coverage { locker: locker.locker.0.to_vec(), camera: camera.0.to_vec(), still: vec![3; 32] };
        let declared = v1::coverage_map_approved::Declared {
            site: site.0.to_vec(),
            surveyed_us: world.now_us - DAY,
            valid_from_us: world.now_us - DAY,
            surveyor: vec![9; 16],
            coverages: vec![coverage],
        };
        world.agree(Fact::CoverageMapApproved(v1::CoverageMapApproved { declared: Some(declared) }));
        world.wait_us(3_600 * SECOND);
        let mut exhibit = world.exhibit();
        let door_us = world.now_us;
        world.deposit(&locker, 0, &mut exhibit);
        let from_us = door_us - 60 * SECOND;
        let starts: Vec<u64> = (0..40).map(|number| from_us + number * 5 * SECOND).collect();
        let mut filmed = Self {
            world,
            locker,
            exhibit,
            recorder,
            camera,
            folder: tempfile::tempdir().unwrap(),
            starts,
            door_us,
        };
        filmed.world.wait_us(600 * SECOND);
        filmed.record(said);
        filmed
    }

    fn record(&mut self, said: impl Fn(usize, v1::Segment) -> v1::Segment) {
        fs::create_dir(self.folder.path().join(self.camera.to_string())).unwrap();
        let mut segments = Vec::new();
        for (number, start_us) in self.starts.clone().into_iter().enumerate() {
            let bytes = segment_bytes(number);
            fs::write(self.path(number), &bytes).unwrap();
            segments.push(said(number, segment(start_us, &bytes)));
        }
        self.commit(segments);
        // A last word of the locker, after everything.
        self.world.wait_us(600 * SECOND);
        let session = self.world.session(&self.locker, custody::id::PersonId([1; 16]));
        let observed = v1::session_closed::Observed { session: session.0.to_vec(), timed_out: false };
        self.world
            .say(self.locker.speaker, Fact::SessionClosed(v1::SessionClosed { observed: Some(observed) }));
    }

    fn commit(&mut self, segments: Vec<v1::Segment>) {
        let observed = v1::footage_manifest_committed::Observed {
            camera: self.camera.0.to_vec(),
            from_us: segments.first().unwrap().start_us,
            to_us: segments.last().unwrap().end_us,
            clock_offset_us: 0,
            offset_measured_us: Some(self.door_us - DAY),
            offset_error_us: Some(100_000),
            segments,
        };
        let fact = v1::FootageManifestCommitted { observed: Some(observed) };
        self.world.say(self.recorder, Fact::FootageManifestCommitted(fact));
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.path().join(self.camera.to_string()).join(format!("{}.mp4", self.starts[number]))
    }

    /// The segment that shows the door.
    fn at_the_door(&self) -> usize {
        self.starts.iter().rposition(|start| *start <= self.door_us).unwrap()
    }

    fn says(&mut self, fact: Fact) {
        self.world.say(self.recorder, fact);
    }

    fn lapse(&mut self, from: usize, to: usize, decision: v1::LapseDecision) {
        self.world.wait_us(40 * DAY);
        let observed = v1::footage_lapsed::Observed {
            camera: self.camera.0.to_vec(),
            from_us: self.starts[from],
            to_us: self.starts[to] + 5 * SECOND,
        };
        let declared = v1::footage_lapsed::Declared { decision: decision.into() };
        self.says(Fact::FootageLapsed(v1::FootageLapsed {
            observed: Some(observed),
            declared: Some(declared),
        }));
        for number in from..=to {
            fs::remove_file(self.path(number)).unwrap();
        }
    }

    fn alter(&mut self, number: usize, found: Option<&[u8]>) {
        let observed = v1::footage_altered::Observed {
            camera: self.camera.0.to_vec(),
            start_us: self.starts[number],
            end_us: self.starts[number] + 5 * SECOND,
            committed: Sha256::digest(segment_bytes(number)).to_vec(),
            found: found.map(|bytes| Sha256::digest(bytes).to_vec()),
        };
        self.says(Fact::FootageAltered(v1::FootageAltered { observed: Some(observed) }));
    }

    fn audit(&self) -> Report {
        let (archive, trust) = (self.world.archive(), self.world.trust());
        let footage = FootageDirectory::open(self.folder.path()).unwrap();
        audit_with_footage(&archive, &footage, &trust, &[], &camera_policy(), &options(2), &mut |_| {})
    }

    fn audit_without(&self) -> Report {
        let (archive, trust) = (self.world.archive(), self.world.trust());
        verifier::audit::audit(&archive, &trust, &[], &camera_policy(), &options(2), &mut |_| {})
    }

    fn standing(&self, report: &Report) -> Option<Standing> {
        report.verdicts.iter().find(|verdict| verdict.exhibit == self.exhibit.exhibit).unwrap().standing()
    }
}

fn found(report: &Report) -> Vec<(RuleId, Severity)> {
    report.findings.iter().map(|finding| (finding.rule, finding.severity)).collect()
}

/// Exactly these, gravest first.
#[track_caller]
fn check(report: &Report, expected: &[(RuleId, Severity)]) {
    assert_eq!(found(report), expected, "{}", human(report));
}

fn is_checked(report: &Report, rule: RuleId) -> bool {
    report.rules.iter().find(|check| check.rule == rule).unwrap().checked.is_ok()
}

const ALTERED: (RuleId, Severity) = (RuleId::V04, Severity::Fatal);
const UNSEEN: (RuleId, Severity) = (RuleId::V02, Severity::Break);
const SURPLUS: (RuleId, Severity) = (RuleId::V04, Severity::Warning);
const MISSING: (RuleId, Severity) = (RuleId::V07, Severity::Break);
const LAPSED: (RuleId, Severity) = (RuleId::V07, Severity::Information);

#[test]
fn footage_that_is_what_was_committed_to_is_verified() {
    let filmed = Filmed::new();
    let report = filmed.audit();
    check(&report, &[]);
    assert_eq!(report.outcome(), Outcome::Verified);
    assert!(human(&report).contains("against 40 committed segments, of which 40 are held as committed"));
    assert!(human(&report).contains("V02 checked against 1 windows and 1 manifests"));
}

#[test]
fn without_the_footage_it_is_not_checked_and_the_report_says_so() {
    let report = Filmed::new().audit_without();
    check(&report, &[]);
    assert!(!is_checked(&report, RuleId::V04));
    assert!(is_checked(&report, RuleId::V07));
}

#[test]
fn an_altered_segment_is_named_and_what_rests_on_it_is_not_proven() {
    for tamper in [
        |bytes: &mut Vec<u8>| bytes[1_000] ^= 1,
        |bytes: &mut Vec<u8>| bytes.truncate(4_000),
        |bytes: &mut Vec<u8>| bytes.push(0),
        |bytes: &mut Vec<u8>| bytes.clear(),
        |bytes: &mut Vec<u8>| *bytes = segment_bytes(200),
    ] {
        let filmed = Filmed::new();
        // The door has just been locked, and the deposit is being said.
        let number = filmed.at_the_door() + 1;
        let mut bytes = fs::read(filmed.path(number)).unwrap();
        tamper(&mut bytes);
        fs::write(filmed.path(number), bytes).unwrap();
        let report = filmed.audit();
        check(&report, &[ALTERED, UNSEEN]);
        assert_eq!(filmed.standing(&report), Some(Standing::NotProven));
        // Fatal for the segment, not for the record.
        assert_eq!(report.verdicts_lowered, None);
        let [altered, unseen] = report.findings.as_slice() else { panic!("two") };
        assert_eq!(altered.cameras, [filmed.camera]);
        assert_eq!(altered.interval.map(|time| time.from_us), Some(filmed.starts[number]));
        assert!(unseen.sentence.contains("not what was committed to"));
        assert_eq!(report.outcome(), Outcome::Findings);
    }
}

#[test]
fn an_altered_segment_that_no_window_rests_on_leaves_everything_else_proven() {
    let filmed = Filmed::new();
    fs::write(filmed.path(0), b"nothing").unwrap();
    let report = filmed.audit();
    check(&report, &[ALTERED]);
    assert_eq!(filmed.standing(&report), Some(Standing::Proven));
}

#[test]
fn a_manifest_that_says_another_length_than_its_video_has_is_found() {
    // The hash is right: the recorder lied from the first moment.
    let longer = Filmed::with(|number, segment| match number {
        39 => v1::Segment { end_us: segment.end_us + 60 * SECOND, ..segment },
        _ => segment,
    });
    check(&longer.audit(), &[ALTERED]);
    let fuller = Filmed::with(|number, segment| match number {
        0 => v1::Segment { frames: 125, ..segment },
        _ => segment,
    });
    check(&fuller.audit(), &[ALTERED]);
    // Cut where the next one begins.
    let clipped = Filmed::with(|number, segment| match number {
        39 => v1::Segment { end_us: segment.end_us - SECOND, ..segment },
        _ => segment,
    });
    check(&clipped.audit(), &[]);
}

#[test]
fn what_is_no_video_has_no_length() {
    let bytes = b"as many bytes as anybody likes, and no video";
    let filmed = Filmed::with(|number, segment_said| match number {
        0 => segment(segment_said.start_us, bytes),
        _ => segment_said,
    });
    fs::write(filmed.path(0), bytes).unwrap();
    let report = filmed.audit();
    // It was said to have five pictures.
    check(&report, &[ALTERED]);
    assert!(human(&report).contains("no length can be read"));
}

#[test]
fn a_segment_that_is_missing_without_a_lapse_is_told_and_what_it_showed_is_not_proven() {
    let filmed = Filmed::new();
    let number = filmed.at_the_door();
    fs::remove_file(filmed.path(number)).unwrap();
    fs::remove_file(filmed.path(number + 1)).unwrap();
    fs::remove_file(filmed.path(0)).unwrap();
    let report = filmed.audit();
    check(&report, &[MISSING, MISSING]);
    assert!(report.findings.iter().any(|finding| finding.sentence.starts_with("2 segments of camera")));
    assert_eq!(filmed.standing(&report), Some(Standing::NotProven));
}

#[test]
fn a_segment_that_has_lapsed_by_record_is_missed_by_nobody() {
    let mut filmed = Filmed::new();
    filmed.lapse(0, 39, v1::LapseDecision::NotNeeded);
    let report = filmed.audit();
    check(&report, &[LAPSED]);
    assert_eq!(report.outcome(), Outcome::Verified);
    assert!(report.findings[0].sentence.contains("nothing needed it"));
    let mut undecided = Filmed::new();
    undecided.lapse(0, 3, v1::LapseDecision::Undecided);
    check(&undecided.audit(), &[MISSING, LAPSED]);
    assert!(undecided.audit().findings[1].sentence.contains("nobody had decided"));
}

#[test]
fn what_the_ledger_has_told_already_is_not_told_again() {
    let mut filmed = Filmed::new();
    let other = segment_bytes(99);
    filmed.alter(0, Some(&other));
    fs::write(filmed.path(0), &other).unwrap();
    filmed.alter(39, None);
    fs::remove_file(filmed.path(39)).unwrap();
    check(&filmed.audit(), &[ALTERED, MISSING]);
    check(&filmed.audit_without(), &[ALTERED, MISSING]);
}

#[test]
fn a_file_that_is_no_committed_segment_is_told() {
    let filmed = Filmed::new();
    let folder = filmed.folder.path();
    let camera = folder.join(filmed.camera.to_string());
    fs::write(folder.join("notes.txt"), "notes").unwrap();
    fs::write(camera.join("17.mp4"), PLAIN).unwrap();
    let stranger = folder.join("00000000-0000-0000-0000-000000000001");
    fs::create_dir(&stranger).unwrap();
    fs::write(stranger.join(format!("{}.mp4", filmed.starts[0])), segment_bytes(0)).unwrap();
    std::os::unix::fs::symlink(filmed.path(0), camera.join("18.mp4")).unwrap();
    let report = filmed.audit();
    check(&report, &[SURPLUS, SURPLUS, SURPLUS, SURPLUS]);
    assert_eq!(filmed.standing(&report), Some(Standing::Proven));
}

#[test]
fn of_two_segments_that_begin_together_each_has_its_own_name() {
    let mut filmed = Filmed::new();
    let second = segment_bytes(77);
    let said = segment(filmed.starts[5], &second);
    filmed.commit(vec![said]);
    let digest = custody::id::Digest(Sha256::digest(&second).into()).to_string();
    let digits = &digest[..8];
    let path = filmed.path(5).with_file_name(format!("{}-{digits}.mp4", filmed.starts[5]));
    fs::write(&path, &second).unwrap();
    check(&filmed.audit(), &[]);
    // Another copy under the plain name of one that is whole, in the other container.
    fs::write(filmed.path(6).with_extension("mkv"), b"something else").unwrap();
    check(&filmed.audit(), &[SURPLUS]);
    fs::write(&path, b"something else").unwrap();
    check(&filmed.audit(), &[ALTERED, SURPLUS]);
}

#[test]
fn footage_of_a_camera_that_another_speaks_for_is_committed_to_by_nobody() {
    let mut filmed = Filmed::new();
    let bytes = segment_bytes(78);
    let start_us = filmed.starts[0] - 5 * SECOND;
    let observed = v1::footage_manifest_committed::Observed {
        camera: filmed.camera.0.to_vec(),
        from_us: start_us,
        to_us: start_us + 5 * SECOND,
        clock_offset_us: 0,
        offset_measured_us: None,
        offset_error_us: None,
        segments: vec![segment(start_us, &bytes)],
    };
    let fact = v1::FootageManifestCommitted { observed: Some(observed) };
    let other = filmed.world.enrol(v1::DeviceKind::Recorder, None);
    filmed.world.say(other, Fact::FootageManifestCommitted(fact));
    fs::write(filmed.path(0).with_file_name(format!("{start_us}.mp4")), bytes).unwrap();
    check(&filmed.audit(), &[(RuleId::K01, Severity::Break), SURPLUS]);
}

#[test]
fn the_report_on_footage_is_the_same_twice() {
    let filmed = Filmed::new();
    for number in [3, 4, 9, 20] {
        fs::remove_file(filmed.path(number)).unwrap();
    }
    for number in [5, 15] {
        fs::write(filmed.path(number), b"x").unwrap();
    }
    assert_eq!(json(&filmed.audit()), json(&filmed.audit()));
}

#[test]
fn an_empty_folder_misses_everything_and_a_folder_that_is_not_there_cannot_be_opened() {
    let filmed = Filmed::new();
    fs::remove_dir_all(filmed.folder.path().join(filmed.camera.to_string())).unwrap();
    check(&filmed.audit(), &[MISSING]);
    assert!(FootageDirectory::open(&filmed.folder.path().join("absent")).is_err());
}
