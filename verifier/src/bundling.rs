//! The command `bundle`: reads a bundle and a trust file, has the library check it, and writes what it says.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::Args;
use disclosure::pack::{BUNDLE_BYTES_MAX, unpack};
use verifier::bundle::{check, extract, text};
use verifier::report::Outcome;

use crate::{read, read_trust};

/// What to check, and what to write.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The bundle.
    bundle: PathBuf,
    /// The trust file: origin, genesis and public keys, obtained from elsewhere than the bundle.
    #[arg(long)]
    trust: PathBuf,
    /// Write the report, made anew from the entries, as HTML to a file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the report's model as JSON to a file: for the renderer of the PDF, and for other programs.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Take the bundle apart into a new folder: entries as bytes, statements as DSSE envelopes, proofs as C2SP tlog-proofs.
    #[arg(long, value_name = "DIR")]
    extract: Option<PathBuf>,
}

/// Checks, and writes everything that was asked for. What could not be written was not made: whoever asked for it must not
/// take the exit status for an answer.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let trust = read_trust(&arguments.trust)?;
    let bytes = read(&arguments.bundle, BUNDLE_BYTES_MAX)?;
    let checked = check(&bytes, &trust);
    io::stdout().lock().write_all(text(&checked).as_bytes()).context("writing the report")?;
    let report =
        || checked.report.as_ref().ok_or_else(|| anyhow!("there is no report: nothing could be checked"));
    if let Some(path) = &arguments.html {
        write(path, disclosure::html(report()?).as_bytes())?;
    }
    if let Some(path) = &arguments.model {
        let model = serde_json::to_vec_pretty(report()?).context("writing the model")?;
        write(path, &model)?;
    }
    if let Some(folder) = &arguments.extract {
        let files = unpack(&bytes).context("taking the bundle apart")?;
        let files = extract(&files).map_err(|why| anyhow!("taking the bundle apart: {why}"))?;
        std::fs::create_dir(folder).with_context(|| format!("making {}", folder.display()))?;
        for (name, bytes) in files {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
            }
            write(&path, &bytes)?;
        }
    }
    Ok(checked.outcome())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}
