//! A script is played: every line is signed by its device when it is said and recorded when it arrives.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use custody::fact::Seen;
use custody::id::{CompartmentId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::statement;
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use verifier::testing::{NODE, Said, SpeakerId, World};

use crate::line::{AboutLedger, Delivery, Effect, Evidence, Line, LineId, SECOND, TOKEN, Trick};
use crate::script::Script;

/// Between two statements that wait for the same network.
const NEXT_US: u64 = 150_000;

/// A history that has happened.
#[derive(Debug, Clone)]
pub struct Played {
    /// The ledger.
    pub world: World,
    /// Where each line stands; lines that were lost or never said stand nowhere.
    pub said: BTreeMap<LineId, Said>,
    /// Where lines stand that were recorded a second time, and what the node said of a line.
    pub beside: Vec<(LineId, u64)>,
}

impl Played {
    /// Every entry that belongs to a line.
    pub fn indices(&self, line: LineId) -> impl Iterator<Item = u64> {
        let beside = self.beside.iter().filter(move |(of, _)| *of == line).map(|(_, index)| *index);
        self.said.get(&line).map(|said| said.index).into_iter().chain(beside)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Say(LineId),
    Record(LineId, Vec<u8>, bool),
    /// The node says something about a line: the place of the fact among those that wait.
    Tell(LineId, usize),
}

struct Stage<'a> {
    script: &'a Script,
    played: Played,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    hashes: BTreeMap<LineId, Digest>,
    closings: BTreeMap<CompartmentId, u64>,
    /// When each device's newest statement arrives.
    arrived: BTreeMap<SpeakerId, u64>,
    /// The first number that a device said while it was offline.
    offline: BTreeMap<SpeakerId, u64>,
    /// What the node is going to say about lines.
    told: Vec<Fact>,
}

/// Plays a script to its end.
pub fn play(script: &Script) -> Played {
    let mut stage = Stage {
        script,
        played: Played { world: script.world.clone(), said: BTreeMap::new(), beside: Vec::new() },
        events: BinaryHeap::new(),
        order: 0,
        hashes: BTreeMap::new(),
        closings: BTreeMap::new(),
        arrived: BTreeMap::new(),
        offline: BTreeMap::new(),
        told: Vec::new(),
    };
    for (line, id) in script.lines.iter().zip(0..) {
        if line.is_said() {
            stage.events.push(Reverse((line.at_us, id, Event::Say(LineId(id)))));
        }
    }
    // What is recorded comes after what is said in the same instant.
    stage.order = u64::try_from(script.lines.len()).expect("few lines");
    while let Some(Reverse((at_us, _, event))) = stage.events.pop() {
        match event {
            Event::Say(id) => stage.say(id),
            Event::Record(id, envelope, is_again) => stage.record(id, &envelope, at_us, is_again),
            Event::Tell(id, place) => stage.tell(id, place, at_us),
        }
    }
    stage.played
}

impl Stage<'_> {
    fn line(&self, id: LineId) -> &Line {
        let place = usize::try_from(id.0).expect("few lines");
        self.script.lines.get(place).expect("a line of the script")
    }

    fn say(&mut self, id: LineId) {
        let line = self.line(id).clone();
        let mut fact = self.with_hashes(line.fact.clone());
        self.count_closings(&line, &mut fact);
        self.look_at_ledger(&line, &mut fact);
        self.note_numbers(line.by, &mut fact);
        let follows = line.follows.and_then(|line| self.hashes.get(&line).copied());
        let saying = Saying { fact, time: line.time.clone(), follows, occurred: line.occurred };
        let before = self.chain(line.by).clone();
        let (envelope, hash) = self.sign(&line, saying);
        self.hashes.insert(id, hash);
        match &line.trick {
            Some(Trick::Forked(other, kept)) => self.fork(id, &line, (**other).clone(), *kept, before),
            Some(Trick::SetAside) => {
                self.set_aside(id, &line, before.next_sequence, &envelope, hash);
                return;
            }
            _ => {}
        }
        let Delivery::After(delay_us) = line.delivery else { return };
        let at_us = if line.by == NODE { line.at_us } else { self.arrival(&line, delay_us) };
        self.push(at_us, Event::Record(id, envelope.encode(), false));
        if let Some(Trick::Again(later_us)) = line.trick {
            self.push(at_us + later_us, Event::Record(id, envelope.encode(), true));
        }
    }

    fn push(&mut self, at_us: u64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at_us, self.order, event)));
    }

    /// When a statement arrives: not before its device's last, and not while the device is offline.
    fn arrival(&mut self, line: &Line, delay_us: u64) -> u64 {
        let offline =
            self.script.clocks.get(&line.by).map(|clock| clock.offline.as_slice()).unwrap_or_default();
        let back_us = offline.iter().find(|(from, to)| (*from..*to).contains(&line.at_us)).map(|(_, to)| *to);
        let last = self.arrived.entry(line.by).or_default();
        let at_us = (back_us.unwrap_or(line.at_us) + delay_us).max(*last + NEXT_US);
        *last = at_us;
        at_us
    }

    fn chain(&mut self, who: SpeakerId) -> &mut DeviceChain {
        &mut self.played.world.speakers.get_mut(who).expect("a speaker of the world").chain
    }

    fn sign(&mut self, line: &Line, saying: Saying) -> (Envelope, Digest) {
        let speaker = self.played.world.speakers.get_mut(line.by).expect("a speaker of the world");
        let mut key = speaker.key();
        let last = speaker.chain.last;
        match line.trick {
            Some(Trick::Skips(count)) => speaker.chain.next_sequence += count,
            Some(Trick::Unlinked) => speaker.chain.last = flipped(last),
            Some(Trick::SignedBy(seed)) => key = SigningKey::from_seed(&seed),
            Some(Trick::SeenWrong) => {
                let seen = speaker.chain.seen.map_or(1, |seen| seen.size);
                let root = self.played.world.writer.root_at(seen);
                speaker.chain.seen = Some(Seen { size: seen, root: flipped(root) });
            }
            _ => {}
        }
        if let Some(Trick::Edited(edit)) = line.trick {
            return edited(&mut speaker.chain, saying, &key, edit);
        }
        let (mut envelope, hash) = speaker.chain.say(saying, &key).expect("what a script says can be read");
        match (&line.trick, envelope.signature.get_mut(3)) {
            (Some(Trick::Spoilt), Some(byte)) => *byte ^= 1,
            (Some(Trick::SeenWrong), _) => speaker.chain.seen = None,
            _ => {}
        }
        (envelope, hash)
    }

    fn record(&mut self, id: LineId, envelope: &[u8], at_us: u64, is_again: bool) {
        let line = self.line(id).clone();
        let envelope = Envelope::decode(envelope).expect("it was encoded here");
        let hash = envelope.statement_hash();
        let index = self.played.world.writer.append(envelope, at_us);
        self.played.world.now_us = at_us;
        if is_again {
            self.played.beside.push((id, index));
            return;
        }
        self.played.said.insert(id, Said { index, hash });
        let leaf = self.played.world.writer.last();
        match line.effect {
            Some(Effect::Enrols(who)) => self.chain(who).enrolment = leaf,
            Some(Effect::Rotates(who, seed)) => {
                let speaker = self.played.world.speakers.get_mut(who).expect("a speaker of the world");
                speaker.chain.enrolment = leaf;
                speaker.seed = seed;
            }
            None => {}
        }
        // Devices look at the head now and then; an older one is as good as a newer one.
        if !line.is_blind && line.by != NODE && id.0.is_multiple_of(5) && self.is_enrolled(line.by) {
            self.played.world.see(line.by);
        }
    }

    fn is_enrolled(&self, who: SpeakerId) -> bool {
        self.played.world.speakers.get(who).is_some_and(|speaker| !speaker.chain.enrolment.is_zero())
    }

    /// Every token gives way to the hash of its line's statement; of lines never said it stays.
    fn with_hashes(&self, fact: Fact) -> Fact {
        let mut bytes = v1::Statement { fact: Some(fact), ..v1::Statement::default() }.encode_to_vec();
        for start in 0..bytes.len().saturating_sub(31) {
            let Some(window) = bytes.get_mut(start..start + 32) else { break };
            let Some((head, tail)) = window.split_first_chunk::<24>() else { break };
            if head != TOKEN {
                continue;
            }
            let line = tail.try_into().map(u64::from_be_bytes).map(LineId);
            if let Some(hash) = line.ok().and_then(|line| self.hashes.get(&line)) {
                window.copy_from_slice(&hash.0);
            }
        }
        let message = v1::Statement::decode(bytes.as_slice()).expect("32 bytes gave way to 32");
        message.fact.expect("it has one")
    }

    /// Puts the close counter into what a door's sensors say.
    fn count_closings(&mut self, line: &Line, fact: &mut Fact) {
        let is_closing = matches!(fact, Fact::DoorClosed(_));
        let Some(door) = door_of(fact) else { return };
        let Ok(compartment) = CompartmentId::try_from(door.compartment.as_slice()) else { return };
        let counter = self.closings.entry(compartment).or_default();
        *counter = counter.saturating_add_signed(line.unseen_closings) + u64::from(is_closing);
        door.close_counter = *counter;
    }

    /// Puts in what only the ledger knows.
    fn look_at_ledger(&mut self, line: &Line, fact: &mut Fact) {
        let writer = &mut self.played.world.writer;
        match line.about {
            Some(AboutLedger::Head { fewer, more, is_wrong }) => {
                let real = writer.size().saturating_sub(fewer).max(1);
                let root = writer.root_at(real);
                let root = if is_wrong { flipped(root) } else { root };
                set_head(fact, real + more, root);
            }
            Some(AboutLedger::Census { is_wrong, more }) => {
                let (root, streams) = writer.census();
                if let Fact::CensusTaken(v1::CensusTaken { derived: Some(derived) }) = fact {
                    derived.root = if is_wrong { flipped(root) } else { root }.0.to_vec();
                    derived.streams = streams + more;
                }
            }
            None => {}
        }
    }

    /// What a device hands over after it was offline has numbers.
    fn note_numbers(&mut self, who: SpeakerId, fact: &mut Fact) {
        let next = self.chain(who).next_sequence;
        match fact {
            Fact::OfflineEntered(_) => {
                self.offline.insert(who, next);
            }
            // What was lost is what the device skips.
            Fact::ChainResumed(v1::ChainResumed { declared: Some(declared) }) => {
                declared.lost_from = next;
                declared.lost_to += next;
            }
            Fact::OfflineDrained(v1::OfflineDrained { observed: Some(observed) }) => {
                observed.first_sequence = self.offline.get(&who).copied().unwrap_or(0);
                observed.last_sequence = next.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn keep_evidence(&mut self, envelope: &Envelope, kept: Evidence) -> Vec<u8> {
        let mut bytes = envelope.encode();
        let digest = Digest(Sha256::digest(&bytes).into());
        if let (Evidence::Altered, Some(byte)) = (kept, bytes.last_mut()) {
            *byte ^= 1;
        }
        if kept != Evidence::Missing {
            self.played.world.evidence.insert(digest, bytes);
        }
        digest.0.to_vec()
    }

    /// The node is going to say something about a line, in the line's stead or after it.
    fn node_says(&mut self, id: LineId, line: &Line, fact: Fact) {
        self.told.push(fact);
        let arrived_us = self.arrived.get(&line.by).copied().unwrap_or(0).max(line.at_us);
        self.push(arrived_us + 2 * SECOND, Event::Tell(id, self.told.len() - 1));
    }

    fn tell(&mut self, id: LineId, place: usize, at_us: u64) {
        let fact = self.told.get(place).expect("a fact that waits").clone();
        let time = self.script.clocks.get(&NODE).map(|clock| clock.at(at_us)).unwrap_or_default();
        let node = self.played.world.speakers.get_mut(NODE).expect("every world has a node");
        let key = node.key();
        let (envelope, _) =
            node.chain.say(Saying::new(fact, time), &key).expect("what a script says can be read");
        self.record(id, &envelope.encode(), at_us, true);
    }

    fn fork(&mut self, id: LineId, line: &Line, other: Fact, kept: Evidence, mut clone: DeviceChain) {
        let sequence = clone.next_sequence;
        let key = self.played.world.speakers.get(line.by).expect("a speaker of the world").key();
        let saying = Saying::new(other, line.time.clone());
        let (envelope, conflicting) = clone.say(saying, &key).expect("what a script says can be read");
        let observed = v1::fork_evidenced::Observed {
            device: clone.device.0.to_vec(),
            sequence,
            recorded: self.hashes.get(&id).copied().unwrap_or_default().0.to_vec(),
            conflicting: conflicting.0.to_vec(),
            envelope: self.keep_evidence(&envelope, kept),
        };
        self.node_says(id, line, Fact::ForkEvidenced(v1::ForkEvidenced { observed: Some(observed) }));
    }

    fn set_aside(&mut self, id: LineId, line: &Line, sequence: u64, envelope: &Envelope, hash: Digest) {
        let observed = v1::statement_set_aside::Observed {
            device: self.script.device(line.by).0.to_vec(),
            sequence,
            statement: hash.0.to_vec(),
            envelope: self.keep_evidence(envelope, Evidence::Kept),
            reason: v1::SetAsideReason::AfterRevocation.into(),
        };
        let fact = Fact::StatementSetAside(v1::StatementSetAside { observed: Some(observed) });
        self.node_says(id, line, fact);
    }
}

/// Another digest than this one.
fn flipped(digest: Digest) -> Digest {
    let mut other = digest;
    if let Some(byte) = other.0.get_mut(7) {
        *byte ^= 0x10;
    }
    other
}

/// A statement whose bytes are edited before they are signed, so that the signature is good and the form is not.
fn edited(
    chain: &mut DeviceChain,
    saying: Saying,
    key: &SigningKey,
    edit: fn(Vec<u8>) -> Vec<u8>,
) -> (Envelope, Digest) {
    let bytes = statement::encode(&chain.statement(saying)).expect("what a script says can be read");
    let envelope = Envelope::sign(edit(bytes), key);
    let hash = envelope.statement_hash();
    chain.next_sequence += 1;
    chain.last = hash;
    (envelope, hash)
}

/// The door that a fact speaks of.
pub fn door_of(fact: &mut Fact) -> Option<&mut v1::Door> {
    match fact {
        Fact::DoorUnlocked(fact) => fact.observed.as_mut(),
        Fact::DoorOpened(fact) => fact.observed.as_mut(),
        Fact::DoorClosed(fact) => fact.observed.as_mut(),
        Fact::DoorLocked(fact) => fact.observed.as_mut(),
        Fact::DoorFailedClose(fact) => fact.observed.as_mut(),
        Fact::DoorLeftOpen(fact) => fact.observed.as_mut(),
        Fact::DoorForced(fact) => fact.observed.as_mut(),
        Fact::MasterKeyUsed(fact) => fact.observed.as_mut(),
        _ => None,
    }
}

fn set_head(fact: &mut Fact, size: u64, root: Digest) {
    let (place, value) = match fact {
        Fact::CheckpointSigned(v1::CheckpointSigned { derived: Some(head) }) => {
            (&mut head.size, &mut head.root)
        }
        Fact::WitnessCosigned(v1::WitnessCosigned { observed: Some(head) }) => {
            (&mut head.size, &mut head.root)
        }
        Fact::TimestampTokenAttached(v1::TimestampTokenAttached { observed: Some(head) }) => {
            (&mut head.size, &mut head.root)
        }
        Fact::AuditStarted(v1::AuditStarted { declared: Some(head) }) => (&mut head.size, &mut head.root),
        _ => return,
    };
    *place = size;
    *value = root.0.to_vec();
}
