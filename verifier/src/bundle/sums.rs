//! `SHA256SUMS` and the note that signs it: what a reader can check with `sha256sum` and `openssl`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use custody::finding::Finding;
use custody::id::Digest;
use custody::rule::RuleId;
use disclosure::pack::{FILES_MAX, File, NAME_BYTES_MAX};
use ledger_format::note::{NOTE_LEN_MAX, Note};
use sha2::{Digest as _, Sha256};

use super::replay::Replay;
use crate::audit::heads::check_lines;
use crate::trust::Trust;

/// One line for every file but itself and its note.
pub const SUMS_FILE: &str = "SHA256SUMS";
/// A signed note whose text is [`SUMS_FILE`].
pub const NOTE_FILE: &str = "SHA256SUMS.note";

/// The longest [`NOTE_FILE`] written or read, in bytes: a line for every file that a bundle may have, and the signatures.
pub const NOTE_FILE_LEN_MAX: usize = FILES_MAX * (NAME_AT + NAME_BYTES_MAX + 1) + NOTE_LEN_MAX;

/// Where the name stands in a line: after 64 digits and two spaces.
const NAME_AT: usize = 66;

/// The text of `SHA256SUMS` for these files, in their order; the two files of the sums themselves are left out.
pub fn sums(files: &[File]) -> String {
    let mut text = String::new();
    for (name, bytes) in files.iter().filter(|(name, _)| name != SUMS_FILE && name != NOTE_FILE) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}  {name}", Digest(Sha256::digest(bytes).into()));
    }
    text
}

/// L08: every file is what the sums say. L03: the sums are signed by the ledger key in force at `size`.
pub(super) fn check(files: &[File], size: u64, trust: &Trust, replay: &mut Replay) {
    let find = |name: &str| files.iter().find(|(found, _)| found == name).map(|(_, bytes)| bytes.as_slice());
    let Some(written) = find(SUMS_FILE).and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
        let sentence = format!("{SUMS_FILE} is missing or is no text.");
        return replay.findings.add(Finding::new(RuleId::L08, sentence));
    };
    let computed = sums(files);
    if written != computed {
        let sentence = format!("{SUMS_FILE} is not the list of the bundle's files in their order.");
        replay.findings.add(Finding::new(RuleId::L08, sentence));
        differences(written, &computed, replay);
    }
    if let Err(why) = signed(find(NOTE_FILE), written, size, trust, replay) {
        let sentence = format!("{NOTE_FILE} {why}.");
        replay.findings.add(Finding::new(RuleId::L03, sentence));
    }
}

/// Names every file of which the two lists say different things.
fn differences(written: &str, computed: &str, replay: &mut Replay) {
    let lines = |text: &'_ str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (written, computed) = (lines(written), lines(computed));
    for line in computed.difference(&written) {
        let name = line.get(NAME_AT..).unwrap_or_default();
        let sentence = format!("The file {name} is not what {SUMS_FILE} says, or is not in it.");
        replay.findings.add(Finding::new(RuleId::L08, sentence));
    }
    for line in written.difference(&computed) {
        let name = line.get(NAME_AT..).unwrap_or_default();
        let sentence =
            format!("{SUMS_FILE} names a file that is missing or is another: {}.", name.escape_debug());
        replay.findings.add(Finding::new(RuleId::L08, sentence));
    }
}

fn signed(bytes: Option<&[u8]>, sums: &str, size: u64, trust: &Trust, replay: &Replay) -> Result<(), String> {
    let note = bytes.ok_or("is missing")?;
    let note = Note::parse_within(note, NOTE_FILE_LEN_MAX);
    let note = note.map_err(|why| format!("is no signed note: {why}"))?;
    if note.text() != sums {
        return Err(format!("signs another text than {SUMS_FILE}"));
    }
    let key = replay.ledger_keys.at(size).ok_or("has no key to be checked with")?;
    check_lines(&note, key, trust).map(drop)
}
