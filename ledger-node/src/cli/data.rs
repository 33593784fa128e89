//! Making a ledger, and what is to be known of it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use ledger_node::clock::SystemClock;
use ledger_node::config::Config;
use ledger_node::folder::Folder;
use ledger_node::genesis;

use super::args::Init;
use super::serving::runtime;

/// Makes a ledger.
pub(super) fn init(config: &Config, init: &Init) -> Result<()> {
    let folder = Folder::new(&config.data);
    if let Some(path) = init.trust_out.as_ref().filter(|path| path.exists()) {
        anyhow::bail!("{} is in the way of the trust file; nothing was made", path.display());
    }
    let clock = SystemClock::new();
    let beginning = runtime()?.block_on(genesis::init(&folder, &init.origin, &init.authorities, &clock))?;
    if let Some(path) = &init.trust_out {
        let written = File::create_new(path).and_then(|mut file| {
            file.write_all(beginning.trust.as_bytes())?;
            file.sync_all()
        });
        written.with_context(|| {
            format!(
                "the ledger is made; {} cannot be written (print it by `ledger-node trust`)",
                path.display()
            )
        })?;
    }
    let data = config.data.display();
    println!("genesis {}", beginning.leaf);
    println!("made in {data}; now guard {data}/ledger.key and {data}/node.key, and back them up apart");
    Ok(())
}

/// The data folder, which a mistyped path must not make.
pub(super) fn data(config: &Config) -> Result<&Path> {
    let shown = config.data.display();
    let is_there = Folder::new(&config.data).store().exists();
    ensure!(is_there, "there is no ledger in {shown}; give its folder with --data, or make one by init");
    Ok(&config.data)
}

/// Prints the trust file.
pub(super) fn trust(config: &Config) -> Result<()> {
    let path = Folder::new(&config.data).trust();
    let text = fs::read_to_string(&path)
        .with_context(|| format!("no trust file at {}; is --data the data folder?", path.display()))?;
    print!("{text}");
    Ok(())
}
