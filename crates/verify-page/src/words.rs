//! Bytes that come and go as 32-bit words, since nothing but numbers passes between a page and its module.

/// Bytes on their way in: a length, said first, and as many bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incoming {
    len: usize,
    bytes: Vec<u8>,
}

/// Why bytes are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// More than the limit.
    TooLong,
    /// There is no memory for them.
    NoMemory,
}

impl Incoming {
    /// Makes ready for `len` bytes.
    pub fn new(len: usize, len_max: usize) -> Result<Self, Refused> {
        if len > len_max {
            return Err(Refused::TooLong);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| Refused::NoMemory)?;
        Ok(Self { len, bytes })
    }

    /// Takes the next words, each of four bytes, the least first. What is beyond the length is padding.
    pub fn push(&mut self, words: [u32; 4]) {
        let mut block = [0; 16];
        for (place, word) in block.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let left = self.len.saturating_sub(self.bytes.len()).min(block.len());
        self.bytes.extend_from_slice(block.get(..left).unwrap_or_default());
    }

    /// The bytes, where all of them have come.
    pub fn whole(&self) -> Option<&[u8]> {
        (self.bytes.len() == self.len).then_some(&self.bytes)
    }
}

/// The word at `index` of a text on its way out, padded with zeros.
pub fn word(bytes: &[u8], index: usize) -> u32 {
    let at = |place: usize| bytes.get(index.saturating_mul(4).saturating_add(place)).copied().unwrap_or(0);
    u32::from_le_bytes([at(0), at(1), at(2), at(3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_by_words_comes_out_by_words() {
        for len in 0..40 {
            let bytes: Vec<u8> = (1..=len).collect();
            let mut incoming = Incoming::new(bytes.len(), 40).unwrap();
            for first in (0..bytes.len().div_ceil(4)).step_by(4) {
                incoming.push([first, first + 1, first + 2, first + 3].map(|index| word(&bytes, index)));
            }
            assert_eq!(incoming.whole(), Some(bytes.as_slice()));
        }
    }

    #[test]
    fn bytes_that_have_not_all_come_are_none() {
        let mut incoming = Incoming::new(17, 17).unwrap();
        incoming.push([0; 4]);
        assert_eq!(incoming.whole(), None);
        assert_eq!(Incoming::new(18, 17), Err(Refused::TooLong));
    }
}
