//! One call to the cluster at a time: with an end, where a panic is an answer, over a client that is made anew after a fault.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eventstore::{Client, Error};
use tokio::runtime::Handle;

use crate::address::Address;
use crate::session::Session;
use crate::{contact, trust};

/// How long the store waits, for whom it matters.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the answer to one call. The server gives up a write after two seconds by itself; the client has no end of its own.
    pub call: Duration,
    /// For what became of an append, before whoever asked is told that it is not known.
    pub settle: Duration,
    /// Between two tries.
    pub pause: Duration,
    /// Between two looks for what others have appended.
    pub look: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(5),
            settle: Duration::from_secs(10),
            pause: Duration::from_millis(100),
            look: Duration::from_millis(200),
        }
    }
}

/// Looks, over as long as an append may take to be settled, before entries that were seen are said to be gone: a member that
/// was deposed and has not noticed yet answers for some seconds, and shows what it had.
pub(crate) const LOOKS_MAX: u32 = 10;

/// What is told of a user who may not do what was asked.
pub(crate) const DENIED: &str =
    "the cluster refused the node's user; see to its name, its password, its group and the access lists";

/// What is told of a stream that was deleted for good.
pub(crate) const DELETED: &str = "the stream was deleted for good (a tombstone stands in it): the ledger goes on in a node's \
     mirror, see \"When the cluster is lost\" in the operations manual";

/// Why a call gave no answer.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The server said so.
    Said(Error),
    /// There was no connection to say it on: nothing was sent.
    Unconnected(String),
    /// Nobody said anything: it took too long, or the client panicked over what it was told.
    Silent(String),
}

impl Failed {
    pub(crate) fn reason(&self) -> String {
        match self {
            // The client's own text ends in the middle of the sentence.
            Self::Said(Error::NotLeaderException(leader)) => {
                format!("the cluster has another leader, {}:{}", leader.host, leader.port)
            }
            Self::Said(Error::AccessDenied) => DENIED.to_owned(),
            Self::Said(error) => error.to_string(),
            Self::Unconnected(reason) | Self::Silent(reason) => reason.clone(),
        }
    }
}

/// The cluster, through whichever client is alive.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) address: Address,
    pub(crate) patience: Patience,
    /// Everything of the client runs here, whoever calls: its connections end with the runtime that they began on.
    runtime: Handle,
    client: Mutex<Option<Held>>,
    session: Mutex<Option<Session>>,
}

struct Held(Arc<Client>);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Cluster {
    /// To be called on the runtime that the client shall run on.
    pub(crate) fn new(address: Address, patience: Patience) -> Self {
        Self {
            address,
            patience,
            runtime: Handle::current(),
            client: Mutex::new(None),
            session: Mutex::new(None),
        }
    }

    /// Makes one call. Whatever fails in a way that another client might not costs this one.
    pub(crate) async fn call<T, Doing>(&self, call: impl FnOnce(Arc<Client>) -> Doing) -> Result<T, Failed>
    where
        T: Send + 'static,
        Doing: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let client = self.client().await?;
        // On a task of its own: the client panics over answers that no server should give.
        let mut task = self.runtime.spawn(call(Arc::clone(&client)));
        let failed = match tokio::time::timeout(self.patience.call, &mut task).await {
            Ok(Ok(Ok(answer))) => return Ok(answer),
            Ok(Ok(Err(error @ Error::GrpcConnectionError(_)))) => Failed::Unconnected(self.why(&error).await),
            Ok(Ok(Err(error))) => Failed::Said(error),
            Ok(Err(_panicked)) => Failed::Silent("the client could not make sense of the answer".to_owned()),
            Err(_elapsed) => {
                task.abort();
                Failed::Silent(format!("no answer within {} ms", self.patience.call.as_millis()))
            }
        };
        if !leaves_client_alive(&failed) {
            self.drop_client(&client);
        }
        Err(failed)
    }

    pub(crate) async fn client(&self) -> Result<Arc<Client>, Failed> {
        if let Some(Held(client)) = &*self.held() {
            return Ok(Arc::clone(client));
        }
        let made = Arc::new(self.make_client().await.map_err(Failed::Unconnected)?);
        // Another call may have made one meanwhile.
        let mut held = self.held();
        let Held(client) = held.get_or_insert(Held(made));
        Ok(Arc::clone(client))
    }

    async fn make_client(&self) -> Result<Client, String> {
        let (runtime, settings) = (self.runtime.clone(), self.address.settings.clone());
        // On a task of its own: the client panics over a file that is exchanged between being read here and there.
        let made = self.runtime.spawn(async move {
            trust::check(&settings).map_err(|unusable| unusable.to_string())?;
            // Its error may quote the name of a file; nothing in it is a secret, for the settings are not.
            Client::with_runtime_handle(runtime, settings).map_err(|error| format!("no client: {error:#}"))
        });
        made.await.unwrap_or_else(|_panicked| Err("the client could not be made of its settings".to_owned()))
    }

    /// Why the client found no member, in other words than its own where there are any.
    async fn why(&self, error: &Error) -> String {
        let explaining = contact::explain(self.address.settings.clone(), error.to_string());
        self.runtime.spawn(explaining).await.unwrap_or_else(|_panicked| error.to_string())
    }

    /// A member shows fewer entries than are known: after a while the next call is made over a new client, which asks anew
    /// who leads.
    pub(crate) async fn look_elsewhere(&self, shown: u64, known: u64) {
        tracing::warn!(shown, known, "a member shows fewer entries than were seen; another is looked for");
        *self.held() = None;
        tokio::time::sleep(self.patience.settle / LOOKS_MAX).await;
    }

    fn drop_client(&self, dead: &Arc<Client>) {
        let mut held = self.held();
        if held.as_ref().is_some_and(|Held(client)| Arc::ptr_eq(client, dead)) {
            *held = None;
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn held_session(&self) -> MutexGuard<'_, Option<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers about the stream, given by a server that was reached. After anything else the client may never find a living
/// member again.
fn leaves_client_alive(failed: &Failed) -> bool {
    matches!(
        failed,
        Failed::Said(
            Error::WrongExpectedVersion { .. }
                | Error::AccessDenied
                | Error::ResourceDeleted
                | Error::ResourceNotFound
                | Error::NotLeaderException(_)
                | Error::UnsupportedFeature
        )
    )
}
