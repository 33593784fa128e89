//! What became of each commitment of a bundle: disclosed, withheld, erased or missing.

use std::collections::BTreeMap;

use custody::id::Digest;

use crate::profile::Basis;

/// What became of one committed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Its value, checked against the commitment.
    Disclosed(String),
    /// It exists and is not shown.
    Withheld(Basis),
    /// Its opening was destroyed; the entry says so.
    Erased {
        /// Index of the entry that records it.
        index: u64,
    },
    /// Nobody says what became of it: a finding (G02).
    Missing,
}

/// What became of every commitment, by the statement that holds it and by its digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Openings(pub BTreeMap<(Digest, Digest), Field>);

impl Openings {
    /// What became of one commitment.
    pub fn field(&self, statement: Digest, commitment: &[u8]) -> Field {
        let digest = Digest::try_from(commitment).unwrap_or_default();
        self.0.get(&(statement, digest)).cloned().unwrap_or(Field::Missing)
    }
}

/// One line of the redaction register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its number, from 1.
    pub number: u64,
    /// Index of the entry that holds the commitment.
    pub index: u64,
    /// SHA-256 of its statement.
    pub statement: Digest,
    /// The field.
    pub field: &'static str,
    /// The commitment: proof that there is something.
    pub commitment: Digest,
    /// What became of it: never disclosed.
    pub fate: Field,
}
