//! Which characters are drawn as they are. Those that no embedded font has, that cannot be seen, or that steer the
//! layout (controls, bidirectional overrides, combining marks without end) are written as `‹U+202E›`.

use std::fmt::Write;
use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontVariations};

/// The fonts, and no others: IBM Plex, SIL Open Font License 1.1 (`fonts/OFL.txt`).
pub(crate) static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 5] = [
        include_bytes!("../fonts/IBMPlexSans-Regular.ttf"),
        include_bytes!("../fonts/IBMPlexSans-SemiBold.ttf"),
        include_bytes!("../fonts/IBMPlexSansCondensed-Regular.ttf"),
        include_bytes!("../fonts/IBMPlexSansCondensed-SemiBold.ttf"),
        include_bytes!("../fonts/IBMPlexMono-Regular.ttf"),
    ];
    files
        .into_iter()
        .map(|file| Font::new(Bytes::new(file), 0).expect("the committed fonts are sound"))
        .collect()
});

/// The two that stand in for what the others lack: sans, regular and semibold. At what size does not matter here.
static COMPLETE: LazyLock<Vec<FontInstance>> = LazyLock::new(|| {
    let plain = |font: &Font| {
        font.clone().instantiate(FontVariant::default(), Abs::pt(10.0), &FontVariations::default())
    };
    FONTS.iter().take(2).map(plain).collect()
});

/// Opens what is written by its code point; itself written so, so that nothing typed can pass for it.
const OPENING: char = '‹';

/// `text`, with every character that is not drawn as it is written by its code point.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_drawn(character) {
            out.push(character);
        } else {
            write!(out, "{OPENING}U+{:04X}›", u32::from(character)).expect("a string takes all");
        }
    }
    out
}

/// Never drawn: the opening; spaces that are not the space, the soft hyphen, combining marks, joiners and overrides, line
/// and paragraph separators, invisible operators, private use, variation selectors, the byte order mark.
#[rustfmt::skip]
const NEVER: [std::ops::RangeInclusive<char>; 13] = [
    OPENING..=OPENING, '\u{A0}'..='\u{A0}', '\u{AD}'..='\u{AD}', '\u{300}'..='\u{36F}', '\u{483}'..='\u{489}',
    '\u{1AB0}'..='\u{1AFF}', '\u{1DC0}'..='\u{1DFF}', '\u{2000}'..='\u{200F}', '\u{2028}'..='\u{202F}',
    '\u{205F}'..='\u{206F}', '\u{20D0}'..='\u{20FF}', '\u{E000}'..='\u{F8FF}', '\u{FE00}'..='\u{FFFF}',
];

fn is_drawn(character: char) -> bool {
    match character {
        ' '..='~' => true,
        _ if NEVER.iter().any(|range| range.contains(&character)) => false,
        _ => COMPLETE.iter().all(|font| has_width(font, character)),
    }
}

/// Whether `font` draws it, with a width: what has none could be stacked upon other text.
fn has_width(font: &FontInstance, character: char) -> bool {
    let face = font.ttf();
    face.glyph_index(character).and_then(|glyph| face.glyph_hor_advance(glyph)).is_some_and(|width| width > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_drawn_as_it_is() {
        for text in [
            "AB/12-*#[x]$ \"q\" <b> \\ `c` @a _i_ ~",
            "Zoë Müller – £4,500 ± 5 ms",
            "Łukasz Ångström Жанна Ελένη",
        ] {
            assert_eq!(literal(text), text);
        }
    }

    #[test]
    fn what_cannot_be_seen_or_steers_the_layout_is_written_by_its_code_point() {
        assert_eq!(literal("a\u{202E}b\u{200B}\n\u{0}\u{AD}"), "a‹U+202E›b‹U+200B›‹U+000A›‹U+0000›‹U+00AD›");
        assert_eq!(literal("e\u{301}"), "e‹U+0301›");
        assert_eq!(literal("😀\u{FFFF}"), "‹U+1F600›‹U+FFFF›");
    }

    #[test]
    fn nothing_typed_passes_for_a_code_point() {
        assert_eq!(literal("‹U+202E›"), "‹U+2039›U+202E›");
    }
}
