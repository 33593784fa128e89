//! What is asked of the node, and what it refuses: before anything is on record where it can, and never by halves.

use std::path::Path;
use std::process::Command;

use custody::id::{CaseId, ExhibitId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::profile::Profile;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::cosignature::Cosigner;
use ledger_format::key::SigningKey;
use ledger_format::note::Note;
use ledger_node::disclose::{
    At, Bundle, DiscloseError, EXHIBITS_MAX, Order, Prepared, RECIPIENT_BYTES_MAX, Scope,
};
use ledger_node::erase::Erasable;
use ledger_node::vault::{VAULT_FILE, VAULT_KEYS_FILE};
use verifier::bundle::{check, text};
use verifier::report::Outcome;

use super::made::{adopted, collected, estate, is_clean, order};
use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::voice::submission;
use crate::estate::{Estate, MINUTE_US};

fn disclose(estate: &Estate, order: &Order, at: &At) -> Result<Bundle, DiscloseError> {
    estate.node.wait(estate.node.node.disclose(order, at, None))
}

/// That an order is refused with this error, and that nothing is on record that was not before.
#[track_caller]
fn is_refused(estate: &Estate, order: &Order, at: &At, expect: impl Fn(&DiscloseError) -> bool) {
    let before = estate.node.head();
    let error = disclose(estate, order, at).unwrap_err();
    assert!(expect(&error), "{error:?}");
    assert_eq!(estate.node.head(), before, "{error}");
}

fn of(scope: Scope) -> Order {
    Order { scope, ..order(exhibit(1), Profile::Defence) }
}

fn to(recipient: &str) -> Order {
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
        let signer = ledger_format::note::NoteSigner::new(foreign.origin(), key).unwrap();
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

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().count() == 0
}

#[test]
fn a_file_that_is_in_the_way_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.zip");
    std::fs::write(&path, b"another's").unwrap();
    assert!(matches!(Prepared::begin(&path), Err(DiscloseError::InTheWay { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), b"another's");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Where the child of the test below is to write.
const FULL: &str = "BUNDLE_ON_A_FULL_DISK";

#[test]
fn on_a_full_disk_no_half_file_is_left() {
    if let Some(folder) = std::env::var_os(FULL) {
        let mut prepared = Prepared::begin(&Path::new(&folder).join("bundle.zip")).unwrap();
        let error = prepared.fill(&vec![7; 1 << 20]).unwrap_err();
        assert!(matches!(error, DiscloseError::Io { .. }), "{error:?}");
        return;
    }
    // A process of its own, whose files may have a few kilobytes: the tests beside this one write more.
    let folder = tempfile::tempdir().unwrap();
    let test = "disclosure_bundle::orders::on_a_full_disk_no_half_file_is_left";
    let limited = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env(FULL, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&limited.stdout).into_owned();
    assert!(limited.status.success() && said.contains("1 passed"), "{said}");
    assert!(is_empty(folder.path()));
}
