//! The ledger service: admission, the single writer, read models, HTTP API.

mod side;

pub mod evidence;

pub mod vault;

pub mod json;

pub mod token;

pub mod access;
