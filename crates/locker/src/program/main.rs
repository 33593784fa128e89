//! The program of a smart locker: parse, open, do one thing, say how it went.
//!
//! Exit status: 0 done; 1 done, and somebody must attend to something (a refusal, an alarm, a deposit that
//! did not happen); 2 could not.

/// Prints a line; who stops reading (`| head`) does not make the program fail.
macro_rules! tell {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _nobody_reads = writeln!(std::io::stdout(), $($argument)*);
    }};
}

mod act;
mod driver;
mod simulate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use custody::id::{DeviceId, Digest};
use ledger_format::key::SigningKey;
use locker::clock::{Clock as _, SystemClock};
use locker::config::Config;
use locker::device::Device;
use locker::key::{self, KdfCost};
use locker::nodes::Nodes;
use locker::slip::slip_of;
use locker::status::{Light, status};
use locker::sync::{Backoff, Line, SyncError, sync};
use locker::uplink::HttpUplink;
use locker::{journal, random};

/// Somebody must attend to something.
const ATTEND: u8 = 1;

/// It could not be done.
const FAILED: u8 = 2;

/// A smart locker: signs what happens at its doors, keeps it, and hands it to the custody ledger.
#[derive(Debug, Parser)]
#[command(name = "locker", version)]
struct Cli {
    /// The configuration.
    #[arg(long, global = true, default_value = "locker.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The device's key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// How the device stands with the ledger.
    Status,
    /// Guide one deposit.
    Deposit(act::ActArgs),
    /// Guide one collection.
    Collect(act::ActArgs),
    /// Hand over what waits.
    Sync(SyncArgs),
    /// Print the slip of a deposit or collection.
    Slip(SlipArgs),
    /// Play a script on simulated hardware.
    Simulate(simulate::SimulateArgs),
    /// After damage: set the journal aside and go on behind the loss, which is declared.
    Resume(ResumeArgs),
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make the key on this device, and print what an authority needs to enrol it.
    New {
        /// The folder for key and journal.
        #[arg(long)]
        data: PathBuf,
        /// The device's UUID; a new one if not given.
        #[arg(long)]
        device: Option<DeviceId>,
        /// The least cost for guessing the passphrase: for demonstrations only.
        #[arg(long)]
        low_cost: bool,
    },
}

#[derive(Debug, Args)]
struct SyncArgs {
    /// Go on for ever, with pauses.
    #[arg(long)]
    follow: bool,
}

#[derive(Debug, Args)]
struct SlipArgs {
    /// The statement's hash; the last deposit or collection if not given.
    statement: Option<Digest>,
    /// As SVG instead of text.
    #[arg(long)]
    svg: bool,
}

#[derive(Debug, Args)]
struct ResumeArgs {
    /// The number that the ledger expects next, where it has more than this journal can show.
    #[arg(long)]
    lost_from: Option<u64>,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("locker: {}", explain(&error));
            ExitCode::from(FAILED)
        }
    }
}

/// The error and its causes, without those that its own text tells already.
fn explain(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |mut told, cause| {
        let cause = cause.to_string();
        if told.is_empty() {
            told = cause;
        } else if !told.contains(cause.trim()) {
            told = format!("{told}: {cause}");
        }
        told
    })
}

fn run(cli: Cli) -> Result<ExitCode> {
    if let Command::Key(KeyCommand::New { data, device, low_cost }) = cli.command {
        return new_key(&data, device, low_cost);
    }
    let config = Config::read(&cli.config)?;
    match cli.command {
        Command::Key(_) => bail!("unknown key command"),
        Command::Status => print_status(&config),
        Command::Deposit(args) => act::deposit(&config, &args),
        Command::Collect(args) => act::collect(&config, &args),
        Command::Sync(args) => run_sync(&config, &args),
        Command::Slip(args) => print_slip(&config, &args),
        Command::Simulate(args) => simulate::run(&config, &args),
        Command::Resume(args) => resume(&config, &args),
    }
}

/// A device with the machine's own clock.
type MachineDevice = Device<SigningKey, SystemClock>;

fn open_key(config: &Config) -> Result<SigningKey> {
    let passphrase = key::passphrase_from_environment()?;
    Ok(key::open(&config.data.join("key.toml"), &passphrase)?)
}

fn open(config: &Config) -> Result<MachineDevice> {
    let clock = SystemClock::new(config.clock)?;
    Ok(Device::open(&config.data, open_key(config)?, clock, config.identity)?)
}

fn line(config: &Config) -> Result<Line<Nodes<HttpUplink>>> {
    let token = config
        .token_file
        .as_ref()
        .map(|path| std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display())));
    let token = token.transpose()?.map(|token| token.trim().to_owned());
    let roots = config.tls_roots.as_deref();
    let uplink = Nodes::make(&config.nodes, |node| HttpUplink::new(node, roots, token.clone()))?;
    Ok(Line::new(uplink, config.ledger_key.clone()))
}

fn new_key(data: &Path, device: Option<DeviceId>, low_cost: bool) -> Result<ExitCode> {
    std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
    let passphrase = key::passphrase_from_environment()?;
    let cost = if low_cost { KdfCost::LOW } else { KdfCost::STANDARD };
    let device = device.map_or_else(|| random::uuid().map(DeviceId), Ok)?;
    let made = key::create(&data.join("key.toml"), &passphrase, cost)?;
    tell!("device      {device}");
    tell!("public_key  {}", hex::encode(made.public_key().as_bytes()));
    tell!("key_id      {}", made.public_key().id());
    tell!("possession  {}", hex::encode(locker::device::possession(&made, device)?));
    tell!("\nGive these four lines to the authority that enrols the device.");
    Ok(ExitCode::SUCCESS)
}

fn print_status(config: &Config) -> Result<ExitCode> {
    let status = status(&open(config)?);
    tell!("{status}");
    Ok(if status.light() == Light::Red { ExitCode::from(ATTEND) } else { ExitCode::SUCCESS })
}

fn run_sync(config: &Config, args: &SyncArgs) -> Result<ExitCode> {
    let (mut device, mut line, mut backoff) = (open(config)?, line(config)?, Backoff::default());
    loop {
        let result = sync(&mut device, &mut line);
        line.remarks().iter().for_each(|remark| eprintln!("{remark}"));
        match &result {
            Ok(report) => {
                tell!("recorded {}, waiting {}", report.recorded, report.waiting);
                if let Some(stopped) = &report.stopped {
                    let word = if stopped.is_not_yet { "not yet" } else { "REFUSED" };
                    eprintln!("{word}: statement {}: {}: {}", stopped.sequence, stopped.code, stopped.detail);
                } else {
                    backoff.reset();
                }
            }
            Err(error @ (SyncError::NoNode(_) | SyncError::Alarm { .. })) => eprintln!("{error}"),
            // The journal has failed: this process must end and be started again.
            Err(_) => return Err(result.err().map_or_else(|| anyhow::anyhow!("sync"), Into::into)),
        }
        if !args.follow {
            return Ok(match result {
                Err(SyncError::NoNode(_)) if line.is_in_doubt() => ExitCode::from(ATTEND),
                Ok(report) if report.stopped.is_none() && !line.is_in_doubt() => ExitCode::SUCCESS,
                Ok(_) | Err(SyncError::Alarm { .. }) => ExitCode::from(ATTEND),
                Err(_) => ExitCode::from(FAILED),
            });
        }
        std::thread::sleep(backoff.next(u64::from_le_bytes(random::bytes()?)));
    }
}

fn print_slip(config: &Config, args: &SlipArgs) -> Result<ExitCode> {
    let device = open(config)?;
    let last = || {
        let acts = device.said().rev().find(|(_, said)| matches!(said.name, "deposited" | "collected"));
        acts.map(|(_, said)| said.hash).context("this device has recorded no deposit or collection yet")
    };
    let statement = args.statement.map_or_else(last, Ok)?;
    let slip = slip_of(&device, statement, config.ledger_key.name(), &config.zone)?;
    tell!("{}", if args.svg { slip.to_svg()? } else { slip.to_text()? });
    Ok(ExitCode::SUCCESS)
}

fn resume(config: &Config, args: &ResumeArgs) -> Result<ExitCode> {
    let clock = SystemClock::new(config.clock)?;
    let aside = format!("statements.damaged-{}", clock.now().wall_us);
    let resumed = journal::Journal::resume(&config.data, config.identity.device, &aside, args.lost_from)?;
    let last = resumed.next_sequence.saturating_sub(1);
    tell!("The damaged journal is kept as {}.", config.data.join(aside).display());
    tell!("Statements {} to {last} are declared lost with the next statement.", resumed.lost_from);
    Ok(ExitCode::from(ATTEND))
}
