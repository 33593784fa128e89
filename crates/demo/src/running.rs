//! A real node on a port of its own, in a process with the rest.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use ledger_format::note::VerifierKey;
use ledger_node::authority::Authority;
use ledger_node::config::Config;
use ledger_node::disclose::{At, Bundle, Order, PAGE};
use ledger_node::folder::Folder;
use ledger_node::genesis;
use ledger_node::http::edge::Edge;
use ledger_node::node::{Head, Node};
use ledger_node::serve;
use ledger_node::token::Scope;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use verifier::trust::Trust;

use crate::clock::Day;
use crate::engine::{Engine, Entries};

/// The name of this ledger in its checkpoints.
pub(crate) const ORIGIN: &str = "ledger.demo.example/custody";

/// A running node and what its users need to know.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) url: String,
    /// What a verifier is given, apart from the ledger.
    pub(crate) trust: Trust,
    /// Where that lies.
    pub(crate) trust_file: PathBuf,
    /// The key that signs checkpoints.
    pub(crate) ledger: VerifierKey,
    /// The two who approve.
    pub(crate) authorities: [Authority; 2],
    /// A token for reading, so that the node can be asked by hand.
    pub(crate) token: String,
    node: Node<Entries>,
    _engine: Engine,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

/// Makes two authorities and a ledger, and serves it on loopback.
pub(crate) fn start(runtime: &Runtime, folder: &Path, clock: &Day) -> anyhow::Result<Running> {
    let data = folder.join("node");
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let mut authorities = [
        Authority::create(&folder.join("authority-1.key"))?,
        Authority::create(&folder.join("authority-2.key"))?,
    ];
    let public = authorities.each_ref().map(Authority::public);
    let folder = Folder::new(&data);
    let beginning = runtime.block_on(genesis::init(&folder, ORIGIN, &public, clock))?;
    for authority in &mut authorities {
        authority.join(beginning.leaf)?;
    }
    let trust = Trust::parse(&beginning.trust)?;
    let config = Config { data: data.clone(), ..Config::default() };
    let (engine, node) = runtime.block_on(Engine::open(&folder, clock))?;
    let edge = Arc::new(Edge::open(node.clone(), &data, &config, clock.clone())?);
    let token = edge.tokens.add("demo", Scope::Read, clock.now_us(), None)?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("binding a loopback port")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        // A stopper that went away asks for the same.
        let _ = stopped.await;
    };
    let served = runtime.spawn(serve::run(listener, shutdown, edge, None));
    Ok(Running {
        url,
        ledger: trust.ledger_key.clone(),
        trust,
        trust_file: folder.trust(),
        authorities,
        token,
        node,
        _engine: engine,
        stop,
        served,
    })
}

impl Running {
    /// Commits to all stream heads, so that the archive's end is complete by the node's word.
    pub(crate) fn take_census(&self, runtime: &Runtime) -> anyhow::Result<()> {
        let taken = runtime.block_on(self.node.take_census());
        ensure!(taken.is_ok(), "{taken:?}");
        Ok(())
    }

    /// Writes the archive.
    pub(crate) fn export(&self, runtime: &Runtime, archive: &Path) -> anyhow::Result<()> {
        runtime.block_on(self.node.export_archive(archive))?;
        Ok(())
    }

    /// All entries, and the checkpoint over them. Nobody may be at work.
    pub(crate) async fn record(&self) -> anyhow::Result<(Vec<Vec<u8>>, Head)> {
        let head = self.node.checkpoint();
        let mut entries = Vec::new();
        for index in 0..head.checkpoint.size() {
            let bytes = self.node.entry_bytes(index).await?;
            entries.push(bytes.with_context(|| format!("there is no entry {index}"))?);
        }
        Ok((entries, head))
    }

    /// Makes a bundle, and records that it was handed out.
    pub(crate) fn disclose(&self, runtime: &Runtime, order: &Order) -> anyhow::Result<Bundle> {
        runtime.block_on(async {
            let bundle = self.node.disclose(order, &At::Now, PAGE).await?;
            self.node.record_export(order, &bundle).await?;
            Ok(bundle)
        })
    }

    /// Ends the node, having answered what it accepted.
    pub(crate) fn stop(self, runtime: Runtime) -> anyhow::Result<()> {
        // A server that has ended already has no use for it.
        let _ = self.stop.send(());
        runtime.block_on(self.served)??;
        drop(runtime);
        Ok(())
    }

    /// Leaves the node running until Ctrl-C.
    pub(crate) fn wait_for_ctrl_c(self, runtime: Runtime) -> anyhow::Result<()> {
        println!("\nThe node goes on running on {} until Ctrl-C.", self.url);
        runtime.block_on(tokio::signal::ctrl_c())?;
        self.stop(runtime)
    }
}
