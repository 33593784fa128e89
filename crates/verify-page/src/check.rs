//! The one question the page asks: what does this bundle prove to a reader who believes this trust file?

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use custody::policy::Policies;
use sha2::{Digest as _, Sha256};
use verifier::archive::MemoryArchive;
use verifier::audit::{Options, audit};
use verifier::report::human;
use verifier::trust::Trust;

/// The longest bundle that the page takes. A case of thirty exhibits is a hundredth of it; a browser's memory holds
/// it four times over.
pub const BUNDLE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What came of it, in the words of the verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// 0 verified, 1 findings, 2 something that had to be checked was not.
    pub status: u8,
    /// The same in plain words.
    pub text: String,
    /// The report: a complete HTML document without scripts; empty where there is none.
    pub html: String,
    /// What the trust file says: whom the reader believes, one a line; empty where it cannot be read.
    pub believed: String,
}

/// Checks a bundle by a trust file. Total: whatever the bytes are, the answer is an outcome.
pub fn check(bundle: &[u8], trust: &[u8]) -> Outcome {
    match read_trust(trust) {
        Ok(trust) => Outcome { believed: believed(&trust), ..check_bundle(bundle, &trust) },
        Err(why) => not_checked(format!("The trust file cannot be used: {why}.\nNothing was checked.")),
    }
}

/// SHA-256 in hexadecimal, as `sha256sum` prints it.
pub fn fingerprint(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn read_trust(bytes: &[u8]) -> Result<Trust, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
    Trust::parse(text).map_err(|error| error.to_string())
}

fn believed(trust: &Trust) -> String {
    let line = |role: &str, name: &str| format!("{role} {}", name.escape_debug());
    let witnesses = trust.witnesses.iter().map(|key| line("witness", key.name()));
    let auditors = trust.auditors.iter().map(|key| line("auditor", key.name()));
    let lines: Vec<String> =
        std::iter::once(line("ledger", &trust.origin)).chain(witnesses).chain(auditors).collect();
    lines.join("\n")
}

fn not_checked(text: String) -> Outcome {
    Outcome { status: 2, text, html: String::new(), believed: String::new() }
}

// From here on the adapter. Wired to the bundle's own check it is
//
//     let verifier::bundle::Checked { status, text, html, .. } = verifier::bundle::check(bundle, trust);
//     Outcome { status, text, html, believed: String::new() }

/// Until there is a reader of bundles: an archive as a JSON object, path to base64, is audited.
fn check_bundle(bundle: &[u8], trust: &Trust) -> Outcome {
    let Some(files) = files(bundle) else {
        return not_checked(
            "The bundle cannot be read: it is not a bundle.\nNothing was checked.".to_owned(),
        );
    };
    let options = Options { threads: NonZeroUsize::MIN };
    let report = audit(&MemoryArchive { files }, trust, &[], &Policies::default(), &options, &mut |_| {});
    let text = human(&report);
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Report</title>\
         <style>body{{font:16px/1.5 sans-serif;margin:1rem}}pre{{white-space:pre-wrap;overflow-wrap:anywhere}}</style></head>\
         <body><h1>Report</h1><pre>{escaped}</pre></body></html>\n"
    );
    Outcome { status: report.outcome().exit_status(), text, html, believed: String::new() }
}

fn files(bundle: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let files: BTreeMap<String, String> = serde_json::from_slice(bundle).ok()?;
    files.into_iter().map(|(path, text)| Some((path, STANDARD.decode(text).ok()?))).collect()
}
