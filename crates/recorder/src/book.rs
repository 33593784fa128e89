//! What this device has said of its cameras: a fold over its own statements, and nothing else.
//!
//! Nothing that was signed depends on any other file: with the journal alone a recorder knows what it has
//! committed to, what it found altered, and which outage lasts.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::{CameraId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::canonical::DecodeError;
use locker::clock::Clock;
use locker::device::Device;
use locker::key::Signer;
use locker::record_log::LogError;
use locker::storage::Storage;
use prost::Message as _;

/// The most outages of one kind remembered of a camera: one a minute for a week. They are there so that none is
/// said twice.
const OUTAGES_MAX: usize = 10_000;

/// What was said of all cameras.
#[derive(Debug, Default)]
pub struct Book {
    cameras: BTreeMap<CameraId, CameraBook>,
    nothing: CameraBook,
}

/// What was said of one camera.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CameraBook {
    /// From when on manifests were signed.
    pub began_us: Option<u64>,
    /// Up to when, without a hole.
    pub committed_to_us: u64,
    /// The end of the last stretch committed to.
    pub last_end_us: Option<u64>,
    /// Every stretch committed to and not lapsed long ago.
    pub segments: BTreeMap<(u64, Digest), Committed>,
    outages: BTreeMap<i32, BTreeMap<u64, Option<u64>>>,
    preserved: BTreeSet<Digest>,
}

/// A stretch that was committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// Its end.
    pub end_us: u64,
    /// It was said to be altered.
    pub altered: Option<Alteration>,
    /// It was said to have lapsed.
    pub is_lapsed: bool,
}

/// What a stretch was said to have become before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alteration {
    /// It is gone.
    Gone,
    /// It hashes to this.
    To(Digest),
}

impl From<Option<Digest>> for Alteration {
    fn from(found: Option<Digest>) -> Self {
        found.map_or(Self::Gone, Self::To)
    }
}

/// The journal could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] LogError),
    /// A statement in it is not one.
    #[error("statement {sequence} cannot be read back from the journal")]
    Unreadable {
        /// Its number.
        sequence: u64,
    },
    /// A fact of its own cannot be encoded.
    #[error(transparent)]
    Fact(#[from] DecodeError),
}

impl Book {
    /// Reads a device's journal.
    pub fn read<G: Signer, C: Clock, F: Storage>(device: &Device<G, C, F>) -> Result<Self, BookError> {
        let mut book = Self::default();
        for (sequence, said) in device.said() {
            if !(said.name.starts_with("footage_") || said.name == "camera_outage") {
                continue;
            }
            let unreadable = || BookError::Unreadable { sequence };
            let envelope = device.envelope(sequence)?.ok_or_else(unreadable)?;
            let statement = v1::Statement::decode(envelope.statement.as_slice()).map_err(|_| unreadable())?;
            book.note(&statement.fact.ok_or_else(unreadable)?);
        }
        Ok(book)
    }

    /// What was said of one camera.
    pub fn of(&self, camera: CameraId) -> &CameraBook {
        self.cameras.get(&camera).unwrap_or(&self.nothing)
    }

    /// Takes note of a fact that this device said.
    pub fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::FootageManifestCommitted(v1::FootageManifestCommitted { observed: Some(observed) }) => {
                if let Some(camera) = self.camera(&observed.camera) {
                    camera.note_manifest(observed);
                }
            }
            Fact::FootageAltered(v1::FootageAltered { observed: Some(observed) }) => {
                let found = observed.found.as_deref().map(digest);
                let key = (observed.start_us, digest(&observed.committed));
                let segments = self.camera(&observed.camera).map(|camera| &mut camera.segments);
                if let Some(segment) = segments.and_then(|segments| segments.get_mut(&key)) {
                    segment.altered = Some(found.into());
                }
            }
            Fact::FootageLapsed(v1::FootageLapsed { observed: Some(observed), .. }) => {
                if let Some(camera) = self.camera(&observed.camera) {
                    let range = (observed.from_us, Digest::ZERO)..(observed.to_us, Digest::ZERO);
                    let lapsed = camera.segments.range_mut(range);
                    // One that reaches beyond is another recording of the same time.
                    lapsed
                        .filter(|(_, segment)| segment.end_us <= observed.to_us)
                        .for_each(|(_, segment)| segment.is_lapsed = true);
                }
            }
            Fact::FootagePreserved(v1::FootagePreserved { observed: Some(observed) }) => {
                if let Some(camera) = self.camera(&observed.camera) {
                    camera.preserved.extend(observed.segments.iter().map(|hash| digest(hash)));
                }
            }
            Fact::CameraOutage(v1::CameraOutage { observed: Some(observed) }) => {
                if let Some(camera) = self.camera(&observed.camera) {
                    let outages = camera.outages.entry(observed.kind).or_default();
                    outages.insert(observed.from_us, observed.to_us);
                    if outages.len() > OUTAGES_MAX {
                        outages.pop_first();
                    }
                }
            }
            _ => {}
        }
    }

    /// Forgets stretches that lapsed and ended before this.
    pub fn forget(&mut self, camera: CameraId, before_us: u64) {
        if let Some(camera) = self.cameras.get_mut(&camera) {
            camera.segments.retain(|_, segment| !(segment.is_lapsed && segment.end_us < before_us));
        }
    }

    fn camera(&mut self, id: &[u8]) -> Option<&mut CameraBook> {
        Some(self.cameras.entry(CameraId::try_from(id).ok()?).or_default())
    }
}

impl CameraBook {
    fn note_manifest(&mut self, observed: &v1::footage_manifest_committed::Observed) {
        self.began_us = Some(self.began_us.map_or(observed.from_us, |began| began.min(observed.from_us)));
        self.committed_to_us = self.committed_to_us.max(observed.to_us);
        for segment in &observed.segments {
            let committed = Committed { end_us: segment.end_us, altered: None, is_lapsed: false };
            self.segments.insert((segment.start_us, digest(&segment.sha256)), committed);
            self.last_end_us = self.last_end_us.max(Some(segment.end_us));
        }
    }

    /// The outage of a kind that lasts: since when.
    pub fn lasting(&self, kind: v1::OutageKind) -> Option<u64> {
        let outages = self.outages.get(&i32::from(kind))?;
        outages.iter().rev().find(|(_, to_us)| to_us.is_none()).map(|(from_us, _)| *from_us)
    }

    /// True if an outage of that kind, ended or lasting, holds all of that time.
    pub fn knows_outage(&self, kind: v1::OutageKind, from_us: u64, to_us: u64) -> bool {
        let outages = self.outages.get(&i32::from(kind));
        let before = outages.and_then(|outages| outages.range(..=from_us).next_back());
        before.is_some_and(|(_, end_us)| end_us.is_none_or(|end_us| end_us >= to_us))
    }

    /// True if it was said to be preserved.
    pub fn is_preserved(&self, sha256: Digest) -> bool {
        self.preserved.contains(&sha256)
    }

    /// The start of the first stretch that should still be held.
    pub fn first_held_us(&self) -> Option<u64> {
        let held = self
            .segments
            .iter()
            .find(|(_, segment)| !segment.is_lapsed && segment.altered != Some(Alteration::Gone));
        held.map(|((start_us, _), _)| *start_us)
    }
}

/// A digest of this device's own statement, whose length the encoder checked.
fn digest(bytes: &[u8]) -> Digest {
    Digest::try_from(bytes).unwrap_or(Digest::ZERO)
}
