//! The whole system's tests: one binary, one module for each subject.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of a test binary; every failure is the test's failure"
)]

mod support;

mod vectors;

mod vectors_tree;

mod vectors_archive;

mod vectors_audit;

mod vectors_python;

mod node_and_python;

mod estate;

mod main_job;

mod refusals;

mod offline;

mod live_equals_audit;

mod restart_and_restore;

mod engines;

mod in_a_cluster;

mod erasures;

mod tampering;

mod open_doors;

mod footage;

mod disclosure_bundle;

mod cluster_model;
