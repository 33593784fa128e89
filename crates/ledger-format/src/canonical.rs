//! Canonical protobuf, as FORMAT.md defines it: one walk over the bytes decides whether they are the
//! one encoding of their content.
//!
//! Guided by the schema table, it refuses fields out of order or repeated, lengths and numbers that are
//! not minimal, default values written out, unknown fields and values, wrong lengths and missing parts.
//! It reads no meaning; `statement` does, on bytes that passed here.

mod cursor;
mod walk;

pub use walk::{Event, Value, walk};

use custody_proto::schema::Message;

/// Bytes are not the canonical encoding of a message of the schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}.{field} at byte {offset}: {problem}")]
pub struct DecodeError {
    /// The message type in which the walk stopped.
    pub message: &'static str,
    /// The field, or `?` where it is unknown.
    pub field: &'static str,
    /// Offset within the bytes given.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at one place of an encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes end inside a field.
    #[error("the bytes end here")]
    Truncated,
    /// A varint is longer than it need be, or than 64 bits.
    #[error("a number is not minimally encoded")]
    Varint,
    /// The field number is not in the schema.
    #[error("unknown field {number}")]
    UnknownField {
        /// The number.
        number: u64,
    },
    /// The fact's number is not in the schema: perhaps a newer device's. Retry later.
    #[error("unknown fact {number}")]
    UnknownFact {
        /// The number.
        number: u64,
    },
    /// The wire type is not the field's.
    #[error("wire type {found}, expected {expected}")]
    WireType {
        /// What stands there.
        found: u8,
        /// What the schema says.
        expected: u8,
    },
    /// A field stands before one with a lower number, or twice; or a list of subjects does not ascend.
    #[error("out of order or repeated")]
    Order,
    /// A default value is written out.
    #[error("a default value is written out")]
    Default,
    /// The length is not allowed.
    #[error("length {found}, allowed {min} to {max}")]
    Length {
        /// How many bytes stand there.
        found: usize,
        /// Least.
        min: usize,
        /// Greatest.
        max: usize,
    },
    /// Too many elements.
    #[error("more than {max} elements")]
    Count {
        /// Greatest number.
        max: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// The enumeration has no such value.
    #[error("unknown value {value}")]
    UnknownValue {
        /// The value.
        value: u64,
    },
    /// A field that must stand does not.
    #[error("missing")]
    Missing,
    /// More than one fact.
    #[error("more than one fact")]
    SecondFact,
    /// A rule beyond the encoding is broken.
    #[error("{0}")]
    Rule(&'static str),
}

/// Checks that `bytes` are the canonical encoding of a `message`, within `bytes_max`.
pub fn check(bytes: &[u8], message: &'static Message, bytes_max: usize) -> Result<(), DecodeError> {
    walk(bytes, message, bytes_max, &mut |_| {})
}

#[cfg(test)]
mod tests;
