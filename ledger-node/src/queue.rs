//! What waits for the writer, and how much of it may.

use custody::id::{CaseId, Digest, ExhibitId};
use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::admission::Prepared;
use crate::home::HomeId;
use crate::outcome::Declined;

/// Submissions of one request at most; the schema's limit (`SubmitRequest.submissions`).
pub const SUBMISSIONS_MAX: usize = 256;

/// Jobs that may wait: sixteen full groups, a fraction of a second's work. Who finds it full is told to come
/// again, which costs nothing, while a longer queue would only answer later.
pub const QUEUED_MAX: usize = 4_096;

/// Bytes of submissions that may wait, openings included: what the queue can make the process hold. Forty of the
/// largest submissions there can be, or all of [`QUEUED_MAX`] usual ones.
pub const QUEUED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What the writer is asked to do.
#[derive(Debug)]
pub(crate) enum Job {
    /// Decide on a submission.
    Submitted(Box<Submitted>),
    /// Take a census.
    Census(oneshot::Sender<Decision>),
    /// Say a fact, as the device that the node is, and keep these openings of what it commits to.
    Say(Box<v1::statement::Fact>, Vec<Disclosure>, oneshot::Sender<Decision>),
    /// Say that the ledger goes on in another store, and take nothing more.
    Close(HomeId, oneshot::Sender<Decision>),
    /// Say that an opening is erased, and destroy it.
    Erase(Box<Erase>),
}

/// An erasure in the queue.
#[derive(Debug)]
pub(crate) struct Erase {
    pub(crate) target: Target,
    /// On whose authority, as the node commits to it.
    pub(crate) authority: Disclosure,
    pub(crate) answer: oneshot::Sender<Erased>,
}

/// The opening that is to be destroyed, and what its statement concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) statement: Digest,
    pub(crate) digest: Digest,
    pub(crate) field: &'static str,
    /// The case in whose stream the statement stands.
    pub(crate) case: Option<CaseId>,
    /// The exhibits in whose streams it stands.
    pub(crate) exhibits: Vec<ExhibitId>,
}

/// What became of an erasure. The first two are durable, covered and published, and the key is gone, when they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Erased {
    /// This entry says so now.
    Now(u64),
    /// This entry said so before.
    Before(u64),
    /// The statement with this hash, a legal hold, forbids it (G03).
    Held(Digest),
    /// Nothing was said and nothing destroyed.
    Declined(Declined),
}

/// A submission in the queue.
#[derive(Debug)]
pub(crate) struct Submitted {
    pub(crate) prepared: Prepared,
    /// Its share of [`QUEUED_BYTES_MAX`], given back when it is decided.
    pub(crate) room: OwnedSemaphorePermit,
    pub(crate) answer: oneshot::Sender<Decision>,
}

/// What the writer decided. `Recorded` and `Again` are durable, covered and published when they are sent.
#[derive(Debug)]
pub(crate) enum Decision {
    /// Appended as this entry.
    Recorded { index: u64, entry: Vec<u8> },
    /// It stands in this entry already.
    Again { index: u64 },
    /// Not recorded.
    Declined(Declined),
}
