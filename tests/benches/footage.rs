//! What a recorder says of two cameras, as facts.

use custody_proto::v1::{self, statement::Fact};

/// One minute of recording at two pictures a second.
const SEGMENT_US: u64 = 60_000_000;
const PICTURES: u64 = 120;

/// The manifest of one camera over a period, without a hole.
pub(crate) fn manifest(camera: [u8; 16], from_us: u64, to_us: u64) -> Fact {
    let count = to_us.saturating_sub(from_us).div_ceil(SEGMENT_US);
    let segment = |number: u64| {
        let start_us = from_us + number * SEGMENT_US;
        let end_us = (start_us + SEGMENT_US).min(to_us);
        v1::Segment {
            start_us,
            end_us,
            frames: PICTURES,
            bytes: 1_000_000,
            sha256: vec![0x5e; 32],
            signed_video: v1::SignedVideo::NotChecked.into(),
        }
    };
    committed(camera, from_us, to_us, (0..count).map(segment).collect())
}

/// A manifest of these segments, by a recorder whose clock was compared with a reference when the period began.
pub(crate) fn committed(camera: [u8; 16], from_us: u64, to_us: u64, segments: Vec<v1::Segment>) -> Fact {
    let observed = v1::footage_manifest_committed::Observed {
        camera: camera.to_vec(),
        from_us,
        to_us,
        clock_offset_us: 0,
        segments,
        offset_measured_us: Some(from_us),
        offset_error_us: Some(50_000),
    };
    Fact::FootageManifestCommitted(v1::FootageManifestCommitted { observed: Some(observed) })
}
