//! How good the footage of a stretch of time is, by what its manifests say.

use super::runs::Said;
use crate::fact::{Segment, SignedVideo};
use crate::policy::{Cctv, days_us, seconds_us};

/// Microseconds in a thousand seconds.
const THOUSAND_SECONDS_US: u128 = 1_000_000_000;

/// The step in which a recorder's error is kept. Errors wander from one measurement to the next; kept exactly, each
/// manifest would be a run of its own.
const ERROR_STEP_US: u64 = 1_000_000;

/// When a stretch was committed to. Ordered from the better to the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Commit {
    /// So soon after its segment began that it is in time for every act that the segment shows.
    Prompt,
    /// At this time by the node's clock: in time for some acts, perhaps.
    At {
        /// When it was recorded.
        recorded_at_us: u64,
        /// The recorder had said that it was offline.
        is_offline: bool,
    },
}

/// What is said of the video's own signature. Ordered from the better to the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum VideoSignature {
    /// Nothing is wrong with it, or nobody looked.
    Fine,
    /// There is none.
    Unsigned,
    /// It does not verify.
    Invalid,
}

/// How good the footage of a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quality {
    /// When it was committed to.
    pub(crate) commit: Commit,
    /// The offset of the recorder's clock had been measured, and not too long before.
    pub(crate) is_measured: bool,
    /// Bound on the error of that, rounded up to 1, 2, 4, 8 … seconds.
    pub(crate) error_us: u64,
    /// A segment has too few pictures.
    pub(crate) is_thin: bool,
    /// The video's own signature.
    pub(crate) signature: VideoSignature,
}

/// Two manifests of one stretch: what speaks for it in one holds, and what speaks against a segment holds too.
impl Said for Quality {
    fn with(self, other: Self) -> Self {
        Self {
            commit: self.commit.min(other.commit),
            is_measured: self.is_measured || other.is_measured,
            error_us: self.error_us.min(other.error_us),
            is_thin: self.is_thin || other.is_thin,
            signature: self.signature.max(other.signature),
        }
    }
}

/// What a manifest says of all its segments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manifest {
    pub(super) recorded_at_us: u64,
    pub(super) is_offline: bool,
    /// Bound on the error of the recorder's clock, as said.
    pub(super) error_us: u64,
    pub(super) measured_us: Option<u64>,
    /// End of its period, true time.
    pub(super) to_us: u64,
}

impl Quality {
    /// Of one segment that begins at a true time.
    pub(super) fn of(segment: &Segment, start_us: u64, manifest: &Manifest, cctv: &Cctv) -> Self {
        let Manifest { recorded_at_us, is_offline, .. } = *manifest;
        let is_prompt = recorded_at_us.saturating_sub(start_us) <= seconds_us(cctv.commit_s_max);
        let age_us_max = days_us(cctv.offset_age_days_max);
        Self {
            commit: if is_prompt { Commit::Prompt } else { Commit::At { recorded_at_us, is_offline } },
            is_measured: manifest
                .measured_us
                .is_some_and(|measured_us| manifest.to_us.saturating_sub(measured_us) <= age_us_max),
            error_us: rounded_up(manifest.error_us),
            is_thin: is_thin(segment, cctv),
            signature: match segment.signed_video {
                SignedVideo::Invalid => VideoSignature::Invalid,
                SignedVideo::Unsigned => VideoSignature::Unsigned,
                SignedVideo::NotChecked | SignedVideo::Valid | SignedVideo::ValidWithGaps => {
                    VideoSignature::Fine
                }
            },
        }
    }
}

fn rounded_up(error_us: u64) -> u64 {
    let steps = error_us.div_ceil(ERROR_STEP_US).checked_next_power_of_two();
    steps.map_or(u64::MAX, |steps| steps.saturating_mul(ERROR_STEP_US))
}

fn is_thin(segment: &Segment, cctv: &Cctv) -> bool {
    let long_us = u128::from(segment.end_us.saturating_sub(segment.start_us));
    let asked = long_us.saturating_mul(u128::from(cctv.frames_per_1000_s_min));
    u128::from(segment.frames).saturating_mul(THOUSAND_SECONDS_US) < asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_rounded_up_to_powers_of_two_seconds() {
        for (error_us, expected) in [
            (0, 1_000_000),
            (1_000_000, 1_000_000),
            (1_000_001, 2_000_000),
            (5_000_000, 8_000_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(rounded_up(error_us), expected);
        }
    }
}
