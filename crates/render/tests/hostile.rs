//! Whoever types a reference or a name does not lay out the report.

use serde_json::Value;

use crate::support::{BUNDLE, NAME, asked, on_disk, sample, text_of, without_space};

/// Where the paper's text ends on the right, in points, with a point to spare: A4 less the margin.
const RIGHT_EDGE: f64 = 595.28 - 51.02 + 1.0;

/// Everywhere that people type.
const EVERYWHERE: [&str; 28] = [
    "/cover/case_reference/words",
    "/cover/recipient/words",
    "/exhibits/0/name",
    "/exhibits/0/reference/words",
    "/exhibits/0/description/words",
    "/exhibits/0/stretches/0/holder",
    "/exhibits/0/stretches/0/reasons/0",
    "/exhibits/0/legs/0/holder/text",
    "/exhibits/0/legs/0/place/text",
    "/exhibits/0/legs/0/passed_to/text",
    "/exhibits/0/legs/0/seal_in/text",
    "/exhibits/0/legs/0/witness/text",
    "/exhibits/0/seals/0/seal",
    "/exhibits/0/picture/lanes/0/name",
    "/findings/0/sentence",
    "/findings/0/exhibits/0",
    "/findings/0/said_later/0",
    "/openings/0/compartment",
    "/openings/0/who",
    "/footage/0/camera",
    "/footage/0/holes/0",
    "/reliability/0/what",
    "/register/0/field",
    "/statements/0/maker",
    "/statements/0/paragraphs/0",
    "/mg12/0/reference/words",
    "/mg12/0/seal",
    "/mg6c/0/description",
];

/// A title, a narrow column, a sentence: enough for what takes pages.
const SOME: [&str; 3] = ["/exhibits/0/name", "/openings/0/compartment", "/findings/0/sentence"];

/// A report in which people typed `text` in `places`.
fn typed(text: &str, places: &[&str]) -> Vec<u8> {
    let mut model = sample();
    for place in places {
        *model.pointer_mut(place).unwrap_or_else(|| panic!("the sample has no {place}")) = Value::from(text);
    }
    render::pdf(&model.to_string(), NAME, BUNDLE).unwrap()
}

/// `text` typed in `places` stands on the paper as `expected`, inside the margins.
#[track_caller]
fn check(text: &str, places: &[&str], expected: &str) {
    let pdf = typed(text, places);
    let Some(shown) = text_of(&pdf) else { return };
    let count = shown.matches(&without_space(expected)).count();
    // The row of a picture has no room for all of a name.
    assert!(count + 1 >= places.len(), "{expected:.60} is on the paper {count} times");
    let Some(boxes) = asked("pdftotext", &["-bbox"], &on_disk(&pdf), &["-"]) else { return };
    for line in boxes.lines().filter(|line| line.contains("<word ")) {
        let right: f64 =
            line.split("xMax=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().parse().unwrap();
        // The mark of a draft runs across the page.
        assert!(right <= RIGHT_EDGE || "DRAFT".contains(line_word(line)), "beyond the margin: {line:.200}");
    }
}

/// The word of a line of boxes.
fn line_word(line: &str) -> &str {
    line.split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default()
}

#[test]
fn markup_comes_out_as_typed() {
    let text = r#"#panic("x") *b* _i_ $x^2$ @ref <label> = h - l + n / t: `c` \u{41} // c /* d */ "q" 'q' --- ... ~ &lt; %"#;
    check(text, &EVERYWHERE, text);
}

#[test]
fn lines_that_would_be_headings_and_lists_come_out_as_typed() {
    check(
        "= a\n- b\n\t+ c\r\n#let d = 1",
        &EVERYWHERE,
        "= a‹U+000A›- b‹U+000A›‹U+0009›+ c‹U+000D›‹U+000A›#let d = 1",
    );
}

#[test]
fn what_steers_the_direction_or_cannot_be_seen_is_written_by_its_code_point() {
    check("AB/1\u{202E}2/BA\u{200B}\u{0}", &EVERYWHERE, "AB/1‹U+202E›2/BA‹U+200B›‹U+0000›");
    check(
        "e\u{301}\u{302}\u{303}\u{FE0F}😀שם",
        &EVERYWHERE,
        "e‹U+0301›‹U+0302›‹U+0303›‹U+FE0F›‹U+1F600›‹U+05E9›‹U+05DD›",
    );
}

#[test]
fn a_word_of_ten_thousand_characters_stays_inside_the_margins() {
    check(&"W".repeat(10_000), &SOME, &"W".repeat(40));
}

#[test]
fn a_text_of_controls_that_is_too_long_for_a_title_stays_inside_the_margins() {
    check(&"\u{1}".repeat(2_500), SOME.get(..1).unwrap(), &"‹U+0001›".repeat(4));
}

#[test]
fn an_empty_text_is_no_error() {
    assert!(!typed("", &EVERYWHERE).is_empty());
}

#[test]
fn many_spaces_are_no_way_out_of_a_column() {
    let text = format!("a{}b", " ".repeat(5_000));
    check(&text, &SOME, "ab");
}

#[test]
fn an_attachments_name_is_one_that_can_be_saved() {
    let pdf = on_disk(&render::pdf(&sample().to_string(), "../a b\u{202E}\n.zip", BUNDLE).unwrap());
    let Some(list) = asked("pdfdetach", &["-list"], &pdf, &[]) else { return };
    assert!(list.contains("1: .._a_b__.zip"), "{list}");
}
