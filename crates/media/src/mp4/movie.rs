//! The index of an MP4 file: its first video track.

use std::io::{Read, Seek};

use mp4_atom::{Mdhd, Mvhd, Stsz, StszSamples, Stts, Tkhd, Trex};

use crate::error::MediaProblem;
use crate::frames::Frames;
use crate::limit::{TABLE_BYTES_MAX, TRACKS_MAX};
use crate::source::Budget;

use super::boxes::{BoxAt, for_each_child, leaf, leaf_bytes};
use super::fragment::Fragment;

/// Seconds from 1904, where the container's time begins, to 1970.
const SECONDS_1904_TO_1970: u64 = 2_082_844_800;

/// A header with numbers only; the longest is 108 bytes.
const HEADER_BYTES_MAX: u64 = 4096;

/// The first video track, as far as it was read.
#[derive(Debug)]
pub(super) struct Movie {
    pub(super) claimed_start_us: Option<u64>,
    pub(super) track: u32,
    pub(super) ticks_per_s: u64,
    pub(super) ticks: u64,
    pub(super) frames: Frames,
    /// Fragments may follow.
    pub(super) fragmented: bool,
    pub(super) default_ticks: u32,
    pub(super) default_bytes: u32,
}

impl Movie {
    /// The media of a fragment is whole.
    pub(super) fn add(&mut self, fragment: Fragment) -> Result<(), MediaProblem> {
        self.ticks = self.ticks.saturating_add(fragment.ticks);
        self.frames.append(fragment.frames)
    }
}

#[derive(Debug, Default)]
struct Track {
    id: u32,
    is_video: bool,
    ticks_per_s: u64,
    ticks: u64,
    timed_frames: u64,
    frames: Frames,
}

/// Reads `moov`.
pub(super) fn read(
    source: &mut (impl Read + Seek),
    moov: &BoxAt,
    budget: &mut Budget,
) -> Result<Movie, MediaProblem> {
    let (mut claimed_start_us, mut video, mut tracks) = (None, None::<Track>, 0_usize);
    let (mut fragmented, mut defaults) = (false, Vec::<Trex>::new());
    for_each_child(source, moov, budget, |source, child, budget| {
        match &child.kind {
            b"mvhd" => {
                let mvhd: Mvhd = leaf(source, child, HEADER_BYTES_MAX)?;
                claimed_start_us = since_1970_us(mvhd.creation_time);
            }
            b"trak" => {
                tracks = tracks.saturating_add(1);
                if tracks > TRACKS_MAX {
                    let max = u64::try_from(TRACKS_MAX).unwrap_or(u64::MAX);
                    return Err(MediaProblem::TooMany { what: "tracks", max });
                }
                let track = read_track(source, child, budget)?;
                if track.is_video && video.is_none() {
                    video = Some(track);
                }
            }
            b"mvex" => {
                fragmented = true;
                for_each_child(source, child, budget, |source, child, _| {
                    if &child.kind == b"trex" && defaults.len() < TRACKS_MAX {
                        defaults.push(leaf(source, child, HEADER_BYTES_MAX)?);
                    }
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    })?;
    let video = video.ok_or(MediaProblem::NoVideo)?;
    if video.ticks_per_s == 0 {
        return Err(moov.malformed("the video track's clock has no ticks"));
    }
    if video.timed_frames != video.frames.count() {
        let (timed, sized) = (video.timed_frames, video.frames.count());
        return Err(moov.malformed(format_args!("{timed} frames have times and {sized} have sizes")));
    }
    let default = defaults.iter().find(|trex| trex.track_id == video.id);
    Ok(Movie {
        claimed_start_us,
        track: video.id,
        ticks_per_s: video.ticks_per_s,
        ticks: video.ticks,
        frames: video.frames,
        fragmented,
        default_ticks: default.map_or(0, |trex| trex.default_sample_duration),
        default_bytes: default.map_or(0, |trex| trex.default_sample_size),
    })
}

fn read_track(
    source: &mut (impl Read + Seek),
    entry: &BoxAt,
    budget: &mut Budget,
) -> Result<Track, MediaProblem> {
    let mut track = Track::default();
    for_each_child(source, entry, budget, |source, child, budget| {
        match &child.kind {
            b"tkhd" => track.id = leaf::<Tkhd>(source, child, HEADER_BYTES_MAX)?.track_id,
            b"mdia" => read_media(source, child, budget, &mut track)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(track)
}

fn read_media(
    source: &mut (impl Read + Seek),
    mdia: &BoxAt,
    budget: &mut Budget,
    track: &mut Track,
) -> Result<(), MediaProblem> {
    let mut tables = None;
    for_each_child(source, mdia, budget, |source, child, _| {
        match &child.kind {
            b"mdhd" => {
                track.ticks_per_s = leaf::<Mdhd>(source, child, HEADER_BYTES_MAX)?.timescale.into();
            }
            b"hdlr" => track.is_video = handler(source, child)? == *b"vide",
            b"minf" => tables = Some(*child),
            _ => {}
        }
        Ok(())
    })?;
    // The tables of other tracks are nobody's business.
    let Some(minf) = tables.filter(|_| track.is_video) else { return Ok(()) };
    for_each_child(source, &minf, budget, |source, child, budget| match &child.kind {
        b"stbl" => read_tables(source, child, budget, track),
        _ => Ok(()),
    })
}

/// The handler's kind. The name behind it is free text, which some recorders write badly.
fn handler(source: &mut (impl Read + Seek), hdlr: &BoxAt) -> Result<[u8; 4], MediaProblem> {
    let bytes = leaf_bytes(source, hdlr, HEADER_BYTES_MAX)?;
    bytes.get(8..12).and_then(|kind| kind.try_into().ok()).ok_or_else(|| hdlr.malformed("too short"))
}

fn read_tables(
    source: &mut (impl Read + Seek),
    stbl: &BoxAt,
    budget: &mut Budget,
    track: &mut Track,
) -> Result<(), MediaProblem> {
    for_each_child(source, stbl, budget, |source, child, _| {
        match &child.kind {
            b"stts" => {
                for entry in leaf::<Stts>(source, child, TABLE_BYTES_MAX)?.entries {
                    let ticks = u64::from(entry.sample_count).saturating_mul(entry.sample_delta.into());
                    track.ticks = track.ticks.saturating_add(ticks);
                    track.timed_frames = track.timed_frames.saturating_add(entry.sample_count.into());
                }
            }
            b"stsz" => match leaf::<Stsz>(source, child, TABLE_BYTES_MAX)?.samples {
                StszSamples::Identical { count, size } => track.frames.push_many(count.into(), size)?,
                StszSamples::Different { sizes } => {
                    sizes.into_iter().try_for_each(|size| track.frames.push(size))?;
                }
            },
            _ => {}
        }
        Ok(())
    })
}

/// What a writer that has no clock leaves is 0, which says nothing; nor does a time before 1970.
fn since_1970_us(creation_time: u64) -> Option<u64> {
    creation_time.checked_sub(SECONDS_1904_TO_1970)?.checked_mul(1_000_000).filter(|us| *us > 0)
}
