//! What manifests have committed to, segment by segment.
//!
//! Kept only for an audit that is given the footage: 64 bytes a segment and 40 a manifest, some 13 megabytes for a month of
//! one camera in segments of ten seconds.

use std::ops::Range;

use custody::fact::{FootageFact, Segment};
use custody::id::{CameraId, DeviceId, Digest};
use custody::ledger::Ledger;

use crate::footage::Named;

/// One manifest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manifest {
    pub(super) camera: CameraId,
    pub(super) recorder: DeviceId,
    /// Its entry.
    pub(super) index: u64,
}

/// One segment as committed to; times are the recorder's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Committed {
    pub(super) sha256: Digest,
    pub(super) start_us: u64,
    pub(super) end_us: u64,
    pub(super) bytes: u64,
    manifest: u32,
    /// As many as fit: a segment of four thousand million pictures is none.
    pub(super) frames: u32,
}

/// Everything committed to so far.
#[derive(Debug, Default)]
pub(in crate::audit) struct CommittedFootage {
    manifests: Vec<Manifest>,
    segments: Vec<Committed>,
}

impl CommittedFootage {
    /// Takes note of a manifest.
    pub(in crate::audit) fn note(&mut self, index: u64, recorder: DeviceId, fact: &FootageFact) {
        let FootageFact::ManifestCommitted { camera, segments, .. } = fact else { return };
        // An archive of four thousand million manifests is longer than anybody reads.
        let Ok(manifest) = u32::try_from(self.manifests.len()) else { return };
        self.manifests.push(Manifest { camera: *camera, recorder, index });
        self.segments.extend(segments.iter().map(|segment| committed(segment, manifest)));
    }

    /// Only what each camera's own recorder has said, each segment once, by camera, start and hash.
    pub(super) fn of_the_cameras_recorders(mut self, ledger: &Ledger) -> Self {
        let manifests = &self.manifests;
        let of =
            |segment: &Committed| usize::try_from(segment.manifest).ok().and_then(|at| manifests.get(at));
        let cameras = &ledger.estate().cameras;
        let is_its_own = |manifest: &Manifest| {
            cameras.get(&manifest.camera).is_some_and(|camera| camera.recorder == manifest.recorder)
        };
        self.segments.retain(|segment| of(segment).is_some_and(is_its_own));
        let key = |segment: &Committed| {
            (of(segment).map(|manifest| manifest.camera), segment.start_us, segment.sha256)
        };
        // Stable, so that of two manifests the first one counts.
        self.segments.sort_by_key(key);
        self.segments.dedup_by_key(|segment| key(segment));
        self
    }

    /// All segments, in order.
    pub(super) fn segments(&self) -> &[Committed] {
        &self.segments
    }

    /// The manifest of a segment.
    pub(super) fn manifest(&self, segment: &Committed) -> Option<&Manifest> {
        usize::try_from(segment.manifest).ok().and_then(|at| self.manifests.get(at))
    }

    /// The segments that a name may stand for.
    pub(super) fn named(&self, named: &Named) -> Range<usize> {
        let key =
            |segment: &Committed| (self.manifest(segment).map(|manifest| manifest.camera), segment.start_us);
        let wanted = (Some(named.camera), named.start_us);
        let first = self.segments.partition_point(|segment| key(segment) < wanted);
        let last = self.segments.partition_point(|segment| key(segment) <= wanted);
        let Some(prefix) = named.prefix else { return first..last };
        let alike = self.segments.get(first..last).unwrap_or_default();
        let begin = alike.partition_point(|segment| segment.sha256.0.as_slice() < prefix.as_slice());
        let rest = alike.get(begin..).unwrap_or_default();
        let count = rest.iter().take_while(|segment| segment.sha256.0.starts_with(&prefix)).count();
        first + begin..first + begin + count
    }
}

fn committed(segment: &Segment, manifest: u32) -> Committed {
    Committed {
        sha256: segment.sha256,
        start_us: segment.start_us,
        end_us: segment.end_us,
        bytes: segment.bytes,
        manifest,
        frames: u32::try_from(segment.frames).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_takes_what_is_said_of_it() {
        assert_eq!(size_of::<Committed>(), 64);
        assert_eq!(size_of::<Manifest>(), 40);
    }
}
