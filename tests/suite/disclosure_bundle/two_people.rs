//! G05: where two people acted, that they are two must be shown in what is disclosed.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::profile::Profile;
use ledger_format::disclosure::Disclosure;
use verifier::bundle::Checked;

use super::made::{Operator, adopted, collected, order};
use crate::estate::Estate;
use crate::estate::acts::{KEEPER, exhibit};
use crate::estate::voice::{Voice, submission};

/// The pseudonym that somebody was given later.
const RENEWED: u8 = 0x5e;

/// An exhibit, a desk, and a person whose pseudonym was renewed; `former` is the one before.
fn estate(former: &str) -> (Estate, Voice) {
    let mut estate = adopted();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Desk);
    let opening = Disclosure::new(&[0xf0; 16], "former", former).unwrap();
    let declared =
        v1::person_renewed::Declared { person: vec![RENEWED; 16], former: opening.digest().0.to_vec() };
    let fact = Fact::PersonRenewed(v1::PersonRenewed { declared: Some(declared) });
    let envelope = Some(voice.says(fact, estate.now()).to_message());
    let answer = estate.node.submit(vec![v1::Submission { envelope, openings: vec![opening.encoded] }]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{}", answer.outcomes[0].detail());
    for number in [1, 2] {
        estate.lawful_way(exhibit(number));
    }
    (estate, voice)
}

/// Somebody weighs an exhibit, and somebody sees it. Returns the entry's index.
fn weighs(estate: &Estate, voice: &mut Voice, number: u8, by: u8, witness: Option<u8>) -> u64 {
    let act = |person: u8| v1::Act { person: vec![person; 16], session: vec![0; 32] };
    let fact = Fact::Weighed(v1::Weighed {
        observed: Some(v1::weighed::Observed { weight_mg: 350_000, error_mg: 1 }),
        declared: Some(v1::weighed::Declared {
            exhibit: exhibit(number).0.to_vec(),
            by: Some(act(by)),
            witness: witness.map(act),
        }),
    });
    let answer = estate.node.submit(vec![submission(&voice.says(fact, estate.now()))]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{}", answer.outcomes[0].detail());
    estate.node.head().0 - 1
}

fn checked(estate: &Estate, profile: Profile) -> Checked {
    let collected = collected(estate, &order(exhibit(1), profile));
    Operator::of(estate).judge(&collected)
}

/// What a bundle says of an act by these two on this exhibit: the weight of G05, if it is found, and of nothing else.
#[track_caller]
fn check(given: (&str, Profile), (number, by, witness): (u8, u8, Option<u8>), expect: Option<Severity>) {
    let (estate, mut voice) = estate(given.0);
    let index = weighs(&estate, &mut voice, number, by, witness);
    let checked = checked(&estate, given.1);
    let found: Vec<_> = checked.findings.iter().filter(|finding| finding.rule == RuleId::G05).collect();
    assert_eq!(found.first().map(|finding| finding.severity), expect, "{found:#?}");
    for finding in found {
        assert_eq!(finding.indices, [index]);
        assert!(finding.sentence.contains(&format!("entry {index}")), "{}", finding.sentence);
        assert_eq!(finding.exhibits, [exhibit(number)]);
    }
}

const SOMEBODY: &str = "5d5d5d5d-5d5d-5d5d-5d5d-5d5d5d5d5d5d";
const THE_KEEPER: &str = "52525252-5252-5252-5252-525252525252";

#[test]
fn whether_two_are_two_rests_on_a_link_that_is_withheld() {
    for profile in [Profile::Defence, Profile::Cps] {
        check((SOMEBODY, profile), (1, KEEPER, Some(RENEWED)), Some(Severity::Warning));
        check((SOMEBODY, profile), (1, RENEWED, Some(KEEPER)), Some(Severity::Warning));
    }
}

#[test]
fn where_the_link_is_disclosed_it_shows_that_they_are_two_or_that_they_are_one() {
    check((SOMEBODY, Profile::Internal), (1, KEEPER, Some(RENEWED)), None);
    check((THE_KEEPER, Profile::Internal), (1, KEEPER, Some(RENEWED)), Some(Severity::Break));
    // A value that names nobody shows nothing.
    check(("somebody", Profile::Internal), (1, KEEPER, Some(RENEWED)), Some(Severity::Warning));
}

#[test]
fn where_one_acts_or_nobody_was_renewed_or_another_exhibit_is_concerned_nothing_rests_on_it() {
    check((SOMEBODY, Profile::Cps), (1, RENEWED, None), None);
    check((SOMEBODY, Profile::Cps), (1, KEEPER, Some(0x50)), None);
    check((SOMEBODY, Profile::Cps), (2, KEEPER, Some(RENEWED)), None);
}
