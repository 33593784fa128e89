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
use ledger_format::entry::ENTRY_BYTES_MAX;
use ledger_format::receipt::RECEIPT_LEN_MAX;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::known_head::{KNOWN_HEAD_BYTES_MAX, KnownHead};
use verifier::report::{Outcome, Report, Zone, human_in, json};
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
        /// Write the report as JSON to a file, or to standard output for `-` (the report in words is then left
        /// out).
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Threads; as many as there are processors if not given.
        #[arg(long)]
        threads: Option<NonZeroUsize>,
        /// The zone whose time the report in words gives beside UTC, by its name in the IANA database. The JSON
        /// report has UTC only.
        #[arg(long, value_name = "NAME", default_value = civil_time::LONDON)]
        zone: Zone,
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
        /// The zone whose time is given beside UTC.
        #[arg(long, value_name = "NAME", default_value = civil_time::LONDON)]
        zone: Zone,
    },
}

fn main() -> ExitCode {
    let outcome = match Command::parse().action {
        Action::Audit { archive, trust, known_head, json, threads, zone } => {
            run_audit(&archive, &trust, &known_head, (json.as_deref(), &zone), threads)
        }
        Action::Receipt { receipt, entry, trust, zone } => run_receipt(&receipt, &entry, &trust, &zone),
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
    (json_path, zone): (Option<&Path>, &Zone),
    threads: Option<NonZeroUsize>,
) -> anyhow::Result<Outcome> {
    let trust = read_trust(trust)?;
    let known_heads = known_heads.iter().map(|path| read_known_head(path)).collect::<Result<Vec<_>, _>>()?;
    let archive = DirectoryArchive::open(archive)
        .with_context(|| format!("opening the archive {}", archive.display()))?;
    let threads = threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    let begun = Instant::now();
    let mut bar = progress::Bar::new();
    let report =
        audit(&archive, &trust, &known_heads, &Options { threads }, &mut |progress| bar.show(progress));
    bar.finish();
    print(&report, json_path, zone)?;
    let seconds = begun.elapsed().as_secs_f64();
    let entries = report.counts.entries;
    eprintln!("{entries} entries in {seconds:.3} s on {threads} threads: {}", rate(entries, begun));
    Ok(report.outcome())
}

/// Writes the report where it was asked for. A report that could not be written was not made: whoever asked
/// for it must not take the exit status for an answer.
fn print(report: &Report, json_path: Option<&Path>, zone: &Zone) -> anyhow::Result<()> {
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
    out.write_all(human_in(report, zone).as_bytes()).context("writing the report")?;
    out.flush().context("writing the report")
}

fn rate(entries: u64, begun: Instant) -> String {
    match u128::from(entries).saturating_mul(1_000_000).checked_div(begun.elapsed().as_micros()) {
        Some(rate) => format!("{rate} entries/s"),
        None => "too short to tell a rate".to_owned(),
    }
}

fn run_receipt(receipt: &Path, entry: &Path, trust: &Path, zone: &Zone) -> anyhow::Result<Outcome> {
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
        let time = zone.utc_and_local(line.time_s.saturating_mul(1_000_000));
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
