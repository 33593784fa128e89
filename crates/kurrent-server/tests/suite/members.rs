//! Members that die, come back, and lead in turn.

use kurrent_server::Cluster;
use kurrentdb::StreamState::{NoStream, StreamRevision};

use crate::support::{Answer, append, client, cluster, ids, soon};

/// The address of one member of a cluster, as that of a server of its own.
pub(crate) fn alone(cluster: &Cluster, member: usize) -> String {
    let url = cluster.url();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (hosts, options) = rest.split_once('?').unwrap();
    format!("{scheme}://{}?{options}", hosts.split(',').nth(member).unwrap())
}

#[tokio::test]
async fn a_client_of_a_cluster_finds_its_leader() {
    let cluster = Cluster::start(3).await.unwrap();
    for (leader, expected, revision) in
        [(2, NoStream, 0), (0, StreamRevision(0), 1), (1, StreamRevision(1), 2)]
    {
        cluster.lead(leader);
        assert_eq!(append(&client(&cluster.url()), expected, &[1]).await, Answer::Success(revision));
    }
}

#[tokio::test]
async fn a_member_that_does_not_lead_names_the_one_that_does() {
    let cluster = Cluster::start(3).await.unwrap();
    let client = client(&alone(&cluster, 1));
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::NotLeader);
    // The client has moved to the leader.
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::Success(0));
}

#[tokio::test]
async fn a_member_without_a_leader_is_not_available() {
    let cluster = Cluster::start(3).await.unwrap();
    soon(cluster.kill(0)).await;
    assert_eq!(append(&client(&alone(&cluster, 1)), NoStream, &[1]).await, Answer::Unknown);
}

#[tokio::test]
async fn a_fresh_client_finds_the_next_leader_and_an_old_one_does_not() {
    let cluster = Cluster::start(3).await.unwrap();
    let old = client(&cluster.url());
    assert_eq!(append(&old, NoStream, &[1]).await, Answer::Success(0));
    soon(cluster.kill(0)).await;
    cluster.lead(1);
    assert_eq!(append(&old, StreamRevision(0), &[2]).await, Answer::Unknown);
    assert_eq!(append(&old, StreamRevision(0), &[2]).await, Answer::Unknown);
    assert_eq!(append(&client(&cluster.url()), StreamRevision(0), &[2]).await, Answer::Success(1));
}

#[tokio::test]
async fn a_member_that_comes_back_has_its_port_and_the_log() {
    let (cluster, client) = cluster().await;
    let url = cluster.url();
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::Success(0));
    for revision in 0..3 {
        soon(cluster.kill(0)).await;
        assert_eq!(append(&client, StreamRevision(revision), &[2]).await, Answer::Unknown);
        soon(cluster.revive(0)).await.unwrap();
        assert_eq!(append(&client, StreamRevision(revision), &[2]).await, Answer::Success(revision + 1));
    }
    assert_eq!(cluster.url(), url);
    assert_eq!(ids(&cluster), [1, 2, 2, 2]);
}

#[tokio::test]
async fn a_client_made_while_the_member_is_dead_is_of_no_use_later() {
    let (cluster, early) = cluster().await;
    soon(cluster.kill(0)).await;
    let Answer::Other(_) = append(&early, NoStream, &[1]).await else { panic!("no connection, no answer") };
    soon(cluster.revive(0)).await.unwrap();
    assert_eq!(append(&early, NoStream, &[1]).await, Answer::Other("Connection is closed.".to_owned()));
    assert_eq!(append(&client(&cluster.url()), NoStream, &[1]).await, Answer::Success(0));
}

#[tokio::test]
async fn a_cluster_ends_with_its_last_clone() {
    let (cluster, client) = cluster().await;
    let clone = cluster.clone();
    drop(cluster);
    assert_eq!(append(&client, NoStream, &[1]).await, Answer::Success(0));
    drop(clone);
    // The member ends by itself, soon; until it has, it answers.
    let gone = async { while append(&client, NoStream, &[1]).await != Answer::Unknown {} };
    soon(Box::pin(gone)).await;
}

#[tokio::test]
async fn no_members_are_no_cluster() {
    assert!(Cluster::start(0).await.is_err());
    let (cluster, _) = cluster().await;
    assert!(cluster.revive(1).await.is_err());
}
