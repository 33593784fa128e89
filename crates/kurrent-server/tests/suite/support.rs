//! A cluster, a client of it, and what the client makes of an append.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use kurrent_server::Cluster;
use kurrentdb::{AppendToStreamOptions, Client, CurrentRevision, Error, EventData, StreamState};
use tonic::Code;
use uuid::Uuid;

pub(crate) const STREAM: &str = "custody";

/// What an append is answered with, as the client sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Success(u64),
    Wrong(Option<u64>),
    Deleted,
    /// `Aborted`, as the server's own timeouts are.
    TimedOut,
    /// The connection, or a server that is not available: the client cannot tell.
    Unknown,
    NotLeader,
    TooLarge,
    Denied,
    Other(String),
}

/// Whatever a test waits for comes, or the test fails.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.unwrap()
}

pub(crate) fn client(url: &str) -> Client {
    Client::new(url.parse().unwrap()).unwrap()
}

pub(crate) async fn cluster() -> (Cluster, Client) {
    let cluster = Cluster::start(1).await.unwrap();
    let client = client(&cluster.url());
    (cluster, client)
}

pub(crate) fn id(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

/// Puts events with these ids behind what is there.
pub(crate) fn put(cluster: &Cluster, ids: &[u8]) {
    for number in ids {
        cluster.put(STREAM, "fact", id(*number).into_bytes(), vec![*number]);
    }
}

pub(crate) fn ids(cluster: &Cluster) -> Vec<u8> {
    cluster.events(STREAM).iter().map(|event| event.id[15]).collect()
}

/// Appends events with these ids, whose data is not what [`put`] gives them.
pub(crate) async fn append(client: &Client, expected: StreamState, ids: &[u8]) -> Answer {
    let facts = ids
        .iter()
        .map(|number| EventData::binary("fact", Bytes::from(format!("appended {number}"))).id(id(*number)));
    append_events(client, STREAM, expected, facts.collect()).await
}

pub(crate) async fn append_events(
    client: &Client,
    stream: &str,
    expected: StreamState,
    events: Vec<EventData>,
) -> Answer {
    let options = AppendToStreamOptions::default().stream_state(expected);
    match soon(client.append_to_stream(stream, &options, events)).await {
        Ok(written) => Answer::Success(written.next_expected_version),
        Err(Error::WrongExpectedVersion { current: CurrentRevision::Current(current), .. }) => {
            Answer::Wrong(Some(current))
        }
        Err(Error::WrongExpectedVersion { current: CurrentRevision::NoStream, .. }) => Answer::Wrong(None),
        Err(Error::ResourceDeleted) => Answer::Deleted,
        Err(Error::Grpc { code: Code::Aborted, .. }) => Answer::TimedOut,
        Err(Error::Grpc { code: Code::InvalidArgument, .. }) => Answer::TooLarge,
        Err(Error::ServerError(_)) => Answer::Unknown,
        Err(Error::NotLeaderException(_)) => Answer::NotLeader,
        Err(Error::AccessDenied) => Answer::Denied,
        Err(other) => Answer::Other(other.to_string()),
    }
}
