//! One case: a history of a seed with its planted faults, as a verifier is given it, and what the verifier made of it.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use custody::finding::Finding;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use prost::Message as _;
use verifier::audit::{Options, audit, audit_without};
use verifier::policies::Policies;
use verifier::report::Report;

use crate::history::history;
use crate::line::LineId;
use crate::plant::{Destroyed, Expected, Place, Plant, Planted, Planter};
use crate::play::{Played, play};
use crate::script::Script;
use crate::sealed::Sealed;

/// How many of the last entries something must destroy before what was to come at the end is gone with them.
const MANY_ENTRIES: u64 = 20;

/// A fault in a history.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Its kind.
    pub planter: Planter,
    /// What was done and what must come of it.
    pub planted: Planted,
}

/// A history, played, with its faults.
#[derive(Debug)]
pub struct Case {
    /// The script.
    pub script: Script,
    /// What came of it.
    pub played: Played,
    /// The faults.
    pub faults: Vec<Fault>,
    archive: verifier::archive::MemoryArchive,
    trust: verifier::trust::Trust,
    known: Vec<verifier::known_head::KnownHead>,
}

impl Case {
    /// The history of a seed with faults of these kinds; none where one of them finds no room in it.
    pub fn new(seed: u64, planters: &[Planter]) -> Option<Self> {
        let mut script = history(seed);
        let mut faults = Vec::new();
        // What needs a time at which nobody speaks looks for it when everybody has.
        let (early, late): (Vec<Planter>, Vec<Planter>) =
            planters.iter().partition(|planter| planter.rule != RuleId::T05);
        let planters: Vec<Planter> = early.into_iter().chain(late).collect();
        for planter in &planters {
            if let Plant::Script(plant) = planter.plant {
                faults.push(Fault { planter: *planter, planted: plant(&mut script)? });
            }
        }
        let played = play(&script);
        let mut sealed = Sealed::new(&script, &played);
        for planter in &planters {
            if let Plant::Archive(plant) = planter.plant {
                faults.push(Fault { planter: *planter, planted: plant(&mut sealed)? });
            }
        }
        let Sealed { archive, trust, known, .. } = sealed;
        Some(Self { script, played, faults, archive, trust, known })
    }

    /// What a verifier says of it, one that lacks a rule if so wished.
    pub fn audit(&self, without: Option<RuleId>, threads: NonZeroUsize) -> Report {
        let (policies, options) = (Policies::default(), Options { threads });
        match without {
            None => audit(&self.archive, &self.trust, &self.known, &policies, &options, &mut |_| {}),
            Some(rule) => audit_without(&self.archive, &self.trust, &self.known, &policies, &options, rule),
        }
    }

    /// Compares what was found with what had to be.
    pub fn score(&self, report: &Report) -> Score {
        let mut slots: Vec<Slot<'_>> = self.slots();
        let destruction = self.destruction();
        let mut score = Score::default();
        for finding in report.findings.iter().filter(|finding| finding.severity > Severity::Information) {
            let slot = slots
                .iter_mut()
                .find(|slot| slot.found < slot.expected.most && self.is_met(slot.expected, finding));
            match slot {
                Some(slot) => slot.found += 1,
                None if destruction.is_consequence(finding) => {}
                None => score.false_findings.push(finding.clone()),
            }
        }
        for slot in slots.into_iter().filter(|slot| slot.is_required) {
            let outcome = if slot.found > 0 {
                Outcome::Found
            } else if self.is_masked(slot.fault, slot.expected, &destruction) {
                Outcome::Masked
            } else {
                Outcome::Missed
            };
            score.expected.push((slot.fault, slot.expected.clone(), outcome));
        }
        score
    }

    /// Everything that may be found, what must be found first.
    fn slots(&self) -> Vec<Slot<'_>> {
        let slots = |is_required: bool| {
            self.faults.iter().enumerate().flat_map(move |(fault, planted)| {
                let list = if is_required { &planted.planted.required } else { &planted.planted.allowed };
                list.iter().map(move |expected| Slot { fault, expected, is_required, found: 0 })
            })
        };
        slots(true).chain(slots(false)).collect()
    }

    /// Whether a finding is the one expected: its rule, its weight, and a place that it names.
    fn is_met(&self, expected: &Expected, finding: &Finding) -> bool {
        expected.rule == finding.rule
            && expected.weight == finding.severity
            && expected.places.iter().any(|place| self.is_at(place, finding))
    }

    fn is_at(&self, place: &Place, finding: &Finding) -> bool {
        match place {
            Place::Line(line) => self.played.indices(*line).any(|index| finding.indices.contains(&index)),
            Place::Entry(index) => finding.indices.contains(index),
            Place::Exhibit(exhibit) => finding.exhibits.contains(exhibit),
            Place::Device(device) => finding.devices.contains(device),
            Place::Compartment(compartment) => finding.compartments.contains(compartment),
            Place::File(path) => finding.sentence.contains(path.as_str()),
            Place::Ledger => finding.indices.is_empty(),
        }
    }

    /// What planted faults have destroyed of the evidence, by their own account.
    fn destruction(&self) -> Destruction {
        let mut destruction = Destruction::default();
        for fault in &self.faults {
            match fault.planted.destroyed {
                Destroyed::Nothing => {}
                Destroyed::Entries(from, to) => {
                    let said = self.played.said.iter().map(|(line, said)| (*line, said.index));
                    let all = said.chain(self.played.beside.iter().copied());
                    let lost = all.filter(|(_, index)| (from..to).contains(index));
                    destruction.lines.extend(lost.map(|(line, _)| line));
                    if to - from > MANY_ENTRIES {
                        destruction.has_lost_the_end = true;
                        // Nobody knows any more what refers to it.
                        let evidence = self.played.world.evidence.keys();
                        destruction.files.extend(evidence.map(|digest| format!("evidence/{digest}")));
                    }
                }
            }
        }
        self.trace(&mut destruction);
        destruction
    }

    /// What the destroyed statements spoke of, and those that rest on them.
    fn trace(&self, destruction: &mut Destruction) {
        if destruction.lines.is_empty() {
            return;
        }
        for (line, id) in self.script.lines.iter().zip(0..) {
            let bytes =
                v1::Statement { fact: Some(line.fact.clone()), ..v1::Statement::default() }.encode_to_vec();
            let is_destroyed = destruction.lines.contains(&LineId(id));
            let rests_on_it = || {
                destruction.lines.iter().any(|lost| {
                    let token = lost.token();
                    bytes.windows(token.len()).any(|window| window == token)
                })
            };
            if is_destroyed || rests_on_it() {
                destruction.ids.extend(ids_in(&bytes));
                destruction.ids.insert(self.script.device(line.by).0);
            }
        }
    }

    fn is_masked(&self, fault: usize, expected: &Expected, destruction: &Destruction) -> bool {
        let lost = |place: &Place| match place {
            Place::Line(line) => destruction.lines.contains(line),
            _ => false,
        };
        let Some(planted) = self.faults.get(fault).map(|fault| &fault.planted) else { return false };
        // What destroys evidence shows by that very hole.
        if planted.destroyed != Destroyed::Nothing {
            return false;
        }
        let has_line = expected.places.iter().any(|place| matches!(place, Place::Line(_)));
        expected.places.iter().any(lost)
            || planted.rests_on.iter().any(|line| destruction.lines.contains(line))
            || destruction.has_lost_the_end && (planted.is_at_end || !has_line)
    }
}

/// Sixteen bytes after a length of sixteen: what may be an id.
fn ids_in(bytes: &[u8]) -> impl Iterator<Item = [u8; 16]> {
    bytes.windows(17).filter_map(|window| match window.split_first() {
        Some((16, id)) => id.try_into().ok(),
        _ => None,
    })
}

struct Slot<'a> {
    fault: usize,
    expected: &'a Expected,
    is_required: bool,
    found: usize,
}

#[derive(Debug, Default)]
struct Destruction {
    has_lost_the_end: bool,
    lines: BTreeSet<LineId>,
    ids: BTreeSet<[u8; 16]>,
    files: Vec<String>,
}

impl Destruction {
    /// Whether a finding speaks of what destroyed statements spoke of: nobody can judge that any more.
    fn is_consequence(&self, finding: &Finding) -> bool {
        let things = finding
            .exhibits
            .iter()
            .map(|id| id.0)
            .chain(finding.devices.iter().map(|id| id.0))
            .chain(finding.compartments.iter().map(|id| id.0))
            .chain(finding.people.iter().map(|id| id.0))
            .chain(finding.cameras.iter().map(|id| id.0));
        // Of a statement or two that touch nothing else there is nothing that could come of it.
        let is_of_a_file = self.files.iter().any(|file| finding.sentence.contains(file.as_str()));
        is_of_a_file || self.has_lost_the_end && things.into_iter().any(|id| self.ids.contains(&id))
    }
}

/// What became of something that had to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was found.
    Found,
    /// It was not.
    Missed,
    /// It could not be: a planted fault has destroyed the evidence.
    Masked,
}

/// What became of one case.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// Everything that had to be found, with its fault's place among the case's.
    pub expected: Vec<(usize, Expected, Outcome)>,
    /// What was found and should not have been.
    pub false_findings: Vec<Finding>,
}

impl Score {
    /// Whether nothing was missed and nothing false was found.
    pub fn is_right(&self) -> bool {
        self.false_findings.is_empty()
            && self.expected.iter().all(|(_, _, outcome)| *outcome != Outcome::Missed)
    }
}
