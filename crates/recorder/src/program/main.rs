//! The program of a recorder: parse, open, do one thing, say how it went.
//!
//! Exit status: 0 done; 1 done, and somebody must attend to something; 2 could not.

/// Prints a line; who stops reading (`| head`) does not make the program fail.
macro_rules! tell {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _nobody_reads = writeln!(std::io::stdout(), $($argument)*);
    }};
}

mod watch;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use custody::id::DeviceId;
use ledger_format::key::SigningKey;
use locker::clock::{Clock as _, SystemClock};
use locker::device::Device;
use locker::journal::Journal;
use locker::key::{self, KdfCost};
use locker::random;
use locker::status::{Light, status};
use recorder::catalogue::Catalogue;
use recorder::config::Config;
use recorder::export::export;
use recorder::pass::Recorder;
use recorder::pattern::utc_us;
use recorder::rules::TimeCheck;
use recorder::time_check;

/// Somebody must attend to something.
const ATTEND: u8 = 1;

/// It could not be done.
const FAILED: u8 = 2;

/// Runs beside a CCTV recorder: signs what it really recorded, and hands that to the custody ledger.
#[derive(Debug, Parser)]
#[command(name = "recorder", version)]
struct Cli {
    /// The configuration.
    #[arg(long, global = true, default_value = "recorder.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The device's key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Watch, and hand over what is said, for ever.
    Run,
    /// Look once at everything, hand over what is said, and end.
    Once(OnceArgs),
    /// How the device stands with the ledger, and what it knows of its cameras.
    Status,
    /// The CCTV recorder's clock was compared with a reference: keep the result for the manifests from now on.
    TimeCheck(TimeCheckArgs),
    /// After damage: set the journal aside and go on behind the loss, which is declared.
    Resume(ResumeArgs),
    /// Copy what is held to a folder for the audit: `<to>/<camera uuid>/<start_us>.<mp4|mkv>`.
    Export(ExportArgs),
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
struct OnceArgs {
    /// Do not hand anything over: the next run will.
    #[arg(long)]
    offline: bool,
}

#[derive(Debug, Args)]
struct ResumeArgs {
    /// The number that the ledger expects next, where it has more than this journal can show.
    #[arg(long)]
    lost_from: Option<u64>,
}

#[derive(Debug, Args)]
struct TimeCheckArgs {
    /// Recorder's clock minus reference, microseconds: positive if it is fast. True time is recorder time minus this.
    #[arg(long, allow_negative_numbers = true)]
    offset_us: i64,
    /// Bound on the error of the comparison, microseconds either way.
    #[arg(long)]
    error_us: u64,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// The folder.
    #[arg(long)]
    to: PathBuf,
    /// From when on, by the CCTV recorder's clock: `2026-10-01T10:00:00Z`. Everything if not given.
    #[arg(long, value_parser = time)]
    from: Option<u64>,
    /// Until when.
    #[arg(long, value_parser = time)]
    until: Option<u64>,
}

fn time(text: &str) -> Result<u64, String> {
    utc_us(text).ok_or_else(|| "not a time like 2026-10-01T10:00:00Z".to_owned())
}

/// A recorder with the machine's own clock.
type MachineRecorder = Recorder<SigningKey, SystemClock>;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("recorder: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    if let Command::Key(KeyCommand::New { data, device, low_cost }) = cli.command {
        return new_key(&data, device, low_cost);
    }
    let config = Config::read(&cli.config)?;
    match cli.command {
        Command::Key(_) => anyhow::bail!("unknown key command"),
        Command::Run => watch::run(&config),
        Command::Once(args) => watch::once(&config, args.offline),
        Command::Status => print_status(&config),
        Command::TimeCheck(args) => keep_time_check(&config, &args),
        Command::Resume(args) => resume(&config, &args),
        Command::Export(args) => run_export(&config, &args),
    }
}

fn open(config: &Config) -> Result<MachineRecorder> {
    let passphrase = key::passphrase_from_environment()?;
    let key = key::open(&config.data.join("key.toml"), &passphrase)?;
    let clock = SystemClock::new(config.clock)?;
    let device = Device::open(&config.data, key, clock, config.identity)?;
    let catalogue =
        Catalogue::open_dir(&config.data, config.identity.device).context("the catalogue of segments")?;
    let cameras = config.cameras.iter().map(recorder::config::Camera::watched).collect::<Result<_, _>>()?;
    let mut recorder = Recorder::new(device, catalogue, config.data.clone(), cameras)?;
    recorder.check = time_check::read(&config.data)?;
    recorder.hash_bytes_max = config.hash_bytes_max;
    Ok(recorder)
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
    tell!("\nGive these four lines to the authority that enrols the device, as kind \"recorder\".");
    Ok(ExitCode::SUCCESS)
}

fn print_status(config: &Config) -> Result<ExitCode> {
    let recorder = open(config)?;
    let device = status(&recorder.device);
    tell!("{device}");
    let check = recorder.check.map(|TimeCheck { offset_us, error_us, measured_us }| {
        format!("{offset_us} us off, within {error_us} us, compared {}", civil_time::utc(measured_us))
    });
    let check = check.unwrap_or_else(|| "never compared with a reference".to_owned());
    tell!("clock of the CCTV recorder: {check}");
    for camera in &config.cameras {
        let book = recorder.book().of(camera.rules.camera);
        let known = recorder.catalogue().of(camera.rules.camera).count();
        let to = book.began_us.map_or("never".to_owned(), |_| civil_time::utc(book.committed_to_us));
        let committed = book.segments.len();
        tell!(
            "camera {}: committed to {to}, {committed} segments committed, {known} known",
            camera.rules.camera
        );
    }
    Ok(if device.light() == Light::Red { ExitCode::from(ATTEND) } else { ExitCode::SUCCESS })
}

fn keep_time_check(config: &Config, args: &TimeCheckArgs) -> Result<ExitCode> {
    let measured_us = SystemClock::new(config.clock)?.now().wall_us;
    let check = TimeCheck { offset_us: args.offset_us, error_us: args.error_us, measured_us };
    time_check::write(&config.data, &check)?;
    tell!(
        "Kept. A running recorder takes it up at its next look; true time is recorder time minus {} us.",
        args.offset_us
    );
    Ok(ExitCode::SUCCESS)
}

fn resume(config: &Config, args: &ResumeArgs) -> Result<ExitCode> {
    let now_us = SystemClock::new(config.clock)?.now().wall_us;
    let aside = format!("statements.damaged-{now_us}");
    let resumed = Journal::resume(&config.data, config.identity.device, &aside, args.lost_from)?;
    let last = resumed.next_sequence.saturating_sub(1);
    tell!("The damaged journal is kept as {}.", config.data.join(aside).display());
    tell!("Statements {} to {last} are declared lost with the next statement.", resumed.lost_from);
    Ok(ExitCode::from(ATTEND))
}

fn run_export(config: &Config, args: &ExportArgs) -> Result<ExitCode> {
    let mut recorder = open(config)?;
    let report = export(&mut recorder, &args.to, args.from.unwrap_or(0), args.until.unwrap_or(u64::MAX))?;
    let (altered, absent) = (report.altered.len(), report.absent.len());
    tell!("exported {} as committed, {altered} altered, {absent} no longer held", report.whole);
    for (camera, start_us) in &report.altered {
        eprintln!("ALTERED: camera {camera}, segment {start_us}");
    }
    Ok(if altered == 0 { ExitCode::SUCCESS } else { ExitCode::from(ATTEND) })
}
