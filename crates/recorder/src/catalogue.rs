//! What was read of each stretch that a source lists, so that it is read once and not at every look.
//!
//! A cache: what was signed is in the journal. If this file is lost or damaged, everything is read again.

use std::collections::BTreeMap;
use std::path::Path;

use custody::id::{CameraId, DeviceId, Digest};
use locker::record_log::{LogError, OpenError, RecordLog};
use locker::storage::{FileStorage, Storage};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::segment::Segment;
use crate::source::Listed;

const FILE: &str = "segments.catalogue";

/// So many records more than twice what is needed, and the file is written anew when it is opened.
const SLACK: usize = 4096;

/// How many records go into one flush.
const BATCH: usize = 256;

/// A stretch, and what its source said of it when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What was read.
    pub segment: Segment,
    /// See [`Listed::version`].
    pub version: [u64; 2],
}

type Names = BTreeMap<CameraId, BTreeMap<String, Known>>;

/// What was read of all stretches.
#[derive(Debug)]
pub struct Catalogue<F = FileStorage> {
    log: RecordLog<F>,
    names: Names,
    unsaved: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Record {
    #[prost(bytes = "vec", tag = "1")]
    camera: Vec<u8>,
    #[prost(string, tag = "2")]
    name: String,
    /// Absent: it is no longer listed.
    #[prost(message, optional, tag = "3")]
    read: Option<Facts>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Facts {
    #[prost(uint64, tag = "1")]
    start_us: u64,
    #[prost(uint64, tag = "2")]
    end_us: u64,
    #[prost(uint64, tag = "3")]
    frames: u64,
    #[prost(uint64, tag = "4")]
    bytes: u64,
    #[prost(bytes = "vec", tag = "5")]
    sha256: Vec<u8>,
    #[prost(bytes = "vec", tag = "6")]
    pictures: Vec<u8>,
    #[prost(uint64, tag = "7")]
    median_frame_bytes: u64,
    #[prost(bool, tag = "8")]
    is_matroska: bool,
    #[prost(uint64, repeated, tag = "9")]
    version: Vec<u64>,
}

impl Catalogue<FileStorage> {
    /// Opens the catalogue of a device in its folder; one that is damaged is begun anew.
    pub fn open_dir(dir: &Path, device: DeviceId) -> Result<Self, OpenError> {
        let path = dir.join(FILE);
        match Self::open(FileStorage::open(&path)?, device) {
            Err(OpenError::Io(error)) => Err(error.into()),
            Err(_) => Self::create(FileStorage::open(&path)?, device),
            opened => opened,
        }
    }
}

impl<F: Storage> Catalogue<F> {
    /// Begins a catalogue on an empty file.
    fn create(storage: F, device: DeviceId) -> Result<Self, OpenError> {
        let log = RecordLog::create(storage, identity(device))?;
        Ok(Self { log, names: Names::new(), unsaved: Vec::new() })
    }

    /// Opens a catalogue on a file of the caller's.
    pub fn open(storage: F, device: DeviceId) -> Result<Self, OpenError> {
        let (mut names, mut records) = (Names::new(), 0_usize);
        let log = RecordLog::open(storage, identity(device), |_, body| {
            records = records.saturating_add(1);
            // Of another version: it will be read again.
            if let Ok(record) = Record::decode(body.as_slice()) {
                note(&mut names, record);
            }
        })?;
        let mut catalogue = Self { log, names, unsaved: Vec::new() };
        let live: usize = catalogue.names.values().map(BTreeMap::len).sum();
        if records > live.saturating_mul(2).saturating_add(SLACK) {
            // What a failure in between loses is read again.
            let _as_it_was = catalogue.rewrite();
        }
        Ok(catalogue)
    }

    fn rewrite(&mut self) -> Result<(), LogError> {
        self.log.clear()?;
        for (camera, known) in &self.names {
            self.unsaved.extend(known.iter().map(|(name, known)| record(*camera, name, Some(known))));
        }
        self.save()
    }

    /// What was read of a stretch, if it was.
    pub fn get(&self, camera: CameraId, name: &str) -> Option<&Known> {
        self.names.get(&camera)?.get(name)
    }

    /// All stretches of a camera by name.
    pub fn of(&self, camera: CameraId) -> impl Iterator<Item = (&String, &Known)> {
        self.names.get(&camera).into_iter().flatten()
    }

    /// A stretch was read.
    pub fn put(&mut self, camera: CameraId, listed: &Listed, segment: Segment) {
        let known = Known { segment, version: listed.version };
        self.unsaved.push(record(camera, &listed.name, Some(&known)));
        self.names.entry(camera).or_default().insert(listed.name.clone(), known);
    }

    /// A stretch is no longer listed.
    pub fn remove(&mut self, camera: CameraId, name: &str) {
        if self.names.get_mut(&camera).and_then(|names| names.remove(name)).is_some() {
            self.unsaved.push(record(camera, name, None));
        }
    }

    /// Writes down what is new.
    pub fn save(&mut self) -> Result<(), LogError> {
        let unsaved = std::mem::take(&mut self.unsaved);
        unsaved.chunks(BATCH).try_for_each(|batch| self.log.append(batch, 0).map(drop))
    }
}

fn identity(device: DeviceId) -> [u8; 32] {
    Sha256::new().chain_update(FILE).chain_update(device.0).finalize().into()
}

fn record(camera: CameraId, name: &str, known: Option<&Known>) -> Vec<u8> {
    let read = known.map(|Known { segment, version }| Facts {
        start_us: segment.start_us,
        end_us: segment.end_us,
        frames: segment.frames,
        bytes: segment.bytes,
        sha256: segment.sha256.0.to_vec(),
        pictures: segment.pictures.0.to_vec(),
        median_frame_bytes: segment.median_frame_bytes,
        is_matroska: segment.extension == media::Container::Matroska.extension(),
        version: version.to_vec(),
    });
    Record { camera: camera.0.to_vec(), name: name.to_owned(), read }.encode_to_vec()
}

fn note(names: &mut Names, record: Record) {
    let Ok(camera) = CameraId::try_from(record.camera.as_slice()) else { return };
    let names = names.entry(camera).or_default();
    match record.read {
        None => drop(names.remove(&record.name)),
        Some(read) => {
            if let Some(known) = known(&record.name, &read) {
                names.insert(record.name, known);
            }
        }
    }
}

fn known(name: &str, read: &Facts) -> Option<Known> {
    let container = if read.is_matroska { media::Container::Matroska } else { media::Container::Mp4 };
    let segment = Segment {
        name: name.to_owned(),
        start_us: read.start_us,
        end_us: read.end_us,
        frames: read.frames,
        bytes: read.bytes,
        sha256: Digest::try_from(read.sha256.as_slice()).ok()?,
        pictures: Digest::try_from(read.pictures.as_slice()).ok()?,
        median_frame_bytes: read.median_frame_bytes,
        extension: container.extension(),
    };
    Some(Known { segment, version: read.version.as_slice().try_into().ok()? })
}
