//! A folder of recordings, a device on a simulated clock, and CCTV recorders that answer over loopback.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use custody::id::{BootId, CameraId, DeviceId, Digest, SiteId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::key::SigningKey;
use locker::device::{Device, Identity};
use locker::simulator::SimulatedClock;
use prost::Message as _;
use recorder::catalogue::Catalogue;
use recorder::pass::{CameraReport, Closeness, Recorder, Watched};
use recorder::rules::Rules;
use recorder::segment::Segment;
use recorder::source::Source;
use recorder::source::folder::FolderSource;

/// 2026-10-01 10:00 UTC.
pub(crate) const TEN_US: u64 = 1_790_848_800_000_000;

/// A second.
pub(crate) const S: u64 = 1_000_000;

/// Five pictures, one a second.
pub(crate) const PLAIN: &[u8] = include_bytes!("../fixtures/plain.mp4");

pub(crate) const CAMERA: CameraId = CameraId([0xca; 16]);

pub(crate) const PATTERN: &str = "%s.mp4";

pub(crate) type TestRecorder = Recorder<SigningKey, SimulatedClock>;

pub(crate) fn rules() -> Rules {
    Rules {
        camera: CAMERA,
        site: SiteId([0x51; 16]),
        retention_us: 86_400 * S,
        period_us: 15 * S,
        gap_us: S,
        no_signal_us: 120 * S,
        frozen_frame_bytes: 0,
        backfill_us: 3_600 * S,
    }
}

pub(crate) fn identity() -> Identity {
    Identity { device: DeviceId([0xd1; 16]), enrolment: Digest([0xee; 32]) }
}

/// One camera's folder of five-second segments, and the recorder's own folder.
pub(crate) struct World {
    pub(crate) video: tempfile::TempDir,
    pub(crate) data: tempfile::TempDir,
    pub(crate) clock: SimulatedClock,
    pub(crate) rules: Rules,
}

impl World {
    pub(crate) fn new() -> Self {
        let (video, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clock = SimulatedClock::starting_at(TEN_US, BootId([0xb0; 16]));
        Self { video, data, clock, rules: rules() }
    }

    /// Makes the segment that begins so many seconds after ten o'clock; `pictures` tells its content.
    pub(crate) fn record(&self, second: u64, pictures: u8) -> PathBuf {
        let path = self.path(second);
        fs::write(&path, video(pictures)).unwrap();
        path
    }

    pub(crate) fn path(&self, second: u64) -> PathBuf {
        self.video.path().join(format!("{}.mp4", TEN_US / S + second))
    }

    /// Records from one second to another without a gap, and lets as much time pass.
    pub(crate) fn record_range(&self, from: u64, to: u64) {
        for second in (from..to).step_by(5) {
            self.record(second, u8::try_from(second % 251).unwrap());
        }
        self.set_clock(to);
    }

    /// So many seconds after ten.
    pub(crate) fn set_clock(&self, second: u64) {
        let now_us = locker::clock::Clock::now(&self.clock).wall_us;
        self.clock.advance((TEN_US + second * S).checked_sub(now_us).unwrap());
    }

    pub(crate) fn recorder(&self) -> TestRecorder {
        let pattern = Some(PATTERN.parse().unwrap());
        self.recorder_of(Box::new(FolderSource::new(self.video.path().to_owned(), pattern, 30 * S)))
    }

    pub(crate) fn recorder_of(&self, source: Box<dyn Source>) -> TestRecorder {
        let device = self.device();
        let catalogue = Catalogue::open_dir(self.data.path(), identity().device).unwrap();
        let cameras = vec![Watched::new(self.rules, source, None)];
        let mut recorder = Recorder::new(device, catalogue, self.data.path().to_owned(), cameras).unwrap();
        recorder.hash_bytes_max = 1 << 30;
        recorder
    }

    pub(crate) fn device(&self) -> Device<SigningKey, SimulatedClock> {
        let key = SigningKey::from_seed(&[1; 32]);
        Device::open(self.data.path(), key, self.clock.clone(), identity()).unwrap()
    }
}

/// Two looks: what is closed shows at the second, and so does what is gone.
#[track_caller]
pub(crate) fn look(recorder: &mut TestRecorder) -> CameraReport {
    recorder.pass(Closeness::Full).unwrap();
    let mut reports = recorder.pass(Closeness::Full).unwrap();
    reports.pop().unwrap()
}

/// The fixture with other pictures: the same boxes, another byte in the middle of the media.
pub(crate) fn video(pictures: u8) -> Vec<u8> {
    let mut bytes = PLAIN.to_vec();
    let media = bytes.windows(4).position(|kind| kind == b"mdat").unwrap();
    bytes[media + 200] = pictures;
    bytes
}

/// All that a device said, oldest first.
pub(crate) fn facts(recorder: &TestRecorder) -> Vec<Fact> {
    let sequences = recorder.device.said().map(|(sequence, _)| sequence);
    let envelope = |sequence| recorder.device.envelope(sequence).unwrap().unwrap();
    let fact =
        |sequence| v1::Statement::decode(envelope(sequence).statement.as_slice()).unwrap().fact.unwrap();
    sequences.map(fact).collect()
}

/// A fact in one line, times in seconds after ten.
pub(crate) fn line(fact: &Fact) -> String {
    let at = |us: u64| {
        let after = i128::from(us) - i128::from(TEN_US);
        if after % 1_000_000 == 0 { format!("{}", after / 1_000_000) } else { format!("{after}us") }
    };
    match fact {
        Fact::FootageManifestCommitted(fact) => {
            let observed = fact.observed.as_ref().unwrap();
            let segment = |segment: &v1::Segment| format!("{}+{}", at(segment.start_us), at(segment.end_us));
            let segments: Vec<_> = observed.segments.iter().map(segment).collect();
            format!("manifest {}..{} [{}]", at(observed.from_us), at(observed.to_us), segments.join(" "))
        }
        Fact::CameraOutage(fact) => {
            let observed = fact.observed.as_ref().unwrap();
            let kind = observed.kind().as_str_name().trim_start_matches("OUTAGE_KIND_").to_lowercase();
            let to = observed.to_us.map_or("lasting".to_owned(), at);
            format!("{kind} {}..{to}", at(observed.from_us))
        }
        Fact::FootageAltered(fact) => {
            let observed = fact.observed.as_ref().unwrap();
            let what = if observed.found.is_some() { "altered" } else { "gone" };
            format!("{what} {}..{}", at(observed.start_us), at(observed.end_us))
        }
        Fact::FootageLapsed(fact) => {
            let (observed, declared) = (fact.observed.as_ref().unwrap(), fact.declared.unwrap());
            let decision =
                declared.decision().as_str_name().trim_start_matches("LAPSE_DECISION_").to_lowercase();
            format!("lapsed {}..{} {decision}", at(observed.from_us), at(observed.to_us))
        }
        Fact::FootagePreserved(fact) => {
            format!("preserved {}", fact.observed.as_ref().unwrap().segments.len())
        }
        other => format!("{other:?}"),
    }
}

/// The facts said since there were `before` of them, as lines.
pub(crate) fn lines_since(recorder: &TestRecorder, before: usize) -> Vec<String> {
    facts(recorder).iter().skip(before).map(line).collect()
}

/// What was said since then is exactly this.
#[track_caller]
pub(crate) fn check(recorder: &TestRecorder, before: usize, expect: &[&str]) {
    assert_eq!(lines_since(recorder, before), expect);
}

pub(crate) fn said(recorder: &TestRecorder) -> usize {
    facts(recorder).len()
}

pub(crate) fn segment(start_us: u64, end_us: u64, seed: u8) -> Segment {
    Segment {
        name: format!("{start_us}-{seed}"),
        start_us,
        end_us,
        frames: 5,
        bytes: 1000,
        sha256: Digest([seed; 32]),
        pictures: Digest([seed; 32]),
        median_frame_bytes: 500,
        extension: "mp4",
    }
}

/// An HTTP server on loopback that answers by path and keeps what it was asked.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `answer` gets method and target, and the body, and gives status and body.
    pub(crate) fn start(answer: impl Fn(&str, &str) -> (u16, Vec<u8>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = BufReader::new(socket.unwrap());
                let (target, body) = request(&mut socket);
                kept.lock().unwrap().push(format!("{target}\n{body}"));
                let (status, answer) = answer(&target, &body);
                let head = format!(
                    "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    answer.len()
                );
                let socket = socket.get_mut();
                // Who hangs up early is the test's own client.
                let _hung_up = socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(&answer));
            }
        });
        Self { url, asked }
    }

    /// Answers each path (without its query) from a table.
    pub(crate) fn table(answers: BTreeMap<String, Vec<u8>>) -> Self {
        Self::start(move |target, _| {
            let path = target.split_once(' ').unwrap().1;
            let path = path.split('?').next().unwrap();
            answers.get(path).map_or((404, b"no such thing".to_vec()), |answer| (200, answer.clone()))
        })
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn request(socket: &mut BufReader<std::net::TcpStream>) -> (String, String) {
    let (mut first, mut length) = (String::new(), 0);
    socket.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body).unwrap();
    let target = first.trim().trim_end_matches(" HTTP/1.1").to_owned();
    (target, String::from_utf8(body).unwrap())
}

pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read_to_string(path).unwrap()
}
