//! `bundle.json`: what a bundle is, what it was asked for, and what its maker states.

use custody::id::{CaseId, Digest, ExhibitId};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;
use ledger_format::stream::StreamName;
use serde::{Deserialize, Serialize};

/// The version of this form.
pub const FORM: &str = "custody-bundle/1";

/// `bundle.json`, field by field. Ids and hashes are texts here; [`Manifest`] is what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// [`FORM`].
    pub form: String,
    /// The ledger's name.
    pub origin: String,
    /// Leaf hash of entry 0.
    pub genesis: String,
    /// Entries under the checkpoint.
    pub size: u64,
    /// Their root.
    pub root: String,
    /// `defence`, `cps` or `internal`.
    pub profile: String,
    /// The case asked for, if a whole one was.
    pub case: Option<String>,
    /// The exhibits in scope, ascending.
    pub exhibits: Vec<String>,
    /// Index of `disclosure_requested`.
    pub request: u64,
    /// Index of `census_taken`.
    pub census: u64,
    /// What the bundle holds without a gap.
    pub slices: Vec<WrittenSlice>,
    /// What the operator concludes from the whole record.
    pub stated: Vec<WrittenStated>,
    /// Lines of the redaction register.
    pub withheld: u64,
    /// The zone whose time stands beside UTC.
    pub zone: String,
    /// What wrote it.
    pub program: String,
}

/// One slice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenSlice {
    /// The stream's name.
    pub stream: String,
    /// Its first revision.
    pub first: u64,
    /// Its last revision.
    pub last: u64,
}

/// What is stated of one exhibit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenStated {
    /// Which.
    pub exhibit: String,
    /// Its time, cut where its standing changes.
    pub stretches: Vec<WrittenStretch>,
    /// What was found of it.
    pub findings: Vec<WrittenFinding>,
}

/// One stated stretch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenStretch {
    /// UTC microseconds.
    pub from_us: u64,
    /// UTC microseconds.
    pub to_us: u64,
    /// `PROVEN`, `DECLARED`, `NOT PROVEN` or `CONTRADICTED`.
    pub standing: String,
}

/// One stated finding: its rule and weight, not its sentence, which could name what belongs to others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenFinding {
    /// The rule.
    pub rule: String,
    /// Its weight.
    pub severity: String,
    /// UTC microseconds, if it speaks of a time.
    pub from_us: Option<u64>,
    /// UTC microseconds.
    pub to_us: Option<u64>,
    /// The entries that prove it.
    pub indices: Vec<u64>,
}

/// What `bundle.json` says, in the types of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// As written.
    pub written: Written,
    /// Leaf hash of entry 0.
    pub genesis: Digest,
    /// Root of the tree.
    pub root: Digest,
    /// For whom.
    pub profile: crate::profile::Profile,
    /// The case, if a whole one was asked for.
    pub case: Option<CaseId>,
    /// The exhibits in scope, ascending.
    pub exhibits: Vec<ExhibitId>,
    /// What is held without a gap.
    pub slices: Vec<Slice>,
    /// What is stated.
    pub stated: Vec<Stated>,
}

/// Every entry of a stream from one revision to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slice {
    /// Which stream.
    pub stream: StreamName,
    /// The first revision.
    pub first: u64,
    /// The last.
    pub last: u64,
}

/// What the operator states of one exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Which.
    pub exhibit: ExhibitId,
    /// From, to, and how it stands.
    pub stretches: Vec<(u64, u64, Standing)>,
    /// What was found.
    pub findings: Vec<StatedFinding>,
}

/// One stated finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedFinding {
    /// The rule.
    pub rule: RuleId,
    /// Its weight.
    pub severity: Severity,
    /// The time it speaks of.
    pub interval: Option<(u64, u64)>,
    /// The entries that prove it.
    pub indices: Vec<u64>,
}

/// Slices of a bundle at most: each costs a look at its entries.
pub const SLICES_MAX: usize = 10_000;

/// Stretches and findings stated of one exhibit at most: each is compared with what is found.
pub const STATED_MAX: usize = 10_000;

/// `bundle.json` is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON of the form.
    #[error("not JSON of the form: {0}")]
    Json(String),
    /// Written in another way than the one there is.
    #[error("not written in the one way there is")]
    Form,
    /// Another version.
    #[error("its form is not {FORM}: a newer verifier may know it")]
    Version,
    /// A field does not hold what it must.
    #[error("{field} does not hold what it must")]
    Field {
        /// Which.
        field: &'static str,
    },
}

impl Written {
    /// The one text of it, with a final newline.
    pub fn to_text(&self) -> String {
        // Structures of numbers and texts serialise always.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Manifest {
    /// Reads it, strictly: writing it again gives the same text.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let written: Written =
            serde_json::from_str(text).map_err(|error| ManifestError::Json(error.to_string()))?;
        if written.form != FORM {
            return Err(ManifestError::Version);
        }
        if written.to_text() != text {
            return Err(ManifestError::Form);
        }
        let wrong = |field| ManifestError::Field { field };
        let exhibits: Vec<ExhibitId> = written
            .exhibits
            .iter()
            .map(|id| id.parse().map_err(|_| wrong("exhibits")))
            .collect::<Result<_, _>>()?;
        let ascends = exhibits.windows(2).all(|pair| matches!(pair, [one, next] if one < next));
        if exhibits.is_empty() || !ascends {
            return Err(wrong("exhibits"));
        }
        if !(written.request < written.census && written.census < written.size) {
            return Err(wrong("request, census and size"));
        }
        let slices = slices(&written.slices)?;
        let stated = written.stated.iter().map(stated).collect::<Result<Vec<_>, _>>()?;
        if !stated.iter().map(|one| one.exhibit).eq(exhibits.iter().copied()) {
            return Err(wrong("stated"));
        }
        Ok(Self {
            genesis: written.genesis.parse().map_err(|_| wrong("genesis"))?,
            root: written.root.parse().map_err(|_| wrong("root"))?,
            profile: written.profile.parse().map_err(|_| wrong("profile"))?,
            case: written.case.as_ref().map(|id| id.parse().map_err(|_| wrong("case"))).transpose()?,
            exhibits,
            slices,
            stated,
            written,
        })
    }
}

fn slices(written: &[WrittenSlice]) -> Result<Vec<Slice>, ManifestError> {
    let wrong = ManifestError::Field { field: "slices" };
    let slice = |slice: &WrittenSlice| {
        let stream = slice.stream.parse().ok()?;
        (slice.first <= slice.last).then_some(Slice { stream, first: slice.first, last: slice.last })
    };
    let slices: Option<Vec<Slice>> = written.iter().map(slice).collect();
    let apart = |pair: &[Slice]| {
        matches!(pair, [one, next] if one.stream < next.stream
            || (one.stream == next.stream && one.last < next.first))
    };
    slices.filter(|slices| slices.len() <= SLICES_MAX && slices.windows(2).all(apart)).ok_or(wrong)
}

fn stated(written: &WrittenStated) -> Result<Stated, ManifestError> {
    let wrong = || ManifestError::Field { field: "stated" };
    let stretch = |stretch: &WrittenStretch| {
        let standing = Standing::ALL.into_iter().find(|one| one.name() == stretch.standing)?;
        (stretch.from_us <= stretch.to_us).then_some((stretch.from_us, stretch.to_us, standing))
    };
    let finding = |finding: &WrittenFinding| {
        let severity = Severity::ALL.into_iter().find(|one| one.name() == finding.severity)?;
        let interval = match (finding.from_us, finding.to_us) {
            (Some(from_us), Some(to_us)) => Some((from_us, to_us)),
            (None, None) => None,
            _ => return None,
        };
        let rule = finding.rule.parse().ok()?;
        Some(StatedFinding { rule, severity, interval, indices: finding.indices.clone() })
    };
    if written.stretches.len() > STATED_MAX || written.findings.len() > STATED_MAX {
        return Err(wrong());
    }
    Ok(Stated {
        exhibit: written.exhibit.parse().map_err(|_| wrong())?,
        stretches: written.stretches.iter().map(stretch).collect::<Option<_>>().ok_or_else(wrong)?,
        findings: written.findings.iter().map(finding).collect::<Option<_>>().ok_or_else(wrong)?,
    })
}
