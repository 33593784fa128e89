//! Running the node: open, serve, until a signal.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use ledger_node::backup::OnDisk;
use ledger_node::clock::SystemClock;
use ledger_node::config::{Config, LogFormat};
use ledger_node::folder::Folder;
use ledger_node::http::edge::Edge;
use ledger_node::node::Node;
use ledger_node::policy::Judging;
use ledger_node::start::{self, Known};
use ledger_node::{serve as edge, tls};
use ledger_store::Store;
use rustls::ServerConfig;
use tokio::runtime::Runtime;
use tokio::signal;
use tracing_subscriber::EnvFilter;

use super::args::Serve;
use super::clustered;
use super::data::data;

/// What serving needs, opened before the ledger is.
pub(super) struct Serving {
    pub(super) config: Config,
    pub(super) folder: Folder,
    pub(super) known: Vec<Known>,
    pub(super) judging: Judging,
    #[cfg_attr(not(feature = "kurrentdb"), expect(dead_code, reason = "a node that is alone writes"))]
    pub(super) takes_over: bool,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
}

/// Opens the ledger and serves it until a signal.
pub(super) fn serve(mut config: Config, serve: &Serve) -> Result<()> {
    config.listen = serve.listen.unwrap_or(config.listen);
    config.check()?;
    let tls = config.tls.as_ref().map(tls::server_config).transpose()?;
    log(config.log)?;
    // Bound before the ledger is opened: a port in use should not cost an epoch.
    let listener = TcpListener::bind(config.listen).with_context(|| {
        format!(
            "listen: cannot listen on {}; choose a free address of this machine by --listen",
            config.listen
        )
    })?;
    let known = serve.known.iter().map(|path| read_known(path)).collect::<Result<Vec<_>>>()?;
    let folder = Folder::new(data(&config)?);
    let judging = Judging::of(&config)?;
    let takes_over = serve.take_over;
    let serving = Serving { config, folder, known, judging, takes_over, listener, tls };
    runtime()?.block_on(async {
        if serving.config.store.is_some() { clustered::serve(serving).await } else { embedded(serving).await }
    })
}

async fn embedded(serving: Serving) -> Result<()> {
    let (known, judging) = (serving.known.clone(), serving.judging.clone());
    let node = start::open_judging(&serving.folder, known, SystemClock::new(), judging).await?;
    let edge = serving.edge(node)?;
    serving.run(edge).await
}

impl Serving {
    pub(super) fn edge<S: OnDisk>(&self, node: Node<S>) -> Result<Arc<Edge<S>>> {
        let edge = Edge::open(node, self.folder.path(), &self.config, SystemClock::new())?;
        Ok(Arc::new(edge.with_backups(self.folder.clone())))
    }

    /// Serves until a signal.
    pub(super) async fn run<S: Store>(self, edge: Arc<Edge<S>>) -> Result<()> {
        edge::run(self.listener, stopped()?, edge, self.tls).await.context("serving ended")
    }
}

/// A runtime with as many threads as there are cores.
pub(super) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads to run on")
}

/// A checkpoint that somebody else holds.
pub(super) fn read_known(path: &Path) -> Result<Known> {
    let place = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("--known: cannot read {place}"))?;
    Ok(Known { place, bytes })
}

/// Ready when the process is told to stop. The handlers are in place when this returns.
#[cfg(unix)]
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere the handlers may fail")]
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async { drop(signal::ctrl_c().await) })
}

fn log(format: LogFormat) -> Result<()> {
    let filter = EnvFilter::builder()
        .with_default_directive(tracing::Level::INFO.into())
        .from_env()
        .context("RUST_LOG cannot be read")?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}
