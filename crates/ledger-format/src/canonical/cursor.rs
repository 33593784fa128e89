//! Reads the wire's primitives, minimal or not at all.

use super::Problem;

/// A place within bytes.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    /// Offset of `rest` within the bytes first given.
    pub(super) offset: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { rest: bytes, offset }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// A base-128 varint in its shortest form, at most 64 bits.
    pub(super) fn varint(&mut self) -> Result<u64, Problem> {
        let mut value = 0u64;
        for (place, byte) in self.rest.iter().copied().enumerate() {
            let bits = u64::from(byte & 0x7f);
            // The tenth byte holds bit 63 alone; a last byte of zero adds nothing.
            if place == 9 && byte > 1 || place > 0 && byte == 0 {
                return Err(Problem::Varint);
            }
            value |= bits << (7 * place);
            if byte & 0x80 == 0 {
                self.skip(place + 1);
                return Ok(value);
            }
        }
        Err(Problem::Truncated)
    }

    /// A length and as many bytes.
    pub(super) fn delimited(&mut self) -> Result<&'a [u8], Problem> {
        let len = usize::try_from(self.varint()?).map_err(|_| Problem::Truncated)?;
        let (bytes, _) = self.rest.split_at_checked(len).ok_or(Problem::Truncated)?;
        self.skip(len);
        Ok(bytes)
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.offset += count;
    }
}
