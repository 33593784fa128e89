//! The writer's own copy of what chain order decides, ahead of what is durable.
//!
//! It is never taken back: where an append fails, it is made anew from what is published, or the node is started anew.

use custody::id::Digest;
use custody::ledger::Ledger;
use custody::policy::InForce;

use ledger_format::census::{Census, StreamHead};
use ledger_format::entry::{ENTRY_BYTES_MAX, Entry, StreamLink};
use ledger_format::envelope::Envelope;
use ledger_format::merkle::{Frontier, HashReader as _, leaf_hash};
use ledger_format::statement::Decoded;
use ledger_format::stream::StreamName;

use crate::home::Moved;
use crate::outcome::{Code, Declined};
use crate::replay::Before;
use crate::state::{Placed, State};

/// What the next entry is built on.
#[derive(Debug)]
pub(crate) struct Ahead {
    pub(crate) ledger: Ledger,
    in_force: InForce,
    frontier: Frontier,
    census: Census,
    last_leaf: Digest,
    /// Leaf hash of entry 0.
    genesis: Digest,
    moved: Option<Moved>,
}

impl Ahead {
    /// As far as a state is.
    pub(crate) fn of(state: &State) -> Self {
        let heads = state.streams().filter_map(|(stream, indices)| {
            let revision = u64::try_from(indices.len()).ok()?.checked_sub(1)?;
            let head = state.tree().node(0, *indices.last()?).ok()?;
            Some(StreamHead { key: stream.census_key(), revision, head })
        });
        Self {
            ledger: state.ledger().clone(),
            in_force: state.in_force().clone(),
            frontier: state.tree().frontier().clone(),
            census: heads.collect(),
            last_leaf: state.last_leaf(),
            genesis: state.genesis().map_or(Digest::ZERO, |genesis| genesis.leaf),
            moved: state.moved(),
        }
    }

    /// The newest entry that closed a store, if one did.
    pub(crate) fn moved(&self) -> Option<Moved> {
        self.moved
    }

    /// How many entries there are.
    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root over them.
    pub(crate) fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The census over all streams, and how many there are.
    pub(crate) fn census(&mut self) -> (Digest, u64) {
        (self.census.root(), u64::try_from(self.census.count()).unwrap_or(u64::MAX))
    }

    /// The next entry, with this envelope.
    pub(crate) fn place(
        &self,
        envelope: Envelope,
        decoded: Decoded,
        recorded_at_us: u64,
    ) -> Result<Placed, Declined> {
        let key_id = envelope.key_id;
        let streams = decoded.streams.iter().map(|stream| self.link(stream)).collect();
        let index = self.size();
        let bytes = Entry { index, previous: self.last_leaf, recorded_at_us, envelope, streams }.encode();
        if bytes.len() > ENTRY_BYTES_MAX {
            let detail = format!("the entry would have {} bytes, at most {ENTRY_BYTES_MAX}", bytes.len());
            return Err(Declined::new(Code::TooLarge, detail));
        }
        Ok(Placed { index, leaf: leaf_hash(&bytes), recorded_at_us, key_id, bytes, decoded })
    }

    /// The next entry, with these bytes, which somebody else appended; checked as at admission.
    ///
    /// # Errors
    ///
    /// Why it does not follow from the entries before.
    pub(crate) fn accept(&self, bytes: Vec<u8>) -> Result<Placed, String> {
        let (index, ledger) = (self.size(), &self.ledger);
        let link = |stream: &StreamName| self.link(stream);
        Before { index, last_leaf: self.last_leaf, ledger, link }.check(bytes, true)
    }

    /// The place that the next entry of a stream has in it.
    pub(crate) fn link(&self, stream: &StreamName) -> StreamLink {
        match self.census.get(&stream.census_key()) {
            None => StreamLink { revision: 0, previous: Digest::ZERO },
            Some(head) => StreamLink { revision: head.revision.saturating_add(1), previous: head.head },
        }
    }

    /// Goes on behind an entry that [`place`](Self::place) has made, or [`accept`](Self::accept) has checked.
    pub(crate) fn push(&mut self, placed: &Placed) {
        // The published state folds it again and keeps what is found.
        self.ledger.evolve(&placed.recorded(), self.in_force.policy());
        self.in_force.follow(self.ledger.policy());
        self.frontier.push(placed.leaf);
        for stream in &placed.decoded.streams {
            let revision = self.link(stream).revision;
            self.census.update(StreamHead { key: stream.census_key(), revision, head: placed.leaf });
        }
        self.last_leaf = placed.leaf;
        // Anybody can sign it; the node's word alone counts.
        if self.ledger.node() == Some(placed.decoded.statement.device) {
            self.moved = Moved::by(placed, self.genesis).or(self.moved);
        }
    }
}
