//! What is asked of one camera's recording.

use custody::id::{CameraId, SiteId};
use serde::{Deserialize, Serialize};

/// What is asked of one camera's recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Which camera.
    pub camera: CameraId,
    /// Where it hangs.
    pub site: SiteId,
    /// Footage is kept for so long; who deletes it earlier alters the record.
    pub retention_us: u64,
    /// A manifest is signed for about so much recording.
    pub period_us: u64,
    /// A hole between two stretches longer than this is an outage of the camera.
    pub gap_us: u64,
    /// Nothing newer for longer than this is an outage that lasts.
    pub no_signal_us: u64,
    /// A stretch whose median frame is smaller than this shows nothing new. 0: this is not looked at.
    pub frozen_frame_bytes: u64,
    /// At the very first look, so much of what was recorded before is committed to.
    pub backfill_us: u64,
}

/// A comparison of the CCTV recorder's clock with a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeCheck {
    /// Recorder's clock minus reference: the true time of a frame is its time minus this.
    pub offset_us: i64,
    /// Bound on the error of the comparison, either way.
    pub error_us: u64,
    /// UTC microseconds at which it was made.
    pub measured_us: u64,
}

impl TimeCheck {
    /// What the recorder's clock shows at a true time. Without a comparison it is taken to be right.
    pub fn recorder_time(check: Option<Self>, true_us: u64) -> u64 {
        true_us.saturating_add_signed(check.map_or(0, |check| check.offset_us))
    }
}
