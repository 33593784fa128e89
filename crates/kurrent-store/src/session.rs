//! Appending over a session: one call to the server that stays open, and every batch one message in it.
//!
//! A call of its own for each batch costs 40 ms, since the client leaves Nagle's algorithm on and the server acknowledges late.
//! A session ends at the first batch that does not go in, and says little of why; so it only ever says yes. Whatever else
//! it says, the same batch is tried in a call of its own, which tells the reasons apart.

use std::sync::Arc;

use eventstore::{BatchAppendClient, BatchAppendOptions, Client, Error, EventData, StreamState};

use crate::cluster::{Cluster, Failed};

/// An open session, and the client that it was opened with.
pub(crate) struct Session {
    client: Arc<Client>,
    open: Arc<BatchAppendClient>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

/// What became of a batch in a session.
pub(crate) enum InSession {
    /// It is in, up to this revision.
    In(u64),
    /// It is not in through this session; or there is none.
    Not,
    /// It may be.
    InDoubt(String),
}

impl Cluster {
    pub(crate) async fn append_in_session(&self, state: StreamState, events: Vec<EventData>) -> InSession {
        // Without one nothing was sent.
        let Ok(open) = self.session().await else { return InSession::Not };
        let stream = self.address.stream.clone();
        let appending = {
            let open = Arc::clone(&open);
            move |_client| async move { open.append_to_stream(stream, state, events).await }
        };
        let failed = match self.call(appending).await {
            Ok(written) => match written.current_revision() {
                Some(last) => return InSession::In(last),
                None => Failed::Silent("the server said that the batch is in and not where".to_owned()),
            },
            Err(failed) => failed,
        };
        self.drop_session(&open);
        match &failed {
            Failed::Said(Error::NotLeaderException(_) | Error::AccessDenied | Error::ResourceDeleted) => {
                InSession::Not
            }
            // The codes are of a crate that is not ours to name; their names are those of gRPC.
            Failed::Said(Error::Grpc { code, .. })
                if ["AlreadyExists", "InvalidArgument", "PermissionDenied"]
                    .contains(&format!("{code:?}").as_str()) =>
            {
                InSession::Not
            }
            failed => InSession::InDoubt(failed.reason()),
        }
    }

    /// The open session of the client that is alive, or a new one.
    async fn session(&self) -> Result<Arc<BatchAppendClient>, Failed> {
        let client = self.client().await?;
        if let Some(session) = &*self.held_session()
            && Arc::ptr_eq(&session.client, &client)
        {
            return Ok(Arc::clone(&session.open));
        }
        let options = BatchAppendOptions::default().requires_leader(true);
        let opened = self.call(move |client| async move {
            let open = client.batch_append(&options).await?;
            Ok((client, open))
        });
        let (client, open) = opened.await?;
        let open = Arc::new(open);
        *self.held_session() = Some(Session { client, open: Arc::clone(&open) });
        Ok(open)
    }

    fn drop_session(&self, ended: &Arc<BatchAppendClient>) {
        let mut held = self.held_session();
        if held.as_ref().is_some_and(|session| Arc::ptr_eq(&session.open, ended)) {
            *held = None;
        }
    }
}
