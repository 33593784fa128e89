//! What reads and subscriptions show.

use kurrent_server::{Cluster, Fault};
use kurrentdb::StreamState::{NoStream, StreamRevision};
use kurrentdb::{
    AppendToStreamOptions, Client, DeleteStreamOptions, Error, ReadStreamOptions, RetryOptions,
    StreamMetadata, StreamMetadataResult, StreamPosition, SubscribeToStreamOptions, Subscription,
    SubscriptionEvent, TombstoneStreamOptions,
};

use crate::support::{Answer, STREAM, append, cluster, id, put, soon};

async fn read(client: &Client, options: ReadStreamOptions) -> Result<Vec<(u64, u8)>, Error> {
    let reading = async {
        let mut stream = client.read_stream(STREAM, &options).await?;
        let mut events = Vec::new();
        while let Some(event) = stream.next().await? {
            let event = event.get_original_event();
            events.push((event.revision, event.id.into_bytes()[15]));
        }
        Ok(events)
    };
    soon(reading).await
}

/// Given a stream, a read shows these revisions, each with its id.
async fn check(given: impl Fn(&Cluster), options: ReadStreamOptions, shown: &[(u64, u8)]) {
    let (cluster, client) = cluster().await;
    given(&cluster);
    assert_eq!(read(&client, options).await.unwrap(), shown);
}

fn all() -> ReadStreamOptions {
    ReadStreamOptions::default()
}

fn from(revision: u64) -> ReadStreamOptions {
    all().position(StreamPosition::Position(revision))
}

fn three(cluster: &Cluster) {
    put(cluster, &[1, 2, 3]);
}

#[tokio::test]
async fn a_missing_stream_is_not_found() {
    let (_cluster, client) = cluster().await;
    assert!(matches!(read(&client, all()).await, Err(Error::ResourceNotFound)));
    assert!(matches!(read(&client, from(5).backwards()).await, Err(Error::ResourceNotFound)));
}

#[tokio::test]
async fn a_read_begins_where_it_is_told_and_ends_with_its_count() {
    check(three, all(), &[(0, 1), (1, 2), (2, 3)]).await;
    check(three, from(1), &[(1, 2), (2, 3)]).await;
    check(three, from(1).max_count(1), &[(1, 2)]).await;
    check(three, from(3), &[]).await;
    check(three, all().max_count(2), &[(0, 1), (1, 2)]).await;
}

#[tokio::test]
async fn a_read_backwards_begins_with_the_revision_it_is_told() {
    let end = || all().position(StreamPosition::End).backwards();
    check(three, end(), &[(2, 3), (1, 2), (0, 1)]).await;
    check(three, end().max_count(1), &[(2, 3)]).await;
    check(three, from(1).backwards(), &[(1, 2), (0, 1)]).await;
    check(three, from(9).backwards().max_count(1), &[(2, 3)]).await;
}

#[tokio::test]
async fn a_read_is_longer_than_a_page() {
    let ids: Vec<u8> = (0..1000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let shown: Vec<(u64, u8)> = (0..).zip(ids.clone()).collect();
    let backwards: Vec<(u64, u8)> = shown.iter().rev().copied().collect();
    check(|cluster| put(cluster, &ids), all(), &shown).await;
    check(|cluster| put(cluster, &ids), all().position(StreamPosition::End).backwards(), &backwards).await;
    check(|cluster| put(cluster, &ids), from(100).max_count(600), &shown[100..700]).await;
}

#[tokio::test]
async fn what_is_truncated_is_hidden() {
    let truncated = |cluster: &Cluster| {
        three(cluster);
        cluster.truncate_before(STREAM, 2);
    };
    check(truncated, all(), &[(2, 3)]).await;
    check(truncated, all().position(StreamPosition::End).backwards(), &[(2, 3)]).await;
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.truncate_before(STREAM, 3);
    assert_eq!(
        read(&client, all()).await.unwrap(),
        [],
        "a stream of which all is truncated is there, and empty"
    );
    assert_eq!(cluster.events(STREAM).len(), 3);
}

#[tokio::test]
async fn a_soft_deleted_stream_is_not_found_and_continues_with_what_is_new() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    let options = DeleteStreamOptions::default().stream_state(StreamRevision(2));
    soon(client.delete_stream(STREAM, &options)).await.unwrap();
    assert!(matches!(read(&client, all()).await, Err(Error::ResourceNotFound)));
    assert_eq!(append(&client, NoStream, &[4]).await, Answer::Success(3));
    assert_eq!(read(&client, all()).await.unwrap(), [(3, 4)]);
}

#[tokio::test]
async fn a_soft_delete_takes_the_access_list_with_it() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.put(&format!("$${STREAM}"), "$metadata", [7; 16], br#"{"$acl":{"$d":[]}}"#.to_vec());
    soon(client.delete_stream(STREAM, &DeleteStreamOptions::default())).await.unwrap();
    let newest = cluster.events(&format!("$${STREAM}")).pop().unwrap();
    assert_eq!(newest.data, br#"{"$tb":9223372036854775807}"#);
}

#[tokio::test]
async fn a_stream_that_is_elsewhere_is_not_deleted() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    let options = DeleteStreamOptions::default().stream_state(StreamRevision(1));
    assert!(soon(client.delete_stream(STREAM, &options)).await.is_err());
    assert_eq!(read(&client, all()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_tombstone_is_neither_read_nor_described() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    soon(client.tombstone_stream(STREAM, &TombstoneStreamOptions::default())).await.unwrap();
    assert!(matches!(read(&client, all()).await, Err(Error::ResourceDeleted)));
    let metadata = soon(client.get_stream_metadata(STREAM, &all())).await.unwrap();
    assert!(matches!(metadata, StreamMetadataResult::Deleted));
}

#[tokio::test]
async fn metadata_hides_events_and_only_the_newest_is_shown() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    for (revision, max_count) in [(0, 1), (1, 2)] {
        let metadata = StreamMetadata { max_count: Some(max_count), ..StreamMetadata::default() };
        let options = AppendToStreamOptions::default();
        soon(client.set_stream_metadata(STREAM, &options, &metadata)).await.unwrap();
        let StreamMetadataResult::Success(shown) =
            soon(client.get_stream_metadata(STREAM, &all())).await.unwrap()
        else {
            panic!("metadata was written");
        };
        assert_eq!((shown.version(), shown.metadata()), (revision, &metadata));
    }
    assert_eq!(read(&client, all()).await.unwrap(), [(1, 2), (2, 3)]);
}

#[tokio::test]
async fn what_is_not_replicated_is_not_shown() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.fail_next(Fault::Unreplicated);
    assert_eq!(append(&client, StreamRevision(2), &[4]).await, Answer::TimedOut);
    assert_eq!(read(&client, from(2)).await.unwrap(), [(2, 3)]);
    cluster.replicate();
    assert_eq!(read(&client, from(2)).await.unwrap(), [(2, 3), (3, 4)]);
}

#[tokio::test]
async fn what_an_operator_does_through_the_back_door_is_shown() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    cluster.edit(STREAM, 1, b"edited".to_vec());
    cluster.pop(STREAM, 1);
    cluster.put(STREAM, "foreign", id(9).into_bytes(), b"foreign".to_vec());
    let reading = async {
        let mut stream = client.read_stream(STREAM, &all()).await?;
        let mut events = Vec::new();
        while let Some(event) = stream.next().await? {
            let event = event.get_original_event();
            events.push((event.revision, event.event_type.clone(), event.id, event.data.to_vec()));
        }
        Ok::<_, Error>(events)
    };
    let expected =
        [(0, "fact", 1, vec![1]), (1, "fact", 2, b"edited".to_vec()), (2, "foreign", 9, b"foreign".to_vec())];
    let expected =
        expected.map(|(revision, kind, number, data)| (revision, kind.to_owned(), id(number), data));
    assert_eq!(soon(reading).await.unwrap(), expected);
}

/// What a subscription says next: an event's revision, or that it has caught up with one.
async fn next(subscription: &mut Subscription) -> (&'static str, Option<u64>) {
    match soon(subscription.next_subscription_event()).await.unwrap() {
        SubscriptionEvent::Confirmed(_) => ("confirmed", None),
        SubscriptionEvent::EventAppeared(event) => ("event", Some(event.get_original_event().revision)),
        SubscriptionEvent::CaughtUp(at) => ("caught up", at.unwrap().stream_revision),
        _ => ("else", None),
    }
}

#[tokio::test]
async fn a_subscription_shows_what_was_written_then_what_is() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    let options = SubscribeToStreamOptions::default().start_from(StreamPosition::Position(0));
    let mut subscription = client.subscribe_to_stream(STREAM, &options).await;
    assert_eq!(next(&mut subscription).await, ("confirmed", None));
    assert_eq!(next(&mut subscription).await, ("event", Some(1)), "the revision it starts from is excluded");
    assert_eq!(next(&mut subscription).await, ("event", Some(2)));
    assert_eq!(next(&mut subscription).await, ("caught up", Some(2)));
    put(&cluster, &[4]);
    assert_eq!(next(&mut subscription).await, ("event", Some(3)));
    assert_eq!(append(&client, StreamRevision(3), &[5]).await, Answer::Success(4));
    assert_eq!(next(&mut subscription).await, ("event", Some(4)));
}

#[tokio::test]
async fn a_subscription_waits_for_a_missing_stream() {
    let (cluster, client) = cluster().await;
    let options = SubscribeToStreamOptions::default().start_from(StreamPosition::Start);
    let mut subscription = client.subscribe_to_stream(STREAM, &options).await;
    assert_eq!(next(&mut subscription).await, ("confirmed", None));
    assert_eq!(next(&mut subscription).await, ("caught up", None));
    put(&cluster, &[1]);
    assert_eq!(next(&mut subscription).await, ("event", Some(0)));
}

#[tokio::test]
async fn a_subscription_goes_on_when_its_member_comes_back() {
    let (cluster, client) = cluster().await;
    three(&cluster);
    let options = SubscribeToStreamOptions::default()
        .start_from(StreamPosition::Start)
        .retry_options(RetryOptions::default().retry_forever());
    let mut subscription = client.subscribe_to_stream(STREAM, &options).await;
    for said in ["confirmed", "event", "event", "event", "caught up"] {
        assert_eq!(next(&mut subscription).await.0, said);
    }
    soon(cluster.kill(0)).await;
    put(&cluster, &[4]);
    soon(cluster.revive(0)).await.unwrap();
    assert_eq!(next(&mut subscription).await, ("confirmed", None));
    assert_eq!(next(&mut subscription).await, ("event", Some(3)));
}
