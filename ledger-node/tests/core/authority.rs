//! An authority on an administrator's machine: numbers are never used twice, whatever fails.

use ledger_node::admission::Submission;
use ledger_node::authority::{Authority, AuthorityError};
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::folder::Folder;
use ledger_node::genesis::init;
use ledger_node::start::open;

use crate::support::*;

fn alone(envelope: ledger_format::envelope::Envelope) -> Vec<Submission> {
    vec![Submission { envelope, openings: Vec::new() }]
}

#[tokio::test]
async fn authorities_made_as_files_found_a_ledger_and_enrol_a_device() {
    let place = tempfile::tempdir().unwrap();
    let mut one = Authority::create(&place.path().join("one.key")).unwrap();
    let mut two = Authority::create(&place.path().join("two.key")).unwrap();
    let folder = Folder::new(place.path().join("data"));
    let clock = SystemClock::new();
    let beginning = init(&folder, ORIGIN, &[one.public(), two.public()], &clock).await.unwrap();
    let time = || clock.read().to_message(custody::id::BootId([1; 16]));
    let device = custody::id::DeviceId([0x20; 16]);
    let early = one.say(enrolled(device, &key(0x20)), time());
    assert!(matches!(early, Err(AuthorityError::NoLedger)));
    one.join(beginning.leaf).unwrap();
    two.join(beginning.leaf).unwrap();
    let node = open(&folder, Vec::new(), SystemClock::new()).await.unwrap();

    let proposal = one.say(enrolled(device, &key(0x20)), time()).unwrap();
    assert_eq!(names(&node.submit(alone(proposal.clone()), 0).await), ["recorded"]);
    one.acknowledge().unwrap();
    let approval = two.say(approved(proposal.statement_hash()), time()).unwrap();
    assert_eq!(names(&node.submit(alone(approval), 0).await), ["recorded"]);
    assert!(node.look(|state, _| state.ledger().device(device).is_some()));
    node.shutdown().await;
}

#[test]
fn a_statement_stays_until_it_is_acknowledged_and_outlives_the_program() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("one.key");
    let mut authority = Authority::create(&path).unwrap();
    let genesis = custody::id::Digest([7; 32]);
    authority.join(genesis).unwrap();
    let said = authority.say(booted("1"), now()).unwrap();
    drop(authority);
    let mut authority = Authority::open(&path).unwrap();
    assert_eq!(authority.pending(), Some(&said));
    let refused = authority.say(booted("2"), now());
    assert!(matches!(refused, Err(AuthorityError::Pending { hash }) if hash == said.statement_hash()));
    authority.acknowledge().unwrap();
    let next = authority.say(booted("2"), now()).unwrap();
    let decoded = ledger_format::statement::decode(&next.statement).unwrap().statement;
    assert_eq!((decoded.sequence, decoded.previous), (1, said.statement_hash()));
    assert_eq!(decoded.enrolment, genesis);
    // Refused for good: the number was never used.
    authority.take_back(1, said.statement_hash()).unwrap();
    let other = authority.say(booted("3"), now()).unwrap();
    assert_eq!(ledger_format::statement::decode(&other.statement).unwrap().statement.sequence, 1);
}

#[test]
fn an_authority_belongs_to_one_ledger_and_a_damaged_chain_file_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("one.key");
    let mut authority = Authority::create(&path).unwrap();
    let [first, second] = [1, 2].map(|byte| custody::id::Digest([byte; 32]));
    authority.join(first).unwrap();
    authority.join(first).unwrap();
    let other = authority.join(second);
    assert!(matches!(other, Err(AuthorityError::OtherLedger { joined }) if joined == first));
    assert_eq!(Authority::open(&path).unwrap().public(), authority.public());
    std::fs::write(place.path().join("one.key.chain"), "next_sequence = 0\n").unwrap();
    assert!(matches!(Authority::open(&path), Err(AuthorityError::Form { .. })));
}
