//! The file of a bundle is whole under its name, or not there.

use std::path::Path;
use std::process::Command;

use ledger_node::disclose::{DiscloseError, Prepared};

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
    let test = "disclosure_bundle::half_a_file::on_a_full_disk_no_half_file_is_left";
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
