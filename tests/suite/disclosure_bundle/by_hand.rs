//! What README.md and a bundle's README.txt say can be done by hand is done here, line by line as it stands there.

use std::path::Path;
use std::process::Command;

use disclosure::pack::unpack;
use disclosure::profile::Profile;
use ledger_node::disclose::Scope;

use super::handed_out::{CASE, bundle, estate, folder_of};
use crate::support::{nothing_may_be_skipped, path};

/// Whether openssl 3 or newer and sha256sum are here. Where they are not, says so, and fails where nothing may be skipped.
fn tools_are_here() -> bool {
    let version = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let openssl = version("openssl", "version").unwrap_or_default();
    let major = openssl.strip_prefix("OpenSSL ").and_then(|text| text.split('.').next()?.parse::<u32>().ok());
    let here = major.is_some_and(|major| major >= 3) && version("sha256sum", "--version").is_some();
    here || nothing_may_be_skipped("openssl 3 and sha256sum are not here")
}

/// Types the lines into a shell in a folder. Whether all of them went well.
fn goes_well(lines: &str, folder: &Path) -> bool {
    let output = Command::new("bash").args(["-e", "-u", "-c", lines]).current_dir(folder).output().unwrap();
    output.status.success()
}

/// The blocks of shell in a section of the project's README.md.
fn blocks(section: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path("../README.md")).unwrap();
    let text = text.split(&format!("## {section}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = text.split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// What is to be typed according to the README.txt of a bundle: the lines of that section that are indented most.
fn typed(readme: &str) -> String {
    let section = readme.split("CHECK BY HAND\n").nth(1).unwrap().split("\nCHECK WITH").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with("       "));
    lines.flat_map(|line| [line.trim_start(), "\n"]).collect()
}

/// Flips one bit of each place in a file in turn; each time the lines must fail, and in the end they go well again.
fn every_flip_fails(lines: &str, folder: &Path, name: &str, places: impl IntoIterator<Item = usize>) {
    let file = folder.join(name);
    let whole = std::fs::read(&file).unwrap();
    for place in places {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        std::fs::write(&file, flipped).unwrap();
        assert!(!goes_well(lines, folder), "byte {place} of {name}");
    }
    std::fs::write(&file, whole).unwrap();
    assert!(goes_well(lines, folder), "{name} as it was");
}

/// The middle of the last signature in a note: beyond the key's id, before the bits that base64 leaves unused.
fn in_signature(note: &[u8]) -> usize {
    note.len() - 40
}

#[test]
fn the_lines_in_the_readme_check_a_checkpoint() {
    if !tools_are_here() {
        return;
    }
    let [checkpoint, _] = blocks("By hand").try_into().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let from = path("vectors/archive");
    std::fs::copy(from.join("log/checkpoint"), folder.path().join("checkpoint")).unwrap();
    std::fs::copy(from.join("trust.toml"), folder.path().join("trust.toml")).unwrap();
    assert!(goes_well(&checkpoint, folder.path()));
    let note = std::fs::read_to_string(from.join("log/checkpoint")).unwrap();
    let text = note.find("\n\n").unwrap();
    every_flip_fails(&checkpoint, folder.path(), "checkpoint", (0..=text).step_by(7).chain([text]));
    // The ledger's line is the first: its cosigners' are of another form.
    let signature = note[..note.find("\n\u{2014} witness").unwrap()].len() - 20;
    every_flip_fails(&checkpoint, folder.path(), "checkpoint", [signature]);
    let trust = std::fs::read_to_string(from.join("trust.toml")).unwrap();
    let key = trust.find("ledger_key").unwrap()
        + trust[trust.find("ledger_key").unwrap()..].find('\n').unwrap()
        - 20;
    every_flip_fails(&checkpoint, folder.path(), "trust.toml", [key]);
}

#[test]
fn the_lines_in_both_readmes_check_a_bundle() {
    if !tools_are_here() {
        return;
    }
    let estate = estate();
    let files = unpack(&bundle(&estate, Scope::Case(CASE), Profile::Defence)).unwrap();
    let folder = folder_of(&files, estate.node.node.trust());
    let folder = folder.path();
    let file = |name: &str| &files.iter().find(|(found, _)| found == name).unwrap().1;
    let readme = typed(std::str::from_utf8(file("README.txt")).unwrap());
    let [checkpoint, sums] = blocks("By hand").try_into().unwrap();
    for lines in [readme.clone(), format!("{checkpoint}{sums}")] {
        assert!(goes_well(&lines, folder), "{lines}");
        for (name, bytes) in files.iter().filter(|(name, _)| !name.starts_with("SHA256SUMS")) {
            every_flip_fails(&lines, folder, name, [bytes.len() / 2]);
        }
        let listed = file("SHA256SUMS").len();
        every_flip_fails(&lines, folder, "SHA256SUMS", [0, 70, listed / 2, listed - 1]);
        every_flip_fails(&lines, folder, "SHA256SUMS.note", [in_signature(file("SHA256SUMS.note"))]);
        every_flip_fails(&lines, folder, "checkpoint", [0, in_signature(file("checkpoint"))]);
        std::fs::rename(folder.join("register.jsonl"), folder.join("elsewhere")).unwrap();
        assert!(!goes_well(&lines, folder), "a file is missing");
        std::fs::rename(folder.join("elsewhere"), folder.join("register.jsonl")).unwrap();
    }
}
