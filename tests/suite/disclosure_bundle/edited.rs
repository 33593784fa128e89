//! What the operator writes over: reports, what is stated, policies, the ledger itself.

use custody::policy::Policy;
use custody::rule::RuleId;
use custody::verdict::Standing;
use disclosure::manifest::WrittenFinding;
use disclosure::profile::Profile;
use sha2::{Digest as _, Sha256};
use verifier::bundle::{CASE_FILE, README_FILE, REPORT_FILE, check_files};
use verifier::report::Outcome;
use verifier::testing::policy_text;

use super::made::{Operator, adopted, collected, estate, file, finds, is_clean, order};
use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::{Estate, MINUTE_US};

#[test]
fn a_report_that_was_edited_is_not_what_the_entries_give() {
    let estate = estate();
    let collected = collected(&estate, &order(exhibit(2), Profile::Cps));
    let operator = Operator::of(&estate);
    let files = operator.files(&collected);
    let edited: Vec<&String> = files
        .iter()
        .map(|(name, _)| name)
        .filter(|name| {
            [REPORT_FILE, CASE_FILE, README_FILE].contains(&name.as_str())
                || ["drafts/", "sensitive/", "receipts/"].iter().any(|folder| name.starts_with(folder))
        })
        .collect();
    assert!(edited.len() >= 8, "{edited:?}");
    for name in edited {
        let mut altered = files.clone();
        file(&mut altered, name).extend(b" and nothing else\n");
        finds(&operator.check(&operator.signed(altered)), RuleId::G04, name);
        let mut less = files.clone();
        less.retain(|(found, _)| found != name);
        finds(&operator.check(&operator.signed(less)), RuleId::G04, &format!("The file {name} is missing"));
    }
}

/// An estate in which somebody took an exhibit whose label was another's.
fn with_a_finding() -> Estate {
    let mut estate = adopted();
    let place = estate.compartments[0];
    estate.register(exhibit(1), person(OFFICER));
    estate.pass(5 * MINUTE_US);
    estate.deposit(exhibit(1), person(OFFICER), place);
    estate.sync_locker();
    estate.pass(60 * MINUTE_US);
    estate.collect(bag(exhibit(1)), exhibit(7), person(COURIER), place);
    estate.sync_locker();
    estate
}

#[test]
fn what_the_entries_show_stands_whatever_is_stated() {
    let estate = with_a_finding();
    let honest = collected(&estate, &order(exhibit(1), Profile::Internal));
    let operator = Operator::of(&estate);
    let shown = operator.judge(&honest);
    assert_eq!(shown.outcome(), Outcome::Findings);
    assert!(!honest.manifest.stated[0].findings.is_empty());
    let mut silent = honest.clone();
    silent.manifest.stated[0].findings.clear();
    let checked = operator.judge(&silent);
    let of = |checked: &verifier::bundle::Checked| {
        checked.findings.iter().map(|finding| (finding.rule, finding.severity)).collect::<Vec<_>>()
    };
    assert_eq!(of(&checked), of(&shown));
    assert_eq!(checked.verdicts[0].stretches, shown.verdicts[0].stretches);
    // Stated to be better than it is shown: said, and nothing else.
    let mut better = silent;
    for stretch in &mut better.manifest.stated[0].stretches {
        stretch.standing = Standing::Proven.name().to_owned();
    }
    let checked = operator.judge(&better);
    assert_eq!(checked.verdicts[0].stretches, shown.verdicts[0].stretches);
    let says = checked.rests_on_audit.iter().any(|line| line.contains("the operator states PROVEN"));
    assert!(says, "{:?}", checked.rests_on_audit);
}

#[test]
fn what_is_stated_to_be_worse_counts() {
    let estate = estate();
    let honest = collected(&estate, &order(exhibit(2), Profile::Internal));
    let operator = Operator::of(&estate);
    let shown = operator.judge(&honest);
    for standing in Standing::ALL.into_iter().filter(|standing| *standing > Standing::Proven) {
        let mut worse = honest.clone();
        for stretch in &mut worse.manifest.stated[0].stretches {
            stretch.standing = standing.name().to_owned();
        }
        let verdict = &operator.judge(&worse).verdicts[0];
        assert!(verdict.stretches.iter().all(|stretch| stretch.standing >= standing), "{standing:?}");
        assert!(verdict.standing() >= shown.verdicts[0].standing());
    }
    let mut worse = honest;
    worse.manifest.stated[0].findings.push(WrittenFinding {
        rule: "D02".to_owned(),
        severity: "break".to_owned(),
        from_us: None,
        to_us: None,
        indices: vec![7],
    });
    finds(&operator.judge(&worse), RuleId::D02, "from entries that this bundle does not hold");
}

#[test]
fn a_bundle_is_of_the_ledger_that_the_reader_trusts() {
    let (ours, theirs) = (estate(), estate());
    let files = |estate: &Estate| {
        let collected = collected(estate, &order(exhibit(2), Profile::Defence));
        let operator = Operator::of(estate);
        operator.files(&collected)
    };
    let (our_files, their_files) = (files(&ours), files(&theirs));
    is_clean(&check_files(&our_files, &ours.trust));
    finds(&check_files(&their_files, &ours.trust), RuleId::L03, "of another ledger than the trust file");
    finds(&check_files(&our_files, &theirs.trust), RuleId::L03, "of another ledger than the trust file");
    // Their files signed by our operator are no better.
    let signed = Operator::of(&ours).signed(their_files);
    finds(&check_files(&signed, &ours.trust), RuleId::L03, "of another ledger than the trust file");
    let with = |change: &dyn Fn(&mut verifier::trust::Trust)| {
        let mut trust = ours.trust.clone();
        change(&mut trust);
        check_files(&our_files, &trust)
    };
    finds(&with(&|trust| trust.origin.push('2')), RuleId::L03, "of another ledger");
    finds(&with(&|trust| trust.genesis.0[0] ^= 1), RuleId::L03, "does not begin with the genesis");
    let key = |trust: &mut verifier::trust::Trust| trust.ledger_key = theirs.trust.ledger_key.clone();
    finds(&with(&key), RuleId::L03, "another key for its checkpoints than the trust file");
}

#[test]
fn a_policy_that_was_adopted_is_in_the_bundle_and_is_the_one_that_was() {
    let estate = estate();
    let honest = collected(&estate, &order(exhibit(2), Profile::Defence));
    assert_eq!(honest.policies, [policy_text()]);
    let operator = Operator::of(&estate);
    let lax = policy_text().replace("without-estate", "lax");
    let adopted = Policy::parse(&policy_text()).unwrap().hash;
    let says = format!("The policy {adopted} was adopted and is not in the bundle");
    let is_not_checked = |collected| {
        let checked = operator.judge(collected);
        assert_eq!(checked.outcome(), Outcome::NotChecked);
        assert_eq!(checked.outcome().exit_status(), 2);
        assert!(checked.not_checked.iter().any(|line| line.contains(&says)), "{:?}", checked.not_checked);
        checked
    };
    let mut without = honest.clone();
    without.policies.clear();
    is_not_checked(&without);
    let mut another = honest.clone();
    another.policies = vec![lax.clone()];
    finds(&is_not_checked(&another), RuleId::L08, "does not belong in the bundle");
    // Under the name of the one adopted.
    let mut files = operator.files(&honest);
    let (name, bytes) = files.iter_mut().find(|(name, _)| name.starts_with("policies/")).unwrap();
    let name = name.clone();
    *bytes = lax.clone().into_bytes();
    let checked = operator.check(&operator.signed(files));
    assert_eq!(checked.outcome(), Outcome::NotChecked);
    finds(&checked, RuleId::L08, &format!("The file {name} does not belong"));
    // Beside the one adopted: it judges nothing, and could say anything.
    let mut beside = honest;
    beside.policies.push(lax.clone());
    let name = format!("policies/{}.toml", hex::encode(Sha256::digest(lax.as_bytes())));
    finds(&operator.judge(&beside), RuleId::L08, &name);
}
