//! One look at a camera's recording: what is new is read, what changed is read again, and of the rest a part is
//! hashed again.

use std::collections::BTreeMap;
use std::path::Path;

use custody::id::{CameraId, Digest};
use locker::storage::Storage;

use crate::catalogue::{Catalogue, Known};
use crate::segment::Segment;
use crate::source::{Listed, Source, SourceError};

/// The most stretches read for the first time in one look, so that a first look at a month of recording does not
/// keep the newest from being committed to for hours. The newest come first.
const NEW_MAX: usize = 500;

/// What a recorder remembers of one camera from look to look.
#[derive(Debug, Default)]
pub struct Eye {
    /// Files that could not be read, as they were then: not tried again until they change.
    unreadable: BTreeMap<String, [u64; 2]>,
    /// The last name that was hashed again.
    hashed: String,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// The names that are there, of those that could be read.
    pub names: Vec<String>,
    /// How many were read for the first time.
    pub taken: usize,
    /// How many bytes were hashed again.
    pub hashed_bytes: u64,
    /// What could not be read, and why.
    pub problems: Vec<String>,
    /// More is waiting to be read at the next look.
    pub is_partial: bool,
}

/// Looks at everything that begins at `from_us` or later. `hash_bytes_max` bounds what is hashed again; a single
/// stretch that is longer is hashed all the same.
pub fn look<F: Storage>(
    source: &mut dyn Source,
    eye: &mut Eye,
    catalogue: &mut Catalogue<F>,
    place: (CameraId, &Path),
    from_us: u64,
    now_us: u64,
    hash_bytes_max: u64,
) -> Result<Seen, SourceError> {
    let (camera, scratch) = place;
    let mut listed = source.list(from_us, now_us)?;
    listed.sort_by(|one, other| (other.times.start_us, &other.name).cmp(&(one.times.start_us, &one.name)));
    let mut seen = Seen::default();
    forgive(eye, &listed);
    for listed in &listed {
        let known = catalogue.get(camera, &listed.name);
        if known.is_some_and(|known| known.version == listed.version) {
            seen.names.push(listed.name.clone());
            continue;
        }
        if eye.unreadable.contains_key(&listed.name) || (known.is_none() && !listed.is_closed) {
            seen.names.extend(known.map(|_| listed.name.clone()));
            continue;
        }
        if known.is_none() && seen.taken >= NEW_MAX {
            seen.is_partial = true;
            continue;
        }
        let is_new = known.is_none();
        match read(source, listed, known, scratch) {
            Ok(segment) => {
                seen.taken = seen.taken.saturating_add(usize::from(is_new));
                catalogue.put(camera, listed, segment);
                seen.names.push(listed.name.clone());
            }
            Err(problem) => {
                eye.unreadable.insert(listed.name.clone(), listed.version);
                seen.problems.push(problem);
                // It is there, whatever it holds now.
                seen.names.extend((!is_new).then(|| listed.name.clone()));
            }
        }
    }
    hash_again(source, eye, catalogue, (camera, scratch), &listed, hash_bytes_max, &mut seen);
    Ok(seen)
}

/// What has changed since it could not be read is tried again.
fn forgive(eye: &mut Eye, listed: &[Listed]) {
    if eye.unreadable.is_empty() {
        return;
    }
    let versions: BTreeMap<_, _> =
        listed.iter().map(|listed| (listed.name.as_str(), listed.version)).collect();
    eye.unreadable.retain(|name, version| versions.get(name.as_str()) == Some(version));
}

/// Reads a stretch. One that was known keeps the time at which it began, which a later change of the file must
/// not move; and if it is no longer video, its hash says so.
fn read(
    source: &mut dyn Source,
    listed: &Listed,
    known: Option<&Known>,
    scratch: &Path,
) -> Result<Segment, String> {
    let fetched = source.fetch(&listed.name, scratch).map_err(|error| error.to_string())?;
    match (fetched.facts(), known) {
        (Ok(facts), known) => {
            if let Some(frames) = listed.frames.filter(|frames| *frames != facts.frames) {
                return Err(format!("{}: {frames} frames listed, {} served", listed.name, facts.frames));
            }
            let mut times = listed.times;
            times.start_us = known.map(|known| known.segment.start_us).or(times.start_us);
            Ok(Segment::of(&facts, &times, listed.name.clone()))
        }
        (Err(_), Some(known)) => {
            let (bytes, sha256) = media::hash_file(fetched.path()).map_err(|error| error.to_string())?;
            Ok(Segment { bytes, sha256: Digest(sha256), ..known.segment.clone() })
        }
        (Err(error), None) => Err(error.to_string()),
    }
}

/// Goes round all stretches, from where the last look stopped.
fn hash_again<F: Storage>(
    source: &mut dyn Source,
    eye: &mut Eye,
    catalogue: &mut Catalogue<F>,
    place: (CameraId, &Path),
    listed: &[Listed],
    hash_bytes_max: u64,
    seen: &mut Seen,
) {
    let (camera, scratch) = place;
    let mut round: Vec<_> =
        listed.iter().filter(|listed| catalogue.get(camera, &listed.name).is_some()).collect();
    round.sort_by(|one, other| one.name.cmp(&other.name));
    let next = round.partition_point(|listed| listed.name <= eye.hashed);
    let (behind, before) = round.split_at_checked(next).unwrap_or_default();
    for listed in before.iter().chain(behind) {
        if seen.hashed_bytes >= hash_bytes_max {
            return;
        }
        let Some(known) = catalogue.get(camera, &listed.name).map(|known| known.segment.clone()) else {
            continue;
        };
        eye.hashed.clone_from(&listed.name);
        let hashed = source
            .fetch(&listed.name, scratch)
            .map_err(|error| error.to_string())
            .and_then(|fetched| media::hash_file(fetched.path()).map_err(|error| error.to_string()));
        match hashed {
            // One that vanished meanwhile is for the next look to miss.
            Err(problem) => seen.problems.push(problem),
            Ok((bytes, sha256)) => {
                seen.hashed_bytes = seen.hashed_bytes.saturating_add(bytes.max(1));
                if Digest(sha256) != known.sha256 {
                    catalogue.put(camera, listed, Segment { bytes, sha256: Digest(sha256), ..known });
                }
            }
        }
    }
}
