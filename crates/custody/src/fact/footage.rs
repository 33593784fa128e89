//! What recorders say of the footage they hold. Video never enters the ledger.

use alloc::vec::Vec;

use crate::id::{CameraId, Digest, SiteId};

/// What a validator said of the signatures inside a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignedVideo {
    /// Nobody looked.
    NotChecked,
    /// They verify.
    Valid,
    /// They verify, and pictures are missing.
    ValidWithGaps,
    /// They do not verify.
    Invalid,
    /// There are none.
    Unsigned,
}

/// One stretch of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Its beginning by the recorder's clock, UTC microseconds.
    pub start_us: u64,
    /// Its end.
    pub end_us: u64,
    /// How many pictures it holds.
    pub frames: u64,
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256 of them.
    pub sha256: Digest,
    /// What a validator said of the signatures in the stream.
    pub signed_video: SignedVideo,
}

/// Why a camera did not do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutageKind {
    /// No picture came.
    NoSignal,
    /// Somebody interfered.
    Tampered,
    /// It looks elsewhere.
    SceneChanged,
    /// It was being repaired.
    Maintenance,
    /// Pictures came and showed nothing new.
    Frozen,
}

/// Who decided that footage may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LapseDecision {
    /// Nothing needed it.
    NotNeeded,
    /// Nobody had decided.
    Undecided,
}

/// What is said of footage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FootageFact {
    /// All that one camera's recording holds of one period.
    ManifestCommitted {
        /// Which camera.
        camera: CameraId,
        /// Beginning of the period by the recorder's clock.
        from_us: u64,
        /// Its end.
        to_us: u64,
        /// Recorder clock minus reference; true time is recorder time minus this.
        clock_offset_us: i64,
        /// When that was measured; `None`: never.
        offset_measured_us: Option<u64>,
        /// Bound on that measurement's error.
        offset_error_us: Option<u64>,
        /// Ascending, not overlapping as far as the recorder goes.
        segments: Vec<Segment>,
    },
    /// The node asks that footage be kept.
    PreservationRequired {
        /// Of which camera.
        camera: CameraId,
        /// Beginning of the window, true time.
        from_us: u64,
        /// Its end.
        to_us: u64,
        /// The statement that asks for it.
        statement: Digest,
    },
    /// The recorder keeps these segments beyond retention.
    Preserved {
        /// Of which camera.
        camera: CameraId,
        /// Their hashes.
        segments: Vec<Digest>,
    },
    /// The recorder no longer holds this stretch.
    Lapsed {
        /// Of which camera.
        camera: CameraId,
        /// Beginning by the recorder's clock.
        from_us: u64,
        /// Its end.
        to_us: u64,
        /// Who had decided.
        decision: LapseDecision,
    },
    /// A committed segment is not what it was, or is gone before its time.
    Altered {
        /// Of which camera.
        camera: CameraId,
        /// Its beginning by the recorder's clock.
        start_us: u64,
        /// Its end.
        end_us: u64,
        /// What was committed to.
        committed: Digest,
        /// What it hashes to now; `None`: it is gone.
        found: Option<Digest>,
    },
    /// A camera did not do its work.
    Outage {
        /// Which.
        camera: CameraId,
        /// Where.
        site: SiteId,
        /// Why.
        kind: OutageKind,
        /// From when, by the recorder's clock.
        from_us: u64,
        /// Until when; `None` while it lasts.
        to_us: Option<u64>,
    },
}

impl FootageFact {
    /// The camera it is about.
    pub fn camera(&self) -> CameraId {
        match self {
            Self::ManifestCommitted { camera, .. }
            | Self::PreservationRequired { camera, .. }
            | Self::Preserved { camera, .. }
            | Self::Lapsed { camera, .. }
            | Self::Altered { camera, .. }
            | Self::Outage { camera, .. } => *camera,
        }
    }
}
