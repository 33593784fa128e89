//! The main command: a whole estate for a day, played through the real parts.
//!
//! Simulated are the hardware of the lockers, the people and the clock; keys, journals, HTTP, disk, proofs and
//! the verifier are the real ones. Ends with status 0 only if the verifier found exactly what was planted.

mod again;
mod authorities;
mod bundle;
mod cctv;
mod clips;
mod clock;
mod day;
mod engine;
mod estate;
mod ids;
mod kit;
mod outcome;
mod people;
mod progress;
mod running;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;

/// Plays one day of a police estate with smart lockers, and has the verifier say what the record proves.
#[derive(Debug, Parser)]
#[command(name = "demo", version)]
struct Arguments {
    /// End after the day instead of leaving the node running.
    #[arg(long)]
    once: bool,
    /// The folder for the throw-away ledger; must be empty or not there. A new temporary one otherwise.
    #[arg(long)]
    folder: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// True if the verifier found exactly what was planted.
fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let folder = match &arguments.folder {
        Some(folder) => folder.clone(),
        None => tempfile::Builder::new().prefix("custody-demo-").tempdir()?.keep(),
    };
    println!("A throw-away ledger in {}", folder.display());
    let clock = clock::Day::new();
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    let mut node = running::start(&runtime, &folder, &clock).context("starting the node")?;
    println!("A ledger node on {}, with real keys, real HTTP and a real disk.", node.url);
    println!("Its entries lie in {}.\n", engine::Engine::NAME);

    let mut estate = estate::establish(&folder, &mut node, &clock).context("establishing the estate")?;
    let planted = day::play(&mut estate, &node, &clock).context("playing the day")?;
    node.take_census(&runtime).context("taking the census")?;
    let archive = folder.join("archive");
    node.export(&runtime, &archive).context("exporting the archive")?;
    let footage = folder.join("footage");
    estate.export_footage(&footage).context("exporting the footage")?;
    let heads = estate.newest_head().into_iter().collect::<Vec<_>>();
    let is_same = again::tell(&folder, &node, &runtime).context("telling the day again")?;
    let is_as_planted = outcome::verify(&archive, &footage, &node.trust, &heads, &planted)?;

    let is_whole = bundle::disclose(&folder, &node, &runtime, &planted)?;

    outcome::how_to_repeat(&folder, &node, !arguments.once);
    if arguments.once {
        node.stop(runtime)?;
    } else {
        node.wait_for_ctrl_c(runtime)?;
    }
    Ok(is_as_planted && is_whole && is_same)
}
