//! An authority at work: proposing, approving, sending.
//!
//! What is signed is kept until it is answered: the statement in the authority's chain file, its openings in a
//! file beside it, written first.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use custody::fact::Fact;
use custody::id::Digest;
use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::merkle::leaf_hash;
use ledger_format::statement;
use ledger_node::authority::Authority;
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::genesis::new_device;
use ledger_node::http::submit_json;
use ledger_node::json::fact_from_json;
use serde::Deserialize;
use serde_json::json;

use super::args::{self, Sending};
use super::client;

/// Longest fact file in bytes: a statement has at most 48 KiB, and its JSON a few times that.
const FACT_BYTES_MAX: u64 = 1024 * 1024;

/// A node has declined a statement: for the exit status.
#[derive(Debug, thiserror::Error)]
#[error("the node declined: {code}: {detail}")]
pub(crate) struct Declined {
    code: String,
    detail: String,
}

/// Does one of an authority's commands.
pub(super) fn run(command: &args::Authority) -> Result<()> {
    match command {
        args::Authority::New { key } => {
            println!("{}", public(&Authority::create(key)?));
            eprintln!("the key is in {}; whoever has it speaks as this authority", key.display());
            Ok(())
        }
        args::Authority::Show { key } => show(key),
        args::Authority::Sign { key, fact, sending } => {
            let (fact, openings) = read_fact(fact)?;
            sign(key, fact, &openings, sending)
        }
        args::Authority::Approve { key, statement, sending } => {
            let view = json!({"approved": {"declared": {"statement": statement.to_string()}}});
            sign(key, fact_from_json(&view)?.0, &[], sending)
        }
        args::Authority::Send { key, sending } => {
            let authority = Authority::open(key)?;
            let envelope = authority.pending().cloned().context("nothing waits to be sent")?;
            send(key, authority, &envelope, sending)
        }
    }
}

fn public(authority: &Authority) -> String {
    let public = authority.public();
    format!("{}:{}", public.device, hex::encode(public.key.as_bytes()))
}

fn show(key: &Path) -> Result<()> {
    let authority = Authority::open(key)?;
    println!("{}", public(&authority));
    if let Some(envelope) = authority.pending() {
        println!("waits to be sent: {}", envelope.statement_hash());
    }
    Ok(())
}

fn read_fact(path: &Path) -> Result<(v1::statement::Fact, Vec<Disclosure>)> {
    let mut text = String::new();
    let file = fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    io::Read::read_to_string(&mut io::Read::take(file, FACT_BYTES_MAX), &mut text)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let fact = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    fact_from_json(&fact).with_context(|| format!("{} is not a fact", path.display()))
}

fn sign(key: &Path, fact: v1::statement::Fact, openings: &[Disclosure], sending: &Sending) -> Result<()> {
    let mut authority = Authority::open(key)?;
    if let Some(pending) = authority.pending() {
        bail!("statement {} is not answered yet: authority send", pending.statement_hash());
    }
    if let Some(trust) = &sending.trust {
        authority.join(read_genesis(trust)?)?;
    } else if !authority.has_joined() {
        bail!("this authority has joined no ledger yet; give the ledger's trust file with --trust");
    }
    keep_openings(key, openings)?;
    // Each signing is a run of its own: a command line remembers no uptime.
    let boot = custody::id::BootId(new_device()?.0);
    let envelope = authority.say(fact, SystemClock::new().read().to_message(boot))?;
    send(key, authority, &envelope, sending)
}

/// The part of a trust file that an authority needs.
#[derive(Deserialize)]
struct Trust {
    genesis: String,
}

fn read_genesis(path: &Path) -> Result<Digest> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let trust: Trust =
        toml::from_str(&text).with_context(|| format!("{} is not a trust file", path.display()))?;
    trust.genesis.parse().with_context(|| format!("genesis in {}", path.display()))
}

fn send(key: &Path, mut authority: Authority, envelope: &Envelope, sending: &Sending) -> Result<()> {
    let openings = kept_openings(key)?;
    let hash = envelope.statement_hash();
    eprintln!("statement {hash}");
    if !sending.node.is_given() {
        println!("{}", submit_json::request(envelope, &openings));
        eprintln!("POST it to /v1/statements, or give --node; then: authority send");
        return Ok(());
    }
    let outcome = client::submit(&sending.node, envelope, &openings)?;
    let (code, detail) = match outcome.status() {
        v1::OutcomeStatus::Recorded | v1::OutcomeStatus::AlreadyRecorded => {
            authority.acknowledge()?;
            forget_openings(key)?;
            println!("{hash}");
            print!("{}", outcome.receipt.as_deref().unwrap_or_default());
            say_where(envelope, outcome.entry())?;
            return Ok(());
        }
        _ => (outcome.code.unwrap_or_default(), outcome.detail.unwrap_or_default()),
    };
    if outcome.status == i32::from(v1::OutcomeStatus::Refused) && is_unused(&code) {
        let said = statement::decode(&envelope.statement)?.statement;
        authority.take_back(said.sequence, said.previous)?;
        forget_openings(key)?;
    }
    Err(Declined { code, detail }.into())
}

/// Says where the statement stands. A device needs the leaf hash of the approval that enrolled its key.
fn say_where(envelope: &Envelope, entry: &[u8]) -> Result<()> {
    let leaf = leaf_hash(entry);
    eprintln!("recorded as entry {}, leaf hash {leaf}", Entry::decode(entry)?.index);
    if matches!(statement::decode(&envelope.statement)?.statement.fact, Fact::Approved { .. }) {
        eprintln!("if a key takes effect by this approval, that leaf hash is its `enrolment`");
    }
    Ok(())
}

/// Whether a refusal for this reason leaves the number free for another statement. Where the node has other
/// statements of this authority, somebody must look.
fn is_unused(code: &str) -> bool {
    !matches!(code, "forked" | "gap" | "wrong-previous" | "revoked" | "retired")
}

fn openings_path(key: &Path) -> PathBuf {
    let mut path = key.as_os_str().to_owned();
    path.push(".openings");
    path.into()
}

/// Writes the openings beside the key, for its owner alone, before the statement that commits to them exists.
fn keep_openings(key: &Path, openings: &[Disclosure]) -> Result<()> {
    forget_openings(key)?;
    if openings.is_empty() {
        return Ok(());
    }
    let path = openings_path(key);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let text = openings.iter().map(|opening| opening.encoded.as_str()).collect::<Vec<_>>().join("\n");
    let written = options.open(&path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn kept_openings(key: &Path) -> Result<Vec<Disclosure>> {
    let path = openings_path(key);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().map(|line| Disclosure { encoded: line.to_owned() }).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn forget_openings(key: &Path) -> Result<()> {
    let path = openings_path(key);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
