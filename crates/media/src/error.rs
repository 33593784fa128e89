//! What can be wrong with a piece of video.

use std::io;
use std::path::PathBuf;

/// A file of video cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct MediaError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub problem: MediaProblem,
}

/// What is wrong with a piece of video.
#[derive(Debug, thiserror::Error)]
pub enum MediaProblem {
    /// The disk or the network failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Neither MP4 nor Matroska.
    #[error("neither MP4 nor Matroska")]
    NotVideo,
    /// It ends in the middle of something that is needed.
    #[error("cut short: {what} at byte {at} needs {needs} bytes, the file has {has} more")]
    CutShort {
        /// The box or element.
        what: String,
        /// Where its content begins.
        at: u64,
        /// Bytes it says it has.
        needs: u64,
        /// Bytes there are.
        has: u64,
    },
    /// There is no index: the recorder was stopped before it wrote one, or the file was cut.
    #[error("no {0}: the file was never finished, or is cut short")]
    Missing(&'static str),
    /// No video track.
    #[error("no video track")]
    NoVideo,
    /// A video track without a single whole frame.
    #[error("no whole frame of video")]
    NoFrames,
    /// A part of it makes no sense.
    #[error("{what} at byte {at}: {problem}")]
    Malformed {
        /// The box or element.
        what: String,
        /// Where its content begins.
        at: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// More of something than a segment of a recording has.
    #[error("more than {max} {what}: not a segment of a recording")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: u64,
    },
}
