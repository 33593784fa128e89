//! Where recordings come from: one small trait, and one file for each kind of CCTV recorder.

pub mod folder;

pub mod frigate;

pub mod http;

pub mod moonfire;

pub mod onvif;

use std::fmt;
use std::path::Path;

use crate::segment::{Fetched, Times};

/// The most stretches of one camera that a source may list: 31 days of segments of five seconds, with room.
pub const LISTED_MAX: usize = 1_000_000;

/// A CCTV recorder, seen through one camera.
pub trait Source: fmt::Debug {
    /// The stretches that begin at `from_us` or later, in any order. What the recorder may yet take back is not
    /// among them. `now_us` is the CCTV recorder's clock now.
    ///
    /// # Errors
    ///
    /// The recorder did not answer: nothing can be said about what it holds.
    fn list(&mut self, from_us: u64, now_us: u64) -> Result<Vec<Listed>, SourceError>;

    /// The bytes of a stretch, as a file. `scratch` is a folder for what must be fetched first.
    fn fetch(&mut self, name: &str, scratch: &Path) -> Result<Fetched, SourceError>;
}

/// A stretch as its source lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Unique within the camera, and the same each time it is listed.
    pub name: String,
    /// What the source knows of its times.
    pub times: Times,
    /// The frames that the source says it has.
    pub frames: Option<u64>,
    /// Two numbers that cannot both stay the same where its content changes by accident: it is read again when
    /// one of them has changed. Against intent they prove nothing; that is what hashing again is for.
    pub version: [u64; 2],
    /// It is no longer being written. What was read once does not wait for this again: a stretch that was
    /// committed to and changes must not hide behind its changing.
    pub is_closed: bool,
}

/// A source did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: std::path::PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The CCTV recorder did not answer, or with an error.
    #[error("{url}: {problem}")]
    Http {
        /// What was asked for.
        url: String,
        /// What came instead.
        problem: String,
    },
    /// An answer is not of the documented shape.
    #[error("{url}: the answer is not of the documented shape: {problem}")]
    Shape {
        /// What was asked for.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is more than a camera's recording has.
    #[error("{what}: more than {max}; is this the folder of one camera?")]
    TooMany {
        /// Of what.
        what: String,
        /// The limit.
        max: usize,
    },
}

/// Microseconds since 1970 of a file's last change.
pub(crate) fn changed_us(metadata: &std::fs::Metadata) -> u64 {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| u64::try_from(since.as_micros()).ok()).unwrap_or(0)
}
