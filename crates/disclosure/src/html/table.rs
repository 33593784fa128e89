//! Tables: with a caption, with heads that say what they are heads of, in a container that scrolls by itself and can be
//! reached by keyboard.

use super::markup::Markup;
use crate::model::{Cell, Instant};

/// One cell of a row.
pub(super) type Written<'a> = Box<dyn Fn(&mut Markup) + 'a>;

/// A table, or a sentence where it has no row. The first cell of each row is its head.
pub(super) fn table<'a>(
    markup: &mut Markup,
    caption: &str,
    heads: &[&str],
    rows: impl Iterator<Item = Vec<Written<'a>>>,
    none: &str,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        markup.element("p", &[], none);
        markup.line();
        return;
    }
    let container = [("class", "wide"), ("role", "region"), ("aria-label", caption), ("tabindex", "0")];
    markup.within("div", &container, |markup| {
        markup.within("table", &[], |markup| {
            markup.element("caption", &[], caption);
            markup.within("thead", &[], |markup| {
                markup.within("tr", &[], |markup| {
                    for head in heads {
                        markup.element("th", &[("scope", "col")], head);
                    }
                });
            });
            markup.within("tbody", &[], |markup| {
                for row in rows {
                    markup.line();
                    markup.within("tr", &[], |markup| write_row(markup, &row));
                }
            });
        });
    });
    markup.line();
}

fn write_row(markup: &mut Markup, row: &[Written<'_>]) {
    for (place, cell) in row.iter().enumerate() {
        if place == 0 {
            markup.within("th", &[("scope", "row")], cell);
        } else {
            markup.within("td", &[], cell);
        }
    }
}

/// A cell of text.
pub(super) fn text<'a>(text: impl Into<String>) -> Written<'a> {
    let text = text.into();
    Box::new(move |markup| markup.text(&text))
}

/// A cell of short lines.
pub(super) fn lines(lines: &[String]) -> Written<'_> {
    Box::new(move |markup| match lines {
        [] => markup.text("none"),
        [one] => markup.text(one),
        many => {
            markup.within("ul", &[], |markup| many.iter().for_each(|line| markup.element("li", &[], line)));
        }
    })
}

/// A cell with an instant.
pub(super) fn time(instant: &Instant) -> Written<'_> {
    Box::new(move |markup| write_time(markup, instant))
}

/// An instant: UTC, and beside it the civil time with its zone, and what the clock may err by.
pub(super) fn write_time(markup: &mut Markup, instant: &Instant) {
    markup.within("time", &[("datetime", &instant.utc)], |markup| {
        markup.element("span", &[("class", "utc")], &instant.utc);
        if !instant.error.is_empty() {
            markup.text(" ");
            markup.element("span", &[("class", "error")], &instant.error);
        }
        markup.text(" ");
        markup.element("span", &[("class", "local")], &instant.local);
    });
}

/// A cell's text and where it comes from.
pub(super) fn write_cell(markup: &mut Markup, cell: &Cell) {
    markup.text(&cell.text);
    markup.text(" ");
    write_class(markup, cell.class);
}

/// Where something comes from.
pub(super) fn write_class(markup: &mut Markup, class: &str) {
    markup.element("span", &[("class", "class")], class);
}

/// Numbers one after the other: `3, 4, 9`.
pub(super) fn numbers<T: ToString>(numbers: &[T]) -> String {
    let all: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// A number that others refer to.
pub(super) fn anchor<'a>(what: &'static str, number: usize) -> Written<'a> {
    Box::new(move |markup| {
        let id = format!("{what}-{number}");
        markup.element("span", &[("id", &id)], &number.to_string());
    })
}

/// Numbers that refer to what stands elsewhere in the page.
pub(super) fn write_references(markup: &mut Markup, what: &str, numbers: &[usize]) {
    if numbers.is_empty() {
        markup.text("none");
    }
    for (place, number) in numbers.iter().enumerate() {
        if place > 0 {
            markup.text(", ");
        }
        let target = format!("#{what}-{number}");
        markup.element("a", &[("href", &target)], &number.to_string());
    }
}

/// A cell of the page itself.
pub(super) fn written<'a>(write: impl Fn(&mut Markup) + 'a) -> Written<'a> {
    Box::new(write)
}
