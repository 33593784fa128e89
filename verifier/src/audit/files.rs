//! Every file of the archive has its place: tiles of the ledger's size, evidence referred to, the checkpoint.

use custody::finding::Finding;
use custody::rule::RuleId;
use ledger_format::merkle::{HashReader as _, leaf_hash};
use ledger_format::tile::{Tile, TileKind, decode_bundle, hash_tile};

use super::evidence::Referred;
use super::findings::Findings;
use super::tree::Tree;
use crate::archive::{
    ArchiveReader, BUNDLE_BYTES_MAX, CHECKPOINT_PATH, HASH_TILE_BYTES_MAX, Listed, ListedKind, ReadError,
};
use crate::report::escaped;

/// Lists the archive and finds what does not belong there.
///
/// A partial tile of an earlier size may have been left behind; it must be a prefix of what took its place.
///
/// # Errors
/// Where the archive cannot be listed.
pub(super) fn check(
    archive: &dyn ArchiveReader,
    size: u64,
    tree: &Tree<'_>,
    referred: &Referred,
    findings: &mut Findings,
) -> Result<(), ReadError> {
    archive.list(&mut |listed| {
        if let Err(why) = place(&listed, archive, size, tree, referred) {
            let path = escaped(&listed.path);
            findings.add(Finding::new(RuleId::L08, format!("The archive holds {path}, {why}.")));
        }
    })
}

/// Why a path does not belong to the archive.
fn place(
    listed: &Listed,
    archive: &dyn ArchiveReader,
    size: u64,
    tree: &Tree<'_>,
    referred: &Referred,
) -> Result<(), String> {
    match listed.kind {
        ListedKind::File => {}
        ListedKind::Link => return Err("a symbolic link, which is not followed".to_owned()),
        ListedKind::Special => return Err("which is neither file nor folder".to_owned()),
        ListedKind::TooDeep => return Err("a folder deeper than any of an archive".to_owned()),
        ListedKind::Unreadable => return Err("which cannot be looked at".to_owned()),
    }
    if listed.path == CHECKPOINT_PATH || referred.has(&listed.path) {
        return Ok(());
    }
    let Ok(tile) = listed.path.parse::<Tile>() else {
        return Err("a file that nothing refers to".to_owned());
    };
    if !tile.lies_within(size) || is_beyond_the_tree(tile) {
        return Err(format!("a tile that a ledger of {size} entries does not have"));
    }
    if is_of_size(tile, size) {
        // The replay has read it.
        return Ok(());
    }
    match superseded(tile, archive, size, tree) {
        Some(true) => Ok(()),
        Some(false) => {
            Err("a partial tile that is not the beginning of the one that took its place".to_owned())
        }
        None => Err("a partial tile that could not be compared with the one that took its place".to_owned()),
    }
}

/// Whether the tile is one of those that a ledger of exactly this size consists of.
fn is_of_size(tile: Tile, size: u64) -> bool {
    let places = match tile.kind() {
        TileKind::Entries => size,
        TileKind::Hashes { level } => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
    };
    tile.is_full() || (tile.index(), u64::from(tile.width())) == (places / 256, places % 256)
}

/// Trees of fewer than 2^64 entries end at level 7.
fn is_beyond_the_tree(tile: Tile) -> bool {
    matches!(tile.kind(), TileKind::Hashes { level } if level > 7)
}

/// Whether a partial tile left behind agrees with the tree; none if that cannot be told.
fn superseded(tile: Tile, archive: &dyn ArchiveReader, size: u64, tree: &Tree<'_>) -> Option<bool> {
    let path = tile.to_string();
    match tile.kind() {
        TileKind::Hashes { .. } => {
            let bytes = archive.read(&path, HASH_TILE_BYTES_MAX).ok()??;
            Some(bytes == hash_tile(tree, size, tile).ok()?)
        }
        TileKind::Entries => {
            let bytes = archive.read(&path, BUNDLE_BYTES_MAX).ok()??;
            let Ok(entries) = decode_bundle(&bytes, tile.width()) else { return Some(false) };
            let first = tile.first_entry()?;
            let mut agrees = true;
            for (index, entry) in (first..).zip(entries) {
                agrees &= tree.node(0, index).ok()? == leaf_hash(entry);
            }
            Some(agrees)
        }
    }
}
