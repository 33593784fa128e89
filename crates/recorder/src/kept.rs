//! Copies of stretches, each verified by its hash: those that are preserved, and those that are exported.
//!
//! ```text
//! <folder>/<camera uuid>/<start_us>.<mp4|mkv>
//! ```
//!
//! The second of two stretches of one camera that begin together is `<start_us>-<first 8 hex digits of its
//! committed hash>.<mp4|mkv>`. Copies and not links: what is changed in place would change in both.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use custody::id::{CameraId, Digest};

use crate::segment::Segment;

/// A copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The copy cannot be read back.
    #[error(transparent)]
    Media(#[from] media::MediaError),
    /// The copy does not have the hash that was committed to.
    #[error("{path}: hashes to {found}, and {committed} was committed to")]
    Differs {
        /// The copy.
        path: PathBuf,
        /// What was committed to.
        committed: Digest,
        /// What it hashes to.
        found: Digest,
    },
}

/// Where a stretch lies under a folder.
pub fn place(
    folder: &Path,
    camera: CameraId,
    key: (u64, Digest),
    extension: &str,
    is_second: bool,
) -> PathBuf {
    let (start_us, sha256) = key;
    let digest = sha256.to_string();
    let more = if is_second { format!("-{}", digest.get(..8).unwrap_or_default()) } else { String::new() };
    folder.join(camera.to_string()).join(format!("{start_us}{more}.{extension}"))
}

/// Where a preserved stretch lies: always with its hash, so that its name alone tells what it must be.
pub fn preserved(folder: &Path, camera: CameraId, key: (u64, Digest)) -> PathBuf {
    let (start_us, sha256) = key;
    folder.join("preserved").join(camera.to_string()).join(format!("{start_us}-{sha256}"))
}

/// Copies a file, flushed, and returns what the copy hashes to. What is there already is replaced.
pub fn copy(from: &Path, to: &Path) -> Result<Digest, CopyError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CopyError::Io { path, source }
    };
    let folder = to.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let unfinished = to.with_extension("unfinished");
    fs::copy(from, &unfinished).map_err(failed(from))?;
    File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed(&unfinished))?;
    let (_, sha256) = media::hash_file(&unfinished)?;
    fs::rename(&unfinished, to).map_err(failed(to))?;
    Ok(Digest(sha256))
}

/// Keeps a stretch beyond retention. Returns where.
pub fn preserve(
    folder: &Path,
    camera: CameraId,
    segment: &Segment,
    from: &Path,
) -> Result<PathBuf, CopyError> {
    let to = preserved(folder, camera, segment.key());
    let found = copy(from, &to)?;
    if found != segment.sha256 {
        fs::remove_file(&to).map_err(|source| CopyError::Io { path: to.clone(), source })?;
        return Err(CopyError::Differs { path: to, committed: segment.sha256, found });
    }
    Ok(to)
}

/// Hashes preserved copies of a camera again, from behind the one named `last`, up to so many bytes. One that is
/// not what its name says is set aside: it is no longer kept. Returns what is wrong.
pub fn check(folder: &Path, camera: CameraId, last: &mut String, bytes_max: u64) -> Vec<String> {
    let folder = folder.join("preserved").join(camera.to_string());
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    let behind = names.partition_point(|name| *name <= *last);
    names.rotate_left(behind);
    let (mut problems, mut hashed) = (Vec::new(), 0_u64);
    for name in names {
        // Anything else in the folder is not ours.
        let Some(expect) = name.split_once('-').and_then(|(_, hash)| hash.parse::<Digest>().ok()) else {
            continue;
        };
        if hashed >= bytes_max {
            break;
        }
        last.clone_from(&name);
        let path = folder.join(&name);
        match media::hash_file(&path) {
            Ok((bytes, sha256)) if Digest(sha256) == expect => hashed = hashed.saturating_add(bytes.max(1)),
            Ok(_) => {
                let aside = path.with_extension("altered");
                let moved =
                    fs::rename(&path, &aside).map_err(|error| format!(", and cannot be set aside: {error}"));
                let moved = moved.err().unwrap_or_default();
                problems.push(format!("the preserved copy {} was altered{moved}", path.display()));
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems
}
