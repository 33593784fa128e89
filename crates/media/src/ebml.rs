//! EBML (RFC 8794): one element's header after the other.

use std::io::{self, Read, Seek, SeekFrom};

use crate::error::MediaProblem;
use crate::limit::NUMBER_BYTES_MAX;
use crate::source::{Budget, read_range};

/// An element: its id with the length marker, and where its content lies. An unknown size reaches to the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element {
    pub(crate) id: u32,
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// The element at `at` in a file of `end` bytes; `None` where no whole header is left. Its content may reach
/// beyond the end of the file.
pub(crate) fn next_element(
    source: &mut (impl Read + Seek),
    at: u64,
    end: u64,
    budget: &mut Budget,
) -> Result<Option<Element>, MediaProblem> {
    budget.spend()?;
    source.seek(SeekFrom::Start(at))?;
    let Some((id, id_bytes)) = whole(read_vint(source, at, false))? else { return Ok(None) };
    let size_at = at.saturating_add(id_bytes);
    let Some((size, size_bytes)) = whole(read_vint(source, size_at, true))? else { return Ok(None) };
    let malformed = |problem: &str| malformed("element", at, problem);
    let id = u32::try_from(id).map_err(|_| malformed("an id of more than four bytes"))?;
    let from = size_at.saturating_add(size_bytes);
    let to = if is_unknown(size, size_bytes) { end } else { from.saturating_add(size) };
    Ok(Some(Element { id, from, to }))
}

impl Element {
    /// An unsigned number.
    pub(crate) fn number(&self, source: &mut (impl Read + Seek)) -> Result<u64, MediaProblem> {
        let bytes = self.to.saturating_sub(self.from);
        if bytes > NUMBER_BYTES_MAX {
            return Err(self.malformed("a number of more than eight bytes"));
        }
        let bytes = read_range(source, self.from, self.to)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(crate) fn malformed(&self, problem: &str) -> MediaProblem {
        malformed(&format!("element {:x}", self.id), self.from, problem)
    }
}

/// A number of variable length where the source stands, and how many bytes it takes. With `strip`, without its
/// length marker.
pub(crate) fn read_vint(source: &mut impl Read, at: u64, strip: bool) -> Result<(u64, u64), MediaProblem> {
    let mut first = [0];
    source.read_exact(&mut first)?;
    let [first] = first;
    let more = usize::try_from(first.leading_zeros()).unwrap_or(8);
    if more > 7 {
        return Err(malformed("element", at, "a length of more than eight bytes"));
    }
    let mut rest = [0; 7];
    let rest = rest.get_mut(..more).unwrap_or_default();
    source.read_exact(rest)?;
    let first = if strip { first & 0x7f_u8.checked_shr(first.leading_zeros()).unwrap_or(0) } else { first };
    let value = rest.iter().fold(u64::from(first), |value, byte| value << 8 | u64::from(*byte));
    Ok((value, u64::try_from(more).unwrap_or(7).saturating_add(1)))
}

/// All bits set means that the size was not known when the header was written.
fn is_unknown(size: u64, size_bytes: u64) -> bool {
    let bits = u32::try_from(size_bytes.saturating_mul(7)).unwrap_or(u32::MAX);
    1_u64.checked_shl(bits).is_some_and(|beyond| size == beyond.saturating_sub(1))
}

/// A header that the file's end cuts off is none.
fn whole<T>(read: Result<T, MediaProblem>) -> Result<Option<T>, MediaProblem> {
    match read {
        Err(MediaProblem::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        other => other.map(Some),
    }
}

fn malformed(what: &str, at: u64, problem: &str) -> MediaProblem {
    MediaProblem::Malformed { what: what.to_owned(), at, problem: problem.to_owned() }
}
