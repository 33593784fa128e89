//! The Merkle tree as replayed: all roots so far, in a few bytes for each bundle.
//!
//! Kept are the hashes of complete subtrees of 256 entries and more (32 bytes for each bundle and a
//! 256th more), and the whole subtrees of the last few bundles. An older one is read again from its hash tile
//! and believed only if it leads to the hash kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use custody::id::Digest;
use ledger_format::merkle::{Frontier, HashReader, MemoryTree, root_at};
use ledger_format::tile::{TILE_WIDTH, Tile, TileKind, decode_hashes};

use crate::archive::{ArchiveReader, HASH_TILE_BYTES_MAX};

/// The height of the subtree under one bundle.
const BUNDLE_LEVEL: u8 = 8;

/// How many bundles' subtrees are kept whole: 16 KiB each.
const RECENT_MAX: usize = 64;

/// How many roots are remembered; devices that were online at the same time have seen the same ones.
const ROOTS_MAX: usize = 4096;

/// The tree over the entries replayed.
pub(super) struct Tree<'a> {
    archive: &'a dyn ArchiveReader,
    frontier: Frontier,
    /// Complete subtrees, from [`BUNDLE_LEVEL`] upwards.
    upper: Vec<Vec<Digest>>,
    /// Subtrees of bundles by index, the oldest first.
    recent: RefCell<VecDeque<(u64, MemoryTree)>>,
    roots: RefCell<BTreeMap<u64, Digest>>,
    /// The leaf hashes of some entries could not be had.
    is_broken: bool,
}

/// A hash could not be had: the archive's own tile is missing or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unavailable;

impl<'a> Tree<'a> {
    pub(super) fn new(archive: &'a dyn ArchiveReader) -> Self {
        Self {
            archive,
            frontier: Frontier::new(),
            upper: Vec::new(),
            recent: RefCell::default(),
            roots: RefCell::default(),
            is_broken: false,
        }
    }

    /// How many entries it covers.
    pub(super) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// True unless some leaf hash was missing.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_broken
    }

    /// Takes note that the next leaves cannot be had: the tree ends here for good.
    pub(super) fn break_off(&mut self) {
        self.is_broken = true;
    }

    /// Appends a leaf, unless the tree has ended.
    pub(super) fn push(&mut self, leaf: Digest) {
        if self.is_broken {
            return;
        }
        let bundle = self.frontier.size() / u64::from(TILE_WIDTH);
        let recent = self.recent.get_mut();
        match recent.back_mut() {
            Some((index, tree)) if *index == bundle => tree.push(leaf),
            _ => {
                recent.push_back((bundle, MemoryTree::from_iter([leaf])));
                if recent.len() > RECENT_MAX {
                    recent.pop_front();
                }
            }
        }
        let upper = &mut self.upper;
        self.frontier.push_with(leaf, |level, _, hash| {
            let Some(place) = level.checked_sub(BUNDLE_LEVEL).map(usize::from) else { return };
            match upper.get_mut(place) {
                Some(nodes) => nodes.push(hash),
                None => upper.push(vec![hash]),
            }
        });
    }

    /// The root over all leaves so far.
    pub(super) fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The root over the first `size` leaves, which must not be more than there are.
    pub(super) fn root_at(&self, size: u64) -> Result<Digest, Unavailable> {
        if size > self.size() {
            return Err(Unavailable);
        }
        if let Some(root) = self.roots.borrow().get(&size) {
            return Ok(*root);
        }
        let root = root_at(self, size)?;
        let mut roots = self.roots.borrow_mut();
        if roots.len() >= ROOTS_MAX {
            roots.pop_first();
        }
        roots.insert(size, root);
        Ok(root)
    }

    /// The subtree of an older bundle, from the archive's hash tile.
    fn reload(&self, bundle: u64) -> Result<MemoryTree, Unavailable> {
        let place = usize::try_from(bundle).map_err(|_| Unavailable)?;
        let root = self.upper.first().and_then(|roots| roots.get(place)).ok_or(Unavailable)?;
        let tile = Tile::new(TileKind::Hashes { level: 0 }, bundle, TILE_WIDTH).map_err(|_| Unavailable)?;
        let bytes = self.archive.read(&tile.to_string(), HASH_TILE_BYTES_MAX);
        let bytes = bytes.ok().flatten().ok_or(Unavailable)?;
        let tree: MemoryTree = decode_hashes(tile, &bytes).map_err(|_| Unavailable)?.into_iter().collect();
        if tree.frontier().root() == *root { Ok(tree) } else { Err(Unavailable) }
    }
}

impl HashReader for Tree<'_> {
    type Error = Unavailable;

    fn node(&self, level: u8, index: u64) -> Result<Digest, Unavailable> {
        if let Some(upper) = level.checked_sub(BUNDLE_LEVEL) {
            let place = usize::try_from(index).map_err(|_| Unavailable)?;
            let nodes = self.upper.get(usize::from(upper)).ok_or(Unavailable)?;
            return nodes.get(place).copied().ok_or(Unavailable);
        }
        let (bundle, within) = (index >> (BUNDLE_LEVEL - level), index & ((1 << (BUNDLE_LEVEL - level)) - 1));
        let node = |tree: &MemoryTree| tree.node(level, within).map_err(|_| Unavailable);
        if let Some((_, tree)) = self.recent.borrow().iter().rev().find(|(index, _)| *index == bundle) {
            return node(tree);
        }
        let tree = self.reload(bundle)?;
        let hash = node(&tree);
        let mut recent = self.recent.borrow_mut();
        // The newest stays at the back: it is the one that grows.
        recent.push_front((bundle, tree));
        if recent.len() > RECENT_MAX {
            recent.remove(1);
        }
        hash
    }
}
