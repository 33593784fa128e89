//! The vault at the command line: showing, erasing, and copying its keys.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use ledger_format::disclosure::Disclosure;
use ledger_node::access::{Access, AccessLog};
use ledger_node::backup;
use ledger_node::config::Config;
use ledger_node::erase::{Erasable, ErasedOpening};
use ledger_node::evidence::{EVIDENCE_FILE, Evidence};
use ledger_node::folder::Folder;
use ledger_node::vault::{Content, Kept, TakenIn, Vault};
use ledger_store::sqlite::SqliteStore;
use serde_json::{Value, json};

use super::access::now_us;
use super::args;
use super::client;
use super::copies::open;
use super::data::data;
use super::serving::runtime;

/// Does one of the vault's commands.
pub(super) fn run(config: &Config, command: &args::Vault) -> Result<()> {
    match command {
        args::Vault::Show { statement, who } => {
            let kept = Vault::open(data(config)?)?.of_statement(*statement)?;
            let outcome = if kept.is_empty() { 404 } else { 200 };
            log(config, who, format!("vault show {statement}"), outcome)?;
            if kept.is_empty() {
                bail!("the vault holds no opening of statement {statement}");
            }
            show(&kept)
        }
        args::Vault::Erase(erase) => self::erase(config, erase),
        args::Vault::TakeIn { from, who } => take_in(config, from, who),
        args::Vault::CopyKeys { to } => {
            backup::copy_keys(&Folder::new(data(config)?), to)?;
            println!("the vault's keys are in {}; keep it apart from every backup", to.display());
            Ok(())
        }
    }
}

/// Takes in another node's vault and evidence, while no node runs on this one's.
fn take_in(config: &Config, from: &Path, who: &str) -> Result<()> {
    let folder = Folder::new(data(config)?);
    // Whoever erases holds it.
    let _held = SqliteStore::open(&folder.store()).context("the node must not be running")?;
    let other = Vault::open_copy(from)?;
    log(config, who, "vault take-in".to_owned(), 200)?;
    let TakenIn { new, known, closed } = Vault::open(folder.path())?.take_in(&other)?;
    let evidence = if from.join(EVIDENCE_FILE).exists() {
        Evidence::open(folder.path())?.take_in(&Evidence::open(from)?)?
    } else {
        0
    };
    println!("{}", json!({"new": new, "known": known, "closed": closed, "evidence": evidence}));
    if closed > 0 {
        bail!(
            "{closed} openings do not open, or are not what was committed to: look for a newer copy of the keys"
        );
    }
    Ok(())
}

/// Prints what a statement's commitments open to, and of the rest why they do not.
fn show(kept: &[Kept]) -> Result<()> {
    let mut closed = 0;
    for each in kept {
        let mut line = json!({"field": each.field, "digest": each.digest.to_string()});
        let more = match &each.content {
            Content::Open(disclosure) => {
                let disclosed = Disclosure { encoded: disclosure.clone() }.parse();
                let disclosed =
                    disclosed.with_context(|| format!("the opening {} is damaged", each.digest))?;
                json!({"value": disclosed.value, "disclosure": disclosure})
            }
            Content::Erased(index) => json!({"state": format!("ERASED (entry {index})")}),
            Content::Closed => {
                closed += 1;
                json!({"state": "CLOSED: its key is not in the key file, or its bytes were altered"})
            }
        };
        if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
            line.extend(more);
        }
        println!("{line}");
    }
    if closed > 0 {
        bail!("{closed} openings are there and do not open: look for a newer copy of vault-keys.sqlite");
    }
    Ok(())
}

/// Erases, and prints what is gone.
fn erase(config: &Config, erase: &args::Erase) -> Result<()> {
    let args::Erase { statement, field, case, authority, who, node } = erase;
    if node.is_given() {
        let body = json!({
            "statement": statement.map(|statement| statement.to_string()),
            "field": field,
            "case": case.map(|case| case.to_string()),
            "authority": authority,
            "as": who,
        });
        println!("{}", client::post_json(node, "/v1/vault/erasures", &body)?);
        return Ok(());
    }
    let what = match (statement, case) {
        (Some(statement), _) => Erasable::Statement { statement: *statement, field: field.clone() },
        (None, Some(case)) => Erasable::Case(*case),
        (None, None) => bail!("what is to be erased? --statement or --case"),
    };
    let erased = runtime()?.block_on(async {
        let node = open(config).await?;
        let erased = node.erase(&what, authority).await;
        node.shutdown().await;
        Ok::<_, anyhow::Error>(erased?)
    })?;
    for opening in erased.iter().filter(|opening| opening.is_new) {
        log(config, who, opening.to_string(), 200)?;
    }
    println!("{}", json!({"erased": erased.iter().map(ErasedOpening::to_json).collect::<Vec<_>>()}));
    Ok(())
}

fn log(config: &Config, who: &str, what: String, outcome: u16) -> Result<()> {
    let line = Access { at_us: now_us(), who: format!("command line: {who}"), what, outcome };
    AccessLog::open(data(config)?)?.record(&line).context("this cannot be logged, so it is not shown")
}
