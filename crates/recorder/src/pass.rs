//! One pass over all cameras: look, say what is to be said, keep what is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use custody::id::{CameraId, Digest};
use custody_proto::v1;
use custody_proto::v1::OutageKind;
use custody_proto::v1::statement::Fact;
use locker::clock::Clock;
use locker::device::{Device, SayError};
use locker::key::Signer;
use locker::record_log::LogError;
use locker::storage::{FileStorage, Storage};

use crate::book::{Book, BookError, CameraBook};
use crate::catalogue::{Catalogue, Known};
use crate::kept;
use crate::look::{Eye, Seen, look};
use crate::loss::{Looked, Present, is_replacement, losses};
use crate::manifest::{EARLIER_US_MAX, SEGMENTS_MAX, due, empty_manifest, manifests};
use crate::outage;
use crate::rules::{Rules, TimeCheck};
use crate::segment::Segment;
use crate::source::Source;
use crate::source::onvif::Onvif;
use crate::wanted::Window;

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

    /// What is to be said after a look.
    fn facts(&self, watched: &mut Watched, seen: &Seen, looked: (u64, Closeness), now_us: u64) -> Vec<Fact> {
        let (from_us, closeness) = looked;
        let segments = self.segments(watched.rules.camera, &seen.names);
        let present: Present<'_> = segments.iter().map(|segment| (segment.key(), *segment)).collect();
        let mut facts = Vec::new();
        // The run begins with the oldest of the past that is to be committed to; until that is read it waits.
        if self.book.of(watched.rules.camera).began_us.is_some() || !seen.is_partial {
            facts.extend(self.recorded(&watched.rules, &segments, &present, now_us));
        }
        if closeness == Closeness::Full && !seen.is_partial {
            facts.extend(self.lost(watched, &present, from_us, now_us));
        }
        facts
    }

    /// What was recorded, and when nothing was.
    fn recorded(
        &self,
        rules: &Rules,
        segments: &[&Segment],
        present: &Present<'_>,
        now_us: u64,
    ) -> Vec<Fact> {
        let book = self.book.of(rules.camera);
        let wanted = self.wanted_of(rules.camera);
        let is_new = |segment: &&Segment| {
            !book.segments.contains_key(&segment.key()) && !is_replacement(book, present, segment)
        };
        let due = due(rules, book, segments.iter().copied().filter(is_new).collect(), &wanted, now_us);
        let before = book.segments.iter().next_back().and_then(|(key, _)| self.segment(rules.camera, *key));
        let mut facts = manifests(rules, book, &due, self.check);
        facts.extend(outage::outages(rules, book, &due.run, before));
        if due.run.is_empty() {
            let last_us = segments.iter().map(|segment| segment.end_us).max().max(book.last_end_us);
            facts.extend(outage::silence(rules, book, last_us, now_us));
            facts.extend(silent_window(rules, book, &wanted, self.check, now_us));
        }
        facts
    }

    /// What became of what was committed to.
    fn lost(&self, watched: &mut Watched, present: &Present<'_>, from_us: u64, now_us: u64) -> Vec<Fact> {
        let (camera, book) = (watched.rules.camera, self.book.of(watched.rules.camera));
        let wanted = self.wanted_of(camera);
        let is_fresh = |at_us: &u64| self.device.now().wall_us.saturating_sub(*at_us) <= WANTED_FRESH_US;
        let looked = Looked {
            present,
            from_us,
            missed_before: &watched.missed,
            wanted: self.wanted_at_us.filter(is_fresh).map(|_| wanted.as_slice()),
            now_us,
        };
        let is_kept = |key: (u64, Digest)| {
            book.is_preserved(key.1) && kept::preserved(&self.folder, camera, key).exists()
        };
        let losses = losses(&watched.rules, book, &looked, is_kept);
        watched.missed = losses.missed;
        losses.facts
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

    /// Copies what is wanted beyond retention.
    fn preserve(
        &mut self,
        watched: &mut Watched,
        names: &[String],
        report: &mut CameraReport,
    ) -> Result<(), PassError> {
        let camera = watched.rules.camera;
        let wanted: Vec<_> =
            self.wanted_of(camera).into_iter().filter(|window| window.is_preserved).collect();
        let book = self.book.of(camera);
        let is_wanted = |segment: &&Segment| {
            let is_due = book.segments.contains_key(&segment.key()) && !book.is_preserved(segment.sha256);
            is_due && wanted.iter().any(|window| window.reaches(segment))
        };
        let segments: Vec<Segment> =
            self.segments(camera, names).into_iter().filter(is_wanted).cloned().collect();
        let mut kept = Vec::new();
        for segment in &segments {
            match self.keep(watched, segment) {
                Ok(()) => kept.push(segment.sha256.0.to_vec()),
                Err(problem) => report.problems.push(problem),
            }
        }
        let facts = kept.chunks(SEGMENTS_MAX).map(|segments| {
            let observed =
                v1::footage_preserved::Observed { camera: camera.0.to_vec(), segments: segments.to_vec() };
            Fact::FootagePreserved(v1::FootagePreserved { observed: Some(observed) })
        });
        self.say(facts.collect(), report)
    }

    fn keep(&self, watched: &mut Watched, segment: &Segment) -> Result<(), String> {
        let camera = watched.rules.camera;
        let fetched = watched.source.fetch(&segment.name, &self.folder).map_err(|error| error.to_string())?;
        kept::preserve(&self.folder, camera, segment, fetched.path()).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// What was not listed is forgotten, except where only one look has missed it.
    fn forget(&mut self, watched: &Watched, closeness: Closeness, names: &[String], now_us: u64) {
        if closeness != Closeness::Full {
            return;
        }
        let (rules, listed) = (&watched.rules, names.iter().collect::<BTreeSet<&String>>());
        let is_gone = |(name, known): &(&String, &Known)| {
            !listed.contains(name) && !watched.missed.contains(&known.segment.key())
        };
        let known = self.catalogue.of(rules.camera);
        let gone: Vec<_> = known.filter(is_gone).map(|(name, _)| name.clone()).collect();
        for name in &gone {
            self.catalogue.remove(rules.camera, name);
        }
        let kept_us = rules.retention_us.saturating_add(FORGET_AFTER_US);
        self.book.forget(rules.camera, now_us.saturating_sub(kept_us));
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

    /// Every stretch of a camera that was committed to, is not known to be gone and overlaps that time, with the
    /// file that holds it now, if one does.
    pub fn held(
        &self,
        camera: CameraId,
        from_us: u64,
        to_us: u64,
    ) -> BTreeMap<(u64, Digest), Option<&Segment>> {
        let by_start: BTreeMap<u64, &Segment> =
            self.catalogue.of(camera).map(|(_, known)| (known.segment.start_us, &known.segment)).collect();
        let by_key: BTreeMap<_, _> =
            self.catalogue.of(camera).map(|(_, known)| (known.segment.key(), &known.segment)).collect();
        let committed = self.book.of(camera).segments.iter();
        let inside =
            committed.filter(|((start_us, _), segment)| *start_us < to_us && from_us < segment.end_us);
        // Altered: what stands there now begins where it began.
        let found = |key: &(u64, Digest)| by_key.get(key).or_else(|| by_start.get(&key.0)).copied();
        inside.map(|(key, _)| (*key, found(key))).collect()
    }

    /// The recorder's own folder.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

/// From where on a look is taken.
fn look_from(rules: &Rules, book: &CameraBook, closeness: Closeness, now_us: u64) -> u64 {
    let Some(began_us) = book.began_us else { return now_us.saturating_sub(rules.backfill_us) };
    let first_held_us = book.first_held_us().unwrap_or(book.committed_to_us);
    match closeness {
        Closeness::Quick => book.committed_to_us.saturating_sub(QUICK_REACH_US),
        Closeness::Full if first_held_us <= began_us.saturating_add(EARLIER_US_MAX) => {
            began_us.saturating_sub(EARLIER_US_MAX)
        }
        Closeness::Full => first_held_us,
    }
}

/// A window that the node wants lies in a time in which nothing was recorded: that is said at once.
fn silent_window(
    rules: &Rules,
    book: &CameraBook,
    wanted: &[Window],
    check: Option<TimeCheck>,
    now_us: u64,
) -> Option<Fact> {
    book.lasting(OutageKind::NoSignal)?;
    let known_to_us = now_us.saturating_sub(rules.no_signal_us);
    let ends = wanted.iter().map(|window| window.to_us.min(known_to_us));
    let to_us = ends.max().filter(|to_us| *to_us > book.committed_to_us)?;
    let is_asked = wanted.iter().any(|window| window.overlaps(rules.camera, book.committed_to_us, to_us));
    is_asked.then(|| empty_manifest(rules, book.committed_to_us, to_us, check))
}
