//! What is recorded, what is declined, and with which code.

use custody::fact::Seen;
use custody::id::{DeviceId, Digest};
use custody::rule::RuleId;
use ledger_format::disclosure::Disclosure;
use ledger_format::merkle::verify_consistency;
use ledger_node::outcome::{Declined, Outcome};
use ledger_node::queue::SUBMISSIONS_MAX;
use ledger_node::vault::Content;

use crate::support::*;

#[track_caller]
fn declined(answer: &ledger_node::outcome::Answer) -> Declined {
    match answer.outcomes.as_slice() {
        [Outcome::Declined(declined)] => declined.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_device_enrolled_by_two_authorities_is_recorded_with_receipts() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let receipted = recorded(&node.submit(locker.boots(3), 0).await);
    assert_eq!(receipted.iter().map(|each| each.index).collect::<Vec<_>>(), [4, 5, 6]);
    let names = ["genesis", "epoch_claimed", "device_enrolled", "approved"];
    assert_eq!(facts(&node).await, [&names[..], &["device_booted"; 3]].concat());
    assert_eq!(node.findings().await, []);
}

#[tokio::test]
async fn a_device_may_be_enrolled_and_speak_in_one_request() {
    let mut world = World::new().await;
    let node = world.start().await;
    let (proposal, hash) = world.first.says(enrolled(DeviceId([0x20; 16]), &key(0x20)));
    let (approval, _) = world.second.says(approved(hash));
    // Its enrolment is the hash of an entry not made yet, so it has to guess; a wrong guess is told so.
    let mut locker = Speaker::new(DeviceId([0x20; 16]), key(0x20), Digest([1; 32]));
    let answer = node.submit(vec![proposal, approval, locker.boots(1).remove(0)], 0).await;
    assert_eq!(names(&answer), ["recorded", "recorded", "wrong-enrolment"]);
}

#[tokio::test]
async fn an_enrolment_by_one_authority_alone_enrols_nobody() {
    let mut world = World::new().await;
    let node = world.start().await;
    let (proposal, hash) = world.first.says(enrolled(DeviceId([0x20; 16]), &key(0x20)));
    let (approval, _) = world.first.says(approved(hash));
    assert_eq!(names(&node.submit(vec![proposal, approval], 0).await), ["recorded", "recorded"]);
    let mut locker = Speaker::new(DeviceId([0x20; 16]), key(0x20), Digest([1; 32]));
    assert_eq!(names(&node.submit(locker.boots(1), 0).await), ["unknown-device"]);
}

#[tokio::test]
async fn a_statement_sent_twice_gets_the_same_receipt_and_appends_nothing() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let statement = locker.boots(1).remove(0);
    let first = node.submit(vec![statement.clone()], 0).await;
    let again = node.submit(vec![statement.clone(), statement.clone()], 0).await;
    let Outcome::Recorded(receipted) = &first.outcomes[0] else { panic!("{first:?}") };
    let same = Outcome::AlreadyRecorded(receipted.clone());
    assert_eq!(again.outcomes, [same.clone(), same]);
    assert_eq!(again.checkpoint, first.checkpoint);
    // Within one request, and so within one group.
    let statement = locker.boots(1).remove(0);
    let answer = node.submit(vec![statement.clone(), statement], 0).await;
    assert_eq!(names(&answer), ["recorded", "already"]);
    assert_eq!(size(&node), 6);
}

#[tokio::test]
async fn a_repeated_statement_must_be_signed_by_its_device() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let statement = locker.boots(1).remove(0);
    recorded(&node.submit(vec![statement.clone()], 0).await);
    let mut forged = statement.clone();
    forged.envelope.signature[5] ^= 1;
    assert_eq!(names(&node.submit(vec![forged], 0).await), ["bad-signature"]);
    let other = signed(statement.envelope.statement, &key(0x66));
    assert_eq!(names(&node.submit(vec![other], 0).await), ["unknown-key"]);
}

#[tokio::test]
async fn what_was_said_under_an_old_key_is_still_known_after_a_rotation() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let before = locker.boots(1).remove(0);
    recorded(&node.submit(vec![before.clone()], 0).await);
    let receipt = world.agree(&node, rotated(DeviceId([0x20; 16]), &key(0x21))).await;
    let late = locker.would_say(booted("1.1"));
    assert_eq!(names(&node.submit(vec![before.clone(), late], 0).await), ["already", "unknown-key"]);
    locker.key = key(0x21);
    let unbound = locker.would_say(booted("1.1"));
    locker.chain.enrolment = ledger_format::merkle::leaf_hash(&receipt.entry);
    let bound = locker.boots(1).remove(0);
    let answer = node.submit(vec![unbound, bound, before], 0).await;
    assert_eq!(names(&answer), ["wrong-enrolment", "recorded", "already"]);
}

#[tokio::test]
async fn bytes_that_are_no_statement_are_malformed_and_newer_facts_are_not_yet_known() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let good = locker.boots(1).remove(0).envelope.statement;
    let mut trailing = good.clone();
    trailing.push(0);
    let mut newer = good.clone();
    // Fact 124, a booted device, becomes fact 9,124: its tag is the last one of two bytes in the statement.
    let tag = [0xe2, 0x07];
    let place = newer.windows(2).rposition(|bytes| bytes == tag).unwrap();
    newer.splice(place..place + 2, [0xa2, 0xba, 0x04]);
    for (bytes, code) in [(vec![], "malformed"), (trailing, "malformed"), (newer, "unknown-fact")] {
        assert_eq!(names(&node.submit(vec![signed(bytes, &key(0x20))], 0).await), [code]);
    }
    let large = signed(vec![0; 49_153], &key(0x20));
    assert_eq!(names(&node.submit(vec![large], 0).await), ["too-large"]);
    assert_eq!(size(&node), 4);
}

#[tokio::test]
async fn a_signature_by_another_key_or_over_other_bytes_is_refused() {
    let mut world = World::new().await;
    let node = world.start().await;
    let locker = world.locker(&node, 0x20).await;
    let mut forged = locker.would_say(booted("1"));
    forged.envelope.signature[0] ^= 1;
    assert_eq!(names(&node.submit(vec![forged], 0).await), ["bad-signature"]);
    let mut other = locker.would_say(booted("1"));
    other.envelope.statement = locker.would_say(booted("2")).envelope.statement;
    assert_eq!(names(&node.submit(vec![other], 0).await), ["bad-signature"]);
    let foreign = signed(locker.would_say(booted("1")).envelope.statement, &key(0x66));
    assert_eq!(names(&node.submit(vec![foreign], 0).await), ["unknown-key"]);
    let stranger = Speaker::new(DeviceId([0x99; 16]), key(0x20), world.genesis);
    assert_eq!(names(&node.submit(vec![stranger.would_say(booted("1"))], 0).await), ["unknown-device"]);
    assert_eq!(size(&node), 4);
}

#[tokio::test]
async fn a_key_is_enrolled_only_by_who_proves_to_have_it() {
    let world = World::new().await;
    let node = world.start().await;
    let device = DeviceId([0x20; 16]);
    let swap = |fact, possession| match fact {
        custody_proto::v1::statement::Fact::DeviceEnrolled(mut fact) => {
            fact.declared.as_mut().unwrap().possession = possession;
            custody_proto::v1::statement::Fact::DeviceEnrolled(fact)
        }
        other => other,
    };
    // For another device; by another key.
    for wrong in [possession(DeviceId([0x21; 16]), &key(0x20)), possession(device, &key(0x21))] {
        let claim = world.first.would_say(swap(enrolled(device, &key(0x20)), wrong));
        let answer = node.submit(vec![claim], 0).await;
        assert_eq!(names(&answer), ["bad-signature"]);
        assert!(declined(&answer).detail.contains("possession"));
    }
    assert_eq!(size(&node), 2);
}

#[tokio::test]
async fn a_gap_names_the_number_expected_and_another_history_is_refused() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let mut three = locker.boots(3);
    let answer = node.submit(vec![three.remove(2)], 0).await;
    assert_eq!((names(&answer), declined(&answer).expected_sequence), (vec!["gap"], Some(0)));
    recorded(&node.submit(three, 0).await);
    locker.chain.next_sequence = 2;
    locker.chain.last = Digest([5; 32]);
    assert_eq!(names(&node.submit(locker.boots(1), 0).await), ["wrong-previous"]);
    assert_eq!(size(&node), 6);
}

#[tokio::test]
async fn after_a_refusal_the_rest_of_a_request_is_decided_all_the_same() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut one = world.locker(&node, 0x20).await;
    let mut two = world.locker(&node, 0x21).await;
    let mut broken = one.boots(1).remove(0);
    broken.envelope.signature[0] ^= 1;
    let request = vec![broken, one.boots(1).remove(0), two.boots(1).remove(0)];
    assert_eq!(names(&node.submit(request, 0).await), ["bad-signature", "gap", "recorded"]);
}

#[tokio::test]
async fn openings_are_kept_in_the_vault_and_only_their_own_statement_s() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let (fact, opening) = refused_collection("not on the list");
    let foreign = Disclosure::new(&[8; 16], "reason", "another").unwrap();
    let mut wrong = locker.would_say(fact.clone());
    wrong.openings = vec![opening.clone(), foreign];
    assert_eq!(names(&node.submit(vec![wrong], 0).await), ["opening-mismatch"]);

    let (mut statement, hash) = locker.says(fact);
    let bare = statement.clone();
    statement.openings = vec![opening.clone()];
    assert_eq!(names(&node.submit(vec![bare], 0).await), ["recorded"]);
    assert_eq!(world.vault().of_statement(hash).unwrap(), []);
    // It came later than its statement, and is kept all the same; once.
    for _ in 0..2 {
        assert_eq!(names(&node.submit(vec![statement.clone()], 0).await), ["already"]);
        let kept = world.vault().of_statement(hash).unwrap();
        let contents: Vec<_> = kept.into_iter().map(|each| each.content).collect();
        assert_eq!(contents, [Content::Open(opening.encoded.clone())]);
    }
}

#[tokio::test]
async fn an_answer_proves_that_the_ledger_only_grew() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let before = node.checkpoint().checkpoint;
    let answer = node.submit(locker.boots(5), before.size()).await;
    let after = node.checkpoint().checkpoint;
    let proof = &answer.consistency;
    assert!(!proof.is_empty());
    assert_eq!(verify_consistency(before.size(), before.root(), after.size(), after.root(), proof), Ok(()));
    assert_eq!(node.consistency(before.size(), after.size()).as_ref(), Some(proof));
    assert_eq!(node.consistency(before.size(), after.size() + 1), None);
    // A device that has seen more than there is gets no proof, and so raises the alarm.
    assert_eq!(node.submit(vec![], 1000).await.consistency, []);
}

#[tokio::test]
async fn a_device_that_has_seen_another_ledger_raises_an_alert() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let ours = node.checkpoint().checkpoint;
    let mut says_having_seen = async |size, root| {
        locker.chain.seen = Some(Seen { size, root });
        recorded(&node.submit(locker.boots(1), 0).await);
        node.findings().await.into_iter().map(|finding| (finding.rule, finding.indices)).collect::<Vec<_>>()
    };
    assert_eq!(says_having_seen(ours.size(), ours.root()).await, []);
    let fork = (RuleId::L04, vec![5]);
    assert_eq!(says_having_seen(ours.size(), Digest([1; 32])).await, std::slice::from_ref(&fork));
    let mut both = says_having_seen(1000, Digest([1; 32])).await;
    both.sort();
    assert_eq!(both, [fork, (RuleId::L04, vec![6])]);
}

#[tokio::test]
async fn a_request_of_too_many_is_refused_whole() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let answer = node.submit(locker.boots(SUBMISSIONS_MAX + 1), 0).await;
    assert_eq!(names(&answer), vec!["too-large"; SUBMISSIONS_MAX + 1]);
    assert_eq!(size(&node), 4);
}
