//! The stores against the contract, and the embedded one against faults that are made to happen.
#![expect(clippy::unwrap_used, reason = "helpers and children of tests fail the test they serve")]

mod child;
mod contract;
mod copy;
mod disk;
mod memory;
mod mirror;
mod outside;
mod power;
mod support;
