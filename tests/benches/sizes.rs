//! How much is measured: small defaults that end within two minutes, each settable in the environment.

use std::path::PathBuf;

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Sizes {
    /// `BENCH_ROUNDS`: rounds that count, of appends and admissions.
    pub(crate) rounds: usize,
    /// `BENCH_AUDIT_ROUNDS`: rounds that count, of audits.
    pub(crate) audit_rounds: usize,
    /// `BENCH_APPENDS`: single entries appended in one turn. Batches are fewer, see `appends.rs`.
    pub(crate) appends: usize,
    /// `BENCH_STATEMENTS`: statements submitted in one turn in batches. Turns that wait for a flush with each
    /// statement have fewer, see `admissions.rs`.
    pub(crate) statements: usize,
    /// `BENCH_ENTRIES`: entries of the ledger that is audited, about.
    pub(crate) entries: u64,
    /// `BENCH_FOLDER`: where files are written; the build's own folder by default, since a system's temporary
    /// folder may lie in memory, where a flush costs nothing and says nothing.
    pub(crate) folder: PathBuf,
}

impl Sizes {
    /// From the environment and the arguments. Unless cargo says `--bench`, as it does in `cargo bench`, or
    /// where it says `--quick` as well, the defaults are only enough to go through every step.
    pub(crate) fn read() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let unknown = arguments.iter().find(|argument| !["--bench", "--quick"].contains(&argument.as_str()));
        assert_eq!(unknown, None, "the only argument is --quick");
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        let is_quick = has("--quick") || !has("--bench");
        let number = |name, full, quick| of_environment(name).unwrap_or(if is_quick { quick } else { full });
        Self {
            rounds: number("BENCH_ROUNDS", 7, 2),
            audit_rounds: number("BENCH_AUDIT_ROUNDS", 5, 2),
            appends: number("BENCH_APPENDS", 200, 20),
            statements: number("BENCH_STATEMENTS", 3_200, 320),
            entries: u64::try_from(number("BENCH_ENTRIES", 50_000, 2_000)).expect("not so many"),
            folder: std::env::var_os("BENCH_FOLDER")
                .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from),
        }
    }

    /// A folder for one measurement, gone with the value.
    pub(crate) fn scratch(&self) -> tempfile::TempDir {
        tempfile::tempdir_in(&self.folder).expect("BENCH_FOLDER is there and can be written to")
    }
}

/// A number of the environment, which must be one, and not zero.
fn of_environment(name: &str) -> Option<usize> {
    let text = std::env::var(name).ok()?;
    let number = text.parse().ok().filter(|number| *number > 0);
    Some(number.unwrap_or_else(|| panic!("{name} is {text:?}, not a number from 1")))
}
