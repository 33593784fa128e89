//! Markup: elements that are always closed, attributes and text that are always escaped.

use crate::quote::plain;

/// Attributes of an element.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// A document as it is written.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// An element and what is written inside it.
    pub(super) fn within(&mut self, tag: &str, attributes: Attributes<'_>, inner: impl FnOnce(&mut Self)) {
        self.begin(tag, attributes);
        self.0.push('>');
        inner(self);
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// An element with text alone.
    pub(super) fn element(&mut self, tag: &str, attributes: Attributes<'_>, text: &str) {
        self.within(tag, attributes, |inner| inner.text(text));
    }

    /// An element that has no inside.
    pub(super) fn void(&mut self, tag: &str, attributes: Attributes<'_>) {
        self.begin(tag, attributes);
        self.0.push_str("/>");
    }

    /// Text: whatever stands in it is shown and not obeyed.
    pub(super) fn text(&mut self, text: &str) {
        self.escape(&plain(text));
    }

    /// The beginning of the next line, so that the document can be read and compared as text.
    pub(super) fn line(&mut self) {
        self.0.push('\n');
    }

    /// What the program itself brings along: the document's type, the style sheet.
    pub(super) fn own(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    fn begin(&mut self, tag: &str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.escape(&plain(value));
            self.0.push('"');
        }
    }

    fn escape(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_neither_markup_nor_direction() {
        let mut markup = Markup::default();
        markup.element("td", &[("title", "a\"b")], "<script>alert('1')</script>\u{202e}& \n");
        let expected =
            "<td title=\"a&quot;b\">&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\\u{202e}&amp; \\n</td>";
        assert_eq!(markup.finish(), expected);
    }
}
