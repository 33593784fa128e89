//! CRC-32 as ZIP has it: against accidents, not against anybody.

const TABLE: [u32; 256] = table();

/// The CRC-32 (ISO-HDLC) of some bytes.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        let [low, ..] = sum.to_le_bytes();
        let place = usize::from(low ^ byte);
        // A byte is always a place of the table.
        TABLE.get(place).copied().unwrap_or_default() ^ (sum >> 8)
    })
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler, which would refuse a place outside")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let (mut place, mut byte) = (0, 0);
    while place < table.len() {
        let (mut sum, mut bit): (u32, u32) = (byte, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[place] = sum;
        place += 1;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
