//! The last comparison of the CCTV recorder's clock with a reference, kept from run to run.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::rules::TimeCheck;

const FILE: &str = "time-check.toml";

/// The comparison could not be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct TimeCheckError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: String,
}

/// The last comparison; `None` if there never was one.
pub fn read(folder: &Path) -> Result<Option<TimeCheck>, TimeCheckError> {
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(TimeCheckError { path, problem: error.to_string() }),
    };
    toml::from_str(&text).map(Some).map_err(|error| TimeCheckError { path, problem: error.to_string() })
}

/// Keeps a comparison. The manifests from here on name it.
pub fn write(folder: &Path, check: &TimeCheck) -> Result<(), TimeCheckError> {
    let path = folder.join(FILE);
    let failed = |problem: String| TimeCheckError { path: path.clone(), problem };
    let text = toml::to_string(check).map_err(|error| failed(error.to_string()))?;
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, text).map_err(|error| failed(error.to_string()))?;
    fs::rename(&unfinished, &path).map_err(|error| failed(error.to_string()))
}
