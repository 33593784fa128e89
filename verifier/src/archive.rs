//! Where the bytes of an archive come from, and how many of them anybody reads.
//!
//! An archive is a C2SP tlog-tiles tree and a folder of evidence beside it:
//!
//! ```text
//! checkpoint
//! tile/<L>/<N>[.p/<W>]
//! tile/entries/<N>[.p/<W>]
//! evidence/<SHA-256 of an envelope, in hexadecimal>
//! ```

mod directory;
mod memory;

use ledger_format::envelope::ENVELOPE_BYTES_MAX;
use ledger_format::note::NOTE_LEN_MAX;
use ledger_format::tile::{ENTRY_LEN_MAX, TILE_WIDTH};

pub use directory::DirectoryArchive;
pub use memory::MemoryArchive;

/// The path of the checkpoint.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// The folder of archived envelopes.
pub const EVIDENCE_FOLDER: &str = "evidence";

/// The longest checkpoint read: the longest note.
pub const CHECKPOINT_BYTES_MAX: usize = NOTE_LEN_MAX;

/// The longest hash tile read: 256 hashes of 32 bytes.
pub const HASH_TILE_BYTES_MAX: usize = 256 * 32;

/// The longest entry bundle read: 256 entries of the greatest length, each after its 16-bit length.
pub const BUNDLE_BYTES_MAX: usize = 256 * (ENTRY_LEN_MAX + 2);

/// The longest evidence file read: the longest envelope.
pub const EVIDENCE_BYTES_MAX: usize = ENVELOPE_BYTES_MAX;

/// How deep folders may lie in one another: the tile with the highest index,
/// `tile/entries/x072/x057/x594/x037/x927/935.p/255`, needs ten parts; deeper ones hold nothing of ours.
pub const DEPTH_MAX: usize = 10;

const _: () = assert!(TILE_WIDTH == 256, "the limits above count on it");

/// A file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Longer than anything that may stand there.
    #[error("longer than the {max} bytes that may stand there")]
    TooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// A symbolic link, a folder or a special file stands there; it is not followed and not opened.
    #[error("not a regular file")]
    NotAFile,
    /// The system refused.
    #[error("{0}")]
    Io(String),
}

/// What stands at a path of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedKind {
    /// A regular file.
    File,
    /// A symbolic link; never followed.
    Link,
    /// Something else that is neither file nor folder; never opened.
    Special,
    /// A folder below [`DEPTH_MAX`]; not looked into.
    TooDeep,
    /// A folder or file that could not be looked at.
    Unreadable,
}

/// One path of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Relative to the archive, parts separated by `/`. Printed only escaped: a hostile archive chose it.
    pub path: String,
    /// What stands there.
    pub kind: ListedKind,
}

/// A source of the files of one archive. Implementations never leave the archive and never read more than
/// they are asked for. The audit reads ahead on another thread, hence `Sync`.
pub trait ArchiveReader: Sync {
    /// The file at a path, if there is one, of at most `len_max` bytes.
    fn read(&self, path: &str, len_max: usize) -> Result<Option<Vec<u8>>, ReadError>;

    /// Tells `visit` everything in the archive that is no folder, in any order.
    ///
    /// # Errors
    /// [`ReadError::Io`] where the archive itself cannot be listed.
    fn list(&self, visit: &mut dyn FnMut(Listed)) -> Result<(), ReadError>;
}
