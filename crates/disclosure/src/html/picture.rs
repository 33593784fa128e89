//! The picture of an exhibit's time, drawn in the page itself. Whatever it shows stands in words in the tables after it.

use super::markup::Markup;
use crate::model::{BarKind, Lane, Picture};

const WIDTH: u32 = 1_000;
const LEFT: u32 = 190;
const RIGHT: u32 = 985;
const TOP: u32 = 14;
const ROW: u32 = 30;
const BAR: u32 = 20;

/// The thinnest bar that can be seen.
const THIN: u32 = 3;

/// The narrowest bar that has room for its letter.
const LETTER: u32 = 14;

/// How many times are written along the picture.
const TIMES: u32 = 5;

/// Writes the picture of the exhibit with this number in the report.
pub(super) fn write_picture(markup: &mut Markup, picture: &Picture, number: usize, name: &str) {
    let (Some(from), Some(to)) = (&picture.from, &picture.to) else { return };
    let caption = format!("The time of {name} from {} to {}.", from.utc, to.utc);
    markup.within("figure", &[], |markup| {
        let container = [("class", "wide"), ("role", "region"), ("aria-label", "Picture"), ("tabindex", "0")];
        markup.within("div", &container, |markup| draw(markup, picture, number, &caption));
        legend(markup, picture);
        markup.within("figcaption", &[], |markup| {
            markup.text(&caption);
            markup.text(
                " Every bar stands in words in the tables below; strokes are drawn wider than they lasted.",
            );
        });
    });
    markup.line();
}

fn draw(markup: &mut Markup, picture: &Picture, number: usize, caption: &str) {
    let rows = u32::try_from(picture.lanes.len()).unwrap_or(u32::MAX);
    let bottom = TOP.saturating_add(rows.saturating_mul(ROW));
    let view = format!("0 0 {WIDTH} {}", bottom.saturating_add(40));
    let (title, words) = (format!("picture-{number}-title"), format!("picture-{number}-words"));
    let named = format!("{title} {words}");
    let attributes = [
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("viewBox", view.as_str()),
        ("role", "img"),
        ("aria-labelledby", named.as_str()),
    ];
    markup.within("svg", &attributes, |markup| {
        markup.element("title", &[("id", &title)], caption);
        markup.element("desc", &[("id", &words)], &in_words(picture));
        patterns(markup, number);
        for (row, lane) in (0..).zip(&picture.lanes) {
            markup.line();
            write_lane(markup, lane, number, TOP.saturating_add(ROW.saturating_mul(row)), row % 2 == 0);
        }
        axis(markup, picture, bottom);
    });
}

fn in_words(picture: &Picture) -> String {
    let lane = |lane: &Lane| format!("{}: {} on record", lane.name, lane.bars.len());
    let lanes: Vec<String> = picture.lanes.iter().map(lane).collect();
    format!("Rows from the top. {}.", lanes.join("; "))
}

/// Hatchings for what is wrong, so that it is told from the rest without colour.
fn patterns(markup: &mut Markup, number: usize) {
    markup.within("defs", &[], |markup| {
        for (name, ground, line, path) in [
            ("np", "#ffe3b3", "#8a4b00", "M0 6L6 0"),
            ("co", "#f6b8bc", "#a1121b", "M0 0L6 6M0 6L6 0"),
            ("ho", "#ffffff", "#a1121b", "M0 3H6"),
        ] {
            let id = format!("{name}-{number}");
            let attributes =
                [("id", id.as_str()), ("width", "6"), ("height", "6"), ("patternUnits", "userSpaceOnUse")];
            markup.within("pattern", &attributes, |markup| {
                markup.void("rect", &[("width", "6"), ("height", "6"), ("fill", ground)]);
                markup.void(
                    "path",
                    &[("d", path), ("stroke", line), ("stroke-width", "1.5"), ("fill", "none")],
                );
            });
        }
    });
}

fn write_lane(markup: &mut Markup, lane: &Lane, number: usize, top: u32, is_shaded: bool) {
    let middle = top.saturating_add(ROW / 2 + 4).to_string();
    if is_shaded {
        let (y, width, height) = (top.to_string(), WIDTH.to_string(), ROW.to_string());
        markup
            .void("rect", &[("class", "row"), ("x", "0"), ("y", &y), ("width", &width), ("height", &height)]);
    }
    let name = if lane.name.chars().count() > 26 {
        lane.name.chars().take(25).chain(['…']).collect()
    } else {
        lane.name.clone()
    };
    let end = LEFT.saturating_sub(8).to_string();
    markup.element("text", &[("class", "end"), ("x", &end), ("y", &middle)], &name);
    for bar in &lane.bars {
        let (from, to) = (place(bar.from), place(bar.to));
        let width = to.saturating_sub(from).max(THIN);
        let from = from.min(RIGHT.saturating_sub(width));
        let (letter, fill) = look(bar.kind);
        let fill = fill.map(|pattern| format!("url(#{pattern}-{number})"));
        let class = format!("bar k-{}", name_of(bar.kind));
        let (x, y, wide, high) = (
            from.to_string(),
            top.saturating_add((ROW - BAR) / 2).to_string(),
            width.to_string(),
            BAR.to_string(),
        );
        markup.within("g", &[], |markup| {
            markup.element("title", &[], &bar.label);
            let mut attributes =
                vec![("class", class.as_str()), ("x", &x), ("y", &y), ("width", &wide), ("height", &high)];
            if let Some(fill) = &fill {
                attributes.push(("fill", fill));
            }
            markup.void("rect", &attributes);
            if width >= LETTER && !letter.is_empty() {
                let centre = from.saturating_add(width / 2).to_string();
                markup.element("text", &[("class", "letter"), ("x", &centre), ("y", &middle)], letter);
            }
        });
    }
}

fn axis(markup: &mut Markup, picture: &Picture, bottom: u32) {
    let (Some(from), Some(to)) = (&picture.from, &picture.to) else { return };
    let whole_us = to.us.saturating_sub(from.us);
    let (low, high) = (bottom.saturating_add(14).to_string(), bottom.saturating_add(28).to_string());
    let (top, foot) = (TOP.to_string(), bottom.to_string());
    for step in 0..TIMES {
        let parts = TIMES - 1;
        let us = from.us.saturating_add(whole_us / u64::from(parts) * u64::from(step));
        let x = LEFT.saturating_add((RIGHT - LEFT) * step / parts).to_string();
        markup.void("line", &[("class", "grid"), ("x1", &x), ("x2", &x), ("y1", &top), ("y2", &foot)]);
        let class = if step == 0 {
            "small"
        } else if step == parts {
            "small end"
        } else {
            "small mid"
        };
        let utc = civil_time::utc(us);
        let (day, time) = utc.split_once('T').unwrap_or((&utc, ""));
        let time: String = time.chars().take(8).chain("Z".chars()).collect();
        markup.element("text", &[("class", class), ("x", &x), ("y", &low)], day);
        markup.element("text", &[("class", class), ("x", &x), ("y", &high)], &time);
    }
}

fn place(of_ten_thousand: u16) -> u32 {
    let width = RIGHT - LEFT;
    LEFT.saturating_add(width.saturating_mul(u32::from(of_ten_thousand)) / 10_000)
}

/// The letter and the hatching of a kind.
fn look(kind: BarKind) -> (&'static str, Option<&'static str>) {
    match kind {
        BarKind::Proven => ("P", None),
        BarKind::Declared => ("D", None),
        BarKind::NotProven => ("N", Some("np")),
        BarKind::Contradicted => ("C", Some("co")),
        BarKind::Locker => ("L", None),
        BarKind::Person => ("H", None),
        BarKind::Missing => ("?", Some("np")),
        BarKind::Seal => ("S", None),
        BarKind::Shown | BarKind::Opening | BarKind::Finding => ("", None),
        BarKind::Hole => ("", Some("ho")),
        BarKind::Unexplained => ("!", Some("co")),
    }
}

fn name_of(kind: BarKind) -> &'static str {
    match kind {
        BarKind::Proven => "proven",
        BarKind::Declared => "declared",
        BarKind::NotProven => "not-proven",
        BarKind::Contradicted => "contradicted",
        BarKind::Locker => "locker",
        BarKind::Person => "person",
        BarKind::Missing => "missing",
        BarKind::Seal => "seal",
        BarKind::Shown => "shown",
        BarKind::Hole => "hole",
        BarKind::Opening => "opening",
        BarKind::Unexplained => "unexplained",
        BarKind::Finding => "finding",
    }
}

/// The kinds that the picture has, each with its letter or look in words.
fn legend(markup: &mut Markup, picture: &Picture) {
    let kinds: std::collections::BTreeSet<BarKind> =
        picture.lanes.iter().flat_map(|lane| &lane.bars).map(|bar| bar.kind).collect();
    markup.within("ul", &[("class", "legend")], |markup| {
        for kind in kinds {
            markup.element("li", &[], meaning(kind));
        }
    });
}

fn meaning(kind: BarKind) -> &'static str {
    match kind {
        BarKind::Proven => "P proven",
        BarKind::Declared => "D declared",
        BarKind::NotProven => "N not proven (hatched)",
        BarKind::Contradicted => "C contradicted (cross-hatched)",
        BarKind::Locker => "L in a locker",
        BarKind::Person => "H with a handler",
        BarKind::Missing => "? nobody knows where",
        BarKind::Seal => "S under a seal",
        BarKind::Shown => "plain on a camera's row: recorded",
        BarKind::Hole => "striped on a camera's row: hole",
        BarKind::Opening => "black stroke: opening",
        BarKind::Unexplained => "cross-hatched stroke: opening without a custody act",
        BarKind::Finding => "violet on the last row: finding",
    }
}
