//! `disclose`: a bundle, asked of a running node or made of one that is not running.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use custody::id::Digest;
use ledger_format::note::Note;
use ledger_node::access::{Access, AccessLog};
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::config::Config;
use ledger_node::disclose::{At, DECISIONS_BYTES_MAX, Decisions, Order, PAGE, Prepared, Scope};
use ledger_node::http::disclosures::{DIGEST_HEADER, SIZE_HEADER};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::args::Disclose;
use super::data::data;
use super::serving::runtime;
use super::{client, copies};

/// Longest bundle taken from a node, in bytes.
const BUNDLE_BYTES_MAX: u64 = 1 << 30;

/// Makes a bundle.
pub(super) fn disclose(config: &Config, args: &Disclose) -> Result<()> {
    let scope = match (args.case, args.exhibit) {
        (Some(case), None) => Scope::Case(case),
        (None, Some(exhibit)) => Scope::Exhibits(vec![exhibit]),
        _ => anyhow::bail!("give --case or --exhibit, one of them"),
    };
    let decisions = match &args.decisions {
        Some(path) => read(path)?,
        None => String::new(),
    };
    if args.node.is_given() {
        return ask(args, &scope, &decisions);
    }
    let decisions = Decisions::parse(&decisions).context("--decisions")?;
    let order = Order { scope, profile: args.profile, recipient: args.recipient.clone(), decisions };
    let at = at(args)?;
    // Where the file cannot be made, nothing is recorded in the ledger.
    let mut prepared = Prepared::begin(&args.out)?;
    runtime()?.block_on(async {
        let node = copies::open(config).await?;
        let made = async {
            let bundle = node.disclose(&order, &at, PAGE).await?;
            prepared.fill(&bundle.bytes)?;
            node.record_export(&order, &bundle).await?;
            log(config, args, &order.scope)?;
            prepared.publish()?;
            anyhow::Ok(bundle)
        };
        let made = made.await;
        node.shutdown().await;
        let bundle = made?;
        println!("bundle   {}", args.out.display());
        println!("SHA-256  {}", bundle.digest);
        println!("entries  {}, lines in the redaction register {}", bundle.entries, bundle.withheld);
        println!("the same again: --at {}", bundle.size);
        Ok(())
    })
}

fn at(args: &Disclose) -> Result<At> {
    match (args.at, &args.cosigned) {
        (None, None) => Ok(At::Now),
        (Some(size), None) => Ok(At::Size(size)),
        (None, Some(path)) => {
            let bytes =
                std::fs::read(path).with_context(|| format!("--cosigned: cannot read {}", path.display()))?;
            let note = Note::parse(&bytes).with_context(|| format!("--cosigned: {}", path.display()))?;
            Ok(At::Cosigned(Box::new(note)))
        }
        (Some(_), Some(_)) => anyhow::bail!("give --at or --cosigned, not both"),
    }
}

/// Who asked stands in the access log before anybody has the bundle.
fn log(config: &Config, args: &Disclose, scope: &Scope) -> Result<()> {
    let of = match scope {
        Scope::Case(case) => format!("case {case}"),
        Scope::Exhibits(exhibits) => {
            let ids: Vec<String> = exhibits.iter().map(ToString::to_string).collect();
            format!("exhibit {}", ids.join(", "))
        }
    };
    let what = format!("disclose {of} to {}", args.profile);
    let at_us = SystemClock::new().read().wall_us;
    let line = Access { at_us, who: format!("command line: {}", args.who), what, outcome: 200 };
    let log = AccessLog::open(data(config)?)?;
    log.record(&line).context("the disclosure cannot be logged, so it is not made")
}

fn ask(args: &Disclose, scope: &Scope, decisions: &str) -> Result<()> {
    let cosigned = args.cosigned.as_deref().map(read).transpose()?;
    let body = json!({
        "profile": args.profile.name(),
        "recipient": args.recipient,
        "decisions": decisions,
        "at": args.at,
        "cosigned": cosigned,
    });
    let path = match scope {
        Scope::Case(case) => format!("/v1/cases/{case}/bundle"),
        Scope::Exhibits(exhibits) => {
            let exhibit = exhibits.first().context("an exhibit")?;
            format!("/v1/exhibits/{exhibit}/bundle")
        }
    };
    // Where the file cannot be made, the node is asked for nothing: it would record that it handed out a bundle.
    let mut prepared = Prepared::begin(&args.out)?;
    let (headers, bytes) = client::post_for_bytes(&args.node, &path, &body, BUNDLE_BYTES_MAX)?;
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let digest = Digest(Sha256::digest(&bytes).into()).to_string();
    ensure!(
        said(DIGEST_HEADER) == digest,
        "what arrived is not the bundle that the node recorded: ask again"
    );
    prepared.fill(&bytes)?;
    prepared.publish()?;
    println!("bundle   {}", args.out.display());
    println!("SHA-256  {digest}");
    println!("the same again: --at {}", said(SIZE_HEADER));
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(
        text.len() <= DECISIONS_BYTES_MAX,
        "{} has more than {DECISIONS_BYTES_MAX} bytes",
        path.display()
    );
    Ok(text)
}
