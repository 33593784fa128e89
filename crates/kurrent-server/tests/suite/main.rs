//! The server, tried through the official client: each name is a rule of KurrentDB that a store relies on.
#![expect(clippy::unwrap_used, reason = "helpers of a test binary; every failure is the test's failure")]

mod batches;
mod decisions;
mod faults;
mod members;
mod reads;
mod tls;

mod generated;
mod parts;
mod support;
