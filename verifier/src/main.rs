//! The command `verifier`: reads files, hands them to the library, prints what it says.

mod progress;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use custody::policy::{POLICY_BYTES_MAX, Policy};
use ledger_format::entry::ENTRY_BYTES_MAX;
use ledger_format::receipt::RECEIPT_LEN_MAX;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit, audit_with_footage};
use verifier::footage::FootageDirectory;
use verifier::known_head::{KNOWN_HEAD_BYTES_MAX, KnownHead};
use verifier::policies::Policies;
use verifier::report::{Outcome, Report, human, json, utc};
use verifier::trust::{TRUST_BYTES_MAX, Trust};

/// Replays a custody ledger and says what it proves and what it does not.
///
/// Exit status: 0 every required rule was checked and nothing graver than information was found;
/// 1 there are findings; 2 something that had to be checked could not be.
#[derive(Parser)]
#[command(version)]
struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Checks a whole archive.
    Audit {
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
        /// segment is hashed and measured again; one that is not there must have lapsed.
        #[arg(long, value_name = "DIR")]
        footage: Option<PathBuf>,
        /// Write the report as JSON to a file, or to standard output for `-` (the report in words is then left
        /// out).
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Threads; as many as there are processors if not given.
        #[arg(long)]
        threads: Option<NonZeroUsize>,
    },
    /// Checks one receipt offline.
    Receipt {
        /// The receipt.
        receipt: PathBuf,
        /// The entry's exact bytes.
        #[arg(long)]
        entry: PathBuf,
        /// The trust file.
        #[arg(long)]
        trust: PathBuf,
    },
}

fn main() -> ExitCode {
    let outcome = match Command::parse().action {
        Action::Audit { archive, trust, known_head, policy, footage, json, threads } => {
            run_audit(&archive, &trust, &known_head, &policy, footage.as_deref(), json.as_deref(), threads)
        }
        Action::Receipt { receipt, entry, trust } => run_receipt(&receipt, &entry, &trust),
    };
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.exit_status()),
        Err(error) => {
            eprintln!("verifier: could not check: {error:#}");
            ExitCode::from(Outcome::NotChecked.exit_status())
        }
    }
}

fn run_audit(
    archive: &Path,
    trust: &Path,
    known_heads: &[PathBuf],
    policies: &[PathBuf],
    footage: Option<&Path>,
    json_path: Option<&Path>,
    threads: Option<NonZeroUsize>,
) -> anyhow::Result<Outcome> {
    let trust = read_trust(trust)?;
    let known_heads = known_heads.iter().map(|path| read_known_head(path)).collect::<Result<Vec<_>, _>>()?;
    let policies = policies.iter().map(|path| read_policy(path)).collect::<Result<Vec<_>, _>>()?;
    let policies = Policies::of(policies);
    let archive = DirectoryArchive::open(archive)
        .with_context(|| format!("opening the archive {}", archive.display()))?;
    let threads = threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let begun = Instant::now();
    let mut bar = progress::Bar::new();
    let mut show = |progress| bar.show(progress);
    let options = Options { threads };
    let report = match footage {
        None => audit(&archive, &trust, &known_heads, &policies, &options, &mut show),
        Some(folder) => {
            let footage = FootageDirectory::open(folder)
                .with_context(|| format!("opening the footage {}", folder.display()))?;
            audit_with_footage(&archive, &footage, &trust, &known_heads, &policies, &options, &mut show)
        }
    };
    bar.finish();
    print(&report, json_path)?;
    let seconds = begun.elapsed().as_secs_f64();
    let entries = report.counts.entries;
    eprintln!("{entries} entries in {seconds:.3} s on {threads} threads: {}", rate(entries, begun));
    Ok(report.outcome())
}

/// Writes the report where it was asked for. A report that could not be written was not made: whoever asked
/// for it must not take the exit status for an answer.
fn print(report: &Report, json_path: Option<&Path>) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match json_path {
        Some(path) if path == Path::new("-") => {
            return out.write_all(json(report).as_bytes()).context("writing the report");
        }
        Some(path) => {
            std::fs::write(path, json(report)).with_context(|| format!("writing {}", path.display()))?;
        }
        None => {}
    }
    out.write_all(human(report).as_bytes()).context("writing the report")?;
    out.flush().context("writing the report")
}

fn rate(entries: u64, begun: Instant) -> String {
    match u128::from(entries).saturating_mul(1_000_000).checked_div(begun.elapsed().as_micros()) {
        Some(rate) => format!("{rate} entries/s"),
        None => "too short to tell a rate".to_owned(),
    }
}

fn run_receipt(receipt: &Path, entry: &Path, trust: &Path) -> anyhow::Result<Outcome> {
    let trust = read_trust(trust)?;
    let receipt = read(receipt, RECEIPT_LEN_MAX)?;
    let entry = read(entry, ENTRY_BYTES_MAX)?;
    let proof = match verifier::receipt::check(&receipt, &entry, &trust) {
        Ok(proof) => proof,
        Err(error) => {
            println!("NOT PROVED: {error}.");
            return Ok(Outcome::Findings);
        }
    };
    println!(
        "The entry at index {} ({}, said in the name of device {})",
        proof.index, proof.fact, proof.device
    );
    println!("is in the ledger {} of {} entries with root {}.", trust.origin, proof.size, proof.root);
    println!("Its leaf hash is {}.", proof.leaf);
    println!("Checked: the ledger's signature and the inclusion proof.");
    for line in &proof.cosigned {
        let time = utc(line.time_s.saturating_mul(1_000_000));
        println!("Cosigned by {} {} at {time} by its own clock.", line.role.name(), line.name);
    }
    if proof.cosigned.is_empty() {
        println!("Cosigned by no witness and no auditor of the trust file: signed by the ledger alone.");
    }
    println!("UNVERIFIED cosignatures by others: {}.", proof.unverified);
    println!("NOT CHECKED: the device's signature and its key; the audit of the whole ledger checks them.");
    Ok(Outcome::Verified)
}

fn read_trust(path: &Path) -> anyhow::Result<Trust> {
    let bytes = read(path, TRUST_BYTES_MAX)?;
    let text = String::from_utf8(bytes).with_context(|| format!("trust file {}", path.display()))?;
    Trust::parse(&text).with_context(|| format!("trust file {}", path.display()))
}

fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let bytes = read(path, POLICY_BYTES_MAX)?;
    let text = String::from_utf8(bytes).with_context(|| format!("policy file {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("policy file {}", path.display()))
}

fn read_known_head(path: &Path) -> anyhow::Result<KnownHead> {
    let bytes = read(path, KNOWN_HEAD_BYTES_MAX)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    KnownHead::parse(&name, &bytes).with_context(|| format!("known head {}", path.display()))
}

/// A file named on the command line, of at most so many bytes.
fn read(path: &Path, len_max: usize) -> anyhow::Result<Vec<u8>> {
    let doing = || format!("reading {}", path.display());
    let file = File::open(path).with_context(doing)?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(len_max)?.saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).with_context(doing)?;
    if bytes.len() > len_max {
        bail!("{} is longer than {len_max} bytes", path.display());
    }
    Ok(bytes)
}
