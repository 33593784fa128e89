//! The lease beside a ledger's stream: a stream of its own, in which each renewal is an event.

use std::sync::Arc;

use bytes::Bytes;
use eventstore::{
    AppendToStreamOptions, Error, EventData, ReadStreamOptions, StreamMetadata, StreamPosition, StreamState,
};
use ledger_store::lease::{Lease, LeaseError, Renewal};

use crate::cluster::{Cluster, Failed};

/// Renewals that the server keeps. None is ever asked for but the last.
const KEPT: u64 = 16;

/// The type of a renewal.
const TYPE: &str = "custody-writer";

/// A lease in the cluster that the ledger lies in, reachable where and only where the ledger is.
#[derive(Debug, Clone)]
pub struct KurrentLease {
    cluster: Arc<Cluster>,
}

impl KurrentLease {
    pub(crate) fn new(cluster: Arc<Cluster>) -> Self {
        Self { cluster }
    }

    fn stream(&self) -> String {
        format!("{}-writer", self.cluster.address.stream)
    }

    async fn append(&self, stream: String, state: StreamState, event: EventData) -> Result<u64, Failed> {
        let options = AppendToStreamOptions::default()
            .stream_state(state)
            .requires_leader(true)
            .deadline(self.cluster.patience.call);
        let written = self
            .cluster
            .call(move |client| async move { client.append_to_stream(stream, &options, event).await });
        Ok(written.await?.next_expected_version)
    }

    /// Keeps the stream short, once and for all: a mark every few seconds would grow for ever.
    async fn bound(&self) -> Result<(), Failed> {
        let metadata = StreamMetadata { max_count: Some(KEPT), ..StreamMetadata::default() };
        let event =
            EventData::json("$metadata", &metadata).map_err(|error| Failed::Silent(error.to_string()))?;
        match self.append(format!("$${}", self.stream()), StreamState::NoStream, event).await {
            Ok(_) | Err(Failed::Said(Error::WrongExpectedVersion { .. })) => Ok(()),
            Err(failed) => Err(failed),
        }
    }
}

impl Lease for KurrentLease {
    async fn renew(&self, epoch: u64) -> Result<(), LeaseError> {
        let event = EventData::binary(TYPE, Bytes::from(epoch.to_string()));
        let written =
            self.append(self.stream(), StreamState::Any, event).await.map_err(|failed| unreached(&failed))?;
        if written == 0 {
            self.bound().await.map_err(|failed| unreached(&failed))?;
        }
        Ok(())
    }

    async fn look(&self) -> Result<Option<Renewal>, LeaseError> {
        let stream = self.stream();
        let options = ReadStreamOptions::default()
            .position(StreamPosition::End)
            .backwards()
            .max_count(1)
            .requires_leader(true);
        let read = self.cluster.call(move |client| async move {
            let last = client.read_stream(stream, &options).await?.next().await?;
            Ok(last.map(|resolved| resolved.get_original_event().id))
        });
        match read.await {
            Ok(last) => Ok(last.map(|id| Renewal::new(id.as_u128()))),
            Err(Failed::Said(Error::ResourceNotFound)) => Ok(None),
            Err(failed) => Err(unreached(&failed)),
        }
    }
}

fn unreached(failed: &Failed) -> LeaseError {
    LeaseError { reason: failed.reason() }
}
