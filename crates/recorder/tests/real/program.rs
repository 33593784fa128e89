//! The program itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use ledger_format::key::SigningKey;
use ledger_format::note::NoteSigner;

use crate::support::{CAMERA, video};

fn recorder(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recorder"));
    command.current_dir(folder).env("CUSTODY_LOCKER_PASSPHRASE", "a passphrase").args(arguments);
    command.output().unwrap()
}

#[track_caller]
fn told(output: &Output, status: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(status), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn a_recorder_is_installed_watches_once_and_exports() {
    let dir = tempfile::tempdir().unwrap();
    let made = told(&recorder(dir.path(), &["key", "new", "--data", "data", "--low-cost"]), 0);
    let device = made.lines().find_map(|line| line.strip_prefix("device")).unwrap().trim();
    let key = NoteSigner::new("ledger.example.test/custody", SigningKey::from_seed(&[9; 32])).unwrap();
    let config = format!(
        "device = '{device}'\nenrolment = '{}'\nnode = 'http://127.0.0.1:1'\nledger_key = '{}'\ndata = 'data'\n\
         site = '51515151-5151-5151-5151-515151515151'\n[[cameras]]\nid = '{CAMERA}'\nbackfill_s = 9999999999\n\
         source = {{ kind = 'folder', path = 'video', pattern = '%Y%m%d%H%M%S.mp4', settle_s = 0 }}\n",
        "ee".repeat(32),
        key.verifier(),
    );
    fs::write(dir.path().join("recorder.toml"), &config).unwrap();
    fs::create_dir(dir.path().join("video")).unwrap();
    fs::write(dir.path().join("video/20260101100000.mp4"), video(1)).unwrap();
    fs::write(dir.path().join("video/20260101100005.mp4"), video(2)).unwrap();
    told(&recorder(dir.path(), &["time-check", "--offset-us", "-1500", "--error-us", "20"]), 0);
    let once = told(&recorder(dir.path(), &["once", "--offline"]), 0);
    assert!(once.contains("2 segments read"), "{once}");
    let status = told(&recorder(dir.path(), &["status"]), 0);
    assert!(status.contains("-1500 us off, within 20 us"), "{status}");
    assert!(status.contains("committed to 2026-01-01T10:00:10.000000Z, 2 segments committed"), "{status}");
    let exported = told(&recorder(dir.path(), &["export", "--to", "out"]), 0);
    assert!(exported.contains("exported 2 as committed, 0 altered, 0 no longer held"), "{exported}");
    let file = dir.path().join("out").join(CAMERA.to_string()).join("1767261600000000.mp4");
    assert_eq!(fs::read(file).unwrap(), video(1));
    // Nobody to hand it to: it stays, and the status says that it failed.
    told(&recorder(dir.path(), &["once"]), 2);
    let several = config.replace("'http://127.0.0.1:1'", "['http://127.0.0.1:1', 'http://127.0.0.1:2']");
    fs::write(dir.path().join("recorder.toml"), several).unwrap();
    let output = recorder(dir.path(), &["once"]);
    told(&output, 2);
    let said = String::from_utf8(output.stderr).unwrap();
    let handing_over = "\nhttp://127.0.0.1:1: the node cannot be reached";
    let each = [
        handing_over,
        "; http://127.0.0.1:2: the node cannot be reached",
        "; http://127.0.0.1:2: the node cannot be asked",
    ];
    assert!(each.iter().all(|part| said.contains(part)), "{said}");
    fs::write(dir.path().join("video/20260101100000.mp4"), video(9)).unwrap();
    told(&recorder(dir.path(), &["once", "--offline"]), 0);
    let output = recorder(dir.path(), &["export", "--to", "out"]);
    told(&output, 1);
    assert!(String::from_utf8_lossy(&output.stderr).contains("ALTERED"), "{output:?}");
}

#[test]
fn a_wrong_configuration_is_said_by_its_field() {
    let dir = tempfile::tempdir().unwrap();
    let output = recorder(dir.path(), &["status"]);
    told(&output, 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("recorder.toml"), "{output:?}");
}
