//! A small ledger behind its edge: two authorities, a desk, an exhibit in a locker's compartment to come.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use custody::id::{DeviceId, Digest};
use custody_proto::v1;
use http_body_util::BodyExt as _;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::possession::possession_message;
use ledger_store::lease::MemoryLease;
use ledger_store::sqlite::SqliteStore;
use prost::Message as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::clock::{Clock as _, SetClock};
use crate::cluster::Cluster;
use crate::config::Config;
use crate::evidence::Evidence;
use crate::folder::Folder;
use crate::genesis::{AuthorityKey, init};
use crate::home::HomeName;
use crate::http::edge::Edge;
use crate::http::routes::router;
use crate::json::fact_from_json;
use crate::policy::Judging;
use crate::start::{Parts, open_judging, start_standby};
use crate::token::Scope;
use crate::vault::Vault;

/// Some day in 2027, at noon.
pub(super) const NOON_US: u64 = 1_800_014_400_000_000;

pub(super) const EXHIBIT: &str = "eeeeeeee-0000-4000-8000-000000000001";
pub(super) const LOCKER: &str = "11111111-0000-4000-8000-000000000001";
pub(super) const COMPARTMENT: &str = "cccccccc-0000-4000-8000-000000000001";
pub(super) const SITE: &str = "55555555-0000-4000-8000-000000000001";
pub(super) const OFFICER: &str = "99999999-0000-4000-8000-000000000001";

/// What the registration says of the exhibit, and nothing but the vault may ever hold.
pub(super) const DESCRIPTION: &str = "a red kitchen knife";

pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) edge: Arc<Edge<SqliteStore>>,
    pub(super) router: Router,
    pub(super) clock: Arc<SetClock>,
    first: Speaker,
    second: Speaker,
    pub(super) desk: Speaker,
}

/// What a ledger without cameras, roles and authorities is judged by; nobody looks at the clock unless asked.
fn judging() -> Judging {
    Judging::when_asked(verifier::testing::policies())
}

/// One answer.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answered {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(super) fn content_type(&self) -> &str {
        self.headers[CONTENT_TYPE].to_str().unwrap()
    }

    /// That it is a problem with this status and code.
    #[track_caller]
    pub(super) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{:?}", self.body);
        assert_eq!(self.content_type(), "application/problem+json");
        let body = self.json();
        assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(status.into()), Some(code)));
        assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 5));
    }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::around(change, false).await
    }

    /// One of several nodes that stand by.
    pub(super) async fn standing_by() -> Self {
        Self::around(|_| {}, true).await
    }

    async fn around(change: impl FnOnce(&mut Config), stands_by: bool) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().join("data"));
        let clock = Arc::new(SetClock::new(NOON_US));
        let speaker = |id: u8, genesis| Speaker {
            chain: DeviceChain::new(DeviceId([id; 16]), genesis),
            key: SigningKey::from_seed(&[id; 32]),
        };
        let authorities = [0xa1, 0xa2].map(|id| {
            let Speaker { chain, key } = speaker(id, Digest::ZERO);
            AuthorityKey { device: chain.device, key: key.public_key() }
        });
        let genesis = init(&folder, "ledger.example/test", &authorities, &clock).await.unwrap().leaf;
        let node = if stands_by {
            let parts = Parts {
                store: SqliteStore::open(&folder.store()).unwrap(),
                home: HomeName::embedded(),
                vault: Arc::new(Vault::open(folder.path()).unwrap()),
                evidence: Arc::new(Evidence::open(folder.path()).unwrap()),
                keys: folder.read_keys().unwrap(),
                heads: vec![folder.head()],
                known: Vec::new(),
                clock: Arc::clone(&clock),
                judging: judging(),
            };
            start_standby(parts, Cluster::when_asked(MemoryLease::default())).await.unwrap()
        } else {
            open_judging(&folder, Vec::new(), Arc::clone(&clock), judging()).await.unwrap()
        };
        let mut config = Config { copies: Some(temporary.path().to_owned()), ..Config::default() };
        change(&mut config);
        let edge = Edge::open(node, folder.path(), &config, Arc::clone(&clock)).unwrap();
        let edge = Arc::new(edge.with_backups(folder));
        let router = router(Arc::clone(&edge));
        let (first, second, desk) = (speaker(0xa1, genesis), speaker(0xa2, genesis), speaker(0xd1, genesis));
        Self { folder: temporary, edge, router, clock, first, second, desk }
    }

    /// With a desk, a locker and an exhibit registered at the desk.
    pub(super) async fn furnished() -> Self {
        let mut world = Self::new().await;
        world.furnish().await;
        world
    }

    pub(super) async fn furnish(&mut self) {
        let (device, key) = (self.desk.chain.device, &self.desk.key);
        let public = *key.public_key().as_bytes();
        let possession = hex::encode(key.sign(&possession_message(&device.0, &public)));
        let enrolled = json!({"device_enrolled": {"declared": {
            "device": device.to_string(), "kind": "desk",
            "key": {"algorithm": "ed25519", "key": hex::encode(public)}, "possession": possession}}});
        self.desk.chain.enrolment = self.agree(&enrolled).await;
        self.agree(&json!({"site_registered": {"declared": {"site": SITE, "name": {"value": "a site"}}}}))
            .await;
        self.agree(&json!({"locker_registered": {"declared": {
            "locker": LOCKER, "device": device.to_string(), "site": SITE, "purpose": "exhibits",
            "compartments": [{"compartment": COMPARTMENT, "label": "1", "mode": "single"}]}}}))
            .await;
        let session = json!({"session_opened": {
            "observed": {"method": "card"}, "declared": {"person": OFFICER}}});
        let session = self.desk.says(&session);
        let registered = json!({"exhibit_registered": {"declared": {
            "exhibit": EXHIBIT, "case": "ca5eca5e-0000-4000-8000-000000000001",
            "reference_tag": "ab".repeat(32), "exhibit_reference": {"value": "AB/1"},
            "description": {"value": DESCRIPTION},
            "registrar": {"person": OFFICER, "session": session.envelope.statement_hash().to_string()},
            "producer": OFFICER, "holder": OFFICER, "category": "other", "closure": "unsealed"}}});
        let registered = self.desk.says(&registered);
        self.recorded(vec![session, registered]).await;
    }

    /// Both authorities agree on a fact; returns the leaf hash of the approval.
    async fn agree(&mut self, fact: &Value) -> Digest {
        let proposed = self.first.says(fact);
        let hash = proposed.envelope.statement_hash().to_string();
        let approved = self.second.says(&json!({"approved": {"declared": {"statement": hash}}}));
        let entries = self.recorded(vec![proposed, approved]).await;
        leaf_hash(&entries[1])
    }

    /// Submits and expects all to be recorded; returns their entries.
    pub(super) async fn recorded(&self, said: Vec<Said>) -> Vec<Vec<u8>> {
        let answered = self.submit(said).await;
        assert_eq!(answered.status, StatusCode::OK, "{:?}", answered.body);
        let response = v1::SubmitResponse::decode(answered.body).unwrap();
        let entry = |outcome: v1::Outcome| {
            assert_eq!(outcome.status(), v1::OutcomeStatus::Recorded, "{outcome:?}");
            outcome.entry.unwrap()
        };
        response.outcomes.into_iter().map(entry).collect()
    }

    pub(super) async fn submit(&self, said: Vec<Said>) -> Answered {
        let request = v1::SubmitRequest {
            submissions: said.into_iter().map(Said::into_message).collect(),
            seen_size: 0,
        };
        let request = Request::post("/v1/statements")
            .header(CONTENT_TYPE, "application/x-protobuf")
            .body(Body::from(request.encode_to_vec()))
            .unwrap();
        self.send(request).await
    }

    pub(super) fn token(&self, scope: Scope) -> String {
        let count = self.edge.tokens.list().unwrap().len();
        let now = self.clock.read().wall_us;
        self.edge.tokens.add(&format!("{scope} {count}"), scope, now, None).unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Answered {
        self.ask(Method::GET, path, Some(&self.token(Scope::Read))).await
    }

    pub(super) async fn get_json(&self, path: &str) -> Answered {
        let token = self.token(Scope::Read);
        let request = Request::get(path)
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn ask(&self, method: Method, path: &str, token: Option<&str>) -> Answered {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream has no end to wait for.
        let is_stream = parts.headers.get(CONTENT_TYPE).is_some_and(|found| found == "text/event-stream");
        let body = if is_stream { Bytes::new() } else { body.collect().await.unwrap().to_bytes() };
        Answered { status: parts.status, headers: parts.headers, body }
    }
}

/// A device with its key and its chain.
pub(super) struct Speaker {
    pub(super) chain: DeviceChain,
    pub(super) key: SigningKey,
}

/// A statement on its way.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) envelope: Envelope,
    pub(super) openings: Vec<Disclosure>,
}

impl Speaker {
    pub(super) fn says(&mut self, fact: &Value) -> Said {
        let (fact, openings) = fact_from_json(fact).unwrap();
        let time = SetClock::new(NOON_US).read().to_message(custody::id::BootId([7; 16]));
        let (envelope, _) = self.chain.say(Saying::new(fact, time), &self.key).unwrap();
        Said { envelope, openings }
    }
}

impl Said {
    fn into_message(self) -> v1::Submission {
        v1::Submission {
            envelope: Some(self.envelope.to_message()),
            openings: self.openings.into_iter().map(|opening| opening.encoded).collect(),
        }
    }
}
