//! One closed stretch of recording, as this device read it.

use std::path::{Path, PathBuf};

use custody::id::Digest;
use media::{MediaError, MediaFacts};

/// One closed stretch of recording. Times are the CCTV recorder's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What its source calls it: a path, or an id.
    pub name: String,
    /// UTC microseconds of its first frame.
    pub start_us: u64,
    /// UTC microseconds at which its last frame ends.
    pub end_us: u64,
    /// Its frames.
    pub frames: u64,
    /// Its bytes.
    pub bytes: u64,
    /// What all its bytes hash to.
    pub sha256: Digest,
    /// What its pictures hash to, without their times.
    pub pictures: Digest,
    /// The median size of a frame, bytes.
    pub median_frame_bytes: u64,
    /// The usual ending of its file's name.
    pub extension: &'static str,
}

impl Segment {
    /// What tells it apart: two stretches of one camera may begin together.
    pub fn key(&self) -> (u64, Digest) {
        (self.start_us, self.sha256)
    }

    /// True if it shows anything of that time.
    pub fn overlaps(&self, from_us: u64, to_us: u64) -> bool {
        self.start_us < to_us && from_us < self.end_us
    }

    /// What was read from the media, with the times that its source knows. Without a start the container's
    /// claim counts, then `changed_us` less the duration; without an end, the start and the duration.
    pub fn of(facts: &MediaFacts, times: &Times, name: String) -> Self {
        let from_change = || times.changed_us.saturating_sub(facts.duration_us);
        let start_us = times.start_us.or(facts.claimed_start_us).unwrap_or_else(from_change);
        Self {
            name,
            start_us,
            end_us: times.end_us.unwrap_or_else(|| start_us.saturating_add(facts.duration_us)),
            frames: facts.frames,
            bytes: facts.bytes,
            sha256: Digest(facts.sha256),
            pictures: Digest(facts.pictures_sha256),
            median_frame_bytes: facts.median_frame_bytes,
            extension: facts.container.extension(),
        }
    }
}

/// What a source knows of a stretch's times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// When it begins.
    pub start_us: Option<u64>,
    /// When it ends.
    pub end_us: Option<u64>,
    /// When it was last changed.
    pub changed_us: u64,
}

/// The bytes of a stretch as a file; one that was fetched only for this is deleted when dropped.
#[derive(Debug)]
pub struct Fetched {
    path: PathBuf,
    is_scratch: bool,
}

impl Fetched {
    /// A file of the CCTV recorder's.
    pub fn in_place(path: PathBuf) -> Self {
        Self { path, is_scratch: false }
    }

    /// A file of ours.
    pub fn scratch(path: PathBuf) -> Self {
        Self { path, is_scratch: true }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the media says of itself.
    pub fn facts(&self) -> Result<MediaFacts, MediaError> {
        media::read_file(&self.path)
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        if self.is_scratch {
            // What cannot be deleted is overwritten by the next.
            let _left = std::fs::remove_file(&self.path);
        }
    }
}
