//! The same day told to a node on the embedded engine: from the hashes nobody can tell where a ledger lives.

use std::path::Path;

use anyhow::Context as _;
use demo_day::recording::Recording;
use demo_day::replay::replay;
use ledger_node::folder::Folder;
use ledger_store::sqlite::SqliteStore;
use tokio::runtime::Runtime;

use crate::running::{ORIGIN, Running};

/// Tells the day so far again, in a folder of its own. True if it gave the same signed checkpoint, byte for byte.
pub(crate) fn tell(folder: &Path, node: &Running, runtime: &Runtime) -> anyhow::Result<bool> {
    let (entries, head) = runtime.block_on(node.record())?;
    let again = folder.join("again");
    std::fs::create_dir(&again).with_context(|| format!("making {}", again.display()))?;
    let recording = Recording::of(&entries)?;
    let store = SqliteStore::create(&Folder::new(&again).store())?;
    let keys = Folder::new(folder.join("node"));
    let told = runtime.block_on(replay(&recording, ORIGIN, store, &keys, &again))?;
    let is_same = told.note == head.note;
    println!(
        "\nThe same {} entries' envelopes and times, told to a node on the embedded store:",
        entries.len()
    );
    println!("  here   {}", head.checkpoint.root());
    println!(
        "  there  {}  {}",
        told.checkpoint.root(),
        if is_same { "the same checkpoint" } else { "ANOTHER" }
    );
    Ok(is_same)
}
