//! From the files to the report: replay, slices, scope, openings, verdicts; and the comparison of what the bundle prints
//! with what comes out.

use std::collections::{BTreeMap, BTreeSet};

use civil_time::Zone;
use custody::finding::{Finding, fatal_objection};
use custody::id::Digest;
use custody::policy::{POLICY_BYTES_MAX, Policies, Policy};
use custody::rule::RuleId;
use custody::verdict::Verdict;
use disclosure::manifest::Manifest;
use disclosure::material::{Material, Request, Said, Standing};
use disclosure::model::Report;
use disclosure::openings::{Field, Openings, Registered};
use disclosure::pack::File;
use ledger_format::merkle::{Proven, leaf_hash, verify_many};
use sha2::{Digest as _, Sha256};

use super::about::{is_about, weighed};
use super::census::Heads;
use super::open::{Opened, open};
use super::replay::Replay;
use super::scope::{self, Scope};
use super::slices::Streams;
use super::standing::standing;
use super::{Checked, openings, reports, stated, sums};
use crate::audit::findings::Findings;
use crate::audit::heads::{Lines, check_lines};
use crate::report::{Role, escaped};
use crate::trust::Trust;

/// The folder of policy files.
const POLICIES: &str = "policies/";

/// All that a bundle's files show.
pub struct Conclusion {
    /// What was asked for.
    pub request: Request,
    /// The verdict on each exhibit in scope.
    pub verdicts: Vec<Verdict>,
    /// Every finding of the entries, gravest first. Those of the container and of the printed reports are not in it, so that
    /// the reports can be written from it.
    pub findings: Vec<Finding>,
    /// How many more there are than could be kept.
    pub findings_not_kept: u64,
    /// The report, in its own words.
    pub report: Report,
    /// The entries that may be believed.
    pub entries: BTreeMap<u64, Said>,
    /// What became of each commitment.
    pub openings: Openings,
    /// The redaction register.
    pub register: Vec<Registered>,
    /// `case.jsonld`.
    pub case: String,
    /// The audit path of each entry; none where the entries are not those under the checkpoint.
    pub proven: Option<Proven>,
    standing: Standing,
    not_checked: Vec<String>,
    replay: Replay,
}

/// Concludes from the files of a bundle, of which the reports need not be there yet.
///
/// # Errors
///
/// Why nothing can be concluded.
pub fn conclude(files: &[File], trust: &Trust) -> Result<Conclusion, String> {
    let opened = open(files)?;
    Ok(conclude_from(&opened, trust))
}

/// The whole check of a bundle's files.
pub(super) fn conclude_and_compare(files: &[File], trust: &Trust) -> Result<Checked, String> {
    let opened = open(files)?;
    let concluded = conclude_from(&opened, trust);
    let printed = reports::differences(files, &opened, &concluded);
    let Conclusion {
        request,
        mut verdicts,
        findings,
        findings_not_kept,
        report,
        standing,
        not_checked,
        mut replay,
        ..
    } = concluded;
    let size = opened.manifest.written.size;
    for finding in findings.into_iter().chain(printed) {
        replay.findings.add(finding);
    }
    sums::check(files, size, trust, &mut replay);
    let lines = cosigned(&opened, trust, &mut replay);
    let (findings, more) = std::mem::take(&mut replay.findings).finish();
    lower_all(&mut verdicts, &findings, more);
    let auditors: Vec<_> = lines.cosigned.iter().filter(|line| line.role == Role::Auditor).collect();
    let completeness = match auditors.first() {
        Some(auditor) => format!(
            "COMPLETE up to entry {}, under the census that auditor {} has vouched for by cosigning a replayed ledger of {size} entries.",
            request.census_at, auditor.name
        ),
        None => format!(
            "Complete up to entry {} as stated by the ledger's operator; not independently audited: no auditor of the trust file has cosigned the checkpoint.",
            request.census_at
        ),
    };
    Ok(Checked {
        could_not_check: None,
        request: Some(request),
        verdicts,
        findings,
        findings_not_kept: findings_not_kept.saturating_add(more),
        not_checked,
        cosigned: lines.cosigned,
        completeness,
        checked: standing.checked,
        rests_on_audit: standing.rests_on_audit,
        report: Some(report),
    })
}

fn conclude_from(opened: &Opened<'_>, trust: &Trust) -> Conclusion {
    let manifest = &opened.manifest;
    let written = &manifest.written;
    let mut not_checked = Vec::new();
    let mut replay = Replay::new(trust, policies(opened, &mut not_checked));
    let proven = under_the_checkpoint(opened, trust, &mut replay);
    for (index, bytes) in &opened.entries {
        replay.entry(*index, bytes, (written.size, manifest.root));
    }
    let missing = replay
        .in_force
        .missing()
        .map(|hash| format!("The policy {hash} was adopted and is not in the bundle."));
    not_checked.extend(missing.collect::<Vec<_>>());
    let streams = Streams::collect(&mut replay);
    streams.check(&manifest.slices, &mut replay);
    let heads = Heads::check(opened, &streams, &mut replay);
    let fates = openings::check(opened, &mut replay);
    let recipient = recipient(written.request, &replay, &fates.openings);
    let request = scope::request(manifest, &mut replay, recipient);
    scope::check(&Scope { manifest, streams: &streams, heads: &heads }, &mut replay);
    let mut verdicts = judge(&mut replay, &request);
    let (found, _) = replay.findings.clone().finish();
    stated::apply(&manifest.stated, &mut verdicts, &found, &mut replay);
    let (findings, findings_not_kept) = std::mem::take(&mut replay.findings).finish();
    let mut findings = about_these(findings, manifest, &replay);
    for finding in &mut findings {
        replay.ledger.put_beside(finding);
    }
    lower_all(&mut verdicts, &findings, findings_not_kept);
    let standing = standing(opened, &replay, &streams, &fates, &verdicts);
    let zone: Zone = written.zone.parse().unwrap_or_default();
    let policy = (**replay.in_force.policy()).clone();
    let material = Material {
        request: &request,
        ledger: &replay.ledger,
        policy: &policy,
        entries: &replay.entries,
        verdicts: &verdicts,
        findings: &findings,
        openings: &fates.openings,
        register: &fates.register,
        standing: &standing,
        zone: &zone,
    };
    let report = disclosure::build::report(&material);
    let case = disclosure::case_uco::case_jsonld(&material);
    let entries = std::mem::take(&mut replay.entries);
    Conclusion {
        request,
        verdicts,
        findings,
        findings_not_kept,
        report,
        entries,
        openings: fates.openings,
        register: fates.register,
        case,
        proven,
        standing,
        not_checked,
        replay,
    }
}

/// The findings about the exhibits in scope and about the record as such, weighed anew where only other cases' acts would
/// explain them; gravest first.
fn about_these(findings: Vec<Finding>, manifest: &Manifest, replay: &Replay) -> Vec<Finding> {
    let exhibits: BTreeSet<_> = manifest.exhibits.iter().copied().collect();
    let mut about = Findings::default();
    for finding in findings.into_iter().filter(|finding| is_about(finding, &exhibits)) {
        about.add(weighed(finding, &manifest.stated, &replay.entries));
    }
    about.finish().0
}

/// L03: the checkpoint is of the trust file's ledger, the entries stand under it, and the first is the genesis.
fn under_the_checkpoint(opened: &Opened<'_>, trust: &Trust, replay: &mut Replay) -> Option<Proven> {
    let manifest = &opened.manifest;
    let (written, checkpoint) = (&manifest.written, &opened.checkpoint);
    let mut fatal = |sentence: String| replay.findings.add(Finding::new(RuleId::L03, sentence));
    if written.origin != trust.origin || manifest.genesis != trust.genesis {
        fatal(format!("The bundle is of another ledger than the trust file: {}.", escaped(&written.origin)));
    }
    if checkpoint.origin() != written.origin
        || checkpoint.size() != written.size
        || checkpoint.root() != manifest.root
    {
        fatal("The checkpoint is another than the bundle says.".to_owned());
    }
    let leaves: Vec<_> = opened.entries.iter().map(|(index, bytes)| (*index, leaf_hash(bytes))).collect();
    if leaves.first() != Some(&(0, trust.genesis)) {
        fatal("The bundle does not begin with the genesis that the trust file names.".to_owned());
    }
    match verify_many(&leaves, checkpoint.size(), &opened.inclusion, checkpoint.root()) {
        Ok(proven) => Some(proven),
        Err(why) => {
            fatal(format!("The entries are not shown to stand under the checkpoint: {why}."));
            None
        }
    }
}

/// The policies of the bundle, each by its own hash; the ledger says which was in force when.
fn policies(opened: &Opened<'_>, not_checked: &mut Vec<String>) -> Policies {
    let mut policies = vec![Policy::standard()];
    for (name, bytes) in opened.files.iter().filter(|(name, _)| name.starts_with(POLICIES)) {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= POLICY_BYTES_MAX);
        match text.and_then(|text| Policy::parse(text).ok()) {
            Some(policy) => policies.push(policy),
            None => not_checked.push(format!("{name} is no policy that this version can read.")),
        }
    }
    Policies::of(policies)
}

/// Lowers every verdict where the record as a whole is not reliable.
fn lower_all(verdicts: &mut [Verdict], findings: &[Finding], not_kept: u64) {
    let fatal = findings.iter().filter(|finding| finding.is_fatal_for_all()).count();
    let incomplete = (not_kept > 0).then(|| "not every finding could be kept".to_owned());
    let Some(why) = fatal_objection(fatal).or(incomplete) else { return };
    for verdict in verdicts {
        verdict.lower(&why);
    }
}

/// The verdict on every exhibit in scope that is judged as itself, and what is wrong where the record ends.
fn judge(replay: &mut Replay, request: &Request) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for exhibit in &request.exhibits {
        let Some(mut verdict) = replay.ledger.judge(*exhibit, replay.in_force.policy()) else { continue };
        verdict.findings.drain(..).for_each(|finding| replay.findings.add(finding));
        verdicts.push(verdict);
    }
    for finding in replay.ledger.closing_findings(replay.in_force.policy()) {
        replay.findings.add(finding);
    }
    verdicts
}

/// The recipient, where its opening is disclosed.
fn recipient(request: u64, replay: &Replay, openings: &Openings) -> Option<String> {
    let said = replay.entries.get(&request)?;
    let commitment = said.decoded.commitments.iter().find(|one| one.field == "recipient")?;
    match openings.field(said.decoded.hash, &commitment.digest.0) {
        Field::Disclosed(value) => Some(value),
        Field::Withheld(_) | Field::Erased { .. } | Field::Missing => None,
    }
}

/// The lines of the checkpoint, under the trust file's keys.
fn cosigned(opened: &Opened<'_>, trust: &Trust, replay: &mut Replay) -> Lines {
    let Some(key) = replay.ledger_keys.at(opened.manifest.written.size) else { return Lines::default() };
    match check_lines(&opened.note, key, trust) {
        Ok(lines) => lines,
        Err(why) => {
            replay.findings.add(Finding::new(RuleId::L03, format!("The checkpoint {why}.")));
            Lines::default()
        }
    }
}

/// The name of a policy's file.
pub(super) fn policy_file(policy: &[u8]) -> String {
    format!("{POLICIES}{}.toml", Digest(Sha256::digest(policy).into()))
}
