//! What is said of each committed field, and the rule that finds it where it is not so.

use custody::id::Digest;
use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::lines::{OpeningLine, RegisterLine};
use disclosure::profile::Profile;
use ledger_format::disclosure::Disclosure;
use ledger_format::entry::Entry;
use ledger_node::disclose::At;
use verifier::bundle::{Collected, OPENINGS_FILE};

use super::made::{Operator, collected, file, finds, order, renumber, said};
use super::redaction::{WITHHOLD, decided, estate};
use crate::estate::acts::exhibit;

/// Changes what is said of the fields of an honest bundle, and says which rule finds it in which words.
#[track_caller]
fn check(change: impl FnOnce(&mut Collected), expect: (RuleId, &str)) {
    let estate = estate();
    let mut given = collected(&estate, &decided(Profile::Defence, WITHHOLD));
    let operator = Operator::of(&estate);
    change(&mut given);
    finds(&operator.judge(&given), expect.0, expect.1);
}

#[test]
fn what_is_withheld_needs_a_basis_that_is_known() {
    check(|given| given.register[0].basis = None, (RuleId::G02, "withholds without a basis"));
    let because = Some("because".to_owned());
    check(|given| given.register[0].basis = because, (RuleId::G02, "withholds on no known basis"));
}

#[test]
fn the_register_has_as_many_lines_as_the_bundle_says_in_their_order() {
    let words = "another number of lines than the bundle says";
    check(|given| given.manifest.withheld += 1, (RuleId::G02, words));
    check(|given| given.register.reverse(), (RuleId::G02, "is not numbered in order"));
    let reversed = |given: &mut Collected| {
        given.register.reverse();
        renumber(given);
    };
    check(reversed, (RuleId::G02, "is not in order"));
}

#[test]
fn the_openings_stand_in_their_order_and_each_once() {
    check(|given| given.openings.swap(0, 1), (RuleId::G02, "openings are not in order"));
    let twice = |given: &mut Collected| given.openings.insert(0, given.openings[0].clone());
    check(twice, (RuleId::G02, "One commitment is opened twice"));
}

/// The line that would register what an opening discloses.
fn registered(given: &Collected, opening: &OpeningLine) -> RegisterLine {
    let entries = given.entries.iter();
    let mut hashes = entries
        .map(|(index, bytes)| (*index, Entry::decode(bytes).unwrap().envelope.statement_hash().to_string()));
    let (index, _) = hashes.find(|(_, hash)| *hash == opening.statement).unwrap();
    RegisterLine {
        number: 0,
        index,
        field: opening.field.clone(),
        commitment: Disclosure { encoded: opening.disclosure.clone() }.digest().to_string(),
        fate: "withheld".to_owned(),
        basis: Some("sensitive".to_owned()),
        erased_at: None,
    }
}

/// Registers what the last opening discloses; what becomes of the opening is for the caller.
fn register_last(given: &mut Collected, change: impl FnOnce(&mut RegisterLine)) {
    let opening = given.openings.last().unwrap().clone();
    let mut line = registered(given, &opening);
    change(&mut line);
    given.register.push(line);
    given.register.sort_by(|one, other| (one.index, &one.field).cmp(&(other.index, &other.field)));
    renumber(given);
}

#[test]
fn a_field_has_one_fate() {
    check(|given| register_last(given, |_| {}), (RuleId::G02, "has two fates"));
    let missing = |given: &mut Collected| drop(given.openings.pop());
    check(missing, (RuleId::G02, "neither disclosed nor in the register"));
    let unregistered = |given: &mut Collected| {
        given.register.pop();
        renumber(given);
    };
    check(unregistered, (RuleId::G02, "neither disclosed nor in the register"));
    let lost = |given: &mut Collected| {
        register_last(given, |line| (line.fate, line.basis) = ("lost".to_owned(), None));
        given.openings.pop();
    };
    check(lost, (RuleId::G02, "says nothing that is known"));
    let missing = |given: &mut Collected| {
        register_last(given, |line| (line.fate, line.basis) = ("missing".to_owned(), None));
        given.openings.pop();
    };
    check(missing, (RuleId::G02, "the operator holds no opening"));
}

#[test]
fn what_is_said_to_be_erased_the_node_has_recorded() {
    let erased = |at: Option<u64>| {
        move |given: &mut Collected| {
            register_last(given, |line| {
                (line.fate, line.basis, line.erased_at) = ("erased".to_owned(), None, at);
            });
            given.openings.pop();
        }
    };
    let expect = (RuleId::G03, "no entry of the node records it");
    for at in [None, Some(0), Some(5), Some(u64::MAX)] {
        check(erased(at), expect);
    }
}

#[test]
fn an_opening_opens_what_its_statement_commits_to_under_its_own_name() {
    let other = |given: &mut Collected| given.openings[0].field = "credential".to_owned();
    check(other, (RuleId::G01, "the commitment is that of the field"));
    let invented = |given: &mut Collected| {
        let disclosure = Disclosure::new(&[1; 16], "description", "a blue one").unwrap();
        given.openings[0].disclosure = disclosure.encoded;
    };
    check(invented, (RuleId::G01, "no statement of the bundle commits to it"));
    let elsewhere = |given: &mut Collected| {
        given.openings[0].statement = given.openings.last().unwrap().statement.clone();
    };
    check(elsewhere, (RuleId::G01, "no statement of the bundle commits to it"));
    let nowhere = |given: &mut Collected| given.openings[0].statement = Digest::ZERO.to_string();
    check(nowhere, (RuleId::G01, "no statement of the bundle commits to it"));
    let no_hash = |given: &mut Collected| given.openings[0].statement = "x".to_owned();
    check(no_hash, (RuleId::G01, "its statement is no hash"));
    // ["AQ", "description", "x"], whose salt has one byte.
    let short = |given: &mut Collected| {
        given.openings[0].disclosure = "WyJBUSIsICJkZXNjcmlwdGlvbiIsICJ4Il0".to_owned();
    };
    check(short, (RuleId::G01, "salt of 1 bytes, at least 16"));
}

#[test]
fn a_salt_that_serves_twice_is_said_and_keeps_nobody_from_a_bundle() {
    let mut estate = estate();
    let mut voice = estate.voice(0x78, v1::DeviceKind::Desk);
    for reason in ["not on the list", "not today"] {
        let opening = Disclosure::new(&[9; 16], "reason", reason).unwrap();
        let declared = v1::collection_refused::Declared {
            exhibits: vec![exhibit(1).0.to_vec()],
            to: vec![0xaa; 16],
            by: None,
            reason: Some(opening.digest().0.to_vec()),
        };
        let fact = Fact::CollectionRefused(v1::CollectionRefused { declared: Some(declared) });
        let envelope = Some(voice.says(fact, estate.now()).to_message());
        let answer = estate.node.submit(vec![v1::Submission { envelope, openings: vec![opening.encoded] }]);
        assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded);
    }
    let order = order(exhibit(1), Profile::Internal);
    let collected = collected(&estate, &order);
    finds(&Operator::of(&estate).judge(&collected), RuleId::G01, "One salt serves two openings");
    let made = estate.node.wait(estate.node.node.disclose(&order, &At::Now, None));
    assert!(made.is_ok(), "{made:?}");
}

#[test]
fn openings_of_nothing_are_none() {
    // A file without a line is one of which everything is registered: an operator who empties it withholds unsaid.
    let estate = estate();
    let given = collected(&estate, &order(exhibit(1), Profile::Internal));
    let operator = Operator::of(&estate);
    let mut files = operator.files(&given);
    file(&mut files, OPENINGS_FILE).clear();
    let checked = operator.check(&operator.signed(files));
    finds(&checked, RuleId::G02, "neither disclosed nor in the register");
    assert!(said(&checked).len() >= given.openings.len());
}
