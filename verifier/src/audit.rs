//! The audit: replays a whole ledger, entry by entry, and says of every rule whether it holds.
//!
//! In order: the checkpoint is read, the entry bundles are streamed (decoded and their signatures checked on
//! many threads, folded in one), the tree is compared with the checkpoint, the files with the tree, and heads
//! held elsewhere with both. Nothing stops at the first finding; what could not be looked at is said.

mod bundles;
mod coverage;
pub(crate) mod decode;
mod evidence;
mod files;
pub(crate) mod findings;
mod footage;
pub(crate) mod heads;
pub(crate) mod keys;
mod parallel;
mod reliability;
mod replay;
mod streams;
mod tiles;
mod tree;

use std::num::NonZeroUsize;

use custody::finding::Finding;
use custody::rule::RuleId;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::Note;

pub use findings::FINDINGS_MAX;

use crate::archive::ArchiveReader;
use crate::footage::FootageReader;
use crate::known_head::KnownHead;
use crate::policies::Policies;
use crate::report::{Head, NotReplayed, Report, escaped};
use crate::trust::Trust;
use findings::Findings;
use footage::CommittedFootage;
use heads::Lines;
use replay::Replay;

/// How to audit. Nothing here changes what the report says.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Threads that decode entries and check signatures.
    pub threads: NonZeroUsize,
}

/// How far an audit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries replayed.
    pub done: u64,
    /// Entries there are, by the checkpoint's word.
    pub size: u64,
}

/// Replays the archive and reports everything that was found.
///
/// Never panics on an archive, whatever is in it; keeps no more of it than two bundles, the rulebook's state
/// and a few bytes for each stream, each key and each bundle.
pub fn audit(
    archive: &dyn ArchiveReader,
    trust: &Trust,
    known_heads: &[KnownHead],
    policies: &Policies,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Report {
    run(archive, Given { footage: None, without: None }, trust, known_heads, policies, *options, progress)
}

/// The same audit by a verifier that lacks one rule: whatever that rule finds is left out of the report, and out of
/// what the report concludes from it. For the corpus alone, which shows by it that each rule is needed.
#[cfg(feature = "testing")]
pub fn audit_without(
    archive: &dyn ArchiveReader,
    trust: &Trust,
    known_heads: &[KnownHead],
    policies: &Policies,
    options: &Options,
    rule: RuleId,
) -> Report {
    let given = Given { footage: None, without: Some(rule) };
    run(archive, given, trust, known_heads, policies, *options, &mut |_| {})
}

/// The same, with the footage that is still held: every segment is hashed and measured again (V04), and every one that
/// is not held must have lapsed (V07).
///
/// Keeps 64 bytes more for each segment that a manifest commits to.
pub fn audit_with_footage(
    archive: &dyn ArchiveReader,
    footage: &dyn FootageReader,
    trust: &Trust,
    known_heads: &[KnownHead],
    policies: &Policies,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Report {
    let given = Given { footage: Some(footage), without: None };
    run(archive, given, trust, known_heads, policies, *options, progress)
}

/// What an audit is given beside the archive, or lacks.
struct Given<'a> {
    footage: Option<&'a dyn FootageReader>,
    without: Option<RuleId>,
}

fn run(
    archive: &dyn ArchiveReader,
    Given { footage, without }: Given<'_>,
    trust: &Trust,
    known_heads: &[KnownHead],
    policies: &Policies,
    options: Options,
    progress: &mut dyn FnMut(Progress),
) -> Report {
    let policy = policies.before_any();
    let (note, checkpoint) = match heads::open(archive) {
        Ok(opened) => opened,
        Err(why) => return Report::nothing(policy, None, why.to_string()),
    };
    let head =
        Head { origin: escaped(checkpoint.origin()), size: checkpoint.size(), root: checkpoint.root() };
    if checkpoint.size() == 0 {
        let why = "the checkpoint is that of a ledger without entries: there is nothing to check";
        return Report::nothing(policy, Some(head), why.to_owned());
    }
    let mut replay = Replay::new(archive, trust, policies, checkpoint.size());
    replay.committed = footage.map(|_| CommittedFootage::default());
    replay.findings = Findings::without(without);
    bundles::stream(&mut replay, archive, options.threads, progress);
    tiles::check_partial(&mut replay, archive);
    let lines = check_head(&mut replay, &note, &checkpoint, trust);
    let size = checkpoint.size();
    let known_heads = known_heads
        .iter()
        .map(|known| {
            heads::compare(known, &replay.tree, size, &replay.ledger_keys, trust, &mut replay.findings)
        })
        .collect();
    if let Err(why) = files::check(archive, size, &replay.tree, &replay.referred, &mut replay.findings) {
        replay.could_not_list = Some(why.to_string());
    }
    // Before anything is judged: no window rests on footage that is not what was committed to.
    if let (Some(committed), Some(footage)) = (replay.committed.take(), footage) {
        footage::check(&mut replay, committed, footage);
    }
    finish(replay, head, lines, known_heads)
}

/// The checkpoint against the tree, the trust file and the ledger key in force.
fn check_head(replay: &mut Replay<'_>, note: &Note, checkpoint: &Checkpoint, trust: &Trust) -> Lines {
    let finding = |sentence: String| Finding::new(RuleId::L03, sentence);
    if checkpoint.origin() != trust.origin {
        let origin = escaped(checkpoint.origin());
        replay.findings.add(finding(format!(
            "The checkpoint is of the ledger {origin}, and the trust file names {}.",
            escaped(&trust.origin)
        )));
    }
    if replay.tree.is_whole() && replay.tree.size() == checkpoint.size() {
        if replay.tree.root() == checkpoint.root() {
            replay.is_root_checked = true;
        } else {
            replay.findings.add(finding(format!(
                "The entries have another root than the checkpoint: {} instead of {}.",
                replay.tree.root(),
                checkpoint.root()
            )));
        }
    }
    let Some(key) = replay.ledger_keys.at(checkpoint.size()) else { return Lines::default() };
    match heads::check_lines(note, key, trust) {
        Ok(lines) => lines,
        Err(why) => {
            replay.findings.add(finding(format!("The checkpoint {why}.")));
            Lines::default()
        }
    }
}

/// Judges every exhibit and writes everything down.
fn finish(
    mut replay: Replay<'_>,
    head: Head,
    lines: Lines,
    known_heads: Vec<crate::report::KnownHeadCheck>,
) -> Report {
    let mut verdicts = Vec::new();
    for exhibit in replay.ledger.exhibits() {
        let Some(mut verdict) = replay.ledger.judge(exhibit, replay.in_force.policy()) else { continue };
        verdict.findings.drain(..).for_each(|finding| replay.findings.add(finding));
        verdicts.push(verdict);
    }
    replay
        .ledger
        .closing_findings(replay.in_force.policy())
        .into_iter()
        .for_each(|finding| replay.findings.add(finding));
    let counts = &mut replay.counts;
    let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    counts.streams = replay.streams.count();
    counts.devices = count(replay.ledger.devices().iter().count());
    counts.exhibits = count(verdicts.len());
    let rules = coverage::rules(&replay, &known_heads);
    let notes = coverage::notes(&replay);
    let (mut findings, findings_not_kept) = replay.findings.finish();
    for finding in &mut findings {
        replay.ledger.put_beside(finding);
    }
    let verdicts_lowered = reliability::objection(&findings, findings_not_kept, &replay.gaps);
    if let Some(why) = &verdicts_lowered {
        for verdict in &mut verdicts {
            verdict.lower(why);
        }
    }
    Report {
        could_not_check: None,
        head: Some(head),
        policy: (**replay.in_force.policy()).clone(),
        policies_missing: replay.in_force.missing().collect(),
        counts: replay.counts,
        verdicts,
        verdicts_lowered,
        findings,
        findings_not_kept,
        rules,
        cosigned: lines.cosigned,
        unverified: lines.unverified,
        known_heads,
        not_replayed: replay.gaps.into_iter().map(NotReplayed::from).collect(),
        notes,
    }
}
