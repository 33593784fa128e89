//! A real node on a loopback port of its own, in this process.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use custody_proto::v1;
use ledger_format::note::VerifierKey;
use ledger_node::clock::{Clock as _, SetClock};
use ledger_node::config::{Config, Limits};
use ledger_node::folder::Folder;
use ledger_node::http::edge::Edge;
use ledger_node::node::Node;
use ledger_node::policy::Judging;
use ledger_node::start::StartError;
use ledger_node::token::Scope;
use ledger_node::{serve, start};
use ledger_store::Store;
use ledger_store::sqlite::SqliteStore;
use locker::uplink::{HttpUplink, Uplink as _};
use prost::Message as _;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long open connections have when a node is stopped: tests leave none that matter.
const DRAIN_TIME_S: u64 = 1;

/// A running node.
pub(crate) struct Running<S = SqliteStore> {
    /// Where it listens.
    pub(crate) url: String,
    /// Its handle.
    pub(crate) node: Node<S>,
    /// A token for reading.
    pub(crate) token: String,
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts a node on the data in `folder`.
    pub(crate) fn start(folder: &Folder, clock: &Arc<SetClock>) -> Result<Self, StartError> {
        Self::start_within(Limits::default(), folder, clock)
    }

    /// The same with limits of its own.
    pub(crate) fn start_within(
        limits: Limits,
        folder: &Folder,
        clock: &Arc<SetClock>,
    ) -> Result<Self, StartError> {
        let runtime = runtime();
        let judging = Judging::when_asked(verifier::testing::policies());
        let opening = start::open_judging(folder, Vec::new(), Arc::clone(clock), judging);
        let node = runtime.block_on(opening)?;
        Ok(Self::serve(runtime, node, limits, folder, clock))
    }
}

/// What a node and its edge run on.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

impl<S: Store> Running<S> {
    /// Serves a node that was opened on this runtime.
    pub(crate) fn serve(
        runtime: Runtime,
        node: Node<S>,
        limits: Limits,
        folder: &Folder,
        clock: &Arc<SetClock>,
    ) -> Self {
        let limits = Limits { drain_time_s: DRAIN_TIME_S, ..limits };
        let config = Config { limits, ..Config::default() };
        let edge = Edge::open(node.clone(), folder.path(), &config, Arc::clone(clock)).unwrap();
        // Each start has a token of its own: the data folder keeps those of the starts before.
        let label = format!("reader of epoch {}", node.look(|state, _| state.ledger().epoch()));
        let token = edge.tokens.add(&label, Scope::Read, clock.read().wall_us, None).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let served = runtime.spawn(serve::run(listener, shutdown, Arc::new(edge), None));
        Self { url, node, token, runtime, stop, served }
    }

    /// The node's address, for a plain socket.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// A way to it.
    pub(crate) fn uplink(&self) -> HttpUplink {
        HttpUplink::new(&self.url, None, None).unwrap()
    }

    /// Sends submissions over HTTP and reads the answer.
    #[track_caller]
    pub(crate) fn submit(&self, submissions: Vec<v1::Submission>) -> v1::SubmitResponse {
        submit_to(&self.url, submissions)
    }

    /// Waits for what the node answers to a call within this process.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// How many entries its checkpoint covers, and their root in hexadecimal.
    pub(crate) fn head(&self) -> (u64, String) {
        let checkpoint = self.node.checkpoint().checkpoint;
        (checkpoint.size(), checkpoint.root().to_string())
    }

    /// Its newest checkpoint, as signed.
    pub(crate) fn note(&self) -> String {
        self.node.checkpoint().note.to_string()
    }

    /// Writes the archive to `to`, which must not be there.
    #[track_caller]
    pub(crate) fn export(&self, to: &Path) {
        self.wait(self.node.export_archive(to)).unwrap();
    }

    /// The key that signs its checkpoints.
    pub(crate) fn ledger_key(&self) -> VerifierKey {
        verifier::trust::Trust::parse(self.node.trust()).unwrap().ledger_key
    }

    /// Stops it, and waits until nothing of it is left.
    #[track_caller]
    pub(crate) fn stop(self) {
        let Self { node, runtime, stop, served, .. } = self;
        stop.send(()).unwrap();
        runtime.block_on(served).unwrap().unwrap();
        drop(node);
        // Waits for every thread that still holds the store.
        drop(runtime);
    }
}

/// Sends submissions to the node at this URL and reads the answer.
#[track_caller]
pub(crate) fn submit_to(url: &str, submissions: Vec<v1::Submission>) -> v1::SubmitResponse {
    let request = v1::SubmitRequest { submissions, seen_size: 0 };
    let mut uplink = HttpUplink::new(url, None, None).unwrap();
    let answer = uplink.submit(&request.encode_to_vec()).unwrap();
    v1::SubmitResponse::decode(answer.as_slice()).unwrap()
}
