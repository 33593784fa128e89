//! A folder of MP4 or Matroska segments, as ffmpeg's segment muxer and most recorders write it.
//!
//! A file is closed when it looked the same at two looks, and either a later one exists (a muxer closes one
//! before it opens the next) or the two looks were `settle_us` apart. Links are not followed: what is recorded
//! lies in the folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::pattern::Pattern;
use crate::segment::{Fetched, Times};
use crate::source::{LISTED_MAX, Listed, Source, SourceError, changed_us};

/// The deepest folder inside a camera's folder: recorders nest by year, month, day, hour and camera.
const DEPTH_MAX: u32 = 8;

/// Endings of files that are taken for video.
const EXTENSIONS: [&str; 6] = ["mp4", "m4v", "mov", "mkv", "webm", "m4s"];

/// One camera's folder.
#[derive(Debug)]
pub struct FolderSource {
    root: PathBuf,
    pattern: Option<Pattern>,
    settle_us: u64,
    seen: BTreeMap<String, Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    version: [u64; 2],
    begins_us: u64,
    /// When it was first seen like this.
    since_us: u64,
}

impl FolderSource {
    /// The segments under `root`, whose starts their names tell by `pattern` if there is one.
    pub fn new(root: PathBuf, pattern: Option<Pattern>, settle_us: u64) -> Self {
        Self { root, pattern, settle_us, seen: BTreeMap::new() }
    }

    /// The start that a name tells.
    fn start_us(&self, name: &str) -> Option<u64> {
        self.pattern.as_ref().and_then(|pattern| pattern.start_us(name))
    }
}

impl Source for FolderSource {
    fn list(&mut self, from_us: u64, now_us: u64) -> Result<Vec<Listed>, SourceError> {
        let mut found = Vec::new();
        for name in names(&self.root)? {
            let start_us = self.start_us(&name);
            // A name that is not of the pattern is not a recording of this camera.
            let is_other = self.pattern.is_some() && start_us.is_none();
            if is_other || start_us.is_some_and(|start_us| start_us < from_us) {
                continue;
            }
            // What vanishes between two looks is not there.
            let Ok(metadata) = fs::symlink_metadata(self.root.join(&name)) else { continue };
            let times = Times { start_us, end_us: None, changed_us: changed_us(&metadata) };
            if times.start_us.unwrap_or(times.changed_us) >= from_us {
                let version = [metadata.len(), times.changed_us];
                found.push(Listed { name, times, frames: None, version, is_closed: false });
            }
        }
        let newest = found.iter().map(begins).max();
        // What was not looked for this time is remembered for the next time that it is.
        let not_asked = self.seen.iter().filter(|(_, seen)| seen.begins_us < from_us);
        let not_asked = not_asked.map(|(name, seen)| (name.clone(), *seen)).collect();
        let before = std::mem::replace(&mut self.seen, not_asked);
        for listed in &mut found {
            let version = listed.version;
            let known = before.get(&listed.name).filter(|seen| seen.version == version);
            let since_us = known.map_or(now_us, |seen| seen.since_us);
            self.seen.insert(listed.name.clone(), Seen { version, begins_us: begins(listed).0, since_us });
            let is_settled = now_us.saturating_sub(since_us) >= self.settle_us;
            let is_older = newest.as_ref().is_some_and(|newest| begins(listed) < *newest);
            listed.is_closed = known.is_some() && (is_settled || is_older);
        }
        Ok(found)
    }

    fn fetch(&mut self, name: &str, _scratch: &Path) -> Result<Fetched, SourceError> {
        Ok(Fetched::in_place(self.root.join(name)))
    }
}

/// The order in which a folder's files were begun.
fn begins(listed: &Listed) -> (u64, String) {
    (listed.times.start_us.unwrap_or(listed.times.changed_us), listed.name.clone())
}

/// The names of all files of video under a folder, with `/` between folders.
fn names(root: &Path) -> Result<Vec<String>, SourceError> {
    let (mut names, mut folders) = (Vec::new(), vec![(String::new(), 0)]);
    while let Some((folder, depth)) = folders.pop() {
        let path = root.join(&folder);
        let failed = |source| SourceError::Io { path: path.clone(), source };
        for entry in fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            // A name that is not UTF-8 is no recorder's.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let name = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if kind.is_dir() && depth < DEPTH_MAX {
                folders.push((name, depth.saturating_add(1)));
            } else if kind.is_file() && is_video(&name) {
                names.push(name);
            }
            if names.len().max(folders.len()) > LISTED_MAX {
                return Err(SourceError::TooMany { what: root.display().to_string(), max: LISTED_MAX });
            }
        }
    }
    Ok(names)
}

fn is_video(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_US: u64 = 1_790_848_800_000_000;

    fn source(root: &Path, pattern: Option<&str>) -> FolderSource {
        FolderSource::new(root.to_owned(), pattern.map(|text| text.parse().unwrap()), 30_000_000)
    }

    #[track_caller]
    fn check(source: &mut FolderSource, now_us: u64, expect: &[&str]) {
        let listed = source.list(0, now_us).unwrap().into_iter();
        let mut names: Vec<_> = listed.filter(|listed| listed.is_closed).map(|listed| listed.name).collect();
        names.sort();
        assert_eq!(names, expect);
    }

    #[test]
    fn a_file_still_growing_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let mut source = source(dir.path(), Some("%Y%m%d%H%M%S.mp4"));
        fs::write(dir.path().join("20261001100000.mp4"), "one").unwrap();
        check(&mut source, TEN_US, &[]);
        check(&mut source, TEN_US + 1, &[]);
        fs::write(dir.path().join("20261001100010.mp4"), "t").unwrap();
        check(&mut source, TEN_US + 2, &["20261001100000.mp4"]);
        fs::write(dir.path().join("20261001100010.mp4"), "two").unwrap();
        check(&mut source, TEN_US + 40_000_000, &["20261001100000.mp4"]);
        check(&mut source, TEN_US + 69_999_999, &["20261001100000.mp4"]);
        check(&mut source, TEN_US + 70_000_000, &["20261001100000.mp4", "20261001100010.mp4"]);
    }

    #[test]
    fn folders_are_searched_and_other_names_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut source = source(dir.path(), Some("%Y-%m-%d/%H/yard/%M.%S.mp4"));
        for camera in ["yard", "gate"] {
            let hour = dir.path().join("2026-10-01/10").join(camera);
            fs::create_dir_all(&hour).unwrap();
            fs::write(hour.join("00.00.mp4"), "one").unwrap();
            fs::write(hour.join("00.10.mp4.tmp"), "no").unwrap();
        }
        check(&mut source, 0, &[]);
        check(&mut source, 30_000_000, &["2026-10-01/10/yard/00.00.mp4"]);
        assert_eq!(source.list(TEN_US + 1, 60_000_000).unwrap(), []);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_and_not_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let error = source(&dir.path().join("unmounted"), None).list(0, 0).unwrap_err();
        assert!(error.to_string().contains("unmounted"), "{error}");
    }
}
