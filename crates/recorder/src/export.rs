//! Lays out held segments for the audit: see [`crate::kept`] for the layout.
//!
//! What is exported is what is there now. A segment that is no longer what was committed to goes along, under
//! the start that was committed to: the verifier is to find it.

use std::path::Path;

use custody::id::{CameraId, Digest};
use locker::clock::Clock;
use locker::key::Signer;
use locker::storage::Storage;

use crate::kept::{self, CopyError};
use crate::pass::Recorder;
use crate::segment::Fetched;

/// What an export came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Copies with the hash that was committed to.
    pub whole: usize,
    /// Copies with another one: camera and start.
    pub altered: Vec<(CameraId, u64)>,
    /// Committed to and no longer held anywhere: camera and start.
    pub absent: Vec<(CameraId, u64)>,
}

/// Copies what is held of all cameras and overlaps that time (CCTV recorder's clock).
pub fn export<G: Signer, C: Clock, F: Storage>(
    recorder: &mut Recorder<G, C, F>,
    to: &Path,
    from_us: u64,
    to_us: u64,
) -> Result<ExportReport, CopyError> {
    let (mut report, mut cameras) = (ExportReport::default(), std::mem::take(&mut recorder.cameras));
    for watched in &mut cameras {
        let camera = watched.rules.camera;
        let mut last_us = None;
        for (key, segment) in recorder.held(camera, from_us, to_us) {
            let preserved = kept::preserved(recorder.folder(), camera, key);
            let fetched = if preserved.exists() {
                Some(Fetched::in_place(preserved))
            } else {
                segment.and_then(|segment| {
                    watched
                        .source
                        .fetch(&segment.name, recorder.folder())
                        .ok()
                        .filter(|file| file.path().exists())
                })
            };
            let Some(fetched) = fetched else {
                report.absent.push((camera, key.0));
                continue;
            };
            let extension = segment.map_or(extension_of(&fetched), |segment| segment.extension);
            let is_second = last_us.replace(key.0) == Some(key.0);
            let found = kept::copy(fetched.path(), &kept::place(to, camera, key, extension, is_second))?;
            note(&mut report, camera, key, found);
        }
    }
    recorder.cameras = cameras;
    Ok(report)
}

fn note(report: &mut ExportReport, camera: CameraId, key: (u64, Digest), found: Digest) {
    if found == key.1 {
        report.whole = report.whole.saturating_add(1);
    } else {
        report.altered.push((camera, key.0));
    }
}

fn extension_of(fetched: &Fetched) -> &'static str {
    fetched.facts().map_or(media::Container::Mp4, |facts| facts.container).extension()
}
