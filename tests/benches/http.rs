//! The node behind its own HTTP server on loopback, and clients that wait for each answer on one connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use custody_proto::v1;
use ledger_format::envelope::Envelope;
use ledger_node::config::Config;
use ledger_node::http::edge::Edge;
use ledger_node::serve;
use prost::Message as _;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::estate::Estate;

/// A serving node.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Serves the estate's node on a free port.
    pub(crate) fn start(runtime: &Runtime, estate: &Estate) -> Self {
        let clock = Arc::clone(&estate.clock);
        let edge = Edge::open(estate.node.clone(), estate.folder.path(), &Config::default(), clock);
        let edge = Arc::new(edge.expect("the folder of a ledger"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("a listener");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let serving = runtime.spawn(serve::run(listener, shutdown, edge, None));
        Self { address, stop, serving }
    }

    /// Stops it, and the node behind it.
    pub(crate) fn stop(self, runtime: &Runtime) {
        self.stop.send(()).expect("it serves until now");
        runtime.block_on(self.serving).expect("no panic").expect("no failure");
    }
}

/// The request that submits these statements.
pub(crate) fn body(envelopes: &[Envelope]) -> Vec<u8> {
    let submission =
        |envelope: &Envelope| v1::Submission { envelope: Some(envelope.to_message()), openings: Vec::new() };
    v1::SubmitRequest { submissions: envelopes.iter().map(submission).collect(), seen_size: 0 }
        .encode_to_vec()
}

/// A client on one connection that stays open.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self(BufReader::new(stream))
    }

    /// Submits, waits, and makes sure that everything was recorded. Returns how many statements that were.
    pub(crate) fn submit(&mut self, body: &[u8]) -> usize {
        let answer = self.post(body).expect("an answer");
        let response = v1::SubmitResponse::decode(answer.as_slice()).expect("a SubmitResponse");
        for outcome in &response.outcomes {
            assert_eq!(outcome.status(), v1::OutcomeStatus::Recorded, "{outcome:?}");
        }
        response.outcomes.len()
    }

    fn post(&mut self, body: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut request = format!(
            "POST /v1/statements HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.0.get_mut().write_all(&request)?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        assert!(line.starts_with("HTTP/1.1 200 "), "{line}");
        let mut len = 0;
        while line != "\r\n" {
            line.clear();
            self.0.read_line(&mut line)?;
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                len = value.trim().parse().expect("a length");
            }
        }
        let mut answer = vec![0; len];
        self.0.read_exact(&mut answer)?;
        Ok(answer)
    }
}
