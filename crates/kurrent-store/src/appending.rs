//! One append after another: a task of its own, so that whoever gives up waiting leaves nothing half done.

use std::sync::Arc;

use ledger_store::{AppendError, Batch};
use tokio::sync::{mpsc, oneshot, watch};

use crate::cluster::{Cluster, LOOKS_MAX};
use crate::settle::settle;

/// One append that waits.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) expected: u64,
    pub(crate) batch: Batch,
    pub(crate) answer: oneshot::Sender<Result<u64, AppendError>>,
}

/// Takes one append after another, and nothing but the same again while one is in doubt.
pub(crate) async fn write(
    cluster: Arc<Cluster>,
    known: Arc<watch::Sender<u64>>,
    mut waiting: mpsc::UnboundedReceiver<Append>,
) {
    let mut doubtful: Option<(u64, Batch)> = None;
    let mut poisoned: Option<AppendError> = None;
    while let Some(Append { expected, batch, answer }) = waiting.recv().await {
        let outcome = match (&poisoned, &doubtful) {
            (Some(error), _) => Err(error.clone()),
            (None, Some((at, frozen))) if *at != expected || *frozen != batch => {
                Err(AppendError::Unresolved { expected: *at })
            }
            (None, doubtful) => append_seen(&cluster, &known, expected, &batch, doubtful.is_some()).await,
        };
        match &outcome {
            Ok(size) => {
                doubtful = None;
                raise(&known, *size);
            }
            Err(AppendError::Unresolved { .. }) => {}
            Err(AppendError::Unknown { .. }) => doubtful = Some((expected, batch)),
            Err(error @ AppendError::Poisoned { .. }) => poisoned = Some(error.clone()),
            Err(_) => doubtful = None,
        }
        // Who asked may have gone; what was done stays done.
        let _ = answer.send(outcome);
    }
}

/// Appends, and does not believe at once a member that counts fewer entries than were seen.
async fn append_seen(
    cluster: &Cluster,
    known: &watch::Sender<u64>,
    expected: u64,
    batch: &Batch,
    in_doubt: bool,
) -> Result<u64, AppendError> {
    for _ in 1..LOOKS_MAX {
        match settle(cluster, expected, batch, in_doubt).await {
            Err(AppendError::Conflict { actual, .. }) if actual < *known.borrow() => {
                let known = *known.borrow();
                cluster.look_elsewhere(actual, known).await;
            }
            settled => return settled,
        }
    }
    settle(cluster, expected, batch, in_doubt).await
}

/// The size that is known never goes down.
pub(crate) fn raise(known: &watch::Sender<u64>, size: u64) {
    known.send_if_modified(|known| {
        let more = size > *known;
        *known = (*known).max(size);
        more
    });
}
