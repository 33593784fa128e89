//! Moonfire NVR: its list of recordings, and the MP4 that it makes of one.
//!
//! `GET /api/cameras/<uuid>/<stream>/recordings` answers in units of 1/90,000 s since 1970, in any order. Runs
//! are asked to be split after each recording, so that a row is one recording of a minute and stays the same
//! row; one that is coalesced all the same is taken as it is. What is `growing` or reaches `firstUncommitted`
//! is left for later, since its id may come to mean another recording; the `openId` goes into every request
//! for bytes, so that Moonfire refuses one that is another's. Its own hash is not in the API, so that the MP4 is
//! fetched and hashed.
//!
//! Within a run a recording starts where the one before ended, by construction: lost frames show in the number
//! of frames only. The API is internal to Moonfire, and an upgrade may change the bytes of the MP4 it makes:
//! export and preserve before you upgrade.

use std::path::Path;

use custody::id::Digest;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::segment::{Fetched, Times};
use crate::source::http::{Api, escape};
use crate::source::{LISTED_MAX, Listed, Source, SourceError};

/// Ticks of Moonfire's clock in a second.
const TICKS_PER_S: u64 = 90_000;

/// Splits a run after every recording.
const SPLIT_TICKS: u64 = 1;

/// One stream of one camera of a Moonfire NVR.
#[derive(Debug)]
pub struct MoonfireSource {
    api: Api,
    /// `/api/cameras/<uuid>/<stream>`.
    path: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    recordings: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    start_id: u64,
    end_id: Option<u64>,
    first_uncommitted: Option<u64>,
    #[serde(default)]
    growing: bool,
    open_id: u64,
    #[serde(rename = "startTime90k")]
    start_90k: u64,
    #[serde(rename = "endTime90k")]
    end_90k: u64,
    video_samples: u64,
    sample_file_bytes: u64,
}

impl MoonfireSource {
    /// The stream (`main`, `sub`) of the camera with this UUID in Moonfire's configuration.
    pub fn new(api: Api, camera: &str, stream: &str) -> Self {
        Self { api, path: format!("/api/cameras/{}/{}", escape(camera), escape(stream)) }
    }
}

impl Source for MoonfireSource {
    fn list(&mut self, from_us: u64, now_us: u64) -> Result<Vec<Listed>, SourceError> {
        let (from, to) = (ticks(from_us), ticks(now_us).saturating_add(TICKS_PER_S.saturating_mul(60)));
        let range = format!("startTime90k={from}&endTime90k={to}&split90k={SPLIT_TICKS}");
        let path = format!("{}/recordings?{range}", self.path);
        let Answer { recordings } = self.api.json(&path)?;
        if recordings.len() > LISTED_MAX {
            return Err(SourceError::TooMany { what: self.api.url(&path), max: LISTED_MAX });
        }
        let mut found = Vec::new();
        for row in recordings.iter().filter(|row| row.is_closed()) {
            let listed = row.listed().ok_or_else(|| {
                let problem = format!("recording {} does not end after it starts", row.start_id);
                SourceError::Shape { url: self.api.url(&path), problem }
            })?;
            found.extend((listed.times.start_us >= Some(from_us)).then_some(listed));
        }
        Ok(found)
    }

    fn fetch(&mut self, name: &str, scratch: &Path) -> Result<Fetched, SourceError> {
        // A name of ours for a name of theirs.
        let file = Digest(Sha256::digest(format!("{}?{name}", self.path)).into());
        let fetched = Fetched::scratch(scratch.join(format!("{file}.mp4")));
        let path = format!("{}/view.mp4?s={}", self.path, escape(name));
        self.api.download(&path, fetched.path())?;
        Ok(fetched)
    }
}

impl Row {
    fn is_closed(&self) -> bool {
        let last = self.end_id.unwrap_or(self.start_id);
        !self.growing && self.first_uncommitted.is_none_or(|first| first > last)
    }

    fn listed(&self) -> Option<Listed> {
        let ids = match self.end_id.filter(|end| *end != self.start_id) {
            Some(end) => format!("{}-{end}", self.start_id),
            None => self.start_id.to_string(),
        };
        let (start_us, end_us) = (micros(self.start_90k)?, micros(self.end_90k)?);
        let times = Times { start_us: Some(start_us), end_us: Some(end_us), changed_us: end_us };
        (end_us > start_us).then(|| Listed {
            name: format!("{ids}@{}", self.open_id),
            times,
            frames: Some(self.video_samples),
            version: [self.sample_file_bytes, self.end_90k],
            is_closed: true,
        })
    }
}

fn ticks(us: u64) -> u64 {
    u64::try_from(u128::from(us).saturating_mul(TICKS_PER_S.into()) / 1_000_000).unwrap_or(u64::MAX)
}

fn micros(ticks: u64) -> Option<u64> {
    u64::try_from(u128::from(ticks).checked_mul(1_000_000)?.checked_div(TICKS_PER_S.into())?).ok()
}
