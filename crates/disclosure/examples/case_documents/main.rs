//! `case_documents OUT`: writes twelve CASE documents that together show every kind of finding and every family of facts that
//! the corpus has. `case_documents OUT --all [SEEDS]`: one for each case of each history of so many seeds.
//! `case_documents --choose` looks for twelve anew.
//!
//! Where documents come from is one function of a source; whatever gives a name and a [`Material`] may take its place.
//!
//! [`Material`]: disclosure::material::Material

mod choice;
mod chosen;
#[path = "../../tests/support/from_corpus.rs"]
mod from_corpus;
#[path = "../../tests/support/odds.rs"]
mod odds;
mod shown;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use corpus::plant::planters;
use corpus::score::{case_of, several, single};
use disclosure::case_uco::case_jsonld;
use disclosure::profile::Profile;

use self::chosen::CHOSEN;
use self::from_corpus::{Asked, Replayed};
use self::shown::Shown;

/// Seeds of the whole corpus, unless another number is given.
const SEEDS: u64 = 1000;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--choose"] => {
            choice::choose();
            Ok(ExitCode::SUCCESS)
        }
        [out] => twelve(folder(out)?),
        [out, "--all"] => all(folder(out)?, SEEDS),
        [out, "--all", seeds] => all(folder(out)?, seeds.parse().context("SEEDS")?),
        _ => bail!("usage: case_documents OUT | case_documents OUT --all [SEEDS] | case_documents --choose"),
    }
}

fn folder(out: &str) -> anyhow::Result<&Path> {
    std::fs::create_dir_all(out).with_context(|| format!("making {out}"))?;
    Ok(Path::new(out))
}

/// The twelve, and whether they show everything.
fn twelve(out: &Path) -> anyhow::Result<ExitCode> {
    let mut shown = Shown::default();
    for (number, chosen) in (1..).zip(CHOSEN) {
        let case =
            chosen.case().with_context(|| format!("seed {} has no room for its faults", chosen.seed))?;
        let replayed = Replayed::of(&case);
        let profile = Profile::ALL.get(number % 3).copied().unwrap_or(Profile::Internal);
        let exhibits = shown.worth_showing(&replayed);
        let prepared = replayed.prepare(Asked::Exhibits(&exhibits), profile);
        shown.add(&prepared);
        write(out, &format!("{number:02}"), &case_jsonld(&prepared.material()))?;
    }
    let wanting = shown.wanting();
    for what in &wanting {
        println!("not shown: {what}");
    }
    Ok(if wanting.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One document for each case of the clean history of each seed, of the one with a single fault and of that with several.
fn all(out: &Path, seeds: u64) -> anyhow::Result<ExitCode> {
    let kinds = planters();
    for seed in 0..seeds {
        let histories =
            [("clean", Vec::new()), ("single", single(seed, &kinds)), ("several", several(seed, &kinds))];
        for (name, faults) in histories {
            let Some((_, case)) = case_of(seed, &faults) else { continue };
            let replayed = Replayed::of(&case);
            for (asked, number) in replayed.cases().into_iter().zip(1..) {
                let prepared = replayed.prepare(Asked::Case(asked), Profile::Defence);
                let text = case_jsonld(&prepared.material());
                write(out, &format!("{seed:04}-{name}-{number:02}"), &text)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(out: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = out.join(format!("{name}.jsonld"));
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}
