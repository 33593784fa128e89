//! One of the two machines: a folder, a mirror and a clock that outlive every node on it, and the node that runs there now.

use std::sync::Arc;
use std::time::Duration;

use kurrent_store::{Address, KurrentStore, OpenError, Patience, Roles, STREAM};
use ledger_node::clock::{Clock as _, SetClock};
use ledger_node::cluster::{Cluster, TakeOverError};
use ledger_node::node::{Condition, Node};
use ledger_node::outcome::Answer;
use ledger_node::start::{StartError, start_standby};
use ledger_store::head::{read_head_file, write_head_file};
use ledger_store::mirror::{MirrorError, Mirrored};
use ledger_store::{ReadError, Store};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::founding::{Founding, NOON_US, folder, parts};
use super::locker::Request;
use super::mirror::Mirror;
use super::seen::Seen;
use super::tally::Tally;

/// The entries as a node has them: in the cluster, and mirrored.
pub(crate) type Stored<M> = Mirrored<KurrentStore, <M as Mirror>::Store>;

/// Short, so that silence ends soon. Where a busy machine is taken for a silent one, that is one fault more.
const PATIENCE: Patience = Patience {
    call: Duration::from_secs(1),
    settle: Duration::from_millis(1_500),
    pause: Duration::from_millis(100),
    look: Duration::from_millis(40),
};

/// How long a node may take to shut down before whoever told it to ends it.
const SHUTDOWN_TIME: Duration = Duration::from_millis(300);

/// A machine.
pub(crate) struct Machine<M: Mirror> {
    folder: TempDir,
    mirror: M,
    clock: Arc<SetClock>,
    pub(crate) running: Option<Running<M>>,
}

/// A node, and what is asked of it.
pub(crate) struct Running<M: Mirror> {
    pub(crate) node: Node<Stored<M>>,
    /// All that the node has of the cluster runs here: with it go its connections, and whatever it was sending.
    connections: Runtime,
    requests: JoinSet<(Request, Answer)>,
    orders: JoinSet<Ordered>,
    watching: JoinSet<()>,
}

/// What came of an order.
#[derive(Debug)]
pub(crate) enum Ordered {
    TakenOver { from_living: bool, outcome: Result<u64, TakeOverError> },
    Beaten,
}

/// Whatever has been answered.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) answers: Vec<(Request, Answer)>,
    pub(crate) orders: Vec<Ordered>,
}

impl<M: Mirror> Machine<M> {
    pub(crate) fn new(founding: &Founding) -> Self {
        let folder = folder();
        write_head_file(&folder.path().join("head"), founding.head.as_bytes()).unwrap();
        let clock = Arc::new(SetClock::new(NOON_US));
        Self { mirror: M::create(folder.path()), folder, clock, running: None }
    }

    /// Lets time pass on this machine alone.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.set(self.clock.read().wall_us + u64::try_from(time.as_micros()).unwrap());
    }

    /// Starts a node on what is here. It stands by.
    ///
    /// # Errors
    /// If the cluster cannot be reached now, or the node before still holds something; anything else is a failure of the test.
    pub(crate) async fn start(
        &mut self,
        url: &str,
        seen: &Arc<Seen>,
        tally: &Arc<Tally>,
    ) -> Result<(), String> {
        let mirror = self.mirror.open()?;
        let connections = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let opening = connections.spawn(open(url.to_owned(), mirror));
        let node = match opening.await.unwrap() {
            Ok(store) => self.stand_by(store).await,
            Err(reason) => Err(reason),
        };
        let node = match node {
            Ok(node) => node,
            Err(reason) => {
                connections.shutdown_background();
                return Err(reason);
            }
        };
        let mut watching = JoinSet::new();
        watching.spawn({
            let (seen, node) = (Arc::clone(seen), node.clone());
            async move { seen.follow(node).await }
        });
        watching.spawn(count_conditions(node.clone(), Arc::clone(tally)));
        seen.head(&node.checkpoint().note);
        self.running =
            Some(Running { node, connections, requests: JoinSet::new(), orders: JoinSet::new(), watching });
        Ok(())
    }

    async fn stand_by(&self, store: Stored<M>) -> Result<Node<Stored<M>>, String> {
        let cluster = Cluster::when_asked(store.primary().lease());
        match start_standby(parts(store, &self.folder, &self.clock), cluster).await {
            Ok(node) => Ok(node),
            Err(StartError::Read(error @ ReadError::Unavailable { .. })) => Err(error.to_string()),
            Err(error) => panic!("a node does not start: {error}"),
        }
    }

    /// Ends the node in the middle of whatever it does: nobody is answered any more, and nothing more is sent.
    pub(crate) async fn crash(&mut self, seen: &Seen) {
        let Some(running) = self.running.take() else { return };
        let Running { node, connections, mut requests, mut orders, mut watching } = running;
        requests.shutdown().await;
        orders.shutdown().await;
        connections.shutdown_background();
        // Its threads find out that everybody is gone. A new process would not begin before the old one is dead.
        node.shutdown().await;
        watching.shutdown().await;
        let head = read_head_file(&self.folder.path().join("head")).unwrap().unwrap();
        seen.head(&ledger_format::note::Note::parse(&head).unwrap());
    }

    /// Tells the node to shut down, and ends it if it does not. True if it did.
    pub(crate) async fn shut_down(&mut self, seen: &Seen) -> bool {
        let Some(running) = &self.running else { return false };
        let node = running.node.clone();
        let is_down = tokio::time::timeout(SHUTDOWN_TIME, node.shutdown()).await.is_ok();
        drop(node);
        self.crash(seen).await;
        is_down
    }

    pub(crate) fn condition(&self) -> Option<Condition> {
        self.running.as_ref().map(|running| running.node.condition())
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.condition() == Some(Condition::Ready)
    }

    /// Sends a request to the node, if there is one.
    pub(crate) fn send(&mut self, request: Request) {
        let Some(Running { node, requests, .. }) = &mut self.running else { return };
        let node = node.clone();
        requests.spawn(async move {
            let answer = node.submit(request.submissions(), request.seen_size()).await;
            (request, answer)
        });
    }

    /// Tells the node to take over, if there is one.
    pub(crate) fn take_over(&mut self, from_living: bool) {
        let Some(Running { node, orders, .. }) = &mut self.running else { return };
        let node = node.clone();
        orders.spawn(async move { Ordered::TakenOver { from_living, outcome: node.take_over().await } });
    }

    /// Has the node leave a mark, or look for one.
    pub(crate) fn beat(&mut self) {
        let Some(Running { node, orders, .. }) = &mut self.running else { return };
        let node = node.clone();
        orders.spawn(async move {
            // Who has stopped hears nothing.
            let _ = node.beat().await;
            Ordered::Beaten
        });
    }

    /// What is answered until then.
    pub(crate) async fn hear(&mut self, until: Instant, heard: &mut Heard) {
        let Some(Running { requests, orders, .. }) = &mut self.running else { return };
        while let Ok(Some(answer)) = timeout_at(until, requests.join_next()).await {
            heard.answers.push(answer.unwrap());
        }
        while let Ok(Some(ordered)) = timeout_at(until, orders.join_next()).await {
            heard.orders.push(ordered.unwrap());
        }
    }
}

async fn open<S: Store>(url: String, mirror: S) -> Result<Mirrored<KurrentStore, S>, String> {
    let address = Address::parse(&url, STREAM).unwrap();
    let held = mirror.head().await.unwrap();
    let primary = match KurrentStore::open_existing(address, &Roles::default(), PATIENCE, held).await {
        Ok(primary) => primary,
        Err(error @ OpenError::Unreached { .. }) => return Err(error.to_string()),
        Err(error) => panic!("the stream is not as a node left it: {error}"),
    };
    match Mirrored::open(primary, mirror).await {
        Ok(store) => Ok(store),
        Err(MirrorError::Primary(error @ ReadError::Unavailable { .. })) => Err(error.to_string()),
        Err(error) => panic!("stream and mirror are not one ledger: {error}"),
    }
}

/// Fills the stream with what every schedule begins with.
pub(crate) async fn found(url: &str, founding: &Founding) {
    let address = Address::parse(url, STREAM).unwrap();
    let store = KurrentStore::open(address, &Roles::default(), PATIENCE).await.unwrap();
    ledger_store::copy::copy(&founding.store, &store).await.unwrap();
}

/// Counts how a node goes from one condition to another until it ends.
async fn count_conditions<S: Store>(node: Node<S>, tally: Arc<Tally>) {
    while node.becomes(|condition| *condition == Condition::Ready).await {
        if !node.becomes(|condition| *condition != Condition::Ready).await {
            return;
        }
        if node.condition() == Condition::Standby {
            tally.count("writers that stepped down");
        }
    }
}
