//! The three records of a ZIP (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16), as a bundle has them: stored, made on Unix
//! with mode 0644, all at 1980-01-01 00:00:00, no extra field, no comment.

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";

/// A local header without signature and name.
const LOCAL_LEN: usize = 26;

/// Unpacked by version 1.0 of the format.
const NEEDS: u16 = 10;
/// Made on Unix, by the same version.
const MADE_BY: u16 = 0x0300 | NEEDS;
/// 1980-01-01, the first day that can be written; the time before it is midnight.
const DATE: u16 = 0x0021;
/// A regular file of mode 0644.
const ATTRIBUTES: u32 = 0o100_644 << 16;

/// What precedes a file.
pub(super) fn local_header(name: &str, len: usize, sum: u32) -> Vec<u8> {
    let mut out = LOCAL.to_vec();
    common(&mut out, name, len, sum);
    out.extend_from_slice(name.as_bytes());
    out
}

/// What the directory says of a file that begins at `offset`.
pub(super) fn central_header(name: &str, len: usize, sum: u32, offset: usize) -> Vec<u8> {
    let mut out = CENTRAL.to_vec();
    out.extend(MADE_BY.to_le_bytes());
    common(&mut out, name, len, sum);
    // Comment's length, disk, internal attributes.
    out.extend([0; 6]);
    out.extend(ATTRIBUTES.to_le_bytes());
    out.extend(word(offset));
    out.extend_from_slice(name.as_bytes());
    out
}

/// What ends a ZIP whose directory of `count` files and `len` bytes begins at `offset`.
pub(super) fn end_record(count: usize, len: usize, offset: usize) -> Vec<u8> {
    let mut out = END.to_vec();
    // This disk, and that of the directory.
    out.extend([0; 4]);
    out.extend(half(count));
    out.extend(half(count));
    out.extend(word(len));
    out.extend(word(offset));
    // Comment's length.
    out.extend([0; 2]);
    out
}

/// From the version to the length of the extra field: the same in both headers.
fn common(out: &mut Vec<u8>, name: &str, len: usize, sum: u32) {
    out.extend(NEEDS.to_le_bytes());
    // Flags, method (stored), time.
    out.extend([0; 6]);
    out.extend(DATE.to_le_bytes());
    out.extend(sum.to_le_bytes());
    out.extend(word(len));
    out.extend(word(len));
    out.extend(half(name.len()));
    out.extend([0; 2]);
}

/// The limits of a bundle are far below what a word holds.
fn word(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

fn half(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_le_bytes()
}

/// What a reader needs of a local header; all of it is compared when the files are packed again.
pub(super) struct LocalHeader {
    pub(super) is_compressed_or_encrypted: bool,
    pub(super) name_len: usize,
    pub(super) len: usize,
}

impl LocalHeader {
    /// The header at the beginning of `bytes`, if one stands there, and what follows it.
    pub(super) fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (header, rest) = bytes.strip_prefix(&LOCAL)?.split_at_checked(LOCAL_LEN)?;
        let half = |place: usize| Some(u16::from_le_bytes(*header.get(place..)?.first_chunk()?));
        let word = |place: usize| Some(u32::from_le_bytes(*header.get(place..)?.first_chunk()?));
        let read = Self {
            is_compressed_or_encrypted: half(2)? != 0 || half(4)? != 0,
            name_len: usize::from(half(22)?),
            len: usize::try_from(word(14)?).ok()?,
        };
        Some((read, rest))
    }
}
