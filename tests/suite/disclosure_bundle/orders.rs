//! What is asked of the node, and what it refuses: before anything is on record where it can, and never by halves.

use custody::id::{CaseId, ExhibitId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::profile::Profile;
use ledger_node::disclose::{At, Bundle, DiscloseError, EXHIBITS_MAX, Order, RECIPIENT_BYTES_MAX, Scope};
use verifier::bundle::check;

use super::made::{adopted, estate, order};
use crate::estate::Estate;
use crate::estate::acts::exhibit;
use crate::estate::voice::submission;

pub(super) fn disclose(estate: &Estate, order: &Order, at: &At) -> Result<Bundle, DiscloseError> {
    estate.node.wait(estate.node.node.disclose(order, at, None))
}

/// That an order is refused with this error, and that nothing is on record that was not before.
#[track_caller]
pub(super) fn is_refused(estate: &Estate, order: &Order, at: &At, expect: impl Fn(&DiscloseError) -> bool) {
    let before = estate.node.head();
    let error = disclose(estate, order, at).unwrap_err();
    assert!(expect(&error), "{error:?}");
    assert_eq!(estate.node.head(), before, "{error}");
}

pub(super) fn of(scope: Scope) -> Order {
    Order { scope, ..order(exhibit(1), Profile::Defence) }
}

pub(super) fn to(recipient: &str) -> Order {
    Order { recipient: recipient.to_owned(), ..order(exhibit(1), Profile::Defence) }
}

/// An exhibit of another case.
fn of_another_case(estate: &mut Estate) -> ExhibitId {
    let mut voice = estate.voice(0x79, v1::DeviceKind::Desk);
    let exhibit = ExhibitId([0xe9; 16]);
    let act = |person: u8| v1::Act { person: vec![person; 16], session: vec![0; 32] };
    let declared = v1::exhibit_registered::Declared {
        exhibit: exhibit.0.to_vec(),
        case: vec![0xcb; 16],
        exhibit_reference: vec![1; 32],
        reference_tag: vec![2; 32],
        description: vec![3; 32],
        producer: vec![0x50; 16],
        registrar: Some(act(0x52)),
        holder: vec![0x50; 16],
        category: v1::Category::Other.into(),
        closure: v1::Closure::Sealed.into(),
        ..Default::default()
    };
    let fact = Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) });
    let answer = estate.node.submit(vec![submission(&voice.says(fact, estate.now()))]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{}", answer.outcomes[0].detail());
    exhibit
}

#[test]
fn what_cannot_be_disclosed_is_refused_before_it_is_on_record() {
    let mut estate = estate();
    let another = of_another_case(&mut estate);
    let unknown = ExhibitId([0xff; 16]);
    let refused =
        |scope, expect: fn(&DiscloseError) -> bool| is_refused(&estate, &of(scope), &At::Now, expect);
    refused(Scope::Exhibits(vec![unknown]), |error| matches!(error, DiscloseError::UnknownExhibit { .. }));
    refused(Scope::Exhibits(vec![exhibit(1), unknown]), |error| {
        matches!(error, DiscloseError::UnknownExhibit { .. })
    });
    refused(Scope::Exhibits(vec![exhibit(1), another]), |error| matches!(error, DiscloseError::Cases));
    refused(Scope::Exhibits(vec![]), |error| matches!(error, DiscloseError::Exhibits { count: 0 }));
    let many = (0..=EXHIBITS_MAX).map(|_| exhibit(1)).collect();
    refused(Scope::Exhibits(many), |error| matches!(error, DiscloseError::Exhibits { .. }));
    for disordered in [vec![exhibit(1), exhibit(1)], vec![exhibit(2), exhibit(1)]] {
        refused(Scope::Exhibits(disordered), |error| matches!(error, DiscloseError::Disordered));
    }
    refused(Scope::Case(CaseId([0xff; 16])), |error| matches!(error, DiscloseError::UnknownCase { .. }));
    let case = CaseId([0xcb; 16]);
    assert!(disclose(&estate, &of(Scope::Case(case)), &At::Now).is_ok());
}

#[test]
fn a_case_without_an_exhibit_has_nothing_to_disclose() {
    let mut estate = adopted();
    let mut voice = estate.voice(0x79, v1::DeviceKind::Desk);
    let act = v1::Act { person: vec![0x52; 16], session: vec![0; 32] };
    let declared = v1::hold_placed::Declared {
        case: Some(vec![0xcd; 16]),
        by: Some(act),
        reason: v1::HoldReason::Appeal.into(),
        ..Default::default()
    };
    let fact = Fact::HoldPlaced(v1::HoldPlaced { declared: Some(declared) });
    let answer = estate.node.submit(vec![submission(&voice.says(fact, estate.now()))]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{}", answer.outcomes[0].detail());
    let nothing = |error: &DiscloseError| matches!(error, DiscloseError::Nothing { .. });
    is_refused(&estate, &of(Scope::Case(CaseId([0xcd; 16]))), &At::Now, nothing);
}

#[test]
fn a_recipient_has_a_name_and_not_too_long_a_one() {
    let estate = estate();
    let refused = |recipient: &str| {
        is_refused(&estate, &to(recipient), &At::Now, |error| {
            matches!(error, DiscloseError::Recipient { .. })
        });
    };
    refused("");
    refused(&"x".repeat(RECIPIENT_BYTES_MAX + 1));
    assert!(disclose(&estate, &to(&"x".repeat(RECIPIENT_BYTES_MAX)), &At::Now).is_ok());
}

#[test]
fn two_recipients_have_two_bundles() {
    let estate = estate();
    let one = disclose(&estate, &to("One"), &At::Now).unwrap();
    let other = disclose(&estate, &to("Other"), &At::Now).unwrap();
    assert_ne!(one.bytes, other.bytes);
    let recipient = |bundle: &Bundle| check(&bundle.bytes, &estate.trust).request.unwrap().recipient;
    assert_eq!(recipient(&one).as_deref(), Some("One"));
    assert_eq!(recipient(&other).as_deref(), Some("Other"));
    assert_eq!(disclose(&estate, &to("One"), &At::Size(other.size)).unwrap().request, one.request);
}
