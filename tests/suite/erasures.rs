//! What was erased, and the ledger that says so.

use custody::id::{CaseId, Digest, ExhibitId};
use custody::rule::RuleId;
use ledger_format::stream::StreamName;
use ledger_node::backup::{copy_keys, restore};
use ledger_node::erase::{Erasable, EraseError, ErasedOpening};
use ledger_node::folder::Folder;
use ledger_node::start::StartError;
use ledger_node::vault::{Content, VAULT_KEYS_FILE, Vault, VaultError};

use crate::estate::acts::exhibit;
use crate::estate::node::Running;
use crate::estate::verify::{is_clean, report_on};
use crate::estate::{Estate, MINUTE_US};

const AUTHORITY: &str = "records manager, review 7";

/// The case under which every exhibit of the estate is registered.
const CASE: CaseId = CaseId([0xca; 16]);

/// The statement that registers an exhibit.
fn registration(estate: &Estate, exhibit: ExhibitId) -> Digest {
    let name: StreamName = format!("exhibit/{exhibit}").parse().unwrap();
    let node = &estate.node;
    let first = node.node.look(|state, _| state.stream(&name)[0]);
    node.wait(node.node.entry(first)).unwrap().unwrap().decoded.hash
}

fn erase(estate: &Estate, what: &Erasable) -> Result<Vec<ErasedOpening>, EraseError> {
    estate.node.wait(estate.node.node.erase(what, AUTHORITY))
}

fn description(statement: Digest) -> Erasable {
    Erasable::Statement { statement, field: Some("description".to_owned()) }
}

fn erased_count(folder: &Folder, statement: Digest) -> (usize, usize) {
    let kept = Vault::open(folder.path()).unwrap().of_statement(statement).unwrap();
    let erased = kept.iter().filter(|one| matches!(one.content, Content::Erased(_))).count();
    (erased, kept.iter().filter(|one| matches!(one.content, Content::Open(_))).count())
}

#[test]
fn an_archive_after_an_erasure_verifies_and_proves_as_much_as_before() {
    let mut estate = Estate::new();
    estate.lawful_way(exhibit(1));
    estate.pass(MINUTE_US);
    let (before, note) = (estate.audit(), estate.node.note());
    is_clean(&before);
    let statement = registration(&estate, exhibit(1));
    let erased = erase(&estate, &description(statement)).unwrap();
    assert!(matches!(erased[..], [ErasedOpening { field: "description", is_new: true, .. }]), "{erased:?}");
    let archive = estate.export();
    let after = report_on(&archive, &estate.trust, &[note]);
    is_clean(&after);
    assert_eq!(after.verdicts, before.verdicts);
    let (erased, open) = erased_count(&estate.folder, statement);
    assert!(erased == 1 && open >= 1, "{erased} {open}");
    // Rules that concern bundles alone are listed as not checked, and none of them is required.
    let not_checked = after.rules.iter().filter(|check| check.checked.is_err()).map(|check| check.rule);
    let of_bundles: Vec<_> = not_checked.filter(|rule| rule.is_of_bundles()).collect();
    assert_eq!(of_bundles, [RuleId::G01, RuleId::G02, RuleId::G04, RuleId::G05]);
}

#[test]
fn a_backup_opens_nothing_without_its_keys_and_revives_nothing_with_them() {
    let mut estate = Estate::new();
    estate.lawful_way(exhibit(1));
    let statement = registration(&estate, exhibit(1));
    let copy = estate.path("copy");
    estate.node.wait(estate.node.node.backup(&estate.folder, &copy)).unwrap();
    let keys = estate.path("keys-apart");
    copy_keys(&estate.folder, &keys).unwrap();
    assert!(!copy.join(VAULT_KEYS_FILE).exists());
    let erased = erase(&estate, &Erasable::Case(CASE)).unwrap();
    assert!(erased.len() > 1 && erased.iter().all(|one| one.is_new), "{erased:?}");
    let ledger = estate.path("ledger");
    let copied = estate.node.wait(estate.node.node.backup(&estate.folder, &ledger));
    copied.unwrap();

    // A new ledger file with the vault, and the vault's keys, from before: all of it is erased again.
    std::fs::copy(copy.join("vault.sqlite"), ledger.join("vault.sqlite")).unwrap();
    let folder = Folder::new(estate.path("restored"));
    restore(&ledger, &folder).unwrap();
    std::fs::copy(estate.folder.ledger_key(), folder.ledger_key()).unwrap();
    std::fs::copy(estate.folder.node_key(), folder.node_key()).unwrap();
    match Running::start(&folder, &estate.clock) {
        Err(StartError::Vault(VaultError::KeysMissing { path })) => {
            assert_eq!(path, folder.path().join(VAULT_KEYS_FILE));
        }
        other => panic!("{:?}", other.err()),
    }
    std::fs::copy(&keys, folder.path().join(VAULT_KEYS_FILE)).unwrap();
    assert!(erased_count(&folder, statement).1 > 0, "the keys open what the old vault holds");
    let second = Running::start(&folder, &estate.clock).unwrap();
    assert_eq!(erased_count(&folder, statement).1, 0);
    second.stop();
}
