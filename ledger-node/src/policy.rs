//! The policy files at hand: read once, at start.
//!
//! Which of them is in force, the ledger says (`custody::policy::InForce`); nothing here decides it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use custody::policy::{POLICY_BYTES_MAX, Policies, Policy};

use crate::config::{Config, ConfigError};

/// Policy files at hand at most: a force changes its policy once or twice a year.
pub const POLICIES_MAX: usize = 64;

/// How a node judges what it records.
#[derive(Debug, Clone)]
pub struct Judging {
    /// The policies at hand.
    pub policies: Policies,
    /// How long from one look at what time alone makes wrong (overdue, uncounted, not returned, footage about to
    /// lapse) to the next. `None`: only when asked.
    pub round: Option<Duration>,
}

impl Judging {
    /// Under these policies, and looking at the clock only when asked.
    pub fn when_asked(policies: Policies) -> Self {
        Self { policies, round: None }
    }

    /// As the configuration says.
    ///
    /// # Errors
    ///
    /// The field whose file cannot be read, or is no policy.
    pub fn of(config: &Config) -> Result<Self, ConfigError> {
        let first = config.policy.as_deref().map(|path| read("policy", path)).transpose()?;
        let mut others = Vec::new();
        for path in &config.policies {
            for file in files(path)? {
                others.push(read("policies", &file)?);
            }
        }
        if others.len() > POLICIES_MAX {
            let problem =
                format!("{} files, at most {POLICIES_MAX}; leave out those not in use", others.len());
            return Err(ConfigError::Field { field: "policies", problem });
        }
        // What holds before the ledger has adopted any is `policy`, or the documented default.
        let first = first.unwrap_or_else(Policy::standard);
        let policies = Policies::of(std::iter::once(first).chain(others));
        Ok(Self { policies, round: Some(Duration::from_secs(config.round_time_s)) })
    }
}

/// The file itself, or the `.toml` files straight within a folder, by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| wrong("policies", path, &error.to_string()))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| wrong("policies", path, &error.to_string()))?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn read(field: &'static str, path: &Path) -> Result<Policy, ConfigError> {
    let failed = |error: std::io::Error| wrong(field, path, &error.to_string());
    let mut text = String::new();
    let limit = u64::try_from(POLICY_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(failed)?.take(limit).read_to_string(&mut text).map_err(failed)?;
    Policy::parse(&text).map_err(|error| wrong(field, path, &error.to_string()))
}

fn wrong(field: &'static str, path: &Path, problem: &str) -> ConfigError {
    ConfigError::Field { field, problem: format!("{}: {problem}", path.display()) }
}

#[cfg(test)]
mod tests {
    use custody::policy::DEFAULT_TEXT;

    use super::*;

    fn text(version: &str) -> String {
        DEFAULT_TEXT.replacen("default-3", version, 1)
    }

    #[test]
    fn a_policy_alone_the_files_named_and_those_in_a_folder_are_at_hand() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let config = Config {
            policy: Some(file("first", &text("first"))),
            policies: vec![file("second", &text("second")), folder.path().to_owned()],
            ..Config::default()
        };
        file("third.toml", &text("third"));
        file("notes.txt", "not a policy");
        let judging = Judging::of(&config).unwrap();
        assert_eq!(judging.policies.before_any().version, "first");
        for version in ["first", "second", "third", "default-3"] {
            let hash = Policy::parse(&text(version)).unwrap().hash;
            assert!(judging.policies.with_hash(hash).is_some(), "{version}");
        }
        assert_eq!(Judging::of(&Config::default()).unwrap().policies.before_any().version, "default-3");
    }

    #[test]
    fn a_file_that_is_no_policy_is_named_with_its_field() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wrong.toml");
        std::fs::write(&path, "version = 1").unwrap();
        let check = |config: Config, field: &str| {
            let error = Judging::of(&config).unwrap_err().to_string();
            assert!(error.starts_with(field) && error.contains("wrong.toml"), "{error}");
        };
        check(Config { policy: Some(path.clone()), ..Config::default() }, "policy: ");
        check(Config { policies: vec![path], ..Config::default() }, "policies: ");
        let absent = folder.path().join("absent-wrong.toml");
        check(Config { policy: Some(absent), ..Config::default() }, "policy: ");
    }
}
