//! The program killed without warning, again and again, under load: nothing that it acknowledged is ever lost.
#![expect(clippy::unwrap_used, reason = "what a test's helper cannot do ends the test")]

mod client;
mod program;
#[cfg(feature = "kurrentdb")]
mod take_over;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use custody::fact::Fact;
use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact as Said;
use ledger_format::key::SigningKey;
use ledger_format::merkle::{leaf_hash, verify_consistency};
use ledger_format::possession::possession_message;
use ledger_node::authority::Authority;
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::folder::Folder;
use ledger_node::genesis::{self, new_device};
use ledger_node::node::Node;
use ledger_node::start;
use ledger_store::Store;
use prost::Message as _;
use tokio::runtime::Runtime;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::known_head::KnownHead;
use verifier::report::Outcome;
use verifier::trust::Trust;

use client::{Client, Word, head, post};
use program::Program;

/// How often the program is killed.
const KILLS: usize = 50;

/// Devices that speak at once, so that one batch of the writer holds statements of several.
const CLIENTS: u8 = 2;

/// Most requests acknowledged between two kills: the node replays everything at every start.
const REQUESTS_MAX: u64 = 8;

/// Turns that are given away before a kill in the midst of something: up to some tens of milliseconds.
const TURNS_MAX: u64 = 20_000;

/// The same while the program starts, which takes longer.
const STARTING_TURNS_MAX: u64 = 200_000;

/// Longest wait for a client's next word.
const PATIENCE: Duration = Duration::from_secs(60);

/// When the program is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// While it starts, after so many turns.
    Starting { turns: u64 },
    /// Once so many requests are acknowledged.
    Acknowledged { requests: u64 },
    /// So many turns after that many requests were sent.
    Sent { requests: u64, turns: u64 },
}

/// The same moments in every run (`SplitMix64`); what the processes do in them is theirs.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn moment(&mut self) -> Moment {
        match self.below(5) {
            0 => Moment::Starting { turns: self.below(STARTING_TURNS_MAX) },
            1 | 2 => Moment::Acknowledged { requests: self.below(REQUESTS_MAX) },
            _ => Moment::Sent { requests: 1 + self.below(REQUESTS_MAX), turns: self.below(TURNS_MAX) },
        }
    }
}

fn give_away(turns: u64) {
    (0..turns).for_each(|_| std::thread::yield_now());
}

/// A client at work, as the test sees it.
struct Worker {
    nodes: Sender<String>,
    thread: std::thread::JoinHandle<Client>,
}

#[test]
fn what_was_acknowledged_survives_fifty_kills_at_any_moment() {
    let home = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let (program, trust, clients) = begin(home.path(), &runtime);
    let (words, heard) = channel();
    let workers: Vec<Worker> = clients.into_iter().map(|client| put_to_work(client, words.clone())).collect();
    drop(words);

    let mut numbers = Numbers(0x006b_696c_6c2d_3900);
    for _ in 0..KILLS {
        live_and_die(&program, numbers.moment(), &workers, &heard);
    }
    let clients: Vec<Client> = workers
        .into_iter()
        .map(|Worker { nodes, thread }| {
            drop(nodes);
            thread.join().unwrap()
        })
        .collect();

    let folder = Folder::new(home.path().join("data"));
    let node = runtime.block_on(start::open(&folder, Vec::new(), SystemClock::new())).unwrap();
    let acknowledged: usize = clients.iter().map(|client| client.acknowledged.len()).sum();
    let repeated: usize = clients.iter().map(|client| client.repeated).sum();
    let size = node.checkpoint().checkpoint.size();
    println!("{acknowledged} acknowledged, {repeated} of them after a lost answer; {size} entries");
    assert!(acknowledged >= KILLS, "the kills left no time for anything: {acknowledged}");
    let known = all_are_there(&runtime, &node, &clients);
    epochs_are_gapless(&runtime, &node, KILLS + 2);
    verified(&runtime, &node, &home.path().join("archive"), &trust, &known);
}

/// Ends the node; its archive is verified, from the genesis to the newest checkpoint that anybody was given.
fn verified<S: Store>(runtime: &Runtime, node: &Node<S>, archive: &Path, trust: &Trust, known: &[KnownHead]) {
    runtime.block_on(node.export_archive(archive)).unwrap();
    runtime.block_on(node.shutdown());
    let archive = DirectoryArchive::open(archive).unwrap();
    let report = audit(
        &archive,
        trust,
        known,
        &verifier::testing::policies(),
        &Options { threads: NonZeroUsize::MIN },
        &mut |_| {},
    );
    assert_eq!(report.could_not_check, None);
    assert_eq!(report.outcome(), Outcome::Verified, "{:#?}", report.findings);
    assert_eq!(report.known_heads.len(), known.len());
}

/// One life of the program, from its start to its end at that moment.
fn live_and_die(program: &Program, moment: Moment, workers: &[Worker], heard: &Receiver<Word>) {
    if let Moment::Starting { turns } = moment {
        let process = program.spawn();
        give_away(turns);
        return process.kill();
    }
    let process = program.serve();
    for worker in workers {
        worker.nodes.send(process.url.clone()).unwrap();
    }
    let (mut sent, mut acknowledged) = (0, 0);
    loop {
        match moment {
            Moment::Acknowledged { requests } if acknowledged >= requests => break,
            Moment::Sent { requests, turns } if sent >= requests => {
                give_away(turns);
                break;
            }
            _ => {}
        }
        match heard.recv_timeout(PATIENCE).unwrap() {
            Word::Sending => sent += 1,
            Word::Acknowledged => acknowledged += 1,
            Word::Lost => panic!("the node closed a connection by itself"),
        }
    }
    process.kill();
    let mut lost = 0;
    while lost < workers.len() {
        lost += usize::from(heard.recv_timeout(PATIENCE).unwrap() == Word::Lost);
    }
}

fn put_to_work(client: Client, words: Sender<Word>) -> Worker {
    let (nodes, given) = channel();
    let thread = std::thread::spawn(move || client.work(&given, &words));
    Worker { nodes, thread }
}

/// A ledger with two authorities, who enrol the clients over HTTP in the program's first life.
fn begin(home: &Path, runtime: &Runtime) -> (Program, Trust, Vec<Client>) {
    let mut authorities = ["first", "second"].map(|name| Authority::create(&home.join(name)).unwrap());
    let folder = Folder::new(home.join("data"));
    let public = authorities.each_ref().map(Authority::public);
    let origin = "ledger.example/kill";
    let beginning = runtime.block_on(genesis::init(&folder, origin, &public, &SystemClock::new())).unwrap();
    for authority in &mut authorities {
        authority.join(beginning.leaf).unwrap();
    }
    let trust = Trust::parse(&beginning.trust).unwrap();
    let program = Program::new(folder.path());
    let process = program.serve();
    let clients = (1..=CLIENTS).map(|number| {
        let (device, key) = (DeviceId([number; 16]), SigningKey::from_seed(&[number; 32]));
        let (proposal, _) = say(&mut authorities[0], &process.url, enrolled(device, &key));
        let declared = Some(v1::approved::Declared { statement: proposal.0.to_vec() });
        let approval = Said::Approved(v1::Approved { declared });
        let (_, enrolment) = say(&mut authorities[1], &process.url, approval);
        Client::new(device, key, enrolment, trust.ledger_key.clone())
    });
    let clients = clients.collect();
    process.kill();
    (program, trust, clients)
}

fn enrolled(device: DeviceId, key: &SigningKey) -> Said {
    let public = *key.public_key().as_bytes();
    let declared = v1::device_enrolled::Declared {
        device: device.0.to_vec(),
        kind: v1::DeviceKind::Locker.into(),
        key: Some(v1::PublicKey { algorithm: v1::Algorithm::Ed25519.into(), key: public.to_vec() }),
        possession: key.sign(&possession_message(&device.0, &public)).to_vec(),
        site: None,
        attestation: None,
    };
    Said::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) })
}

/// Has an authority say something. Returns the statement's hash and its entry's leaf hash.
fn say(authority: &mut Authority, url: &str, fact: Said) -> (Digest, Digest) {
    // A clock that begins anew is a run of its own.
    let time = SystemClock::new().read().to_message(BootId(new_device().unwrap().0));
    let envelope = authority.say(fact, time).unwrap();
    let submission = v1::Submission { envelope: Some(envelope.to_message()), openings: Vec::new() };
    let request = v1::SubmitRequest { submissions: vec![submission], seen_size: 0 };
    let answer = post(url, &request.encode_to_vec()).unwrap();
    let answer = v1::SubmitResponse::decode(answer.as_slice()).unwrap();
    let outcome = answer.outcomes.first().unwrap();
    assert_eq!(outcome.status(), v1::OutcomeStatus::Recorded, "{}", outcome.detail());
    authority.acknowledge().unwrap();
    (envelope.statement_hash(), leaf_hash(outcome.entry()))
}

/// Every acknowledged statement is where its receipt says, and the checkpoint of every receipt is a prefix of
/// the ledger's last. Returns those checkpoints.
fn all_are_there<S: Store>(runtime: &Runtime, node: &Node<S>, clients: &[Client]) -> Vec<KnownHead> {
    let newest = node.checkpoint().checkpoint;
    let mut known = BTreeMap::new();
    for acknowledged in clients.iter().flat_map(|client| &client.acknowledged) {
        let entry = runtime.block_on(node.entry_bytes(acknowledged.index)).unwrap();
        let leaf = entry.map(|bytes| leaf_hash(&bytes));
        assert_eq!(leaf, Some(acknowledged.leaf), "entry {} was acknowledged", acknowledged.index);
        let seen = head(&acknowledged.receipt);
        let signed = acknowledged.receipt.note().to_string();
        if known.insert((seen.size, seen.root), signed).is_none() {
            let proof = node.consistency(seen.size, newest.size()).unwrap();
            verify_consistency(seen.size, seen.root, newest.size(), newest.root(), &proof).unwrap();
        }
    }
    let parse = |signed: String| KnownHead::parse("a receipt's", signed.as_bytes()).unwrap();
    known.into_values().map(parse).collect()
}

/// The starts that the ledger knows of are numbered without a gap, from the first.
fn epochs_are_gapless<S: Store>(runtime: &Runtime, node: &Node<S>, most: usize) {
    let mut epochs = Vec::new();
    for index in 0..node.checkpoint().checkpoint.size() {
        let shown = runtime.block_on(node.entry(index)).unwrap().unwrap();
        if let Fact::EpochClaimed { epoch } = shown.decoded.statement.fact {
            epochs.push(epoch);
        }
    }
    let count = u64::try_from(epochs.len()).unwrap();
    assert!(epochs.iter().copied().eq(1..=count), "{epochs:?}");
    // Each life that served has claimed one; of those that ended while they started, some have.
    assert!(count > 1 && count <= u64::try_from(most).unwrap(), "{count}");
}
