//! The one question the page asks: what does this bundle prove to a reader who believes this trust file?

use sha2::{Digest as _, Sha256};
use verifier::bundle;
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
pub fn check(bytes: &[u8], trust: &[u8]) -> Outcome {
    match read_trust(trust) {
        Ok(trust) => {
            let checked = bundle::check(bytes, &trust);
            Outcome {
                status: checked.outcome().exit_status(),
                text: bundle::text(&checked),
                html: checked.report.as_ref().map(disclosure::html::html).unwrap_or_default(),
                believed: believed(&trust),
            }
        }
        Err(why) => Outcome {
            status: verifier::report::Outcome::NotChecked.exit_status(),
            text: format!("The trust file cannot be used: {why}.\nNothing was checked.\n"),
            html: String::new(),
            believed: String::new(),
        },
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
