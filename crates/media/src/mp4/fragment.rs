//! One fragment of an MP4 file: frames of the video track that it announces.

use std::io::{Read, Seek};

use mp4_atom::{Tfhd, Trun, TrunSamples};

use crate::error::MediaProblem;
use crate::frames::Frames;
use crate::limit::RUN_BYTES_MAX;
use crate::source::Budget;

use super::boxes::{BoxAt, for_each_child, leaf};
use super::movie::Movie;

/// What a fragment adds to the video track.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pub(super) ticks: u64,
    pub(super) frames: Frames,
}

/// Reads `moof`.
pub(super) fn read(
    source: &mut (impl Read + Seek),
    moof: &BoxAt,
    movie: &Movie,
    budget: &mut Budget,
) -> Result<Fragment, MediaProblem> {
    let mut fragment = Fragment::default();
    for_each_child(source, moof, budget, |source, child, budget| match &child.kind {
        b"traf" => read_track(source, child, movie, budget, &mut fragment),
        _ => Ok(()),
    })?;
    Ok(fragment)
}

fn read_track(
    source: &mut (impl Read + Seek),
    traf: &BoxAt,
    movie: &Movie,
    budget: &mut Budget,
    fragment: &mut Fragment,
) -> Result<(), MediaProblem> {
    let mut header = None::<Tfhd>;
    for_each_child(source, traf, budget, |source, child, _| {
        match &child.kind {
            b"tfhd" => header = Some(leaf(source, child, RUN_BYTES_MAX)?),
            b"trun" => {
                // The header comes first (ISO/IEC 14496-12, 8.8.7).
                if let Some(header) = header.as_ref().filter(|header| header.track_id == movie.track) {
                    let ticks = header.default_sample_duration.unwrap_or(movie.default_ticks);
                    let bytes = header.default_sample_size.unwrap_or(movie.default_bytes);
                    fragment.run(leaf(source, child, RUN_BYTES_MAX)?, ticks, bytes)?;
                }
            }
            _ => {}
        }
        Ok(())
    })
}

impl Fragment {
    fn run(&mut self, run: Trun, default_ticks: u32, default_bytes: u32) -> Result<(), MediaProblem> {
        match run.samples {
            TrunSamples::Inherited { count, .. } => {
                let ticks = u64::from(count).saturating_mul(default_ticks.into());
                self.ticks = self.ticks.saturating_add(ticks);
                self.frames.push_many(count.into(), default_bytes)
            }
            TrunSamples::Explicit(entries) => entries.into_iter().try_for_each(|entry| {
                let ticks = entry.duration.unwrap_or(default_ticks);
                self.ticks = self.ticks.saturating_add(ticks.into());
                self.frames.push(entry.size.unwrap_or(default_bytes))
            }),
        }
    }
}
