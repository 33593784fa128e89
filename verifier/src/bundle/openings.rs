//! Openings and the redaction register: every commitment of every entry is disclosed, withheld, erased or missing, and
//! says so once (G01, G02, G03).

use std::collections::{BTreeMap, BTreeSet};

use custody::finding::Finding;
use custody::id::Digest;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1::statement::Fact as Message;
use disclosure::lines::{OpeningLine, RegisterLine};
use disclosure::openings::{Field, Openings, Registered};
use disclosure::profile::Basis;
use ledger_format::disclosure::Disclosure;

use super::open::Opened;
use super::replay::Replay;

/// One commitment: where it stands.
#[derive(Debug, Clone, Copy)]
struct Committed {
    index: u64,
    statement: Digest,
    field: &'static str,
}

/// Every commitment, by its statement and by its entry, and by its digest.
#[derive(Debug, Default)]
struct Commitments {
    by_statement: BTreeMap<(Digest, Digest), Committed>,
    by_entry: BTreeMap<(u64, Digest), Committed>,
}

/// What became of every commitment.
pub(super) struct Fates {
    pub(super) openings: Openings,
    pub(super) register: Vec<Registered>,
    pub(super) disclosed: u64,
}

/// Checks openings and register against the commitments of every entry.
pub(super) fn check(opened: &Opened<'_>, replay: &mut Replay) -> Fates {
    let committed = commitments(replay);
    let erased = erasures(replay);
    let mut fates = Fates { openings: Openings::default(), register: Vec::new(), disclosed: 0 };
    let mut salts: BTreeMap<String, Digest> = BTreeMap::new();
    let mut places = Vec::new();
    for (place, line) in opened.openings.iter().enumerate() {
        match open_one(line, &committed) {
            Err(why) => {
                let sentence =
                    format!("Opening {} is not what was committed to: {why}.", place.saturating_add(1));
                replay.findings.add(Finding::new(RuleId::G01, sentence));
            }
            Ok((one, key, value, salt)) => {
                places.push((one.index, one.field, key.1));
                if salts.insert(salt, key.1).is_some_and(|digest| digest != key.1) {
                    // What is opened is what was committed to all the same. Whoever has the one could guess the other where it
                    // is withheld: a device's fault, for which the record need not fall.
                    let sentence = "One salt serves two openings.".to_owned();
                    let finding = Finding::new(RuleId::G01, sentence).weighing(Severity::Warning);
                    replay.findings.add(finding.at([one.index]));
                }
                if fates.openings.0.insert(key, Field::Disclosed(value)).is_some() {
                    let sentence = "One commitment is opened twice.".to_owned();
                    replay.findings.add(Finding::new(RuleId::G02, sentence));
                }
                fates.disclosed += 1;
            }
        }
    }
    for (place, line) in opened.register.iter().enumerate() {
        match registered(place, line, &committed, &erased) {
            Err(Objection { rule, why }) => {
                let sentence = format!("Line {} of the redaction register {why}.", place.saturating_add(1));
                replay.findings.add(Finding::new(rule, sentence));
            }
            Ok(one) => {
                let key = (one.statement, one.commitment);
                if fates.openings.0.insert(key, one.fate.clone()).is_some() {
                    let sentence = format!("Commitment {} has two fates.", place.saturating_add(1));
                    replay.findings.add(Finding::new(RuleId::G02, sentence).at([one.index]));
                }
                fates.register.push(one);
            }
        }
    }
    if !ascends(&places) {
        let sentence = "The openings are not in order of their entries and fields.".to_owned();
        replay.findings.add(Finding::new(RuleId::G02, sentence));
    }
    let places: Vec<_> = fates.register.iter().map(|one| (one.index, one.field, one.commitment)).collect();
    let is_ordered = ascends(&places);
    let count = u64::try_from(opened.register.len()).unwrap_or(u64::MAX);
    if !is_ordered || count != opened.manifest.written.withheld {
        let sentence =
            "The redaction register is not in order, or has another number of lines than the bundle says.";
        replay.findings.add(Finding::new(RuleId::G02, sentence.to_owned()));
    }
    missing(&committed, &fates, replay);
    fates
}

/// Whether what stands by entry, field and commitment stands in the one order there is, each once.
fn ascends(places: &[(u64, &str, Digest)]) -> bool {
    places.windows(2).all(|pair| matches!(pair, [one, next] if one < next))
}

/// G02: nothing is missing, and what is missing is missing by the operator's own word.
fn missing(committed: &Commitments, fates: &Fates, replay: &mut Replay) {
    for (key, one) in &committed.by_statement {
        let sentence = match fates.openings.0.get(key) {
            Some(Field::Missing) => {
                format!(
                    "The field {} of entry {} is missing: the operator holds no opening.",
                    one.field, one.index
                )
            }
            None => format!(
                "The field {} of entry {} is neither disclosed nor in the register.",
                one.field, one.index
            ),
            Some(Field::Disclosed(_) | Field::Withheld(_) | Field::Erased { .. }) => continue,
        };
        replay.findings.add(Finding::new(RuleId::G02, sentence).at([one.index]));
    }
}

fn commitments(replay: &Replay) -> Commitments {
    let mut all = Commitments::default();
    for (index, said) in &replay.entries {
        let (index, statement) = (*index, said.decoded.hash);
        for one in &said.decoded.commitments {
            let committed = Committed { index, statement, field: one.field };
            all.by_statement.insert((statement, one.digest), committed);
            all.by_entry.insert((index, one.digest), committed);
        }
    }
    all
}

/// The erasures that the node recorded, by what they erased.
fn erasures(replay: &Replay) -> BTreeSet<(u64, Digest, Digest)> {
    let erasure = |(index, said): (&u64, &disclosure::material::Said)| {
        let Some(Message::FieldErased(fact)) = &said.message.fact else { return None };
        let declared = fact.declared.as_ref()?;
        let is_nodes = replay.ledger.node() == Some(said.decoded.statement.device);
        let statement = Digest::try_from(declared.statement.as_slice()).ok()?;
        let commitment = Digest::try_from(declared.commitment.as_slice()).ok()?;
        is_nodes.then_some((*index, statement, commitment))
    };
    replay.entries.iter().filter_map(erasure).collect()
}

/// The commitment that an opening opens, its value and its salt.
fn open_one(
    line: &OpeningLine,
    committed: &Commitments,
) -> Result<(Committed, (Digest, Digest), String, String), String> {
    let statement: Digest = line.statement.parse().map_err(|_| "its statement is no hash".to_owned())?;
    let disclosure = Disclosure { encoded: line.disclosure.clone() };
    let disclosed = disclosure.parse().map_err(|why| format!("it is no disclosure: {why}"))?;
    let key = (statement, disclosure.digest());
    let Some(one) = committed.by_statement.get(&key) else {
        return Err("no statement of the bundle commits to it".to_owned());
    };
    if one.field != line.field || disclosed.name != one.field {
        return Err(format!("the commitment is that of the field {}", one.field));
    }
    Ok((*one, key, disclosed.value, disclosed.salt))
}

struct Objection {
    rule: RuleId,
    why: String,
}

fn registered(
    place: usize,
    line: &RegisterLine,
    committed: &Commitments,
    erased: &BTreeSet<(u64, Digest, Digest)>,
) -> Result<Registered, Objection> {
    let object = |rule, why: &str| Objection { rule, why: why.to_owned() };
    let number = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
    if line.number != number {
        return Err(object(RuleId::G02, "is not numbered in order"));
    }
    let commitment: Digest =
        line.commitment.parse().map_err(|_| object(RuleId::G02, "names no commitment"))?;
    let Some(one) = committed.by_entry.get(&(line.index, commitment)) else {
        return Err(object(RuleId::G02, "names a commitment that its entry does not hold"));
    };
    if one.field != line.field {
        return Err(object(RuleId::G02, "names another field than the commitment's"));
    }
    let fate = match (line.fate.as_str(), &line.basis, line.erased_at) {
        ("withheld", Some(basis), None) => {
            let basis: Basis =
                basis.parse().map_err(|_| object(RuleId::G02, "withholds on no known basis"))?;
            Field::Withheld(basis)
        }
        ("withheld", None, None) => return Err(object(RuleId::G02, "withholds without a basis")),
        ("erased", None, Some(index)) if erased.contains(&(index, one.statement, commitment)) => {
            Field::Erased { index }
        }
        ("erased", ..) => {
            return Err(object(
                RuleId::G03,
                "says that something was erased, and no entry of the node records it",
            ));
        }
        ("missing", None, None) => Field::Missing,
        _ => return Err(object(RuleId::G02, "says nothing that is known")),
    };
    Ok(Registered { number, index: one.index, statement: one.statement, field: one.field, commitment, fate })
}
