//! A history in words, for people who want to see what was planted in what.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use custody_proto::v1::statement::Fact;
use verifier::testing::{AUTHORITIES, NODE, SpeakerId};

use crate::case::Case;
use crate::line::{Delivery, LineId, MINUTE, SECOND};
use crate::script::Script;

/// The whole case: its history, its faults, what must be found.
pub fn case(case: &Case) -> String {
    let mut text = String::new();
    let speakers = speakers(&case.script);
    let mut lines: Vec<LineId> = (0..).zip(&case.script.lines).map(|(id, _)| LineId(id)).collect();
    lines.sort_by_key(|line| at(&case.script, *line));
    for line in lines {
        text.push_str(&said(case, &speakers, line));
    }
    for fault in &case.faults {
        let planted = &fault.planted;
        _ = writeln!(
            text,
            "\nPLANTED {} ({}): {}",
            fault.planter.rule.name(),
            fault.planter.kind,
            planted.story
        );
        for (what, list) in [("must", &planted.required), ("may", &planted.allowed)] {
            for expected in list {
                let places: Vec<String> = expected.places.iter().map(|place| format!("{place:?}")).collect();
                _ = writeln!(
                    text,
                    "  {what} be found: {} {}, up to {}, at {}",
                    expected.rule.name(),
                    expected.weight,
                    expected.most,
                    places.join(" or ")
                );
            }
        }
    }
    text
}

fn at(script: &Script, line: LineId) -> u64 {
    let place = usize::try_from(line.0).unwrap_or(usize::MAX);
    script.lines.get(place).map_or(0, |line| line.at_us)
}

/// What each device is called: its site's letter and what it is.
fn speakers(script: &Script) -> BTreeMap<SpeakerId, String> {
    let [first, second] = AUTHORITIES;
    let mut names = BTreeMap::from([
        (first, "first authority".to_owned()),
        (second, "second authority".to_owned()),
        (NODE, "node".to_owned()),
    ]);
    for (site, letter) in script.sites.iter().zip('A'..='Z') {
        names.insert(site.desk, format!("desk {letter}"));
        if let Some(bank) = &site.bank {
            names.insert(bank.speaker, format!("locker {letter}"));
        }
        if let Some(recorder) = site.recorder {
            names.insert(recorder, format!("recorder {letter}"));
        }
    }
    names
}

fn said(case: &Case, speakers: &BTreeMap<SpeakerId, String>, id: LineId) -> String {
    let place = usize::try_from(id.0).unwrap_or(usize::MAX);
    let Some(line) = case.script.lines.get(place) else { return String::new() };
    let entries: Vec<String> = case.played.indices(id).map(|index| index.to_string()).collect();
    let entry = match (entries.is_empty(), line.delivery) {
        (false, _) => entries.join("+"),
        (true, Delivery::Unsaid) => "unsaid".to_owned(),
        (true, _) => "lost".to_owned(),
    };
    let who = speakers.get(&line.by).cloned().unwrap_or_else(|| format!("device {}", line.by));
    let note = if line.trick.is_some() || line.unseen_closings != 0 { " (tampered with)" } else { "" };
    let name = name(&line.fact);
    let things = things(case, &line.fact);
    format!("{:>7} L{:<4} {}  {who:<17} {name}{things}{note}\n", entry, id.0, clock(case, line.at_us))
}

/// Days, hours, minutes and seconds since the first full day began.
fn clock(case: &Case, at_us: u64) -> String {
    let from_us = case.script.span.from_us;
    let (sign, apart) = if at_us < from_us { ('-', from_us - at_us) } else { ('+', at_us - from_us) };
    let (minutes, seconds) = (apart / MINUTE, apart % MINUTE / SECOND);
    format!("{sign}{:02}d{:02}:{:02}:{seconds:02}", minutes / 1440, minutes / 60 % 24, minutes % 60)
}

/// The fact's own name in words: what it says that it is.
fn name(fact: &Fact) -> String {
    let text = format!("{fact:?}");
    let name = text.split('(').next().unwrap_or_default();
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// Bags and people that a fact names, by their numbers in the script.
fn things(case: &Case, fact: &Fact) -> String {
    use custody_proto::v1;
    use prost::Message as _;
    let bytes = v1::Statement { fact: Some(fact.clone()), ..v1::Statement::default() }.encode_to_vec();
    let names = |id: &[u8; 16]| bytes.windows(16).any(|window| window == id);
    let mut text = String::new();
    for (bag, number) in case.script.bags.iter().zip(0..) {
        if bag.ids.iter().any(|id| names(&id.0)) {
            _ = write!(text, " bag{number}");
        }
    }
    for (person, number) in case.script.people.iter().zip(0..) {
        if names(&person.id.0) {
            _ = write!(text, " person{number}");
        }
    }
    for (site, letter) in case.script.sites.iter().zip('A'..='Z') {
        let slots = site.bank.iter().flat_map(|bank| bank.slots.iter().zip(1..));
        for (_, number) in slots.filter(|(slot, _)| names(&slot.id.0)) {
            _ = write!(text, " {letter}{number}");
        }
    }
    text
}
