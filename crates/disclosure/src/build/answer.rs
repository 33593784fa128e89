//! The answer in one line: how much of an exhibit's time stands how, and why it stands no better.

use custody::fact::Interval;
use custody::verdict::{Standing, Verdict};

use super::case::Case;
use super::words;

/// How many reasons one standing is given in the line; the stretches give all.
const REASONS_MAX: usize = 3;

/// `PROVEN 47 h 12 m of 47 h 15 m; NOT PROVEN 3 m: …`.
pub(super) fn answer(case: &Case<'_>, verdict: &Verdict) -> String {
    if verdict.stretches.is_empty() {
        return "NO CUSTODY: no entry of this bundle says who had it.".to_owned();
    }
    let long = |interval: Interval| interval.to_us.saturating_sub(interval.from_us);
    let whole_us =
        verdict.stretches.iter().map(|stretch| long(stretch.interval)).fold(0, u64::saturating_add);
    let whole = words::length(whole_us);
    let mut parts = Vec::new();
    for standing in Standing::ALL {
        let us = verdict.duration_us(standing);
        if standing == Standing::Proven {
            parts.push(format!("PROVEN {} of {whole}", words::length(us)));
        } else if us > 0 {
            let why = reasons(case, verdict, standing);
            parts.push(format!("{} {}{why}", standing.name(), words::length(us)));
        }
    }
    parts.join("; ")
}

/// `: one / another`; each reason once, in order of time.
fn reasons(case: &Case<'_>, verdict: &Verdict, standing: Standing) -> String {
    let mut reasons: Vec<String> = Vec::new();
    let of_this = verdict.stretches.iter().filter(|stretch| stretch.standing == standing);
    for stretch in of_this {
        for reason in &stretch.reasons {
            let reason = case.names.in_words(reason, stretch.interval.from_us);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    if reasons.is_empty() {
        return String::new();
    }
    let more = reasons.len().saturating_sub(REASONS_MAX);
    reasons.truncate(REASONS_MAX);
    if more > 0 {
        reasons.push(format!("and {more} more below"));
    }
    format!(": {}", reasons.join(" / "))
}
