//! Streams and their census: every link recomputed by rule, every census recomputed over all heads.

use std::collections::BTreeSet;

use custody::id::Digest;
use ledger_format::census::{Census, StreamHead};
use ledger_format::entry::StreamLink;
use ledger_format::stream::StreamName;

/// The heads of all streams so far.
#[derive(Debug, Default)]
pub(super) struct Streams {
    census: Census,
    /// Where entries were not replayed: the streams whose place has been found again since.
    rejoined: Option<BTreeSet<Digest>>,
}

/// What is wrong with an entry's links.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum LinkProblem {
    /// The statement belongs to another number of streams.
    #[error("it has {found} stream links, and its statement belongs to {expected} streams")]
    Count {
        /// How many links the entry has.
        found: usize,
        /// How many streams the statement belongs to.
        expected: usize,
    },
    /// A link leads elsewhere.
    #[error("its link in stream {stream} is not to the stream's last entry")]
    Link {
        /// Which stream.
        stream: StreamName,
    },
}

impl Streams {
    /// Compares an entry's links with the streams' heads and makes the entry the new head of each stream
    /// that its statement belongs to, whatever its links say.
    pub(super) fn follow(
        &mut self,
        names: &[StreamName],
        links: &[StreamLink],
        leaf: Digest,
    ) -> Vec<LinkProblem> {
        let mut problems = Vec::new();
        if names.len() != links.len() {
            problems.push(LinkProblem::Count { found: links.len(), expected: names.len() });
        }
        for (place, name) in names.iter().enumerate() {
            let key = name.census_key();
            let head = self.census.get(&key);
            let mut expected = StreamLink {
                revision: head.map_or(0, |head| head.revision.saturating_add(1)),
                previous: head.map_or(Digest::ZERO, |head| head.head),
            };
            if let Some(link) = links.get(place)
                && *link != expected
            {
                // After a gap a stream's place is unknown until its next entry tells it.
                if self.rejoined.as_mut().is_some_and(|rejoined| rejoined.insert(key)) {
                    expected.revision = link.revision;
                } else {
                    problems.push(LinkProblem::Link { stream: *name });
                }
            } else if let Some(rejoined) = &mut self.rejoined {
                rejoined.insert(key);
            }
            self.census.update(StreamHead { key, revision: expected.revision, head: leaf });
        }
        problems
    }

    /// Takes note that entries were not replayed: any stream may have moved on, and a census can no longer
    /// be recomputed.
    pub(super) fn gap(&mut self) {
        self.rejoined = Some(BTreeSet::new());
    }

    /// The census over all streams, and how many there are; none after a gap.
    pub(super) fn census(&mut self) -> Option<(Digest, u64)> {
        self.rejoined.is_none().then(|| (self.census.root(), self.count()))
    }

    /// How many streams there are.
    pub(super) fn count(&self) -> u64 {
        u64::try_from(self.census.count()).unwrap_or(u64::MAX)
    }
}
