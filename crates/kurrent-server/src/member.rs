//! One member: a port, and a thread that serves it. When the thread ends, the listener and all connections are gone.

use std::convert::Infallible;
use std::io::Result;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as Listener};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, oneshot};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::metadata::MetadataMap;

use crate::cluster::{Shared, locked};
use crate::refusal;
use crate::wire::gossip::gossip_server::{self, GossipServer};
use crate::wire::server_features::server_features_server::{self, ServerFeaturesServer};
use crate::wire::streams::streams_server::{self, StreamsServer};

/// The largest message of the protocol.
const MESSAGE_BYTES_MAX: usize = 16 << 20;

/// A member's place in the cluster, also while it is dead.
pub(crate) struct Seat {
    pub(crate) address: SocketAddr,
    /// Bound but never listening: the port stays ours while the member is dead, and refuses connections.
    _reserved: TcpSocket,
    life: Mutex<Life>,
}

#[derive(Default)]
struct Life {
    stop: Option<oneshot::Sender<()>>,
    /// Resolves when the thread of the last life has ended.
    stopped: Option<oneshot::Receiver<()>>,
}

/// The member that answers.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) shared: Arc<Shared>,
    pub(crate) index: usize,
}

/// The connection that a call came by.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<Notify>);

impl Line {
    /// Ends the connection, and with it everyone who waits for something on it.
    pub(crate) fn cut(&self) {
        self.0.notify_one();
    }
}

impl Seat {
    pub(crate) fn reserve() -> Result<Seat> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Seat { address: socket.local_addr()?, _reserved: socket, life: Mutex::default() })
    }

    pub(crate) fn start(&self, member: Member) -> Result<()> {
        let listener = Listener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let (stop, until) = oneshot::channel();
        let (ended, stopped) = oneshot::channel();
        std::thread::Builder::new().name(format!("kurrent-{}", member.index)).spawn(move || {
            live(listener, &member, until);
            drop(ended);
        })?;
        *locked(&self.life) = Life { stop: Some(stop), stopped: Some(stopped) };
        Ok(())
    }

    pub(crate) fn is_alive(&self) -> bool {
        locked(&self.life).stop.is_some()
    }

    /// Lets the thread end, without waiting for that.
    pub(crate) fn stop(&self) {
        // A thread that has ended by itself does not listen, and need not.
        let _ = locked(&self.life).stop.take().map(|stop| stop.send(()));
    }

    /// Waits until the thread has ended.
    pub(crate) async fn stopped(&self) {
        let stopped = locked(&self.life).stopped.take();
        if let Some(stopped) = stopped {
            // It sends nothing; it drops its end.
            let _ = stopped.await;
        }
    }
}

fn live(listener: Listener, member: &Member, until: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        tokio::select! {
            _ = until => {}
            () = serve(listener, member) => {}
        }
    });
}

async fn serve(listener: Listener, member: &Member) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        // A connection may be over before it is accepted; the next may be well.
        match listener.accept().await {
            Ok((stream, _)) if stream.set_nodelay(true).is_ok() => {
                tokio::spawn(admit(stream, member.clone()));
            }
            Ok(_) | Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// Whoever does not speak as the members do is left before anything is read.
async fn admit(stream: TcpStream, member: Member) {
    match member.shared.tls() {
        None => converse(stream, member).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                converse(stream, member).await;
            }
        }
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, member: Member) {
    let line = Line::default();
    let services = Services {
        features: ServerFeaturesServer::new(member.clone()),
        gossip: GossipServer::new(member.clone()),
        streams: StreamsServer::new(member).max_decoding_message_size(MESSAGE_BYTES_MAX),
    };
    let answer = service_fn(|mut request: Request<Incoming>| {
        request.extensions_mut().insert(line.clone());
        services.clone().answer(request)
    });
    let connection = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answer);
    tokio::select! {
        _ = connection => {}
        () = line.0.notified() => {}
    }
}

#[derive(Clone)]
struct Services {
    features: ServerFeaturesServer<Member>,
    gossip: GossipServer<Member>,
    streams: StreamsServer<Member>,
}

impl Services {
    async fn answer(mut self, request: Request<Incoming>) -> std::result::Result<Response<Body>, Infallible> {
        match request.uri().path().split('/').nth(1) {
            Some(server_features_server::SERVICE_NAME) => self.features.call(request).await,
            Some(gossip_server::SERVICE_NAME) => self.gossip.call(request).await,
            Some(streams_server::SERVICE_NAME) => self.streams.call(request).await,
            _ => Ok(Status::unimplemented("no such service").into_http()),
        }
    }
}

impl Member {
    /// Whether the caller may do what it asks for.
    pub(crate) fn authorise(&self, headers: &MetadataMap) -> std::result::Result<(), Status> {
        let Some(required) = self.shared.authorization() else { return Ok(()) };
        match headers.get("authorization") {
            None => Err(refusal::denied()),
            Some(given) if given.as_bytes() == required.as_bytes() => Ok(()),
            Some(_) => Err(refusal::unauthenticated()),
        }
    }

    /// Whether this member may answer a caller that wants the leader.
    pub(crate) fn lead_if_required(&self, headers: &MetadataMap) -> std::result::Result<(), Status> {
        let required = headers.get("requires-leader").is_some_and(|value| value.as_bytes() == b"true");
        if required { self.lead() } else { Ok(()) }
    }

    fn lead(&self) -> std::result::Result<(), Status> {
        let leads = self.shared.leader.load(Ordering::SeqCst) == self.index;
        if leads && self.shared.leading_seat().is_some() { Ok(()) } else { Err(self.leads_not()) }
    }

    /// What a member says that does not lead.
    pub(crate) fn leads_not(&self) -> Status {
        let leader = self.shared.leading_seat().map(|seat| refusal::not_leader(seat.address));
        leader.unwrap_or_else(|| refusal::unavailable("Server Is Not Ready"))
    }

    /// Dies, without waiting for that.
    pub(crate) fn die(&self) {
        if let Some(seat) = self.shared.seats.get(self.index) {
            seat.stop();
        }
    }
}
