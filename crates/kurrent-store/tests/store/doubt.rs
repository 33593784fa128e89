//! An answer that is lost, late or no answer: the batch is in once or not at all, and whoever asked learns which.

use kurrent_server::{Cluster, Fault};
use kurrent_store::STREAM;
use ledger_store::{AppendError, Store};

use crate::support::{all, batch, open};

/// After `faults`, an append of two entries behind one that stands returns, and the stream holds them once.
#[track_caller]
fn check(faults: &[Fault]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cluster = Cluster::start(1).await.unwrap();
        let store = open(&cluster).await;
        store.append(0, &batch("standing", 1)).await.unwrap();
        for fault in faults {
            cluster.fail_next(*fault);
        }
        assert_eq!(store.append(1, &batch("new", 2)).await, Ok(3));
        assert_eq!(cluster.faults_left(), 0, "every fault was met");
        let expect = [batch("standing", 1).entries(), batch("new", 2).entries()].concat();
        assert_eq!(all(&store).await, expect);
        assert_eq!(cluster.events(STREAM).len(), 3, "once, also where nobody looks");
        assert_eq!(store.append(3, &batch("later", 1)).await, Ok(4));
    });
}

#[test]
fn what_was_written_before_the_answer_was_lost_is_written_once() {
    check(&[Fault::CommitThenTimeout]);
    check(&[Fault::CommitThenDrop]);
    check(&[Fault::CommitThenDrop, Fault::CommitThenTimeout]);
}

#[test]
fn what_was_not_written_is_written_by_the_next_try() {
    check(&[Fault::TimeoutOnly]);
    check(&[Fault::DropBefore]);
    check(&[Fault::Unavailable]);
    check(&[Fault::Unavailable, Fault::DropBefore, Fault::TimeoutOnly]);
}

#[test]
fn a_server_that_never_answers_is_left() {
    check(&[Fault::Hang]);
}

#[test]
fn an_answer_that_makes_no_sense_is_no_answer() {
    check(&[Fault::Nonsense]);
}

/// What is in doubt may come in later: nothing else is written before that is known.
#[tokio::test]
async fn while_a_batch_is_in_doubt_no_other_is_taken() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    cluster.fail_next(Fault::Unreplicated);
    let unknown = store.append(0, &batch("doubtful", 2)).await;
    assert!(matches!(unknown, Err(AppendError::Unknown { expected: 0, .. })), "{unknown:?}");
    assert_eq!(store.head().await, Ok(0), "what is not replicated is not there");
    let other = store.append(0, &batch("other", 1)).await;
    assert_eq!(other, Err(AppendError::Unresolved { expected: 0 }));
    cluster.replicate();
    assert_eq!(store.append(0, &batch("doubtful", 2)).await, Ok(2));
    assert_eq!(store.append(2, &batch("other", 1)).await, Ok(3));
    assert_eq!(all(&store).await, [batch("doubtful", 2).entries(), batch("other", 1).entries()].concat());
}

/// A leader that was deposed truncates what it alone had.
#[tokio::test]
async fn what_was_truncated_is_written_by_the_repetition() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    cluster.fail_next(Fault::Unreplicated);
    let unknown = store.append(0, &batch("doubtful", 2)).await;
    assert!(matches!(unknown, Err(AppendError::Unknown { .. })), "{unknown:?}");
    cluster.forget();
    assert_eq!(store.append(0, &batch("doubtful", 2)).await, Ok(2));
    assert_eq!(all(&store).await, batch("doubtful", 2).entries());
}

/// Another writer took the place while the batch was in doubt: it can never come in, and that is known.
#[tokio::test]
async fn a_batch_in_doubt_whose_place_another_took_is_a_conflict() {
    let cluster = Cluster::start(1).await.unwrap();
    let (one, other) = (open(&cluster).await, open(&cluster).await);
    cluster.fail_next(Fault::DropBefore);
    cluster.fail_next(Fault::CommitThenDrop);
    let (first, second) = (batch("first", 2), batch("second", 3));
    let (left, right) = tokio::join!(one.append(0, &first), other.append(0, &second));
    let entered = all(&one).await;
    match (left, right) {
        (Ok(2), Err(conflict)) => {
            assert_eq!(conflict, AppendError::Conflict { expected: 0, actual: 2 });
            assert_eq!(entered, first.entries());
        }
        (Err(conflict), Ok(3)) => {
            assert_eq!(conflict, AppendError::Conflict { expected: 0, actual: 3 });
            assert_eq!(entered, second.entries());
        }
        both => panic!("not exactly one entered: {both:?}"),
    }
}

#[tokio::test]
async fn what_the_server_will_not_take_is_refused_with_what_to_do() {
    for (fault, says) in
        [(Fault::Denied, "see to its name, its password"), (Fault::TooLarge, "does not take the batch")]
    {
        let cluster = Cluster::start(1).await.unwrap();
        let store = open(&cluster).await;
        // Once over the session, and once where it is asked why.
        cluster.fail_next(fault);
        cluster.fail_next(fault);
        let refused = store.append(0, &batch("entry", 1)).await;
        let Err(AppendError::ReadOnly { reason }) = &refused else { panic!("{refused:?}") };
        assert!(reason.contains(says), "{reason}");
        assert_eq!(store.head().await, Ok(0));
        assert_eq!(store.append(0, &batch("entry", 1)).await, Ok(1), "once it is mended it goes on");
    }
}

/// A refusal says nothing of a try whose answer was lost before it.
#[tokio::test]
async fn a_refusal_after_a_lost_answer_leaves_the_batch_in_doubt() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    cluster.fail_next(Fault::TimeoutOnly);
    cluster.fail_next(Fault::Denied);
    let unknown = store.append(0, &batch("entry", 1)).await;
    assert!(matches!(unknown, Err(AppendError::Unknown { expected: 0, .. })), "{unknown:?}");
    assert_eq!(store.append(0, &batch("entry", 1)).await, Ok(1));
}
