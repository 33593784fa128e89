//! Footage of acts at a door: segments that recorders have committed to, of the cameras that viewed the locker then.

use std::collections::BTreeMap;

use custody::fact::{Fact, FootageFact, Interval, Segment};
use custody::id::{CameraId, CompartmentId, Digest};

use super::name::{Iri, Names};
use super::node::{Node, Value};
use crate::material::Material;

/// How many segments of one camera are looked through for those that show one window. A recorder cuts one a minute or so;
/// only segments that overlap without end reach this.
const SEGMENTS_LOOKED_AT_MAX: usize = 256;

/// One committed segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Film {
    /// Of which camera.
    pub(super) camera: CameraId,
    /// Index of the manifest.
    pub(super) index: u64,
    /// Leaf hash of its entry.
    pub(super) leaf: Digest,
    /// Recorder clock minus reference, microseconds, by the manifest.
    pub(super) clock_offset_us: i64,
    /// The segment; its times are the recorder's.
    pub(super) segment: Segment,
}

/// Every committed segment of the bundle, by camera and by the true time at which it begins.
#[derive(Debug, Default)]
pub(super) struct Films(BTreeMap<CameraId, Vec<(u64, u64, Film)>>);

impl Films {
    /// Collects them.
    pub(super) fn of(material: &Material<'_>) -> Self {
        let mut films: BTreeMap<CameraId, Vec<(u64, u64, Film)>> = BTreeMap::new();
        for (index, said) in material.entries {
            let Fact::Footage(FootageFact::ManifestCommitted { camera, clock_offset_us, segments, .. }) =
                &said.decoded.statement.fact
            else {
                continue;
            };
            let of_camera = films.entry(*camera).or_default();
            for segment in segments {
                let film = Film {
                    camera: *camera,
                    index: *index,
                    leaf: said.leaf,
                    clock_offset_us: *clock_offset_us,
                    segment: *segment,
                };
                let truly = |us: u64| us.saturating_add_signed(clock_offset_us.saturating_neg());
                of_camera.push((truly(segment.start_us), truly(segment.end_us), film));
            }
        }
        for of_camera in films.values_mut() {
            of_camera.sort_by_key(|(from_us, _, film)| (*from_us, film.index));
            // From here on the second number is the latest end so far: who walks back knows when to stop.
            let mut latest = 0;
            for (_, to_us, _) in of_camera.iter_mut() {
                latest = latest.max(*to_us);
                *to_us = latest;
            }
        }
        Self(films)
    }

    /// The segments that show any of a window, by camera and time.
    pub(super) fn showing(
        &self,
        material: &Material<'_>,
        compartment: CompartmentId,
        window: Interval,
    ) -> Vec<&Film> {
        let mut shown = Vec::new();
        for camera in cameras_at(material, compartment, window.from_us) {
            let Some(films) = self.0.get(&camera) else { continue };
            let after = films.partition_point(|(from_us, ..)| *from_us <= window.to_us);
            let before = films.get(..after).unwrap_or_default().iter().rev();
            let reaching = before
                .take_while(|(_, latest_us, _)| *latest_us >= window.from_us)
                .take(SEGMENTS_LOOKED_AT_MAX);
            let mut of_camera: Vec<&Film> = reaching.map(|(_, _, film)| film).collect();
            of_camera.retain(|film| {
                film.segment.end_us.saturating_add_signed(film.clock_offset_us.saturating_neg())
                    >= window.from_us
            });
            shown.extend(of_camera.into_iter().rev());
        }
        shown
    }
}

/// The cameras that viewed the locker of a compartment at an instant.
fn cameras_at(material: &Material<'_>, compartment: CompartmentId, at_us: u64) -> Vec<CameraId> {
    let estate = material.ledger.estate();
    let cameras = || {
        let (id, locker) = estate.locker_of(compartment)?;
        Some(estate.map_at(locker.stand_at(at_us)?.site, at_us)?.cameras_of(id).collect())
    };
    cameras().unwrap_or_default()
}

/// One segment as a file that is not in the ledger.
pub(super) fn file(id: Iri, film: &Film, camera: Iri, names: Names<'_>) -> Node {
    let hash = Node::new(names.of("hash", &[&id]), "uco-types:Hash")
        .with("uco-types:hashMethod", Value::text("SHA256"))
        .with("uco-types:hashValue", Value::hex(film.segment.sha256));
    let facet = Node::new(names.of("content-data-facet", &[&id]), "uco-observable:ContentDataFacet")
        .with("uco-observable:sizeInBytes", Value::Number(film.segment.bytes))
        .with("uco-observable:hash", Value::List(vec![Value::Node(hash)]));
    let mut node = Node::new(id, "uco-observable:File")
        .with("uco-core:description", Value::text("footage to which a recorder has committed"))
        .with("uco-core:hasFacet", Value::List(vec![Value::Node(facet)]))
        .with("custody:camera", Value::Ref(camera));
    node.set_instant("custody:recorderStart", Some(film.segment.start_us));
    node.set_instant("custody:recorderEnd", Some(film.segment.end_us));
    node.set("custody:recorderClockOffsetMicroseconds", Value::text(film.clock_offset_us.to_string()));
    node.set("custody:frames", Value::Number(film.segment.frames));
    node.set("custody:entryIndex", Value::Number(film.index));
    node.set("custody:leafHash", Value::hex(film.leaf));
    node
}
