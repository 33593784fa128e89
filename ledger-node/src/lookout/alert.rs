//! Alerts: what is worth telling, under an id that stays the same as long as it is the same thing.

use std::fmt::Write as _;

use custody::finding::Finding;
use custody::id::{Digest, ExhibitId};
use custody::rule::RuleId;
use custody::severity::Severity;
use sha2::{Digest as _, Sha256};

use crate::state::State;
use crate::tables::Raised;

/// The id of an alert: SHA-256 over its rule, entries and exhibits. Neither a restart nor another wording changes it.
pub type AlertId = Digest;

/// What an alert tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A finding that weighs a warning or more.
    Finding(Finding),
    /// The node has said that an exhibit is overdue, and the record alone does not show it yet.
    Overdue {
        /// Which.
        exhibit: ExhibitId,
        /// What was said.
        raised: Raised,
    },
    /// Two authorities have adopted a policy that the node was not given: it judges under another.
    PolicyNotAtHand {
        /// SHA-256 of its file.
        policy: Digest,
    },
}

/// Something that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it tells.
    pub what: What,
}

impl Alert {
    /// The alert for a finding; `None` for mere information.
    pub fn of_finding(finding: &Finding) -> Option<Self> {
        if finding.severity < Severity::Warning {
            return None;
        }
        let id = id_of(finding.rule.name(), &finding.indices, &finding.exhibits);
        Some(Self { id, what: What::Finding(finding.clone()) })
    }

    pub(super) fn of_missing_policy(policy: Digest) -> Self {
        let id = Digest(Sha256::digest(format!("policy {policy}")).into());
        Self { id, what: What::PolicyNotAtHand { policy } }
    }

    /// The rule, where one is broken.
    pub fn rule(&self) -> Option<RuleId> {
        match &self.what {
            What::Finding(finding) => Some(finding.rule),
            What::Overdue { raised, .. } => raised.rule,
            What::PolicyNotAtHand { .. } => None,
        }
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        match &self.what {
            What::Finding(finding) => finding.severity,
            What::Overdue { .. } => Severity::Warning,
            // Every verdict shown is in question.
            What::PolicyNotAtHand { .. } => Severity::Break,
        }
    }

    /// One plain sentence.
    pub fn sentence(&self) -> String {
        match &self.what {
            What::Finding(finding) => finding.sentence.clone(),
            What::Overdue { raised, .. } => overdue(raised.rule).to_owned(),
            What::PolicyNotAtHand { policy } => format!(
                "The ledger has adopted a policy with SHA-256 {policy} that this node was not given: it judges under another."
            ),
        }
    }

    /// What would resolve it.
    pub fn remedy(&self) -> &str {
        match &self.what {
            What::Finding(finding) => &finding.remedy,
            What::Overdue { raised, .. } => raised.rule.map_or(CHASE, |rule| rule.rule().remedy),
            What::PolicyNotAtHand { .. } => {
                "Put the file into the configuration's policies and start the node again."
            }
        }
    }

    /// The entries that prove it.
    pub fn indices(&self) -> &[u64] {
        match &self.what {
            What::Finding(finding) => &finding.indices,
            What::Overdue { raised, .. } => std::slice::from_ref(&raised.index),
            What::PolicyNotAtHand { .. } => &[],
        }
    }

    /// The exhibits affected.
    pub fn exhibits(&self) -> &[ExhibitId] {
        match &self.what {
            What::Finding(finding) => &finding.exhibits,
            What::Overdue { exhibit, .. } => std::slice::from_ref(exhibit),
            What::PolicyNotAtHand { .. } => &[],
        }
    }
}

/// What to do with something overdue under a rule that this version does not know.
const CHASE: &str = "Find out where it is, and why.";

/// What is overdue, by the rule that says so.
fn overdue(rule: Option<RuleId>) -> &'static str {
    match rule {
        Some(RuleId::A01) => "An exhibit has lain in a locker uncounted for longer than the policy allows.",
        Some(RuleId::A03) => "An exhibit has stayed in a transit store for longer than the policy allows.",
        Some(RuleId::A04) => {
            "A deposited exhibit has not been registered in the time that the policy allows."
        }
        Some(RuleId::S06) => "A released exhibit has not come back, and the day it was due is past.",
        _ => "An exhibit is overdue.",
    }
}

/// The alerts for findings, each id once; the gravest of those that share one.
pub(super) fn of_findings(findings: &[Finding]) -> Vec<Alert> {
    let mut alerts: Vec<Alert> = findings.iter().filter_map(Alert::of_finding).collect();
    alerts.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| b.severity().cmp(&a.severity())));
    alerts.dedup_by_key(|alert| alert.id);
    alerts
}

/// The alerts for what the node has said is overdue, where no finding under that rule tells it already.
pub(super) fn of_overdue(exhibit: ExhibitId, findings: &[Finding], state: &State) -> Vec<Alert> {
    let raised = state.tables().chased.of(exhibit).iter();
    let untold = raised.filter(|raised| !findings.iter().any(|finding| Some(finding.rule) == raised.rule));
    let alert = |raised: &Raised| Alert {
        id: Digest(Sha256::digest(format!("overdue {}", raised.hash)).into()),
        what: What::Overdue { exhibit, raised: *raised },
    };
    untold.map(alert).collect()
}

fn id_of(rule: &str, indices: &[u64], exhibits: &[ExhibitId]) -> AlertId {
    let mut text = format!("{rule}\n");
    for index in indices {
        // Writing to a string cannot fail.
        let _ = write!(text, "{index} ");
    }
    for exhibit in exhibits {
        let _ = write!(text, "\n{exhibit}");
    }
    Digest(Sha256::digest(text).into())
}
