//! The statement: canonical bytes in, the rulebook's fact, the streams and the commitments out.

mod audit;
mod authority;
mod convert;
mod disclosure;
mod estate;
mod field;
mod footage;
mod health;
mod matter;
mod movement;
mod people;

use alloc::vec::Vec;

use custody::fact::Statement;
use custody::id::Digest;
use custody_proto::schema::Label;
use custody_proto::{table, v1};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, DecodeError, Event};
pub use crate::envelope::STATEMENT_BYTES_MAX;
use crate::opening::{Commitment, CommitmentRule};
use crate::stream::{STREAMS_MAX, StreamName, StreamRule};

/// All that the bytes of one statement say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// SHA-256 of the bytes: the statement's name everywhere.
    pub hash: Digest,
    /// The fact's name in the schema: `deposited`.
    pub name: &'static str,
    /// For the rulebook.
    pub statement: Statement,
    /// The streams it belongs to, ordered; at least one.
    pub streams: Vec<StreamName>,
    /// What it commits to, in the order of the fields.
    pub commitments: Vec<Commitment>,
}

/// Decodes strictly. Bytes that pass are the one canonical encoding of what comes out.
///
/// # Errors
///
/// [`canonical::Problem::UnknownFact`] where only the kind of fact is unknown: a newer device's, to be
/// retried when this side is newer too. Everything else is malformed for good.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let (mut streams, mut commitments, mut name) = (StreamRule::default(), CommitmentRule::default(), "");
    canonical::walk(bytes, &table::STATEMENT, STATEMENT_BYTES_MAX, &mut |event| {
        if let Event::Enter(field) = event
            && field.label == Label::Fact
        {
            name = field.name;
        }
        streams.visit(&event);
        commitments.visit(&event);
    })?;
    let message = v1::Statement::decode(bytes).map_err(|_| field::broken("protobuf"))?;
    let statement = convert::statement(message, name)?;
    let streams = streams.finish(statement.device);
    if streams.len() > STREAMS_MAX {
        return Err(field::broken("more streams than an entry has links for"));
    }
    let hash = Digest(Sha256::digest(bytes).into());
    Ok(Decoded { hash, name, streams, commitments: commitments.0, statement })
}

/// Encodes a statement that is about to be signed, and decodes it again: nobody signs what would be refused.
pub fn encode(message: &v1::Statement) -> Result<Vec<u8>, DecodeError> {
    let bytes = message.encode_to_vec();
    decode(&bytes)?;
    Ok(bytes)
}
