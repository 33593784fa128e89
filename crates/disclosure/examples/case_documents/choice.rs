//! Looks for histories that together show everything: greedily, each time the one that shows most of what is still wanting.

use corpus::case::Case;
use corpus::plant::{Plant, Planter, planters};
use disclosure::profile::Profile;

use super::from_corpus::{Asked, Replayed};
use super::odds::ODDS;
use super::shown::Shown;

/// How many histories are to show everything.
const HISTORIES: u64 = 12;

/// Seeds tried for each.
const SEEDS: u64 = 12;

/// Faults in one history at most.
const FAULTS: usize = 7;

/// Prints the table.
pub(crate) fn choose() {
    let mut shown = Shown::default();
    for number in 0..HISTORIES {
        let best = (number * SEEDS..(number + 1) * SEEDS).filter_map(|seed| tried(seed, number, &shown));
        let Some((seed, faults, after)) =
            best.max_by_key(|(_, _, after)| after.rules.len() + after.facts.len())
        else {
            continue;
        };
        let has_odds = is_last(number);
        let kinds: Vec<&str> = faults.iter().map(|planter| planter.kind).collect();
        println!("    Chosen {{ seed: {seed}, kinds: &{kinds:?}, has_odds: {has_odds} }},");
        shown = after;
    }
    eprintln!("wanting: {:?}", shown.wanting());
}

/// The last has every family that the others cannot have.
fn is_last(number: u64) -> bool {
    number + 1 == HISTORIES
}

/// A history of a seed with faults of kinds that are still wanting, as many as find room in it; and what is shown with it.
fn tried(seed: u64, number: u64, shown: &Shown) -> Option<(u64, Vec<Planter>, Shown)> {
    let odds: &[Planter] = if is_last(number) { &[ODDS] } else { &[] };
    let mut faults: Vec<Planter> = Vec::new();
    let mut found: Option<Case> = None;
    let is_archive = |planter: &Planter| matches!(planter.plant, Plant::Archive(_));
    let wanting = planters().into_iter().filter(|planter| !shown.rules.contains(&planter.rule));
    for planter in wanting {
        let is_taken = faults.iter().any(|other| other.rule == planter.rule);
        let is_second = is_archive(&planter) && faults.iter().any(is_archive);
        if is_taken || is_second || faults.len() >= FAULTS {
            continue;
        }
        let more: Vec<Planter> = faults.iter().copied().chain([planter]).collect();
        if let Some(case) = Case::new(seed, &[&more, odds].concat()) {
            (faults, found) = (more, Some(case));
        }
    }
    let case = found.or_else(|| Case::new(seed, odds))?;
    let replayed = Replayed::of(&case);
    let mut after = shown.clone();
    after.add(&replayed.prepare(Asked::Everything, Profile::Internal));
    Some((seed, faults, after))
}
