//! Frigate: what its database says it recorded, and the files in their folders.
//!
//! `GET /api/{camera}/recordings?after&before` lists segments with times in seconds as floating point; the
//! files lie in `recordings/YYYY-MM-DD/HH/<camera>/MM.SS.mp4`, in UTC. Both bounds are always given, for the
//! defaults are those of the moment at which Frigate started. `/recordings/unavailable` is never asked: its
//! buckets of 30 seconds hide gaps. Frigate keeps no hashes, and by default no continuous recording.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::pattern::utc_text;
use crate::segment::{Fetched, Times};
use crate::source::http::{Api, escape};
use crate::source::{LISTED_MAX, Listed, Source, SourceError, changed_us};

/// A segment of Frigate's begins up to a second after the second in its file's name, and lasts some ten: one
/// that begins this much before the time asked for may reach into it.
const REACH_US: u64 = 60_000_000;

/// One camera of a Frigate.
#[derive(Debug)]
pub struct FrigateSource {
    api: Api,
    camera: String,
    recordings: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Row {
    start_time: f64,
    end_time: f64,
}

impl FrigateSource {
    /// The camera of this name; `recordings` is the folder of that name as this machine sees it.
    pub fn new(api: Api, camera: &str, recordings: PathBuf) -> Self {
        Self { api, camera: camera.to_owned(), recordings }
    }

    /// The pattern of the files of one camera under `recordings`, for a Frigate whose API cannot be reached.
    pub fn pattern(camera: &str) -> String {
        format!("%Y-%m-%d/%H/{}/%M.%S.mp4", camera.replace('%', "%%"))
    }

    fn listed(&self, row: &Row, url: &str) -> Result<Option<Listed>, SourceError> {
        let shape = |problem: &str| SourceError::Shape { url: url.to_owned(), problem: problem.to_owned() };
        let start_us = micros(row.start_time).ok_or_else(|| shape("start_time is not a time"))?;
        micros(row.end_time)
            .filter(|end_us| *end_us > start_us)
            .ok_or_else(|| shape("end_time is not after start_time"))?;
        let name = file_name(&self.camera, start_us);
        // In the database and not on the disk: it is gone.
        let Ok(metadata) = fs::symlink_metadata(self.recordings.join(&name)) else { return Ok(None) };
        // The end is the media's own: the database has what a probe of it said, rounded.
        let times = Times { start_us: Some(start_us), end_us: None, changed_us: changed_us(&metadata) };
        let version = [metadata.len(), times.changed_us];
        Ok(metadata.is_file().then_some(Listed { name, times, frames: None, version, is_closed: true }))
    }
}

impl Source for FrigateSource {
    fn list(&mut self, from_us: u64, now_us: u64) -> Result<Vec<Listed>, SourceError> {
        // Without the folder no file would be found, and all would seem to be deleted.
        let failed = |source| SourceError::Io { path: self.recordings.clone(), source };
        fs::read_dir(&self.recordings).map_err(failed)?;
        let seconds = |us: u64| format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
        let (after, before) = (from_us.saturating_sub(REACH_US), now_us.saturating_add(REACH_US));
        let (after, before) = (seconds(after), seconds(before));
        let path = format!("/api/{}/recordings?after={after}&before={before}", escape(&self.camera));
        let rows: Vec<Row> = self.api.json(&path)?;
        if rows.len() > LISTED_MAX {
            return Err(SourceError::TooMany { what: self.api.url(&path), max: LISTED_MAX });
        }
        let mut found = Vec::new();
        for row in &rows {
            let listed = self.listed(row, &self.api.url(&path))?;
            found.extend(listed.filter(|listed| listed.times.start_us >= Some(from_us)));
        }
        Ok(found)
    }

    fn fetch(&mut self, name: &str, _scratch: &Path) -> Result<Fetched, SourceError> {
        Ok(Fetched::in_place(self.recordings.join(name)))
    }
}

/// `2026-10-01/10/yard/00.00.mp4`.
fn file_name(camera: &str, start_us: u64) -> String {
    let text = utc_text(start_us);
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    format!("{}/{}/{camera}/{}.{}.mp4", part(0, 10), part(11, 13), part(14, 16), part(17, 19))
}

/// Seconds since 1970 as microseconds. A float has them to a quarter of a microsecond until the year 2100.
fn micros(seconds: f64) -> Option<u64> {
    std::time::Duration::try_from_secs_f64(seconds).ok().and_then(|since| {
        let rounded = since.checked_add(std::time::Duration::from_nanos(500))?;
        u64::try_from(rounded.as_micros()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_lies_where_its_start_in_utc_says() {
        assert_eq!(file_name("yard", 1_790_848_807_900_000), "2026-10-01/10/yard/00.07.mp4");
        let pattern = FrigateSource::pattern("yard").parse::<crate::pattern::Pattern>().unwrap();
        assert_eq!(pattern.start_us("2026-10-01/10/yard/00.07.mp4"), Some(1_790_848_807_000_000));
    }

    #[test]
    fn seconds_with_a_fraction_are_microseconds() {
        assert_eq!(micros(1_790_848_807.123_456), Some(1_790_848_807_123_456));
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(micros(bad), None);
        }
    }
}
