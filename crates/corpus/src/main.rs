//! `corpus`: scores the verifier on planted faults, shows a history, and shows that every rule is needed.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use corpus::case::Case;
use corpus::plant::{Planter, planters};
use corpus::score::{self, Scoring, Tally, case_of, score_without, several, single, table};
use corpus::words;
use custody::rule::{RULES, RuleId};

/// How many lines of what went wrong are printed; the table counts all.
const WRONG_MAX: usize = 200;

/// A corpus of seeded histories with planted faults, and a scorer of the verifier.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Scores seeds: for each a clean history, one with a single fault, one with several. Status 1 if anything was
    /// missed or found falsely.
    Run {
        /// How many seeds.
        #[arg(long, default_value_t = 1000)]
        seeds: u64,
        /// The first of them.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// Histories at once.
        #[arg(long, default_value = "2")]
        threads: NonZeroUsize,
        /// A rule that the verifier is to lack.
        #[arg(long)]
        without: Option<String>,
        /// Writes the table here, as markdown.
        #[arg(long)]
        table: Option<PathBuf>,
    },
    /// Shows a history in words, what was planted in it, and what was found.
    Show {
        /// Which.
        #[arg(long)]
        seed: u64,
        /// What is planted: `clean`, `single`, `several`, or the name of one kind of fault.
        #[arg(long, default_value = "single")]
        kind: String,
    },
    /// Lists every kind of fault.
    Kinds,
    /// Takes each rule away from the verifier in turn, and sees that the scorer notices. Status 1 if it does not.
    CheckSwitches {
        /// Cases of each kind of fault.
        #[arg(long, default_value_t = 1)]
        each: u64,
        /// Histories at once.
        #[arg(long, default_value = "2")]
        threads: NonZeroUsize,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let is_right = match Arguments::parse().command {
        Command::Run { seeds, first, threads, without, table } => {
            let without = without.as_deref().map(rule).transpose()?;
            run(&Scoring { first, count: seeds, without, threads }, table.as_deref())?
        }
        Command::Show { seed, kind } => show(seed, &kind)?,
        Command::Kinds => {
            for planter in planters() {
                println!("{}  {}", planter.rule.name(), planter.kind);
            }
            true
        }
        Command::CheckSwitches { each, threads } => check_switches(each, threads),
    };
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rule(name: &str) -> anyhow::Result<RuleId> {
    name.parse().map_err(|_| anyhow::anyhow!("{name} is no rule; docs/rules.md lists them"))
}

fn run(scoring: &Scoring, file: Option<&Path>) -> anyhow::Result<bool> {
    let done = std::sync::atomic::AtomicU64::new(0);
    let tally = score::score(scoring, &|_| {
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if done.is_multiple_of(100) {
            eprintln!("{done} of {} seeds", scoring.count);
        }
    });
    tell(&tally);
    println!("{}", table(&tally));
    println!(
        "{} histories of {} seeds from {}, {} of them clean, {} entries, {} of {} kinds of fault.",
        tally.histories,
        scoring.count,
        scoring.first,
        tally.clean,
        tally.entries,
        tally.kinds.len(),
        planters().len()
    );
    println!(
        "{}",
        if tally.is_right() { "Nothing was missed, and nothing false was found." } else { "NOT RIGHT." }
    );
    if let Some(path) = file {
        let text = document(scoring, &tally);
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(tally.is_right())
}

fn tell(tally: &Tally) {
    for line in tally.wrong.iter().take(WRONG_MAX) {
        println!("{line}");
    }
    if tally.wrong.len() > WRONG_MAX {
        println!("and {} more", tally.wrong.len() - WRONG_MAX);
    }
}

/// The table as a section of a document.
fn document(scoring: &Scoring, tally: &Tally) -> String {
    format!(
        "## On our own planted faults\n\n`cargo run --release -p corpus -- run --seeds {} --first {}`: {} histories, {} of them \
         clean, {} entries; {} kinds of fault.\n\
         *Planted*: findings that had to come of the faults. *False*: findings that nothing planted explains. *Masked*: their\n\
         evidence was destroyed by another planted fault.\n\n{}",
        scoring.count,
        scoring.first,
        tally.histories,
        tally.clean,
        tally.entries,
        tally.kinds.len(),
        table(tally)
    )
}

fn show(seed: u64, kind: &str) -> anyhow::Result<bool> {
    let all = planters();
    let chosen: Vec<Planter> = match kind {
        "clean" => Vec::new(),
        "single" => single(seed, &all),
        "several" => several(seed, &all),
        kind => all.iter().filter(|planter| planter.kind == kind).copied().collect(),
    };
    if chosen.is_empty() && kind != "clean" {
        bail!("no kind of fault is called {kind:?}; `corpus kinds` lists them");
    }
    let Some((_, case)) = case_of(seed, &chosen) else { bail!("no history had room for it") };
    print!("{}", words::case(&case));
    Ok(judged(&case))
}

fn judged(case: &Case) -> bool {
    let report = case.audit(None, NonZeroUsize::MIN);
    println!();
    for finding in &report.findings {
        println!(
            "FOUND {} {} {:?}: {}",
            finding.rule.name(),
            finding.severity,
            finding.indices,
            finding.sentence
        );
    }
    let score = case.score(&report);
    for (_, expected, outcome) in &score.expected {
        println!("{} {}: {outcome:?}", expected.rule.name(), expected.weight);
    }
    for finding in &score.false_findings {
        println!("FALSE {} {:?}", finding.rule.name(), finding.indices);
    }
    score.is_right()
}

fn check_switches(each: u64, threads: NonZeroUsize) -> bool {
    let mut is_right = true;
    for rule in RULES.iter().filter(|rule| !rule.id.is_of_bundles()) {
        let tally = score_without(rule.id, each, threads);
        let row = tally.rows.get(&rule.id).copied().unwrap_or_default();
        let is_noticed = row.missed > 0 && row.found == 0;
        is_right &= is_noticed;
        println!(
            "without {}: {} planted, {} missed: {}",
            rule.id.name(),
            row.planted,
            row.missed,
            if is_noticed { "noticed" } else { "NOT NOTICED" }
        );
    }
    is_right
}
