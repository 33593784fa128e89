//! The one question the page asks: what does this bundle prove to a reader who believes this trust file?

use disclosure::quote::plain;
use sha2::{Digest as _, Sha256};
use verifier::bundle::{self, Checked};
use verifier::trust::Trust;

/// The longest bundle that the page takes. A case of thirty exhibits is a hundredth of it; a browser's memory holds
/// it four times over.
pub const BUNDLE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Findings that the page lists beside the verdict; all of them stand in the text.
const LISTED_MAX: usize = 100;

/// What came of it, in the words of the verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// 0 verified, 1 findings, 2 something that had to be checked was not.
    pub status: u8,
    /// The same in plain words.
    pub text: String,
    /// The report: a complete HTML document without scripts; empty where there is none.
    pub html: String,
    /// What was found and what could not be checked, one a line: the report, which is written from the entries alone, does
    /// not know what is wrong with the rest of the bundle.
    pub found: String,
    /// What the trust file says: whom the reader believes, one a line; empty where it cannot be read.
    pub believed: String,
}

impl Outcome {
    /// What the page shows, in the order in which it asks: plain words, report, who is believed, the SHA-256 of the bundle
    /// and of the trust file, what was found.
    pub fn texts(self, bundle: &[u8], trust: &[u8]) -> [String; 6] {
        [self.text, self.html, self.believed, fingerprint(bundle), fingerprint(trust), self.found]
    }
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
                found: found(&checked),
                believed: believed(&trust),
            }
        }
        Err(why) => {
            let found = format!("NOTHING COULD BE CHECKED: the trust file cannot be used: {}.", plain(&why));
            Outcome {
                status: verifier::report::Outcome::NotChecked.exit_status(),
                text: format!("{found}\n"),
                html: String::new(),
                found,
                believed: String::new(),
            }
        }
    }
}

/// SHA-256 in hexadecimal, as `sha256sum` prints it.
fn fingerprint(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn found(checked: &Checked) -> String {
    let nothing = checked.could_not_check.iter().map(|why| format!("NOTHING COULD BE CHECKED: {why}."));
    let not_checked = checked.not_checked.iter().map(|what| format!("NOT CHECKED: {what}"));
    let findings = checked
        .findings
        .iter()
        .map(|finding| format!("[{}] {}: {}", finding.rule, finding.severity, finding.sentence));
    let all: Vec<String> = nothing.chain(not_checked).chain(findings).collect();
    let unlisted = u64::try_from(all.len().saturating_sub(LISTED_MAX)).unwrap_or(u64::MAX);
    let more = unlisted.saturating_add(checked.findings_not_kept);
    let more = (more > 0).then(|| format!("AND {more} MORE: see the plain text."));
    let completeness = Some(&checked.completeness).filter(|words| !words.is_empty()).cloned();
    let lines = completeness.into_iter().chain(all.into_iter().take(LISTED_MAX)).chain(more);
    lines.map(|line| plain(&line)).collect::<Vec<_>>().join("\n")
}

fn read_trust(bytes: &[u8]) -> Result<Trust, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
    Trust::parse(text).map_err(|error| error.to_string())
}

fn believed(trust: &Trust) -> String {
    let line = |role: &str, name: &str| format!("{role} {}", plain(name));
    let witnesses = trust.witnesses.iter().map(|key| line("witness", key.name()));
    let auditors = trust.auditors.iter().map(|key| line("auditor", key.name()));
    let lines: Vec<String> =
        std::iter::once(line("ledger", &trust.origin)).chain(witnesses).chain(auditors).collect();
    lines.join("\n")
}
