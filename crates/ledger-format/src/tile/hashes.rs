//! The content of a hash tile: its hashes, 32 bytes each, one after the other.

use super::{TILE_HEIGHT, TILE_WIDTH, Tile, TileKind};
use crate::merkle::HashReader;
use alloc::vec::Vec;
use custody::id::Digest;

/// Length of one hash.
const HASH_LEN: usize = 32;

/// A hash tile could not be made, or its bytes are not of its width.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashTileError<E = core::convert::Infallible> {
    /// A log of this size does not fill the tile.
    #[error("{tile} does not lie within a log of {size} entries")]
    Outside {
        /// The tile asked for.
        tile: Tile,
        /// The size of the log.
        size: u64,
    },
    /// The tile holds entries, not hashes.
    #[error("{tile} holds no hashes")]
    Kind {
        /// The tile asked for.
        tile: Tile,
    },
    /// Not 32 bytes for each place.
    #[error("{found} bytes, expected {expected}")]
    Length {
        /// How many bytes there were.
        found: usize,
        /// How many the tile's width demands.
        expected: usize,
    },
    /// The reader had no hash.
    #[error("{0}")]
    Read(E),
}

/// The bytes of a hash tile of a log of `size` entries: 32 for each of its places.
///
/// # Errors
/// [`HashTileError::Outside`], [`HashTileError::Kind`] or [`HashTileError::Read`].
pub fn hash_tile<R: HashReader>(
    reader: &R,
    size: u64,
    tile: Tile,
) -> Result<Vec<u8>, HashTileError<R::Error>> {
    let TileKind::Hashes { level } = tile.kind else { return Err(HashTileError::Kind { tile }) };
    let outside = HashTileError::Outside { tile, size };
    if !tile.lies_within(size) {
        return Err(outside);
    }
    // Within a log of fewer than 2^64 entries the level is at most 7 and the index fits.
    let Ok(node_level) = u8::try_from(u32::from(level) * TILE_HEIGHT) else { return Err(outside) };
    let first = tile.index.wrapping_mul(TILE_WIDTH.into());
    let mut bytes = Vec::with_capacity(usize::from(tile.width) * HASH_LEN);
    for place in 0..u64::from(tile.width) {
        let hash = reader.node(node_level, first.wrapping_add(place)).map_err(HashTileError::Read)?;
        bytes.extend_from_slice(&hash.0);
    }
    Ok(bytes)
}

/// The hashes of a tile from its bytes, exactly as many as its width.
///
/// # Errors
/// [`HashTileError::Kind`] or [`HashTileError::Length`].
pub fn decode_hashes(tile: Tile, bytes: &[u8]) -> Result<Vec<Digest>, HashTileError> {
    if tile.kind == TileKind::Entries {
        return Err(HashTileError::Kind { tile });
    }
    let expected = usize::from(tile.width) * HASH_LEN;
    let (hashes, rest) = bytes.as_chunks::<HASH_LEN>();
    if bytes.len() != expected || !rest.is_empty() {
        return Err(HashTileError::Length { found: bytes.len(), expected });
    }
    Ok(hashes.iter().copied().map(Digest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::tests::letters;
    use crate::merkle::{Frontier, MemoryTree, leaf_hash};
    use crate::tile::tiles;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn the_published_tile_comes_out() {
        let tile: Tile = "tile/0/000.p/5".parse().unwrap();
        let bytes = hash_tile(&letters(), 5, tile).unwrap();
        let expected = "0892b194597bdf75ec90e192dbe24538440fec0548d7cb37709392d2727ac2f4";
        assert_eq!(hex::encode(Sha256::digest(&bytes)), expected);
        assert_eq!(decode_hashes(tile, &bytes).unwrap()[2], leaf_hash(b"c"));
    }

    #[test]
    fn a_hash_of_a_tile_above_is_the_root_of_the_full_tile_below() {
        let tree: MemoryTree = (0..70_000u32).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        let read = |path: &str| {
            let tile = path.parse().unwrap();
            decode_hashes(tile, &hash_tile(&tree, 70_000, tile).unwrap()).unwrap()
        };
        let root = |path| {
            let mut frontier = Frontier::new();
            for hash in read(path) {
                frontier.push(hash);
            }
            frontier.root()
        };
        assert_eq!(read("tile/1/001.p/17")[16], root("tile/0/272"));
        assert_eq!(read("tile/2/000.p/1"), [root("tile/1/000")]);
        for tile in tiles(70_000).filter(|tile| tile.kind() != TileKind::Entries) {
            assert!(hash_tile(&tree, 70_000, tile).is_ok());
        }
    }

    #[test]
    fn what_the_log_does_not_fill_is_not_made() {
        let make = |path: &str| hash_tile(&letters(), 5, path.parse().unwrap());
        for path in ["tile/0/000", "tile/0/000.p/6", "tile/0/001.p/1", "tile/1/000.p/1", "tile/63/000.p/1"] {
            let tile = path.parse().unwrap();
            assert_eq!(make(path), Err(HashTileError::Outside { tile, size: 5 }));
        }
        let tile = "tile/entries/000.p/5".parse().unwrap();
        assert_eq!(make("tile/entries/000.p/5"), Err(HashTileError::Kind { tile }));
    }

    #[test]
    fn a_tile_of_another_length_is_refused() {
        let tile = "tile/0/000.p/5".parse().unwrap();
        for found in [0, 32, 159, 161, 192] {
            let error = HashTileError::Length { found, expected: 160 };
            assert_eq!(decode_hashes(tile, &alloc::vec![0; found]), Err(error));
        }
    }
}
