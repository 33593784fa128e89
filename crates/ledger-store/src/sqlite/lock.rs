//! One process at a time: an operating-system lock on a file beside the database, held while the store is open.
//!
//! The lock goes when its process goes, however it goes, so there is no stale lock to remove. It binds those
//! who ask for it; against anything else that writes the database the writer compares sizes in each append.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::durable::{beside, private};

/// Most bytes believed of a lock file's text; a process id needs ten.
const HOLDER_BYTES_MAX: u64 = 64;

/// The lock, held until this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Why the lock could not be had.
#[derive(Debug)]
pub(super) enum LockError {
    /// Somebody has it: who, as far as the lock file tells.
    Held { holder: String },
    /// The lock file could not be made or locked.
    Io(io::Error),
}

/// Takes the lock of the database at `path`, without waiting.
pub(super) fn take(path: &Path) -> Result<Lock, LockError> {
    let mut file = private()
        .read(true)
        .create(true)
        .truncate(false)
        .open(beside(path, ".lock"))
        .map_err(LockError::Io)?;
    match file.try_lock() {
        Ok(()) => {
            sign(&mut file).map_err(LockError::Io)?;
            Ok(Lock { _file: file })
        }
        Err(TryLockError::WouldBlock) => Err(LockError::Held { holder: holder(&mut file) }),
        Err(TryLockError::Error(error)) => Err(LockError::Io(error)),
    }
}

/// Leaves word of who holds the lock.
fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "process {}", std::process::id())
}

/// What the holder left word of; it is shown to an operator and decides nothing.
fn holder(file: &mut File) -> String {
    let mut text = Vec::new();
    let read = file.take(HOLDER_BYTES_MAX).read_to_end(&mut text);
    let text: String = String::from_utf8_lossy(&text).chars().filter(|c| !c.is_control()).collect();
    if read.is_err() || text.is_empty() { "an unknown process".to_owned() } else { text }
}
