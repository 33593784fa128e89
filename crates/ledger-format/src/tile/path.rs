//! A tile's path: written one way, and read only if it is written that way.

use core::fmt;
use core::str::FromStr;

use super::{TILE_LEVEL_MAX, TILE_WIDTH, Tile, TileKind};

/// A path names no tile, or is not written the one way it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It does not begin with `tile/`, or a part is missing or left over.
    #[error("not of the form tile/<level>/<index>[.p/<width>]")]
    Form,
    /// Not a decimal number from 0 to 63 without leading zeroes, nor `entries`.
    #[error("level is not from 0 to {TILE_LEVEL_MAX}")]
    Level,
    /// Not groups of three digits, all but the last after an `x`, the first not zero unless alone, of a
    /// number below 2^64.
    #[error("index is not in groups of three digits")]
    Index,
    /// Not a decimal number from 1 to 255 without leading zeroes.
    #[error("partial width is not from 1 to 255")]
    Width,
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes { level } => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        // 2^64 - 1 has seven groups.
        let groups = [6u32, 5, 4, 3, 2, 1].map(|place| self.index / 1000u64.pow(place));
        for prefix in groups.into_iter().filter(|prefix| *prefix > 0) {
            write!(f, "x{:03}/", prefix % 1000)?;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        let (level, rest) =
            path.strip_prefix("tile/").and_then(|rest| rest.split_once('/')).ok_or(PathError::Form)?;
        let kind = match level {
            "entries" => TileKind::Entries,
            level => {
                let level = canonical_decimal(level).filter(|level| *level <= TILE_LEVEL_MAX.into());
                let level = level.and_then(|level| u8::try_from(level).ok()).ok_or(PathError::Level)?;
                TileKind::Hashes { level }
            }
        };
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, TILE_WIDTH),
            Some((index, width)) => {
                let width = canonical_decimal(width).filter(|width| (1..TILE_WIDTH).contains(width));
                (index, width.ok_or(PathError::Width)?)
            }
        };
        Ok(Self { kind, index: parse_index(index).ok_or(PathError::Index)?, width })
    }
}

/// Up to three decimal digits without leading zeroes.
fn canonical_decimal(text: &str) -> Option<u16> {
    let canonical = matches!(text.as_bytes(), [b'0'] | [b'1'..=b'9', ..]) && text.len() <= 3;
    let digits = text.bytes().all(|digit| digit.is_ascii_digit());
    if canonical && digits { text.parse().ok() } else { None }
}

fn parse_index(text: &str) -> Option<u64> {
    let mut index = 0u64;
    let mut groups = text.split('/').peekable();
    let mut first = true;
    while let Some(group) = groups.next() {
        let is_last = groups.peek().is_none();
        let digits = if is_last { group } else { group.strip_prefix('x')? };
        if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let value: u64 = digits.parse().ok()?;
        if first && !is_last && value == 0 {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(value)?;
        first = false;
    }
    Some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    #[track_caller]
    fn check(path: &str, kind: TileKind, index: u64, width: u16) {
        let tile = Tile::new(kind, index, width).unwrap();
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse(), Ok(tile));
    }

    #[track_caller]
    fn refuse(path: &str, error: PathError) {
        assert_eq!(path.parse::<Tile>(), Err(error), "{path}");
    }

    #[test]
    fn a_path_reads_back_what_it_prints() {
        let hashes = |level| TileKind::Hashes { level };
        check("tile/0/000", hashes(0), 0, 256);
        check("tile/0/273", hashes(0), 273, 256);
        check("tile/0/000.p/5", hashes(0), 0, 5);
        check("tile/1/x001/x234/067", hashes(1), 1_234_067, 256);
        check("tile/2/x001/000.p/255", hashes(2), 1000, 255);
        check("tile/63/000.p/1", hashes(63), 0, 1);
        check("tile/entries/x001/x234/067.p/1", TileKind::Entries, 1_234_067, 1);
        check("tile/entries/x018/x446/x744/x073/x709/x551/615", TileKind::Entries, u64::MAX, 256);
    }

    #[test]
    fn a_path_written_otherwise_is_refused() {
        for path in ["", "tile", "tile/", "tile/0", "/tile/0/000", "Tile/0/000", "checkpoint"] {
            refuse(path, PathError::Form);
        }
        for level in ["", "00", "01", "64", "-1", "+1", "x", "256", "99999999999999999999", "٣", "data"] {
            refuse(&alloc::format!("tile/{level}/000"), PathError::Level);
        }
        for index in [
            "",
            "0",
            "00",
            "0000",
            "x000",
            "x000/000",
            "x000/x001/000",
            "001/000",
            "x001/x000",
            "x001//000",
            "x001/000/",
            "/000",
            "-01",
            "+01",
            "00a",
            "X001/000",
            "x01/000",
            "٣٣٣",
            " 000",
            "000.p",
            "000.P/3",
            "000/.p",
            "x018/x446/x744/x073/x709/x551/616",
            "x001/x018/x446/x744/x073/x709/x551/615",
        ] {
            refuse(&alloc::format!("tile/0/{index}"), PathError::Index);
        }
        for width in ["", "0", "00", "01", "256", "1000", "-1", "+1", "1 ", "1/", "1.p/1", "٣", "65537"] {
            refuse(&alloc::format!("tile/0/000.p/{width}"), PathError::Width);
        }
    }

    /// Both made a published crate panic.
    #[test]
    fn the_paths_that_crash_others_are_refused() {
        refuse("tile/8/0/000.p/0", PathError::Width);
        refuse("tile/8/0/000.p/1", PathError::Index);
        refuse("tile/8/64/000", PathError::Index);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_tile_has_one_path(level in 0u8..=64, index: u64, width in 1u16..=256) {
            let kind = if level == 64 { TileKind::Entries } else { TileKind::Hashes { level } };
            let tile = Tile::new(kind, index, width).unwrap();
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
        }

        #[test]
        fn any_text_is_a_tile_s_one_path_or_refused(
            text in "(tile/)?[0-9a-z]{0,3}/(x[0-9]{3}/){0,3}[0-9]{0,4}(\\.p/[0-9]{0,4})?|\\PC*",
        ) {
            if let Ok(tile) = text.parse::<Tile>() {
                prop_assert_eq!(tile.to_string(), text);
            }
        }
    }
}
