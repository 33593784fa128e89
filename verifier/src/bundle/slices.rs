//! Slices: that of each stream every entry is there from one revision to another, and no entry contradicts another's place.

use std::collections::BTreeMap;

use custody::finding::Finding;
use custody::id::{Digest, ExhibitId};
use custody::rule::RuleId;
use custody_proto::schema::Stream;
use disclosure::manifest::Slice;
use ledger_format::stream::StreamName;

use super::replay::Replay;

/// One entry's place in one stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) index: u64,
    pub(super) leaf: Digest,
    pub(super) previous: Digest,
}

/// Every entry's place, by stream and revision.
#[derive(Debug, Default)]
pub(super) struct Streams(BTreeMap<StreamName, BTreeMap<u64, Place>>);

impl Streams {
    /// Collects the places of all entries. Two at one place, or one that does not follow the one before, are findings.
    pub(super) fn collect(replay: &mut Replay) -> Self {
        let mut streams = Self::default();
        for (index, (decoded, leaf, links)) in &replay.links {
            for (name, link) in decoded.streams.iter().zip(links) {
                let place = Place { index: *index, leaf: *leaf, previous: link.previous };
                let stream = streams.0.entry(*name).or_default();
                if let Some(other) = stream.insert(link.revision, place) {
                    let sentence =
                        format!("Two entries say that they are revision {} of {name}.", link.revision);
                    replay.findings.add(Finding::new(RuleId::L01, sentence).at([other.index, *index]));
                }
            }
        }
        for (name, stream) in &streams.0 {
            for ((before, earlier), (revision, place)) in stream.iter().zip(stream.iter().skip(1)) {
                let follows = before.checked_add(1) == Some(*revision);
                let is_linked = !follows || place.previous == earlier.leaf;
                if !is_linked || place.index <= earlier.index {
                    let sentence =
                        format!("Entry {} is not linked to the entry before it in {name}.", place.index);
                    replay.findings.add(Finding::new(RuleId::L01, sentence).at([earlier.index, place.index]));
                }
            }
            let begins = stream.get(&0).is_none_or(|place| place.previous.is_zero());
            if !begins {
                let sentence = format!("The first entry of {name} names one before it.");
                replay.findings.add(Finding::new(RuleId::L01, sentence));
            }
        }
        streams
    }

    /// The entries of one stream, by revision.
    pub(super) fn of(&self, name: &StreamName) -> impl DoubleEndedIterator<Item = (u64, Place)> + '_ {
        self.0.get(name).into_iter().flatten().map(|(revision, place)| (*revision, *place))
    }

    /// The entries of one slice, by revision.
    pub(super) fn within(&self, slice: &Slice) -> impl DoubleEndedIterator<Item = (u64, Place)> + '_ {
        let stream = self.0.get(&slice.stream).into_iter();
        let range = slice.first..=slice.last;
        stream
            .flat_map(move |stream| stream.range(range.clone()))
            .map(|(revision, place)| (*revision, *place))
    }

    /// How many places there are in all of them.
    pub(super) fn count(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// The entry at one place.
    pub(super) fn at(&self, name: &StreamName, revision: u64) -> Option<Place> {
        self.0.get(name)?.get(&revision).copied()
    }

    /// G04: every slice holds every revision that it says it holds.
    pub(super) fn check(&self, slices: &[Slice], replay: &mut Replay) {
        for slice in slices {
            let held = u64::try_from(self.within(slice).count()).unwrap_or(u64::MAX);
            let due = slice.last.saturating_sub(slice.first).saturating_add(1);
            if held != due {
                let missing = due.saturating_sub(held);
                let sentence = format!(
                    "The bundle is incomplete: of {}, revisions {} to {}, {missing} of {due} entries are not in it.",
                    slice.stream, slice.first, slice.last
                );
                let finding = Finding::new(RuleId::G04, sentence);
                replay.findings.add(of_stream(finding, &slice.stream));
            }
        }
    }
}

/// With the exhibit whose stream it is.
pub(super) fn of_stream(finding: Finding, stream: &StreamName) -> Finding {
    match stream.kind {
        Stream::Exhibit => finding.of_exhibits([ExhibitId(stream.id)]),
        _ => finding,
    }
}
