//! A recorder beside CCTV recorders of four kinds, on a clock that stands still until it is moved.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail where they stand")]

mod support;

mod sources;

mod manifests;

mod outages;

mod losses;

mod wanting;

mod restarting;

mod histories;

mod hostile;
