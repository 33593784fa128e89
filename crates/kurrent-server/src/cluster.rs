//! A cluster as a test holds it: its address, its faults, its members and its back door.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

use crate::fault::Fault;
use crate::late::LateRead;
use crate::log::{Event, Log, Stored};
use crate::member::{Member, Seat};
use crate::tls;

/// A cluster: one log of streams, behind one or several members that each listen on a loopback port of their own.
///
/// Its clones are the same cluster. It ends when the last of them is dropped.
#[derive(Clone)]
pub struct Cluster {
    ended_by: Arc<Owner>,
}

/// What the members share.
pub(crate) struct Shared {
    pub(crate) seats: Vec<Seat>,
    pub(crate) leader: AtomicUsize,
    /// Counts the changes of the log, for those who wait for one.
    pub(crate) changes: watch::Sender<u64>,
    log: Mutex<Log>,
    faults: Mutex<VecDeque<Fault>>,
    appends: AtomicU64,
    appends_batches: AtomicBool,
    pub(crate) late_read: LateRead,
    /// The only `authorization` that is accepted, once one is required.
    authorization: Mutex<Option<String>>,
    /// What makes TLS of a connection, where the members speak it.
    tls: Mutex<Option<TlsAcceptor>>,
}

/// Members run until they are stopped, so what stops them must not be held by them.
struct Owner {
    shared: Arc<Shared>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.seats.iter().for_each(Seat::stop);
    }
}

impl Cluster {
    /// Starts as many members, of which the first leads. They speak without TLS.
    pub async fn start(members: usize) -> Result<Cluster> {
        Self::start_as(members, None).await
    }

    /// Starts as many members that speak TLS and nothing else. They share one certificate, given in PEM with those between
    /// it and its authority, and its key. Clients call them 127.0.0.1, each other's answers do too.
    ///
    /// # Errors
    /// If the certificate or the key cannot be used, too.
    pub async fn start_with_tls(members: usize, certificates: &str, key: &str) -> Result<Cluster> {
        Self::start_as(members, Some(tls::acceptor(certificates, key)?)).await
    }

    async fn start_as(members: usize, tls: Option<TlsAcceptor>) -> Result<Cluster> {
        if members == 0 {
            return Err(Error::new(ErrorKind::InvalidInput, "a cluster has at least one member"));
        }
        let shared = Arc::new(Shared {
            seats: (0..members).map(|_| Seat::reserve()).collect::<Result<_>>()?,
            leader: AtomicUsize::new(0),
            changes: watch::Sender::new(0),
            log: Mutex::default(),
            faults: Mutex::default(),
            appends: AtomicU64::new(0),
            appends_batches: AtomicBool::new(true),
            late_read: LateRead::default(),
            authorization: Mutex::default(),
            tls: Mutex::new(tls),
        });
        let cluster = Cluster { ended_by: Arc::new(Owner { shared }) };
        for member in 0..members {
            cluster.revive(member).await?;
        }
        Ok(cluster)
    }

    /// What a client connects to: all members, dead or alive. Where they speak TLS, it does not say who signed their
    /// certificate: a client that does not know adds `tlsCaFile`.
    pub fn url(&self) -> String {
        let hosts: Vec<String> = self.shared().seats.iter().map(|seat| seat.address.to_string()).collect();
        let plain = if self.shared().tls().is_none() { "tls=false&" } else { "" };
        format!("kurrentdb://{}?{plain}discoveryInterval=10&gossipTimeout=1000", hosts.join(","))
    }

    /// From now on the members show this certificate to those who connect, as in [`start_with_tls`](Self::start_with_tls).
    /// Connections that stand go on.
    ///
    /// # Errors
    /// If it or its key cannot be used; then nothing changes.
    pub fn show(&self, certificates: &str, key: &str) -> Result<()> {
        *locked(&self.shared().tls) = Some(tls::acceptor(certificates, key)?);
        Ok(())
    }

    /// Queues a fault. Each append to a stream whose name does not begin with `$` takes the next one, if it comes to be
    /// decided: a member that does not lead, or that refuses the caller or the size, takes none. A batch is an append.
    pub fn fail_next(&self, fault: Fault) {
        locked(&self.shared().faults).push_back(fault);
    }

    /// How many faults no append has taken yet.
    pub fn faults_left(&self) -> usize {
        locked(&self.shared().faults).len()
    }

    /// Takes back the faults that no append has taken yet, the oldest first.
    pub fn take_faults_back(&self) -> Vec<Fault> {
        locked(&self.shared().faults).drain(..).collect()
    }

    /// Holds back the answer to the next read: it says what there is when it is asked for, and comes when it is let go. It must
    /// be of 256 events at most.
    pub fn hold_next_read(&self) {
        self.shared().late_read.ask_for_one();
    }

    /// Waits until an answer is held back.
    pub async fn read_is_held(&self) {
        self.shared().late_read.is_held().await;
    }

    /// Lets go the answer that is held back, and holds back none. False if none was held.
    pub fn let_read_go(&self) -> bool {
        self.shared().late_read.let_go()
    }

    /// Ends a member: when this returns, its listener and its connections are gone.
    pub async fn kill(&self, member: usize) {
        if let Some(seat) = self.shared().seats.get(member) {
            seat.stop();
            seat.stopped().await;
        }
    }

    /// Starts a dead member again, on the port it had. Nothing changes for one that is alive.
    ///
    /// # Errors
    /// If its port cannot be listened on, or there is no such member.
    pub async fn revive(&self, member: usize) -> Result<()> {
        let no_such_member = || Error::new(ErrorKind::InvalidInput, "no such member");
        let seat = self.shared().seats.get(member).ok_or_else(no_such_member)?;
        if seat.is_alive() {
            return Ok(());
        }
        seat.stopped().await;
        seat.start(Member { shared: Arc::clone(self.shared()), index: member })
    }

    /// Whether a member is alive.
    pub fn is_alive(&self, member: usize) -> bool {
        self.shared().seats.get(member).is_some_and(Seat::is_alive)
    }

    /// Makes another member the leader, dead or alive.
    pub fn lead(&self, member: usize) {
        self.shared().leader.store(member, Ordering::SeqCst);
    }

    /// Requires these credentials from now on. Calls without any are denied, calls with others not authenticated.
    pub fn require(&self, user: &str, password: &str) {
        let credentials = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        *locked(&self.shared().authorization) = Some(credentials);
    }

    /// Does without `BatchAppend` from now on, as old servers do: members do not advertise it to clients that
    /// connect later, and refuse sessions that begin later.
    pub fn without_batch_append(&self) {
        self.shared().appends_batches.store(false, Ordering::SeqCst);
    }

    /// How many append calls and batches to streams whose name does not begin with `$` have been seen, refused ones
    /// too. A session that is refused as a whole has no batches.
    pub fn appends(&self) -> u64 {
        self.shared().appends.load(Ordering::SeqCst)
    }

    /// All that is in a stream, hidden or not, replicated or not.
    pub fn events(&self, stream: &str) -> Vec<Stored> {
        self.shared().log().stored(stream)
    }

    /// Writes a foreign event at the end. What is not replicated is forgotten first: another leader wrote this one.
    pub fn put(&self, stream: &str, event_type: &str, id: [u8; 16], data: Vec<u8>) {
        let content_type =
            if stream.starts_with('$') { "application/json" } else { "application/octet-stream" };
        let event = Event::new(Uuid::from_bytes(id), event_type, content_type, Bytes::from(data));
        self.shared().change(|log| log.put(stream, event));
    }

    /// Replaces the data of an event, if it is there.
    pub fn edit(&self, stream: &str, revision: u64, data: Vec<u8>) {
        self.shared().change(|log| log.edit(stream, revision, Bytes::from(data)));
    }

    /// Deletes a stream softly: reads do not find it, and appends continue after its last revision.
    pub fn soft_delete(&self, stream: &str) {
        self.shared().change(|log| log.soft_delete(stream));
    }

    /// Deletes a stream for good: it can be neither read nor appended to.
    pub fn tombstone(&self, stream: &str) {
        self.shared().change(|log| log.tombstone(stream));
    }

    /// Hides the events before a revision from reads.
    pub fn truncate_before(&self, stream: &str, revision: u64) {
        self.shared().change(|log| log.truncate_before(stream, revision));
    }

    /// Takes the last events out of a stream, as in a cluster that was rolled back.
    pub fn pop(&self, stream: &str, count: usize) {
        self.shared().change(|log| log.pop(stream, count));
    }

    /// Replicates what only the leader has.
    pub fn replicate(&self) {
        self.shared().change(Log::replicate);
    }

    /// Truncates what only the leader has.
    pub fn forget(&self) {
        self.shared().change(Log::forget);
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.ended_by.shared
    }
}

impl Shared {
    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    /// Changes the log and tells those who wait for that.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Log) -> T) -> T {
        let outcome = change(&mut self.log());
        self.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
        outcome
    }

    pub(crate) fn count_append(&self) {
        self.appends.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn appends_batches(&self) -> bool {
        self.appends_batches.load(Ordering::SeqCst)
    }

    pub(crate) fn next_fault(&self) -> Option<Fault> {
        locked(&self.faults).pop_front()
    }

    pub(crate) fn authorization(&self) -> Option<String> {
        locked(&self.authorization).clone()
    }

    pub(crate) fn tls(&self) -> Option<TlsAcceptor> {
        locked(&self.tls).clone()
    }

    /// The seat of the leader, if it is alive.
    pub(crate) fn leading_seat(&self) -> Option<&Seat> {
        self.seats.get(self.leader.load(Ordering::SeqCst)).filter(|seat| seat.is_alive())
    }
}

/// What these locks guard is whole between any two statements, so a panic while one was held changes nothing.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
