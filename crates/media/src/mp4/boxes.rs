//! One box after the other.

use std::io::{Read, Seek, SeekFrom};

use mp4_atom::{Atom, Header, ReadFrom as _};

use crate::error::MediaProblem;
use crate::source::{Budget, read_range};

/// A box: its kind, and where its content lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxAt {
    pub(super) kind: [u8; 4],
    pub(super) from: u64,
    pub(super) to: u64,
}

impl BoxAt {
    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(&self.kind).into_owned()
    }

    pub(super) fn len(&self) -> u64 {
        self.to.saturating_sub(self.from)
    }

    pub(super) fn malformed(&self, problem: impl std::fmt::Display) -> MediaProblem {
        MediaProblem::Malformed { what: self.name(), at: self.from, problem: problem.to_string() }
    }
}

/// The box at `at` in a stretch that ends at `end`. `None` where the stretch ends.
pub(super) fn next_box(
    source: &mut (impl Read + Seek),
    at: u64,
    end: u64,
    budget: &mut Budget,
) -> Result<Option<BoxAt>, MediaProblem> {
    let has = end.saturating_sub(at);
    if has == 0 {
        return Ok(None);
    }
    budget.spend()?;
    let cut = |what: &str, at, needs, has| MediaProblem::CutShort { what: what.to_owned(), at, needs, has };
    if has < 8 {
        return Err(cut("box header", at, 8, has));
    }
    source.seek(SeekFrom::Start(at))?;
    let header = Header::read_from(source).map_err(|error| header_problem(at, has, error))?;
    let from = source.stream_position()?;
    let has = end.saturating_sub(from);
    let size = header.size.map_or(Ok(has), u64::try_from).unwrap_or(u64::MAX);
    let found = BoxAt { kind: header.kind.into(), from, to: from.saturating_add(size) };
    if size > has {
        return Err(cut(&found.name(), from, size, has));
    }
    Ok(Some(found))
}

fn header_problem(at: u64, has: u64, error: mp4_atom::Error) -> MediaProblem {
    let what = "box header".to_owned();
    match error {
        mp4_atom::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            MediaProblem::CutShort { what, at, needs: 16, has }
        }
        mp4_atom::Error::Io(error) => error.into(),
        error => MediaProblem::Malformed { what, at, problem: error.to_string() },
    }
}

/// Decodes a leaf of at most `bytes_max` bytes.
pub(super) fn leaf<T: Atom>(
    source: &mut (impl Read + Seek),
    found: &BoxAt,
    bytes_max: u64,
) -> Result<T, MediaProblem> {
    let bytes = leaf_bytes(source, found, bytes_max)?;
    T::decode_body(&mut bytes.as_slice()).map_err(|error| found.malformed(error))
}

/// The bytes of a leaf.
pub(super) fn leaf_bytes(
    source: &mut (impl Read + Seek),
    found: &BoxAt,
    bytes_max: u64,
) -> Result<Vec<u8>, MediaProblem> {
    if found.len() > bytes_max {
        return Err(found.malformed(format_args!("{} bytes, at most {bytes_max} are read", found.len())));
    }
    Ok(read_range(source, found.from, found.to)?)
}

/// Goes through the boxes inside another one.
pub(super) fn for_each_child<S: Read + Seek>(
    source: &mut S,
    parent: &BoxAt,
    budget: &mut Budget,
    mut visit: impl FnMut(&mut S, &BoxAt, &mut Budget) -> Result<(), MediaProblem>,
) -> Result<(), MediaProblem> {
    let mut at = parent.from;
    while let Some(child) = next_box(source, at, parent.to, budget)? {
        at = child.to;
        visit(source, &child, budget)?;
    }
    Ok(())
}
