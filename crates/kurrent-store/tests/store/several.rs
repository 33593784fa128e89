//! Several who ask one store at once, while another store appends.

use std::cell::Cell;

use kurrent_server::Cluster;
use kurrent_store::STREAM;
use ledger_store::Store;

use crate::support::{batch, open};

/// Two nodes had been told to take over at once. Of the one, what follows the cluster had seen the other's claim while the
/// node's own question, answered before that, was on its way back; and the node stopped, for entries seemed to be lost.
#[tokio::test]
async fn an_answer_that_a_later_one_has_overtaken_is_no_loss_of_entries() {
    let cluster = Cluster::start(1).await.unwrap();
    let (asked, other) = (open(&cluster).await, open(&cluster).await);
    other.append(0, &batch("first", 1)).await.unwrap();
    cluster.hold_next_read();
    let overtaking = async {
        cluster.read_is_held().await;
        other.append(1, &batch("second", 1)).await.unwrap();
        assert_eq!(asked.head().await, Ok(2));
        cluster.let_read_go();
    };
    let (overtaken, ()) = tokio::join!(asked.head(), overtaking);
    assert_eq!(overtaken, Ok(1), "it was so when it was asked");
}

/// A member that was deposed and has not noticed yet shows what it had: that is no loss of entries either.
#[tokio::test]
async fn a_member_that_shows_less_than_was_seen_is_not_believed_at_once() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("entry", 3)).await.unwrap();
    let last = cluster.events(STREAM).pop().unwrap();
    cluster.pop(STREAM, 1);
    cluster.hold_next_read();
    let noticing = async {
        cluster.read_is_held().await;
        cluster.put(STREAM, &last.event_type, last.id, last.data.clone());
        cluster.let_read_go();
    };
    let (size, ()) = tokio::join!(store.head(), noticing);
    assert_eq!(size, Ok(3));
}

#[tokio::test]
async fn a_member_that_counts_less_than_was_seen_is_not_the_one_to_append_to() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("entry", 3)).await.unwrap();
    let last = cluster.events(STREAM).pop().unwrap();
    cluster.pop(STREAM, 1);
    let (before, more, is_answered) = (cluster.appends(), batch("more", 1), Cell::new(false));
    let appending = async {
        let appended = store.append(3, &more).await;
        is_answered.set(true);
        appended
    };
    let noticing = async {
        // Once over the session, once in a call of its own, and once more.
        while cluster.appends() < before + 3 && !is_answered.get() {
            tokio::task::yield_now().await;
        }
        cluster.put(STREAM, &last.event_type, last.id, last.data.clone());
    };
    let (appended, ()) = tokio::join!(appending, noticing);
    assert_eq!(appended, Ok(4));
}
