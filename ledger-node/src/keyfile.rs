//! Secret keys in files: 32 random bytes in hexadecimal, readable by their owner alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ledger_format::key::SigningKey;
use thiserror::Error;
use zeroize::Zeroizing;

/// Most bytes read of a key file: the digits and a line end, and one more to see that there is more.
const KEY_FILE_BYTES_MAX: u64 = 80;

/// Why a key could not be made or read.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// The file, or its folder, refused.
    #[error("cannot use the key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no file.
    #[error("there is no key at {path}: put it there from where its copy is kept, mode 600")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Others than the owner may read or write it.
    #[error("the key file {path} has mode {mode:o}; it must be readable by its owner alone: chmod 600")]
    Mode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file does not hold 64 hexadecimal digits.
    #[error("the key file {path} does not hold a key")]
    Form {
        /// The file.
        path: PathBuf,
    },
    /// The machine gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// Makes a new key and writes it, durably, to `path`, where nothing may be yet.
pub fn make_key(path: &Path) -> Result<SigningKey, KeyFileError> {
    let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(KeyFileError::Random)?;
    let mut text = Zeroizing::new(hex::encode(*seed));
    text.push('\n');
    let mut file = private(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    sync_folder_of(path).map_err(failed)?;
    Ok(SigningKey::from_seed(&seed))
}

/// Reads the key at `path`, and refuses it if others than its owner could have.
pub fn read_key(path: &Path) -> Result<SigningKey, KeyFileError> {
    let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing { path: path.to_owned() },
        _ => failed(source),
    })?;
    check_mode(path, &file)?;
    let mut text = Zeroizing::new(String::new());
    file.take(KEY_FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
    let mut seed = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim_end(), seed.as_mut_slice())
        .map_err(|_| KeyFileError::Form { path: path.to_owned() })?;
    Ok(SigningKey::from_seed(&seed))
}

/// A new file at `path` that only its owner can read.
pub(crate) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Refuses a file that others than its owner may read or write.
pub(crate) fn check_private(path: &Path) -> Result<(), KeyFileError> {
    let file = File::open(path).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
    check_mode(path, &file)
}

/// Makes the folder entry of `path` durable.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & !0o700 == 0 { Ok(()) } else { Err(KeyFileError::Mode { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn check_mode(_path: &Path, _file: &File) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_is_never_made_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.key");
        let made = make_key(&path).unwrap();
        assert_eq!(read_key(&path).unwrap().public_key(), made.public_key());
        assert!(matches!(make_key(&path), Err(KeyFileError::Io { .. })), "a key is not written over");
        assert_eq!(read_key(&path).unwrap().public_key(), made.public_key());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.key");
        make_key(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o660, 0o777] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(read_key(&path), Err(KeyFileError::Mode { mode: found, .. }) if found == mode));
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "00", &"g".repeat(64), &"0".repeat(66), &"0".repeat(1000)] {
            let path = folder.path().join("key");
            private(&path).unwrap().write_all(text.as_bytes()).unwrap();
            assert!(matches!(read_key(&path), Err(KeyFileError::Form { .. })), "{text:?}");
            std::fs::remove_file(&path).unwrap();
        }
    }
}
