//! What an audit found out: the whole of it, in one value that is rendered for people or for programs.

mod human;
mod json;
mod page;

use custody::finding::Finding;
use custody::id::Digest;
use custody::policy::Policy;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Verdict;

pub use civil_time::Zone;
pub(crate) use human::plain;
pub use human::{human, human_in};
pub use json::json;
pub use page::page;

/// The words used for what no audit can show; every report prints them.
pub use disclosure::NOT_ASSERTED as NEVER_CLAIMED;

/// What an audit found out. Depends on the archive, the trust file and the known heads alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Why nothing could be checked at all, if so.
    pub could_not_check: Option<String>,
    /// The archive's checkpoint, if there was one that could be read.
    pub head: Option<Head>,
    /// The policy under which findings were computed.
    pub policy: Policy,
    /// Hashes of adopted policies that were not at hand: what was recorded under them was judged under another.
    pub policies_missing: Vec<Digest>,
    /// What was looked at.
    pub counts: Counts,
    /// The verdict on each exhibit, by id; their findings stand among [`Report::findings`].
    pub verdicts: Vec<Verdict>,
    /// Why no stretch of any verdict is called better than NOT PROVEN, if so.
    pub verdicts_lowered: Option<String>,
    /// Every finding once, gravest first.
    pub findings: Vec<Finding>,
    /// How many more there are than could be kept.
    pub findings_not_kept: u64,
    /// Each rule of this version, and whether it was checked.
    pub rules: Vec<RuleCheck>,
    /// Lines of the checkpoint by trusted cosigners, all verified.
    pub cosigned: Vec<Cosigned>,
    /// Names on lines of the checkpoint by nobody trusted, escaped: unverified.
    pub unverified: Vec<String>,
    /// What became of each head held elsewhere, in the order given.
    pub known_heads: Vec<KnownHeadCheck>,
    /// Entries that could not be replayed.
    pub not_replayed: Vec<NotReplayed>,
    /// What else a reader should know.
    pub notes: Vec<String>,
}

/// A checkpoint as the archive has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The log's name.
    pub origin: String,
    /// How many entries it claims.
    pub size: u64,
    /// The root it claims.
    pub root: Digest,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Entries whose bytes were read.
    pub entries: u64,
    /// Their length together.
    pub entry_bytes: u64,
    /// Entries given to the rulebook.
    pub judged: u64,
    /// Signatures over statements that stand in those entries: one each.
    pub signatures_present: u64,
    /// Signatures over statements for which there is a verdict.
    pub signatures_checked: u64,
    /// Signatures over statements that verified.
    pub signatures_valid: u64,
    /// Proofs that the holder of a new key has it.
    pub possessions_present: u64,
    /// Those for which there is a verdict.
    pub possessions_checked: u64,
    /// Those that verified.
    pub possessions_valid: u64,
    /// Entry bundles read.
    pub bundles: u64,
    /// Hash tiles recomputed and compared.
    pub hash_tiles: u64,
    /// Stream links recomputed and compared.
    pub stream_links: u64,
    /// Censuses recomputed and compared.
    pub censuses: u64,
    /// Checkpoints that statements name, compared with the tree.
    pub heads_seen: u64,
    /// Checkpoints that statements name and that could not be compared.
    pub heads_not_compared: u64,
    /// Envelopes kept as evidence, checked.
    pub evidence: u64,
    /// Streams.
    pub streams: u64,
    /// Devices.
    pub devices: u64,
    /// Exhibits.
    pub exhibits: u64,
}

/// Whether a rule was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCheck {
    /// Which.
    pub rule: RuleId,
    /// Against what it was checked.
    pub checked: Result<String, NotChecked>,
}

/// Why a rule was not checked, or not on everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotChecked(pub String);

/// A line of the checkpoint by a trusted cosigner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// Its name in the trust file.
    pub name: String,
    /// What the trust file trusts it for.
    pub role: Role,
    /// When it says it cosigned, seconds since 1970.
    pub time_s: u64,
}

/// What a cosigner is trusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// To check that the log only grows.
    Witness,
    /// To replay everything.
    Auditor,
}

impl Role {
    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Witness => "witness",
            Self::Auditor => "auditor",
        }
    }
}

/// What became of one head held elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHeadCheck {
    /// Its name, escaped.
    pub name: String,
    /// How many entries it covers.
    pub size: u64,
    /// What came of it.
    pub outcome: KnownHeadOutcome,
}

/// What came of comparing a head held elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownHeadOutcome {
    /// The ledger has that root at that size.
    Agrees,
    /// The ledger has another root at that size (L04).
    Contradicts,
    /// The ledger is shorter (L05).
    Longer,
    /// It could not be used, and why.
    Unusable(String),
}

/// Entries that could not be replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotReplayed {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// Why.
    pub why: String,
}

/// What a caller may conclude; the exit status of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every required rule was checked and nothing graver than information was found.
    Verified,
    /// Every required rule was checked, and there are findings.
    Findings,
    /// Something that had to be checked was not.
    NotChecked,
}

impl Outcome {
    /// 0, 1 or 2.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::Findings => 1,
            Self::NotChecked => 2,
        }
    }
}

impl Report {
    /// A report that nothing could be checked.
    pub(crate) fn nothing(policy: &Policy, head: Option<Head>, why: String) -> Self {
        let not_checked = |rule: &custody::rule::Rule| RuleCheck {
            rule: rule.id,
            checked: Err(NotChecked("nothing could be checked".to_owned())),
        };
        Self {
            could_not_check: Some(why),
            head,
            policy: policy.clone(),
            policies_missing: Vec::new(),
            counts: Counts::default(),
            verdicts: Vec::new(),
            verdicts_lowered: None,
            findings: Vec::new(),
            findings_not_kept: 0,
            rules: custody::rule::RULES.iter().map(not_checked).collect(),
            cosigned: Vec::new(),
            unverified: Vec::new(),
            known_heads: Vec::new(),
            not_replayed: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether an audit that did not check a rule has not checked enough: the policy requires it, and it is one that an audit
    /// can check.
    pub fn requires(&self, rule: RuleId) -> bool {
        self.policy.required.contains(&rule) && !rule.is_of_bundles()
    }

    /// What a caller may conclude. That something was not checked weighs more than what was found: the list
    /// of findings may then be longer than anybody knows.
    pub fn outcome(&self) -> Outcome {
        let unusable = |head: &KnownHeadCheck| matches!(head.outcome, KnownHeadOutcome::Unusable(_));
        let lacking = |check: &RuleCheck| check.checked.is_err() && self.requires(check.rule);
        let counts = &self.counts;
        let verified = counts.signatures_valid + counts.possessions_valid;
        if self.could_not_check.is_some()
            || !self.policies_missing.is_empty()
            || self.known_heads.iter().any(unusable)
            || self.rules.iter().any(lacking)
            || counts.judged == 0
            || verified == 0
        {
            return Outcome::NotChecked;
        }
        let graver = |finding: &Finding| finding.severity > Severity::Information;
        if self.findings_not_kept > 0 || self.findings.iter().any(graver) {
            return Outcome::Findings;
        }
        Outcome::Verified
    }
}

/// A text that an archive chose, on one line and unmistakable.
pub(crate) fn escaped(text: &str) -> String {
    text.escape_debug().to_string()
}
