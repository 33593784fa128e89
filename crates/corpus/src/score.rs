//! The scorer: for each seed a clean history, one with a single fault, and one with several of different families.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use custody::rule::{RULES, RuleId};
use verifier::report;

use crate::case::{Case, Outcome, Score};
use crate::plant::{Plant, Planter, planters};
use crate::rng::Rng;

/// In how many histories room is sought for a fault before it is told that there was none.
const ATTEMPTS: u64 = 24;

/// Between the seeds of those attempts: more than anybody scores.
const FAR: u64 = 1_000_000;

/// What to score.
#[derive(Debug, Clone, Copy)]
pub struct Scoring {
    /// The first seed.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// A rule that the verifier lacks.
    pub without: Option<RuleId>,
    /// Cases at once.
    pub threads: NonZeroUsize,
}

/// What became of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Row {
    /// Findings of it that had to come.
    pub planted: u64,
    /// Those that came.
    pub found: u64,
    /// Those that did not.
    pub missed: u64,
    /// Findings that should not have come.
    pub falsely: u64,
    /// Those that could not come, their evidence destroyed.
    pub masked: u64,
}

/// What became of all.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Each rule's.
    pub rows: BTreeMap<RuleId, Row>,
    /// Histories, and entries in them.
    pub histories: u64,
    /// Entries in them.
    pub entries: u64,
    /// Clean histories among them.
    pub clean: u64,
    /// What went wrong, each with its seed.
    pub wrong: Vec<String>,
    /// How often each kind of fault was planted.
    pub kinds: BTreeMap<(RuleId, &'static str), u64>,
}

impl Tally {
    /// Whether every fault that could be found was, and nothing else.
    pub fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Adds another's.
    pub fn add(&mut self, other: Self) {
        for (rule, row) in other.rows {
            let sum = self.rows.entry(rule).or_default();
            sum.planted += row.planted;
            sum.found += row.found;
            sum.missed += row.missed;
            sum.falsely += row.falsely;
            sum.masked += row.masked;
        }
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        self.histories += other.histories;
        self.entries += other.entries;
        self.clean += other.clean;
        self.wrong.extend(other.wrong);
    }

    fn count(&mut self, name: &str, case: &Case, score: &Score) {
        self.histories += 1;
        self.entries += case.played.world.writer.size();
        for fault in &case.faults {
            *self.kinds.entry((fault.planter.rule, fault.planter.kind)).or_default() += 1;
        }
        for (fault, expected, outcome) in &score.expected {
            let row = self.rows.entry(expected.rule).or_default();
            row.planted += 1;
            match outcome {
                Outcome::Found => row.found += 1,
                Outcome::Masked => row.masked += 1,
                Outcome::Missed => {
                    row.missed += 1;
                    let planter = case.faults.get(*fault).map(|fault| fault.planter);
                    let (rule, kind) =
                        planter.map_or(("", ""), |planter| (planter.rule.name(), planter.kind));
                    self.wrong.push(format!(
                        "{name}: missed {} {} of {rule} ({kind})",
                        expected.rule.name(),
                        expected.weight
                    ));
                }
            }
        }
        for finding in &score.false_findings {
            self.rows.entry(finding.rule).or_default().falsely += 1;
            let kinds: Vec<String> = case
                .faults
                .iter()
                .map(|fault| format!("{} ({})", fault.planter.rule.name(), fault.planter.kind))
                .collect();
            self.wrong.push(format!(
                "{name}: false {} {} {:?} beside [{}]: {}",
                finding.rule.name(),
                finding.severity,
                finding.indices,
                kinds.join(", "),
                finding.sentence
            ));
        }
    }
}

/// Scores every seed.
pub fn score(scoring: &Scoring, progress: &(dyn Fn(u64) + Sync)) -> Tally {
    let all = planters();
    let jobs: Vec<u64> = (scoring.first..scoring.first + scoring.count).collect();
    in_parallel(&jobs, scoring.threads, |seed| {
        let tally = seed_score(*seed, &all, scoring.without);
        progress(*seed);
        tally
    })
}

/// Scores the kinds of fault that must lead to a finding of one rule, by a verifier that lacks it: so many cases each.
/// Whoever cannot tell the difference has a scorer that is worth nothing.
pub fn score_without(rule: RuleId, each: u64, threads: NonZeroUsize) -> Tally {
    let kinds: Vec<(Planter, u64)> = planters()
        .into_iter()
        .filter(|planter| planter.rule == rule)
        .flat_map(|planter| (0..each).map(move |seed| (planter, seed)))
        .collect();
    in_parallel(&kinds, threads, |(planter, seed)| {
        let mut tally = Tally::default();
        match case_of(*seed, &[*planter]) {
            Some((seed, case)) => run(&mut tally, &format!("seed {seed}"), &case, Some(rule)),
            None => tally.wrong.push(no_room(*seed, planter)),
        }
        tally
    })
}

fn no_room(seed: u64, planter: &Planter) -> String {
    format!("seed {seed}: no room for {} ({})", planter.rule.name(), planter.kind)
}

/// Does every job on so many threads; adds the results in the jobs' order.
fn in_parallel<J: Sync>(jobs: &[J], threads: NonZeroUsize, work: impl Fn(&J) -> Tally + Sync) -> Tally {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(number) else { break };
                    let tally = work(job);
                    done.lock().expect("nobody panics holding it").insert(number, tally);
                }
            });
        }
    });
    let mut sum = Tally::default();
    let done = done.into_inner().expect("nobody panics holding it");
    for tally in done.into_values() {
        sum.add(tally);
    }
    sum
}

/// The three histories of a seed.
fn seed_score(seed: u64, all: &[Planter], without: Option<RuleId>) -> Tally {
    let mut tally = Tally::default();
    if let Some(case) = Case::new(seed, &[]) {
        let name = format!("seed {seed}, clean");
        let report = case.audit(without, NonZeroUsize::MIN);
        if without.is_none() && report.outcome() != report::Outcome::Verified {
            let why: Vec<String> = report
                .rules
                .iter()
                .filter_map(|check| {
                    check.checked.as_ref().err().map(|why| format!("{}: {}", check.rule.name(), why.0))
                })
                .collect();
            if report.findings.is_empty() {
                tally.wrong.push(format!("{name}: not verified: {}", why.join("; ")));
            }
        }
        tally.clean += 1;
        tally.count(&name, &case, &case.score(&report));
    }
    let single = single(seed, all);
    match case_of(seed, &single) {
        Some((used, case)) => {
            run(&mut tally, &format!("seed {seed}, single, history {used}"), &case, without);
        }
        None => tally.wrong.extend(single.iter().map(|planter| no_room(seed, planter))),
    }
    let several = several(seed, all);
    // Some faults leave no room for others; a combination more or less proves nothing.
    if let Some((used, case)) = case_of(seed, &several) {
        run(&mut tally, &format!("seed {seed}, several, history {used}"), &case, without);
    }
    tally
}

fn run(tally: &mut Tally, name: &str, case: &Case, without: Option<RuleId>) {
    let report = case.audit(without, NonZeroUsize::MIN);
    tally.count(name, case, &case.score(&report));
}

/// A case with these faults, in the history of the seed or of one far from it.
pub fn case_of(seed: u64, planters: &[Planter]) -> Option<(u64, Case)> {
    (0..ATTEMPTS).find_map(|attempt| {
        let seed = seed + attempt * FAR;
        Case::new(seed, planters).map(|case| (seed, case))
    })
}

/// The one fault of a seed: all kinds in turn.
pub fn single(seed: u64, all: &[Planter]) -> Vec<Planter> {
    let count = u64::try_from(all.len()).unwrap_or(1).max(1);
    let place = usize::try_from(seed % count).unwrap_or(0);
    all.get(place).copied().into_iter().collect()
}

/// Two to four faults of different families, of which one at most is done to the archive.
pub fn several(seed: u64, all: &[Planter]) -> Vec<Planter> {
    let mut rng = Rng::new(seed ^ 0x5e7e_7a15);
    let count = usize::try_from(rng.between(2, 4)).unwrap_or(2);
    let mut chosen: Vec<Planter> = Vec::new();
    let family = |planter: &Planter| planter.rule.name().chars().next();
    while chosen.len() < count {
        let Some(planter) = rng.pick(all) else { break };
        let is_archive = |planter: &Planter| matches!(planter.plant, Plant::Archive(_));
        let is_fit = chosen
            .iter()
            .all(|other| family(other) != family(&planter) && !(is_archive(other) && is_archive(&planter)));
        if is_fit {
            chosen.push(planter);
        }
    }
    chosen
}

/// The table, as people read it.
pub fn table(tally: &Tally) -> String {
    let mut text =
        String::from("| rule | planted | found | missed | false | masked |\n|---|---|---|---|---|---|\n");
    let mut sum = Row::default();
    for rule in RULES.iter().filter(|rule| !rule.id.is_of_bundles()) {
        let row = tally.rows.get(&rule.id).copied().unwrap_or_default();
        text.push_str(&line(rule.id.name(), &row));
        sum.planted += row.planted;
        sum.found += row.found;
        sum.missed += row.missed;
        sum.falsely += row.falsely;
        sum.masked += row.masked;
    }
    text.push_str(&line("all", &sum));
    text
}

fn line(name: &str, row: &Row) -> String {
    format!(
        "| {name} | {} | {} | {} | {} | {} |\n",
        row.planted, row.found, row.missed, row.falsely, row.masked
    )
}
