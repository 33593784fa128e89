//! Archives and backups: asked of a running node, or made of one that is not running.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use ledger_node::backup;
use ledger_node::clock::SystemClock;
use ledger_node::config::Config;
use ledger_node::folder::Folder;
use ledger_node::node::Node;
use ledger_node::start;
use ledger_store::sqlite::SqliteStore;

use super::args::{Copy, Export};
use super::client;
use super::data::data;
use super::serving::runtime;

/// Writes an archive.
pub(super) fn export(config: &Config, Export::Archive(copy): &Export) -> Result<()> {
    if copy.node.is_given() {
        return ask(copy, "archives");
    }
    runtime()?.block_on(async {
        let node = open(config).await?;
        let head = node.export_archive(&copy.to).await;
        node.shutdown().await;
        report(head?.checkpoint.size(), &copy.to);
        Ok(())
    })
}

/// Makes a backup.
pub(super) fn backup(config: &Config, copy: &Copy) -> Result<()> {
    if copy.node.is_given() {
        return ask(copy, "backups");
    }
    runtime()?.block_on(async {
        let node = open(config).await?;
        let head = node.backup(&Folder::new(&config.data), &copy.to).await;
        node.shutdown().await;
        report(head?.checkpoint.size(), &copy.to);
        println!(
            "not in it, and kept apart: ledger.key, node.key, and vault-keys.sqlite, which opens the vault"
        );
        Ok(())
    })
}

/// Restores a backup.
pub(super) fn restore(from: &Path, to: &Path) -> Result<()> {
    let folder = Folder::new(to);
    let size = backup::restore(from, &folder)?;
    println!("{size} entries restored in {}", to.display());
    println!(
        "now put ledger.key, node.key and vault-keys.sqlite there, mode 600, from where their copies are kept, and start"
    );
    println!(
        "the node with --known and the newest checkpoint that a witness, an auditor or a device can show: only they know"
    );
    println!(
        "what came after. What the ledger says is erased is erased again before the node serves anybody"
    );
    Ok(())
}

/// Starts the node whose data this is, for as long as a command takes.
pub(super) async fn open(config: &Config) -> Result<Node<SqliteStore>> {
    let folder = Folder::new(data(config)?);
    ensure!(
        config.store.is_none(),
        "the ledger lies in a cluster, and the data folder holds a mirror of it: ask a running node, with --node URL and an \
         operate token"
    );
    start::open(&folder, Vec::new(), SystemClock::new())
        .await
        .context("cannot open the ledger; if the node is running, ask it: --node URL and an operate token")
}

fn ask(copy: &Copy, kind: &str) -> Result<()> {
    let name = copy.to.to_str().context("with --node, the copy's name is a to z, 0 to 9 and hyphen")?;
    let made = client::post(&copy.node, &format!("/v1/{kind}/{name}"))?;
    println!("{made}");
    Ok(())
}

fn report(size: u64, to: &Path) {
    println!("{size} entries under the checkpoint in {}", to.display());
}
