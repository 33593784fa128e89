//! A transit store with a locker, a camera and a desk, at a node that looks at the clock when it is asked to.

use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use ledger_format::device_chain::Saying;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_node::admission::Submission;
use ledger_node::clock::Clock as _;
use ledger_node::json::fact_from_json;
use ledger_node::node::Node;
use ledger_store::memory::MemoryStore;
use serde_json::{Value, json};

use crate::support::*;

pub(crate) const MINUTE_US: u64 = 60_000_000;
pub(crate) const DAY_US: u64 = 86_400_000_000;

pub(crate) const SITE: &str = "51515151-5151-4151-8151-515151515151";
pub(crate) const STORE: &str = "57575757-5757-4757-8757-575757575757";
pub(crate) const LOCKER: &str = "1c1c1c1c-1c1c-4c1c-8c1c-1c1c1c1c1c1c";
pub(crate) const COMPARTMENT: &str = "c0c0c0c0-c0c0-40c0-80c0-c0c0c0c0c0c0";
pub(crate) const CAMERA: &str = "ca3e7aca-ca3e-43e7-8a3e-ca3e7aca3e7a";
pub(crate) const EXHIBIT: &str = "e1e1e1e1-e1e1-41e1-81e1-e1e1e1e1e1e1";
/// Who is at the locker, unless a test says otherwise.
const PERSON: &str = "99999999-9999-4999-8999-999999999999";
/// Who else may come.
pub(crate) const COURIER: &str = "88888888-8888-4888-8888-888888888888";
/// Who is at the desk.
const KEEPER: &str = "77777777-7777-4777-8777-777777777777";

/// The devices' ids, by the byte they are made of.
pub(crate) const SPEAKER: u8 = 0x20;
pub(crate) const DESK: u8 = 0x21;
pub(crate) const RECORDER: u8 = 0x22;

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) node: Node<MemoryStore>,
    pub(crate) locker: Speaker,
    pub(crate) desk: Speaker,
    pub(crate) recorder: Speaker,
    closings: u64,
    /// Who is at the locker.
    pub(crate) at_locker: &'static str,
    /// What the locker has said since it lost its network.
    waiting: Option<Vec<Submission>>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let mut world = World::new().await;
        let node = world.start().await;
        let mut speakers = Vec::new();
        for (id, kind) in [(SPEAKER, "locker"), (DESK, "desk"), (RECORDER, "recorder")] {
            speakers.push(enrol(&mut world, &node, id, kind).await);
        }
        let recorder = speakers.pop().unwrap();
        let desk = speakers.pop().unwrap();
        let locker = speakers.pop().unwrap();
        let mut scene =
            Self { world, node, locker, desk, recorder, closings: 0, at_locker: PERSON, waiting: None };
        scene.furnish().await;
        scene
    }

    async fn furnish(&mut self) {
        let id = |byte: u8| json!(DeviceId([byte; 16]).to_string());
        let facts = [
            json!({"site_registered": {"declared": {"site": SITE, "name": {"value": "Alder"}}}}),
            json!({"transit_store_designated": {"declared": {
                "store": STORE, "site": SITE, "name": {"value": "Alder"}, "valid_from_us": NOON_US}}}),
            json!({"locker_registered": {"declared": {
                "locker": LOCKER, "device": id(SPEAKER), "site": SITE, "store": STORE, "purpose": "both",
                "compartments": [{"compartment": COMPARTMENT, "label": "A1", "mode": "single"}]}}}),
            json!({"camera_registered": {"declared": {
                "camera": CAMERA, "recorder": id(RECORDER), "site": SITE, "name": {"value": "door"},
                "signed_video": false}}}),
            json!({"coverage_map_approved": {"declared": {
                "site": SITE, "surveyor": PERSON, "surveyed_us": NOON_US, "valid_from_us": NOON_US,
                "coverages": [{"camera": CAMERA, "locker": LOCKER, "still": "ab".repeat(32)}]}}}),
        ];
        for fact in facts {
            self.agree(&fact).await;
        }
    }

    /// Both authorities agree on a fact. Returns the leaf hash of the approval.
    pub(crate) async fn agree(&mut self, fact: &Value) -> Digest {
        let (fact, _) = fact_from_json(fact).unwrap();
        leaf_hash(&self.world.agree(&self.node, fact).await.entry)
    }

    /// Time passes.
    pub(crate) fn pass(&self, us: u64) {
        self.world.clock.set(self.now_us() + us);
    }

    pub(crate) fn now_us(&self) -> u64 {
        self.world.clock.read().wall_us
    }

    /// A device says something now, and it is recorded. Returns its statement's hash.
    pub(crate) async fn says(&mut self, who: u8, fact: &Value) -> Digest {
        self.says_following(who, fact, None).await
    }

    /// The same, continuing a custody statement.
    pub(crate) async fn says_following(&mut self, who: u8, fact: &Value, follows: Option<Digest>) -> Digest {
        let time = self.world.clock.read().to_message(BootId([who; 16]));
        let speaker = match who {
            SPEAKER => &mut self.locker,
            DESK => &mut self.desk,
            _ => &mut self.recorder,
        };
        let (fact, openings) = fact_from_json(fact).unwrap();
        let saying = Saying::new(fact, time).following(follows);
        let (envelope, hash) = speaker.chain.say(saying, &speaker.key).unwrap();
        let submission = Submission { envelope, openings };
        match &mut self.waiting {
            Some(waiting) if who == SPEAKER => waiting.push(submission),
            _ => drop(recorded(&self.node.submit(vec![submission], 0).await)),
        }
        hash
    }

    /// The locker loses its network.
    pub(crate) fn disconnect(&mut self) {
        self.waiting = Some(Vec::new());
    }

    /// It has it again, and hands over what it has said meanwhile.
    pub(crate) async fn connect(&mut self) {
        let waiting = self.waiting.take().unwrap();
        recorded(&self.node.submit(waiting, 0).await);
    }

    /// Somebody is recognised at a device.
    pub(crate) async fn act(&mut self, who: u8) -> Value {
        let person = if who == DESK { KEEPER } else { self.at_locker };
        let fact = json!({"session_opened": {
            "observed": {"method": "card_and_pin"}, "declared": {"person": person}}});
        let session = self.says(who, &fact).await;
        json!({"person": person, "session": session.to_string()})
    }

    /// A session and a whole door cycle in it, with the act that goes with it. Returns the act's statement.
    pub(crate) async fn at_door(&mut self, act: impl FnOnce(&Value, &Value) -> Value) -> Digest {
        let by = self.act(SPEAKER).await;
        let mut cycle = Value::Null;
        for (name, closed) in
            [("door_unlocked", 0), ("door_opened", 0), ("door_closed", 1), ("door_locked", 1)]
        {
            let counter = self.closings + closed;
            let mut door =
                json!({"compartment": COMPARTMENT, "close_counter": counter, "session": by["session"]});
            if !cycle.is_null() {
                door["cycle"] = cycle.clone();
            }
            let hash = self.says(SPEAKER, &json!({name: {"observed": door}})).await;
            if cycle.is_null() {
                cycle = json!(hash.to_string());
            }
        }
        self.closings += 1;
        let at = json!({"compartment": COMPARTMENT, "door_cycle": cycle, "label": EXHIBIT});
        let hash = self.says(SPEAKER, &act(&at, &by)).await;
        let left = json!({"session_closed": {"observed": {"session": by["session"], "timed_out": false}}});
        self.says(SPEAKER, &left).await;
        hash
    }

    pub(crate) async fn deposit(&mut self) -> Digest {
        self.at_door(|at, by| {
            json!({"deposited": {"observed": at, "declared": {
                "item": item(), "by": by, "condition": "intact"}}})
        })
        .await
    }

    pub(crate) async fn collect(&mut self) -> Digest {
        self.at_door(|at, by| {
            json!({"collected": {"observed": at, "declared": {
                "item": item(), "by": by, "condition": "intact"}}})
        })
        .await
    }

    pub(crate) async fn register(&mut self) {
        let by = self.act(DESK).await;
        let fact = json!({"exhibit_registered": {"declared": {
            "exhibit": EXHIBIT, "case": "ca5eca5e-0000-4000-8000-000000000001",
            "reference_tag": "ab".repeat(32), "exhibit_reference": {"value": "AB/1"},
            "description": {"value": "a bag"}, "registrar": by, "producer": PERSON, "holder": PERSON,
            "category": "other", "closure": "sealed", "seal": "MP1"}}});
        self.says(DESK, &fact).await;
    }

    /// The facts that the node has said of its own accord since an entry, by name.
    pub(crate) async fn said_since(&self, from: u64) -> Vec<&'static str> {
        let mut names = Vec::new();
        for index in from..size(&self.node) {
            let decoded = self.node.entry(index).await.unwrap().unwrap().decoded;
            if decoded.statement.device == NODE && decoded.name != "census_taken" {
                names.push(decoded.name);
            }
        }
        names
    }

    /// The node is stopped, and started again on the same entries.
    pub(crate) async fn restart(&mut self) {
        self.node.shutdown().await;
        self.node = self.world.start().await;
    }
}

pub(crate) fn item() -> Value {
    json!({"exhibits": [EXHIBIT], "closure": "sealed", "seal": "MP1"})
}

async fn enrol(world: &mut World, node: &Node<MemoryStore>, id: u8, kind: &str) -> Speaker {
    let (device, secret) = (DeviceId([id; 16]), SigningKey::from_seed(&[id; 32]));
    let key = json!({"algorithm": "ed25519", "key": hex::encode(secret.public_key().as_bytes())});
    let fact = json!({"device_enrolled": {"declared": {
        "device": device.to_string(), "kind": kind, "key": key,
        "possession": hex::encode(possession(device, &secret)), "site": SITE}}});
    let (fact, _): (v1::statement::Fact, _) = fact_from_json(&fact).unwrap();
    let enrolment = leaf_hash(&world.agree(node, fact).await.entry);
    Speaker::new(device, secret, enrolment)
}

/// That nothing more is said when the clock has not moved.
pub(crate) async fn is_silent(scene: &Scene) {
    assert_eq!(scene.node.make_round().await, 0);
}
