//! What can be made to go wrong with one append.

/// What happens to one append call, or to one batch. Before a committing fault the append is decided as any other: what
/// would have been refused is not committed.
///
/// Of a batch, the server's own timeout is the error `DeadlineExceeded`, and that it is too busy an error with the code of
/// success, as the real server's is. An answer that names the leader ends the session. The other batches of a session
/// where one hangs are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Committed; the answer is the server's own timeout, `Aborted`.
    CommitThenTimeout,
    /// Committed; the connection is cut instead of an answer.
    CommitThenDrop,
    /// Nothing is written; the answer is the server's own timeout, `Aborted`.
    TimeoutOnly,
    /// Nothing is written, and no answer comes while the connection lasts, whatever deadline the call carries.
    Hang,
    /// Nothing is written; the answer names the leader, which may be the member that was asked.
    NotLeader,
    /// Nothing is written; the answer is that the server is too busy.
    Unavailable,
    /// Nothing is written; the connection is cut instead of an answer.
    DropBefore,
    /// Nothing is written; the member dies.
    Kill,
    /// Committed; the member dies instead of answering.
    KillAfter,
    /// Written by the leader alone, and answered with a timeout. No read shows it, but decisions count it, and a retry
    /// times out as well, until [`Cluster::replicate`](crate::Cluster::replicate) or
    /// [`Cluster::forget`](crate::Cluster::forget). Everything appended meanwhile shares its fate.
    Unreplicated,
    /// Nothing is written; the answer has neither a success nor a failure in it, which no client expects.
    Nonsense,
    /// Nothing is written; the answer is that the append is too large.
    TooLarge,
    /// Nothing is written; the answer is that access is denied.
    Denied,
}
