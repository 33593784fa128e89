//! Erasing openings: said in the ledger first, then destroyed in the vault, and never the other way round.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use custody::fact::{DisclosureFact, Fact};
use custody::id::{CaseId, Digest, ExhibitId};
use custody_proto::schema::Stream;
use custody_proto::v1;
use ledger_format::disclosure::{Disclosure, DisclosureError};
use ledger_format::statement::Decoded;
use ledger_format::stream::StreamName;
use ledger_store::Store;
use serde_json::{Value, json};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::draft::Draft;
use crate::node::Node;
use crate::outcome::Declined;
use crate::queue::{Decision, Erase, Erased, Job, Target};
use crate::reading::LookupError;
use crate::vault::{Gone, Group, Opening, VaultError};
use crate::writer::{GROUP_JOBS_MAX, Writer};

/// Exhibits that an erasure can name; the schema's limit. No statement that commits to something concerns more.
const EXHIBITS_MAX: usize = 32;

/// Erasures that wait for the writer at once: one group, so that the key file is written anew once for all of them.
const WAITING_MAX: usize = GROUP_JOBS_MAX;

/// What is to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erasable {
    /// What a statement's commitments open to; of one field, or of all.
    Statement {
        /// SHA-256 of the statement.
        statement: Digest,
        /// The field.
        field: Option<String>,
    },
    /// Everything kept of a case: what stands in its stream and in those of its exhibits. Not on whose authority
    /// something was erased.
    Case(CaseId),
}

/// One opening that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedOpening {
    /// SHA-256 of the statement that commits to it.
    pub statement: Digest,
    /// The commitment.
    pub commitment: Digest,
    /// The field that holds it.
    pub field: &'static str,
    /// Index of the entry that says so.
    pub index: u64,
    /// It says so since now.
    pub is_new: bool,
}

/// As a line of the access log has it.
impl fmt::Display for ErasedOpening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { statement, commitment, field, index, .. } = self;
        write!(f, "erase {field} of {statement}: commitment {commitment}, entry {index}")
    }
}

impl ErasedOpening {
    /// As whoever had it done reads it.
    pub fn to_json(&self) -> Value {
        json!({
            "statement": self.statement.to_string(),
            "field": self.field,
            "commitment": self.commitment.to_string(),
            "entry": self.index,
            "is_new": self.is_new,
        })
    }
}

/// Why nothing, or not everything, was erased.
#[derive(Debug, Error)]
pub enum EraseError {
    /// A legal hold forbids it (G03).
    #[error(
        "rule G03 forbids it: what it concerns is under the legal hold of entry {index}, statement {hold}. Erase it when \
         that hold is released"
    )]
    Held {
        /// The hold's statement.
        hold: Digest,
        /// The index of its entry.
        index: u64,
    },
    /// The ledger has no such statement.
    #[error("the ledger has no statement with this hash")]
    NoStatement,
    /// There is nothing to erase.
    #[error("the vault holds no opening of it: nothing was erased")]
    NothingKept,
    /// The authority is no text that can be committed to.
    #[error("the authority cannot be committed to: {0}")]
    Authority(DisclosureError),
    /// The authority is empty.
    #[error("an erasure needs an authority: say who decided it, and under what")]
    NoAuthority,
    /// The machine gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// The node takes nothing now. What was said of it before is erased.
    #[error("{}", .0.detail)]
    Declined(Declined),
    /// The ledger could not be read.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// The vault could not be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The thread that read the vault ended.
    #[error("the thread that read the vault ended without a word")]
    Ended,
}

impl<S: Store> Node<S> {
    /// Erases openings on an authority, which the ledger commits to; returns each, with the entry that says so. What was
    /// erased before is among them, and nothing new is said of it.
    pub async fn erase(&self, what: &Erasable, authority: &str) -> Result<Vec<ErasedOpening>, EraseError> {
        if authority.trim().is_empty() {
            return Err(EraseError::NoAuthority);
        }
        let (mut erased, targets) = self.targets(what).await?;
        if let Some(hold) = self.first_hold(what, &targets) {
            return Err(self.held(hold));
        }
        for targets in targets.chunks(WAITING_MAX) {
            let mut waiting = Vec::with_capacity(targets.len());
            for target in targets {
                let (answer, awaited) = oneshot::channel();
                let erase = Erase { target: target.clone(), authority: commit(authority)?, answer };
                self.enqueue(Job::Erase(Box::new(erase))).map_err(EraseError::Declined)?;
                waiting.push((target, awaited));
            }
            for (target, awaited) in waiting {
                let what = awaited.await;
                let (index, is_new) = match what {
                    Ok(Erased::Now(index)) => (index, true),
                    Ok(Erased::Before(index)) => (index, false),
                    Ok(Erased::Held(hold)) => return Err(self.held(hold)),
                    Ok(Erased::Declined(declined)) => return Err(EraseError::Declined(declined)),
                    Err(_) => return Err(EraseError::Declined(self.unanswered().await)),
                };
                erased.push(gone(target, index, is_new));
            }
        }
        if erased.is_empty() { Err(EraseError::NothingKept) } else { Ok(erased) }
    }

    /// What is erased already, and what the vault still holds.
    async fn targets(&self, what: &Erasable) -> Result<(Vec<ErasedOpening>, Vec<Target>), EraseError> {
        let field = match what {
            Erasable::Statement { field, .. } => field.as_deref(),
            Erasable::Case(_) => None,
        };
        let mut candidates = Vec::new();
        for index in self.entries_of(what)? {
            let Some(shown) = self.entry(index).await? else { continue };
            let is_erasure =
                matches!(shown.decoded.statement.fact, Fact::Disclosure(DisclosureFact::Erased { .. }));
            if is_erasure && matches!(what, Erasable::Case(_)) {
                continue;
            }
            let all = targets_of(&shown.decoded);
            candidates
                .extend(all.into_iter().filter(|target| field.is_none_or(|field| field == target.field)));
        }
        let erased_by = |target: &Target| {
            self.look(|state, _| {
                state.ledger().erasures().of(target.statement, target.digest).map(|erasure| erasure.index)
            })
        };
        let (mut erased, mut left) = (Vec::new(), Vec::new());
        for target in candidates {
            match erased_by(&target) {
                Some(index) => erased.push(gone(&target, index, false)),
                None => left.push(target),
            }
        }
        Ok((erased, self.kept(left).await?))
    }

    /// The entries whose openings are meant, ascending.
    fn entries_of(&self, what: &Erasable) -> Result<BTreeSet<u64>, EraseError> {
        self.look(|state, _| match what {
            Erasable::Statement { statement, .. } => {
                let index = state.index_of(statement).ok_or(EraseError::NoStatement)?;
                Ok(BTreeSet::from([index]))
            }
            Erasable::Case(case) => {
                let own = StreamName { kind: Stream::Case, id: case.0 };
                let of_exhibits = state
                    .of_case(*case)
                    .into_iter()
                    .map(|exhibit| StreamName { kind: Stream::Exhibit, id: exhibit.0 });
                let streams: Vec<_> = of_exhibits.chain([own]).collect();
                Ok(streams.iter().flat_map(|stream| state.stream(stream)).copied().collect())
            }
        })
    }

    /// Those whose opening the vault holds.
    async fn kept(&self, targets: Vec<Target>) -> Result<Vec<Target>, EraseError> {
        let vault = Arc::clone(&self.shared.vault);
        let work = move || {
            let mut kept = Vec::new();
            for target in targets {
                if vault.holds(target.statement, target.digest)? {
                    kept.push(target);
                }
            }
            Ok(kept)
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(EraseError::Ended))
    }

    /// The hold that forbids one of these, as far as is published; so that of a case all is erased, or nothing.
    fn first_hold(&self, what: &Erasable, targets: &[Target]) -> Option<Digest> {
        self.look(|state, _| {
            let ledger = state.ledger();
            let of_case = match what {
                Erasable::Case(case) => ledger.hold_on(Some(*case), &[]),
                Erasable::Statement { .. } => None,
            };
            let of_target = |target: &Target| ledger.hold_on(target.case, &target.exhibits);
            of_case.or_else(|| targets.iter().find_map(of_target))
        })
    }

    fn held(&self, hold: Digest) -> EraseError {
        let index = self.look(|state, _| state.index_of(&hold)).unwrap_or_default();
        EraseError::Held { hold, index }
    }
}

impl<S, C: Clock> Writer<S, C> {
    /// Says that an opening is erased, unless a hold forbids it, and puts it on the list of what is to be destroyed.
    pub(crate) fn erase(&mut self, erase: Erase, draft: &mut Draft) -> Result<(), String> {
        let Erase { target, authority, answer } = erase;
        let Target { statement, digest, case, exhibits, .. } = target;
        let ledger = &self.ahead.ledger;
        if let Some(erasure) = ledger.erasures().of(statement, digest) {
            draft.erased.push((answer, Erased::Before(erasure.index)));
            return Ok(());
        }
        if let Some(hold) = ledger.hold_on(case, &exhibits) {
            // Whoever asked may have gone.
            let _ = answer.send(Erased::Held(hold));
            return Ok(());
        }
        let declared = v1::field_erased::Declared {
            statement: statement.0.to_vec(),
            commitment: digest.0.to_vec(),
            authority: authority.digest().0.to_vec(),
            case: ledger.case_of_all(case, &exhibits).map(|case| case.0.to_vec()),
            exhibits: exhibits.iter().map(|exhibit| exhibit.0.to_vec()).collect(),
        };
        let fact = v1::statement::Fact::FieldErased(v1::FieldErased { declared: Some(declared) });
        // The node's own decisions are recorded, or the writer ends.
        if let Decision::Recorded { index, .. } = self.say_opening(fact, vec![authority], draft)? {
            draft.gone.push(Gone { statement, digest, index });
            draft.erased.push((answer, Erased::Now(index)));
        }
        Ok(())
    }

    /// What of a statement's openings is to be kept: nothing that was erased, and each under the key of its case. The
    /// authority of an erasure outlives what is kept of the case.
    pub(crate) fn to_keep(&self, decoded: &Decoded, openings: Vec<Opening>) -> Vec<Opening> {
        if openings.is_empty() {
            return openings;
        }
        let ledger = &self.ahead.ledger;
        let (case, exhibits) = concerned(decoded);
        let case = ledger.case_of_all(case, &exhibits);
        let case = case.filter(|_| !matches!(decoded.statement.fact, Fact::Disclosure(_)));
        let group = case.map_or(Group::General, Group::Case);
        let is_erased = |opening: &Opening| ledger.erasures().of(opening.statement, opening.digest).is_some();
        let kept = openings.into_iter().filter(|opening| !is_erased(opening));
        kept.map(|opening| Opening { group, ..opening }).collect()
    }
}

/// The case and the exhibits, ascending, in whose streams a statement stands.
fn concerned(decoded: &Decoded) -> (Option<CaseId>, Vec<ExhibitId>) {
    let of_kind = |kind| decoded.streams.iter().filter(move |stream| stream.kind == kind);
    let case = of_kind(Stream::Case).map(|stream| CaseId(stream.id)).next();
    let exhibits: BTreeSet<_> = of_kind(Stream::Exhibit).map(|stream| ExhibitId(stream.id)).collect();
    (case, exhibits.into_iter().collect())
}

/// What a statement commits to, each once.
fn targets_of(decoded: &Decoded) -> Vec<Target> {
    let (case, exhibits) = concerned(decoded);
    let mut targets: Vec<Target> = Vec::new();
    for commitment in &decoded.commitments {
        let is_new = targets.iter().all(|target| target.digest != commitment.digest);
        if is_new && exhibits.len() <= EXHIBITS_MAX {
            let (statement, digest, field) = (decoded.hash, commitment.digest, commitment.field);
            targets.push(Target { statement, digest, field, case, exhibits: exhibits.clone() });
        }
    }
    targets
}

fn gone(target: &Target, index: u64, is_new: bool) -> ErasedOpening {
    let Target { statement, digest, field, .. } = target;
    ErasedOpening { statement: *statement, commitment: *digest, field, index, is_new }
}

/// The authority as a disclosure with a salt of its own.
fn commit(authority: &str) -> Result<Disclosure, EraseError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(EraseError::Random)?;
    Disclosure::new(&salt, "authority", authority).map_err(EraseError::Authority)
}
