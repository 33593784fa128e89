//! What became of an append: the one procedure that neither loses nor doubles an entry when the answer is lost.
//!
//! The events, their ids and the expected revision stay as they are until it is known. Appending again at a newer revision
//! would write twice; adding to the batch would make a server that has a part of it say no.

use eventstore::{AppendToStreamOptions, CurrentRevision, Error, EventData, StreamState};
use ledger_store::{AppendError, Batch, ReadLimit};
use tokio::time::Instant;

use crate::cluster::{Cluster, DELETED, DENIED, Failed};
use crate::event::event;
use crate::read::{Found, Unread};
use crate::session::InSession;

/// The highest revision that the server can count to.
const REVISION_MAX: u64 = i64::MAX.unsigned_abs();

/// What one try said.
enum Tried {
    /// It is known.
    Known(Result<u64, AppendError>),
    /// This try wrote nothing.
    NotWritten(String),
    /// It may have written.
    InDoubt(String),
}

/// Appends until it is known whether the batch is in, or the patience is at an end. `in_doubt` says that an earlier call
/// may have written.
pub(crate) async fn settle(
    cluster: &Cluster,
    expected: u64,
    batch: &Batch,
    mut in_doubt: bool,
) -> Result<u64, AppendError> {
    if expected.saturating_add(batch.count()) > REVISION_MAX {
        return match cluster.size().await {
            Ok(actual) => Err(AppendError::Conflict { expected, actual }),
            Err(unread) => Err(AppendError::Unavailable { reason: unread.into_error().to_string() }),
        };
    }
    let end = Instant::now() + cluster.patience.settle;
    // Whatever is in doubt is settled in calls that say what became of it.
    let mut in_session = !in_doubt;
    loop {
        let tried = once(cluster, expected, batch, in_session).await;
        in_session = false;
        let reason = match tried {
            // An earlier try of the same batch may still come in: a no of now is not a no of then.
            Tried::Known(Err(AppendError::ReadOnly { reason })) if in_doubt => {
                return Err(AppendError::Unknown { expected, reason });
            }
            Tried::Known(known) => return known,
            Tried::NotWritten(reason) => reason,
            Tried::InDoubt(reason) => {
                in_doubt = true;
                reason
            }
        };
        tracing::warn!(reason, expected, in_doubt, "the append is tried again");
        if Instant::now() >= end {
            return Err(if in_doubt {
                AppendError::Unknown { expected, reason }
            } else {
                AppendError::Unavailable { reason }
            });
        }
        tokio::time::sleep(cluster.patience.pause).await;
    }
}

async fn once(cluster: &Cluster, expected: u64, batch: &Batch, in_session: bool) -> Tried {
    let state = match expected.checked_sub(1) {
        None => StreamState::NoStream,
        Some(last) => StreamState::StreamRevision(last),
    };
    let events: Vec<EventData> = batch.entries().iter().map(|entry| event(entry)).collect();
    let through =
        if in_session { cluster.append_in_session(state, events.clone()).await } else { InSession::Not };
    let written = match through {
        InSession::In(last) => last,
        InSession::InDoubt(reason) => return Tried::InDoubt(reason),
        InSession::Not => match append(cluster, state, events).await {
            Ok(last) => last,
            Err(failed) => return said(cluster, expected, batch, failed).await,
        },
    };
    let size = expected.saturating_add(batch.count());
    if written.saturating_add(1) == size {
        return Tried::Known(Ok(size));
    }
    // A stream that was deleted takes what is meant for a new one behind all that it had.
    let reason = format!(
        "the server wrote up to revision {written} what was to go in at {expected}: the stream was deleted or truncated. \
         Nothing that was acknowledged is in this batch; restore the stream before the node is started again"
    );
    Tried::Known(Err(AppendError::Poisoned { reason }))
}

async fn append(cluster: &Cluster, state: StreamState, events: Vec<EventData>) -> Result<u64, Failed> {
    let stream = cluster.address.stream.clone();
    let options = AppendToStreamOptions::default()
        .stream_state(state)
        .requires_leader(true)
        .deadline(cluster.patience.call);
    let written =
        cluster.call(move |client| async move { client.append_to_stream(stream, &options, events).await });
    Ok(written.await?.next_expected_version)
}

/// What a try that failed tells.
async fn said(cluster: &Cluster, expected: u64, batch: &Batch, failed: Failed) -> Tried {
    let reason = failed.reason();
    let error = match failed {
        Failed::Said(error) => error,
        Failed::Unconnected(_) => return Tried::NotWritten(reason),
        Failed::Silent(_) => return Tried::InDoubt(reason),
    };
    let refused = |reason: &str| Tried::Known(Err(AppendError::ReadOnly { reason: reason.to_owned() }));
    match error {
        Error::WrongExpectedVersion { current, .. } => compare(cluster, expected, batch, current).await,
        Error::NotLeaderException(_) | Error::ConnectionClosed => Tried::NotWritten(reason),
        Error::AccessDenied => refused(DENIED),
        Error::ResourceDeleted => refused(DELETED),
        // The code's own type is of a crate that is not ours to name; its text is that of gRPC.
        Error::Grpc { code, message } if format!("{code:?}") == "InvalidArgument" => {
            refused(&format!("the server does not take the batch: {message}"))
        }
        _ => Tried::InDoubt(reason),
    }
}

/// The stream does not end where the batch was to begin: whose entries stand there?
async fn compare(cluster: &Cluster, expected: u64, batch: &Batch, current: CurrentRevision) -> Tried {
    // It counts what is not replicated yet, which nobody sees.
    let counted = match current {
        CurrentRevision::NoStream => 0,
        CurrentRevision::Current(last) => last.saturating_add(1),
    };
    let conflict = |actual| Tried::Known(Err(AppendError::Conflict { expected, actual }));
    if counted < expected {
        return conflict(counted);
    }
    let size = match cluster.size().await {
        Ok(size) => size,
        Err(unread) => return Tried::InDoubt(unread.into_error().to_string()),
    };
    let mut standing: usize = 0;
    while standing < batch.entries().len() {
        let rest = batch.entries().get(standing..).unwrap_or_default();
        let from = expected.saturating_add(u64::try_from(standing).unwrap_or(u64::MAX));
        match cluster.read(from, ReadLimit::entries(rest.len())).await {
            Ok(Found::Entries(found)) if found.is_empty() => break,
            Ok(Found::NoStream) => break,
            Ok(Found::Entries(found)) if rest.starts_with(&found) => {
                standing = standing.saturating_add(found.len());
            }
            // Another's entry, or one that no node wrote: this place is taken for good.
            Ok(Found::Entries(_)) | Err(Unread::Wrong { .. }) => return conflict(size),
            Err(unread) => return Tried::InDoubt(unread.into_error().to_string()),
        }
    }
    if standing == batch.entries().len() {
        return Tried::Known(Ok(expected.saturating_add(batch.count())));
    }
    if standing > 0 && size >= counted {
        // All that the server counts is visible, and it is only a beginning of the batch: another batch.
        return conflict(size);
    }
    Tried::InDoubt("the server counts entries that it does not show yet".to_owned())
}
