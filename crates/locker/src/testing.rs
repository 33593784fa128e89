//! What the tests share: a file that remembers what was written and what was synced.

pub(crate) mod front;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use crate::storage::Storage;

/// How one operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It fails and nothing of it happened.
    Lost,
    /// It fails and all of it happened.
    Persisted,
}

#[derive(Debug, Default)]
struct State {
    /// What reads see.
    written: Vec<u8>,
    /// What certainly survives.
    synced: Vec<u8>,
    /// Writes since the last sync: offset and bytes; a truncation has no bytes.
    pending: Vec<(u64, Option<Vec<u8>>)>,
    /// Writes, truncations and syncs so far.
    operations: usize,
    fail: Option<(usize, Failure)>,
}

/// A file in memory. Clones are the same file, so that a test keeps one while a journal has the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeFile(Rc<RefCell<State>>);

impl FakeFile {
    /// The operation with this number, counted from 0 over the file's life, fails, and so do all after it.
    pub(crate) fn fail_at(&self, operation: usize, failure: Failure) {
        self.0.borrow_mut().fail = Some((operation, failure));
    }

    pub(crate) fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// The file after a power cut: all that was synced, and of each write since then as many of its bytes,
    /// in 16-byte pieces, as `survives` says, piece by piece.
    pub(crate) fn crash(&self, mut survives: impl FnMut() -> bool) -> Self {
        let state = self.0.borrow();
        let mut image = state.synced.clone();
        for (offset, bytes) in &state.pending {
            let offset = usize::try_from(*offset).unwrap();
            match bytes {
                None if survives() => image.truncate(offset),
                None => {}
                Some(bytes) => {
                    for (piece, chunk) in bytes.chunks(16).enumerate() {
                        if survives() {
                            write(&mut image, offset + piece * 16, chunk);
                        }
                    }
                }
            }
        }
        Self::holding(image)
    }

    pub(crate) fn holding(image: Vec<u8>) -> Self {
        Self(Rc::new(RefCell::new(State { written: image.clone(), synced: image, ..State::default() })))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.borrow().written.clone()
    }

    fn operate(&self, act: impl FnOnce(&mut State)) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        let number = state.operations;
        state.operations += 1;
        match state.fail {
            Some((at, _)) if number > at => Err(io::Error::other("no power")),
            Some((at, Failure::Lost)) if number == at => Err(io::Error::other("lost")),
            Some((at, Failure::Persisted)) if number == at => {
                act(&mut state);
                Err(io::Error::other("reported lost"))
            }
            _ => {
                act(&mut state);
                Ok(())
            }
        }
    }
}

fn write(image: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    if image.len() < offset + bytes.len() {
        image.resize(offset + bytes.len(), 0);
    }
    image[offset..offset + bytes.len()].copy_from_slice(bytes);
}

impl Storage for FakeFile {
    fn size(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.0.borrow().written.len()).unwrap())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let state = self.0.borrow();
        let offset = usize::try_from(offset).unwrap();
        let bytes = state.written.get(offset..offset + buffer.len());
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.operate(|state| {
            write(&mut state.written, usize::try_from(offset).unwrap(), bytes);
            state.pending.push((offset, Some(bytes.to_vec())));
        })
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.operate(|state| {
            state.written.truncate(usize::try_from(size).unwrap());
            state.pending.push((size, None));
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.operate(|state| {
            state.synced.clone_from(&state.written);
            state.pending.clear();
        })
    }
}

// A device, a locker and a ledger for tests.

use custody::id::{BootId, CompartmentId, DeviceId, Digest, ExhibitId, PersonId};
use custody_proto::v1;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::{Entry, StreamLink};
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::{MemoryTree, consistency_proof, inclusion_proof, leaf_hash};
use ledger_format::note::{Note, NoteSigner, VerifierKey};
use ledger_format::receipt::Receipt;
use prost::Message as _;

use crate::act::Recognised;
use crate::device::{Device, Identity};
use crate::simulator::{SimulatedClock, Simulator};
use crate::sync::Line;
use crate::uplink::{Uplink, UplinkError};

/// 2026-10-01 10:00 UTC.
pub(crate) const START_US: u64 = 1_790_848_800_000_000;

pub(crate) const IDENTITY: Identity =
    Identity { device: DeviceId([0xd1; 16]), enrolment: Digest([0xee; 32]) };

pub(crate) const A1: CompartmentId = CompartmentId([0xa1; 16]);

pub(crate) const A2: CompartmentId = CompartmentId([0xa2; 16]);

pub(crate) type TestDevice = Device<SigningKey, SimulatedClock, FakeFile>;

/// The two files of a device, and its clock, which outlive it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) statements: FakeFile,
    pub(crate) openings: FakeFile,
    pub(crate) clock: SimulatedClock,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = SimulatedClock::starting_at(START_US, BootId([0xb0; 16]));
        Self { statements: FakeFile::default(), openings: FakeFile::default(), clock }
    }

    pub(crate) fn try_device(&self) -> Result<TestDevice, crate::journal::JournalError> {
        let key = SigningKey::from_seed(&[1; 32]);
        let files = (self.statements.clone(), self.openings.clone());
        Device::open_on(files.0, files.1, key, self.clock.clone(), IDENTITY)
    }

    pub(crate) fn device(&self) -> TestDevice {
        self.try_device().unwrap()
    }

    pub(crate) fn simulator(&self) -> Simulator {
        Simulator::new(self.clock.clone(), [A1, A2])
    }

    /// What is left of it after a power cut.
    pub(crate) fn crash(&self, mut survives: impl FnMut() -> bool) -> Self {
        let (statements, openings) =
            (self.statements.crash(&mut survives), self.openings.crash(&mut survives));
        Self { statements, openings, clock: self.clock.clone() }
    }
}

pub(crate) fn officer(number: u8) -> Recognised {
    Recognised { person: PersonId([number; 16]), method: v1::AuthenticationMethod::CardAndPin }
}

pub(crate) fn exhibit(number: u8) -> ExhibitId {
    ExhibitId([number; 16])
}

/// How a node lies, or fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    /// It does not answer.
    Unreachable,
    /// It records, and the answer is lost on the way.
    AnswerLost,
    /// It signs another root than that of its tree.
    WrongRoot,
    /// It shows a second history that drops everything so far.
    Forked,
    /// It was restored from a backup: shorter, and honestly signed.
    RolledBack,
    /// The receipt of the first entry for everything.
    OtherReceipt,
    /// The entry holds another statement than was sent.
    OtherEntry,
    /// A checkpoint of another log, by the same key bytes.
    OtherOrigin,
    /// Not a checkpoint of this ledger's key.
    OtherKey,
    /// Good receipts, under an earlier checkpoint than the one it shows.
    OtherCheckpoint,
    /// One outcome too few.
    Short,
    /// Recorded, without a checkpoint.
    NoCheckpoint,
    /// It refuses the statement with this number.
    Refuses(u64),
    /// It knows no such fact yet.
    NotYet(u64),
    /// It takes nothing from this number on, because another node writes now.
    Ceases(u64),
    /// It knows the first three entries alone, and says so: it lags.
    Lags,
    /// The same, and the three are those of another history.
    OtherPast,
    /// It asks again for number 0.
    Forgot,
    /// Bytes that are no answer.
    Garbage,
}

/// The key of all other devices.
const OTHERS: Digest = Digest([7; 32]);

/// A ledger in memory: real entries, tree, checkpoints and receipts.
pub(crate) struct FakeNode {
    signer: NoteSigner,
    tree: MemoryTree,
    entries: Vec<Vec<u8>>,
    pub(crate) openings: Vec<String>,
    pub(crate) requests: Vec<usize>,
    pub(crate) lie: Option<Lie>,
}

pub(crate) const ORIGIN: &str = "ledger.example.test/custody";

impl FakeNode {
    pub(crate) fn new() -> Self {
        let signer = NoteSigner::new(ORIGIN, SigningKey::from_seed(&[9; 32])).unwrap();
        let (openings, requests) = (Vec::new(), Vec::new());
        let mut node =
            Self { signer, tree: MemoryTree::default(), entries: Vec::new(), openings, requests, lie: None };
        // A few entries of others first.
        for _ in 0..5 {
            node.grow();
        }
        node
    }

    /// Another device says something.
    pub(crate) fn grow(&mut self) {
        let statement = self.size().to_be_bytes().to_vec();
        self.append(Envelope { statement, key_id: OTHERS, signature: [7; 64] });
    }

    pub(crate) fn line(self) -> Line<Self> {
        let key = self.key();
        Line::new(self, key)
    }

    pub(crate) fn key(&self) -> VerifierKey {
        self.signer.verifier().clone()
    }

    pub(crate) fn size(&self) -> u64 {
        self.tree.frontier().size()
    }

    /// The envelopes of this device, in the order recorded.
    pub(crate) fn recorded(&self) -> Vec<Envelope> {
        let entries = self.entries.iter().map(|bytes| Entry::decode(bytes).unwrap().envelope);
        entries.filter(|envelope| envelope.key_id != OTHERS).collect()
    }

    fn append(&mut self, envelope: Envelope) -> usize {
        let previous = self.entries.last().map_or(Digest::ZERO, |bytes| leaf_hash(bytes));
        let streams = vec![StreamLink { revision: 0, previous: Digest::ZERO }];
        let entry = Entry { index: self.size(), previous, recorded_at_us: START_US, envelope, streams };
        let bytes = entry.encode();
        self.tree.push(leaf_hash(&bytes));
        self.entries.push(bytes);
        self.entries.len() - 1
    }

    fn place(&self, envelope: &Envelope) -> Option<usize> {
        self.entries.iter().position(|bytes| Entry::decode(bytes).unwrap().envelope == *envelope)
    }

    fn checkpoint(&self) -> Note {
        let (mut size, mut root) = (self.size(), self.tree.frontier().root());
        if self.lie == Some(Lie::WrongRoot) {
            root = Digest([0x66; 32]);
        }
        if matches!(self.lie, Some(Lie::RolledBack | Lie::Lags | Lie::OtherPast)) {
            size = 3;
            root = ledger_format::merkle::root_at(&self.tree, 3).unwrap();
        }
        if self.lie == Some(Lie::OtherPast) {
            root = Digest([0x67; 32]);
        }
        let origin = if self.lie == Some(Lie::OtherOrigin) { "another.example.test" } else { ORIGIN };
        let text = Checkpoint::new(origin, size, root).unwrap().to_string();
        let key = if self.lie == Some(Lie::OtherKey) { 8 } else { 9 };
        NoteSigner::new(ORIGIN, SigningKey::from_seed(&[key; 32])).unwrap().sign(&text).unwrap()
    }

    fn outcome(&mut self, submission: v1::Submission) -> v1::Outcome {
        let envelope = Envelope::from_message(submission.envelope.unwrap()).unwrap();
        let sequence = ledger_format::statement::decode(&envelope.statement).unwrap().statement.sequence;
        let refused = |status: v1::OutcomeStatus, code: &str, expected_sequence| v1::Outcome {
            status: status.into(),
            code: Some(code.to_owned()),
            detail: Some("what to do".to_owned()),
            expected_sequence,
            ..v1::Outcome::default()
        };
        match self.lie {
            Some(Lie::Refuses(at)) if sequence >= at => {
                return refused(v1::OutcomeStatus::Refused, "revoked", None);
            }
            Some(Lie::NotYet(at)) if sequence >= at => {
                return refused(v1::OutcomeStatus::NotYet, "unknown-fact", None);
            }
            Some(Lie::Ceases(at)) if sequence >= at => {
                return refused(v1::OutcomeStatus::NotYet, "not-writer", None);
            }
            Some(Lie::Lags | Lie::OtherPast) => {
                return refused(v1::OutcomeStatus::Refused, "gap", Some(0));
            }
            Some(Lie::Forgot) => return refused(v1::OutcomeStatus::Refused, "gap", Some(0)),
            _ => {}
        }
        let known = self.place(&envelope);
        let status =
            if known.is_some() { v1::OutcomeStatus::AlreadyRecorded } else { v1::OutcomeStatus::Recorded };
        if known.is_none() {
            self.openings.extend(submission.openings);
        }
        let mut place = known.unwrap_or_else(|| self.append(envelope));
        if self.lie == Some(Lie::OtherEntry) {
            place = 1;
        }
        v1::Outcome {
            status: status.into(),
            entry: Some(self.entries[place].clone()),
            ..v1::Outcome::default()
        }
    }

    fn receipt(&self, entry: &[u8], note: &Note) -> String {
        let size = Checkpoint::parse(note.text()).unwrap().size().max(1);
        let index = if self.lie == Some(Lie::OtherReceipt) { 0 } else { Entry::decode(entry).unwrap().index };
        let proof = inclusion_proof(&self.tree, index.min(size - 1), size).unwrap();
        Receipt::new(index, proof, note.clone()).unwrap().to_string()
    }
}

impl Uplink for FakeNode {
    fn submit(&mut self, request: &[u8]) -> Result<Vec<u8>, UplinkError> {
        if self.lie == Some(Lie::Unreachable) {
            return Err(UplinkError::Unreachable("no route".to_owned()));
        }
        let request = v1::SubmitRequest::decode(request).unwrap();
        self.requests.push(request.submissions.len());
        if self.lie == Some(Lie::Forked) {
            (self.tree, self.entries) = (MemoryTree::default(), Vec::new());
            for number in 50..70u8 {
                let statement = vec![number; 10];
                self.append(Envelope { statement, key_id: Digest([number; 32]), signature: [0; 64] });
            }
        }
        let mut outcomes: Vec<_> =
            request.submissions.into_iter().map(|submission| self.outcome(submission)).collect();
        let mut note = self.checkpoint();
        for outcome in &mut outcomes {
            outcome.receipt = outcome.entry.as_ref().map(|entry| self.receipt(entry, &note));
        }
        if self.lie == Some(Lie::OtherCheckpoint) {
            self.append(Envelope { statement: vec![1], key_id: Digest::ZERO, signature: [0; 64] });
            note = self.checkpoint();
        }
        match self.lie {
            Some(Lie::AnswerLost) => return Err(UplinkError::Unreachable("reset".to_owned())),
            Some(Lie::Garbage) => return Ok(vec![0xff; 7]),
            Some(Lie::Short) => drop(outcomes.pop()),
            _ => {}
        }
        let size = self.size();
        let consistency = consistency_proof(&self.tree, request.seen_size.min(size), size).unwrap();
        let consistency = consistency.into_iter().map(|hash| hash.0.to_vec()).collect();
        let checkpoint = (self.lie != Some(Lie::NoCheckpoint)).then(|| note.to_string());
        Ok(v1::SubmitResponse { outcomes, checkpoint, consistency }.encode_to_vec())
    }
}
