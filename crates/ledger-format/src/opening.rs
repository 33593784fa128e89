//! Commitments and their openings: which disclosures a statement asks for, and whether those that came
//! along are the ones.

use alloc::vec::Vec;

use custody::id::Digest;

use crate::canonical::{Event, Value};
use crate::disclosure::{Disclosure, DisclosureError};

/// One commitment of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment {
    /// The field that holds it, which is also the name inside its disclosure.
    pub field: &'static str,
    /// The disclosure's digest.
    pub digest: Digest,
}

/// An opening does not belong to the statement it came with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// It is not a disclosure.
    #[error("opening {position}: {source}")]
    Malformed {
        /// Position among the openings.
        position: usize,
        /// Why not.
        source: DisclosureError,
    },
    /// The statement commits to no such digest.
    #[error("opening {position}: the statement commits to no such digest")]
    NotCommitted {
        /// Position among the openings.
        position: usize,
    },
    /// The digest is right and the name inside is another field's.
    #[error("opening {position}: its name is not that of the field that commits to it, {field}")]
    Name {
        /// Position among the openings.
        position: usize,
        /// The field that commits to it.
        field: &'static str,
    },
}

/// Checks every opening against the commitments; openings may be missing, for they may come later.
pub fn check_openings(commitments: &[Commitment], openings: &[Disclosure]) -> Result<(), OpeningError> {
    for (position, opening) in openings.iter().enumerate() {
        let digest = opening.digest();
        let parsed = opening.parse().map_err(|source| OpeningError::Malformed { position, source })?;
        let mut same_digest = commitments.iter().filter(|commitment| commitment.digest == digest).peekable();
        let Some(first) = same_digest.peek().copied() else {
            return Err(OpeningError::NotCommitted { position });
        };
        if !same_digest.any(|commitment| commitment.field == parsed.name) {
            return Err(OpeningError::Name { position, field: first.field });
        }
    }
    Ok(())
}

/// Collects commitments from the events of a walk over one statement.
#[derive(Debug, Default)]
pub(crate) struct CommitmentRule(pub(crate) Vec<Commitment>);

impl CommitmentRule {
    pub(crate) fn visit(&mut self, event: &Event<'_>) {
        if let Event::Value(field, Value::Bytes(bytes)) = event
            && let (true, Ok(digest)) = (field.commits, Digest::try_from(*bytes))
        {
            self.0.push(Commitment { field: field.name, digest });
        }
    }
}
