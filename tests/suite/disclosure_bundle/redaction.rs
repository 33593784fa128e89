//! What is withheld or erased is nowhere in the bundle, and who decides what is.

use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::lines::{OpeningLine, RegisterLine};
use disclosure::pack::File;
use disclosure::profile::Profile;
use ledger_format::disclosure::Disclosure;
use ledger_node::disclose::{Decisions, DecisionsError, Order};
use ledger_node::erase::Erasable;

use super::made::{Operator, adopted, collected, finds, is_clean, order};
use crate::estate::Estate;
use crate::estate::acts::{OFFICER, exhibit};
use crate::estate::verify;

/// What is planted in the vault besides what people say at the desk.
const IDENTITY: &str = "PC 4711 Example, of Example Street";

/// Withholds what the profiles disclose.
pub(super) const WITHHOLD: &str = "
[[withhold]]
field = 'description'
basis = 'sensitive'
[[withhold]]
field = 'name'
basis = 'not-relevant'
";

/// One exhibit, and an officer whose identity is on record.
pub(super) fn estate() -> Estate {
    let mut estate = adopted();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Desk);
    let identity = Disclosure::new(&[0x1d; 16], "identity", IDENTITY).unwrap();
    let declared =
        v1::person_registered::Declared { person: vec![OFFICER; 16], identity: identity.digest().0.to_vec() };
    let fact = Fact::PersonRegistered(v1::PersonRegistered { declared: Some(declared) });
    let envelope = Some(voice.says(fact, estate.now()).to_message());
    let answer = estate.node.submit(vec![v1::Submission { envelope, openings: vec![identity.encoded] }]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{}", answer.outcomes[0].detail());
    estate.lawful_way(exhibit(1));
    estate
}

pub(super) fn decided(profile: Profile, decisions: &str) -> Order {
    Order { decisions: Decisions::parse(decisions).unwrap(), ..order(exhibit(1), profile) }
}

fn fields(lines: &[OpeningLine]) -> Vec<&str> {
    let mut fields: Vec<&str> = lines.iter().map(|line| line.field.as_str()).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn is_in(text: &str, files: &[File]) -> Option<String> {
    let found = files.iter().find(|(_, bytes)| bytes.windows(text.len()).any(|part| part == text.as_bytes()));
    found.map(|(name, _)| name.clone())
}

#[test]
fn what_is_withheld_stands_nowhere_in_the_bundle() {
    let estate = estate();
    let everything = collected(&estate, &decided(Profile::Internal, ""));
    let operator = Operator::of(&estate);
    let open = operator.files(&everything);
    for planted in [IDENTITY, "a red kitchen knife", "Alder transit store"] {
        assert!(is_in(planted, &open).is_some(), "{planted} is disclosed to the force itself");
    }
    for profile in Profile::ALL {
        let redacted = collected(&estate, &decided(profile, WITHHOLD));
        let operator = Operator::of(&estate);
        let mut files = operator.files(&redacted);
        is_clean(&operator.check(&files));
        let bytes = redacted.entries.iter().map(|(index, bytes)| (format!("entry {index}"), bytes.clone()));
        files.extend(bytes.collect::<Vec<_>>());
        let opened = |line: &&OpeningLine| redacted.openings.contains(line);
        let mut withheld = 0;
        for line in everything.openings.iter().filter(|line| !opened(line) && line.field != "recipient") {
            let disclosed = Disclosure { encoded: line.disclosure.clone() }.parse().unwrap();
            for text in [&line.disclosure, &disclosed.salt, &disclosed.value] {
                assert_eq!(is_in(text, &files), None, "{profile}: {} is there", line.field);
            }
            withheld += 1;
        }
        assert!(withheld >= 3, "{withheld}");
    }
}

#[test]
fn a_profile_withholds_by_itself_what_goes_to_nobody_outside() {
    let estate = estate();
    let of = |profile| {
        let collected = collected(&estate, &order(exhibit(1), profile));
        let withheld =
            collected.register.iter().map(|line| (line.field.clone(), line.basis.clone().unwrap()));
        let mut withheld: Vec<_> = withheld.collect();
        withheld.sort();
        withheld.dedup();
        (fields(&collected.openings).join(" "), withheld)
    };
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(field, basis)| ((*field).to_owned(), (*basis).to_owned())).collect()
    };
    let (open, withheld) = of(Profile::Internal);
    assert_eq!(withheld, pairs(&[]));
    assert!(open.contains("identity") && open.contains("name"), "{open}");
    assert_eq!(of(Profile::Cps), (open.clone(), pairs(&[])));
    let (open, withheld) = of(Profile::Defence);
    assert_eq!(withheld, pairs(&[("identity", "third-party"), ("name", "sensitive")]));
    assert!(!open.contains("identity"), "{open}");
    // A decision goes before the profile.
    let decision = "[[disclose]]\nfield = 'identity'\n";
    let decided = collected(&estate, &decided(Profile::Defence, decision));
    assert!(fields(&decided.openings).contains(&"identity"));
}

#[test]
fn working_papers_go_to_the_prosecution_alone() {
    let estate = estate();
    let is_draft = |name: &String| name.starts_with("drafts/") || name.starts_with("sensitive/");
    let files = |profile| {
        let collected = collected(&estate, &order(exhibit(1), profile));
        let operator = Operator::of(&estate);
        let files = operator.files(&collected);
        (operator, files)
    };
    let (operator, defence) = files(Profile::Defence);
    assert_eq!(defence.iter().filter(|(name, _)| is_draft(name)).count(), 0);
    for profile in [Profile::Cps, Profile::Internal] {
        let (_, files) = files(profile);
        let drafts: Vec<&File> = files.iter().filter(|(name, _)| is_draft(name)).collect();
        for name in ["drafts/mg12.csv", "drafts/mg6c.csv", "sensitive/mg6d.csv", "drafts/custodian.txt"] {
            assert!(drafts.iter().any(|(found, _)| found == name), "{profile}: {name}");
        }
        assert!(drafts.iter().any(|(name, _)| name.starts_with("drafts/mg11-")), "{profile}");
        // Smuggled to the defence they are found.
        for draft in drafts {
            let mut smuggled = defence.clone();
            smuggled.push(draft.clone());
            finds(&operator.check(&operator.signed(smuggled)), RuleId::L08, &draft.0);
        }
    }
}

#[test]
fn what_was_erased_is_gone_from_bundles_and_each_says_where_that_is_recorded() {
    let estate = estate();
    let before = collected(&estate, &decided(Profile::Internal, ""));
    let line = before.openings.iter().find(|line| line.field == "description").unwrap().clone();
    let what = Erasable::Statement {
        statement: line.statement.parse().unwrap(),
        field: Some("description".to_owned()),
    };
    let erased = estate.node.wait(estate.node.node.erase(&what, "review 7")).unwrap();
    let after = collected(&estate, &decided(Profile::Internal, ""));
    let operator = Operator::of(&estate);
    let files = operator.files(&after);
    is_clean(&operator.check(&files));
    assert_eq!(is_in(&line.disclosure, &files), None);
    assert_eq!(is_in("a red kitchen knife", &files), None);
    let registered: Vec<&RegisterLine> = after.register.iter().collect();
    assert_eq!(registered.len(), 1);
    assert_eq!((registered[0].fate.as_str(), registered[0].erased_at), ("erased", Some(erased[0].index)));
    // The entry that says so cannot be left out, or be that of another erasure.
    finds(&operator.judge(&operator.without(&after, erased[0].index)), RuleId::G03, "no entry of the node");
}

/// A name is erased: the ledger goes on verifying, a bundle from before goes on showing what it showed, and a new one says
/// ERASED.
#[test]
fn erasing_a_name_breaks_neither_the_audit_nor_a_bundle_from_before() {
    let mut estate = estate();
    let operator = Operator::of(&estate);
    let before = operator.files(&collected(&estate, &decided(Profile::Internal, "")));
    is_clean(&operator.check(&before));
    let line = collected(&estate, &decided(Profile::Internal, ""));
    let line = line.openings.iter().find(|line| line.field == "name").unwrap().clone();
    let what =
        Erasable::Statement { statement: line.statement.parse().unwrap(), field: Some("name".to_owned()) };
    let erased = estate.node.wait(estate.node.node.erase(&what, "review 8")).unwrap();
    verify::is_clean(&estate.audit());
    is_clean(&operator.check(&before));
    assert!(is_in(&line.disclosure, &before).is_some());
    let after = collected(&estate, &decided(Profile::Internal, ""));
    let (files, conclusion) =
        after.complete(&estate.trust, None, |text| Operator::of(&estate).sign(text)).unwrap();
    assert_eq!(is_in(&line.disclosure, &files), None);
    let said = disclosure::text(&conclusion.report);
    assert!(said.contains(&format!("ERASED (recorded in entry {})", erased[0].index)), "{said}");
}

#[test]
fn decisions_are_of_known_fields_with_a_basis_and_one_each() {
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let error = Decisions::parse(text).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
    check(
        "[[withhold]]\nfield = 'colour'\nbasis = 'sensitive'\n",
        "no field is committed to under the name colour",
    );
    check("[[withhold]]\nfield = 'person'\nbasis = 'sensitive'\n", "under the name person");
    check("[[withhold]]\nfield = 'description'\n", "needs a field and a basis");
    check("[[withhold]]\nfield = 'description'\nbasis = 'secret'\n", "withheld on no known basis");
    check("[[disclose]]\nfield = 'description'\nbasis = 'sensitive'\n", "not TOML of the form");
    check("[[disclose]]\nfield = 'description'\nstatement = 'AB'\n", "64 lower-case hexadecimal digits");
    let once = "[[withhold]]\nfield = 'description'\nbasis = 'sensitive'\n";
    check(&(once.to_owned() + once), "decided twice");
    check(&(once.to_owned() + "[[disclose]]\nfield = 'description'\n"), "decided twice");
    check("x = 1\n", "not TOML of the form");
    let broken = Decisions::parse("[[withhold").unwrap_err();
    assert!(matches!(broken, DecisionsError::Toml(_)));
}
