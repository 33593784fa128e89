//! The store against the contract and against every fault of a cluster that can be made to happen.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test they serve")]

mod authority;
mod contract;
mod doubt;
mod hostile;
mod leaders;
mod lease;
mod runtimes;
mod several;
mod support;
mod tls;
