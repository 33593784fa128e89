//! The sizes of all frames of one track.

use crate::error::MediaProblem;
use crate::limit::FRAMES_MAX;

/// The sizes of frames, in any order.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    bytes: Vec<u32>,
}

impl Frames {
    pub(crate) fn push(&mut self, bytes: u32) -> Result<(), MediaProblem> {
        self.push_many(1, bytes)
    }

    pub(crate) fn push_many(&mut self, count: u64, bytes: u32) -> Result<(), MediaProblem> {
        let total = self.count().saturating_add(count);
        if total > FRAMES_MAX {
            return Err(MediaProblem::TooMany { what: "frames", max: FRAMES_MAX });
        }
        let len = usize::try_from(total).unwrap_or(usize::MAX);
        self.bytes.resize(len, bytes);
        Ok(())
    }

    pub(crate) fn append(&mut self, other: Self) -> Result<(), MediaProblem> {
        other.bytes.into_iter().try_for_each(|bytes| self.push(bytes))
    }

    pub(crate) fn count(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX)
    }

    /// The median; 0 if there are none.
    pub(crate) fn median_bytes(mut self) -> u64 {
        let middle = self.bytes.len() / 2;
        if self.bytes.is_empty() {
            return 0;
        }
        u64::from(*self.bytes.select_nth_unstable(middle).1)
    }
}
