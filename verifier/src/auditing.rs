//! The command `audit`: reads what it is given, has the library audit it, and writes the report.

use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use civil_time::Zone;
use clap::Args;
use custody::id::ExhibitId;
use custody::policy::{POLICY_BYTES_MAX, Policy};
use verifier::archive::{ArchiveReader as _, CHECKPOINT_BYTES_MAX, CHECKPOINT_PATH, DirectoryArchive};
use verifier::audit::{Options, audit, audit_with_footage};
use verifier::footage::FootageDirectory;
use verifier::known_head::{KNOWN_HEAD_BYTES_MAX, KnownHead};
use verifier::policies::Policies;
use verifier::report::{Outcome, Report, human_in, json, page};

use crate::cosigning::Cosigning;
use crate::run_facts::RunFacts;
use crate::{progress, read, read_trust};

/// What to audit, and against what.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Folder of the archive.
    archive: PathBuf,
    /// The trust file: origin, genesis and public keys, obtained from elsewhere than the archive.
    #[arg(long)]
    trust: PathBuf,
    /// A checkpoint or receipt held elsewhere; may be repeated. Without one a shortened ledger looks whole.
    #[arg(long, value_name = "FILE")]
    known_head: Vec<PathBuf>,
    /// A policy file; may be repeated. The ledger says by its hash which was in force when; the first holds until it
    /// has adopted one. The documented default is always at hand.
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// A folder of footage that is still held, `<camera>/<start_us>.<mp4|mkv>` as `recorder export` lays it out. Every
    /// committed segment is looked for in it, hashed and measured again.
    #[arg(long, value_name = "DIR")]
    footage: Option<PathBuf>,
    /// Write the report as JSON to a file, or to standard output for `-` (the report in words is then left
    /// out).
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print the whole page of an exhibit: stretches, legs, seals, findings; may be repeated.
    #[arg(long, value_name = "ID")]
    exhibit: Vec<ExhibitId>,
    /// The zone whose time the report in words gives beside UTC, by its name in the IANA database. The JSON report has
    /// UTC only.
    #[arg(long, value_name = "NAME", default_value = civil_time::LONDON)]
    zone: Zone,
    /// Write when, where and how fast this ran to a file: nothing of that stands in a report.
    #[arg(long, value_name = "FILE")]
    run_facts: Option<PathBuf>,
    #[command(flatten)]
    cosigning: Cosigning,
    /// Threads; as many as there are processors if not given.
    #[arg(long)]
    threads: Option<NonZeroUsize>,
}

/// Audits, and writes everything that was asked for.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let trust = read_trust(&arguments.trust)?;
    let known_heads = arguments.known_head.iter().map(|path| read_known_head(path));
    let known_heads = known_heads.collect::<Result<Vec<_>, _>>()?;
    let policies = arguments.policy.iter().map(|path| read_policy(path)).collect::<Result<Vec<_>, _>>()?;
    let policies = Policies::of(policies);
    let cosigner = arguments.cosigning.cosigner()?;
    let archive = DirectoryArchive::open(&arguments.archive)
        .with_context(|| format!("opening the archive {}", arguments.archive.display()))?;
    let processors = || std::thread::available_parallelism().ok();
    let threads = arguments.threads.or_else(processors).unwrap_or(NonZeroUsize::MIN);
    let facts = RunFacts::beginning(threads);
    let mut bar = progress::Bar::new();
    let mut show = |progress| bar.show(progress);
    let options = Options { threads };
    let report = match &arguments.footage {
        None => audit(&archive, &trust, &known_heads, &policies, &options, &mut show),
        Some(folder) => {
            let footage = FootageDirectory::open(folder)
                .with_context(|| format!("opening the footage {}", folder.display()))?;
            audit_with_footage(&archive, &footage, &trust, &known_heads, &policies, &options, &mut show)
        }
    };
    bar.finish();
    write_report(&report, arguments)?;
    let facts = facts.ended(report.counts.entries);
    if let Some(path) = &arguments.run_facts {
        std::fs::write(path, facts.json()).with_context(|| format!("writing {}", path.display()))?;
    }
    eprintln!("{facts}");
    if let Some(cosigner) = cosigner {
        let checkpoint =
            archive.read(CHECKPOINT_PATH, CHECKPOINT_BYTES_MAX).context("reading the checkpoint")?;
        arguments.cosigning.vouch(&cosigner, &report, &checkpoint.unwrap_or_default())?;
    }
    Ok(report.outcome())
}

/// Writes the report where it was asked for. A report that could not be written was not made: whoever asked
/// for it must not take the exit status for an answer.
fn write_report(report: &Report, arguments: &Arguments) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match arguments.json.as_deref() {
        Some(path) if path == Path::new("-") => {
            return out.write_all(json(report).as_bytes()).context("writing the report");
        }
        Some(path) => {
            std::fs::write(path, json(report)).with_context(|| format!("writing {}", path.display()))?;
        }
        None => {}
    }
    out.write_all(human_in(report, &arguments.zone).as_bytes()).context("writing the report")?;
    for exhibit in &arguments.exhibit {
        let verdict = report.verdicts.iter().find(|verdict| verdict.exhibit == *exhibit);
        let text = match verdict {
            Some(verdict) => page(verdict, &report.findings, &arguments.zone),
            None => format!("\nEXHIBIT {exhibit}\n  No entry names it.\n"),
        };
        out.write_all(text.as_bytes()).context("writing the report")?;
    }
    out.flush().context("writing the report")
}

fn read_known_head(path: &Path) -> anyhow::Result<KnownHead> {
    let bytes = read(path, KNOWN_HEAD_BYTES_MAX)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    KnownHead::parse(&name, &bytes).with_context(|| format!("known head {}", path.display()))
}

fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let bytes = read(path, POLICY_BYTES_MAX)?;
    let text = String::from_utf8(bytes).with_context(|| format!("policy file {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("policy file {}", path.display()))
}
