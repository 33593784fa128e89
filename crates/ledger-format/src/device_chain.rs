//! A device's chain: numbers, links and signs what the device says next.
//!
//! Keeps nothing on disk. Who must not lose a number across a power cut (the locker's journal, the node's
//! ledger) stores what comes out before anybody else sees it.

use alloc::vec::Vec;

use custody::fact::Seen;
use custody::id::{DeviceId, Digest};
use custody_proto::v1;

use crate::canonical::DecodeError;
use crate::envelope::Envelope;
use crate::key::SigningKey;
use crate::statement;

/// Where a device's chain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChain {
    /// The device.
    pub device: DeviceId,
    /// Leaf hash of the entry at which its key took its place.
    pub enrolment: Digest,
    /// The number of its next statement.
    pub next_sequence: u64,
    /// Hash of its last statement; zero before the first.
    pub last: Digest,
    /// The newest checkpoint it has verified.
    pub seen: Option<Seen>,
}

/// What a statement says beyond its place in the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    /// The fact.
    pub fact: v1::statement::Fact,
    /// The device's clocks now.
    pub time: v1::Time,
    /// Hash of the custody statement that this one continues.
    pub follows: Option<Digest>,
    /// When a declared fact is said to have occurred.
    pub occurred: Option<v1::Occurred>,
}

impl Saying {
    /// A fact said now.
    pub fn new(fact: v1::statement::Fact, time: v1::Time) -> Self {
        Self { fact, time, follows: None, occurred: None }
    }

    /// The fact continues that custody statement.
    #[must_use]
    pub fn following(mut self, statement: Option<Digest>) -> Self {
        self.follows = statement;
        self
    }
}

impl DeviceChain {
    /// Before the device's first statement.
    pub fn new(device: DeviceId, enrolment: Digest) -> Self {
        Self { device, enrolment, next_sequence: 0, last: Digest::ZERO, seen: None }
    }

    /// Signs the next statement and moves on. Returns the envelope and the statement's hash.
    ///
    /// # Errors
    ///
    /// Where the saying could not be decoded again; the chain has not moved then.
    pub fn say(&mut self, saying: Saying, key: &SigningKey) -> Result<(Envelope, Digest), DecodeError> {
        let bytes = statement::encode(&self.statement(saying))?;
        let envelope = Envelope::sign(bytes, key);
        let hash = envelope.statement_hash();
        self.next_sequence = self.next_sequence.saturating_add(1);
        self.last = hash;
        Ok((envelope, hash))
    }

    /// The statement that the device would make next; the chain does not move. For a signer that is not a
    /// [`SigningKey`], and for who stores a statement before it counts as said.
    pub fn statement(&self, saying: Saying) -> v1::Statement {
        let digest = |digest: Digest| -> Vec<u8> { digest.0.to_vec() };
        v1::Statement {
            device: self.device.0.to_vec(),
            sequence: self.next_sequence,
            previous: digest(self.last),
            enrolment: digest(self.enrolment),
            seen: self.seen.map(|seen| v1::Seen { size: seen.size, root: digest(seen.root) }),
            time: Some(saying.time),
            follows: saying.follows.map(digest),
            occurred: saying.occurred,
            fact: Some(saying.fact),
        }
    }
}
