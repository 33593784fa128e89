//! One pass over all cameras: look, say what is to be said, keep what is wanted.

mod decide;

mod keep;

use std::collections::BTreeSet;
use std::path::PathBuf;

use custody::id::{CameraId, Digest};
use custody_proto::v1::statement::Fact;
use locker::clock::Clock;
use locker::device::{Device, SayError};
use locker::key::Signer;
use locker::record_log::LogError;
use locker::storage::{FileStorage, Storage};

use crate::book::{Book, BookError};
use crate::catalogue::Catalogue;
use crate::kept;
use crate::look::{Eye, look};
use crate::outage;
use crate::rules::{Rules, TimeCheck};
use crate::segment::Segment;
use crate::source::Source;
use crate::source::onvif::Onvif;
use crate::wanted::Window;

use self::decide::look_from;

/// A quick look goes back so far behind what was committed to: a recorder that is late by more is caught by the
/// next full look.
const QUICK_REACH_US: u64 = 600_000_000;

/// What the node said it wants counts for so long: longer than a restart of it takes, shorter than footage takes
/// to lapse unnoticed.
const WANTED_FRESH_US: u64 = 3_600_000_000;

/// Lapsed stretches are forgotten so long after their retention ended, when no look can list them any more.
const FORGET_AFTER_US: u64 = 7 * 86_400_000_000;

/// How closely is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closeness {
    /// At what is new: cheap, every few seconds.
    Quick,
    /// At everything that should be held: what is gone shows only here.
    Full,
}

/// One camera, and where its recording comes from.
#[derive(Debug)]
pub struct Watched {
    /// What is asked of it.
    pub rules: Rules,
    /// Where its segments are.
    pub source: Box<dyn Source>,
    /// Who else can tell when there was no recording.
    pub onvif: Option<Onvif>,
    eye: Eye,
    missed: BTreeSet<(u64, Digest)>,
    asked_to_us: Option<u64>,
    /// The last preserved copy that was hashed again.
    hashed_copy: String,
}

impl Watched {
    /// A camera at which nobody has looked yet.
    pub fn new(rules: Rules, source: Box<dyn Source>, onvif: Option<Onvif>) -> Self {
        let (eye, missed) = (Eye::default(), BTreeSet::new());
        Self { rules, source, onvif, eye, missed, asked_to_us: None, hashed_copy: String::new() }
    }
}

/// The device, its cameras, and what it knows.
#[derive(Debug)]
pub struct Recorder<G, C, F = FileStorage> {
    /// The device that signs.
    pub device: Device<G, C, F>,
    /// Its cameras.
    pub cameras: Vec<Watched>,
    /// The last comparison of clocks, if there ever was one.
    pub check: Option<TimeCheck>,
    /// How many bytes of each camera are hashed again in one full pass.
    pub hash_bytes_max: u64,
    book: Book,
    catalogue: Catalogue<F>,
    folder: PathBuf,
    wanted: Vec<Window>,
    wanted_at_us: Option<u64>,
}

/// What one pass over one camera came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraReport {
    /// Which.
    pub camera: CameraId,
    /// Stretches read for the first time.
    pub taken: usize,
    /// Facts said.
    pub said: usize,
    /// More waits to be read at the next look.
    pub is_partial: bool,
    /// What could not be done, for who services the recorder.
    pub problems: Vec<String>,
}

/// A pass ended early: nothing can be said any more until the program is started again.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The device could not say something.
    #[error(transparent)]
    Say(#[from] SayError),
    /// The catalogue could not be written.
    #[error("the catalogue of segments: {0}")]
    Catalogue(#[from] LogError),
}

impl<G: Signer, C: Clock, F: Storage> Recorder<G, C, F> {
    /// A recorder on its folder. Reads what the device has said.
    pub fn new(
        device: Device<G, C, F>,
        catalogue: Catalogue<F>,
        folder: PathBuf,
        cameras: Vec<Watched>,
    ) -> Result<Self, BookError> {
        let book = Book::read(&device)?;
        Ok(Self {
            device,
            cameras,
            check: None,
            hash_bytes_max: 0,
            book,
            catalogue,
            folder,
            wanted: Vec::new(),
            wanted_at_us: None,
        })
    }

    /// What was said so far.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// What was read so far.
    pub fn catalogue(&self) -> &Catalogue<F> {
        &self.catalogue
    }

    /// What the node wants, as it said just now.
    pub fn want(&mut self, windows: Vec<Window>) {
        self.wanted = windows;
        self.wanted_at_us = Some(self.device.now().wall_us);
    }

    /// One pass.
    pub fn pass(&mut self, closeness: Closeness) -> Result<Vec<CameraReport>, PassError> {
        let mut cameras = std::mem::take(&mut self.cameras);
        let reports: Result<Vec<_>, _> =
            cameras.iter_mut().map(|watched| self.pass_camera(watched, closeness)).collect();
        self.cameras = cameras;
        self.catalogue.save()?;
        reports
    }

    fn pass_camera(
        &mut self,
        watched: &mut Watched,
        closeness: Closeness,
    ) -> Result<CameraReport, PassError> {
        let rules = watched.rules;
        let now_us = TimeCheck::recorder_time(self.check, self.device.now().wall_us);
        let mut report =
            CameraReport { camera: rules.camera, taken: 0, said: 0, is_partial: false, problems: Vec::new() };
        let from_us = look_from(&rules, self.book.of(rules.camera), closeness, now_us);
        let hash_bytes_max = if closeness == Closeness::Full { self.hash_bytes_max } else { 0 };
        let scratch = self.folder.clone();
        let place = (rules.camera, scratch.as_path());
        let Watched { source, eye, .. } = watched;
        let seen = look(source.as_mut(), eye, &mut self.catalogue, place, from_us, now_us, hash_bytes_max);
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => {
                // Nothing is known of what it holds, and nothing is said: the manifests that do not come tell.
                report.problems.push(error.to_string());
                return Ok(report);
            }
        };
        (report.taken, report.is_partial) = (seen.taken, seen.is_partial);
        let facts = self.facts(watched, &seen, (from_us, closeness), now_us);
        report.problems.extend(seen.problems);
        if closeness == Closeness::Full {
            let checked =
                kept::check(&self.folder, rules.camera, &mut watched.hashed_copy, self.hash_bytes_max);
            report.problems.extend(checked);
        }
        self.say(facts, &mut report)?;
        self.cross_check(watched, now_us, &mut report)?;
        self.preserve(watched, &seen.names, &mut report)?;
        self.forget(watched, closeness, &seen.names, now_us);
        Ok(report)
    }

    /// Where the CCTV recorder itself says that it had no data.
    fn cross_check(
        &mut self,
        watched: &mut Watched,
        now_us: u64,
        report: &mut CameraReport,
    ) -> Result<(), PassError> {
        let Some(onvif) = &watched.onvif else { return Ok(()) };
        let book = self.book.of(watched.rules.camera);
        // Only what was committed to is over; what is newer may still be written.
        let (Some(began_us), to_us) = (book.began_us, book.committed_to_us) else { return Ok(()) };
        let from_us =
            watched.asked_to_us.unwrap_or_else(|| began_us.max(now_us.saturating_sub(QUICK_REACH_US)));
        if from_us >= to_us {
            return Ok(());
        }
        match onvif.absences(from_us, to_us) {
            Ok(absences) => {
                watched.asked_to_us = Some(to_us);
                let facts = outage::absences(&watched.rules, self.book.of(watched.rules.camera), &absences);
                self.say(facts, report)
            }
            Err(error) => {
                report.problems.push(error.to_string());
                Ok(())
            }
        }
    }

    fn say(&mut self, facts: Vec<Fact>, report: &mut CameraReport) -> Result<(), PassError> {
        for fact in facts {
            self.device.say(fact.clone())?;
            self.book.note(&fact);
            report.said = report.said.saturating_add(1);
        }
        Ok(())
    }

    fn wanted_of(&self, camera: CameraId) -> Vec<Window> {
        let ours = self.wanted.iter().filter(|window| window.camera == camera);
        ours.map(|window| window.on_recorder(self.check)).collect()
    }

    fn segments(&self, camera: CameraId, names: &[String]) -> Vec<&Segment> {
        let found = names.iter().filter_map(|name| self.catalogue.get(camera, name));
        found.map(|known| &known.segment).collect()
    }

    fn segment(&self, camera: CameraId, key: (u64, Digest)) -> Option<&Segment> {
        let mut known = self.catalogue.of(camera).map(|(_, known)| &known.segment);
        known.find(|segment| segment.key() == key)
    }

    /// The recorder's own folder.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}
