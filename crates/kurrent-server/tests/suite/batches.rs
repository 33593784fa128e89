//! Batches: what a session of them sees of the decisions, the faults and the members, and how soon.

use std::time::{Duration, Instant};

use bytes::Bytes;
use kurrent_server::{Cluster, Fault};
use kurrentdb::StreamState::{Any, NoStream, StreamExists, StreamRevision};
use kurrentdb::{BatchAppendClient, BatchWriteResult, Client, Error, EventData, StreamState};
use tonic::Code;

use crate::members::alone;
use crate::support::{Answer, STREAM, append, client, cluster, id, ids, put, soon};

/// What a batch is answered with, as the client sees it.
#[derive(Debug, PartialEq, Eq)]
enum Reply {
    Success(u64),
    Refused(Code, String),
    NotLeader,
    /// The session is over: the client cannot tell.
    Unknown,
    Other(String),
}

fn refused(code: Code, message: &str) -> Reply {
    Reply::Refused(code, message.to_owned())
}

fn wrong() -> Reply {
    refused(Code::AlreadyExists, "WrongExpectedVersion")
}

fn timed_out() -> Reply {
    refused(Code::DeadlineExceeded, "Timeout")
}

async fn session(client: &Client) -> BatchAppendClient {
    soon(client.batch_append(&kurrentdb::BatchAppendOptions::default())).await.unwrap()
}

fn facts(ids: &[u8]) -> Vec<EventData> {
    let data = |number| Bytes::from(format!("appended {number}"));
    ids.iter().map(|number| EventData::binary("fact", data(number)).id(id(*number))).collect()
}

async fn send(session: &BatchAppendClient, expected: StreamState, ids: &[u8]) -> Reply {
    reply(soon(session.append_to_stream(STREAM, expected, facts(ids))).await)
}

fn reply(result: kurrentdb::Result<BatchWriteResult>) -> Reply {
    match result {
        Ok(written) => Reply::Success(written.current_revision().unwrap()),
        Err(Error::Grpc { code, message }) => Reply::Refused(code, message),
        Err(Error::NotLeaderException(_)) => Reply::NotLeader,
        Err(Error::ServerError(_)) => Reply::Unknown,
        Err(other) => Reply::Other(other.to_string()),
    }
}

/// Given a stream, a batch that expects it somewhere is answered so, and leaves these ids in the stream.
async fn check(
    given: impl Fn(&Cluster),
    (expected, appended): (StreamState, &[u8]),
    answer: Reply,
    left: &[u8],
) {
    let (cluster, client) = cluster().await;
    put(&cluster, &[1, 2, 3]);
    given(&cluster);
    assert_eq!(send(&session(&client).await, expected, appended).await, answer);
    assert_eq!(ids(&cluster), left);
    assert_eq!((cluster.faults_left(), cluster.appends()), (0, 1));
}

fn nothing(_: &Cluster) {}

#[tokio::test]
async fn batches_are_appended_one_after_another() {
    let (cluster, client) = cluster().await;
    let session = session(&client).await;
    let first = soon(session.append_to_stream(STREAM, NoStream, facts(&[1, 2]))).await.unwrap();
    assert_eq!((first.stream_name(), first.stream_state()), (STREAM, Some(NoStream)));
    assert_eq!(send(&session, StreamRevision(1), &[3]).await, Reply::Success(2));
    assert_eq!(send(&session, Any, &[4]).await, Reply::Success(3));
    let last = soon(session.append_to_stream(STREAM, StreamExists, facts(&[5]))).await.unwrap();
    assert_eq!((last.current_revision(), last.stream_state()), (Some(4), Some(StreamExists)));
    assert!(last.current_position().unwrap().commit > first.current_position().unwrap().commit);
    assert_eq!(ids(&cluster), [1, 2, 3, 4, 5]);
    assert_eq!(cluster.appends(), 4);
}

#[tokio::test]
async fn batches_in_flight_are_appended_in_their_order() {
    let (cluster, client) = cluster().await;
    let session = session(&client).await;
    let send = |number: u8| {
        let expected = number.checked_sub(1).map_or(NoStream, |last| StreamRevision(last.into()));
        soon(session.append_to_stream(STREAM, expected, facts(std::slice::from_ref(&number))))
    };
    let (a, b, c, d) = tokio::join!(send(0), send(1), send(2), send(3));
    for (result, revision) in [a, b, c, d].into_iter().zip(0..) {
        assert_eq!(reply(result), Reply::Success(revision));
    }
    assert_eq!(ids(&cluster), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_batch_elsewhere_is_wrong_and_is_not_told_where_the_stream_is() {
    for expected in [StreamRevision(3), StreamRevision(1), NoStream] {
        check(nothing, (expected, &[4]), wrong(), &[1, 2, 3]).await;
    }
}

#[tokio::test]
async fn a_batch_that_is_retried_succeeds_and_writes_nothing() {
    check(nothing, (StreamRevision(0), &[2, 3]), Reply::Success(2), &[1, 2, 3]).await;
    check(nothing, (NoStream, &[1]), Reply::Success(0), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_batch_to_a_tombstone_finds_nothing() {
    let given = |cluster: &Cluster| cluster.tombstone(STREAM);
    check(given, (StreamRevision(2), &[4]), refused(Code::NotFound, "StreamDeleted"), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_batch_over_a_mebibyte_is_too_large() {
    let (cluster, client) = cluster().await;
    let limit = (1 << 20) - "fact".len();
    let large = |bytes| vec![EventData::binary("fact", Bytes::from(vec![0; bytes]))];
    let sent = session(&client).await;
    assert_eq!(
        reply(soon(sent.append_to_stream(STREAM, NoStream, large(limit + 1))).await),
        refused(Code::InvalidArgument, "MaximumAppendSizeExceeded")
    );
    let sent = session(&client).await;
    assert_eq!(reply(soon(sent.append_to_stream(STREAM, NoStream, large(limit))).await), Reply::Success(0));
    assert_eq!(cluster.appends(), 2);
}

/// A batch that meets this fault is answered so, and leaves these ids in the stream; a retry is well.
async fn check_fault(fault: Fault, answer: Reply, left: &[u8]) {
    let given = |cluster: &Cluster| cluster.fail_next(fault);
    check(given, (StreamRevision(2), &[4]), answer, left).await;
}

#[tokio::test]
async fn faults_befall_batches() {
    let (unwritten, written) = (&[1, 2, 3][..], &[1, 2, 3, 4][..]);
    check_fault(Fault::CommitThenTimeout, timed_out(), written).await;
    check_fault(Fault::CommitThenDrop, Reply::Unknown, written).await;
    check_fault(Fault::TimeoutOnly, timed_out(), unwritten).await;
    check_fault(Fault::NotLeader, Reply::NotLeader, unwritten).await;
    check_fault(Fault::Unavailable, refused(Code::Ok, "Server Is Busy"), unwritten).await;
    check_fault(Fault::DropBefore, Reply::Unknown, unwritten).await;
    check_fault(Fault::Kill, Reply::Unknown, unwritten).await;
    check_fault(Fault::KillAfter, Reply::Unknown, written).await;
    check_fault(Fault::Unreplicated, timed_out(), written).await;
    let too_large = refused(Code::InvalidArgument, "MaximumAppendSizeExceeded");
    check_fault(Fault::TooLarge, too_large, unwritten).await;
    check_fault(Fault::Denied, refused(Code::PermissionDenied, "AccessDenied"), unwritten).await;
}

#[tokio::test]
async fn the_client_gives_a_session_up_after_its_first_failure() {
    let (cluster, client) = cluster().await;
    let broken = session(&client).await;
    assert_eq!(send(&broken, NoStream, &[1]).await, Reply::Success(0));
    cluster.fail_next(Fault::TimeoutOnly);
    assert_eq!(send(&broken, StreamRevision(0), &[2]).await, timed_out());
    assert_eq!(send(&broken, StreamRevision(0), &[2]).await, Reply::Unknown);
    assert_eq!(send(&session(&client).await, StreamRevision(0), &[2]).await, Reply::Success(1));
    assert_eq!(ids(&cluster), [1, 2]);
}

#[tokio::test]
async fn a_batch_that_hangs_does_not_hold_up_the_others() {
    let (cluster, client) = cluster().await;
    let session = session(&client).await;
    cluster.fail_next(Fault::Hang);
    let mut hung = Box::pin(session.append_to_stream(STREAM, NoStream, facts(&[1])));
    let others = async {
        assert_eq!(send(&session, NoStream, &[2]).await, Reply::Success(0));
        assert_eq!(send(&session, StreamRevision(0), &[3]).await, Reply::Success(1));
    };
    tokio::select! {
        biased;
        _ = &mut hung => panic!("no answer to this one"),
        () = others => {}
    }
    soon(cluster.kill(0)).await;
    assert_eq!(reply(soon(hung).await), Reply::Unknown);
    assert_eq!(ids(&cluster), [2, 3]);
}

/// The client's task panics, and nobody tells those who wait.
#[tokio::test]
async fn an_answer_without_a_result_is_none_for_the_client() {
    let (cluster, client) = cluster().await;
    let session = session(&client).await;
    assert_eq!(send(&session, NoStream, &[1]).await, Reply::Success(0));
    cluster.fail_next(Fault::Nonsense);
    let answer = session.append_to_stream(STREAM, StreamRevision(0), facts(&[2]));
    assert!(tokio::time::timeout(Duration::from_millis(500), answer).await.is_err());
    assert_eq!((cluster.faults_left(), ids(&cluster)), (0, vec![1]));
}

#[tokio::test]
async fn a_member_that_does_not_lead_refuses_sessions_and_the_client_stays() {
    let cluster = Cluster::start(3).await.unwrap();
    let client = client(&alone(&cluster, 1));
    for _ in 0..2 {
        assert_eq!(send(&session(&client).await, NoStream, &[1]).await, Reply::NotLeader);
    }
    assert_eq!(cluster.appends(), 0);
    // A call of another kind moves it to the leader.
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::NotLeader);
    assert_eq!(send(&session(&client).await, NoStream, &[1]).await, Reply::Success(0));
}

#[tokio::test]
async fn a_member_that_no_longer_leads_ends_its_sessions_and_the_client_moves() {
    let cluster = Cluster::start(3).await.unwrap();
    let client = client(&cluster.url());
    let old = session(&client).await;
    assert_eq!(send(&old, NoStream, &[1]).await, Reply::Success(0));
    cluster.lead(1);
    assert_eq!(send(&old, StreamRevision(0), &[2]).await, Reply::NotLeader);
    assert_eq!(send(&session(&client).await, StreamRevision(0), &[2]).await, Reply::Success(1));
}

#[tokio::test]
async fn a_member_without_a_leader_answers_that_it_is_not_ready() {
    let cluster = Cluster::start(3).await.unwrap();
    soon(cluster.kill(0)).await;
    let client = client(&alone(&cluster, 1));
    assert_eq!(send(&session(&client).await, NoStream, &[1]).await, refused(Code::Ok, "Server Is Not Ready"));
}

#[tokio::test]
async fn a_session_ends_with_its_member() {
    let (cluster, client) = cluster().await;
    let old = session(&client).await;
    assert_eq!(send(&old, NoStream, &[1]).await, Reply::Success(0));
    soon(cluster.kill(0)).await;
    assert_eq!(send(&old, StreamRevision(0), &[2]).await, Reply::Unknown);
}

#[tokio::test]
async fn strangers_are_denied_each_batch_and_impostors_the_session() {
    let (cluster, anonymous) = cluster().await;
    cluster.require("ledger", "secret");
    let url = |credentials: &str| cluster.url().replace("://", &format!("://{credentials}@"));
    let denied = refused(Code::PermissionDenied, "AccessDenied");
    assert_eq!(send(&session(&anonymous).await, NoStream, &[1]).await, denied);
    assert_eq!(cluster.appends(), 1);
    let impostor = client(&url("ledger:guess"));
    let denied = Reply::Other(Error::AccessDenied.to_string());
    assert_eq!(send(&session(&impostor).await, NoStream, &[1]).await, denied);
    assert_eq!(cluster.appends(), 1);
    let user = client(&url("ledger:secret"));
    assert_eq!(send(&session(&user).await, NoStream, &[1]).await, Reply::Success(0));
}

#[tokio::test]
async fn a_server_without_batches_advertises_none() {
    let (cluster, _) = cluster().await;
    let early = client(&cluster.url());
    assert_eq!(send(&session(&early).await, NoStream, &[1]).await, Reply::Success(0));
    cluster.without_batch_append();
    let late = client(&cluster.url());
    let refused = soon(late.batch_append(&kurrentdb::BatchAppendOptions::default())).await.err();
    assert!(matches!(refused, Some(Error::UnsupportedFeature)));
    assert_eq!(append(&late, StreamRevision(0), &[2]).await, Answer::Success(1));
    // Who has not heard of it yet is refused.
    let unsupported = Reply::Other(Error::UnsupportedFeature.to_string());
    assert_eq!(send(&session(&early).await, StreamRevision(1), &[3]).await, unsupported);
}

/// A single append takes 40 ms through this client, by its fault, and so does the first batch of a session; the others
/// must not.
#[tokio::test]
async fn a_batch_is_answered_at_once() {
    let (_cluster, client) = cluster().await;
    let session = session(&client).await;
    assert_eq!(send(&session, NoStream, &[0]).await, Reply::Success(0));
    let mut took: Vec<Duration> = Vec::new();
    for revision in 0..100 {
        let before = Instant::now();
        assert_eq!(send(&session, StreamRevision(revision), &[1]).await, Reply::Success(revision + 1));
        took.push(before.elapsed());
    }
    took.sort();
    assert!(took[50] < Duration::from_millis(20), "half of them took longer than {:?}", took[50]);
}
