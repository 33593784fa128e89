//! What recorders have said of their cameras, as the bundle's entries tell it.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::{Fact, FootageFact, Interval, LapseDecision, OutageKind, Segment};
use custody::id::{CameraId, Digest};

use super::case::Case;

/// One manifest.
#[derive(Debug, Clone)]
pub(super) struct Manifest<'a> {
    /// Its period by the recorder's clock.
    pub(super) period: Interval,
    /// Recorder's clock less true time.
    pub(super) offset_us: i64,
    pub(super) measured_us: Option<u64>,
    pub(super) error_us: Option<u64>,
    pub(super) segments: &'a [Segment],
}

/// One segment in true time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) segment: &'a Segment,
    pub(super) truly: Interval,
}

/// What was found of a segment that is not what was committed to; none: it is gone.
pub(super) type Altered = BTreeMap<Digest, Option<Digest>>;

/// One camera's recording, by its own recorder's word.
#[derive(Debug, Clone, Default)]
pub(super) struct Recording<'a> {
    pub(super) manifests: Vec<Manifest<'a>>,
    /// By the recorder's clock; the end is the end of all time while it lasts.
    outages: Vec<(OutageKind, Interval)>,
    pub(super) preserved: BTreeSet<Digest>,
    /// By the recorder's clock.
    lapses: Vec<(Interval, LapseDecision)>,
    pub(super) altered: Altered,
}

/// All recordings by camera.
pub(super) fn recordings<'a>(case: &Case<'a>) -> BTreeMap<CameraId, Recording<'a>> {
    let mut recordings: BTreeMap<CameraId, Recording<'a>> = BTreeMap::new();
    let cameras = &case.material.ledger.estate().cameras;
    for said in case.material.entries.values() {
        let statement = &said.decoded.statement;
        let Fact::Footage(fact) = &statement.fact else { continue };
        let is_own = cameras.get(&fact.camera()).is_some_and(|camera| camera.recorder == statement.device);
        if is_own {
            recordings.entry(fact.camera()).or_default().hear(fact);
        }
    }
    recordings
}

impl<'a> Recording<'a> {
    fn hear(&mut self, fact: &'a FootageFact) {
        match fact {
            FootageFact::ManifestCommitted {
                from_us,
                to_us,
                clock_offset_us,
                offset_measured_us,
                offset_error_us,
                segments,
                ..
            } => self.manifests.push(Manifest {
                period: Interval { from_us: *from_us, to_us: *to_us },
                offset_us: *clock_offset_us,
                measured_us: *offset_measured_us,
                error_us: *offset_error_us,
                segments,
            }),
            FootageFact::Preserved { segments, .. } => self.preserved.extend(segments),
            FootageFact::Lapsed { from_us, to_us, decision, .. } => {
                self.lapses.push((Interval { from_us: *from_us, to_us: *to_us }, *decision));
            }
            FootageFact::Altered { committed, found, .. } => {
                self.altered.entry(*committed).or_insert(*found);
            }
            FootageFact::Outage { kind, from_us, to_us, .. } => self.outage(*kind, *from_us, *to_us),
            FootageFact::PreservationRequired { .. } => {}
        }
    }

    /// An outage that is told again with its end has ended.
    fn outage(&mut self, kind: OutageKind, from_us: u64, to_us: Option<u64>) {
        self.outages
            .retain(|(known, over)| *known != kind || over.from_us != from_us || over.to_us != u64::MAX);
        self.outages.push((kind, Interval { from_us, to_us: to_us.unwrap_or(u64::MAX) }));
    }

    /// Manifests whose period meets a window of true time.
    pub(super) fn manifests_of(&self, window: Interval) -> impl Iterator<Item = &Manifest<'a>> {
        self.manifests.iter().filter(move |manifest| meet(manifest.truly(manifest.period), window))
    }

    /// Segments that meet a window, in true time, in order of time.
    pub(super) fn segments_of(&self, window: Interval) -> Vec<Placed<'a>> {
        let placed = self.manifests.iter().flat_map(|manifest| {
            let offset_us = manifest.offset_us;
            manifest.segments.iter().map(move |segment| Placed {
                segment,
                truly: true_time(Interval { from_us: segment.start_us, to_us: segment.end_us }, offset_us),
            })
        });
        let mut placed: Vec<Placed<'a>> = placed.filter(|placed| meet(placed.truly, window)).collect();
        placed.sort_by_key(|placed| (placed.truly, placed.segment.sha256));
        placed.dedup_by_key(|placed| (placed.truly, placed.segment.sha256));
        placed
    }

    /// Outages that meet a window of true time, cut to it.
    pub(super) fn outages_of(&self, window: Interval) -> Vec<(OutageKind, Interval)> {
        let within = self.outages.iter().filter_map(|(kind, over)| {
            let truly = self.truly(*over);
            meet(truly, window).then_some((*kind, cut(truly, window)))
        });
        within.collect()
    }

    /// The decisions under which footage of a window has lapsed.
    pub(super) fn lapses_of(&self, window: Interval) -> Vec<LapseDecision> {
        let met = self.lapses.iter().filter(|(over, _)| meet(self.truly(*over), window));
        met.map(|(_, decision)| *decision).collect()
    }

    /// By the offset that the manifest of that time tells, or the one before; without one by the recorder's clock itself.
    fn truly(&self, over: Interval) -> Interval {
        let before = self.manifests.iter().filter(|manifest| manifest.period.from_us <= over.from_us);
        let offset = before.max_by_key(|manifest| manifest.period.from_us).or_else(|| self.manifests.first());
        true_time(over, offset.map_or(0, |manifest| manifest.offset_us))
    }
}

impl Manifest<'_> {
    fn truly(&self, over: Interval) -> Interval {
        true_time(over, self.offset_us)
    }
}

fn true_time(over: Interval, offset_us: i64) -> Interval {
    let truly = |us: u64| {
        if us == u64::MAX {
            return us;
        }
        match offset_us {
            0.. => us.saturating_sub(offset_us.unsigned_abs()),
            _ => us.saturating_add(offset_us.unsigned_abs()),
        }
    };
    Interval { from_us: truly(over.from_us), to_us: truly(over.to_us) }
}

/// Whether two intervals share time.
fn meet(one: Interval, other: Interval) -> bool {
    one.from_us < other.to_us && other.from_us < one.to_us
}

/// An interval cut to another.
pub(super) fn cut(over: Interval, to: Interval) -> Interval {
    let from_us = over.from_us.clamp(to.from_us, to.to_us);
    Interval { from_us, to_us: over.to_us.clamp(from_us, to.to_us.max(from_us)) }
}
