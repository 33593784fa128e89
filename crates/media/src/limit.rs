//! What a file may ask of its reader, and why so much.

/// The most frames of one file: 44 hours at 25 a second. A segment is minutes; their sizes are kept in memory,
/// four bytes each.
pub const FRAMES_MAX: u64 = 4_000_000;

/// The most bytes of one table of an MP4 file: the size of each of [`FRAMES_MAX`] frames, with room.
pub const TABLE_BYTES_MAX: u64 = 17 * 1024 * 1024;

/// The most bytes of one track run of a fragment: 65,536 frames with all four fields; a fragment is seconds.
/// Smaller than a table because each of its entries takes some forty bytes of memory.
pub const RUN_BYTES_MAX: u64 = 1024 * 1024;

/// The most boxes or elements gone through in one file: a day of fragments of one second is 86,400 of twelve
/// boxes each. Bounds the time spent on a file made of nothing but headers.
pub const BOXES_MAX: u64 = 1 << 21;

/// The most tracks of one file: video, sound and the odd stream of metadata.
pub const TRACKS_MAX: usize = 32;

/// The most bytes of one Matroska element that is read and not passed over: numbers are eight.
pub const NUMBER_BYTES_MAX: u64 = 8;

/// What is hashed at once.
pub const BUFFER_BYTES: usize = 64 * 1024;

/// What is read at once while going from header to header: each is a few bytes, and what lies between them is
/// passed over.
pub const HEADER_BYTES: usize = 512;
