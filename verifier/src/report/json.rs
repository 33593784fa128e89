//! The report for programs: the same bytes for the same archive, trust file and known heads.
//!
//! Written through structures and not through maps, so that the order of fields is this file's and no
//! library's. It holds no run time, no path and nothing about the machine.

use custody::fact::Interval;
use custody::finding::Finding;
use custody::verdict::{Class, Holder, Leg, Moment, SealStep, Standing, Verdict};
use serde::Serialize;

use super::{KnownHeadOutcome, NEVER_CLAIMED, Outcome, Report};

/// The version of this form; raised where a field changes its meaning.
const FORM: &str = "custody-audit/2";

#[derive(Serialize)]
struct Root<'a> {
    form: &'static str,
    verifier: &'static str,
    outcome: &'static str,
    exit_status: u8,
    could_not_check: Option<&'a str>,
    ledger: Option<Ledger<'a>>,
    policy: PolicyForm<'a>,
    counts: Counts,
    verdicts_lowered: Option<&'a str>,
    exhibits: Vec<Exhibit>,
    findings: Vec<FindingForm>,
    findings_not_kept: u64,
    rules_checked: Vec<Checked<'a>>,
    rules_not_checked: Vec<NotCheckedForm<'a>>,
    cosigned: Vec<Cosigned<'a>>,
    unverified_cosigners: &'a [String],
    known_heads: Vec<KnownHead<'a>>,
    not_replayed: Vec<NotReplayed<'a>>,
    notes: &'a [String],
    never_claimed: &'static [&'static str],
}

#[derive(Serialize)]
struct Ledger<'a> {
    origin: &'a str,
    size: u64,
    root: String,
}

#[derive(Serialize)]
struct PolicyForm<'a> {
    version: &'a str,
    sha256: String,
    missing: Vec<String>,
}

#[derive(Serialize)]
struct Counts {
    entries: u64,
    entry_bytes: u64,
    entries_judged: u64,
    signatures_present: u64,
    signatures_checked: u64,
    signatures_valid: u64,
    possessions_present: u64,
    possessions_checked: u64,
    possessions_valid: u64,
    bundles: u64,
    hash_tiles: u64,
    stream_links: u64,
    censuses: u64,
    heads_seen: u64,
    heads_not_compared: u64,
    evidence: u64,
    streams: u64,
    devices: u64,
    exhibits: u64,
}

#[derive(Serialize)]
struct Exhibit {
    id: String,
    standing: Option<&'static str>,
    holder: Option<String>,
    proven_us: u64,
    declared_us: u64,
    not_proven_us: u64,
    contradicted_us: u64,
    stretches: Vec<Stretch>,
    legs: Vec<LegForm>,
    seals: Vec<SealForm>,
}

/// One leg: each field with where it comes from, where that is not told by its name.
#[derive(Serialize)]
struct LegForm {
    holder: String,
    holder_class: &'static str,
    received_from: Option<String>,
    received: MomentForm,
    passed_to: Option<String>,
    passed: Option<MomentForm>,
    declared_seal_in: Option<String>,
    declared_seal_out: Option<String>,
    declared_second_person: Option<String>,
}

#[derive(Serialize)]
struct MomentForm {
    index: u64,
    wall_us: u64,
    error_us: u64,
    class: &'static str,
}

#[derive(Serialize)]
struct SealForm {
    declared_seal: Option<String>,
    how: &'static str,
    index: u64,
}

#[derive(Serialize)]
struct Stretch {
    #[serde(flatten)]
    interval: IntervalForm,
    standing: &'static str,
    holder: String,
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct IntervalForm {
    from_us: u64,
    to_us: u64,
}

#[derive(Serialize)]
struct FindingForm {
    rule: &'static str,
    rule_version: u32,
    severity: &'static str,
    sentence: String,
    remedy: String,
    indices: Vec<u64>,
    interval: Option<IntervalForm>,
    exhibits: Vec<String>,
    devices: Vec<String>,
    compartments: Vec<String>,
    people: Vec<String>,
    cameras: Vec<String>,
    beside: Vec<BesideForm>,
}

/// A later statement about what the finding rests on.
#[derive(Serialize)]
struct BesideForm {
    index: u64,
    what: &'static str,
}

#[derive(Serialize)]
struct Checked<'a> {
    rule: &'static str,
    against: &'a str,
}

#[derive(Serialize)]
struct NotCheckedForm<'a> {
    rule: &'static str,
    required: bool,
    why: &'a str,
}

#[derive(Serialize)]
struct Cosigned<'a> {
    name: &'a str,
    role: &'static str,
    time_s: u64,
}

#[derive(Serialize)]
struct KnownHead<'a> {
    name: &'a str,
    size: u64,
    outcome: &'static str,
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct NotReplayed<'a> {
    first: u64,
    last: u64,
    why: &'a str,
}

/// The report as JSON, with a final newline.
pub fn json(report: &Report) -> String {
    // Structures of numbers and texts serialise always: there is no map whose keys could be refused.
    let mut text = serde_json::to_string_pretty(&root(report)).unwrap_or_default();
    text.push('\n');
    text
}

fn root(report: &Report) -> Root<'_> {
    let outcome = report.outcome();
    let checked = report
        .rules
        .iter()
        .filter_map(|check| Some(Checked { rule: check.rule.name(), against: check.checked.as_ref().ok()? }));
    let not_checked = report.rules.iter().filter_map(|check| {
        let why = check.checked.as_ref().err()?;
        let required = report.requires(check.rule);
        Some(NotCheckedForm { rule: check.rule.name(), required, why: &why.0 })
    });
    Root {
        form: FORM,
        verifier: env!("CARGO_PKG_VERSION"),
        outcome: match outcome {
            Outcome::Verified => "verified",
            Outcome::Findings => "findings",
            Outcome::NotChecked => "not checked",
        },
        exit_status: outcome.exit_status(),
        could_not_check: report.could_not_check.as_deref(),
        ledger: report.head.as_ref().map(|head| Ledger {
            origin: &head.origin,
            size: head.size,
            root: head.root.to_string(),
        }),
        policy: PolicyForm {
            version: &report.policy.version,
            sha256: report.policy.hash.to_string(),
            missing: report.policies_missing.iter().map(ToString::to_string).collect(),
        },
        counts: counts(report),
        verdicts_lowered: report.verdicts_lowered.as_deref(),
        exhibits: report.verdicts.iter().map(exhibit).collect(),
        findings: report.findings.iter().map(finding).collect(),
        findings_not_kept: report.findings_not_kept,
        rules_checked: checked.collect(),
        rules_not_checked: not_checked.collect(),
        cosigned: report
            .cosigned
            .iter()
            .map(|line| Cosigned { name: &line.name, role: line.role.name(), time_s: line.time_s })
            .collect(),
        unverified_cosigners: &report.unverified,
        known_heads: report.known_heads.iter().map(known_head).collect(),
        not_replayed: report
            .not_replayed
            .iter()
            .map(|gap| NotReplayed { first: gap.first, last: gap.last, why: &gap.why })
            .collect(),
        notes: &report.notes,
        never_claimed: NEVER_CLAIMED,
    }
}

fn counts(report: &Report) -> Counts {
    let counts = &report.counts;
    Counts {
        entries: counts.entries,
        entry_bytes: counts.entry_bytes,
        entries_judged: counts.judged,
        signatures_present: counts.signatures_present,
        signatures_checked: counts.signatures_checked,
        signatures_valid: counts.signatures_valid,
        possessions_present: counts.possessions_present,
        possessions_checked: counts.possessions_checked,
        possessions_valid: counts.possessions_valid,
        bundles: counts.bundles,
        hash_tiles: counts.hash_tiles,
        stream_links: counts.stream_links,
        censuses: counts.censuses,
        heads_seen: counts.heads_seen,
        heads_not_compared: counts.heads_not_compared,
        evidence: counts.evidence,
        streams: counts.streams,
        devices: counts.devices,
        exhibits: counts.exhibits,
    }
}

fn exhibit(verdict: &Verdict) -> Exhibit {
    let stretches = verdict.stretches.iter().map(|stretch| Stretch {
        interval: interval(stretch.interval),
        standing: stretch.standing.name(),
        holder: holder(stretch.holder),
        reasons: stretch.reasons.clone(),
    });
    Exhibit {
        id: verdict.exhibit.to_string(),
        standing: verdict.standing().map(Standing::name),
        holder: verdict.holder.map(holder),
        proven_us: verdict.duration_us(Standing::Proven),
        declared_us: verdict.duration_us(Standing::Declared),
        not_proven_us: verdict.duration_us(Standing::NotProven),
        contradicted_us: verdict.duration_us(Standing::Contradicted),
        stretches: stretches.collect(),
        legs: verdict.legs.iter().map(leg).collect(),
        seals: verdict.seals.iter().map(seal).collect(),
    }
}

fn leg(leg: &Leg) -> LegForm {
    LegForm {
        holder: holder(leg.holder),
        holder_class: leg.classes.holder.name(),
        received_from: leg.received_from.map(holder),
        received: moment(leg.begins, leg.classes.begins),
        passed_to: leg.passed_to.map(holder),
        passed: leg.ends.zip(leg.classes.ends).map(|(ends, class)| moment(ends, class)),
        declared_seal_in: leg.seal_in.clone(),
        declared_seal_out: leg.seal_out.clone(),
        declared_second_person: leg.second_person.map(|person| person.to_string()),
    }
}

fn moment(moment: Moment, class: Class) -> MomentForm {
    let Moment { index, wall_us, error_us } = moment;
    MomentForm { index, wall_us, error_us, class: class.name() }
}

fn seal(step: &SealStep) -> SealForm {
    SealForm { declared_seal: step.seal.clone(), how: step.how, index: step.index }
}

/// A holder in one word and an id.
pub(super) fn holder(holder: Holder) -> String {
    match holder {
        Holder::Person(person) => format!("person {person}"),
        Holder::Compartment(compartment) => format!("compartment {compartment}"),
        Holder::Place(person) => format!("place, received by {person}"),
        Holder::Release(person) => format!("on release to {person}"),
        Holder::Missing => "missing".to_owned(),
        Holder::Ended => "custody ended".to_owned(),
    }
}

fn interval(interval: Interval) -> IntervalForm {
    IntervalForm { from_us: interval.from_us, to_us: interval.to_us }
}

fn finding(finding: &Finding) -> FindingForm {
    FindingForm {
        rule: finding.rule.name(),
        rule_version: finding.rule.rule().version,
        severity: finding.severity.name(),
        sentence: finding.sentence.clone(),
        remedy: finding.remedy.clone(),
        indices: finding.indices.clone(),
        interval: finding.interval.map(interval),
        exhibits: finding.exhibits.iter().map(ToString::to_string).collect(),
        devices: finding.devices.iter().map(ToString::to_string).collect(),
        compartments: finding.compartments.iter().map(ToString::to_string).collect(),
        people: finding.people.iter().map(ToString::to_string).collect(),
        cameras: finding.cameras.iter().map(ToString::to_string).collect(),
        beside: finding
            .beside
            .iter()
            .map(|beside| BesideForm { index: beside.index, what: beside.what.name() })
            .collect(),
    }
}

fn known_head(head: &super::KnownHeadCheck) -> KnownHead<'_> {
    let (outcome, why) = match &head.outcome {
        KnownHeadOutcome::Agrees => ("agrees", None),
        KnownHeadOutcome::Contradicts => ("contradicts", None),
        KnownHeadOutcome::Longer => ("longer", None),
        KnownHeadOutcome::Unusable(why) => ("unusable", Some(why.as_str())),
    };
    KnownHead { name: &head.name, size: head.size, outcome, why }
}
