//! Forks, and what is said after a key's end: never admitted, never lost.

use custody::fact::Fact;
use custody::id::{DeviceId, Digest};
use custody_proto::v1;
use ledger_format::envelope::Envelope;
use ledger_node::draft::ARCHIVED_PER_DEVICE_MAX;
use ledger_node::outcome::Outcome;

use crate::support::*;

#[tokio::test]
async fn a_conflicting_statement_is_kept_as_fork_evidence() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let clone = locker.would_say(booted("cloned"));
    let (honest, hash) = locker.says(booted("honest"));
    recorded(&node.submit(vec![honest], 0).await);

    let answer = node.submit(vec![clone.clone()], 0).await;
    assert_eq!(names(&answer), ["forked"]);
    let Outcome::Declined(declined) = &answer.outcomes[0] else { panic!("{answer:?}") };
    assert_eq!(declined.expected_sequence, Some(1));
    let shown = node.entry(5).await.unwrap().unwrap();
    let Fact::ForkEvidenced { device, sequence, recorded: stands, conflicting, envelope } =
        shown.decoded.statement.fact
    else {
        panic!("{shown:?}")
    };
    assert_eq!((device, sequence, stands), (DeviceId([0x20; 16]), 0, hash));
    assert_eq!(conflicting, clone.envelope.statement_hash());
    let kept = node.evidence(&envelope).unwrap().unwrap();
    assert_eq!(Envelope::decode(&kept), Ok(clone.envelope.clone()));

    // Once: again, and after a restart.
    assert_eq!(names(&node.submit(vec![clone.clone(), clone.clone()], 0).await), ["forked", "forked"]);
    assert_eq!(size(&node), 6);
    node.shutdown().await;
    drop(node);
    let node = world.start().await;
    assert_eq!(names(&node.submit(vec![clone], 0).await), ["forked"]);
    assert_eq!(size(&node), 7, "only the new epoch");
    // The device goes on: its true chain is unharmed.
    recorded(&node.submit(locker.boots(1), 0).await);
}

#[tokio::test]
async fn a_fork_within_one_request_is_evidence_too() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let clone = locker.would_say(booted("cloned"));
    let honest = locker.boots(1).remove(0);
    assert_eq!(names(&node.submit(vec![honest, clone], 0).await), ["recorded", "forked"]);
    assert_eq!(facts(&node).await[4..], ["device_booted", "fork_evidenced"]);
}

#[tokio::test]
async fn nobody_but_the_device_can_make_evidence_against_it() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let clone = locker.would_say(booted("cloned")).envelope.statement;
    recorded(&node.submit(locker.boots(1), 0).await);
    let mut forged = signed(clone.clone(), &key(0x20));
    forged.envelope.signature[3] ^= 1;
    let foreign = signed(clone, &key(0x66));
    assert_eq!(names(&node.submit(vec![forged, foreign], 0).await), ["bad-signature", "unknown-key"]);
    assert_eq!(size(&node), 5);
}

#[tokio::test]
async fn a_device_cannot_fill_the_ledger_with_its_forks() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let fork = |version: usize| locker.would_say(booted(&version.to_string()));
    let forks: Vec<_> = (0..ARCHIVED_PER_DEVICE_MAX + 10).map(fork).collect();
    recorded(&node.submit(locker.boots(1), 0).await);
    let answer = node.submit(forks.clone(), 0).await;
    assert_eq!(names(&answer), vec!["forked"; forks.len()]);
    let limit = u64::try_from(ARCHIVED_PER_DEVICE_MAX).unwrap();
    assert_eq!(size(&node), 5 + limit);
    node.submit(forks, 0).await;
    assert_eq!(size(&node), 5 + limit);
}

#[tokio::test]
async fn what_is_said_after_a_key_s_end_is_archived_and_not_admitted() {
    for (end, code, reason) in [
        (revoked(DeviceId([0x20; 16])), "revoked", v1::SetAsideReason::AfterRevocation),
        (retired(DeviceId([0x20; 16])), "retired", v1::SetAsideReason::AfterRetirement),
    ] {
        let mut world = World::new().await;
        let node = world.start().await;
        let mut locker = world.locker(&node, 0x20).await;
        let before = locker.boots(1).remove(0);
        recorded(&node.submit(vec![before.clone()], 0).await);
        world.agree(&node, end).await;
        let late = locker.boots(1).remove(0);
        assert_eq!(names(&node.submit(vec![late.clone(), late.clone()], 0).await), [code, code]);
        assert_eq!(size(&node), 8);
        let shown = node.entry(7).await.unwrap().unwrap();
        let Fact::StatementSetAside { device, sequence, statement, envelope } = shown.decoded.statement.fact
        else {
            panic!("{shown:?}")
        };
        assert_eq!((device, sequence), (DeviceId([0x20; 16]), 1));
        assert_eq!(statement, late.envelope.statement_hash());
        assert_eq!(node.evidence(&envelope).unwrap().unwrap(), late.envelope.encode());
        let message: v1::Statement = prost::Message::decode(&*shown.entry.envelope.statement).unwrap();
        let Some(v1::statement::Fact::StatementSetAside(fact)) = message.fact else { panic!("{message:?}") };
        assert_eq!(fact.observed.unwrap().reason(), reason);
        // What was recorded in time stays recorded.
        assert_eq!(names(&node.submit(vec![before], 0).await), ["already"]);
    }
}

#[tokio::test]
async fn evidence_that_the_ledger_does_not_name_is_nobody_s() {
    let world = World::new().await;
    let node = world.start().await;
    assert_eq!(node.evidence(&Digest([1; 32])).unwrap(), None);
}
