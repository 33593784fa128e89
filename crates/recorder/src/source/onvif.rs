//! ONVIF Recording Search: when a recorder says that it had data, and when not.
//!
//! The extents in `GetRecordingSummary` and `GetRecordingInformation` (first and last data) are not coverage and
//! are never asked for. What counts are the recording events that `FindEvents` returns: `IsDataPresent` of
//! `tns1:RecordingHistory/Track/State` and `IsRecording` of `…/Recording/State`, with the state at the start.
//!
//! ONVIF gives no bytes and no hash, so that nothing of this can stand in a manifest. It cross-checks: where the
//! recorder itself says that there was no data, the camera was out. The segments come from the export folder.

mod answer;

mod request;

use crate::source::SourceError;
use crate::source::http::Api;

pub use answer::{Change, Property, Results, fault_of, results_of, search_token_of};
pub use request::{Credentials, find_events, get_results};

/// The most answers to one search: each has at least one result, or the search is over.
const ANSWERS_MAX: usize = 10_000;

/// The recording of one camera in an ONVIF recorder.
#[derive(Debug)]
pub struct Onvif {
    /// Its search service.
    pub api: Api,
    /// Its recording's token.
    pub recording: String,
    /// The token of its video track: sound that is missing is no outage.
    pub track: String,
    /// Who asks.
    pub credentials: Option<Credentials>,
}

impl Onvif {
    /// The stretches of that time in which the recorder had no data of this camera, ascending.
    pub fn absences(&self, from_us: u64, to_us: u64) -> Result<Vec<(u64, u64)>, SourceError> {
        let answer = self.ask(&find_events(&self.recording, from_us, to_us))?;
        let token = search_token_of(&answer).map_err(|problem| self.shape(problem))?;
        let mut changes = Vec::new();
        for _ in 0..ANSWERS_MAX {
            let answer = self.ask(&get_results(&token))?;
            let results = results_of(&answer).map_err(|problem| self.shape(problem))?;
            changes.extend(results.changes);
            if results.is_completed {
                return Ok(absences(&changes, &self.recording, &self.track, from_us, to_us));
            }
        }
        Err(self.shape(format!("a search that is not over after {ANSWERS_MAX} answers")))
    }

    fn ask(&self, body: &str) -> Result<String, SourceError> {
        let envelope =
            request::envelope(self.credentials.as_ref(), body).map_err(|problem| self.shape(problem))?;
        let answer = String::from_utf8(self.api.post_xml(&envelope)?);
        let answer = answer.map_err(|_| self.shape("not UTF-8".to_owned()))?;
        match fault_of(&answer).map_err(|problem| self.shape(problem))? {
            Some(fault) => {
                Err(SourceError::Http { url: self.api.url(""), problem: format!("refused: {fault}") })
            }
            None => Ok(answer),
        }
    }

    fn shape(&self, problem: String) -> SourceError {
        SourceError::Shape { url: self.api.url(""), problem }
    }
}

/// The stretches in which one of the two properties is false. Before the first event of a property nothing is
/// known of it, and nothing is claimed.
pub fn absences(
    changes: &[Change],
    recording: &str,
    track: &str,
    from_us: u64,
    to_us: u64,
) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    for property in [Property::IsDataPresent, Property::IsRecording] {
        let ours = |change: &&Change| {
            change.property == property
                && change.recording == recording
                && (property == Property::IsRecording || change.track.as_deref() == Some(track))
        };
        let mut ours: Vec<_> = changes.iter().filter(ours).collect();
        // Forward searches are in order by specification, and not by every maker. The start state comes first.
        ours.sort_by_key(|change| (change.at_us, !change.is_start_state));
        let ends = ours.iter().skip(1).map(|change| change.at_us).chain([to_us]);
        let stretches = ours.iter().zip(ends).filter(|(change, _)| !change.value);
        found.extend(stretches.map(|(change, end_us)| (change.at_us.max(from_us), end_us.min(to_us))));
    }
    found.retain(|(from_us, to_us)| from_us < to_us);
    found.sort_unstable();
    merge(found)
}

fn merge(sorted: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (from_us, to_us) in sorted {
        match merged.last_mut() {
            Some((_, end_us)) if from_us <= *end_us => *end_us = to_us.max(*end_us),
            _ => merged.push((from_us, to_us)),
        }
    }
    merged
}
