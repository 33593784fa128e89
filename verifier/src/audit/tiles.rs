//! Hash tiles: every one recomputed from the entries and compared byte for byte.

use custody::finding::Finding;
use custody::rule::RuleId;
use ledger_format::tile::{Tile, TileKind, hash_tile};

use super::replay::Replay;
use crate::archive::{ArchiveReader, HASH_TILE_BYTES_MAX};

/// How many levels of tiles a tree of fewer than 2^64 entries has.
const LEVELS: u8 = 8;

/// Checks the tiles that the last entry replayed has filled.
pub(super) fn check_full(replay: &mut Replay<'_>, archive: &dyn ArchiveReader) {
    for level in 0..LEVELS {
        let places = replay.tree.size() >> (8 * u32::from(level));
        let is_whole_level = replay.tree.size() == places << (8 * u32::from(level));
        if places == 0 || !is_whole_level || !places.is_multiple_of(256) {
            return;
        }
        check(replay, archive, level, places / 256 - 1, 256);
    }
}

/// Checks the partial tiles at the right edge.
pub(super) fn check_partial(replay: &mut Replay<'_>, archive: &dyn ArchiveReader) {
    for level in 0..LEVELS {
        let places = replay.tree.size() >> (8 * u32::from(level));
        if let Ok(width @ 1..) = u16::try_from(places % 256) {
            check(replay, archive, level, places / 256, width);
        }
    }
}

fn check(replay: &mut Replay<'_>, archive: &dyn ArchiveReader, level: u8, index: u64, width: u16) {
    if !replay.tree.is_whole() {
        return;
    }
    let Ok(tile) = Tile::new(TileKind::Hashes { level }, index, width) else { return };
    let Ok(expected) = hash_tile(&replay.tree, replay.tree.size(), tile) else {
        replay.tiles_not_checked = true;
        return;
    };
    let problem = match archive.read(&tile.to_string(), HASH_TILE_BYTES_MAX) {
        Ok(Some(found)) if found == expected => None,
        Ok(Some(_)) => Some(format!("The hash tile {tile} is not that of the entries.")),
        Ok(None) => Some(format!("The hash tile {tile} is missing.")),
        Err(error) => Some(format!("The hash tile {tile} cannot be read: {error}.")),
    };
    replay.counts.hash_tiles += 1;
    if let Some(sentence) = problem {
        replay.findings.add(Finding::new(RuleId::L03, sentence));
    }
}
