//! Quoting: what a record says may hold any character, and a report shows each of them and obeys none.

/// The text with every character that is not printed, or that turns the direction of writing, shown by its number.
///
/// Quotation marks and backslashes stay as they are. The result is of one line.
pub fn plain(text: &str) -> String {
    let escape = |character: char| match character {
        '\'' | '"' | '\\' => String::from(character),
        other if is_obeyed(other) => other.escape_unicode().collect(),
        other => other.escape_debug().collect(),
    };
    text.chars().map(escape).collect()
}

/// Whether a character acts on those around it: marks of direction, joiners, variation selectors, tags, blanks that
/// have no width.
fn is_obeyed(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(plain(text), expected);
    }

    #[test]
    fn what_acts_on_its_neighbours_is_shown_by_its_number() {
        check("AB/1 O'Neil \"x\" \\", "AB/1 O'Neil \"x\" \\");
        check("Zoë £5 – naïve", "Zoë £5 – naïve");
        check("a\u{202e}b\u{2066}c\u{200b}", "a\\u{202e}b\\u{2066}c\\u{200b}");
        check("one\ntwo\u{1b}[2J", "one\\ntwo\\u{1b}[2J");
    }
}
