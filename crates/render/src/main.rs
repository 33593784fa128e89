//! `render BUNDLE.zip`: writes the PDF of a disclosure bundle beside it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

/// Writes the PDF of a disclosure bundle, with the bundle attached. Status: 0 written, 2 not written.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The bundle.
    bundle: PathBuf,
    /// The report's model, JSON.
    #[arg(long)]
    model: PathBuf,
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
    if let Some(input) = [&arguments.bundle, &arguments.model].into_iter().find(|input| is_same(input, &out))
    {
        return Err(Failure::Itself { path: input.clone() });
    }
    let read = |path: &Path| fs::read(path).map_err(|source| Failure::Read { path: path.to_owned(), source });
    let bundle = read(&arguments.bundle)?;
    let model = fs::read_to_string(&arguments.model)
        .map_err(|source| Failure::Read { path: arguments.model.clone(), source })?;
    let name = arguments.bundle.file_name().unwrap_or_default().to_string_lossy();
    let pdf = render::pdf(&model, &name, &bundle)?;
    write(&out, &pdf).map_err(|source| Failure::Write { path: out.clone(), source })?;
    Ok(out)
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
