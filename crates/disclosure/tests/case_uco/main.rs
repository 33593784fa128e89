//! What every CASE document holds, over histories of the corpus. Whether the ontologies agree, `.ci/check_case` asks the public
//! checkers.

#![expect(clippy::expect_used, reason = "a test fails where it stands")]

mod document;
#[path = "../support/from_corpus.rs"]
mod from_corpus;
#[path = "../support/odds.rs"]
mod odds;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use corpus::plant::planters;
use corpus::score::{case_of, several};
use custody::rule::RuleId;
use custody_proto::schema::Stream;
use disclosure::case_uco::case_jsonld;
use disclosure::openings::Field;
use disclosure::profile::Profile;
use ledger_format::stream::StreamName;

use self::document::{Document, id, of_kind, refs};
use self::from_corpus::{Asked, Prepared, Replayed, value_of};
use self::odds::ODDS;

/// Six histories: clean ones, some with faults, and some in which everything is said that may be said of an exhibit.
static HISTORIES: LazyLock<Vec<Replayed>> = LazyLock::new(|| {
    let faults = |seed: u64| match seed % 3 {
        0 => Vec::new(),
        1 => several(seed, &planters()),
        _ => vec![ODDS],
    };
    let replayed = |seed| {
        let (_, case) = case_of(seed, &faults(seed)).expect("one of many histories has room");
        Replayed::of(&case)
    };
    (0..6).map(replayed).collect()
});

/// Every history is asked for as a whole, by case, and for one exhibit.
#[track_caller]
fn check(rule: impl Fn(&Prepared<'_>, &Document)) {
    for replayed in HISTORIES.iter() {
        let cases = replayed.cases().into_iter().take(3).map(Asked::Case);
        let one = replayed.ledger.exhibits().take(1).collect();
        for asked in cases.chain([Asked::Everything, Asked::Exhibits(&one)]) {
            let prepared = replayed.prepare(asked, Profile::Defence);
            rule(&prepared, &Document::of(&case_jsonld(&prepared.material())));
        }
    }
}

#[test]
fn each_exhibit_has_one_origin() {
    check(|prepared, document| {
        let origins = document.actions().flat_map(|action| of_kind(action, "uco-action:result", "exhibit"));
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        origins.for_each(|exhibit| *count.entry(exhibit).or_default() += 1);
        assert!(count.values().all(|count| *count == 1), "{count:?}");
        assert!(count.len() >= prepared.request.exhibits.len());
    });
}

#[test]
fn each_later_action_takes_up_the_record_before_and_names_the_action_before() {
    check(|_, document| {
        let mut last: BTreeMap<String, (String, String)> = BTreeMap::new();
        for action in document.actions() {
            let taken = refs(action, "uco-action:object");
            let informed = refs(action, "case-investigation:wasInformedBy");
            let mut expected = BTreeSet::new();
            for record in of_kind(action, "uco-action:result", "provenance-record") {
                let subject = document.subject(&record);
                let before = last.insert(subject.clone(), (record.clone(), id(action)));
                let is_exhibit = subject.starts_with("kb:exhibit-");
                assert_eq!(before.is_some() && is_exhibit, taken.contains(&subject));
                if let Some((record, action)) = before {
                    assert!(taken.contains(&record), "{record} is not taken up");
                    expected.insert(action);
                }
            }
            assert!(!of_kind(action, "uco-action:result", "provenance-record").is_empty());
            assert_eq!(informed.into_iter().collect::<BTreeSet<_>>(), expected);
        }
    });
}

#[test]
fn every_entry_of_an_exhibits_stream_is_an_action() {
    check(|prepared, document| {
        let indices: BTreeSet<u64> =
            document.actions().filter_map(|action| action.get("custody:entryIndex")?.as_u64()).collect();
        let material = prepared.material();
        let asked: BTreeSet<[u8; 16]> = material
            .request
            .exhibits
            .iter()
            .flat_map(|exhibit| material.ledger.one_with(exhibit).iter().map(|member| member.0))
            .collect();
        let is_asked = |name: &StreamName| name.kind == Stream::Exhibit && asked.contains(&name.id);
        for (index, said) in material.entries {
            if said.decoded.streams.iter().any(is_asked) {
                assert!(indices.contains(index), "entry {index}, {}", said.decoded.name);
            }
        }
    });
}

#[test]
fn every_finding_is_an_annotation_in_its_own_words() {
    check(|prepared, document| {
        let said = document.texts("uco-core:Annotation", "uco-core:statement");
        let found: Vec<&str> = prepared.findings.iter().map(|finding| finding.sentence.as_str()).collect();
        assert_eq!(said, found);
    });
}

#[test]
fn nothing_withheld_or_missing_appears() {
    check(|prepared, document| {
        for line in &prepared.register {
            let value = value_of(line.field, line.commitment);
            // What is the same in every entry may be disclosed elsewhere.
            assert!(line.field == "case_reference" || !document.text.contains(&value), "{value} appears");
        }
    });
}

/// Otherwise the rule before would hold of any empty document.
#[test]
fn what_is_withheld_from_the_defence_appears_within_the_force() {
    for replayed in HISTORIES.iter() {
        let [defence, internal] = [Profile::Defence, Profile::Internal].map(|profile| {
            let prepared = replayed.prepare(Asked::Everything, profile);
            (case_jsonld(&prepared.material()), prepared.register)
        });
        let names = defence.1.iter().filter(|line| matches!(line.fate, Field::Withheld(_)));
        let names = names.map(|line| value_of(line.field, line.commitment));
        let shown = names.filter(|name| internal.0.contains(name) && !defence.0.contains(name)).count();
        assert!(shown > 0);
    }
}

#[test]
fn the_same_material_gives_the_same_bytes() {
    check(|prepared, document| {
        assert_eq!(case_jsonld(&prepared.material()), document.text);
        assert!(document.text.ends_with("}\n"));
    });
}

#[test]
fn no_name_stands_for_two_nodes_and_none_is_referred_to_and_missing() {
    check(|_, document| {
        let mut names = BTreeSet::new();
        document.every_node(&mut |id| assert!(names.insert(id.to_owned()), "{id} stands twice"));
        document.every_ref(&mut |id| assert!(names.contains(id), "{id} stands nowhere"));
    });
}

/// What is registered twice (S03) still has one origin; the second registration follows.
#[test]
fn a_second_registration_is_an_action_and_no_origin() {
    let planter = planters().into_iter().find(|planter| planter.rule == RuleId::S03);
    let planter = planter.expect("S03 has planters");
    let (_, case) = case_of(0, &[planter]).expect("one of many histories has room");
    let replayed = Replayed::of(&case);
    let prepared = replayed.prepare(Asked::Everything, Profile::Internal);
    let document = Document::of(&case_jsonld(&prepared.material()));
    let origins: Vec<String> =
        document.actions().flat_map(|action| of_kind(action, "uco-action:result", "exhibit")).collect();
    assert_eq!(origins.len(), origins.iter().collect::<BTreeSet<_>>().len());
}
