//! The files of a bundle, read strictly.

use std::collections::BTreeMap;

use custody::id::Digest;
use disclosure::lines::{self, EntryLine, OpeningLine, RegisterLine};
use disclosure::manifest::Manifest;
use disclosure::pack::File;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::Note;

/// What the bundle is.
pub const MANIFEST_FILE: &str = "bundle.json";
/// The signed checkpoint.
pub const CHECKPOINT_FILE: &str = "checkpoint";
/// The entries.
pub const ENTRIES_FILE: &str = "entries.jsonl";
/// The proof that they stand under the checkpoint.
pub const INCLUSION_FILE: &str = "inclusion";
/// What is disclosed.
pub const OPENINGS_FILE: &str = "openings.jsonl";
/// What is not.
pub const REGISTER_FILE: &str = "register.jsonl";

/// Entries of a bundle at most: each is decoded, its signature checked, and kept.
pub const ENTRIES_MAX: usize = 1_000_000;

/// A bundle's files, read.
pub(super) struct Opened<'a> {
    pub(super) manifest: Manifest,
    pub(super) note: Note,
    pub(super) checkpoint: Checkpoint,
    pub(super) entries: Vec<(u64, Vec<u8>)>,
    pub(super) inclusion: Vec<Digest>,
    pub(super) openings: Vec<OpeningLine>,
    pub(super) register: Vec<RegisterLine>,
    /// Every file by its name.
    pub(super) files: BTreeMap<&'a str, &'a [u8]>,
}

/// Reads what must be there.
///
/// # Errors
///
/// Why nothing can be checked: a file that is missing or is not of its form.
pub(super) fn open(files: &[File]) -> Result<Opened<'_>, String> {
    let files: BTreeMap<&str, &[u8]> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let file = |name: &str| files.get(name).copied().ok_or_else(|| format!("there is no {name}"));
    let bad = |name: &str, why: &dyn std::fmt::Display| format!("{name} cannot be read: {why}");
    let manifest = std::str::from_utf8(file(MANIFEST_FILE)?).map_err(|why| bad(MANIFEST_FILE, &why))?;
    let manifest = Manifest::parse(manifest).map_err(|why| bad(MANIFEST_FILE, &why))?;
    let note = Note::parse(file(CHECKPOINT_FILE)?).map_err(|why| bad(CHECKPOINT_FILE, &why))?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(|why| bad(CHECKPOINT_FILE, &why))?;
    let entries = file(ENTRIES_FILE)?;
    // Counted before any is read, which costs more.
    let count = entries.split(|byte| *byte == b'\n').skip(1).count();
    if count > ENTRIES_MAX {
        return Err(format!("{ENTRIES_FILE} has {count} entries, and a bundle has at most {ENTRIES_MAX}"));
    }
    let entries: Vec<EntryLine> = lines::read(entries).map_err(|why| bad(ENTRIES_FILE, &why))?;
    let entries = entries.iter().map(|line| Some((line.index, line.bytes()?))).collect::<Option<Vec<_>>>();
    let entries = entries.ok_or_else(|| bad(ENTRIES_FILE, &"an entry is not base64"))?;
    let inclusion = lines::read_hashes(file(INCLUSION_FILE)?).map_err(|why| bad(INCLUSION_FILE, &why))?;
    let openings = lines::read(file(OPENINGS_FILE)?).map_err(|why| bad(OPENINGS_FILE, &why))?;
    let register = lines::read(file(REGISTER_FILE)?).map_err(|why| bad(REGISTER_FILE, &why))?;
    Ok(Opened { manifest, note, checkpoint, entries, inclusion, openings, register, files })
}
