//! The JSON view of canonical protobuf, guided by the schema's table: every message has one, and none needs
//! code of its own.
//!
//! Field and value names are the schema's. Sixteen bytes are an id and stand as UUID text, all other bytes as
//! lower-case hexadecimal; numbers are exact integers; the fact of a statement stands under its own name. What
//! is signed and hashed are the bytes: JSON is for reading them, and for writing a fact by hand.

mod to;

mod from;

mod fact;

pub use fact::fact_from_json;
pub use from::{Committing, JsonError, JsonProblem, NoOpenings, from_json};
pub use to::to_json;

#[cfg(test)]
mod tests;
