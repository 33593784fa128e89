//! Disclosure: one file that proves one case.
//!
//! A request is a fact, and a census follows it, so that what the bundle holds can be shown to be whole. Then the entries
//! are selected, their proofs and openings collected, and the bundle is written by the very code that checks one. What was
//! handed out is a fact as well.

mod collect;
mod file;
mod order;
mod select;
mod then;

use std::sync::Arc;

use custody::finding::Finding;
use custody::id::{DeviceId, Digest, ExhibitId};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::schema::Stream;
use custody_proto::v1;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::disclosure::Disclosure;
use ledger_format::note::{Note, NoteSigner};
use ledger_store::Store;
use sha2::{Digest as _, Sha256};
use verifier::bundle::{Checked, Collected, Conclusion, NOTE_FILE_LEN_MAX, WriteError};
use verifier::trust::Trust;

pub use file::Prepared;
pub use order::{
    DECISIONS_BYTES_MAX, Decisions, DecisionsError, DiscloseError, EXHIBITS_MAX, Order, RECIPIENT_BYTES_MAX,
    Scope,
};
pub use select::Selection;

use crate::node::Node;
use crate::reading::Shown;
use crate::vault::{Content, Kept};

/// The verifier in a page, which goes along with every bundle where it was built in.
pub const PAGE: Option<&[u8]> = Some(include_bytes!("../../crates/verify-page/verify.html"));

/// The field of a request that names the recipient.
const RECIPIENT: &str = "recipient";

/// A salt's length, in bytes: what RFC 9901 §9.3 asks for.
const SALT_BYTES: usize = 16;

/// A bundle, and what is to be said of it.
#[derive(Debug)]
pub struct Bundle {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of them.
    pub digest: Digest,
    /// How many entries the ledger had: the same size and order give the same bytes.
    pub size: u64,
    /// How many entries it holds.
    pub entries: usize,
    /// Lines of its redaction register.
    pub withheld: u64,
    /// Index of the entry that records the request.
    pub request: u64,
    /// The exhibits in it.
    pub exhibits: Vec<ExhibitId>,
}

/// From where in the ledger a bundle is made.
#[derive(Debug, Clone, Default)]
pub enum At {
    /// A new request, and a census after it.
    #[default]
    Now,
    /// The newest such request among the first so many entries.
    Size(u64),
    /// The same, under a checkpoint that others have cosigned.
    Cosigned(Box<Note>),
}

impl<S: Store> Node<S> {
    /// Makes a bundle. Where it is handed out, [`Node::record_export`] says so in the ledger.
    pub async fn disclose(
        &self,
        order: &Order,
        at: &At,
        page: Option<&[u8]>,
    ) -> Result<Bundle, DiscloseError> {
        let (bundle, _) = self.disclose_concluding(order, at, page).await?;
        Ok(bundle)
    }

    /// The same, with what the bundle shows.
    pub async fn disclose_concluding(
        &self,
        order: &Order,
        at: &At,
        page: Option<&[u8]>,
    ) -> Result<(Bundle, Conclusion), DiscloseError> {
        let (collected, request) = self.collect(order, at).await?;
        let trust = self.trust_for_bundles()?;
        let signer = Arc::clone(&self.shared.signer);
        let page = page.map(<[u8]>::to_vec);
        let work = move || write_and_read(&collected, request, &trust, &signer, page.as_deref());
        let ended = |_| Err(DiscloseError::Broken { reason: "writing it ended early".to_owned() });
        tokio::task::spawn_blocking(work).await.unwrap_or_else(ended)
    }

    /// Collects what a bundle is written from, and the index of the request.
    pub async fn collect(&self, order: &Order, at: &At) -> Result<(Collected, u64), DiscloseError> {
        self.check_order(order).await?;
        let (request, census, note) = match at {
            At::Now => {
                let request = self.request(order).await?;
                let census = self.take_census().await.map_err(DiscloseError::Declined)?;
                (request, census, self.checkpoint_at(census.saturating_add(1))?)
            }
            At::Size(size) => self.requested(order, *size, None).await?,
            At::Cosigned(note) => {
                let checkpoint = Checkpoint::parse(note.text());
                let checkpoint =
                    checkpoint.map_err(|error| DiscloseError::Checkpoint { reason: error.to_string() })?;
                self.requested(order, checkpoint.size(), Some(note)).await?
            }
        };
        let size = Checkpoint::parse(note.text())
            .map_err(|error| DiscloseError::Broken { reason: error.to_string() })?
            .size();
        let is_newest = || self.look(|state, _| state.size()) == size;
        let mut then = if is_newest() { None } else { Some(self.as_it_was(size).await?) };
        let in_force = self.look_at(then.as_ref(), |state| state.ledger().ledger_key().map(|key| key.id));
        if in_force != Some(self.shared.signer.verifier().key().id()) {
            return Err(DiscloseError::LedgerKey { size });
        }
        loop {
            let selection = select::select(self, then.as_ref(), &order.scope, request, census).await?;
            let collected = self.gather(order, then.as_ref(), selection, (request, census), &note)?;
            // What came in meanwhile may have been looked at.
            if then.is_some() || is_newest() {
                return Ok((collected, request));
            }
            then = Some(self.as_it_was(size).await?);
        }
    }

    async fn check_order(&self, order: &Order) -> Result<(), DiscloseError> {
        let len = order.recipient.len();
        if !(1..=RECIPIENT_BYTES_MAX).contains(&len) {
            return Err(DiscloseError::Recipient { len });
        }
        match &order.scope {
            Scope::Exhibits(exhibits) => {
                if !(1..=EXHIBITS_MAX).contains(&exhibits.len()) {
                    return Err(DiscloseError::Exhibits { count: exhibits.len() });
                }
                if !exhibits.windows(2).all(|pair| matches!(pair, [one, next] if one < next)) {
                    return Err(DiscloseError::Disordered);
                }
                let mut cases = std::collections::BTreeSet::new();
                for exhibit in exhibits {
                    let found = self.look(|state, _| {
                        let record = state.ledger().exhibit(*exhibit);
                        record.map(|record| record.registrations().map(|one| one.case).collect::<Vec<_>>())
                    });
                    cases.extend(found.ok_or(DiscloseError::UnknownExhibit { exhibit: *exhibit })?);
                }
                // One exhibit may have been registered twice, which is a finding and no reason to show nothing.
                if exhibits.len() > 1 && cases.len() > 1 { Err(DiscloseError::Cases) } else { Ok(()) }
            }
            // That there is something to disclose must be known before it is asked for on record.
            Scope::Case(case) => {
                let indices = self.look(|state, _| state.stream(&case_stream(*case)).to_vec());
                if indices.is_empty() {
                    return Err(DiscloseError::UnknownCase { case: *case });
                }
                for index in indices {
                    let streams = self.shown(index).await?.decoded.streams;
                    if streams.iter().any(|stream| stream.kind == Stream::Exhibit) {
                        return Ok(());
                    }
                }
                Err(DiscloseError::Nothing { case: *case })
            }
        }
    }

    /// Says in the ledger that a bundle was asked for.
    async fn request(&self, order: &Order) -> Result<u64, DiscloseError> {
        let recipient = commitment(&order.recipient)?;
        let (case, exhibits) = match &order.scope {
            Scope::Case(case) => (Some(case.0.to_vec()), Vec::new()),
            Scope::Exhibits(exhibits) => (None, exhibits.iter().map(|exhibit| exhibit.0.to_vec()).collect()),
        };
        let declared = v1::disclosure_requested::Declared {
            case,
            exhibits,
            profile: order.profile.to_message().into(),
            recipient: recipient.digest().0.to_vec(),
        };
        let fact = v1::DisclosureRequested { declared: Some(declared) };
        let said = self.say(v1::statement::Fact::DisclosureRequested(fact), vec![recipient]).await;
        said.map_err(DiscloseError::Declined)
    }

    /// Says in the ledger that a bundle was handed out.
    pub async fn record_export(&self, order: &Order, bundle: &Bundle) -> Result<u64, DiscloseError> {
        let request = self.shown(bundle.request).await?;
        let case = match &order.scope {
            Scope::Case(case) => Some(case.0.to_vec()),
            Scope::Exhibits(_) => None,
        };
        let exhibits = bundle.exhibits.iter().take(EXHIBITS_MAX).map(|exhibit| exhibit.0.to_vec());
        let declared = v1::disclosure_exported::Declared {
            request: request.decoded.hash.0.to_vec(),
            bundle: bundle.digest.0.to_vec(),
            case,
            exhibits: exhibits.collect(),
            withheld: bundle.withheld,
        };
        let fact = v1::DisclosureExported { declared: Some(declared) };
        let said = self.say(v1::statement::Fact::DisclosureExported(fact), Vec::new()).await;
        said.map_err(DiscloseError::Declined)
    }

    /// The newest request for the same among the first `size` entries that has a census after it there.
    async fn requested(
        &self,
        order: &Order,
        size: u64,
        cosigned: Option<&Note>,
    ) -> Result<(u64, u64, Note), DiscloseError> {
        let there = self.look(|state, _| state.size());
        if size > there {
            return Err(DiscloseError::Size { size: there, asked: size });
        }
        let (requests, censuses) = self.look(|state, _| {
            let links = &state.tables().links;
            (links.requests().to_vec(), links.censuses().to_vec())
        });
        let own = self.look(|state, _| state.genesis().map(|genesis| genesis.node.device));
        for request in requests.into_iter().rev().filter(|request| *request < size) {
            let asked = self.shown(request).await?;
            if Some(asked.decoded.statement.device) != own || !self.is_for(request, &asked, order)? {
                continue;
            }
            let after = censuses.iter().copied().filter(|census| request < *census && *census < size);
            let Some(census) = self.first_by(own, after).await? else { continue };
            let mut note = self.checkpoint_at(size)?;
            if let Some(cosigned) = cosigned {
                note = merged(note, cosigned)?;
            }
            return Ok((request, census, note));
        }
        Err(DiscloseError::NoRequest { size })
    }

    /// The first of these entries that a device has said.
    async fn first_by(
        &self,
        device: Option<DeviceId>,
        indices: impl Iterator<Item = u64>,
    ) -> Result<Option<u64>, DiscloseError> {
        for index in indices {
            if Some(self.shown(index).await?.decoded.statement.device) == device {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Whether an entry records a request for this. The recipient is compared by its opening, which must open.
    fn is_for(&self, index: u64, shown: &Shown, order: &Order) -> Result<bool, DiscloseError> {
        use prost::Message as _;
        let Ok(statement) = v1::Statement::decode(shown.entry.envelope.statement.as_slice()) else {
            return Ok(false);
        };
        let Some(v1::statement::Fact::DisclosureRequested(fact)) = statement.fact else { return Ok(false) };
        let Some(declared) = fact.declared else { return Ok(false) };
        let is_same_scope = match &order.scope {
            Scope::Case(case) => declared.case.as_deref() == Some(&case.0),
            Scope::Exhibits(exhibits) => {
                declared.case.is_none()
                    && declared.exhibits.iter().eq(exhibits.iter().map(|exhibit| &exhibit.0[..]))
            }
        };
        if !is_same_scope || declared.profile != i32::from(order.profile.to_message()) {
            return Ok(false);
        }
        let kept = self.shared.vault.of_statement(shown.decoded.hash)?;
        if kept.iter().any(|kept| kept.content == Content::Closed) {
            return Err(DiscloseError::Closed { index });
        }
        let is_recipient = |kept: &Kept| match &kept.content {
            Content::Open(disclosure) => {
                let disclosed = Disclosure { encoded: disclosure.clone() }.parse();
                disclosed.is_ok_and(|one| one.name == RECIPIENT && one.value == order.recipient)
            }
            Content::Closed | Content::Erased(_) => false,
        };
        Ok(kept.iter().any(is_recipient))
    }

    async fn shown(&self, index: u64) -> Result<Shown, DiscloseError> {
        self.entry(index).await?.ok_or(DiscloseError::Beyond { index })
    }

    /// The signed checkpoint of the first `size` entries. The key at hand must have been in force there.
    fn checkpoint_at(&self, size: u64) -> Result<Note, DiscloseError> {
        let root = self.look(|state, _| ledger_format::merkle::root_at(state.tree(), size).ok());
        let root = root.ok_or(DiscloseError::Beyond { index: size })?;
        let signer = &self.shared.signer;
        let checkpoint = Checkpoint::new(signer.verifier().name(), size, root);
        let checkpoint = checkpoint.map_err(|error| DiscloseError::Broken { reason: error.to_string() })?;
        signer
            .sign(&checkpoint.to_string())
            .map_err(|error| DiscloseError::Broken { reason: error.to_string() })
    }

    /// The ledger's own trust file: a bundle must hold together for whoever trusts the ledger and nobody else.
    fn trust_for_bundles(&self) -> Result<Trust, DiscloseError> {
        Trust::parse(self.trust()).map_err(|error| DiscloseError::Broken { reason: error.to_string() })
    }
}

/// Writes a bundle and reads it as who gets it will. Computes for as long as the bundle is large.
fn write_and_read(
    collected: &Collected,
    request: u64,
    trust: &Trust,
    signer: &NoteSigner,
    page: Option<&[u8]>,
) -> Result<(Bundle, Conclusion), DiscloseError> {
    let sign = |text: &str| signer.sign_within(text, NOTE_FILE_LEN_MAX).map_err(|error| error.to_string());
    let written = collected.write(trust, page, sign).map_err(|error| match error {
        WriteError::Pack(error) => DiscloseError::Pack(error),
        error => DiscloseError::Broken { reason: error.to_string() },
    });
    let (bytes, conclusion) = written?;
    presentable(&verifier::bundle::check(&bytes, trust))?;
    let bundle = Bundle {
        digest: Digest(Sha256::digest(&bytes).into()),
        size: collected.manifest.size,
        entries: collected.entries.len(),
        withheld: collected.manifest.withheld,
        request,
        exhibits: conclusion.request.exhibits.clone(),
        bytes,
    };
    Ok((bundle, conclusion))
}

/// Whether a reader would find the bundle to be what it says it is. What it shows of the exhibits is another question.
fn presentable(checked: &Checked) -> Result<(), DiscloseError> {
    let broken = |reason: &str| DiscloseError::Broken { reason: reason.to_owned() };
    if let Some(why) = checked.could_not_check.as_ref().or(checked.not_checked.first()) {
        return Err(broken(why));
    }
    // A warning is for the reader: a device that uses a salt twice keeps nobody from a bundle.
    let of_the_bundle = |finding: &&Finding| {
        finding.severity > Severity::Warning
            && matches!(finding.rule, RuleId::L01 | RuleId::L03 | RuleId::L08 | RuleId::G01 | RuleId::G04)
    };
    match checked.findings.iter().find(of_the_bundle) {
        Some(finding) => Err(broken(&finding.sentence)),
        None => Ok(()),
    }
}

/// The lines of a checkpoint that others have cosigned, under the node's own signature.
fn merged(mut note: Note, cosigned: &Note) -> Result<Note, DiscloseError> {
    let refuse = |reason: &str| DiscloseError::Checkpoint { reason: reason.to_owned() };
    if note.text() != cosigned.text() {
        return Err(refuse("it has another root or origin than this ledger at that size"));
    }
    let own: Vec<String> = note.signatures().iter().map(|line| line.name().to_owned()).collect();
    for line in cosigned.signatures().iter().filter(|line| !own.iter().any(|name| name == line.name())) {
        note.push(line.clone()).map_err(|_| refuse("it has too many lines"))?;
    }
    Ok(note)
}

fn commitment(recipient: &str) -> Result<Disclosure, DiscloseError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| DiscloseError::Random(error.to_string()))?;
    Disclosure::new(&salt, RECIPIENT, recipient)
        .map_err(|error| DiscloseError::Broken { reason: error.to_string() })
}

fn case_stream(case: custody::id::CaseId) -> ledger_format::stream::StreamName {
    ledger_format::stream::StreamName { kind: Stream::Case, id: case.0 }
}
