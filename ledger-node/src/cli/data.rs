//! Making a ledger, and what is to be known of it.

use std::fs::{self, File};
use std::io::Write as _;

use anyhow::{Context as _, Result};
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
        let mut file = File::create_new(path).with_context(|| format!("cannot make {}", path.display()))?;
        let written = file.write_all(beginning.trust.as_bytes()).and_then(|()| file.sync_all());
        written.with_context(|| format!("cannot write {}", path.display()))?;
    }
    let data = config.data.display();
    println!("genesis {}", beginning.leaf);
    println!("made in {data}; now guard {data}/ledger.key and {data}/node.key, and back them up apart");
    Ok(())
}

/// Prints the trust file.
pub(super) fn trust(config: &Config) -> Result<()> {
    let path = Folder::new(&config.data).trust();
    let text = fs::read_to_string(&path)
        .with_context(|| format!("no trust file at {}; is --data the data folder?", path.display()))?;
    print!("{text}");
    Ok(())
}
