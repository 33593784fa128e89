//! A device that speaks: it numbers, links, signs and journals each statement before anything else happens.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use custody::fact::Seen;
use custody::id::{DeviceId, Digest, ExhibitId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::canonical::DecodeError;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::disclosure::Disclosure;
use ledger_format::dsse::{STATEMENT_PAYLOAD_TYPE, pae};
use ledger_format::envelope::Envelope;
use ledger_format::note::Note;
use ledger_format::opening::{Commitment, OpeningError, check_openings};
use ledger_format::possession::possession_message;
use ledger_format::statement;

use crate::clock::{self, Clock, Reading};
use crate::journal::{
    AlarmRecord, Journal, JournalError, Kept, ReceiptRecord, RefusalRecord, ResumedRecord, decode_statement,
};
use crate::key::{Signer, SignerError};
use crate::memory::Memory;
use crate::record_log::LogError;
use crate::storage::{FileStorage, Storage};

#[cfg(test)]
mod tests;

/// Who a device is in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub device: DeviceId,
    /// Leaf hash of the entry at which its key took its place.
    pub enrolment: Digest,
}

/// A device with its key, clock and journal.
#[derive(Debug)]
pub struct Device<G, C, F = FileStorage> {
    signer: G,
    clock: C,
    journal: Journal<F>,
    state: State,
}

/// What the journal says.
#[derive(Debug)]
struct State {
    chain: DeviceChain,
    memory: Memory,
    said: BTreeMap<u64, Said>,
    numbers: BTreeMap<Digest, u64>,
    waiting: BTreeSet<u64>,
    seen_note: Option<String>,
    alarms: Vec<AlarmRecord>,
    loss: Option<ResumedRecord>,
}

/// One statement of the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its hash.
    pub hash: Digest,
    /// The fact's name in the schema.
    pub name: &'static str,
    /// The entry's index, once the ledger has it.
    pub index: Option<u64>,
    /// The newest refusal, until the ledger has it.
    pub refusal: Option<RefusalRecord>,
    offset: u64,
    receipt_offset: Option<u64>,
}

/// A fact with what belongs to it.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The fact.
    pub fact: Fact,
    /// The openings of its commitments, one for each.
    pub openings: Vec<Disclosure>,
    /// The custody statement that it continues.
    pub follows: Option<Digest>,
    /// When a declared fact is said to have occurred, where that is not now.
    pub occurred: Option<v1::Occurred>,
}

impl From<Fact> for Telling {
    fn from(fact: Fact) -> Self {
        Self { fact, openings: Vec::new(), follows: None, occurred: None }
    }
}

impl Telling {
    /// The fact continues that custody statement.
    #[must_use]
    pub fn following(mut self, statement: Option<Digest>) -> Self {
        self.follows = statement;
        self
    }

    /// With these openings.
    #[must_use]
    pub fn opened_by(mut self, openings: Vec<Disclosure>) -> Self {
        self.openings = openings;
        self
    }
}

/// A device could not say something. Nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum SayError {
    /// The fact is not one that anybody would accept.
    #[error("this fact cannot be said: {0}")]
    Fact(#[from] DecodeError),
    /// The signer failed.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// An opening is not that of a commitment of the fact.
    #[error("opening: {0}")]
    Opening(#[from] OpeningError),
    /// A commitment without its opening: nobody could ever show what was meant.
    #[error("the field {field} commits to something whose opening is missing")]
    Unopened {
        /// The field.
        field: &'static str,
    },
    /// The journal did not take it; the device is to be opened again.
    #[error(transparent)]
    Journal(#[from] LogError),
}

impl<G: Signer, C: Clock> Device<G, C, FileStorage> {
    /// Opens a device on its folder, making an empty journal where there is none. Says nothing yet.
    pub fn open(dir: &Path, signer: G, clock: C, identity: Identity) -> Result<Self, JournalError> {
        let mut state = State::new(identity);
        let journal = Journal::open_dir(dir, identity.device, |offset, kept| state.note(offset, kept))?;
        Self::with(signer, clock, journal, state)
    }
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Opens a device on two files of the caller's.
    pub fn open_on(
        statements: F,
        openings: F,
        signer: G,
        clock: C,
        identity: Identity,
    ) -> Result<Self, JournalError> {
        let mut state = State::new(identity);
        let visit = |offset, kept| state.note(offset, kept);
        let journal = Journal::open(statements, openings, identity.device, visit)?;
        Self::with(signer, clock, journal, state)
    }

    fn with(signer: G, clock: C, mut journal: Journal<F>, state: State) -> Result<Self, JournalError> {
        journal
            .forget_openings(|sequence| state.is_recorded(sequence))
            .map_err(|source| JournalError::Openings { source })?;
        Ok(Self { signer, clock, journal, state })
    }

    /// Says a fact: signed and durable when this returns. Returns the statement's hash.
    ///
    /// What the device noticed about its clock since it last spoke, and what its journal lost, it says first.
    pub fn say(&mut self, telling: impl Into<Telling>) -> Result<Digest, SayError> {
        let now = self.clock.now();
        if let Some(ResumedRecord { lost_from, next_sequence }) = self.state.loss {
            let declared =
                v1::chain_resumed::Declared { lost_from, lost_to: next_sequence.saturating_sub(1) };
            let fact = Fact::ChainResumed(v1::ChainResumed { declared: Some(declared) });
            self.say_at(fact.into(), &now)?;
        }
        for fact in clock::changes(self.state.memory.last_time, &now) {
            self.say_at(fact.into(), &now)?;
        }
        self.say_at(telling.into(), &now)
    }

    fn say_at(&mut self, telling: Telling, now: &Reading) -> Result<Digest, SayError> {
        let Telling { fact, openings, follows, occurred } = telling;
        let saying = Saying { fact, time: now.to_message(), follows, occurred };
        let bytes = statement::encode(&self.state.chain.statement(saying))?;
        let decoded = statement::decode(&bytes)?;
        check_openings(&decoded.commitments, &openings)?;
        check_opened(&decoded.commitments, &openings)?;
        let envelope = self.sign(bytes)?;
        let offset = self.journal.keep(decoded.statement.sequence, &envelope, &openings)?;
        let hash = decoded.hash;
        self.state.note_statement(offset, decoded);
        Ok(hash)
    }

    /// A signature that does not verify under the device's own key never leaves it.
    fn sign(&self, statement: Vec<u8>) -> Result<Envelope, SignerError> {
        let key = self.signer.public_key();
        let signature = self.signer.sign(&pae(STATEMENT_PAYLOAD_TYPE, &statement))?;
        let envelope = Envelope { statement, key_id: key.id(), signature };
        envelope.verify(&key).map_err(|_| SignerError::Invalid)?;
        Ok(envelope)
    }

    /// The proof that this device has its key, for the authority that enrols it.
    pub fn possession(&self) -> Result<[u8; 64], SignerError> {
        possession(&self.signer, self.id())
    }

    /// Says that the device started, if its last statement is of another run. Call it first.
    pub fn start(&mut self, reason: v1::BootReason, firmware: &str) -> Result<Option<Digest>, SayError> {
        if self.state.memory.last_time.is_some_and(|last| last.boot == self.clock.now().boot) {
            return Ok(None);
        }
        let observed = v1::device_booted::Observed { reason: reason.into(), firmware: firmware.to_owned() };
        self.say(Fact::DeviceBooted(v1::DeviceBooted { observed: Some(observed) })).map(Some)
    }

    /// Its id.
    pub fn id(&self) -> DeviceId {
        self.state.chain.device
    }

    /// All clocks, now.
    pub fn now(&self) -> Reading {
        self.clock.now()
    }

    /// Its clock.
    pub fn clock(&self) -> &C {
        &self.clock
    }

    /// The number of its next statement.
    pub fn next_sequence(&self) -> u64 {
        self.state.chain.next_sequence
    }

    /// The newest checkpoint it verified.
    pub fn seen(&self) -> Option<Seen> {
        self.state.chain.seen
    }

    /// That checkpoint's signed note.
    pub fn seen_note(&self) -> Option<&str> {
        self.state.seen_note.as_deref()
    }

    /// What it remembers of its own statements.
    pub fn memory(&self) -> &Memory {
        &self.state.memory
    }

    /// Answers of the ledger that did not verify, oldest first.
    pub fn alarms(&self) -> &[AlarmRecord] {
        &self.state.alarms
    }

    /// Bytes of its journal.
    pub fn journal_bytes(&self) -> u64 {
        self.journal.size_bytes()
    }

    /// How many statements still have their openings on this disk.
    pub fn unsent_openings(&self) -> usize {
        self.journal.unsent_openings()
    }

    /// The newest act on any of these exhibits that this device recorded: what its next one follows.
    pub fn last_act_on(&self, exhibits: &[ExhibitId]) -> Option<Digest> {
        self.state.memory.follows(exhibits)
    }

    /// Its statements by number.
    pub fn said(&self) -> impl DoubleEndedIterator<Item = (u64, &Said)> {
        self.state.said.iter().map(|(sequence, said)| (*sequence, said))
    }

    /// One statement by its number.
    pub fn said_at(&self, sequence: u64) -> Option<&Said> {
        self.state.said.get(&sequence)
    }

    /// One statement by its hash.
    pub fn find(&self, statement: Digest) -> Option<(u64, &Said)> {
        let sequence = *self.state.numbers.get(&statement)?;
        Some((sequence, self.state.said.get(&sequence)?))
    }

    /// The statements that the ledger has not acknowledged, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = (u64, &Said)> {
        let said = |sequence: &u64| self.state.said.get(sequence).map(|said| (*sequence, said));
        self.state.waiting.iter().filter_map(said)
    }

    /// How many those are.
    pub fn waiting_count(&self) -> usize {
        self.state.waiting.len()
    }

    /// The signed bytes of a statement, as kept.
    pub fn envelope(&self, sequence: u64) -> Result<Option<Envelope>, LogError> {
        let Some(said) = self.state.said.get(&sequence) else { return Ok(None) };
        match self.journal.read(said.offset)? {
            Some(Kept::Statement(bytes)) => Ok(Envelope::decode(&bytes).ok()),
            _ => Ok(None),
        }
    }

    /// The openings of a statement that the ledger has not taken over.
    pub fn openings(&self, sequence: u64) -> Result<Vec<Disclosure>, LogError> {
        self.journal.openings(sequence)
    }

    /// The verified receipt of a statement, if there is one.
    pub fn receipt(&self, statement: Digest) -> Result<Option<ReceiptRecord>, LogError> {
        let found = self.find(statement).and_then(|(_, said)| said.receipt_offset);
        let Some(offset) = found else { return Ok(None) };
        match self.journal.read(offset)? {
            Some(Kept::Receipt(receipt)) => Ok(Some(receipt)),
            _ => Ok(None),
        }
    }

    /// Keeps what the ledger answered. The caller has verified it.
    pub(crate) fn keep_answer(&mut self, kept: Vec<Kept>) -> Result<(), LogError> {
        let offsets = self.journal.note(kept.clone())?;
        for (offset, kept) in offsets.into_iter().zip(kept) {
            // These kinds are always understood: they are the ones written here.
            let _understood = self.state.note(offset, kept);
        }
        let state = &self.state;
        self.journal.forget_openings(|sequence| state.is_recorded(sequence))
    }
}

/// The proof that a signer has the key that is to be enrolled for a device.
pub fn possession<G: Signer>(signer: &G, device: DeviceId) -> Result<[u8; 64], SignerError> {
    signer.sign(&possession_message(&device.0, signer.public_key().as_bytes()))
}

fn check_opened(commitments: &[Commitment], openings: &[Disclosure]) -> Result<(), SayError> {
    let digests: Vec<Digest> = openings.iter().map(Disclosure::digest).collect();
    match commitments.iter().find(|commitment| !digests.contains(&commitment.digest)) {
        Some(commitment) => Err(SayError::Unopened { field: commitment.field }),
        None => Ok(()),
    }
}

impl State {
    fn new(identity: Identity) -> Self {
        Self {
            chain: DeviceChain::new(identity.device, identity.enrolment),
            memory: Memory::default(),
            said: BTreeMap::new(),
            numbers: BTreeMap::new(),
            waiting: BTreeSet::new(),
            seen_note: None,
            alarms: Vec::new(),
            loss: None,
        }
    }

    fn is_recorded(&self, sequence: u64) -> bool {
        self.said.get(&sequence).is_some_and(|said| said.index.is_some())
    }

    /// Takes note of one journal record.
    fn note(&mut self, offset: u64, kept: Kept) -> Result<(), &'static str> {
        match kept {
            Kept::Statement(bytes) => {
                let (_, decoded) = decode_statement(&bytes)?;
                let found = &decoded.statement;
                if found.device != self.chain.device {
                    return Err("a statement of another device");
                }
                if found.sequence != self.chain.next_sequence || found.previous != self.chain.last {
                    return Err("a statement that does not continue the one before");
                }
                self.note_statement(offset, decoded);
            }
            Kept::Receipt(receipt) => {
                let said = self.said.get_mut(&receipt.sequence).ok_or("a receipt for no statement")?;
                (said.index, said.receipt_offset, said.refusal) = (Some(receipt.index), Some(offset), None);
                self.waiting.remove(&receipt.sequence);
                self.memory.note_receipt(receipt.sequence);
            }
            Kept::Refusal(refusal) => {
                let said = self.said.get_mut(&refusal.sequence).ok_or("a refusal of no statement")?;
                said.refusal = Some(refusal);
            }
            Kept::Seen(note) => {
                let parsed = Note::parse(note.as_bytes()).map_err(|_| "a checkpoint that is no note")?;
                let head = Checkpoint::parse(parsed.text()).map_err(|_| "a note that is no checkpoint")?;
                self.chain.seen = Some(Seen { size: head.size(), root: head.root() });
                self.seen_note = Some(note);
            }
            Kept::Alarm(alarm) => self.alarms.push(alarm),
            Kept::Resumed(resumed) => {
                self.chain.next_sequence = resumed.next_sequence;
                self.loss = Some(resumed);
            }
        }
        Ok(())
    }

    fn note_statement(&mut self, offset: u64, decoded: statement::Decoded) {
        let statement::Decoded { hash, name, statement, .. } = decoded;
        let said = Said { hash, name, index: None, refusal: None, offset, receipt_offset: None };
        self.chain.next_sequence = statement.sequence.saturating_add(1);
        self.chain.last = hash;
        self.memory.note(&statement, hash);
        self.said.insert(statement.sequence, said);
        self.waiting.insert(statement.sequence);
        self.numbers.insert(hash, statement.sequence);
        if matches!(statement.fact, custody::fact::Fact::ChainResumed { .. }) {
            self.loss = None;
        }
    }
}
