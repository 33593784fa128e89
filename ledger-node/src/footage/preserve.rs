//! Which footage must be kept beyond retention: what an exception or a legal hold needs.

use std::collections::BTreeMap;

use custody::fact::Interval;
use custody::finding::Finding;
use custody::id::{CameraId, CompartmentId, Digest, ExhibitId};
use custody::ledger::Ledger;
use custody::policy::Policy;
use custody::rule::RuleId;
use custody::severity::Severity;

use super::windows::cameras_of;
use super::{Footage, SECOND_US, Window, retention_us, widened};

/// The rule by which a hold asks for footage.
const HOLD: RuleId = RuleId::V07;

/// Windows looked at in one go at most: what a node asks for in one round is bounded.
pub(crate) const ASKED_MAX: usize = 256;

/// Footage that the node asks to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) camera: CameraId,
    /// True time, UTC microseconds.
    pub(crate) from_us: u64,
    pub(crate) to_us: u64,
    /// The rule that was broken, or by which a hold asks.
    pub(crate) rule: RuleId,
    /// The custody statement it is about; for a hold, the hold.
    pub(crate) statement: Digest,
}

/// What is wrong, where, and when: a finding that weighs enough for its footage to be kept.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    rule: RuleId,
    interval: Interval,
}

impl Exception {
    /// The exception that a finding is; `None` for a lighter one, and for one of no time.
    pub(crate) fn of(finding: &Finding) -> Option<Self> {
        let is_grave = finding.severity >= Severity::Contradiction;
        let interval = finding.interval.filter(|_| is_grave)?;
        Some(Self { rule: finding.rule, interval })
    }
}

/// Exceptions by what they concern.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    exhibits: BTreeMap<ExhibitId, Vec<Exception>>,
    compartments: BTreeMap<CompartmentId, Vec<Exception>>,
}

impl Exceptions {
    /// Takes in a finding.
    pub(crate) fn push(&mut self, finding: &Finding) {
        let Some(exception) = Exception::of(finding) else { return };
        for exhibit in &finding.exhibits {
            self.exhibits.entry(*exhibit).or_default().push(exception.clone());
        }
        for compartment in &finding.compartments {
            self.compartments.entry(*compartment).or_default().push(exception.clone());
        }
    }

    /// The first rule that was broken in a window.
    fn met(&self, window: &Window, from_us: u64, to_us: u64) -> Option<RuleId> {
        let of_exhibits = window.exhibits.iter().filter_map(|exhibit| self.exhibits.get(exhibit));
        let of_compartment = self.compartments.get(&window.compartment);
        let all = of_exhibits.chain(of_compartment).flatten();
        let met = all.filter(|one| one.interval.from_us <= to_us && from_us <= one.interval.to_us);
        met.map(|one| one.rule).min()
    }
}

/// What the node must ask to be kept now and has not asked for.
///
/// It waits until the footage should have been committed to: by then a finding that only late facts or late manifests
/// made has gone. What has lapsed already is not asked for.
pub(crate) fn to_preserve(
    footage: &Footage,
    exceptions: &Exceptions,
    held: &BTreeMap<ExhibitId, Digest>,
    ledger: &Ledger,
    policy: &Policy,
    now_us: u64,
) -> Vec<Asked> {
    let patience_us = u64::from(policy.cctv.commit_s_max).saturating_mul(SECOND_US);
    let lapsed_us = now_us.saturating_sub(retention_us(policy));
    let mut asked: Vec<Asked> = Vec::new();
    for window in footage.windows.iter() {
        let (from_us, to_us) = widened(window, policy);
        if to_us.saturating_add(patience_us) > now_us || to_us < lapsed_us {
            continue;
        }
        let by_hold = || window.exhibits.iter().find_map(|exhibit| held.get(exhibit));
        let reason = match exceptions.met(window, from_us, to_us) {
            Some(rule) => Some((rule, window.statement)),
            None => by_hold().map(|hold| (HOLD, *hold)),
        };
        let Some((rule, statement)) = reason else { continue };
        for camera in cameras_of(window, ledger) {
            let of_window = Asked { camera, from_us, to_us, rule, statement };
            if !footage.recordings.is_required(camera, from_us, to_us) && asked.len() < ASKED_MAX {
                asked.push(of_window);
            }
        }
    }
    asked
}
