//! A history as a verifier is given it: the archive, the trust file, heads held elsewhere. Somebody who has the
//! ledger's key, and no device's, may change it here.

use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::Entry;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::note::{Note, NoteSigner};
use verifier::archive::MemoryArchive;
use verifier::known_head::KnownHead;
use verifier::testing::Writer;
use verifier::trust::Trust;

use crate::play::Played;
use crate::rng::Rng;
use crate::script::Script;

/// What a verifier is given.
#[derive(Debug, Clone)]
pub struct Sealed<'a> {
    /// The history.
    pub played: &'a Played,
    /// Chance.
    pub rng: Rng,
    /// The archive.
    pub archive: MemoryArchive,
    /// What the verifier believes.
    pub trust: Trust,
    /// Heads held elsewhere.
    pub known: Vec<KnownHead>,
    /// The last entries, one of each device, which touch nothing.
    tail: Vec<u64>,
}

impl<'a> Sealed<'a> {
    /// The whole history, as its node publishes it.
    pub fn new(script: &Script, played: &'a Played) -> Self {
        let size = played.world.writer.size();
        let mut ends: Vec<u64> =
            script.tail.iter().filter_map(|line| played.said.get(line)).map(|said| said.index).collect();
        ends.sort_unstable();
        let mut tail = Vec::new();
        for index in (0..size).rev() {
            if ends.binary_search(&index).is_err() {
                break;
            }
            tail.insert(0, index);
        }
        Self {
            played,
            rng: script.rng.clone(),
            archive: played.world.archive(),
            trust: played.world.trust(),
            known: Vec::new(),
            tail,
        }
    }

    /// One of the last entries, with others before and after it.
    pub fn in_tail(&mut self) -> Option<u64> {
        let inner = self.tail.get(1..self.tail.len().checked_sub(2)?)?;
        self.rng.pick(inner)
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.played.world.writer.size()
    }

    /// The entries.
    pub fn entries(&self) -> Vec<Entry> {
        self.played.world.writer.decoded()
    }

    /// Publishes other entries, every file and the checkpoint made right for them.
    pub fn publish(&mut self, bytes: impl IntoIterator<Item = Vec<u8>>) {
        let writer = Writer::of_bytes(bytes);
        self.archive = self.played.world.archive_of(&writer);
    }

    /// Publishes the entries with one of them edited, each naming the one before it as it now is.
    pub fn publish_edited(&mut self, index: u64, edit: impl FnOnce(&mut Entry)) -> Option<()> {
        let mut entries = self.entries();
        edit(entries.get_mut(usize::try_from(index).ok()?)?);
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        for (mut entry, place) in entries.into_iter().zip(0..) {
            // The edited entry says what the edit made it say.
            if let Some(before) = bytes.last().filter(|_| place > index) {
                entry.previous = leaf_hash(before);
            }
            bytes.push(entry.encode());
        }
        self.publish(bytes);
        Some(())
    }

    /// Publishes the entries with the bytes of one of them edited, the next naming it as it now is.
    pub fn publish_bytes(&mut self, index: u64, edit: impl FnOnce(&mut Vec<u8>)) -> Option<()> {
        let mut edited = Some(edit);
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        for (mut entry, place) in self.entries().into_iter().zip(0..) {
            if let Some(before) = bytes.last().filter(|_| place > index) {
                entry.previous = leaf_hash(before);
            }
            let mut encoded = entry.encode();
            if let Some(edit) = edited.take_if(|_| place == index) {
                edit(&mut encoded);
            }
            bytes.push(encoded);
        }
        self.publish(bytes);
        Some(())
    }

    /// A checkpoint of this ledger's name over so many entries with any root, signed by any key.
    pub fn checkpoint(&self, size: u64, root: custody::id::Digest, key: SigningKey) -> Option<Note> {
        let checkpoint = Checkpoint::new(&self.played.world.origin, size, root).ok()?;
        let signer = NoteSigner::new(&self.played.world.origin, key).ok()?;
        signer.sign(&checkpoint.to_string()).ok()
    }

    /// The archive's checkpoint is this one.
    pub fn set_checkpoint(&mut self, note: &Note) {
        self.archive.files.insert("checkpoint".to_owned(), note.to_string().into_bytes());
    }

    /// Somebody kept this head.
    pub fn know(&mut self, note: &Note) -> Option<()> {
        let known = KnownHead::parse("kept.note", note.to_string().as_bytes()).ok()?;
        self.known.push(known);
        Some(())
    }
}
