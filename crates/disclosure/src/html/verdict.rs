//! A verdict as a word with a sign and a frame: never by colour alone.

use super::markup::Markup;

/// Writes the word.
pub(super) fn write_verdict(markup: &mut Markup, verdict: &str) {
    let (class, sign) = match verdict {
        "PROVEN" => ("verdict proven", "✓"),
        "DECLARED" => ("verdict declared", "◐"),
        "NOT PROVEN" => ("verdict not-proven", "?"),
        "CONTRADICTED" => ("verdict contradicted", "✕"),
        _ => ("verdict no-custody", "–"),
    };
    markup.within("span", &[("class", class)], |markup| {
        markup.element("span", &[("aria-hidden", "true")], sign);
        markup.text(" ");
        markup.text(verdict);
    });
}
