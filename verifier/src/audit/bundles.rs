//! The entry bundles, one after the other: all that is ever in memory of the entries.

use ledger_format::tile::{TILE_WIDTH, Tile, TileKind, decode_bundle, decode_hashes};

use super::Progress;
use super::replay::Replay;
use super::tiles;
use crate::archive::{ArchiveReader, BUNDLE_BYTES_MAX, HASH_TILE_BYTES_MAX};

/// How many bundles may be missing before the replay stops: a checkpoint may claim any size, and an archive
/// that lacks a million entries is not worth walking to the end of what it claims.
pub(super) const MISSING_BUNDLES_MAX: u64 = 4096;

/// Replays every bundle of a ledger of `replay.size` entries.
pub(super) fn stream(
    replay: &mut Replay<'_>,
    archive: &dyn ArchiveReader,
    progress: &mut dyn FnMut(Progress),
) {
    let size = replay.size;
    let mut missing = 0;
    let mut first = 0;
    while first < size {
        let width = u16::try_from(size - first).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        let next = first + u64::from(width);
        if let Err(why) = bundle(replay, archive, first, width) {
            missing += 1;
            if missing > MISSING_BUNDLES_MAX {
                replay.gap(first, size - 1, "too much of the archive is missing");
                replay.tree.break_off();
                return;
            }
            replay.gap(first, next - 1, &why);
            replay.leaves_of_a_gap(leaves(archive, first, width));
        }
        tiles::check_full(replay, archive);
        first = next;
        progress(Progress { done: first, size });
    }
}

/// Replays one bundle.
///
/// # Errors
/// Why none of its entries could be replayed.
fn bundle(
    replay: &mut Replay<'_>,
    archive: &dyn ArchiveReader,
    first: u64,
    width: u16,
) -> Result<(), String> {
    let tile = Tile::new(TileKind::Entries, first / u64::from(TILE_WIDTH), width);
    let tile = tile.map_err(|error| error.to_string())?;
    let bytes = archive
        .read(&tile.to_string(), BUNDLE_BYTES_MAX)
        .map_err(|error| format!("{tile} cannot be read: {error}"))?
        .ok_or_else(|| format!("{tile} is missing"))?;
    let entries = decode_bundle(&bytes, width).map_err(|error| format!("{tile} is malformed: {error}"))?;
    replay.entries(first, &entries);
    Ok(())
}

/// The leaf hashes of a bundle that is missing, from its hash tile; the tree over them is checked like any
/// other.
fn leaves(archive: &dyn ArchiveReader, first: u64, width: u16) -> Option<Vec<custody::id::Digest>> {
    let tile = Tile::new(TileKind::Hashes { level: 0 }, first / u64::from(TILE_WIDTH), width).ok()?;
    let bytes = archive.read(&tile.to_string(), HASH_TILE_BYTES_MAX).ok()??;
    decode_hashes(tile, &bytes).ok()
}
