//! Who may do what to the stream: set before its first event, and never changed.

use eventstore::{
    Acl, AppendToStreamOptions, Error, ReadStreamOptions, StreamAcl, StreamMetadata, StreamPosition,
    StreamState,
};

use crate::cluster::{Cluster, Failed};

/// Users or groups of the cluster that write and read a ledger. Nobody deletes it or changes this list; the cluster's own
/// administrators are above every list, and only the verifier is above them.
#[derive(Debug, Clone)]
pub struct Roles {
    /// May append and read.
    pub writer: String,
    /// May read.
    pub reader: String,
}

impl Default for Roles {
    fn default() -> Self {
        Self { writer: "ledger-writer".to_owned(), reader: "ledger-reader".to_owned() }
    }
}

impl Roles {
    fn metadata(&self) -> StreamMetadata {
        let readers = || Some(vec![self.writer.clone(), self.reader.clone()]);
        let acl = StreamAcl {
            read_roles: readers(),
            write_roles: Some(vec![self.writer.clone()]),
            delete_roles: Some(Vec::new()),
            meta_read_roles: readers(),
            meta_write_roles: Some(Vec::new()),
        };
        StreamMetadata { acl: Some(Acl::Stream(acl)), ..StreamMetadata::default() }
    }
}

/// What stands in the stream's metadata.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Guarded {
    /// What a node writes; with its revision, above 0 where something else stood there before.
    As(u64),
    /// Nothing was ever written.
    Not,
    /// Something else; in words.
    Otherwise(String),
}

impl Cluster {
    /// Writes the access list, if nothing was ever written in its place.
    pub(crate) async fn guard(&self, roles: &Roles) -> Result<(), Failed> {
        let stream = self.metadata_stream();
        let metadata =
            serde_json::to_vec(&roles.metadata()).map_err(|error| Failed::Silent(error.to_string()))?;
        let event = eventstore::EventData::json("$metadata", &roles.metadata())
            .map_err(|error| Failed::Silent(error.to_string()))?
            // The same list has the same id, so that a repetition is one.
            .id(crate::event::id(&metadata));
        let options = AppendToStreamOptions::default()
            .stream_state(StreamState::NoStream)
            .requires_leader(true)
            .deadline(self.patience.call);
        let written = self
            .call(move |client| async move { client.append_to_stream(stream, &options, event).await })
            .await;
        match written {
            // Another node was first; whether it wrote the same is looked at next.
            Ok(_) | Err(Failed::Said(Error::WrongExpectedVersion { .. })) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    /// Compares the access list with the one that the node wrote.
    pub(crate) async fn guarded(&self, roles: &Roles) -> Result<Guarded, Failed> {
        let stream = self.metadata_stream();
        // Of metadata the server shows the newest alone.
        let options = ReadStreamOptions::default()
            .position(StreamPosition::End)
            .backwards()
            .max_count(1)
            .requires_leader(true);
        let read = self.call(move |client| async move {
            let newest = client.read_stream(stream, &options).await?.next().await?;
            Ok(newest.map(|resolved| {
                let event = resolved.get_original_event();
                (event.revision, event.data.to_vec())
            }))
        });
        let newest = match read.await {
            Ok(newest) => newest,
            Err(Failed::Said(Error::ResourceNotFound)) => None,
            Err(failed) => return Err(failed),
        };
        let wanted = serde_json::to_value(roles.metadata()).ok();
        Ok(match newest {
            None => Guarded::Not,
            Some((revision, data)) if serde_json::from_slice(&data).ok() == wanted => Guarded::As(revision),
            Some((0, _)) => {
                Guarded::Otherwise("its access list is not the one that a node writes".to_owned())
            }
            Some(_) => {
                Guarded::Otherwise("its access list or limits were changed after it was made".to_owned())
            }
        })
    }

    fn metadata_stream(&self) -> String {
        format!("$${}", self.address.stream)
    }
}
