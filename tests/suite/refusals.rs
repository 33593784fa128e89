//! What a node refuses, over real HTTP: each under its own code, and nothing is changed by it.

use std::path::Path;
use std::sync::Arc;

use custody::id::{DeviceId, Digest};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::OutcomeStatus::{AlreadyRecorded, NotYet, Recorded, Refused};
use ledger_format::envelope::{Envelope, STATEMENT_BYTES_MAX};
use ledger_format::key::SigningKey;
use locker::uplink::{Uplink as _, UplinkError};
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use verifier::report::Outcome;

use crate::estate::Estate;
use crate::estate::verify::{finds_only, is_clean};
use crate::estate::voice::{Voice, booted, refused_collection, retired, revoked, submission};

/// The fact's number in an encoding, as a tag of length 0: beyond every fact of this version.
const UNKNOWN_FACT: [u8; 4] = [0xfa, 0xff, 0x7f, 0x00];

/// An estate with one more device, which has said two things.
fn begin() -> (Estate, Voice) {
    let mut estate = Estate::new();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Locker);
    let said = voice.boots(2, estate.now());
    for outcome in estate.node.submit(said).outcomes {
        assert_eq!(outcome.status(), Recorded);
    }
    (estate, voice)
}

/// The one outcome of one submission.
#[track_caller]
fn outcome(estate: &Estate, submission: v1::Submission) -> v1::Outcome {
    let [outcome] = estate.node.submit(vec![submission]).outcomes.try_into().unwrap();
    outcome
}

/// What `makes` makes is declined with this status and code; size and root are as before, what the device
/// says next is recorded, and the archive verifies.
#[track_caller]
fn check(
    expect: (v1::OutcomeStatus, &str, Option<u64>),
    makes: impl FnOnce(&mut Voice, Envelope) -> v1::Submission,
) {
    let (mut estate, mut voice) = begin();
    let good = voice.would_say(booted("2.0"), estate.now());
    let bad = makes(&mut voice.clone(), good.clone());
    let before = estate.node.head();
    let declined = outcome(&estate, bad);
    assert_eq!(
        (declined.status(), declined.code(), declined.expected_sequence),
        expect,
        "{}",
        declined.detail()
    );
    assert!(!declined.detail().is_empty());
    assert_eq!((declined.entry, declined.receipt), (None, None));
    assert_eq!(estate.node.head(), before);
    assert_eq!(outcome(&estate, submission(&good)).status(), Recorded);
    voice.says(booted("2.0"), estate.now());
    is_clean(&estate.audit());
}

/// Its number and its link taken back or moved on, by hand.
fn renumbered(voice: &mut Voice, change: impl FnOnce(&mut Voice), firmware: &str) -> v1::Submission {
    change(voice);
    let now = ledger_node::clock::Reading { wall_us: 1_800_014_400_000_000, monotonic_us: 0, error_us: 0 };
    submission(&voice.says(booted(firmware), now))
}

#[test]
fn bytes_that_are_no_statement_are_malformed() {
    check((Refused, "malformed", None), |voice, _| submission(&Envelope::sign(vec![0xff; 40], &voice.key)));
}

#[test]
fn an_encoding_that_is_not_the_canonical_one_is_malformed() {
    check((Refused, "malformed", None), |voice, good| {
        // The same statement with a field written a second time: protobuf takes it, evidence does not.
        let mut bytes = good.statement;
        let device = bytes[..18].to_vec();
        bytes.splice(0..0, device);
        let same = v1::Statement::decode(bytes.as_slice()).unwrap();
        assert_eq!(same.device, voice.chain.device.0);
        submission(&Envelope::sign(bytes, &voice.key))
    });
}

#[test]
fn a_kind_of_fact_that_the_node_does_not_know_waits_and_consumes_nothing() {
    check((NotYet, "unknown-fact", None), |voice, good| {
        let known = v1::Statement::decode(good.statement.as_slice()).unwrap();
        let mut bytes = v1::Statement { fact: None, ..known }.encode_to_vec();
        bytes.extend(UNKNOWN_FACT);
        submission(&Envelope::sign(bytes, &voice.key))
    });
}

#[test]
fn a_signature_with_one_bit_changed_is_refused() {
    check((Refused, "bad-signature", None), |_, good| {
        let mut signature = good.signature;
        signature[7] ^= 1;
        submission(&Envelope { signature, ..good })
    });
}

#[test]
fn a_statement_with_one_bit_changed_is_refused() {
    check((Refused, "bad-signature", None), |_, good| {
        let mut statement = good.statement;
        // The last byte of the firmware's name.
        *statement.last_mut().unwrap() ^= 1;
        submission(&Envelope { statement, ..good })
    });
}

#[test]
fn a_device_that_nobody_enrolled_is_refused() {
    check((Refused, "unknown-device", None), |voice, _| {
        renumbered(voice, |voice| voice.chain.device = DeviceId([0x78; 16]), "2.0")
    });
}

#[test]
fn a_key_that_is_not_the_devices_is_refused() {
    check((Refused, "unknown-key", None), |voice, good| {
        voice.key = Arc::new(SigningKey::from_seed(&[0x79; 32]));
        submission(&Envelope::sign(good.statement, &voice.key))
    });
}

#[test]
fn a_statement_bound_to_another_ledger_is_refused() {
    check((Refused, "wrong-enrolment", None), |voice, _| {
        renumbered(voice, |voice| voice.chain.enrolment = Digest([0x66; 32]), "2.0")
    });
}

#[test]
fn a_number_too_far_on_is_a_gap_and_the_device_is_told_what_is_expected() {
    check((Refused, "gap", Some(2)), |voice, _| {
        renumbered(voice, |voice| voice.chain.next_sequence += 1, "2.0")
    });
}

#[test]
fn a_statement_that_continues_another_history_is_refused() {
    check((Refused, "wrong-previous", None), |voice, _| {
        renumbered(voice, |voice| voice.chain.last = Digest([0x66; 32]), "2.0")
    });
}

#[test]
fn an_opening_of_something_else_is_refused() {
    check((Refused, "opening-mismatch", None), |voice, _| {
        let (fact, _) = refused_collection("no card");
        let (_, other) = refused_collection("no card, he said");
        let now =
            ledger_node::clock::Reading { wall_us: 1_800_014_400_000_000, monotonic_us: 0, error_us: 0 };
        v1::Submission { openings: vec![other.encoded], ..submission(&voice.says(fact, now)) }
    });
}

/// The request as a whole is answered with this status; nothing changes.
#[track_caller]
fn check_request(expect: u16, request: &[u8]) {
    let (mut estate, _) = begin();
    let before = estate.node.head();
    match estate.node.uplink().submit(request) {
        Err(UplinkError::Status { status, .. }) => assert_eq!(status, expect),
        // Who sends more than the node will read may find the connection closed before the answer is read.
        Err(UplinkError::Unreachable(_)) if expect == 413 => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(estate.node.head(), before);
    is_clean(&estate.audit());
}

#[test]
fn a_body_that_is_no_request_is_refused_whole() {
    check_request(400, &[0xff; 40]);
}

#[test]
fn a_body_beyond_the_limit_is_refused_whole() {
    check_request(413, &vec![0; 8 * 1024 * 1024 + 1]);
}

#[test]
fn a_statement_beyond_the_limit_is_too_large_and_those_beside_it_are_recorded() {
    check((Refused, "too-large", None), |voice, _| {
        submission(&Envelope::sign(vec![1; STATEMENT_BYTES_MAX + 1], &voice.key))
    });
    let (mut estate, mut voice) = begin();
    let large = submission(&Envelope::sign(vec![1; STATEMENT_BYTES_MAX + 1], &voice.key));
    let mut both = voice.boots(2, estate.now());
    both.insert(1, large);
    let outcomes = estate.node.submit(both).outcomes;
    assert_eq!(outcomes.iter().map(v1::Outcome::status).collect::<Vec<_>>(), [Recorded, Refused, Recorded]);
    is_clean(&estate.audit());
}

#[test]
fn what_was_recorded_is_answered_again_with_the_same_entry_and_appends_nothing() {
    let (mut estate, mut voice) = begin();
    let said = submission(&voice.says(booted("2.0"), estate.now()));
    let first = outcome(&estate, said.clone());
    let before = estate.node.head();
    let second = outcome(&estate, said);
    assert_eq!((first.status(), second.status()), (Recorded, AlreadyRecorded));
    assert_eq!((first.entry, first.receipt), (second.entry, second.receipt));
    assert_eq!(estate.node.head(), before);
    is_clean(&estate.audit());
}

/// The names and contents of the files in the archive's folder of evidence.
fn evidence(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = archive.join("evidence");
    let files = std::fs::read_dir(folder).map(Vec::from_iter).unwrap_or_default();
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let file = file.unwrap();
        (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())
    };
    files.into_iter().map(read).collect()
}

/// That exactly this envelope lies among the archive's evidence, under its hash.
#[track_caller]
fn keeps(archive: &Path, envelope: &Envelope) {
    let bytes = envelope.encode();
    let name = hex::encode(Sha256::digest(&bytes));
    assert_eq!(evidence(archive), [(name, bytes)]);
}

#[test]
fn two_statements_under_one_number_are_refused_kept_and_found() {
    let (mut estate, mut voice) = begin();
    let other = voice.would_say(booted("3.0"), estate.now());
    let good = voice.says(booted("2.0"), estate.now());
    assert_eq!(outcome(&estate, submission(&good)).status(), Recorded);
    let (size, _) = estate.node.head();
    let declined = outcome(&estate, submission(&other));
    assert_eq!((declined.status(), declined.code()), (Refused, "forked"));
    assert_eq!(declined.expected_sequence, Some(3));
    assert_eq!(estate.node.head().0, size + 1, "the node says ForkEvidenced");
    // Once: the same again is known.
    let again = outcome(&estate, submission(&other));
    assert_eq!((again.code(), estate.node.head().0), ("forked", size + 1));
    let shown = estate.node.wait(estate.node.node.entry(size)).unwrap().unwrap();
    assert_eq!(shown.decoded.name, "fork_evidenced");
    let archive = estate.export();
    keeps(&archive, &other);
    let report = estate.audit();
    assert_eq!(report.outcome(), Outcome::Findings);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!((finding.rule, finding.severity), (RuleId::K02, Severity::Contradiction));
    assert_eq!(
        (finding.devices.as_slice(), finding.indices.as_slice()),
        (&[voice.chain.device][..], &[size][..])
    );
}

/// A device that has ended says one thing more: refused with this code, kept, and found.
#[track_caller]
fn check_end(code: &str, end: impl FnOnce(&Voice) -> v1::statement::Fact) {
    let (mut estate, mut voice) = begin();
    estate.agree(end(&voice));
    let (size, _) = estate.node.head();
    let late = voice.says(booted("2.0"), estate.now());
    let declined = outcome(&estate, submission(&late));
    assert_eq!((declined.status(), declined.code()), (Refused, code), "{}", declined.detail());
    assert_eq!(estate.node.head().0, size + 1, "the node says StatementSetAside");
    let archive = estate.export();
    keeps(&archive, &late);
    finds_only(&estate.audit(), &[RuleId::K03]);
}

#[test]
fn what_is_signed_with_a_revoked_key_is_refused_kept_and_found() {
    check_end("revoked", |voice| revoked(voice.chain.device, voice.chain.last));
}

#[test]
fn what_a_retired_device_says_is_refused_kept_and_found() {
    check_end("retired", |voice| retired(voice.chain.device, voice.chain.next_sequence - 1));
}
