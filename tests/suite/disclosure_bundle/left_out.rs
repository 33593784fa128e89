//! Nothing can be left out of a bundle unseen: whatever its maker does to everything that he signs, the census and the
//! links of the streams stand.

use custody::id::CaseId;
use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::profile::Profile;
use ledger_format::entry::Entry;
use ledger_format::statement;
use ledger_node::disclose::{At, Order, Scope};
use verifier::bundle::MANIFEST_FILE;
use verifier::testing::Writer;

use super::less::unseen;
use super::made::{Operator, collected, estate, file, finds, is_clean, order, places, refuses};
use crate::estate::acts::{COURIER, OFFICER, exhibit, person};
use crate::estate::voice::submission;
use crate::estate::{Estate, MINUTE_US};

/// Leaves out each entry of every slice in turn, in every way; each time the bundle is incomplete.
#[track_caller]
fn each_entry_is_missed(estate: &Estate, order: &Order) {
    let whole = collected(estate, order);
    let operator = Operator::of(estate);
    is_clean(&operator.judge(&whole));
    let (left_out, unseen) = unseen(&operator, &whole, 1);
    assert!(left_out >= 30, "{left_out}");
    assert!(unseen.is_empty(), "{} of {left_out} unseen:\n{}", unseen.len(), unseen.join("\n"));
}

#[test]
fn no_entry_of_an_exhibit_its_doors_or_its_locker_can_be_left_out() {
    each_entry_is_missed(&estate(), &order(exhibit(2), Profile::Internal));
}

#[test]
fn no_entry_of_an_exhibit_that_lies_in_a_locker_can_be_left_out() {
    let mut estate = estate();
    let place = estate.compartments[0];
    estate.register(exhibit(4), person(OFFICER));
    estate.pass(5 * MINUTE_US);
    estate.deposit(exhibit(4), person(OFFICER), place);
    estate.sync_locker();
    estate.pass(5 * MINUTE_US);
    each_entry_is_missed(&estate, &order(exhibit(4), Profile::Internal));
}

#[test]
fn no_entry_of_a_case_can_be_left_out() {
    let of_case = Order { scope: Scope::Case(CaseId([0xca; 16])), ..order(exhibit(1), Profile::Internal) };
    each_entry_is_missed(&estate(), &of_case);
}

#[test]
fn an_exhibit_of_a_case_cannot_be_left_out() {
    let estate = estate();
    let of_case = Order { scope: Scope::Case(CaseId([0xca; 16])), ..order(exhibit(1), Profile::Internal) };
    let mut whole = collected(&estate, &of_case);
    let operator = Operator::of(&estate);
    let gone = exhibit(3).to_string();
    whole.manifest.exhibits.retain(|exhibit| *exhibit != gone);
    whole.manifest.stated.retain(|one| one.exhibit != gone);
    finds(&operator.judge(&whole), RuleId::G04, "belongs to what was asked for is not in the bundle");
}

#[test]
fn an_exhibit_that_nobody_asked_for_is_not_slipped_in() {
    let estate = estate();
    let two = Order {
        scope: Scope::Exhibits(vec![exhibit(1), exhibit(2)]),
        ..order(exhibit(1), Profile::Internal)
    };
    let one = collected(&estate, &order(exhibit(1), Profile::Internal));
    let mut both = collected(&estate, &two);
    let operator = Operator::of(&estate);
    for index in [one.manifest.request, one.manifest.census] {
        both.entries.insert(index, one.entries[&index].clone());
    }
    both.manifest.request = one.manifest.request;
    let size = both.manifest.size;
    operator.prove(&mut both, size);
    finds(&operator.judge(&both), RuleId::G04, "was not asked for");
}

#[test]
fn the_revisions_after_a_gap_cannot_be_numbered_anew() {
    let estate = estate();
    let whole = collected(&estate, &order(exhibit(2), Profile::Internal));
    let operator = Operator::of(&estate);
    let stream = format!("exhibit/{}", exhibit(2));
    let of_stream = |bytes: &[u8]| places(bytes).iter().position(|(name, _)| name.to_string() == stream);
    let mine: Vec<u64> = whole
        .entries
        .iter()
        .filter(|(_, bytes)| of_stream(bytes).is_some())
        .map(|(index, _)| *index)
        .collect();
    let mut less = operator.without(&whole, mine[1]);
    let mut previous = ledger_format::merkle::leaf_hash(&less.entries[&mine[0]]);
    for index in &mine[2..] {
        let bytes = less.entries.get_mut(index).unwrap();
        let place = of_stream(bytes).unwrap();
        let mut entry = Entry::decode(bytes).unwrap();
        entry.streams[place].revision -= 1;
        entry.streams[place].previous = previous;
        *bytes = entry.encode();
        previous = ledger_format::merkle::leaf_hash(bytes);
    }
    for slice in less.manifest.slices.iter_mut().filter(|slice| slice.stream == stream) {
        slice.last -= 1;
    }
    let checked = operator.judge(&less);
    finds(&checked, RuleId::L03, "not shown to stand under the checkpoint");
    finds(&checked, RuleId::G04, "ends at revision");
}

#[test]
fn two_entries_do_not_have_one_place_in_a_stream() {
    let estate = estate();
    let mut whole = collected(&estate, &order(exhibit(2), Profile::Internal));
    let mut operator = Operator::of(&estate);
    let stream = format!("exhibit/{}", exhibit(2));
    let mut mine = whole.entries.iter().filter_map(|(index, bytes)| {
        let place = places(bytes).iter().position(|(name, _)| name.to_string() == stream)?;
        Some((*index, place))
    });
    let (index, place) = mine.nth(2).unwrap();
    let mut entries = operator.writer.entries.clone();
    let bytes = &mut entries[usize::try_from(index).unwrap()];
    let mut entry = Entry::decode(bytes).unwrap();
    entry.streams[place].revision -= 1;
    *bytes = entry.encode();
    whole.entries.insert(index, bytes.clone());
    // The whole ledger is written anew: it is the operator's.
    operator.writer = Writer::of_bytes(entries);
    let size = whole.manifest.size;
    operator.prove(&mut whole, size);
    finds(&operator.judge(&whole), RuleId::L01, "Two entries say that they are revision");
}

#[test]
fn an_older_census_says_how_old_it_is() {
    let mut estate = estate();
    let order = order(exhibit(2), Profile::Internal);
    let mut old = collected(&estate, &order);
    let before = old.manifest.census;
    estate.pass(30 * MINUTE_US);
    estate.deposit(exhibit(2), person(COURIER), estate.compartments[1]);
    estate.sync_locker();
    let new = collected(&estate, &order);
    let operator = Operator::of(&estate);
    // What was true then is handed out as if nothing had happened since.
    operator.prove(&mut old, new.manifest.size);
    let checked = operator.judge(&old);
    assert!(checked.completeness.contains(&format!("up to entry {before}")), "{}", checked.completeness);
    let later = new.manifest.size - before - 1;
    let says = format!("{later} entries under the checkpoint are later than it");
    assert!(checked.rests_on_audit.iter().any(|line| line.contains(&says)), "{:?}", checked.rests_on_audit);
    let new = operator.judge(&new);
    assert!(checked.request.unwrap().census_us < new.request.unwrap().census_us);
}

#[test]
fn a_request_is_not_answered_under_a_census_from_before_it() {
    let estate = estate();
    let order = order(exhibit(2), Profile::Internal);
    let old = collected(&estate, &order);
    let new = collected(&estate, &order);
    let operator = Operator::of(&estate);
    let mut files = operator.files(&new);
    let mut manifest = new.manifest.clone();
    manifest.census = old.manifest.census;
    *file(&mut files, MANIFEST_FILE) = manifest.to_text().into_bytes();
    refuses(&operator.check(&operator.signed(files)), "request, census and size");
}

#[test]
fn a_bundle_without_its_request_is_none() {
    let estate = estate();
    let whole = collected(&estate, &order(exhibit(2), Profile::Internal));
    let operator = Operator::of(&estate);
    let less = operator.without(&whole, whole.manifest.request);
    finds(&operator.judge(&less), RuleId::G04, "is no request for a bundle");
    let mut other = whole.clone();
    other.manifest.request = 1;
    finds(&operator.judge(&other), RuleId::G04, "is no request for a bundle");
    let mut without_census = operator.without(&whole, whole.manifest.census);
    finds(&operator.judge(&without_census), RuleId::G04, "is not a census that the node took");
    without_census.census.clear();
    finds(&operator.judge(&without_census), RuleId::G04, "does not show that it holds all of");
}

#[test]
fn a_bundle_of_another_profile_or_case_than_was_asked_for_says_so() {
    let estate = estate();
    let whole = collected(&estate, &order(exhibit(2), Profile::Internal));
    let operator = Operator::of(&estate);
    let words = "another profile or case than was asked for";
    let mut other = whole.clone();
    other.manifest.profile = Profile::Defence.name().to_owned();
    finds(&operator.judge(&other), RuleId::G04, words);
    let mut other = whole;
    other.manifest.case = Some(CaseId([0xca; 16]).to_string());
    finds(&operator.judge(&other), RuleId::G04, words);
}

#[test]
fn a_census_counts_only_if_the_node_took_it() {
    let mut estate = estate();
    let order = order(exhibit(2), Profile::Internal);
    let mut voice = estate.voice(0x77, v1::DeviceKind::Desk);
    let mut whole = collected(&estate, &order);
    let honest =
        statement::decode(&Entry::decode(&whole.entries[&whole.manifest.census]).unwrap().envelope.statement)
            .unwrap();
    let custody::fact::Fact::CensusTaken { root, streams } = honest.statement.fact else {
        panic!("a census")
    };
    let derived = v1::census_taken::Derived { root: root.0.to_vec(), streams };
    let said_by_another = Fact::CensusTaken(v1::CensusTaken { derived: Some(derived) });
    estate.node.submit(vec![submission(&voice.says(said_by_another, estate.now()))]);
    // The node holds to its own census when it is asked for the same bundle again.
    let size = estate.node.head().0;
    let again = estate.node.wait(estate.node.node.collect(&order, &At::Size(size))).unwrap().0;
    assert_eq!(again.manifest.census, whole.manifest.census);
    // An operator who names the other one is found out.
    let operator = Operator::of(&estate);
    whole.entries = (0..).zip(operator.writer.entries.iter().cloned()).collect();
    whole.manifest.census = size - 1;
    operator.prove(&mut whole, size);
    finds(&operator.judge(&whole), RuleId::G04, "is not a census that the node took");
}

#[test]
fn a_proof_under_another_census_proves_nothing() {
    let mut estate = estate();
    let order = order(exhibit(2), Profile::Internal);
    let old = collected(&estate, &order);
    estate.pass(30 * MINUTE_US);
    estate.register(exhibit(9), person(OFFICER));
    let mut new = collected(&estate, &order);
    let operator = Operator::of(&estate);
    is_clean(&operator.judge(&new));
    new.census.clone_from(&old.census);
    finds(&operator.judge(&new), RuleId::G04, "proves nothing");
}
