//! Two cameras of one store, the folder that their recorder writes into, and the device that signs what it finds there.
//!
//! The recorder's clock is a second and a half ahead, has been measured, and nobody corrects it: names of files are
//! in its time.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use custody::id::{CameraId, SiteId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::key::SigningKey;
use locker::simulator::SimulatedClock;
use locker::sync::{Line, sync};
use locker::uplink::HttpUplink;
use recorder::catalogue::Catalogue;
use recorder::export::export;
use recorder::pass::{Closeness, Recorder, Watched};
use recorder::rules::{Rules, TimeCheck};
use recorder::source::folder::FolderSource;

use crate::clips::{CLIP_S, Clips, Writer};
use crate::clock::{Day, MINUTE_US};
use crate::day::Piece;
use crate::estate::Station;

/// Pieces that a camera records during the day: one for each deposit, some for the clearance, some for a forced door.
const CLIPS: usize = 16;

/// Recorder clock minus the day's.
const OFFSET_US: u64 = 1_500_000;

/// How long before a door opens the recording begins: the policy's margin, and time to walk in.
const BEFORE_US: u64 = 90_000_000;

/// And how long it goes on behind it.
const AFTER_US: u64 = 60_000_000;

const CLIP_US: u64 = CLIP_S * 1_000_000;
const DAY_US: u64 = 24 * 60 * MINUTE_US;

/// The cameras of one store.
pub(crate) struct Cctv {
    recorder: Recorder<SigningKey, SimulatedClock>,
    clock: SimulatedClock,
    line: Line<HttpUplink>,
    cameras: Vec<Camera>,
    site: SiteId,
    /// Times that are to be recorded, and end in the future.
    pending: Vec<(u64, u64)>,
    /// Until when there is a recording, or none was possible.
    recorded_to_us: u64,
    /// How many manifests and other facts the device has said.
    pub(crate) said: usize,
}

struct Camera {
    id: CameraId,
    folder: PathBuf,
    clips: Clips,
}

impl Cctv {
    /// Puts up two cameras and starts the recorder beside them.
    pub(crate) fn new(
        station: Station,
        data: &Path,
        site: SiteId,
        cameras: [CameraId; 2],
        number: usize,
        writer: Writer,
        day: &Day,
    ) -> anyhow::Result<Self> {
        let Station { device, clock, line } = station;
        let mut own = Vec::new();
        let mut watched = Vec::new();
        for (place, id) in cameras.into_iter().enumerate() {
            let folder = data.join("recordings").join(id.to_string());
            std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
            let clips = data.join("clips").join(format!("{place}"));
            let clips = Clips::make(writer, &clips, number * 2 + place, CLIPS)?;
            let pattern = Some("%s.mp4".parse()?);
            let source = Box::new(FolderSource::new(folder.clone(), pattern, 0));
            watched.push(Watched::new(rules(id, site), source, None));
            own.push(Camera { id, folder, clips });
        }
        let catalogue = Catalogue::open_dir(data, device.id())?;
        let mut recorder = Recorder::new(device, catalogue, data.to_owned(), watched)?;
        let offset_us = i64::try_from(OFFSET_US)?;
        recorder.check = Some(TimeCheck { offset_us, error_us: 100_000, measured_us: day.now_us() });
        let recorded_to_us = day.now_us();
        Ok(Self { recorder, clock, line, cameras: own, site, pending: Vec::new(), recorded_to_us, said: 0 })
    }

    /// Somebody stands before the locker between these times.
    pub(crate) fn film(&mut self, from_us: u64, to_us: u64) {
        self.pending.push((from_us.saturating_sub(BEFORE_US), to_us.saturating_add(AFTER_US)));
    }

    /// Records what has ended, has the recorder look at it, and hands the manifests over.
    pub(crate) fn look(&mut self, day: &Day) -> anyhow::Result<()> {
        let now_us = day.now_us();
        // A piece is complete when its last picture is.
        let ends = |(from_us, to_us): &(u64, u64)| (*to_us).max(from_us.saturating_add(CLIP_US)) + CLIP_US;
        let due: Vec<_> = self.pending.extract_if(.., |window| ends(window) <= now_us).collect();
        if due.is_empty() {
            return Ok(());
        }
        for (from_us, to_us) in due {
            self.record(from_us, to_us)?;
        }
        self.commit(day)
    }

    /// Whole pieces from the beginning on, until the end is covered; what is recorded already stays.
    fn record(&mut self, from_us: u64, to_us: u64) -> anyhow::Result<()> {
        let mut start_us = from_us.max(self.recorded_to_us) / 1_000_000 * 1_000_000;
        while start_us < to_us {
            let name = format!("{}.mp4", (start_us + OFFSET_US) / 1_000_000);
            for camera in &mut self.cameras {
                let clip = camera.clips.next()?;
                std::fs::rename(&clip, camera.folder.join(&name)).context("a piece into the recordings")?;
            }
            start_us += CLIP_US;
            self.recorded_to_us = start_us;
        }
        Ok(())
    }

    /// What is closed shows by looking twice.
    fn commit(&mut self, day: &Day) -> anyhow::Result<()> {
        day.set(&self.clock);
        for _ in 0..2 {
            for report in self.recorder.pass(Closeness::Quick)? {
                ensure!(report.problems.is_empty(), "the recorder: {:?}", report.problems);
                self.said += report.said;
            }
        }
        let report = sync(&mut self.recorder.device, &mut self.line)?;
        ensure!(report.waiting == 0, "the node did not take all: {report:?}");
        Ok(())
    }

    /// Neither camera gives a picture while somebody stands before the locker, and the recorder says so.
    pub(crate) fn lose(&mut self, from_us: u64, to_us: u64, day: &Day) -> anyhow::Result<()> {
        let (from_us, to_us) = (from_us.saturating_sub(BEFORE_US), to_us.saturating_add(AFTER_US));
        day.set(&self.clock);
        for camera in &self.cameras {
            let observed = v1::camera_outage::Observed {
                camera: camera.id.0.to_vec(),
                site: self.site.0.to_vec(),
                kind: v1::OutageKind::NoSignal.into(),
                from_us: from_us + OFFSET_US,
                to_us: Some(to_us + OFFSET_US),
            };
            let outage = v1::CameraOutage { observed: Some(observed) };
            self.recorder.device.say(Fact::CameraOutage(outage))?;
            self.said += 1;
        }
        self.recorded_to_us = self.recorded_to_us.max(to_us);
        sync(&mut self.recorder.device, &mut self.line)?;
        Ok(())
    }

    /// Somebody alters a picture of the second camera's first piece.
    pub(crate) fn tamper(&mut self) -> anyhow::Result<Piece> {
        let camera = self.cameras.last().context("a second camera")?;
        let entries = std::fs::read_dir(&camera.folder)?.collect::<Result<Vec<_>, _>>()?;
        let first = entries.iter().map(std::fs::DirEntry::path).min().context("a recorded piece")?;
        let mut bytes = std::fs::read(&first)?;
        let middle = bytes.len() / 2;
        let byte = bytes.get_mut(middle).context("a piece of some length")?;
        *byte ^= 0x01;
        std::fs::write(&first, bytes)?;
        let seconds: u64 = first.file_stem().and_then(|stem| stem.to_str()).context("a name")?.parse()?;
        Ok(Piece { camera: camera.id, start_us: seconds * 1_000_000 - OFFSET_US })
    }

    /// Lays out what is held for the auditor.
    pub(crate) fn export(&mut self, to: &Path) -> anyhow::Result<usize> {
        let report = export(&mut self.recorder, to, 0, u64::MAX)?;
        ensure!(report.absent.is_empty(), "segments are absent: {:?}", report.absent);
        Ok(report.whole + report.altered.len())
    }
}

/// What is asked of a camera that records only while somebody is there: nothing between is no outage.
fn rules(camera: CameraId, site: SiteId) -> Rules {
    Rules {
        camera,
        site,
        retention_us: 31 * DAY_US,
        period_us: MINUTE_US,
        gap_us: DAY_US,
        no_signal_us: DAY_US,
        frozen_frame_bytes: 0,
        backfill_us: DAY_US,
    }
}
