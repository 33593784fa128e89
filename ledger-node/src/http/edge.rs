//! What the handlers share.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::access::AccessLog;
use crate::backup::{BackupError, OnDisk};
use crate::clock::Clock;
use crate::config::{Config, Limits};
use crate::folder::Folder;
use crate::metrics::Metrics;
use crate::node::Node;
use crate::side::SideError;
use crate::token::Tokens;

/// Readers of the stream of alerts for one token: the windows that one person has open, and no token takes them all.
pub const ALERT_STREAMS_PER_TOKEN_MAX: usize = 8;

/// Makes a backup at a path: only some stores can, so it is given by whoever has chosen the store.
pub type Backup = Box<dyn Fn(PathBuf) -> BackingUp + Send + Sync>;

/// A backup being made; it yields how many entries its checkpoint covers.
pub type BackingUp = Pin<Box<dyn Future<Output = Result<u64, BackupError>> + Send>>;

/// The state of the edge: the node, and what stands between it and its clients.
pub struct Edge<S> {
    /// The node.
    pub node: Node<S>,
    /// The bearer tokens.
    pub tokens: Tokens,
    /// The access log.
    pub access: AccessLog,
    /// What the edge counts.
    pub metrics: Arc<Metrics>,
    /// Bounds.
    pub limits: Limits,
    /// Whether statements need a token as well.
    pub statements_need_token: bool,
    /// Whether answers leave over TLS.
    pub has_tls: bool,
    /// Where archives and backups go.
    pub copies: Option<PathBuf>,
    /// How to make a backup, where the store can.
    pub backup: Option<Backup>,
    clock: Box<dyn Clock>,
    requests: Arc<Semaphore>,
    submissions: Arc<Semaphore>,
    alert_readers: Arc<Semaphore>,
    per_token: Shares,
    alert_readers_per_token: Shares,
    stopping: watch::Sender<bool>,
}

/// By label of a token, what it has open; an entry is dropped when it reaches 0.
type Shares = Arc<Mutex<HashMap<String, usize>>>;

impl<S: OnDisk> Edge<S> {
    /// With backups of the data in `folder`.
    #[must_use]
    pub fn with_backups(mut self, folder: Folder) -> Self {
        let node = self.node.clone();
        self.backup = Some(Box::new(move |to| {
            let (node, folder) = (node.clone(), folder.clone());
            Box::pin(async move { Ok(node.backup(&folder, &to).await?.checkpoint.size()) })
        }));
        self
    }
}

impl<S> Edge<S> {
    /// The edge of `node`, with the tokens and the access log in the folder `data`.
    pub fn open(node: Node<S>, data: &Path, config: &Config, clock: impl Clock) -> Result<Self, SideError> {
        Ok(Self {
            node,
            tokens: Tokens::open(data)?,
            access: AccessLog::open(data)?,
            metrics: Arc::new(Metrics::default()),
            limits: config.limits,
            statements_need_token: config.statements_need_token,
            has_tls: config.tls.is_some(),
            copies: config.copies.clone(),
            backup: None,
            clock: Box::new(clock),
            requests: Arc::new(Semaphore::new(config.limits.requests_max)),
            submissions: Arc::new(Semaphore::new(config.limits.submissions_max)),
            alert_readers: Arc::new(Semaphore::new(config.limits.alert_streams_max)),
            per_token: Arc::default(),
            alert_readers_per_token: Arc::default(),
            stopping: watch::Sender::new(false),
        })
    }

    /// UTC microseconds since 1970.
    pub fn now_us(&self) -> u64 {
        self.clock.read().wall_us
    }

    /// Room for one more request, held until it is answered; `None` if there is none.
    pub(super) fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.requests).try_acquire_owned().ok()
    }

    /// Room for one more request with statements and without a token.
    pub(super) fn submission_room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.submissions).try_acquire_owned().ok()
    }

    /// Room for one more request of this token; `None` if there is none.
    pub(super) fn share(&self, label: &str) -> Option<Share> {
        Share::of(&self.per_token, label, self.limits.requests_per_token_max)
    }

    /// A place among the readers of the stream of alerts; `None` if there is none, or none for this token.
    pub(super) fn alert_place(&self, label: &str) -> Option<Place> {
        let share = Share::of(&self.alert_readers_per_token, label, ALERT_STREAMS_PER_TOKEN_MAX)?;
        let permit = Arc::clone(&self.alert_readers).try_acquire_owned().ok()?;
        Some(Place { _share: share, _permit: permit })
    }

    /// Ends the streams: the node is about to stop.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// True when the streams are to end.
    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// How many follow the alerts.
    pub(super) fn alert_reader_count(&self) -> usize {
        self.limits.alert_streams_max.saturating_sub(self.alert_readers.available_permits())
    }
}

/// A place among the readers of the stream of alerts, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _share: Share,
    _permit: OwnedSemaphorePermit,
}

impl<S> fmt::Debug for Edge<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge").field("node", &self.node).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// A token's claim on one request, given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    label: String,
    per_token: Shares,
}

impl Share {
    fn of(shares: &Shares, label: &str, max: usize) -> Option<Self> {
        let mut per_token = shares.lock().unwrap_or_else(PoisonError::into_inner);
        let count = per_token.entry(label.to_owned()).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Self { label: label.to_owned(), per_token: Arc::clone(shares) })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut per_token = self.per_token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = per_token.get_mut(&self.label) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                per_token.remove(&self.label);
            }
        }
    }
}
