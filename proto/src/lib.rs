//! The schema of the custody ledger: the messages generated from `custody/v1/*.proto`, and the
//! [`schema`] table that says of every field what the strict decoder must know.
//!
//! Nothing here is written by hand except the table's types. `tests/generated.rs` regenerates both
//! files and compares them; nobody needs `protoc`.
#![no_std]

pub mod schema;

/// The generated messages of package `custody.v1`.
#[expect(missing_docs, clippy::pedantic, reason = "generated; the .proto files hold the documentation")]
pub mod v1 {
    include!("custody.v1.rs");
}

/// The generated table of package `custody.v1`.
#[expect(missing_docs, reason = "generated; one static for each message and enumeration of the .proto files")]
pub mod table {
    include!("table.rs");
}
