//! A locker without a network for hours: lawful, complete, and recorded once.

use custody_proto::v1;
use ledger_format::merkle::leaf_hash;
use ledger_format::receipt::Receipt;
use locker::sync::{Line, sync};
use locker::uplink::{HttpUplink, Uplink, UplinkError};

use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::verify::is_clean;
use crate::estate::voice::submission;
use crate::estate::{Estate, MINUTE_US};

/// Every statement of the locker has a receipt that verifies under the ledger's key alone.
#[track_caller]
fn every_receipt_verifies(estate: &Estate) {
    let (device, key) = (&estate.locker.device, estate.node.ledger_key());
    let mut count = 0;
    for (sequence, said) in device.said() {
        let kept = device.receipt(said.hash).unwrap().unwrap_or_else(|| panic!("none of {sequence}"));
        let receipt = Receipt::parse(kept.receipt.as_bytes()).unwrap();
        let proven = receipt.verify(leaf_hash(&kept.entry), &key, &[]).unwrap();
        assert_eq!((receipt.index(), Some(kept.index)), (kept.index, said.index));
        assert!(proven.checkpoint.size() > kept.index);
        count += 1;
    }
    assert!(count > 0);
}

/// All of the locker's statements, as if none had been answered.
fn everything_again(estate: &Estate) -> Vec<v1::Submission> {
    let device = &estate.locker.device;
    (0..device.next_sequence()).map(|at| submission(&device.envelope(at).unwrap().unwrap())).collect()
}

/// A locker that was offline while an exhibit came and went, and had already been received elsewhere.
fn hours_offline() -> Estate {
    let mut estate = Estate::new();
    let place = estate.compartments[0];
    estate.register(exhibit(1), person(OFFICER));
    estate.locker.disconnect();
    estate.pass(5 * MINUTE_US);
    estate.deposit(exhibit(1), person(OFFICER), place);
    assert!(estate.locker.try_sync().is_err());
    estate.pass(4 * 60 * MINUTE_US);
    let collection = estate.collect(bag(exhibit(1)), exhibit(1), person(COURIER), place);
    assert!(estate.locker.try_sync().is_err());
    estate.pass(60 * MINUTE_US);
    estate.receive(exhibit(1), person(COURIER), Some(collection));
    estate.pass(3 * 60 * MINUTE_US);
    estate
}

#[test]
fn a_deposit_that_arrives_after_the_stores_receipt_is_lawful_and_no_finding() {
    let mut estate = hours_offline();
    let waiting = estate.locker.device.waiting_count();
    assert!(waiting > 0);
    estate.locker.connect(&estate.node);
    assert!(estate.sync_locker() > waiting, "and what it said about having been offline");
    let report = estate.audit();
    is_clean(&report);
    assert_eq!(report.findings, []);
    every_receipt_verifies(&estate);
}

#[test]
fn what_was_handed_over_once_is_never_recorded_again() {
    let mut estate = hours_offline();
    estate.locker.connect(&estate.node);
    estate.sync_locker();
    let before = estate.node.head();
    assert_eq!(estate.sync_locker(), 0, "nothing waits");
    assert_eq!(estate.node.head(), before);
    let answer = estate.node.submit(everything_again(&estate));
    for (outcome, (_, said)) in answer.outcomes.iter().zip(estate.locker.device.said()) {
        assert_eq!(outcome.status(), v1::OutcomeStatus::AlreadyRecorded, "{}", outcome.code());
        assert_eq!(Some(Receipt::parse(outcome.receipt().as_bytes()).unwrap().index()), said.index);
    }
    assert_eq!(estate.node.head(), before);
    is_clean(&estate.audit());
}

/// A line on which requests arrive and answers are lost.
struct AnswersLost(HttpUplink);

impl Uplink for AnswersLost {
    fn submit(&mut self, request: &[u8]) -> Result<Vec<u8>, UplinkError> {
        self.0.submit(request)?;
        Err(UplinkError::Unreachable("the answer was lost".to_owned()))
    }
}

#[test]
fn statements_whose_answers_were_lost_are_recorded_once_and_receipted_later() {
    let mut estate = hours_offline();
    estate.locker_clock();
    let mut line = Line::new(AnswersLost(estate.node.uplink()), estate.node.ledger_key());
    let (before, _) = estate.node.head();
    assert!(sync(&mut estate.locker.device, &mut line).is_err());
    let (after, _) = estate.node.head();
    assert!(after > before, "the node has them");
    let waiting = estate.locker.device.waiting_count();
    assert!(waiting > 0, "and the locker does not know");
    estate.locker.connect(&estate.node);
    estate.sync_locker();
    assert_eq!(estate.locker.device.waiting_count(), 0);
    every_receipt_verifies(&estate);
    let report = estate.audit();
    is_clean(&report);
    assert_eq!(report.findings, []);
}
