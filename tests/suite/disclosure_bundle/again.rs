//! The same bundle again, at a size or under a checkpoint that others have cosigned: the same bytes, or a reason why not.

use custody::id::CaseId;
use disclosure::profile::Profile;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::cosignature::Cosigner;
use ledger_format::key::SigningKey;
use ledger_format::note::{Note, NoteSigner};
use ledger_node::disclose::{At, DiscloseError, Order, Scope};
use ledger_node::erase::Erasable;
use ledger_node::vault::{VAULT_FILE, VAULT_KEYS_FILE};
use verifier::bundle::{check, text};
use verifier::report::Outcome;

use super::made::{collected, estate, is_clean, order};
use super::orders::{disclose, is_refused, of, to};
use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::{Estate, MINUTE_US};

#[test]
fn the_same_order_at_the_same_size_is_the_same_bytes_whatever_came_since() {
    let mut estate = estate();
    let order = order(exhibit(2), Profile::Defence);
    let first = disclose(&estate, &order, &At::Now).unwrap();
    estate.node.wait(estate.node.node.record_export(&order, &first)).unwrap();
    let again = |estate: &Estate| disclose(estate, &order, &At::Size(first.size)).unwrap().bytes;
    assert_eq!(again(&estate), first.bytes);
    // The exhibit goes on, is handled wrongly, and is asked for by others.
    let place = estate.compartments[1];
    estate.pass(30 * MINUTE_US);
    estate.deposit(exhibit(2), person(OFFICER), place);
    estate.sync_locker();
    estate.pass(30 * MINUTE_US);
    estate.collect(bag(exhibit(2)), exhibit(7), person(COURIER), place);
    estate.sync_locker();
    disclose(&estate, &to("Somebody else"), &At::Now).unwrap();
    assert_eq!(again(&estate), first.bytes);
    let before = estate.node.head();
    let estate = estate.restart();
    assert_eq!(again(&estate), first.bytes);
    is_clean(&check(&first.bytes, &estate.trust));
    assert!(estate.node.head().0 >= before.0);
    // Nothing was said of it a second time.
    let size = estate.node.head().0;
    again(&estate);
    assert_eq!(estate.node.head().0, size);
    let now = disclose(&estate, &order, &At::Now).unwrap();
    assert_ne!(now.bytes, first.bytes);
    assert_eq!(check(&now.bytes, &estate.trust).outcome(), Outcome::Findings);
}

#[test]
fn a_size_must_be_one_at_which_that_was_asked_for() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Defence);
    let none = |error: &DiscloseError| matches!(error, DiscloseError::NoRequest { .. });
    let size = estate.node.head().0;
    for at in [0, 1, size] {
        is_refused(&estate, &order, &At::Size(at), none);
    }
    let made = disclose(&estate, &order, &At::Now).unwrap();
    is_refused(&estate, &order, &At::Size(made.size - 1), none);
    let beyond = |error: &DiscloseError| matches!(error, DiscloseError::Size { .. });
    for at in [made.size + 1, u64::MAX] {
        is_refused(&estate, &order, &At::Size(at), beyond);
    }
    for other in
        [to("Somebody else"), of(Scope::Exhibits(vec![exhibit(2)])), of(Scope::Case(CaseId([0xca; 16])))]
    {
        is_refused(&estate, &other, &At::Size(made.size), none);
    }
    let cps = Order { profile: Profile::Cps, ..order.clone() };
    is_refused(&estate, &cps, &At::Size(made.size), none);
    assert!(disclose(&estate, &order, &At::Size(made.size)).is_ok());
}

/// A checkpoint that somebody has cosigned.
fn cosigned(note: &Note, by: &Cosigner) -> At {
    let mut note = note.clone();
    by.add_to(&mut note, 1_800_100_000).unwrap();
    At::Cosigned(Box::new(note))
}

fn note(estate: &Estate) -> Note {
    Note::parse(estate.node.note().as_bytes()).unwrap()
}

#[test]
fn under_an_auditors_line_a_bundle_is_complete_by_the_auditors_word() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Defence);
    disclose(&estate, &order, &At::Now).unwrap();
    let auditor = Cosigner::new("auditor.example.test/a1", SigningKey::from_seed(&[0xa1; 32])).unwrap();
    let bundle = disclose(&estate, &order, &cosigned(&note(&estate), &auditor)).unwrap();
    let mut trust = estate.trust.clone();
    trust.auditors.push(auditor.verifier().clone());
    let trusted = check(&bundle.bytes, &trust);
    is_clean(&trusted);
    assert!(trusted.completeness.starts_with("COMPLETE up to entry"), "{}", trusted.completeness);
    assert!(text(&trusted).contains("COMPLETE up to entry"));
    let stated = check(&bundle.bytes, &estate.trust);
    is_clean(&stated);
    assert!(stated.completeness.contains("as stated by the ledger's operator"), "{}", stated.completeness);
    assert!(!text(&stated).contains("COMPLETE up to entry"));
    // A witness has replayed nothing.
    let mut trust = estate.trust.clone();
    trust.witnesses.push(auditor.verifier().clone());
    let witnessed = check(&bundle.bytes, &trust);
    assert!(witnessed.completeness.contains("as stated by the ledger's operator"));
    assert_eq!(witnessed.cosigned.len(), 1);
}

#[test]
fn a_checkpoint_of_another_ledger_or_size_is_refused() {
    let (estate, other) = (estate(), estate_with_a_request());
    let order = order(exhibit(1), Profile::Defence);
    let made = disclose(&estate, &order, &At::Now).unwrap();
    let auditor = Cosigner::new("auditor.example.test/a1", SigningKey::from_seed(&[0xa1; 32])).unwrap();
    let unusable = |error: &DiscloseError| matches!(error, DiscloseError::Checkpoint { .. });
    // Its size is one of this ledger's as well; its root is not.
    let foreign = Checkpoint::parse(note(&other).text()).unwrap();
    assert!(foreign.size() >= made.size);
    let at_our_size = Checkpoint::new(foreign.origin(), made.size, foreign.root()).unwrap();
    let signed = |checkpoint: &Checkpoint| {
        let key = estate.folder.read_keys().unwrap().ledger;
        let signer = NoteSigner::new(foreign.origin(), key).unwrap();
        signer.sign(&checkpoint.to_string()).unwrap()
    };
    is_refused(&estate, &order, &cosigned(&signed(&at_our_size), &auditor), unusable);
    let beyond = |error: &DiscloseError| matches!(error, DiscloseError::Size { .. });
    let later = Checkpoint::new(foreign.origin(), made.size + 1, foreign.root()).unwrap();
    is_refused(&estate, &order, &cosigned(&signed(&later), &auditor), beyond);
    let none = |error: &DiscloseError| matches!(error, DiscloseError::NoRequest { .. });
    let early = Checkpoint::new(foreign.origin(), 3, foreign.root()).unwrap();
    is_refused(&estate, &order, &cosigned(&signed(&early), &auditor), none);
    let elsewhere = Checkpoint::new("ledger.example.test/other", made.size, foreign.root()).unwrap();
    is_refused(&estate, &order, &cosigned(&signed(&elsewhere), &auditor), unusable);
    let nothing = signed(&at_our_size).to_string().replace(&made.size.to_string(), "x");
    if let Ok(note) = Note::parse(nothing.as_bytes()) {
        is_refused(&estate, &order, &At::Cosigned(Box::new(note)), unusable);
    }
}

fn estate_with_a_request() -> Estate {
    let estate = estate();
    for _ in 0..3 {
        disclose(&estate, &order(exhibit(1), Profile::Defence), &At::Now).unwrap();
    }
    estate
}

#[test]
fn what_was_erased_since_cannot_be_made_again() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Internal);
    let made = disclose(&estate, &order, &At::Now).unwrap();
    let line =
        collected(&estate, &order).openings.into_iter().find(|line| line.field == "description").unwrap();
    let what = Erasable::Statement { statement: line.statement.parse().unwrap(), field: None };
    estate.node.wait(estate.node.node.erase(&what, "review 7")).unwrap();
    let since = |error: &DiscloseError| matches!(error, DiscloseError::ErasedSince { .. });
    is_refused(&estate, &order, &At::Size(made.size), since);
    is_clean(&check(&disclose(&estate, &order, &At::Now).unwrap().bytes, &estate.trust));
}

#[test]
fn an_opening_that_does_not_open_is_no_opening_that_is_missing() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Defence);
    let made = disclose(&estate, &order, &At::Now).unwrap();
    // The seals of the vault are damaged, while its keys are as they were.
    let estate = estate.restart_after(|folder| {
        let vault = rusqlite::Connection::open(folder.path().join(VAULT_FILE)).unwrap();
        vault.execute("UPDATE opening SET sealed = zeroblob(length(sealed))", []).unwrap();
        drop(vault);
    });
    let closed = |error: &DiscloseError| matches!(error, DiscloseError::Closed { .. });
    is_refused(&estate, &order, &At::Size(made.size), closed);
    assert!(disclose(&estate, &order, &At::Now).is_err_and(|error| closed(&error)));
}

#[test]
fn without_the_vaults_key_nothing_is_handed_out_as_missing() {
    let estate = estate();
    let order = order(exhibit(1), Profile::Defence);
    let made = disclose(&estate, &order, &At::Now).unwrap();
    let estate = estate.restart_after(|folder| {
        let keys = rusqlite::Connection::open(folder.path().join(VAULT_KEYS_FILE)).unwrap();
        let mut tables = keys.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        // Whose keys they are stays; the keys go.
        for name in names.iter().filter(|name| name.contains("key") || name.contains("wrapped")) {
            keys.execute(&format!("DELETE FROM {name}"), []).unwrap();
        }
    });
    let closed = |error: &DiscloseError| matches!(error, DiscloseError::Closed { .. });
    is_refused(&estate, &order, &At::Size(made.size), closed);
}
