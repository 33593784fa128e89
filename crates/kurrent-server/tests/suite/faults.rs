//! What a client sees of each fault, and what is written.

use bytes::Bytes;
use kurrent_server::{Cluster, Fault};
use kurrentdb::StreamState::{Any, NoStream, StreamRevision};
use kurrentdb::{Client, EventData};

use crate::support::{Answer, append, append_events, client, cluster, ids, soon};

/// An append that meets this fault is answered so, and leaves these ids in the stream.
async fn check(fault: Fault, answer: Answer, left: &[u8]) -> (Cluster, Client) {
    let (cluster, client) = cluster().await;
    cluster.fail_next(fault);
    assert_eq!(append(&client, NoStream, &[1]).await, answer);
    assert_eq!(ids(&cluster), left);
    assert_eq!(cluster.faults_left(), 0);
    assert_eq!(cluster.appends(), 1);
    (cluster, client)
}

/// After the fault, a retry is well.
async fn check_once(fault: Fault, answer: Answer, left: &[u8]) {
    let (cluster, client) = check(fault, answer, left).await;
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::Success(0));
    assert_eq!(ids(&cluster), [1]);
}

#[tokio::test]
async fn a_timeout_after_the_commit_is_aborted() {
    check_once(Fault::CommitThenTimeout, Answer::TimedOut, &[1]).await;
}

#[tokio::test]
async fn a_timeout_before_the_commit_looks_the_same() {
    check_once(Fault::TimeoutOnly, Answer::TimedOut, &[]).await;
}

#[tokio::test]
async fn a_connection_cut_after_the_commit_answers_nothing() {
    check_once(Fault::CommitThenDrop, Answer::Unknown, &[1]).await;
}

#[tokio::test]
async fn a_connection_cut_before_the_commit_looks_the_same() {
    check_once(Fault::DropBefore, Answer::Unknown, &[]).await;
}

#[tokio::test]
async fn a_server_that_is_not_available_writes_nothing() {
    check_once(Fault::Unavailable, Answer::Unknown, &[]).await;
}

#[tokio::test]
async fn a_server_that_does_not_lead_writes_nothing() {
    check_once(Fault::NotLeader, Answer::NotLeader, &[]).await;
}

#[tokio::test]
async fn a_server_that_denies_writes_nothing() {
    check_once(Fault::Denied, Answer::Denied, &[]).await;
}

#[tokio::test]
async fn a_server_that_finds_it_too_large_writes_nothing() {
    check_once(Fault::TooLarge, Answer::TooLarge, &[]).await;
}

#[tokio::test]
async fn what_only_the_leader_has_times_out() {
    let (cluster, _) = check(Fault::Unreplicated, Answer::TimedOut, &[1]).await;
    assert!(!cluster.events(crate::support::STREAM)[0].replicated);
}

#[tokio::test]
async fn a_member_that_dies_before_or_after_the_commit_answers_nothing() {
    for (fault, left) in [(Fault::Kill, [].as_slice()), (Fault::KillAfter, &[1])] {
        let (cluster, client) = check(fault, Answer::Unknown, left).await;
        assert!(!cluster.is_alive(0));
        soon(cluster.revive(0)).await.unwrap();
        assert_eq!(append(&client, NoStream, &[1]).await, Answer::Success(0));
        assert_eq!(ids(&cluster), [1]);
    }
}

#[tokio::test]
async fn an_answer_without_a_result_panics_the_client() {
    let (cluster, client) = cluster().await;
    cluster.fail_next(Fault::Nonsense);
    let task = tokio::spawn(async move { append(&client, NoStream, &[1]).await });
    assert!(soon(task).await.unwrap_err().is_panic());
    assert!(ids(&cluster).is_empty());
}

#[tokio::test]
async fn a_call_that_hangs_is_answered_by_the_end_of_its_connection_alone() {
    let (cluster, client) = cluster().await;
    cluster.fail_next(Fault::Hang);
    let hung = tokio::spawn({
        let client = client.clone();
        async move { append(&client, NoStream, &[1]).await }
    });
    let taken = async {
        while cluster.faults_left() > 0 {
            tokio::task::yield_now().await;
        }
    };
    soon(taken).await;
    // The same connection serves other calls.
    assert_eq!(append(&client, NoStream, &[2]).await, Answer::Success(0));
    assert!(!hung.is_finished());
    soon(cluster.kill(0)).await;
    assert_eq!(soon(hung).await.unwrap(), Answer::Unknown);
    assert_eq!(ids(&cluster), [2]);
}

#[tokio::test]
async fn faults_are_taken_in_order_and_not_by_streams_of_the_system() {
    let (cluster, client) = cluster().await;
    cluster.fail_next(Fault::TimeoutOnly);
    cluster.fail_next(Fault::Denied);
    let metadata = vec![EventData::binary("$metadata", Bytes::from_static(b"{}"))];
    assert_eq!(append_events(&client, "$$custody", NoStream, metadata).await, Answer::Success(0));
    assert_eq!((cluster.faults_left(), cluster.appends()), (2, 0));
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::TimedOut);
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::Denied);
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::Success(0));
}

#[tokio::test]
async fn an_append_over_a_mebibyte_is_too_large() {
    let (cluster, client) = cluster().await;
    let facts = |bytes: usize| {
        let half = Bytes::from(vec![0; bytes / 2]);
        vec![EventData::binary("fact", half.clone()), EventData::binary("fact", half)]
    };
    let limit = (1 << 20) - 2 * "fact".len();
    assert_eq!(append_events(&client, "custody", Any, facts(limit + 2)).await, Answer::TooLarge);
    assert_eq!(append_events(&client, "custody", NoStream, facts(limit)).await, Answer::Success(1));
    assert_eq!(cluster.appends(), 2);
}

#[tokio::test]
async fn others_than_the_required_user_are_refused() {
    let (cluster, anonymous) = cluster().await;
    assert_eq!(append(&anonymous, NoStream, &[1]).await, Answer::Success(0));
    cluster.require("ledger", "secret");
    let url = |credentials: &str| cluster.url().replace("://", &format!("://{credentials}@"));
    assert_eq!(append(&anonymous, StreamRevision(0), &[2]).await, Answer::Denied);
    assert_eq!(append(&client(&url("ledger:guess")), StreamRevision(0), &[2]).await, Answer::Denied);
    assert_eq!(append(&client(&url("ledger:secret")), StreamRevision(0), &[2]).await, Answer::Success(1));
}
