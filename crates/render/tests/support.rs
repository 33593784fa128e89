//! The sample, and other people's programs that read what was made of it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// A report on two exhibits that nobody ever seized.
pub(crate) const SAMPLE: &str = include_str!("sample.json");

/// Stands for a bundle: what is in it is not looked at here.
pub(crate) const BUNDLE: &[u8] = b"PK\x05\x06 not a bundle, but bytes: \x00\x01\xfe\xff";

/// The name under which it is attached.
pub(crate) const NAME: &str = "fiction-7.zip";

/// The sample's PDF, made once.
pub(crate) static PDF: LazyLock<Vec<u8>> =
    LazyLock::new(|| render::pdf(SAMPLE, NAME, BUNDLE).expect("the sample can be laid out"));

/// The sample, to be changed.
pub(crate) fn sample() -> Value {
    serde_json::from_str(SAMPLE).expect("the sample is JSON")
}

/// A PDF in a folder of its own.
pub(crate) struct OnDisk {
    pub(crate) folder: TempDir,
    pub(crate) pdf: PathBuf,
}

/// Writes a PDF where other programs find it.
pub(crate) fn on_disk(pdf: &[u8]) -> OnDisk {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    fs::write(&path, pdf).unwrap();
    OnDisk { folder, pdf: path }
}

/// What `program` prints of `pdf`; `None`, and said so, where it is not installed. Under CI it must be.
pub(crate) fn asked(program: &str, before: &[&str], pdf: &OnDisk, after: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(before).arg(&pdf.pdf).args(after).current_dir(pdf.folder.path()).output();
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{program}: {said}{}", String::from_utf8_lossy(&output.stderr));
            Some(said)
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{program} cannot be run: {error}");
            println!("NOT CHECKED: {program} is not installed (packages poppler-utils and qpdf)");
            None
        }
    }
}

/// All text, in the order in which it was written, without white space: where lines break is of no account.
pub(crate) fn text_of(pdf: &[u8]) -> Option<String> {
    asked("pdftotext", &["-raw"], &on_disk(pdf), &["-"]).map(|text| without_space(&text))
}

/// `text` without white space.
pub(crate) fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}
