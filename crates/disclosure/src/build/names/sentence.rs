//! Ids within sentences, and numbers within references.

use custody::id::PersonId;

use super::Id;

/// A text as words and numbers by turns.
pub(super) fn counted(text: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = Vec::new();
    let mut is_in_number = true;
    for character in text.chars() {
        let digit = character.to_digit(10);
        if digit.is_none() && is_in_number || parts.is_empty() {
            parts.push((String::new(), 0));
        }
        is_in_number = digit.is_some();
        let Some((word, number)) = parts.last_mut() else { continue };
        match digit {
            Some(digit) => *number = number.saturating_mul(10).saturating_add(u64::from(digit)),
            None => word.push(character),
        }
    }
    parts
}

/// Drops the last word where the name that follows begins with the same: `camera Camera 3`.
pub(super) fn drop_repeated(out: &mut String, name: &str) {
    let Some(first) = name.split(' ').next() else { return };
    let last = out.trim_end_matches(' ').rsplit(' ').next().unwrap_or_default();
    if out.ends_with(' ') && !last.is_empty() && last.eq_ignore_ascii_case(first) {
        out.truncate(out.len().saturating_sub(last.len()).saturating_sub(1));
    }
}

/// Length of an id in words.
const ID_CHARS: usize = 36;

/// The first id in a text, with what stands before and after it.
pub(super) fn next_id(text: &str) -> Option<(&str, Id, &str)> {
    let mut starts = text.char_indices().map(|(start, _)| start);
    starts.find_map(|start| {
        let end = start.checked_add(ID_CHARS)?;
        let id: PersonId = text.get(start..end)?.parse().ok()?;
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        is_whole.then_some((before, id.0, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_references_count_as_numbers() {
        let mut references = ["AB/10", "AB/2", "AB/2/1", "A", "12", ""];
        references.sort_by_key(|reference| counted(reference));
        assert_eq!(references, ["", "12", "A", "AB/2", "AB/2/1", "AB/10"]);
    }

    #[test]
    fn a_word_is_not_said_twice() {
        for (before, name, after) in [
            ("lost by person ", "person 1a2b3c4d", "lost by "),
            ("camera ", "Camera 3 (1a2b3c4d)", ""),
            ("an act of ", "PC Smith (1a2b3c4d)", "an act of "),
        ] {
            let mut out = before.to_owned();
            drop_repeated(&mut out, name);
            assert_eq!(out, after);
        }
    }

    #[test]
    fn an_id_is_found_where_it_stands_alone() {
        let id = "01234567-89ab-cdef-0001-020304050607";
        let text = format!("£ of {id}, and");
        let (before, _, after) = next_id(&text).expect("an id");
        assert_eq!((before, after), ("£ of ", ", and"));
        assert!(next_id(&format!("a{id}")).is_none());
        assert!(next_id(&format!("{id}-")).is_none());
    }
}
