//! What a piece of recorded video says of itself, and what its bytes hash to.
//!
//! MP4 (plain, fragmented, both in one) and Matroska. Nothing is decoded: frames are counted and measured from
//! the container's own tables. Files may be damaged or made by an adversary, so that every size, count and depth
//! meets a named limit of [`limit`] before it meets memory, and no byte sequence panics.
//!
//! A container's clock is a claim. [`MediaFacts::claimed_start_us`] is what the writer put there, never evidence.

pub mod limit;

mod error;

mod frames;

mod source;

mod mp4;

mod ebml;

mod matroska;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use sha2::{Digest as _, Sha256};

pub use crate::error::{MediaError, MediaProblem};
use crate::frames::Frames;

/// What one piece of video says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFacts {
    /// How it is packed.
    pub container: Container,
    /// Length of the first video track, from its frames' own times and durations, microseconds.
    pub duration_us: u64,
    /// Frames of the first video track.
    pub frames: u64,
    /// UTC microseconds at which the writer says it began. A claim.
    pub claimed_start_us: Option<u64>,
    /// Bytes of the whole file.
    pub bytes: u64,
    /// SHA-256 of the whole file.
    pub sha256: [u8; 32],
    /// SHA-256 of the coded pictures alone: equal in two files that show the same pictures at other times.
    pub pictures_sha256: [u8; 32],
    /// The median size of a frame, bytes. A frame in which nothing changed is a few dozen bytes.
    pub median_frame_bytes: u64,
}

/// How video is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// ISO base media (MP4, MOV, fragmented or not).
    Mp4,
    /// Matroska or `WebM`.
    Matroska,
}

impl Container {
    /// The usual ending of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Matroska => "mkv",
        }
    }
}

/// Reads a file.
///
/// # Errors
///
/// Which file, and what is wrong with it. A file cut short counts with its whole fragments or blocks; one whose
/// index is lost is an error.
pub fn read_file(path: &Path) -> Result<MediaFacts, MediaError> {
    let at = |problem: MediaProblem| MediaError { path: path.to_owned(), problem };
    let file = File::open(path).map_err(|error| at(error.into()))?;
    read(&mut BufReader::with_capacity(limit::HEADER_BYTES, file)).map_err(at)
}

/// Reads a piece of video from its beginning.
pub fn read(source: &mut (impl Read + Seek)) -> Result<MediaFacts, MediaProblem> {
    let (bytes, sha256) = hash(source)?;
    let mut head = [0; 8];
    source.seek(SeekFrom::Start(0))?;
    let known = source.read_exact(&mut head).is_ok();
    let (container, found) = match head {
        [0x1a, 0x45, 0xdf, 0xa3, ..] if known => (Container::Matroska, matroska::read(source, bytes)?),
        // Old cameras write no ftyp.
        [_, _, _, _, kind @ ..] if known && matches!(&kind, b"ftyp" | b"moov") => {
            (Container::Mp4, mp4::read(source, bytes)?)
        }
        _ => return Err(MediaProblem::NotVideo),
    };
    found.into_facts(container, bytes, sha256)
}

/// Number of bytes and SHA-256 of a file, whatever it is.
pub fn hash_file(path: &Path) -> Result<(u64, [u8; 32]), MediaError> {
    let at = |error: std::io::Error| MediaError { path: path.to_owned(), problem: error.into() };
    hash(&mut File::open(path).map_err(at)?).map_err(at)
}

fn hash(source: &mut (impl Read + Seek)) -> std::io::Result<(u64, [u8; 32])> {
    source.seek(SeekFrom::Start(0))?;
    let mut hasher = Sha256::new();
    let bytes = source::feed(source, u64::MAX, &mut hasher)?;
    Ok((bytes, hasher.finalize().into()))
}

/// What a container was found to hold.
#[derive(Debug)]
struct Found {
    frames: Frames,
    duration_us: u64,
    claimed_start_us: Option<u64>,
    pictures: Sha256,
}

impl Found {
    fn into_facts(
        self,
        container: Container,
        bytes: u64,
        sha256: [u8; 32],
    ) -> Result<MediaFacts, MediaProblem> {
        if self.frames.count() == 0 {
            return Err(MediaProblem::NoFrames);
        }
        Ok(MediaFacts {
            container,
            duration_us: self.duration_us,
            frames: self.frames.count(),
            claimed_start_us: self.claimed_start_us,
            bytes,
            sha256,
            pictures_sha256: self.pictures.finalize().into(),
            median_frame_bytes: self.frames.median_bytes(),
        })
    }
}
