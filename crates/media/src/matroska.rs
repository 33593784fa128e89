//! Matroska (RFC 9559): a flat walk over the elements that are needed.
//!
//! Masters of interest are entered by going on right behind their header, everything else is passed over. So
//! sizes that a live recorder left unknown, or that a power cut made untrue, need no special care, there is no
//! stack, and the clusters that are whole count.
//!
//! The walk is our own. Of the crates, `matroska` reads no frames; `matroska-demuxer` collects as many children
//! as the file cares to have, adds offsets unchecked and follows a seek head that points at itself for ever;
//! `mkv-element` takes an eight-byte unknown size for a size and needs a template engine to build;
//! `webm-iterable` needs `futures`. None is fit for a file that an adversary made. The tests compare with
//! `matroska-demuxer`.

use std::io::{Read, Seek, SeekFrom};

use sha2::{Digest as _, Sha256};

use crate::Found;
use crate::ebml::{Element, next_element, read_vint};
use crate::error::MediaProblem;
use crate::frames::Frames;
use crate::limit::TRACKS_MAX;
use crate::source::{Budget, feed_range, micros};

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x002a_d7b1;
const DATE_UTC: u32 = 0x4461;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_NUMBER: u32 = 0xd7;
const TRACK_TYPE: u32 = 0x83;
const DEFAULT_DURATION: u32 = 0x0023_e383;
const CLUSTER: u32 = 0x1f43_b675;
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;

const VIDEO: u64 = 1;

/// Seconds from 1970 to 2001, where Matroska's dates begin.
const SECONDS_1970_TO_2001: u64 = 978_307_200;

#[derive(Debug, Clone, Copy, Default)]
struct Track {
    number: u64,
    kind: u64,
    frame_ns: u64,
}

#[derive(Debug)]
struct Walk {
    tick_ns: u64,
    claimed_start_us: Option<u64>,
    tracks: Vec<Track>,
    cluster_ticks: u64,
    span_ticks: Option<(u64, u64)>,
    frames: Frames,
    pictures: Sha256,
}

/// Reads all of a Matroska file.
pub(crate) fn read(source: &mut (impl Read + Seek), bytes: u64) -> Result<Found, MediaProblem> {
    let (mut budget, mut at) = (Budget::new(), 0);
    let mut walk = Walk {
        // The default of RFC 9559: a millisecond.
        tick_ns: 1_000_000,
        claimed_start_us: None,
        tracks: Vec::new(),
        cluster_ticks: 0,
        span_ticks: None,
        frames: Frames::default(),
        pictures: Sha256::new(),
    };
    while at < bytes {
        let Some(element) = next_element(source, at, bytes, &mut budget)? else { break };
        at = match element.id {
            SEGMENT | INFO | TRACKS | CLUSTER | BLOCK_GROUP => element.from,
            TRACK_ENTRY => {
                walk.begin_track()?;
                element.from
            }
            // What the file's end cuts off does not count.
            _ if element.to > bytes => break,
            _ => {
                walk.take(source, &element)?;
                element.to
            }
        };
    }
    walk.finish()
}

impl Walk {
    fn begin_track(&mut self) -> Result<(), MediaProblem> {
        if self.tracks.len() >= TRACKS_MAX {
            let max = u64::try_from(TRACKS_MAX).unwrap_or(u64::MAX);
            return Err(MediaProblem::TooMany { what: "tracks", max });
        }
        self.tracks.push(Track::default());
        Ok(())
    }

    fn take(&mut self, source: &mut (impl Read + Seek), element: &Element) -> Result<(), MediaProblem> {
        match element.id {
            TIMESTAMP_SCALE => self.tick_ns = element.number(source)?,
            DATE_UTC => self.claimed_start_us = since_1970_us(element.number(source)?),
            TIMESTAMP => self.cluster_ticks = element.number(source)?,
            TRACK_NUMBER | TRACK_TYPE | DEFAULT_DURATION => {
                let number = element.number(source)?;
                let track = self.tracks.last_mut().ok_or_else(|| element.malformed("outside of a track"))?;
                match element.id {
                    TRACK_NUMBER => track.number = number,
                    TRACK_TYPE => track.kind = number,
                    _ => track.frame_ns = number,
                }
            }
            SIMPLE_BLOCK | BLOCK => self.block(source, element)?,
            _ => {}
        }
        Ok(())
    }

    /// ```text
    /// block = track number · i16 ticks after the cluster's · flags · [lace count] · pictures
    /// ```
    fn block(&mut self, source: &mut (impl Read + Seek), element: &Element) -> Result<(), MediaProblem> {
        let video = self.video()?;
        source.seek(SeekFrom::Start(element.from))?;
        let (number, number_bytes) = read_vint(source, element.from, true)?;
        if number != video.number {
            return Ok(());
        }
        let mut head = [0; 4];
        source.read_exact(&mut head)?;
        let [high, low, flags, laces] = head;
        let ticks = self.cluster_ticks.saturating_add_signed(i16::from_be_bytes([high, low]).into());
        let (first, last) = self.span_ticks.unwrap_or((ticks, ticks));
        self.span_ticks = Some((first.min(ticks), last.max(ticks)));
        let from = element.from.saturating_add(number_bytes).saturating_add(3);
        let Some(picture_bytes) = element.to.checked_sub(from) else {
            return Err(element.malformed("shorter than its own header"));
        };
        let count = if flags & 0x06 == 0 { 1 } else { u64::from(laces).saturating_add(1) };
        let each = picture_bytes.checked_div(count).unwrap_or(0);
        self.frames.push_many(count, u32::try_from(each).unwrap_or(u32::MAX))?;
        Ok(feed_range(source, from, element.to, &mut self.pictures)?)
    }

    fn video(&self) -> Result<Track, MediaProblem> {
        if self.tracks.is_empty() {
            return Err(MediaProblem::Missing("list of tracks before the first picture"));
        }
        self.tracks.iter().find(|track| track.kind == VIDEO).copied().ok_or(MediaProblem::NoVideo)
    }

    fn finish(self) -> Result<Found, MediaProblem> {
        let video = self.video()?;
        let (first, last) = self.span_ticks.ok_or(MediaProblem::NoFrames)?;
        let span_ns = last.saturating_sub(first).saturating_mul(self.tick_ns);
        // The last frame lasts as long as the track says of each, else as long as they last on average.
        let between = self.frames.count().saturating_sub(1);
        let last_ns =
            if video.frame_ns > 0 { video.frame_ns } else { span_ns.checked_div(between).unwrap_or(0) };
        Ok(Found {
            duration_us: micros(span_ns.saturating_add(last_ns), 1_000_000_000),
            claimed_start_us: self.claimed_start_us,
            frames: self.frames,
            pictures: self.pictures,
        })
    }
}

/// Nanoseconds since 2001, signed, as microseconds since 1970; `None` before that.
fn since_1970_us(since_2001: u64) -> Option<u64> {
    let nanos = i64::from_be_bytes(since_2001.to_be_bytes());
    let micros = nanos.checked_div(1_000)?;
    SECONDS_1970_TO_2001.checked_mul(1_000_000)?.checked_add_signed(micros)
}
