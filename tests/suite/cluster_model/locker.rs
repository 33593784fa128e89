//! A locker as the model has it: it says things, sends what was not acknowledged to whichever node, and sends it again.

use custody::id::Digest;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::merkle::{leaf_hash, verify_consistency};
use ledger_format::note::VerifierKey;
use ledger_format::receipt::Receipt;
use ledger_node::admission::Submission;
use ledger_node::outcome::{Answer, Code, Outcome, Receipted};

use super::founding::now;
use super::seen::Seen;
use crate::estate::voice::{Voice, booted};

/// One locker.
pub(crate) struct Locker {
    voice: Voice,
    /// Every statement it has signed, by hash, the oldest first.
    pub(crate) said: Vec<Digest>,
    /// Said and not acknowledged, the oldest first.
    pub(crate) unsent: Vec<Envelope>,
    /// The newest head that it has verified: size and root.
    newest: Option<(u64, Digest)>,
}

/// One request on its way: nothing in it is ever changed.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) locker: usize,
    sent: Vec<Envelope>,
    newest: Option<(u64, Digest)>,
    /// Whether the node was writing when it was sent.
    pub(crate) to_writer: bool,
}

impl Locker {
    pub(crate) fn new(voice: Voice) -> Self {
        Self { voice, said: Vec::new(), unsent: Vec::new(), newest: None }
    }

    /// Signs so many statements, which wait from now on.
    pub(crate) fn say(&mut self, count: u64) {
        for _ in 0..count {
            let envelope = self.voice.says(booted("1.0"), now());
            self.said.push(envelope.statement_hash());
            self.unsent.push(envelope);
        }
    }

    /// All that waits, to be sent.
    pub(crate) fn request(&self, locker: usize, to_writer: bool) -> Request {
        Request { locker, sent: self.unsent.clone(), newest: self.newest, to_writer }
    }

    /// Checks an answer as a locker does, and keeps no statement that is proved to be recorded. Returns how many of them it
    /// had waited for.
    pub(crate) fn hear(
        &mut self,
        request: &Request,
        answer: &Answer,
        key: &VerifierKey,
        seen: &Seen,
    ) -> usize {
        assert_eq!(answer.outcomes.len(), request.sent.len());
        let before = self.unsent.len();
        for (envelope, outcome) in request.sent.iter().zip(&answer.outcomes) {
            match outcome {
                Outcome::Recorded(receipted) | Outcome::AlreadyRecorded(receipted) => {
                    let checkpoint = check(receipted, envelope, key, seen);
                    self.unsent.retain(|unsent| unsent != envelope);
                    self.go_on(request, answer, &checkpoint);
                }
                // A gap: those before it were declined, and then the node took over.
                Outcome::Declined(declined) => {
                    let expected = [Code::NotWriter, Code::Unavailable, Code::Gap];
                    assert!(expected.contains(&declined.code), "{declined:?}");
                }
            }
        }
        before - self.unsent.len()
    }

    /// What it has seen is a beginning of what it is shown now.
    fn go_on(&mut self, request: &Request, answer: &Answer, shown: &Checkpoint) {
        if let Some((size, root)) = request.newest
            && size <= shown.size()
        {
            verify_consistency(size, root, shown.size(), shown.root(), &answer.consistency).unwrap();
        }
        if self.newest.is_none_or(|(size, _)| size < shown.size()) {
            self.newest = Some((shown.size(), shown.root()));
        }
    }
}

impl Request {
    pub(crate) fn submissions(&self) -> Vec<Submission> {
        let submission =
            |envelope: &Envelope| Submission { envelope: envelope.clone(), openings: Vec::new() };
        self.sent.iter().map(submission).collect()
    }

    pub(crate) fn seen_size(&self) -> u64 {
        self.newest.map_or(0, |(size, _)| size)
    }
}

/// A receipt proves the very statement that was sent, by the ledger's key alone.
fn check(receipted: &Receipted, sent: &Envelope, key: &VerifierKey, seen: &Seen) -> Checkpoint {
    let receipt = Receipt::parse(receipted.receipt.as_bytes()).unwrap();
    let proven = receipt.verify(leaf_hash(&receipted.entry), key, &[]).unwrap();
    let entry = Entry::decode(&receipted.entry).unwrap();
    assert_eq!((receipt.index(), entry.index), (receipted.index, receipted.index));
    assert_eq!(entry.envelope, *sent);
    seen.head(receipt.note());
    seen.acknowledge(receipted.index, receipted.entry.clone());
    proven.checkpoint
}
