//! The archive's static files: hash tiles and entry bundles of C2SP tlog-tiles.
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]         hashes:  MTH(D[(N*256 + i) * 256^L : (N*256 + i + 1) * 256^L]), i < W
//! tile/entries/<N>[.p/<W>]     entries: big-endian u16 length || entry, W times
//! ```
//!
//! `N` is written in groups of three digits, all but the last with an `x` before: `x001/x234/067`.

mod bundle;
mod hashes;
mod path;

pub use bundle::{BundleError, ENTRY_LEN_MAX, decode_bundle, encode_bundle};
pub use hashes::{HashTileError, decode_hashes, hash_tile};
pub use path::PathError;

/// How many hashes or entries a full tile holds.
pub const TILE_WIDTH: u16 = 256;

/// The highest level a path may name. Trees of fewer than 2^64 entries end at level 7.
pub const TILE_LEVEL_MAX: u8 = 63;

/// How many levels of the Merkle tree one tile spans.
const TILE_HEIGHT: u32 = 8;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of complete subtrees of `256^level` entries each.
    Hashes {
        /// 0 to [`TILE_LEVEL_MAX`].
        level: u8,
    },
    /// The entries themselves.
    Entries,
}

/// One tile's coordinates. Prints as its path; [`core::str::FromStr`] reads it back, strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: TileKind,
    index: u64,
    width: u16,
}

/// The coordinates are of no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Above [`TILE_LEVEL_MAX`].
    #[error("level {level} is above {TILE_LEVEL_MAX}")]
    Level {
        /// The level asked for.
        level: u8,
    },
    /// Zero, or more than [`TILE_WIDTH`].
    #[error("width {width} is not from 1 to {TILE_WIDTH}")]
    Width {
        /// The width asked for.
        width: u16,
    },
}

impl Tile {
    /// The tile `index` of its kind with the first `width` of its 256 places.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Result<Self, TileError> {
        match kind {
            TileKind::Hashes { level } if level > TILE_LEVEL_MAX => Err(TileError::Level { level }),
            _ if width == 0 || width > TILE_WIDTH => Err(TileError::Width { width }),
            _ => Ok(Self { kind, index, width }),
        }
    }

    /// What the tile holds.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// The tile's position among those of its kind.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// True if it holds all of its 256 places.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// True if a log of `size` entries can fill the tile: it is full there, or is, or was at a smaller
    /// size, the partial tile at the right edge.
    pub fn lies_within(&self, size: u64) -> bool {
        let last = self.index.checked_mul(TILE_WIDTH.into()).and_then(|first| {
            // The last place, not the one after it: 2^64 - 1 entries may fill their last tile but one.
            first.checked_add(u64::from(self.width) - 1)
        });
        last.is_some_and(|last| last < places(self.kind, size))
    }

    /// The position of the tile's first entry in the log; none if no log of fewer than 2^64 entries
    /// reaches it.
    pub fn first_entry(&self) -> Option<u64> {
        let level = match self.kind {
            TileKind::Hashes { level } => u32::from(level),
            TileKind::Entries => 0,
        };
        256u64.checked_pow(level)?.checked_mul(TILE_WIDTH.into())?.checked_mul(self.index)
    }
}

/// The tiles that a log of `size` entries consists of: entry bundles first, then level by level, each in
/// order, at most one partial one at the end of each row.
pub fn tiles(size: u64) -> impl Iterator<Item = Tile> {
    new_tiles(0, size)
}

/// The tiles that a log has at size `new` and did not have, or had with fewer places, at size `old`.
/// In the order of [`tiles`]. None if `new <= old`.
pub fn new_tiles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    let levels = (0..8u8).map(|level| TileKind::Hashes { level });
    core::iter::once(TileKind::Entries).chain(levels).flat_map(move |kind| {
        let (before, now) = (places(kind, old), places(kind, new));
        let rest = u16::try_from(now % u64::from(TILE_WIDTH)).unwrap_or_default();
        let full = (before >> TILE_HEIGHT)..(now >> TILE_HEIGHT);
        let partial = (rest > 0 && now > before).then_some((now >> TILE_HEIGHT, rest));
        let all = full.map(|index| (index, TILE_WIDTH)).chain(partial);
        all.map(move |(index, width)| Tile { kind, index, width })
    })
}

/// How many places of a row of tiles a log of `size` entries fills: `floor(size / 256^level)`.
fn places(kind: TileKind, size: u64) -> u64 {
    match kind {
        TileKind::Entries => size,
        TileKind::Hashes { level } => size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn row(size: u64, kind: TileKind) -> Vec<(u64, u16)> {
        tiles(size).filter(|tile| tile.kind == kind).map(|tile| (tile.index, tile.width)).collect()
    }

    #[test]
    fn the_examples_of_the_specification_come_out() {
        let last = |level| {
            let row = row(70_000, TileKind::Hashes { level });
            (row.len(), row.last().copied())
        };
        assert_eq!(last(0), (274, Some((273, 112))));
        assert_eq!(last(1), (2, Some((1, 17))));
        assert_eq!(last(2), (1, Some((0, 1))));
        assert_eq!(last(3), (0, None));
        assert_eq!(row(70_000, TileKind::Entries).len(), 274);
        assert_eq!(row(256, TileKind::Hashes { level: 0 }), [(0, 256)]);
        assert_eq!(row(256, TileKind::Hashes { level: 1 }), [(0, 1)]);
        assert_eq!(tiles(0).count(), 0);
    }

    #[test]
    fn a_tile_of_no_width_or_too_much_does_not_exist() {
        for width in [0, 257, u16::MAX] {
            assert_eq!(Tile::new(TileKind::Entries, 0, width), Err(TileError::Width { width }));
        }
        let level = TileKind::Hashes { level: 64 };
        assert_eq!(Tile::new(level, 0, 1), Err(TileError::Level { level: 64 }));
    }

    #[test]
    fn a_log_holds_the_tiles_its_size_fills_and_earlier_partial_ones() {
        let within = |level, index, width, size| {
            Tile::new(TileKind::Hashes { level }, index, width).unwrap().lies_within(size)
        };
        assert!(within(0, 1, 44, 300) && within(0, 1, 1, 300) && within(1, 0, 1, 300));
        assert!(!within(0, 1, 45, 300) && !within(0, 1, 256, 300) && !within(1, 0, 2, 300));
        assert!(!within(8, 0, 1, u64::MAX) && !within(63, u64::MAX, 256, u64::MAX));
        assert!(within(0, (1 << 56) - 1, 255, u64::MAX) && !within(0, (1 << 56) - 1, 256, u64::MAX));
    }

    #[test]
    fn a_tile_knows_where_it_begins() {
        let first = |kind, index| Tile::new(kind, index, 1).unwrap().first_entry();
        assert_eq!(first(TileKind::Entries, 3), Some(768));
        assert_eq!(first(TileKind::Hashes { level: 1 }, 1), Some(65_536));
        assert_eq!(first(TileKind::Hashes { level: 7 }, 0), None);
        assert_eq!(first(TileKind::Hashes { level: 63 }, u64::MAX), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn the_tiles_of_each_step_add_up_to_the_tiles_of_the_whole(
            steps in prop::collection::vec(0u64..70_000, 1..6),
        ) {
            let mut held = BTreeMap::new();
            let mut size = 0;
            for step in steps {
                for tile in new_tiles(size, size + step) {
                    prop_assert!(held.get(&(tile.kind, tile.index)) < Some(&tile.width));
                    prop_assert!(tile.lies_within(size + step));
                    prop_assert!(step > 0 && !tile.lies_within(size));
                    held.insert((tile.kind, tile.index), tile.width);
                }
                size += step;
            }
            let whole: BTreeMap<_, _> = tiles(size).map(|tile| ((tile.kind, tile.index), tile.width)).collect();
            prop_assert_eq!(held, whole);
        }
    }
}
