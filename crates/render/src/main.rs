//! `render BUNDLE.zip`: writes the PDF of a disclosure bundle beside it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use custody::finding::Finding;
use custody::rule::RuleId;
use verifier::trust::Trust;

/// Writes the PDF of a disclosure bundle, with the bundle attached. Status: 0 written, 2 not written.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The bundle.
    bundle: PathBuf,
    /// The trust file: the bundle is checked by it, and its report made anew from the entries.
    #[arg(long, required_unless_present = "model", conflicts_with = "model")]
    trust: Option<PathBuf>,
    /// The report's model, JSON, as `verifier bundle --model` has written it for this bundle; nothing is checked then.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Where to write; beside the bundle, with the ending .pdf, unless given.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{} cannot be read ({source}); give a file that exists and may be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} would be overwritten by its own PDF; give another file with --out", path.display())]
    Itself { path: PathBuf },
    #[error("{} cannot be written ({source}); what stood there before still stands; give another place with --out", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("the trust file {} cannot be used: {why}", path.display())]
    Trust { path: PathBuf, why: String },
    #[error("{} is not what it says it is, and is not put on paper: {why} `verifier bundle` says all that is wrong with it", path.display())]
    Unsound { path: PathBuf, why: String },
    #[error(transparent)]
    Render(#[from] render::RenderError),
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(out) => {
            println!("{}", out.display());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("render: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<PathBuf, Failure> {
    let out = arguments.out.clone().unwrap_or_else(|| arguments.bundle.with_extension("pdf"));
    let inputs = [Some(&arguments.bundle), arguments.model.as_ref(), arguments.trust.as_ref()];
    if let Some(input) = inputs.into_iter().flatten().find(|input| is_same(input, &out)) {
        return Err(Failure::Itself { path: input.clone() });
    }
    let read = |path: &Path| fs::read(path).map_err(|source| Failure::Read { path: path.to_owned(), source });
    let bundle = read(&arguments.bundle)?;
    let model = match (&arguments.trust, &arguments.model) {
        (Some(trust), _) => checked(&bundle, &arguments.bundle, trust, &read(trust)?)?,
        (None, Some(model)) => {
            fs::read_to_string(model).map_err(|source| Failure::Read { path: model.clone(), source })?
        }
        // One of them is required.
        (None, None) => String::new(),
    };
    let name = arguments.bundle.file_name().unwrap_or_default().to_string_lossy();
    let pdf = render::pdf(&model, &name, &bundle)?;
    write(&out, &pdf).map_err(|source| Failure::Write { path: out.clone(), source })?;
    Ok(out)
}

/// The model of a bundle's report, made anew from its entries. Where something is wrong with the bundle that its own report
/// cannot say, there is none: paper says what was checked, and nobody checks paper.
fn checked(bundle: &[u8], path: &Path, trust_path: &Path, trust: &[u8]) -> Result<String, Failure> {
    let bad_trust = |why: String| Failure::Trust { path: trust_path.to_owned(), why };
    let trust = std::str::from_utf8(trust).map_err(|why| bad_trust(why.to_string()))?;
    let trust = Trust::parse(trust).map_err(|why| bad_trust(why.to_string()))?;
    let checked = verifier::bundle::check(bundle, &trust);
    let unsound = |why: &str| Failure::Unsound { path: path.to_owned(), why: why.to_owned() };
    let nothing = checked.could_not_check.as_ref().or(checked.not_checked.first());
    if let Some(why) = nothing {
        return Err(unsound(why));
    }
    let report = checked.report.ok_or_else(|| unsound("it has no report."))?;
    let is_printed = |sentence: &str| report.findings.iter().any(|printed| printed.sentence == sentence);
    let of_container = |finding: &&Finding| matches!(finding.rule, RuleId::L03 | RuleId::L08 | RuleId::G04);
    let mut unprinted = checked.findings.iter().filter(of_container);
    if let Some(finding) = unprinted.find(|finding| !is_printed(&finding.sentence)) {
        return Err(unsound(&finding.sentence));
    }
    serde_json::to_string(&report).map_err(|why| unsound(&why.to_string()))
}

/// Whether both are one file, under whatever names.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Writes all of it or nothing: first beside `out`, then in its place.
fn write(out: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut partial = out.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let written = File::create(&partial)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&partial, out));
    if written.is_err() {
        // What is left of it is of no use; that it cannot be removed either is no news.
        let _ = fs::remove_file(&partial);
    }
    written
}
