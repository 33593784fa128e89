//! Roots and proofs, made from stored subtree hashes (RFC 6962 §2.1.1 and §2.1.2).

use super::{HashReader, empty_root, node_hash, peak_levels};
use alloc::vec::Vec;
use custody::id::Digest;

/// A proof could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// There is no such leaf in a tree of that size.
    #[error("index {index} lies outside a tree of size {size}")]
    Index {
        /// The leaf asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A tree cannot be consistent with a smaller one after it.
    #[error("old size {old} is larger than new size {new}")]
    Order {
        /// The size asked for as the earlier one.
        old: u64,
        /// The size asked for as the later one.
        new: u64,
    },
    /// The reader had no hash.
    #[error("{0}")]
    Read(E),
}

/// The root of the tree over the first `size` leaves.
///
/// # Errors
/// Whatever the reader says.
pub fn root_at<R: HashReader>(reader: &R, size: u64) -> Result<Digest, R::Error> {
    range_root(reader, 0, size)
}

/// The audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first.
///
/// # Errors
/// [`ProveError::Index`] unless `index < size`; [`ProveError::Read`].
pub fn inclusion_proof<R: HashReader>(
    reader: &R,
    index: u64,
    size: u64,
) -> Result<Vec<Digest>, ProveError<R::Error>> {
    if index >= size {
        return Err(ProveError::Index { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while end - start > 1 {
        let middle = split(start, end);
        let sibling = if index < middle {
            let right = range_root(reader, middle, end);
            end = middle;
            right
        } else {
            let left = range_root(reader, start, middle);
            start = middle;
            left
        };
        proof.push(sibling.map_err(ProveError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the first `old` leaves of the tree of `new` leaves are the tree of `old` leaves.
/// Empty where there is nothing to prove: `old` is 0 or equals `new`.
///
/// # Errors
/// [`ProveError::Order`] if `old > new`; [`ProveError::Read`].
pub fn consistency_proof<R: HashReader>(
    reader: &R,
    old: u64,
    new: u64,
) -> Result<Vec<Digest>, ProveError<R::Error>> {
    if old > new {
        return Err(ProveError::Order { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, new);
    let mut proof = Vec::new();
    while old != end {
        let middle = split(start, end);
        let other = if old <= middle {
            let right = range_root(reader, middle, end);
            end = middle;
            right
        } else {
            let left = range_root(reader, start, middle);
            start = middle;
            left
        };
        proof.push(other.map_err(ProveError::Read)?);
    }
    // The old tree itself is known to the reader of the proof; a part of it is not.
    if start > 0 {
        proof.push(range_root(reader, start, end).map_err(ProveError::Read)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Where RFC 6962 splits the leaves `start..end` (two or more): after the largest power of two smaller
/// than their count.
pub(super) fn split(start: u64, end: u64) -> u64 {
    start + (1 << (end - start - 1).ilog2())
}

/// `MTH(D[start:end])` for a range that RFC 6962's splitting reaches, that is: `start` is a multiple of
/// the smallest power of two not below its length.
pub(super) fn range_root<R: HashReader>(reader: &R, start: u64, end: u64) -> Result<Digest, R::Error> {
    let mut end = end;
    let mut root = None;
    for level in peak_levels(end - start).rev() {
        end -= 1 << level;
        let left = reader.node(level, end >> level)?;
        root = Some(root.map_or(left, |right| node_hash(&left, &right)));
    }
    Ok(root.unwrap_or_else(empty_root))
}
