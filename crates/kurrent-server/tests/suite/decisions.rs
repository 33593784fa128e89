//! Whether an append is written, was written before, or is refused.

use kurrent_server::{Cluster, Fault};
use kurrentdb::StreamState::{Any, NoStream, StreamExists, StreamRevision};
use kurrentdb::{Client, StreamState};

use crate::support::{Answer, STREAM, append, cluster, ids, put};

/// Given a stream, an append that expects it somewhere is answered so, and leaves these ids in the stream.
async fn check(given: impl Fn(&Cluster), append: (StreamState, &[u8]), answer: Answer, left: &[u8]) {
    let (cluster, client) = cluster().await;
    given(&cluster);
    check_next(&cluster, &client, append, answer, left).await;
}

async fn check_next(
    cluster: &Cluster,
    client: &Client,
    (expected, appended): (StreamState, &[u8]),
    answer: Answer,
    left: &[u8],
) {
    assert_eq!(append(client, expected, appended).await, answer);
    assert_eq!(ids(cluster), left);
}

fn nothing(_: &Cluster) {}

fn three(cluster: &Cluster) {
    put(cluster, &[1, 2, 3]);
}

fn three_soft_deleted(cluster: &Cluster) {
    three(cluster);
    cluster.soft_delete(STREAM);
}

#[tokio::test]
async fn the_first_append_may_expect_no_stream() {
    check(nothing, (NoStream, &[1, 2]), Answer::Success(1), &[1, 2]).await;
}

#[tokio::test]
async fn an_append_at_the_head_is_written() {
    check(three, (StreamRevision(2), &[4, 5]), Answer::Success(4), &[1, 2, 3, 4, 5]).await;
}

#[tokio::test]
async fn an_append_beyond_the_head_is_wrong() {
    check(three, (StreamRevision(3), &[4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn an_append_after_a_revision_of_no_stream_is_wrong() {
    check(nothing, (StreamRevision(0), &[1]), Answer::Wrong(None), &[]).await;
}

#[tokio::test]
async fn another_append_behind_the_head_is_wrong() {
    check(three, (StreamRevision(1), &[4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn another_first_append_is_wrong() {
    check(three, (NoStream, &[4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_retry_of_the_last_append_succeeds_and_writes_nothing() {
    check(three, (StreamRevision(0), &[2, 3]), Answer::Success(2), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_retry_of_the_first_append_succeeds_and_writes_nothing() {
    check(three, (NoStream, &[1, 2]), Answer::Success(1), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_retry_is_known_by_its_ids_and_its_data_is_lost() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    check_next(&cluster, &client, (StreamRevision(1), &[3]), Answer::Success(2), &[1, 2, 3]).await;
    assert_eq!(cluster.events(STREAM)[2].data, [3]);
}

#[tokio::test]
async fn ids_are_not_looked_at_at_the_head() {
    check(three, (StreamRevision(2), &[3]), Answer::Success(3), &[1, 2, 3, 3]).await;
}

#[tokio::test]
async fn the_same_ids_elsewhere_are_not_a_retry() {
    check(three, (StreamRevision(0), &[3]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_retry_with_one_more_event_is_wrong_though_the_others_are_committed() {
    check(three, (StreamRevision(1), &[3, 4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_retry_whose_later_event_differs_is_wrong() {
    check(three, (StreamRevision(0), &[2, 4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn an_append_of_nothing_behind_the_head_is_wrong() {
    check(three, (StreamRevision(1), &[]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn an_append_of_nothing_at_the_head_succeeds() {
    check(three, (StreamRevision(2), &[]), Answer::Success(2), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_retry_before_replication_times_out_and_after_it_succeeds() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.fail_next(Fault::Unreplicated);
    for _ in 0..2 {
        check_next(&cluster, &client, (StreamRevision(2), &[4]), Answer::TimedOut, &[1, 2, 3, 4]).await;
    }
    cluster.replicate();
    check_next(&cluster, &client, (StreamRevision(2), &[4]), Answer::Success(3), &[1, 2, 3, 4]).await;
}

#[tokio::test]
async fn another_append_where_something_is_not_replicated_is_wrong() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.fail_next(Fault::Unreplicated);
    check_next(&cluster, &client, (StreamRevision(2), &[4]), Answer::TimedOut, &[1, 2, 3, 4]).await;
    check_next(&cluster, &client, (StreamRevision(2), &[5]), Answer::Wrong(Some(3)), &[1, 2, 3, 4]).await;
    cluster.forget();
    check_next(&cluster, &client, (StreamRevision(2), &[5]), Answer::Success(3), &[1, 2, 3, 5]).await;
}

#[tokio::test]
async fn what_follows_something_not_replicated_shares_its_fate() {
    let (cluster, client) = cluster().await;
    cluster.fail_next(Fault::Unreplicated);
    check_next(&cluster, &client, (NoStream, &[1]), Answer::TimedOut, &[1]).await;
    check_next(&cluster, &client, (StreamRevision(0), &[2]), Answer::TimedOut, &[1, 2]).await;
    cluster.forget();
    assert!(ids(&cluster).is_empty());
}

#[tokio::test]
async fn what_another_leader_writes_supersedes_what_is_not_replicated() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.fail_next(Fault::Unreplicated);
    check_next(&cluster, &client, (StreamRevision(2), &[4]), Answer::TimedOut, &[1, 2, 3, 4]).await;
    put(&cluster, &[9]);
    check_next(&cluster, &client, (StreamRevision(2), &[4]), Answer::Wrong(Some(3)), &[1, 2, 3, 9]).await;
}

#[tokio::test]
async fn no_stream_continues_after_a_soft_deleted_stream() {
    check(three_soft_deleted, (NoStream, &[4]), Answer::Success(3), &[1, 2, 3, 4]).await;
}

#[tokio::test]
async fn an_exact_revision_continues_after_a_soft_deleted_stream() {
    check(three_soft_deleted, (StreamRevision(2), &[4]), Answer::Success(3), &[1, 2, 3, 4]).await;
}

#[tokio::test]
async fn a_retry_of_what_a_soft_delete_hides_succeeds_and_writes_nothing() {
    check(three_soft_deleted, (NoStream, &[1, 2]), Answer::Success(1), &[1, 2, 3]).await;
}

#[tokio::test]
async fn a_longer_retry_of_what_a_soft_delete_hides_is_wrong() {
    check(three_soft_deleted, (NoStream, &[1, 4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn after_a_soft_deleted_stream_was_continued_no_stream_is_wrong() {
    let (cluster, client) = cluster().await;
    three_soft_deleted(&cluster);
    check_next(&cluster, &client, (NoStream, &[4]), Answer::Success(3), &[1, 2, 3, 4]).await;
    check_next(&cluster, &client, (NoStream, &[5]), Answer::Wrong(Some(3)), &[1, 2, 3, 4]).await;
}

#[tokio::test]
async fn a_soft_deleted_stream_does_not_exist() {
    check(three_soft_deleted, (StreamExists, &[4]), Answer::Deleted, &[1, 2, 3]).await;
}

#[tokio::test]
async fn nothing_is_appended_to_a_tombstone() {
    for expected in [StreamRevision(2), NoStream, Any, StreamExists] {
        let given = |cluster: &Cluster| {
            three(cluster);
            cluster.tombstone(STREAM);
        };
        check(given, (expected, &[4]), Answer::Deleted, &[1, 2, 3]).await;
    }
}

#[tokio::test]
async fn any_revision_is_right_for_new_ids() {
    check(three, (Any, &[4]), Answer::Success(3), &[1, 2, 3, 4]).await;
    check(nothing, (Any, &[4]), Answer::Success(0), &[4]).await;
}

#[tokio::test]
async fn any_revision_is_a_retry_if_all_ids_are_recent() {
    check(three, (Any, &[1, 2]), Answer::Success(1), &[1, 2, 3]).await;
}

#[tokio::test]
async fn any_revision_is_wrong_if_only_the_first_ids_are_recent() {
    check(three, (Any, &[3, 4]), Answer::Wrong(Some(2)), &[1, 2, 3]).await;
}

#[tokio::test]
async fn any_revision_repeats_recent_ids_after_a_new_one() {
    check(three, (Any, &[4, 3]), Answer::Success(4), &[1, 2, 3, 4, 3]).await;
}

#[tokio::test]
async fn a_stream_exists_with_its_first_event_or_its_metadata() {
    check(nothing, (StreamExists, &[1]), Answer::Wrong(None), &[]).await;
    check(three, (StreamExists, &[4]), Answer::Success(3), &[1, 2, 3, 4]).await;
    let described = |cluster: &Cluster| cluster.truncate_before(STREAM, 0);
    check(described, (StreamExists, &[1]), Answer::Success(0), &[1]).await;
}
