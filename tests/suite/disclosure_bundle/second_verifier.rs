//! The second verifier of bundles, in Python, and ours: the same verdict on whether a bundle is what it says it is.

use custody::policy::Policies;
use custody_proto::schema::Stream;
use disclosure::lines::OpeningLine;
use disclosure::pack::unpack;
use disclosure::profile::Profile;
use ledger_format::disclosure::Disclosure;
use ledger_format::entry::Entry;
use ledger_format::statement;
use ledger_format::stream::StreamName;
use ledger_node::disclose::{At, Scope};
use ledger_node::erase::Erasable;
use serde_json::Value;
use verifier::trust::Trust;

use super::corpus_cases::{number, order};
use super::handed_out::{
    CASE, Files, amiss, behind_no_door, bundle, count_often, estate, folder_of, is_what_it_says,
};
use super::ledger::Ledger;
use crate::estate::Estate;
use crate::estate::acts::exhibit;
use crate::support::{python_is_here, run_python};

/// What the second verifier says of a bundle: its exit status, and its words.
fn second(bundle: &[u8], trust: &str) -> (Option<i32>, String) {
    let folder = folder_of(&[("bundle.zip".to_owned(), bundle.to_vec())], trust);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    run_python("check_bundle.py", &[&path("trust.toml"), &path("bundle.zip")])
}

#[track_caller]
fn both_accept(bundle: &[u8], estate: &Estate) -> String {
    assert!(is_what_it_says(bundle, &estate.trust));
    let (status, said) = second(bundle, estate.node.node.trust());
    assert_eq!(status, Some(0), "{said}");
    said
}

#[track_caller]
fn both_refuse(why: &str, bundle: &[u8], estate: &Estate) {
    assert!(!is_what_it_says(bundle, &estate.trust), "{why}");
    let (status, said) = second(bundle, estate.node.node.trust());
    assert_eq!(status, Some(1), "{why}: {said}");
    assert!(said.contains("FAILED: ") && !said.contains("Traceback"), "{why}: {said}");
}

#[test]
fn both_verifiers_accept_what_the_node_hands_out() {
    if !python_is_here() {
        return;
    }
    let mut estate = estate();
    behind_no_door(&mut estate, exhibit(4));
    for profile in Profile::ALL {
        for scope in [Scope::Case(CASE), Scope::Exhibits(vec![exhibit(2)]), Scope::Exhibits(vec![exhibit(4)])]
        {
            let is_whole_case = matches!(scope, Scope::Case(_));
            let said = both_accept(&bundle(&estate, scope.clone(), profile), &estate);
            assert!(said.contains(&format!("under the profile {profile}")), "{said}");
            let stays = if is_whole_case {
                5
            } else if scope == Scope::Exhibits(vec![exhibit(2)]) {
                1
            } else {
                2
            };
            let absent = usize::from(stays > 1);
            assert!(
                said.contains(&format!("{absent} streams absent; {stays} times behind a door")),
                "{said}"
            );
        }
    }
}

#[test]
fn both_verifiers_accept_what_is_erased_on_record() {
    if !python_is_here() {
        return;
    }
    let estate = estate();
    let node = &estate.node.node;
    let registration = node.look(|state, _| {
        state.stream(&StreamName { kind: Stream::Exhibit, id: exhibit(2).0 }).first().copied()
    });
    let shown = estate.node.wait(node.entry(registration.unwrap())).unwrap().unwrap();
    let what = Erasable::Statement { statement: shown.decoded.hash, field: Some("description".to_owned()) };
    estate.node.wait(node.erase(&what, "review 7")).unwrap();
    for scope in [Scope::Case(CASE), Scope::Exhibits(vec![exhibit(2)])] {
        let whole = bundle(&estate, scope, Profile::Internal);
        let said = both_accept(&whole, &estate);
        assert!(said.contains("1 stand in the register"), "{said}");
        let mut files = Files::of(&whole, &estate);
        files.lines("register.jsonl", |lines| {
            lines[0] = lines[0].replace("\"erased_at\":", "\"erased_at\":1");
        });
        both_refuse("erased by another entry", &files.signed_again(), &estate);
    }
}

/// The list of the files of a large case is longer than a checkpoint may be: such a bundle could not be signed.
#[test]
fn a_bundle_of_a_thousand_files_is_signed_as_any_other() {
    if !python_is_here() {
        return;
    }
    let mut estate = estate();
    count_often(&mut estate, exhibit(2), 1_000);
    let whole = bundle(&estate, Scope::Exhibits(vec![exhibit(2)]), Profile::Internal);
    assert!(Files::of(&whole, &estate).file("SHA256SUMS").len() > 64 * 1024);
    let said = both_accept(&whole, &estate);
    assert!(said.contains("ok: 1005 receipts"), "{said}");
}

/// A node over a history that was written elsewhere holds no opening, and its bundles say so; all else must hold.
#[test]
fn on_histories_of_a_whole_estate_both_verifiers_miss_the_openings_and_nothing_else() {
    if !python_is_here() {
        return;
    }
    let mut compared = 0;
    for seed in 0..number("BUNDLE_SEEDS", 1) {
        let script = corpus::history::history(seed);
        let ledger = Ledger::of(&corpus::play::play(&script).world, Policies::default());
        let trust = Trust::parse(ledger.node.trust()).unwrap();
        let step = usize::try_from(number("BUNDLE_STEP", 3)).unwrap();
        for exhibit in ledger.node.exhibits().into_iter().step_by(step) {
            let made = ledger.runtime.block_on(ledger.node.disclose(&order(exhibit), &At::Now, None));
            let made = made.unwrap().bytes;
            let amiss = amiss(&made, &trust);
            assert!(amiss.iter().all(|one| one.starts_with("G02: ")), "seed {seed}, {exhibit}: {amiss:#?}");
            let (status, said) = second(&made, ledger.node.trust());
            assert_eq!(status, Some(1), "{said}");
            let expect = format!("FAILED: the operator holds no opening of {} fields", amiss.len());
            assert!(said.contains(&expect), "seed {seed}, {exhibit}: {said}");
            compared += 1;
        }
    }
    assert!(compared > 2);
}

#[test]
fn both_verifiers_refuse_a_bundle_with_any_byte_flipped() {
    if !python_is_here() {
        return;
    }
    let estate = estate();
    let whole = bundle(&estate, Scope::Exhibits(vec![exhibit(2)]), Profile::Defence);
    let places = (0..8).map(|part| whole.len() * part / 8).chain([whole.len() - 1]);
    for place in places {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        assert!(!is_what_it_says(&flipped, &estate.trust), "byte {place}");
        let (status, said) = second(&flipped, estate.node.node.trust());
        assert_eq!(status, Some(1), "byte {place}: {said}");
    }
    // In each file, with the ZIP made anew around it.
    for (name, _) in unpack(&whole).unwrap() {
        let mut files = Files::of(&whole, &estate);
        let file = files.file(&name);
        let middle = file.len() / 2;
        file[middle] ^= 1;
        both_refuse(&name, &files.packed(), &estate);
    }
}

#[test]
fn both_verifiers_refuse_what_the_holder_of_the_ledgers_key_has_altered() {
    if !python_is_here() {
        return;
    }
    let estate = estate();
    let whole = bundle(&estate, Scope::Case(CASE), Profile::Defence);
    both_accept(&Files::of(&whole, &estate).signed_again(), &estate);
    let altered = |why: &str, alter: &dyn Fn(&mut Files<'_>)| {
        let mut files = Files::of(&whole, &estate);
        alter(&mut files);
        both_refuse(why, &files.signed_again(), &estate);
    };
    let names = || unpack(&whole).unwrap().into_iter().map(|(name, _)| name);

    // A byte of each file that a reader of bytes can check, and of each census proof.
    let checked = |name: &String| {
        let first =
            ["bundle.json", "checkpoint", "entries.jsonl", "inclusion", "openings.jsonl", "register.jsonl"];
        first.contains(&name.as_str()) || name.starts_with("census/")
    };
    let receipt = names().find(|name| name.starts_with("receipts/"));
    for name in names().filter(checked).chain(receipt) {
        altered(&format!("a byte of {name}"), &|files| {
            let file = files.file(&name);
            let middle = file.len() / 2;
            file[middle] ^= 1;
        });
    }

    // One entry of a slice of each kind left out, with a proof that fits what is left.
    let manifest = Files::of(&whole, &estate).file("bundle.json").clone();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    for kind in ["exhibit", "case", "compartment", "device", "site"] {
        let slices = manifest["slices"].as_array().unwrap();
        let slice = slices.iter().find(|slice| slice["stream"].as_str().unwrap().starts_with(kind)).unwrap();
        let revision = u64::midpoint(slice["first"].as_u64().unwrap(), slice["last"].as_u64().unwrap());
        altered(&format!("an entry of a {kind} left out"), &|files| {
            let place = |bytes: &[u8]| has_place(bytes, slice["stream"].as_str().unwrap(), revision);
            files.entries(|entries| {
                let before = entries.len();
                entries.retain(|_, bytes| !place(bytes));
                assert_eq!(entries.len() + 1, before, "{slice}");
            });
        });
        altered(&format!("the slices of every {kind} left out"), &|files| {
            let mut edited = manifest.clone();
            let slices = edited["slices"].as_array_mut().unwrap();
            let before = slices.len();
            slices.retain(|slice| !slice["stream"].as_str().unwrap().starts_with(kind));
            assert!(slices.len() < before, "{kind}");
            write_manifest(files, &edited);
        });
    }
    altered("another profile than was asked for", &|files| {
        let text = String::from_utf8(files.file("bundle.json").clone()).unwrap();
        *files.file("bundle.json") = text.replace("\"defence\"", "\"internal\"").into_bytes();
    });
    altered("a census proof left out", &|files| {
        files.files.retain(|(name, _)| !name.starts_with("census/exhibit"));
    });
    altered("a receipt left out", &|files| {
        let name = files.files.iter().position(|(name, _)| name.starts_with("receipts/")).unwrap();
        files.files.remove(name);
    });

    altered("the opening of another value", &|files| {
        files.lines("openings.jsonl", |lines| {
            let mut line: OpeningLine = serde_json::from_str(&lines[0]).unwrap();
            let other = Disclosure::new(&[7; 16], &line.field, "something else").unwrap();
            line.disclosure = other.encoded;
            lines[0] = serde_json::to_string(&line).unwrap();
        });
    });
    altered("an opening under another field's name", &|files| {
        files.lines("openings.jsonl", |lines| {
            lines[0] = lines[0].replacen("\"field\":\"", "\"field\":\"other_", 1);
        });
    });
    altered("an opening left out", &|files| files.lines("openings.jsonl", |lines| drop(lines.remove(0))));
    altered("an opening given twice", &|files| {
        files.lines("openings.jsonl", |lines| lines.insert(0, lines[0].clone()));
    });
    altered("the last line of the register removed, and its count with it", &|files| {
        files.lines("register.jsonl", |lines| drop(lines.pop()));
        let mut edited = manifest.clone();
        edited["withheld"] = (edited["withheld"].as_u64().unwrap() - 1).into();
        write_manifest(files, &edited);
    });
    altered("withheld on no basis", &|files| {
        files.lines("register.jsonl", |lines| lines[0] = lines[0].replace("\"sensitive\"", "\"because\""));
    });
    altered("erased by no entry", &|files| {
        files.lines("register.jsonl", |lines| {
            lines[0] = lines[0].replace("\"withheld\",\"basis\":\"sensitive\"", "\"erased\",\"erased_at\":3");
            assert!(lines[0].contains("erased_at"));
        });
    });
}

/// In the one order of its fields: what the map of a parser keeps is another.
fn write_manifest(files: &mut Files<'_>, manifest: &Value) {
    let written: disclosure::manifest::Written = serde_json::from_value(manifest.clone()).unwrap();
    *files.file("bundle.json") = written.to_text().into_bytes();
}

/// Whether an entry is so many-th in a stream.
fn has_place(entry: &[u8], stream: &str, revision: u64) -> bool {
    let entry = Entry::decode(entry).unwrap();
    let decoded = statement::decode(&entry.envelope.statement).unwrap();
    let mut places = decoded.streams.iter().zip(&entry.streams);
    places.any(|(name, link)| name.to_string() == stream && link.revision == revision)
}
