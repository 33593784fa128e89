//! What a report is written from, made from a history of the corpus: for tests and examples that need no bundle.
//!
//! It stands where reading a bundle will: whatever gives a [`Material`] may take its place.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use civil_time::Zone;
use corpus::case::Case;
use custody::device::Refusal;
use custody::exhibit::What;
use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::{CaseId, Digest, ExhibitId};
use custody::ledger::{Ledger, Recorded};
use custody::owners::device_keys;
use custody::policy::{InForce, Policy};
use custody::verdict::Verdict;
use custody_proto::v1;
use disclosure::material::{Material, Request, Said, Standing};
use disclosure::openings::{Field, Openings, Registered};
use disclosure::profile::Profile;
use ledger_format::entry::Entry;
use ledger_format::key::PublicKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::statement;
use prost::Message as _;

/// A history, replayed and judged.
pub(crate) struct Replayed {
    pub(crate) ledger: Ledger,
    pub(crate) entries: BTreeMap<u64, Said>,
    policy: Policy,
    verdicts: Vec<Verdict>,
    pub(crate) findings: Vec<Finding>,
    origin: String,
    root: Digest,
}

/// What of a history is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// Every exhibit, whatever its case.
    Everything,
    /// One case.
    Case(CaseId),
    /// These exhibits.
    Exhibits(&'a BTreeSet<ExhibitId>),
}

/// All that a [`Material`] borrows beside the history.
pub(crate) struct Prepared<'a> {
    replayed: &'a Replayed,
    pub(crate) request: Request,
    verdicts: Vec<Verdict>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) openings: Openings,
    pub(crate) register: Vec<Registered>,
    standing: Standing,
    zone: Zone,
}

impl Replayed {
    /// Replays what a verifier would believe of a history, and takes verdicts and findings from an audit of it.
    pub(crate) fn of(case: &Case) -> Self {
        let report = case.audit(None, NonZeroUsize::MIN);
        let writer = &case.played.world.writer;
        let mut replay = Replay::default();
        for bytes in &writer.entries {
            replay.entry(bytes);
        }
        Self {
            ledger: replay.ledger,
            entries: replay.entries,
            policy: (**replay.in_force.policy()).clone(),
            verdicts: report.verdicts,
            findings: report.findings,
            origin: case.played.world.origin.clone(),
            root: writer.root_at(writer.size()),
        }
    }

    /// Every case under which an exhibit is registered.
    pub(crate) fn cases(&self) -> BTreeSet<CaseId> {
        self.ledger.exhibits().flat_map(|exhibit| cases_of(&self.ledger, exhibit)).collect()
    }

    /// What a report for somebody is written from. Committed fields that the profile does not withhold have made-up values,
    /// but for a few that are erased or missing.
    pub(crate) fn prepare(&self, asked: Asked<'_>, profile: Profile) -> Prepared<'_> {
        let is_asked = |exhibit: &ExhibitId| match asked {
            Asked::Everything => true,
            Asked::Case(case) => cases_of(&self.ledger, *exhibit).contains(&case),
            Asked::Exhibits(exhibits) => exhibits.contains(exhibit),
        };
        let exhibits: Vec<ExhibitId> = self.ledger.exhibits().filter(is_asked).collect();
        let is_of_scope = |finding: &&Finding| {
            finding.exhibits.is_empty() || finding.exhibits.iter().any(|exhibit| exhibits.contains(exhibit))
        };
        let findings = self.findings.iter().filter(is_of_scope).cloned().collect();
        let in_scope = |verdict: &&Verdict| exhibits.contains(&verdict.exhibit);
        let verdicts = self.verdicts.iter().filter(in_scope).cloned().collect();
        let (openings, register) = self.opened(profile);
        let size = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        let case = match asked {
            Asked::Everything | Asked::Exhibits(_) => None,
            Asked::Case(case) => Some(case),
        };
        let request = Request {
            origin: self.origin.clone(),
            size,
            root: self.root,
            profile,
            case,
            exhibits,
            requested_at: size.saturating_sub(2),
            requested_us: self.ledger.newest_us(),
            recipient: None,
            census_at: size.saturating_sub(1),
            census_us: self.ledger.newest_us(),
        };
        let standing = Standing {
            completeness: "The record is complete according to the node.".to_owned(),
            checked: vec![format!("{size} entries were replayed.")],
            rests_on_audit: vec!["Nothing outside these streams was looked at.".to_owned()],
            cosigned: Vec::new(),
            program: "case_documents".to_owned(),
        };
        let zone = Zone::default();
        Prepared { replayed: self, request, verdicts, findings, openings, register, standing, zone }
    }

    fn opened(&self, profile: Profile) -> (Openings, Vec<Registered>) {
        let (mut openings, mut register) = (Openings::default(), Vec::new());
        for (index, said) in &self.entries {
            for commitment in &said.decoded.commitments {
                let fate = fate(commitment.field, commitment.digest, profile);
                if !matches!(fate, Field::Disclosed(_)) {
                    register.push(Registered {
                        number: u64::try_from(register.len()).unwrap_or(u64::MAX).saturating_add(1),
                        index: *index,
                        statement: said.decoded.hash,
                        field: commitment.field,
                        commitment: commitment.digest,
                        fate: fate.clone(),
                    });
                }
                openings.0.insert((said.decoded.hash, commitment.digest), fate);
            }
        }
        (openings, register)
    }
}

impl Prepared<'_> {
    /// What the report is written from.
    pub(crate) fn material(&self) -> Material<'_> {
        Material {
            request: &self.request,
            ledger: &self.replayed.ledger,
            policy: &self.replayed.policy,
            entries: &self.replayed.entries,
            verdicts: &self.verdicts,
            findings: &self.findings,
            openings: &self.openings,
            register: &self.register,
            standing: &self.standing,
            zone: &self.zone,
        }
    }
}

/// The cases under which an exhibit is registered.
pub(crate) fn cases_of(ledger: &Ledger, exhibit: ExhibitId) -> BTreeSet<CaseId> {
    let record = ledger.whole_record(exhibit);
    let facts = record.iter().flat_map(|record| &record.facts);
    facts
        .filter_map(|fact| match &fact.what {
            What::Registered(registration) => Some(registration.case),
            _ => None,
        })
        .collect()
}

/// The value that a committed field is made to have, before anybody withholds it.
pub(crate) fn value_of(field: &str, commitment: Digest) -> String {
    let [first, second, ..] = commitment.0;
    match field {
        "exhibit_reference" => format!("ABC/{}", u16::from_be_bytes([first, second])),
        "case_reference" => "01/123456/26".to_owned(),
        _ => format!("{} {first:02x}{second:02x} \u{201c}as written\u{201d}", field.replace('_', " ")),
    }
}

/// What becomes of a committed field: one of 32 is erased, one of 32 is missing.
fn fate(field: &str, commitment: Digest, profile: Profile) -> Field {
    let chance = commitment.0.last().copied().unwrap_or(0) % 32;
    match (profile.withholds(field), chance) {
        (Some(basis), _) => Field::Withheld(basis),
        (None, 0) => Field::Erased { index: 0 },
        (None, 1) => Field::Missing,
        (None, _) => Field::Disclosed(value_of(field, commitment)),
    }
}

#[derive(Default)]
struct Replay {
    ledger: Ledger,
    in_force: InForce,
    keys: BTreeMap<Digest, PublicKey>,
    entries: BTreeMap<u64, Said>,
}

impl Replay {
    fn entry(&mut self, bytes: &[u8]) {
        let (Ok(entry), leaf) = (Entry::decode(bytes), leaf_hash(bytes)) else { return };
        let Ok(decoded) = statement::decode(&entry.envelope.statement) else { return };
        let fact: &Fact = &decoded.statement.fact;
        let introduced =
            device_keys(fact).into_iter().filter_map(|(_, key)| PublicKey::enrol(&key.bytes).ok());
        self.keys.extend(introduced.map(|key| (key.id(), key)));
        let standing = self.ledger.standing(&decoded.statement, entry.envelope.key_id);
        let has_standing = matches!(standing, Ok(_) | Err(Refusal::Gap { .. } | Refusal::Previous { .. }));
        let key = self.keys.get(&entry.envelope.key_id);
        if !has_standing || key.is_none_or(|key| entry.envelope.verify(key).is_err()) {
            return;
        }
        let Ok(message) = v1::Statement::decode(entry.envelope.statement.as_slice()) else { return };
        let recorded = Recorded {
            index: entry.index,
            leaf,
            hash: decoded.hash,
            recorded_at_us: entry.recorded_at_us,
            statement: &decoded.statement,
        };
        self.ledger.evolve(&recorded, self.in_force.policy());
        self.in_force.follow(self.ledger.policy());
        let recorded_at_us = entry.recorded_at_us;
        self.entries.insert(entry.index, Said { leaf, recorded_at_us, decoded, message });
    }
}
