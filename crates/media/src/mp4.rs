//! MP4: a walk over the boxes that are needed, each leaf decoded by `mp4-atom`.
//!
//! ```text
//! moov: mvhd · trak (tkhd · mdia (mdhd · hdlr · minf (stbl (stts · stsz)))) · mvex (trex)
//! moof: traf (tfhd · trun)                                                    mdat: the pictures
//! ```
//!
//! Codecs, edit lists and whatever else a maker adds are passed over, so that none of it can make a segment
//! unreadable. A fragment counts once the media data behind it is whole.

mod boxes;

mod fragment;

mod movie;

use std::io::{Read, Seek};

use sha2::{Digest as _, Sha256};

use crate::Found;
use crate::error::MediaProblem;
use crate::source::{Budget, feed_range, micros};

use self::boxes::next_box;
use self::fragment::Fragment;
use self::movie::Movie;

/// Reads all of an MP4 file.
pub(crate) fn read(source: &mut (impl Read + Seek), bytes: u64) -> Result<Found, MediaProblem> {
    let (mut budget, mut pictures, mut at) = (Budget::new(), Sha256::new(), 0);
    let mut movie: Option<Movie> = None;
    let mut waiting: Option<Fragment> = None;
    while at < bytes {
        let found = match next_box(source, at, bytes, &mut budget) {
            Ok(Some(found)) => found,
            // A recorder that lost power in the middle of a fragment: what is whole counts.
            Err(MediaProblem::CutShort { .. }) if movie.as_ref().is_some_and(|movie| movie.fragmented) => {
                break;
            }
            Ok(None) => break,
            Err(error) => return Err(error),
        };
        at = found.to;
        match &found.kind {
            b"moov" if movie.is_none() => movie = Some(movie::read(source, &found, &mut budget)?),
            b"moof" => {
                let movie = movie.as_ref().ok_or(MediaProblem::Missing("moov"))?;
                waiting = Some(fragment::read(source, &found, movie, &mut budget)?);
            }
            b"mdat" => {
                feed_range(source, found.from, found.to, &mut pictures)?;
                if let (Some(movie), Some(fragment)) = (&mut movie, waiting.take()) {
                    movie.add(fragment)?;
                }
            }
            _ => {}
        }
    }
    let movie = movie.ok_or(MediaProblem::Missing("moov"))?;
    Ok(Found {
        duration_us: micros(movie.ticks, movie.ticks_per_s),
        claimed_start_us: movie.claimed_start_us,
        frames: movie.frames,
        pictures,
    })
}
