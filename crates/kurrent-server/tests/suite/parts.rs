//! Batches in several parts, which the official client does not send: over the same wire, in the messages themselves.

use std::net::SocketAddr;
use std::task::{Context, Poll};

use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kurrent_server::{Cluster, Fault};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::codec::ProstCodec;
use tonic::codegen::Service;
use tonic::{Code, Request, Streaming};
use wire::streams::append_req::options::Expected;
use wire::streams::append_req::{Options, ProposedMessage};
use wire::streams::batch_append_resp::{Expected as Repeated, Result as Answer};
use wire::streams::{BatchAppendReq, BatchAppendResp};
use wire::uuid::Value;

use crate::support::{STREAM, cluster, ids, soon};

#[path = "../../src/wire.rs"]
mod wire;

/// A connection as tonic wants it.
struct Connection(SendRequest<Body>);

impl Service<http::Request<Body>> for Connection {
    type Response = http::Response<Incoming>;
    type Error = hyper::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = hyper::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

struct Session {
    parts: Sender<BatchAppendReq>,
    answers: tokio::task::JoinHandle<Result<Streaming<BatchAppendResp>, tonic::Status>>,
}

impl Session {
    async fn start(cluster: &Cluster) -> Session {
        let url = cluster.url();
        let address: SocketAddr = url.split(['/', '?']).nth(2).unwrap().parse().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (connection, driver) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(driver);
        let origin = format!("http://{address}").parse().unwrap();
        let mut client = Grpc::with_origin(Connection(connection), origin);
        let (parts, receiver) = mpsc::channel(16);
        let path = http::uri::PathAndQuery::from_static("/event_store.client.streams.Streams/BatchAppend");
        let answers = tokio::spawn(async move {
            client.ready().await.unwrap();
            let codec = ProstCodec::default();
            let request = Request::new(ReceiverStream::new(receiver));
            Ok(client.streaming(request, path, codec).await?.into_inner())
        });
        Session { parts, answers }
    }

    async fn send(&self, part: BatchAppendReq) {
        self.parts.send(part).await.unwrap();
    }

    /// All answers, once no more parts come.
    async fn end(self) -> Result<Vec<BatchAppendResp>, Code> {
        drop(self.parts);
        let all = async {
            let mut answers = self.answers.await.unwrap()?;
            let mut all = Vec::new();
            while let Some(answer) = answers.message().await? {
                all.push(answer);
            }
            Ok(all)
        };
        soon(all).await.map_err(|status: tonic::Status| status.code())
    }
}

fn id(number: u8) -> wire::Uuid {
    wire::Uuid { value: Some(Value::Text(crate::support::id(number).to_string())) }
}

/// A part of the batch of this number, with events of these ids.
fn part(batch: u8, expected: Option<Expected>, ids: &[u8], is_final: bool) -> BatchAppendReq {
    let stream_identifier = Some(wire::StreamIdentifier { stream_name: STREAM.into() });
    let proposed = |number: &u8| ProposedMessage {
        id: Some(id(*number)),
        metadata: [("type", "fact"), ("content-type", "application/octet-stream")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        ..ProposedMessage::default()
    };
    BatchAppendReq {
        correlation_id: Some(id(batch)),
        options: expected.map(|expected| Options { stream_identifier, expected: Some(expected) }),
        proposed_messages: ids.iter().map(proposed).collect(),
        is_final,
    }
}

/// The number of the batch that is answered, and the answer: the last revision, or the code of the error.
fn short(answer: &BatchAppendResp) -> (u8, Result<u64, i32>) {
    let Some(Value::Structured(bits)) = answer.correlation_id.as_ref().unwrap().value else {
        panic!("ids are structured")
    };
    let result = match answer.result.as_ref().unwrap() {
        Answer::Success(success) => match success.current.unwrap() {
            wire::streams::append_resp::success::Current::CurrentRevision(revision) => Ok(revision),
            wire::streams::append_resp::success::Current::NoStream(()) => panic!("the stream exists"),
        },
        Answer::Error(error) => Err(error.code),
    };
    (u8::try_from(bits.least_significant_bits).unwrap(), result)
}

#[tokio::test]
async fn parts_of_batches_may_alternate_and_the_last_decides() {
    let (cluster, _) = cluster().await;
    let session = Session::start(&cluster).await;
    session.send(part(101, Some(Expected::Revision(1)), &[3], false)).await;
    session.send(part(102, Some(Expected::NoStream(())), &[1], false)).await;
    session.send(part(102, None, &[2], true)).await;
    session.send(part(101, None, &[], false)).await;
    session.send(part(101, None, &[4], true)).await;
    let answers = session.end().await.unwrap();
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [(102, Ok(1)), (101, Ok(3))]);
    let expected = |answer: &BatchAppendResp| answer.expected;
    assert_eq!(
        answers.iter().map(expected).collect::<Vec<_>>(),
        [Some(Repeated::NoStream(())), Some(Repeated::Revision(1))]
    );
    let name = |answer: &BatchAppendResp| answer.stream_identifier.clone().unwrap().stream_name;
    assert!(answers.iter().all(|answer| name(answer) == STREAM));
    assert_eq!((ids(&cluster), cluster.appends()), (vec![1, 2, 3, 4], 2));
}

#[tokio::test]
async fn a_session_goes_on_after_a_batch_that_is_refused() {
    let (cluster, _) = cluster().await;
    let session = Session::start(&cluster).await;
    let mut unnamed = part(101, Some(Expected::Any(())), &[1], true);
    unnamed.options.as_mut().unwrap().stream_identifier = None;
    session.send(unnamed).await;
    session.send(part(102, Some(Expected::Revision(7)), &[1], true)).await;
    session.send(part(103, Some(Expected::NoStream(())), &[1], true)).await;
    let answers = session.end().await.unwrap();
    let (bad, wrong) = (i32::from(Code::InvalidArgument), i32::from(Code::AlreadyExists));
    assert_eq!(
        answers.iter().map(short).collect::<Vec<_>>(),
        [(101, Err(bad)), (102, Err(wrong)), (103, Ok(0))]
    );
}

#[tokio::test]
async fn the_rest_of_a_batch_that_was_too_large_is_not_answered_again() {
    let (cluster, _) = cluster().await;
    let session = Session::start(&cluster).await;
    let mut large = part(101, Some(Expected::NoStream(())), &[1, 2], false);
    large.proposed_messages[1].data = vec![0; 1 << 20].into();
    session.send(large).await;
    session.send(part(101, None, &[3], true)).await;
    session.send(part(102, Some(Expected::NoStream(())), &[4], true)).await;
    let answers = session.end().await.unwrap();
    let large = i32::from(Code::InvalidArgument);
    assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), [(101, Err(large)), (102, Ok(0))]);
}

#[tokio::test]
async fn a_batch_whose_last_part_does_not_come_is_not_written_and_takes_no_fault() {
    let (cluster, _) = cluster().await;
    cluster.fail_next(Fault::Denied);
    let session = Session::start(&cluster).await;
    session.send(part(101, Some(Expected::NoStream(())), &[1], false)).await;
    assert!(session.end().await.unwrap().is_empty());
    assert_eq!((ids(&cluster), cluster.faults_left(), cluster.appends()), (vec![], 1, 1));
}

#[tokio::test]
async fn a_batch_without_an_id_ends_the_session() {
    let (cluster, _) = cluster().await;
    let session = Session::start(&cluster).await;
    let nameless = part(101, Some(Expected::NoStream(())), &[1], true);
    session.send(BatchAppendReq { correlation_id: None, ..nameless }).await;
    assert_eq!(session.end().await.unwrap_err(), Code::InvalidArgument);
    assert!(ids(&cluster).is_empty());
}
