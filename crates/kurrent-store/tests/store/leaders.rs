//! Members that die, return and lose the lead: the client finds none of that by itself.

use kurrent_server::{Cluster, Fault};
use kurrent_store::STREAM;
use ledger_store::{AppendError, Store};

use crate::support::{all, batch, open, open_at};

#[tokio::test]
async fn when_the_leader_dies_the_next_one_is_found() {
    let cluster = Cluster::start(3).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("before", 2)).await.unwrap();
    cluster.kill(0).await;
    cluster.lead(1);
    assert_eq!(store.append(2, &batch("after", 1)).await, Ok(3));
    assert_eq!(all(&store).await, [batch("before", 2).entries(), batch("after", 1).entries()].concat());
}

#[tokio::test]
async fn a_leader_that_dies_behind_a_commit_leaves_it_in_once() {
    let cluster = Cluster::start(3).await.unwrap();
    let store = open(&cluster).await;
    cluster.fail_next(Fault::KillAfter);
    cluster.lead(0);
    let append = async { store.append(0, &batch("entry", 2)).await };
    let elect = async {
        while cluster.faults_left() > 0 {
            tokio::task::yield_now().await;
        }
        cluster.lead(2);
    };
    let (appended, ()) = tokio::join!(append, elect);
    assert_eq!(appended, Ok(2));
    assert_eq!(cluster.events(STREAM).len(), 2);
}

#[tokio::test]
async fn a_member_that_lost_the_lead_sends_on_to_the_one_that_has_it() {
    let cluster = Cluster::start(3).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("before", 1)).await.unwrap();
    cluster.lead(2);
    assert_eq!(store.append(1, &batch("after", 1)).await, Ok(2));
    assert_eq!(store.head().await, Ok(2));
}

#[tokio::test]
async fn a_cluster_that_is_down_is_said_to_be_and_taken_up_when_it_is_back() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("before", 1)).await.unwrap();
    cluster.kill(0).await;
    let down = store.append(1, &batch("after", 1)).await;
    assert!(matches!(down, Err(AppendError::Unavailable { .. } | AppendError::Unknown { .. })), "{down:?}");
    assert!(store.head().await.is_err());
    let unopened = open_at(&cluster.url(), STREAM).await.unwrap_err();
    assert!(unopened.to_string().contains("could not be opened"), "{unopened}");
    cluster.revive(0).await.unwrap();
    assert_eq!(store.append(1, &batch("after", 1)).await, Ok(2));
}
