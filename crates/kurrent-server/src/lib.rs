//! A cluster of KurrentDB in memory, for tests, demonstrations and benchmarks of what is stored in one.
//!
//! It speaks the protocol of the real server to unmodified clients and decides about appends as that does. It fails on
//! request, and has a back door for what a hostile operator could do. It does not persist, replicate or elect: the
//! members share one log, and a test says which of them leads and what is replicated.
//!
//! What it does not have: reads of `$all`, persistent subscriptions, access lists, `$maxAge`, certificates of users. It
//! does not enforce the deadline of a call or a batch, and where the real server would time out after two seconds it says so
//! at once.
//! A leader goes on accepting appends when most of the other members are dead.
//!
//! Of batches: a member that does not lead refuses a session at its start, where the real one waits for the first batch.
//! Answers repeat the expected position, which the real one leaves out, and errors are without details. A batch whose
//! last part does not come is never answered.
#![expect(clippy::result_large_err, reason = "what a service answers is fixed by tonic")]

mod cluster;
mod fault;

mod append;
mod batches;
mod late;
mod member;
mod peers;
mod reads;
mod refusal;
mod tls;

mod decision;
mod log;
mod wire;

pub use cluster::Cluster;
pub use fault::Fault;
pub use log::Stored;
