//! Checkpoints: the archive's own and those held elsewhere, under the ledger key in force at their size.

use custody::fact::Key;
use custody::finding::Finding;
use custody::rule::RuleId;
use ledger_format::checkpoint::{Checkpoint, CheckpointError};
use ledger_format::key::PublicKey;
use ledger_format::note::{self, Note, NoteError, SignatureType, VerifierKey, VerifyError};

use super::findings::Findings;
use super::tree::Tree;
use crate::archive::{ArchiveReader, CHECKPOINT_BYTES_MAX, CHECKPOINT_PATH, ReadError};
use crate::known_head::KnownHead;
use crate::report::{Cosigned, KnownHeadCheck, KnownHeadOutcome, Role, escaped};
use crate::trust::Trust;

/// Why there is no checkpoint to begin with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("there is no checkpoint: this is no archive of a ledger, or an empty one")]
    Missing,
    #[error("the checkpoint cannot be read: {0}")]
    Read(#[from] ReadError),
    #[error("the checkpoint is no signed note: {0}")]
    Note(#[from] NoteError),
    #[error("the checkpoint says nothing that can be read: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// The archive's checkpoint, of which nothing is verified.
pub(super) fn open(archive: &dyn ArchiveReader) -> Result<(Note, Checkpoint), OpenError> {
    let bytes = archive.read(CHECKPOINT_PATH, CHECKPOINT_BYTES_MAX)?.ok_or(OpenError::Missing)?;
    let note = Note::parse(&bytes)?;
    let checkpoint = Checkpoint::parse(note.text())?;
    Ok((note, checkpoint))
}

/// The ledger keys that were ever in force, each with the size of the smallest tree that it signs.
#[derive(Debug)]
pub(crate) struct LedgerKeys {
    origin: String,
    keys: Vec<(u64, VerifierKey)>,
}

impl LedgerKeys {
    /// Begins with the trust file's.
    pub(crate) fn new(trust: &Trust) -> Self {
        Self { origin: trust.origin.clone(), keys: vec![(0, trust.ledger_key.clone())] }
    }

    /// Takes note of the key in force in trees of `size` entries and more.
    pub(crate) fn in_force(&mut self, size: u64, key: &Key) {
        // Nearly every entry leaves it as it is, and enrolling a key costs more than a signature.
        if self.keys.last().is_some_and(|(_, last)| *last.key().as_bytes() == key.bytes) {
            return;
        }
        // The decoder lets no other key through.
        let Ok(key) = PublicKey::enrol(&key.bytes) else { return };
        // The origin named the trust file's key already, so it is fit to be a name.
        if let Ok(key) = VerifierKey::new(&self.origin, SignatureType::Ed25519, key) {
            self.keys.push((size, key));
        }
    }

    /// Whether the trust file's key is one that the ledger itself names, as of its genesis or by a rotation.
    pub(crate) fn are_of_the_trust_file(&self) -> bool {
        let mut keys = self.keys.iter();
        let Some((_, trusted)) = keys.next() else { return false };
        // Entry 0 names the key in trees of one entry and more; where it is the trust file's, nothing is noted.
        let names_another = self.keys.get(1).is_some_and(|(from, _)| *from == 1);
        !names_another || keys.any(|(_, key)| key == trusted)
    }

    /// The key that signs trees of `size` entries.
    pub(crate) fn at(&self, size: u64) -> Option<&VerifierKey> {
        self.keys.iter().rev().find(|(from, _)| *from <= size).map(|(_, key)| key)
    }
}

/// What the lines of a note amount to.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) cosigned: Vec<Cosigned>,
    pub(crate) unverified: Vec<String>,
}

/// Checks a note's lines: by the ledger, and by every trusted cosigner that has one.
///
/// # Errors
/// Why it must not be believed, in words that follow "the checkpoint".
pub(crate) fn check_lines(note: &Note, ledger_key: &VerifierKey, trust: &Trust) -> Result<Lines, String> {
    let known: Vec<VerifierKey> = std::iter::once(ledger_key).chain(trust.cosigners()).cloned().collect();
    let verified = note::verify(note, &known).map_err(|error| match error {
        VerifyError::NoKnownKey => "has no signature by a key that is trusted".to_owned(),
        error => format!("must not be believed: {error}"),
    })?;
    if !verified.is_by(ledger_key) {
        return Err("is not signed by the ledger key in force".to_owned());
    }
    let cosigned = verified.signatures.iter().filter_map(|signature| {
        let role = if trust.auditors.contains(signature.key) { Role::Auditor } else { Role::Witness };
        Some(Cosigned { name: escaped(signature.key.name()), role, time_s: signature.time_s? })
    });
    let unverified =
        verified.unknown.iter().map(|line| format!("{} ({})", escaped(line.name()), line.key_id()));
    Ok(Lines { cosigned: cosigned.collect(), unverified: unverified.collect() })
}

/// Compares a head held elsewhere with the ledger as replayed.
pub(super) fn compare(
    known: &KnownHead,
    tree: &Tree<'_>,
    claimed_size: u64,
    keys: &LedgerKeys,
    trust: &Trust,
    findings: &mut Findings,
) -> KnownHeadCheck {
    let (name, size) = (escaped(&known.name), known.checkpoint.size());
    let done = |outcome| KnownHeadCheck { name: name.clone(), size, outcome };
    let unusable = |why: &str| done(KnownHeadOutcome::Unusable(why.to_owned()));
    if known.checkpoint.origin() != trust.origin {
        return unusable("it is of another ledger");
    }
    let Some(key) = keys.at(size) else { return unusable("no key is known for its size") };
    if let Err(why) = check_lines(&known.note, key, trust) {
        return unusable(&format!("it {why}"));
    }
    if size > claimed_size {
        findings.add(Finding::new(
            RuleId::L05,
            format!(
                "A checkpoint held elsewhere ({name}) covers {size} entries, and this ledger has only {claimed_size}."
            ),
        ));
        return done(KnownHeadOutcome::Longer);
    }
    match tree.root_at(size) {
        Ok(root) if root == known.checkpoint.root() => done(KnownHeadOutcome::Agrees),
        Ok(_) => {
            findings.add(Finding::new(
                RuleId::L04,
                format!(
                    "A checkpoint held elsewhere ({name}) has another root over the first {size} entries than this ledger."
                ),
            ));
            done(KnownHeadOutcome::Contradicts)
        }
        Err(_) => unusable("the ledger's root at its size could not be computed"),
    }
}
