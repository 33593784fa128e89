//! What the node wants: windows of a camera to be committed to at once, and some to be kept.
//!
//! ```text
//! GET /v1/footage/wanted?recorder=<device uuid>
//! 200 {"windows":[{"camera":uuid,"from_us":u64,"to_us":u64,"statement":hex,"preserve":bool}]}
//! ```
//!
//! At most [`WINDOWS_MAX`] windows, in true time (UTC by the node's reference, margins included). A window is
//! listed until a manifest covers it and, with `preserve`, until the footage was said to be preserved. Fields
//! that this version does not know are ignored.

use std::fmt;
use std::path::Path;

use custody::id::{CameraId, DeviceId, Digest};
use locker::nodes::Nodes;
use locker::uplink::{self, UplinkConfigError};
use serde::Deserialize;

use crate::rules::TimeCheck;
use crate::segment::Segment;

/// The most windows in one answer: those of a busy night at one site. The rest comes when these are done.
pub const WINDOWS_MAX: usize = 512;

/// The longest answer read: [`WINDOWS_MAX`] windows of some 250 bytes, with room.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// A stretch of time of one camera that the node wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Of which camera.
    pub camera: CameraId,
    /// From when on, UTC microseconds.
    pub from_us: u64,
    /// Until when.
    pub to_us: u64,
    /// The statement because of which.
    pub statement: Digest,
    /// It is to be kept beyond retention.
    pub is_preserved: bool,
}

/// Somebody who knows what is wanted.
pub trait Node {
    /// What is wanted of this recorder now.
    fn wanted(&mut self, recorder: DeviceId) -> Result<Vec<Window>, WantedError>;
}

/// It could not be asked what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WantedError {
    /// The node cannot be reached.
    #[error("the node cannot be asked which footage is wanted: {0}")]
    Unreachable(String),
    /// It answered with an error.
    #[error("asked which footage is wanted, the node answered {0}")]
    Status(u16),
    /// The answer makes no sense.
    #[error("the node's list of wanted footage: {0}")]
    Shape(String),
    /// Of several nodes none can be asked: what each of them said, in the order in which they were.
    #[error("{}", told(.0))]
    NoNode(Vec<(String, WantedError)>),
}

fn told(answers: &[(String, WantedError)]) -> String {
    answers.iter().map(|(node, error)| format!("{node}: {error}")).collect::<Vec<_>>().join("; ")
}

impl Window {
    /// True if it wants anything of that time of that camera.
    pub fn overlaps(&self, camera: CameraId, from_us: u64, to_us: u64) -> bool {
        self.camera == camera && self.from_us < to_us && from_us < self.to_us
    }

    /// True if it wants anything of a stretch of its own camera.
    pub fn reaches(&self, segment: &Segment) -> bool {
        segment.overlaps(self.from_us, self.to_us)
    }

    /// The same window on the CCTV recorder's clock, wider by what the comparison may be wrong.
    #[must_use]
    pub fn on_recorder(self, check: Option<TimeCheck>) -> Self {
        let error_us = check.map_or(0, |check| check.error_us);
        let from_us = TimeCheck::recorder_time(check, self.from_us).saturating_sub(error_us);
        let to_us = TimeCheck::recorder_time(check, self.to_us).saturating_add(error_us);
        Self { from_us, to_us, ..self }
    }
}

#[derive(Debug, Deserialize)]
struct Answer {
    windows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    camera: String,
    from_us: u64,
    to_us: u64,
    statement: String,
    preserve: bool,
}

/// Reads an answer.
pub fn windows_of(json: &[u8]) -> Result<Vec<Window>, WantedError> {
    let shape = |problem: String| WantedError::Shape(problem);
    let Answer { windows } = serde_json::from_slice(json).map_err(|error| shape(error.to_string()))?;
    if windows.len() > WINDOWS_MAX {
        return Err(shape(format!("{} windows, at most {WINDOWS_MAX}", windows.len())));
    }
    let window = |(place, row): (usize, Row)| {
        let wrong = |field: &str, problem: String| shape(format!("windows[{place}].{field}: {problem}"));
        if row.from_us >= row.to_us {
            return Err(wrong("to_us", "not after from_us".to_owned()));
        }
        Ok(Window {
            camera: row
                .camera
                .parse()
                .map_err(|error: custody::id::IdError| wrong("camera", error.to_string()))?,
            from_us: row.from_us,
            to_us: row.to_us,
            statement: row
                .statement
                .parse()
                .map_err(|error: custody::id::IdError| wrong("statement", error.to_string()))?,
            is_preserved: row.preserve,
        })
    };
    windows.into_iter().enumerate().map(window).collect()
}

/// The node over HTTP.
pub struct HttpNode {
    agent: ureq::Agent,
    node: String,
    token: Option<String>,
}

impl fmt::Debug for HttpNode {
    /// Without the token, which is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpNode").field("node", &self.node).finish_non_exhaustive()
    }
}

impl HttpNode {
    /// At this base URL; see [`locker::uplink::HttpUplink::new`].
    pub fn new(
        node: &str,
        tls_roots: Option<&Path>,
        token: Option<String>,
    ) -> Result<Self, UplinkConfigError> {
        let agent = uplink::agent(node, tls_roots)?;
        Ok(Self { agent, node: node.trim_end_matches('/').to_owned(), token })
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.node
    }
}

impl Node for HttpNode {
    fn wanted(&mut self, recorder: DeviceId) -> Result<Vec<Window>, WantedError> {
        let unreachable = |error: ureq::Error| WantedError::Unreachable(error.to_string());
        let url = format!("{}/v1/footage/wanted?recorder={recorder}", self.node);
        let mut get = self.agent.get(url).header("accept", "application/json");
        if let Some(token) = &self.token {
            get = get.header("authorization", format!("Bearer {token}"));
        }
        let mut response = get.call().map_err(unreachable)?;
        if response.status() != 200 {
            return Err(WantedError::Status(response.status().as_u16()));
        }
        let body =
            response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(unreachable)?;
        windows_of(&body)
    }
}

/// One node of several: the present one, and then the others in turn until one answers, which is the present one from then on.
impl Node for Nodes<HttpNode> {
    fn wanted(&mut self, recorder: DeviceId) -> Result<Vec<Window>, WantedError> {
        let mut answers = Vec::new();
        for _ in 0..self.count() {
            match self.present_mut().wanted(recorder) {
                Ok(windows) => return Ok(windows),
                Err(error) => answers.push((self.present().url().to_owned(), error)),
            }
            self.turn();
        }
        Err(WantedError::NoNode(answers))
    }
}
