//! Reading bytes in bounded pieces.

use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest as _, Sha256};

use crate::error::MediaProblem;
use crate::limit::{BOXES_MAX, BUFFER_BYTES};

/// Hashes up to `bytes` bytes from where the source stands. Returns how many there were.
pub(crate) fn feed(source: &mut impl Read, bytes: u64, hasher: &mut Sha256) -> io::Result<u64> {
    let (mut limited, mut total) = (source.take(bytes), 0_u64);
    let mut buffer = vec![0; usize::try_from(bytes).unwrap_or(BUFFER_BYTES).min(BUFFER_BYTES)];
    loop {
        let count = match limited.read(&mut buffer) {
            Ok(0) => return Ok(total),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(buffer.get(..count).unwrap_or_default());
        total = total.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

/// Hashes the bytes of a range.
pub(crate) fn feed_range(
    source: &mut (impl Read + Seek),
    from: u64,
    to: u64,
    hasher: &mut Sha256,
) -> io::Result<()> {
    source.seek(SeekFrom::Start(from))?;
    feed(source, to.saturating_sub(from), hasher).map(drop)
}

/// Reads a part whose size was checked.
pub(crate) fn read_range(source: &mut (impl Read + Seek), from: u64, to: u64) -> io::Result<Vec<u8>> {
    source.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    source.take(to.saturating_sub(from)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How many more boxes one file may have.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(BOXES_MAX)
    }

    pub(crate) fn spend(&mut self) -> Result<(), MediaProblem> {
        let left = self.0.checked_sub(1);
        self.0 = left.ok_or(MediaProblem::TooMany { what: "boxes", max: BOXES_MAX })?;
        Ok(())
    }
}

/// Ticks of a clock as microseconds, rounded down; as many as there can be if that is not a number.
pub(crate) fn micros(ticks: u64, ticks_per_s: u64) -> u64 {
    let whole = u128::from(ticks).saturating_mul(1_000_000);
    let divided = whole.checked_div(u128::from(ticks_per_s));
    divided.and_then(|us| u64::try_from(us).ok()).unwrap_or(u64::MAX)
}
