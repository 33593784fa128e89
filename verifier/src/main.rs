//! The command `verifier`: reads files, hands them to the library, prints what it says.

mod auditing;
mod bundling;
mod cosigning;
mod progress;
mod run_facts;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use civil_time::Zone;
use clap::{Parser, Subcommand};
use custody::policy::DEFAULT_TEXT;
use ledger_format::entry::ENTRY_BYTES_MAX;
use ledger_format::receipt::RECEIPT_LEN_MAX;
use verifier::report::Outcome;
use verifier::trust::{TRUST_BYTES_MAX, Trust};

/// Replays a custody ledger, or checks a bundle of it, and says what it proves and what it does not.
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
    Audit(auditing::Arguments),
    /// Checks a disclosure bundle.
    Bundle(bundling::Arguments),
    /// Prints what a trust file has of an auditor's or a witness' key.
    Cosigner {
        /// The key: Ed25519 in PEM, as `openssl genpkey -algorithm ed25519` writes it.
        key: PathBuf,
        /// Its name: `auditor.example.test/a1`.
        #[arg(long)]
        name: String,
    },
    /// Prints the documented default policy, to be changed and adopted.
    Policy,
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
        Action::Audit(arguments) => auditing::run(&arguments),
        Action::Bundle(arguments) => bundling::run(&arguments),
        Action::Cosigner { key, name } => cosigning::print_vkey(&key, &name),
        Action::Policy => print_policy(),
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

fn print_policy() -> anyhow::Result<Outcome> {
    io::stdout().write_all(DEFAULT_TEXT.as_bytes()).context("writing the policy")?;
    Ok(Outcome::Verified)
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

pub(crate) fn read_trust(path: &Path) -> anyhow::Result<Trust> {
    let bytes = read(path, TRUST_BYTES_MAX)?;
    let text = String::from_utf8(bytes).with_context(|| format!("trust file {}", path.display()))?;
    Trust::parse(&text).with_context(|| format!("trust file {}", path.display()))
}

/// A file named on the command line, of at most so many bytes.
pub(crate) fn read(path: &Path, len_max: usize) -> anyhow::Result<Vec<u8>> {
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
