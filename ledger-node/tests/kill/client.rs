//! A device under load: it signs, sends, verifies every answer, and sends again what was not answered.

use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use custody::fact::Seen;
use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::{leaf_hash, verify_consistency};
use ledger_format::note::VerifierKey;
use ledger_format::receipt::Receipt;
use ledger_node::clock::{Clock as _, SystemClock};
use prost::Message as _;

/// Statements in one request.
const BATCH: usize = 8;

/// Longest wait for an answer: a node that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pause of a device that no node answers: a locker's is longer.
#[cfg(feature = "kurrentdb")]
const BACKOFF: Duration = Duration::from_millis(20);

/// What a client tells while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// A request leaves now.
    Sending,
    /// All of a request is recorded, and every receipt verifies.
    Acknowledged,
    /// The node has gone.
    Lost,
}

/// A statement that the node has acknowledged.
pub(crate) struct Acknowledged {
    pub(crate) index: u64,
    pub(crate) leaf: Digest,
    pub(crate) receipt: Receipt,
}

/// A device with its key and chain.
pub(crate) struct Client {
    pub(crate) chain: DeviceChain,
    key: SigningKey,
    ledger: VerifierKey,
    clock: SystemClock,
    /// Said, and not answered.
    pending: Vec<Envelope>,
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// How many of those had been recorded by a request whose answer was lost.
    pub(crate) repeated: usize,
}

impl Client {
    pub(crate) fn new(device: DeviceId, key: SigningKey, enrolment: Digest, ledger: VerifierKey) -> Self {
        let chain = DeviceChain::new(device, enrolment);
        let (pending, acknowledged) = (Vec::new(), Vec::new());
        Self { chain, key, ledger, clock: SystemClock::new(), pending, acknowledged, repeated: 0 }
    }

    /// Works with each node in turn until it has gone, and ends when there are no more.
    pub(crate) fn work(mut self, nodes: &Receiver<String>, words: &Sender<Word>) -> Self {
        for url in nodes {
            let tell = |word| words.send(word).unwrap();
            loop {
                self.say();
                tell(Word::Sending);
                match post(&url, &self.request()) {
                    Some(answer) => {
                        self.take(&answer);
                        tell(Word::Acknowledged);
                    }
                    None => break tell(Word::Lost),
                }
            }
        }
        self
    }

    /// Works with whichever of the nodes takes statements, as a locker does that knows several; ends, with nothing
    /// unanswered, when it is told to.
    #[cfg(feature = "kurrentdb")]
    pub(crate) fn work_on(
        mut self,
        nodes: &std::sync::Mutex<Vec<String>>,
        is_over: &std::sync::atomic::AtomicBool,
        words: &Sender<Word>,
    ) -> Self {
        loop {
            if self.pending.is_empty() && is_over.load(std::sync::atomic::Ordering::Relaxed) {
                return self;
            }
            self.say();
            let (request, nodes) = (self.request(), nodes.lock().unwrap().clone());
            match nodes.iter().find_map(|url| post_if_taken(url, &request)) {
                Some(answer) => {
                    self.take(&answer);
                    words.send(Word::Acknowledged).unwrap();
                }
                None => std::thread::park_timeout(BACKOFF),
            }
        }
    }

    /// The next statements, unless some wait for their answer.
    fn say(&mut self) {
        while self.pending.len() < BATCH {
            let reason = v1::BootReason::PowerOn.into();
            let observed = v1::device_booted::Observed { reason, firmware: "1.0".to_owned() };
            let fact = Fact::DeviceBooted(v1::DeviceBooted { observed: Some(observed) });
            let time = self.clock.read().to_message(BootId([0xb0; 16]));
            let (envelope, _) = self.chain.say(Saying::new(fact, time), &self.key).unwrap();
            self.pending.push(envelope);
        }
    }

    fn request(&self) -> Vec<u8> {
        let submission = |envelope: &Envelope| v1::Submission {
            envelope: Some(envelope.to_message()),
            openings: Vec::new(),
        };
        let submissions = self.pending.iter().map(submission).collect();
        let seen_size = self.chain.seen.map_or(0, |seen| seen.size);
        v1::SubmitRequest { submissions, seen_size }.encode_to_vec()
    }

    /// Verifies an answer as a device does: the ledger only grows, and every statement sent is in it.
    fn take(&mut self, answer: &[u8]) {
        let answer = v1::SubmitResponse::decode(answer).unwrap();
        assert_eq!(answer.outcomes.len(), self.pending.len());
        let before = self.acknowledged.len();
        for (outcome, envelope) in answer.outcomes.iter().zip(std::mem::take(&mut self.pending)) {
            match outcome.status() {
                v1::OutcomeStatus::Recorded => {}
                v1::OutcomeStatus::AlreadyRecorded => self.repeated += 1,
                // The node that writes was replaced in the midst of it.
                v1::OutcomeStatus::NotYet => {
                    self.pending.push(envelope);
                    continue;
                }
                other => panic!("{other:?} {} {}", outcome.code(), outcome.detail()),
            }
            let entry = Entry::decode(outcome.entry()).unwrap();
            assert_eq!(entry.envelope, envelope, "another statement than was sent");
            let receipt = Receipt::parse(outcome.receipt().as_bytes()).unwrap();
            let leaf = leaf_hash(outcome.entry());
            receipt.verify(leaf, &self.ledger, &[]).unwrap();
            assert_eq!(Some(receipt.note().to_string().as_str()), answer.checkpoint.as_deref());
            assert_eq!(receipt.index(), entry.index);
            self.acknowledged.push(Acknowledged { index: entry.index, leaf, receipt });
        }
        if self.acknowledged.len() == before {
            return;
        }
        let newest = self.acknowledged.last().map(|last| head(&last.receipt)).unwrap();
        if let Some(seen) = self.chain.seen {
            let proof: Vec<Digest> =
                answer.consistency.iter().map(|hash| Digest::try_from(hash.as_slice()).unwrap()).collect();
            verify_consistency(seen.size, seen.root, newest.size, newest.root, &proof).unwrap();
        }
        self.chain.seen = Some(newest);
    }
}

/// Size and root of the checkpoint in a receipt.
pub(crate) fn head(receipt: &Receipt) -> Seen {
    let checkpoint = Checkpoint::parse(receipt.note().text()).unwrap();
    Seen { size: checkpoint.size(), root: checkpoint.root() }
}

/// Posts a request; `None` if the node has gone before it answered in full.
pub(crate) fn post(url: &str, request: &[u8]) -> Option<Vec<u8>> {
    let (status, body) = answer(url, request)?;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    Some(body)
}

/// Posts a request; `None` if the node has gone, or takes no statements now.
#[cfg(feature = "kurrentdb")]
pub(crate) fn post_if_taken(url: &str, request: &[u8]) -> Option<Vec<u8>> {
    let (status, body) = answer(url, request)?;
    assert!([200, 503].contains(&status), "{status}: {}", String::from_utf8_lossy(&body));
    (status == 200).then_some(body)
}

fn answer(url: &str, request: &[u8]) -> Option<(u16, Vec<u8>)> {
    let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
    let agent = config.build().new_agent();
    let post = agent.post(format!("{url}/v1/statements")).header("content-type", "application/x-protobuf");
    match post.send(request) {
        Ok(mut response) => {
            let status = response.status().as_u16();
            Some((status, response.body_mut().read_to_vec().ok()?))
        }
        Err(ureq::Error::Timeout(what)) => panic!("the node hangs: {what}"),
        Err(_) => None,
    }
}
