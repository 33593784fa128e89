//! The start of a recording from its file's name, by a pattern like `strftime`'s. UTC.

use std::fmt;
use std::str::FromStr;

/// A pattern: `%Y %m %d %H %M %S`, `%f` (a fraction of the second, any number of digits), `%s` (seconds since
/// 1970), `%%`, and `*` for any characters but `/`. Everything else stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Exactly(char),
    Anything,
    Field(Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
    Unix,
}

/// A text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// An unknown field.
    #[error("%{0} is not known; there are %Y %m %d %H %M %S %f %s %%")]
    Unknown(char),
    /// A `%` at the end.
    #[error("ends with a single %")]
    Ends,
    /// It does not say when.
    #[error("says no time: it needs %s, or %Y %m %d %H %M %S")]
    NoTime,
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let (mut parts, mut characters) = (Vec::new(), text.chars());
        while let Some(character) = characters.next() {
            parts.push(match character {
                '*' => Part::Anything,
                '%' => match characters.next().ok_or(PatternError::Ends)? {
                    '%' => Part::Exactly('%'),
                    letter => Part::Field(field(letter)?),
                },
                other => Part::Exactly(other),
            });
        }
        let has = |field| parts.contains(&Part::Field(field));
        let all = [Field::Year, Field::Month, Field::Day, Field::Hour, Field::Minute, Field::Second];
        if !has(Field::Unix) && !all.into_iter().all(has) {
            return Err(PatternError::NoTime);
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn field(letter: char) -> Result<Field, PatternError> {
    Ok(match letter {
        'Y' => Field::Year,
        'm' => Field::Month,
        'd' => Field::Day,
        'H' => Field::Hour,
        'M' => Field::Minute,
        'S' => Field::Second,
        'f' => Field::Fraction,
        's' => Field::Unix,
        other => return Err(PatternError::Unknown(other)),
    })
}

#[derive(Debug, Clone, Copy, Default)]
struct Read {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
    fraction_us: u64,
    unix: Option<u64>,
}

impl Pattern {
    /// UTC microseconds since 1970 that a name says; `None` if it is not of this pattern or is no time.
    pub fn start_us(&self, name: &str) -> Option<u64> {
        let mut read = Read::default();
        matches(&self.parts, name, &mut read).then_some(())?;
        let seconds = match read.unix {
            Some(seconds) => seconds,
            None => seconds_since_1970(read)?,
        };
        seconds.checked_mul(1_000_000)?.checked_add(read.fraction_us)
    }
}

/// `*` tries each length, so a name of `n` characters costs `n` for each of them; names are short and patterns
/// are the operator's own.
fn matches(parts: &[Part], text: &str, read: &mut Read) -> bool {
    let Some((part, parts)) = parts.split_first() else { return text.is_empty() };
    match part {
        Part::Exactly(character) => {
            text.strip_prefix(*character).is_some_and(|rest| matches(parts, rest, read))
        }
        Part::Anything => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.take_while(|end| !text.get(..*end).unwrap_or("/").contains('/'))
                .any(|end| matches(parts, text.get(end..).unwrap_or_default(), read))
        }
        Part::Field(field) => {
            let Some((value, digits, rest)) = number(text, *field) else { return false };
            set(read, *field, value, digits);
            matches(parts, rest, read)
        }
    }
}

fn number(text: &str, field: Field) -> Option<(u64, u32, &str)> {
    let width = match field {
        Field::Year => 4,
        Field::Fraction | Field::Unix => text.bytes().take_while(u8::is_ascii_digit).count().min(19),
        _ => 2,
    };
    let (digits, rest) = text.split_at_checked(width)?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((digits.parse().ok().filter(|_| is_number)?, u32::try_from(width).ok()?, rest))
}

fn set(read: &mut Read, field: Field, value: u64, digits: u32) {
    match field {
        Field::Year => read.year = value,
        Field::Month => read.month = value,
        Field::Day => read.day = value,
        Field::Hour => read.hour = value,
        Field::Minute => read.minute = value,
        Field::Second => read.second = value,
        Field::Unix => read.unix = Some(value),
        Field::Fraction => {
            let scale = |power: u32| 10_u64.saturating_pow(power);
            let more = value.saturating_mul(scale(6_u32.saturating_sub(digits)));
            read.fraction_us = more.checked_div(scale(digits.saturating_sub(6))).unwrap_or(0);
        }
    }
}

/// Proleptic Gregorian, without leap seconds; `None` for a day or time that does not exist.
fn seconds_since_1970(read: Read) -> Option<u64> {
    let Read { year, month, day, hour, minute, second, .. } = read;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + u64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year < 1970 || day == 0 || day > length || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // The year begins in March, so that a leap day ends it.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some(days.checked_sub(719_468)? * 86_400 + hour * 3600 + minute * 60 + second)
}

/// `2026-10-01T10:00:00.5Z`, as XML Schema and RFC 3339 write it in UTC.
pub fn utc_us(text: &str) -> Option<u64> {
    let whole = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00"))?;
    let (seconds, fraction) = whole.split_once('.').unwrap_or((whole, "0"));
    let parse = |pattern: &str, text: &str| pattern.parse::<Pattern>().ok()?.start_us(text);
    parse("%Y-%m-%dT%H:%M:%S.%f", &format!("{seconds}.{fraction}"))
}

/// The same, the other way round; whole seconds.
pub fn utc_text(us: u64) -> String {
    let text = civil_time::utc(us);
    let (seconds, _) = text.split_once('.').unwrap_or((text.trim_end_matches('Z'), ""));
    format!("{seconds}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-10-01 10:00:00 UTC.
    const TEN_US: u64 = 1_790_848_800_000_000;

    #[track_caller]
    fn check(pattern: &str, name: &str, expect: Option<u64>) {
        assert_eq!(pattern.parse::<Pattern>().unwrap().start_us(name), expect, "{name}");
    }

    #[test]
    fn a_name_says_when_it_began() {
        check("%Y%m%d-%H%M%S.mp4", "20261001-100000.mp4", Some(TEN_US));
        check("%Y-%m-%d/%H/yard/%M.%S.mp4", "2026-10-01/10/yard/00.07.mp4", Some(TEN_US + 7_000_000));
        check("*_%s.mkv", "cam_1_1790848800.mkv", Some(TEN_US));
        check("%Y%m%d%H%M%S.%f.mp4", "20261001100000.25.mp4", Some(TEN_US + 250_000));
        check("%Y%m%d%H%M%S.%f.mp4", "20261001100000.000001999.mp4", Some(TEN_US + 1));
        check("%Y%m%d%H%M%S%%.mp4", "20240229000000%.mp4", Some(1_709_164_800_000_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for name in
            ["20260229000000", "20261301000000", "20261001250000", "2026100110000", "20261001100000x", "2026"]
        {
            check("%Y%m%d%H%M%S", name, None);
        }
        check("*%s", "a/1790848800", None);
        check("%s", "99999999999999999999", None);
        check("%Y%m%d%H%M%S", "ä0261001100000", None);
    }

    #[test]
    fn a_pattern_without_a_time_is_refused() {
        assert_eq!("%Y-%m-%d.mp4".parse::<Pattern>(), Err(PatternError::NoTime));
        assert_eq!("%q".parse::<Pattern>(), Err(PatternError::Unknown('q')));
        assert_eq!("%s%".parse::<Pattern>(), Err(PatternError::Ends));
    }

    #[test]
    fn times_of_xml_are_read_and_written() {
        assert_eq!(utc_us("2026-10-01T10:00:00Z"), Some(TEN_US));
        assert_eq!(utc_us("2026-10-01T10:00:00.125+00:00"), Some(TEN_US + 125_000));
        assert_eq!(utc_us("2026-10-01T11:00:00+01:00"), None);
        assert_eq!(utc_text(TEN_US), "2026-10-01T10:00:00Z");
    }
}
