//! Reading the stream.

use eventstore::{Error, ReadStreamOptions, StreamPosition};
use ledger_store::{ReadError, ReadLimit};

use crate::cluster::{Cluster, DELETED, Failed};
use crate::event;

/// What the stream holds from an index on.
#[derive(Debug)]
pub(crate) enum Found {
    /// The stream is not there, or all of it is hidden.
    NoStream,
    /// These entries; none if it ends before.
    Entries(Vec<Vec<u8>>),
}

/// Why a read gave nothing.
#[derive(Debug)]
pub(crate) enum Unread {
    /// What is there is not what was written.
    Wrong { index: u64, reason: String },
    /// It could not be asked.
    Failed(Failed),
}

impl Unread {
    pub(crate) fn into_error(self) -> ReadError {
        match self {
            Self::Wrong { index, reason } => ReadError::Corrupt { index, reason },
            Self::Failed(Failed::Said(Error::ResourceDeleted)) => {
                ReadError::Corrupt { index: 0, reason: DELETED.to_owned() }
            }
            Self::Failed(failed) => ReadError::Unavailable { reason: failed.reason() },
        }
    }
}

impl Cluster {
    /// The entries from `from` on, within the limit; the first whatever its length.
    pub(crate) async fn read(&self, from: u64, limit: ReadLimit) -> Result<Found, Unread> {
        let stream = self.address.stream.clone();
        let options = ReadStreamOptions::default()
            .position(StreamPosition::Position(from))
            .forwards()
            .max_count(limit.entries)
            .requires_leader(true);
        let reading = move |client: std::sync::Arc<eventstore::Client>| async move {
            let mut read = client.read_stream(stream, &options).await?;
            let (mut entries, mut room, mut index) = (Vec::new(), limit.bytes, from);
            while let Some(resolved) = read.next().await? {
                let entry = match event::entry(resolved.get_original_event(), index) {
                    Ok(entry) => entry,
                    Err(reason) => return Ok(Err((index, reason))),
                };
                if !entries.is_empty() {
                    match room.checked_sub(entry.len()) {
                        Some(left) => room = left,
                        None => break,
                    }
                }
                entries.push(entry);
                index = index.saturating_add(1);
            }
            Ok(Ok(entries))
        };
        match self.call(reading).await {
            Ok(Ok(entries)) => Ok(Found::Entries(entries)),
            Ok(Err((index, reason))) => Err(Unread::Wrong { index, reason }),
            Err(Failed::Said(Error::ResourceNotFound)) => Ok(Found::NoStream),
            Err(failed) => Err(Unread::Failed(failed)),
        }
    }

    /// How many entries the stream shows, 0 if it is not there.
    pub(crate) async fn size(&self) -> Result<u64, Unread> {
        let stream = self.address.stream.clone();
        let options = ReadStreamOptions::default()
            .position(StreamPosition::End)
            .backwards()
            .max_count(1)
            .requires_leader(true);
        let reading = move |client: std::sync::Arc<eventstore::Client>| async move {
            let mut read = client.read_stream(stream, &options).await?;
            let last = read.next().await?;
            Ok(last.map(|resolved| resolved.get_original_event().revision))
        };
        match self.call(reading).await {
            Ok(last) => Ok(last.map_or(0, |revision| revision.saturating_add(1))),
            Err(Failed::Said(Error::ResourceNotFound)) => Ok(0),
            Err(failed) => Err(Unread::Failed(failed)),
        }
    }
}
