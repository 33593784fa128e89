//! The entry bundles, one after the other: while one is folded, the next is read, decoded and its signatures
//! are checked. Nothing else of the entries is ever in memory.

use std::num::NonZeroUsize;
use std::thread;

use custody::id::Digest;
use ledger_format::tile::{TILE_WIDTH, Tile, TileKind, decode_bundle, decode_hashes};

use super::Progress;
use super::decode::{Content, Read};
use super::keys::{Ring, SignatureVerdict};
use super::replay::Replay;
use super::{parallel, tiles};
use crate::archive::{ArchiveReader, BUNDLE_BYTES_MAX, HASH_TILE_BYTES_MAX};

/// How many bundles may be missing before the replay stops: a checkpoint may claim any size, and an archive
/// that lacks a million entries is not worth walking to the end of what it claims.
const MISSING_BUNDLES_MAX: u64 = 4096;

/// One entry as read, and the verdict on its signature where it has one that can be read.
pub(super) type Checked = (Read, Option<SignatureVerdict>);

/// A bundle that waits to be folded.
struct Bundle {
    first: u64,
    /// One more than the index of its last entry.
    end: u64,
    entries: Result<Vec<Checked>, Missing>,
}

/// A bundle none of whose entries can be replayed.
struct Missing {
    why: String,
    /// Its leaf hashes, from its hash tile; the tree over them is checked like any other.
    leaves: Option<Vec<Digest>>,
}

/// Replays every bundle of a ledger of `replay.size` entries.
pub(super) fn stream(
    replay: &mut Replay<'_>,
    archive: &dyn ArchiveReader,
    threads: NonZeroUsize,
    progress: &mut dyn FnMut(Progress),
) {
    let size = replay.size;
    let mut ring = Ring::default();
    let mut missing = 0;
    let mut next = Some(read(archive, &mut ring, threads, 0, size));
    while let Some(bundle) = next.take() {
        let (end, is_missing) = (bundle.end, bundle.entries.is_err());
        missing += u64::from(is_missing);
        if missing > MISSING_BUNDLES_MAX {
            replay.gap(bundle.first, size - 1, "too much of the archive is missing");
            replay.tree.break_off();
            return;
        }
        let mut ahead = || (end < size).then(|| read(archive, &mut ring, threads, end, size));
        next = if threads == NonZeroUsize::MIN {
            fold(replay, archive, bundle);
            ahead()
        } else {
            thread::scope(|scope| {
                let reading = scope.spawn(ahead);
                fold(replay, archive, bundle);
                reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        };
        progress(Progress { done: end, size });
    }
}

/// Folds a bundle, or takes note that it cannot be.
fn fold(replay: &mut Replay<'_>, archive: &dyn ArchiveReader, bundle: Bundle) {
    match bundle.entries {
        Ok(entries) => replay.entries(bundle.first, &entries),
        Err(Missing { why, leaves }) => {
            replay.gap(bundle.first, bundle.end - 1, &why);
            replay.leaves_of_a_gap(leaves);
        }
    }
    tiles::check_full(replay, archive);
}

/// Reads the bundle that begins at `first`, decodes its entries and checks their signatures. The ring takes up
/// the keys that they introduce first, since one may be used in the bundle that introduces it.
fn read(
    archive: &dyn ArchiveReader,
    ring: &mut Ring,
    threads: NonZeroUsize,
    first: u64,
    size: u64,
) -> Bundle {
    let width = u16::try_from(size - first).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
    let entries = entries(archive, threads, first, width).map(|entries| {
        for read in &entries {
            if let Content::Whole(_, decoded) = &read.content {
                ring.introduce(&decoded.statement.fact);
            }
        }
        let verdict = |read: &Read| read.entry().map(|entry| ring.verdict(&entry.envelope));
        let verdicts = parallel::map(threads, &entries, verdict);
        entries.into_iter().zip(verdicts).collect()
    });
    let entries = entries.map_err(|why| Missing { why, leaves: leaves(archive, first, width) });
    Bundle { first, end: first + u64::from(width), entries }
}

/// The entries of one bundle, decoded.
///
/// # Errors
/// Why none of them can be.
fn entries(
    archive: &dyn ArchiveReader,
    threads: NonZeroUsize,
    first: u64,
    width: u16,
) -> Result<Vec<Read>, String> {
    let tile = Tile::new(TileKind::Entries, first / u64::from(TILE_WIDTH), width);
    let tile = tile.map_err(|error| error.to_string())?;
    let bytes = archive
        .read(&tile.to_string(), BUNDLE_BYTES_MAX)
        .map_err(|error| format!("{tile} cannot be read: {error}"))?
        .ok_or_else(|| format!("{tile} is missing"))?;
    let entries = decode_bundle(&bytes, width).map_err(|error| format!("{tile} is malformed: {error}"))?;
    Ok(parallel::map(threads, &entries, |bytes| Read::new(bytes)))
}

fn leaves(archive: &dyn ArchiveReader, first: u64, width: u16) -> Option<Vec<Digest>> {
    let tile = Tile::new(TileKind::Hashes { level: 0 }, first / u64::from(TILE_WIDTH), width).ok()?;
    let bytes = archive.read(&tile.to_string(), HASH_TILE_BYTES_MAX).ok()??;
    decode_hashes(tile, &bytes).ok()
}
