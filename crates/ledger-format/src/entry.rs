//! The entry: what the ledger appends, and what its tree has as leaves.

use alloc::vec::Vec;

use custody::id::Digest;
use custody_proto::{table, v1};
use prost::Message as _;

use crate::canonical::{self, DecodeError, Problem};
use crate::envelope::Envelope;

/// An entry's encoding, at most: the length prefix of an entry bundle has 16 bits.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its position.
    pub index: u64,
    /// Leaf hash of the entry before; zero in entry 0.
    pub previous: Digest,
    /// The node's clock, UTC microseconds. Never decides validity.
    pub recorded_at_us: u64,
    /// What was said, as signed.
    pub envelope: Envelope,
    /// One link for each stream of the statement, in the order of the stream rule.
    pub streams: Vec<StreamLink>,
}

/// An entry's place in one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLink {
    /// 0, 1, 2 … within the stream.
    pub revision: u64,
    /// Leaf hash of the stream's entry before; zero at revision 0.
    pub previous: Digest,
}

impl Entry {
    /// The canonical encoding: what is stored and hashed from here on.
    pub fn encode(&self) -> Vec<u8> {
        let streams = self
            .streams
            .iter()
            .map(|link| v1::StreamLink { revision: link.revision, previous: link.previous.0.to_vec() });
        v1::Entry {
            index: self.index,
            previous: self.previous.0.to_vec(),
            recorded_at_us: self.recorded_at_us,
            envelope: Some(self.envelope.to_message()),
            streams: streams.collect(),
        }
        .encode_to_vec()
    }

    /// Reads the canonical encoding. The statement inside is not looked into.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        canonical::check(bytes, &table::ENTRY, ENTRY_BYTES_MAX)?;
        let message = v1::Entry::decode(bytes).map_err(|_| rule("protobuf"))?;
        let streams = message.streams.iter().map(|link| {
            let previous =
                Digest::try_from(link.previous.as_slice()).map_err(|_| rule("stream link length"))?;
            Ok(StreamLink { revision: link.revision, previous })
        });
        Ok(Self {
            index: message.index,
            previous: Digest::try_from(message.previous.as_slice()).map_err(|_| rule("previous length"))?,
            recorded_at_us: message.recorded_at_us,
            streams: streams.collect::<Result<_, DecodeError>>()?,
            envelope: Envelope::from_message(message.envelope.ok_or_else(|| rule("no envelope"))?)?,
        })
    }
}

fn rule(rule: &'static str) -> DecodeError {
    DecodeError { message: "Entry", field: "?", offset: 0, problem: Problem::Rule(rule) }
}
