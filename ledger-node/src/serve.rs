//! Serving: a listener, a signal to stop, the edge, and nothing that a test could not replace.

mod stall;

use std::future::{Future, Ready, ready};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::Handle;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use ledger_store::Store;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::check_listen;
use crate::http::edge::Edge;
use crate::http::routes::router;
use crate::metrics::{Connected, Metrics};
use stall::Unstalled;

/// Largest head of a request in bytes: a path, a token and what browsers add.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Requests at once on one HTTP/2 connection: a mirror fetching tiles.
const STREAMS_MAX: u32 = 64;

/// How often a silent HTTP/2 connection is asked whether it still lives.
const ALIVE_INTERVAL: Duration = Duration::from_secs(30);

/// Serves until `shutdown` is ready; then takes no more connections, lets open requests end within the drain
/// time, and has the node answer what it has accepted.
///
/// # Errors
///
/// The listener is refused: without `tls` it must be a loopback one.
pub async fn run<S: Store>(
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    edge: Arc<Edge<S>>,
    tls: Option<Arc<ServerConfig>>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    check_listen(address, tls.is_some())
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error.to_string()))?;
    let handle = Handle::new();
    let stopping = tokio::spawn({
        let (handle, drain_time, edge) = (handle.clone(), edge.limits.drain_time(), Arc::clone(&edge));
        async move {
            shutdown.await;
            // Who follows the alerts would never end by itself.
            edge.stop();
            tracing::info!("stopping: no more connections, open requests end");
            handle.graceful_shutdown(Some(drain_time));
        }
    });
    tracing::info!(%address, tls = tls.is_some(), "listening");
    let served = serve(listener, handle, &edge, tls).await;
    stopping.abort();
    edge.node.shutdown().await;
    tracing::info!("stopped");
    served
}

async fn serve<S: Store>(
    listener: TcpListener,
    handle: Handle<SocketAddr>,
    edge: &Arc<Edge<S>>,
    tls: Option<Arc<ServerConfig>>,
) -> io::Result<()> {
    let header_time = edge.limits.header_time();
    let counted = Counted {
        room: Arc::new(Semaphore::new(edge.limits.connections_max)),
        metrics: Arc::clone(&edge.metrics),
    };
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(header_time);
    server.http_builder().http1().header_read_timeout(header_time).max_buf_size(HEAD_BYTES_MAX);
    server
        .http_builder()
        .http2()
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .keep_alive_interval(ALIVE_INTERVAL)
        .keep_alive_timeout(header_time);
    let service = router(Arc::clone(edge)).into_make_service();
    match tls {
        Some(config) => {
            let tls = RustlsAcceptor::new(RustlsConfig::from_config(config)).handshake_timeout(header_time);
            server.acceptor(tls.acceptor(counted)).serve(service).await
        }
        None => server.acceptor(counted).serve(service).await,
    }
}

/// Turns connections away beyond the limit, before they cost a handshake.
#[derive(Debug, Clone)]
struct Counted {
    room: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

impl<Service> Accept<TcpStream, Service> for Counted {
    type Stream = Held;
    type Service = Service;
    type Future = Ready<io::Result<(Held, Service)>>;

    fn accept(&self, stream: TcpStream, service: Service) -> Self::Future {
        let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() else {
            self.metrics.refused();
            return ready(Err(io::Error::other("as many connections are open as may be")));
        };
        let connected = self.metrics.connected();
        let stream = Unstalled::new(stream);
        ready(Ok((Held { stream, _connected: connected, _permit: permit }, service)))
    }
}

/// A connection and its place among those allowed.
#[derive(Debug)]
struct Held {
    stream: Unstalled<TcpStream>,
    _connected: Connected,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Held {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
