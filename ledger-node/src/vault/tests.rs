//! The vault on its own.

use super::*;

fn opening(statement: u8, digest: u8, field: &str) -> Opening {
    Opening {
        statement: Digest([statement; 32]),
        digest: Digest([digest; 32]),
        field: field.to_owned(),
        disclosure: format!("WyJzYWx0IiwibmFtZSIsI{digest}"),
        group: Group::General,
    }
}

fn kept(opening: &Opening) -> Kept {
    let content = Content::Open(opening.disclosure.clone());
    Kept { digest: opening.digest, field: Some(opening.field.clone()), content }
}

fn gone(opening: &Opening, index: u64) -> Gone {
    Gone { statement: opening.statement, digest: opening.digest, index }
}

/// The bytes of everything in a folder.
fn bytes(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(folder: &Path, needle: &[u8]) -> bool {
    bytes(folder).windows(needle.len()).any(|window| window == needle)
}

#[test]
fn what_was_kept_is_there_after_reopening_and_only_for_its_statement() {
    let folder = tempfile::tempdir().unwrap();
    let all = [opening(1, 7, "reference"), opening(1, 8, "reason"), opening(2, 9, "reason")];
    Vault::open(folder.path()).unwrap().keep(&all).unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept(&all[1]), kept(&all[0])]);
    assert_eq!(vault.of_statement(Digest([3; 32])).unwrap(), []);
}

#[test]
fn keeping_twice_is_keeping_once() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let one = opening(1, 7, "reference");
    vault.keep(&[one.clone(), one.clone()]).unwrap();
    vault.keep(std::slice::from_ref(&one)).unwrap();
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept(&one)]);
}

#[test]
fn an_opening_in_a_log_line_does_not_show_its_value() {
    let one = opening(1, 7, "reference");
    let shown = format!("{one:?} {:?}", kept(&one));
    assert!(!shown.contains("WyJ"), "{shown}");
}

#[test]
fn nothing_is_kept_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    vault.keep(&[opening(1, 7, "reference")]).unwrap();
    assert!(!holds(folder.path(), b"WyJzYWx0"), "while it is open");
    drop(vault);
    assert!(!holds(folder.path(), b"WyJzYWx0"), "and closed");
}

#[test]
fn what_is_erased_is_gone_for_good_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let all = [opening(1, 7, "reference"), opening(1, 8, "reason")];
    vault.keep(&all).unwrap();
    vault.erase(&[gone(&all[0], 12)]).unwrap();
    let erased =
        Kept { digest: all[0].digest, field: Some("reference".to_owned()), content: Content::Erased(12) };
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept(&all[1]), erased.clone()]);
    // Neither by keeping it again, nor by erasing it again, nor by opening the files again.
    vault.keep(&all).unwrap();
    vault.erase(&[gone(&all[0], 15)]).unwrap();
    drop(vault);
    let vault = Vault::open(folder.path()).unwrap();
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept(&all[1]), erased]);
}

#[test]
fn no_byte_of_a_destroyed_key_is_left_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let case = Group::Case(CaseId([0xca; 16]));
    let numbers = 0..200;
    let of_case = |digest| Opening { group: case, ..opening(1, digest, "reference") };
    let all: Vec<_> = numbers.clone().map(of_case).collect();
    vault.keep(&all).unwrap();
    vault.keep(&[opening(2, 7, "reason")]).unwrap();
    let wrapped = |digest: u8| -> Vec<u8> {
        let select = "SELECT wrapped FROM opening_key WHERE digest = ?1 AND group_name <> 'general'";
        let read = |connection: &rusqlite::Connection| {
            connection.query_row(select, [[digest; 32]], |row| row.get(0))
        };
        vault.keys_side().read(read).unwrap()
    };
    let keys: Vec<_> = numbers.map(wrapped).collect();
    let select = "SELECT key FROM group_key WHERE name <> 'general'";
    let case_key: Vec<u8> =
        vault.keys_side().read(|connection| connection.query_row(select, [], |row| row.get(0))).unwrap();
    assert!(keys.iter().all(|key| holds(folder.path(), key)) && holds(folder.path(), &case_key));

    // One, then half of them, then all: with the last, the key of their case goes too.
    for (count, is_case_known) in [(1, true), (100, true), (200, false)] {
        let erased: Vec<_> = all.iter().take(count).map(|each| gone(each, 3)).collect();
        vault.erase(&erased).unwrap();
        let left = bytes(folder.path());
        let is_left = |key: &Vec<u8>| left.windows(key.len()).any(|window| window == key);
        assert!(keys.iter().take(count).all(|key| !is_left(key)), "{count}");
        assert!(keys.iter().skip(count).all(is_left), "{count}");
        assert_eq!(is_left(&case_key), is_case_known, "{count}");
    }
    assert_eq!(vault.of_statement(Digest([2; 32])).unwrap(), [kept(&opening(2, 7, "reason"))]);
}

#[test]
fn sealed_openings_without_their_key_file_are_never_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    Vault::open(folder.path()).unwrap().keep(&[opening(1, 7, "reference")]).unwrap();
    let keys = folder.path().join(VAULT_KEYS_FILE);
    std::fs::remove_file(&keys).unwrap();
    for _ in 0..2 {
        let refused = Vault::open(folder.path()).unwrap_err();
        assert!(matches!(&refused, VaultError::KeysMissing { path } if *path == keys), "{refused}");
    }
    assert!(!keys.exists(), "nothing is made in its place");
}

#[test]
fn the_key_file_of_another_vault_is_refused() {
    let [folder, other] = [(), ()].map(|()| tempfile::tempdir().unwrap());
    for folder in [&folder, &other] {
        Vault::open(folder.path()).unwrap().keep(&[opening(1, 7, "reference")]).unwrap();
    }
    let keys = |folder: &tempfile::TempDir| folder.path().join(VAULT_KEYS_FILE);
    std::fs::copy(keys(&other), keys(&folder)).unwrap();
    let refused = Vault::open(folder.path()).unwrap_err();
    assert!(matches!(refused, VaultError::OtherVault { .. }), "{refused}");
}

#[test]
fn keys_without_a_vault_serve_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    Vault::open(folder.path()).unwrap().keep(&[opening(1, 7, "reference")]).unwrap();
    std::fs::remove_file(folder.path().join(VAULT_FILE)).unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    vault.keep(&[opening(1, 7, "reference")]).unwrap();
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept(&opening(1, 7, "reference"))]);
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    drop(Vault::open(folder.path()).unwrap());
    let keys = folder.path().join(VAULT_KEYS_FILE);
    assert_eq!(std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Vault::open(folder.path()).unwrap_err();
    assert!(matches!(refused, VaultError::Key(KeyFileError::Mode { mode: 0o640, .. })), "{refused}");
}

/// A key file from before an opening was kept: the opening is there, and what is there is said.
#[test]
fn an_opening_whose_key_is_lost_is_there_and_closed_until_it_is_brought_again() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, old) = (folder.path().join(VAULT_KEYS_FILE), folder.path().join("old"));
    let (first, second) = (opening(1, 7, "reference"), opening(1, 8, "reason"));
    Vault::open(folder.path()).unwrap().keep(std::slice::from_ref(&first)).unwrap();
    std::fs::copy(&keys, &old).unwrap();
    Vault::open(folder.path()).unwrap().keep(std::slice::from_ref(&second)).unwrap();
    std::fs::copy(&old, &keys).unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let closed = Kept { content: Content::Closed, ..kept(&second) };
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [closed, kept(&first)]);
    vault.keep(std::slice::from_ref(&second)).unwrap();
    assert_eq!(vault.of_statement(Digest([1; 32])).unwrap(), [kept(&second), kept(&first)]);
}
