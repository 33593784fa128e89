//! An exhibit's time as a picture: rows of bars over one stretch of time, from its first leg to its last.

use std::collections::BTreeMap;

use custody::fact::Interval;
use custody::id::CameraId;
use custody::verdict::{Holder, Standing, Verdict};

use super::case::Case;
use super::footage::Footage;
use super::openings::Opening;
use crate::model::{Bar, BarKind, Lane, Picture};

/// The picture of one verdict; empty where there is no time to show.
pub(super) fn picture(
    case: &Case<'_>,
    verdict: &Verdict,
    openings: &[&Opening],
    footage: &[&Footage],
) -> Picture {
    let stretches = || verdict.stretches.iter().map(|stretch| stretch.interval);
    let from_us = stretches().map(|interval| interval.from_us).min();
    let to_us = stretches().map(|interval| interval.to_us).max();
    let (Some(from_us), Some(to_us)) = (from_us, to_us) else { return Picture::default() };
    let scale = Scale { case, whole: Interval { from_us, to_us } };
    let mut lanes = vec![
        Lane { name: "Standing".to_owned(), bars: standing(&scale, verdict) },
        Lane { name: "Custody".to_owned(), bars: custody(&scale, verdict) },
        Lane { name: "Seals".to_owned(), bars: seals(&scale, verdict) },
        Lane { name: "Openings".to_owned(), bars: opened(&scale, openings) },
    ];
    lanes.extend(filmed(&scale, footage));
    lanes.push(Lane { name: "Findings".to_owned(), bars: found(&scale, verdict) });
    Picture { from: Some(case.instant(from_us)), to: Some(case.instant(to_us)), lanes }
}

struct Scale<'a> {
    case: &'a Case<'a>,
    whole: Interval,
}

impl Scale<'_> {
    /// A bar over an interval, cut to the picture.
    fn bar(&self, over: Interval, kind: BarKind, what: &str) -> Bar {
        let (from, to) = (civil_time::utc(over.from_us), civil_time::utc(over.to_us));
        let label = format!("{what}, {from} to {to}");
        Bar { from: self.place(over.from_us), to: self.place(over.to_us), kind, label }
    }

    fn place(&self, us: u64) -> u16 {
        let since = u128::from(us.clamp(self.whole.from_us, self.whole.to_us) - self.whole.from_us);
        let whole = u128::from(self.whole.to_us - self.whole.from_us).max(1);
        u16::try_from(since.saturating_mul(10_000) / whole).unwrap_or(10_000)
    }
}

fn standing(scale: &Scale<'_>, verdict: &Verdict) -> Vec<Bar> {
    let bar = |stretch: &custody::verdict::Stretch| {
        let kind = match stretch.standing {
            Standing::Proven => BarKind::Proven,
            Standing::Declared => BarKind::Declared,
            Standing::NotProven => BarKind::NotProven,
            Standing::Contradicted => BarKind::Contradicted,
        };
        scale.bar(stretch.interval, kind, stretch.standing.name())
    };
    verdict.stretches.iter().map(bar).collect()
}

fn custody(scale: &Scale<'_>, verdict: &Verdict) -> Vec<Bar> {
    let bar = |leg: &custody::verdict::Leg| {
        let kind = match leg.holder {
            Holder::Compartment(_) => BarKind::Locker,
            Holder::Person(_) | Holder::Place(_) | Holder::Release(_) => BarKind::Person,
            Holder::Missing | Holder::Ended => BarKind::Missing,
        };
        scale.bar(leg.interval, kind, &scale.case.holder(leg.holder, leg.begins.wall_us))
    };
    verdict.legs.iter().map(bar).collect()
}

/// From each step at which a seal is there to the next step.
fn seals(scale: &Scale<'_>, verdict: &Verdict) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut steps = verdict.seals.iter().peekable();
    while let Some(step) = steps.next() {
        let from_us = scale.case.said_us(step.index);
        let to_us = steps.peek().map_or(scale.whole.to_us, |next| scale.case.said_us(next.index));
        let over = Interval { from_us, to_us: to_us.max(from_us) };
        if let Some(seal) = &step.seal {
            bars.push(scale.bar(over, BarKind::Seal, &format!("seal {seal} {}", step.how)));
        }
    }
    bars
}

fn opened(scale: &Scale<'_>, openings: &[&Opening]) -> Vec<Bar> {
    let bar = |opening: &&Opening| {
        let said = &opening.said;
        let over = Interval {
            from_us: said.from.us,
            to_us: said.to.as_ref().map_or(scale.whole.to_us, |to| to.us).max(said.from.us),
        };
        let kind = if opening.is_unexplained { BarKind::Unexplained } else { BarKind::Opening };
        scale.bar(over, kind, &format!("opening {}: {}", said.number, said.what))
    };
    openings.iter().map(bar).collect()
}

/// One row a camera: its windows, and over them what it does not show.
fn filmed(scale: &Scale<'_>, footage: &[&Footage]) -> Vec<Lane> {
    let mut lanes: BTreeMap<CameraId, Lane> = BTreeMap::new();
    for each in footage {
        let said = &each.said;
        let lane =
            lanes.entry(each.camera).or_insert_with(|| Lane { name: said.camera.clone(), bars: Vec::new() });
        let window = format!("footage {}: {} % of the window", said.number, said.percent);
        lane.bars.push(scale.bar(each.window, BarKind::Shown, &window));
        let hole = format!("footage {}: hole", said.number);
        lane.bars.extend(each.holes.iter().map(|over| scale.bar(*over, BarKind::Hole, &hole)));
    }
    lanes.into_values().collect()
}

fn found(scale: &Scale<'_>, verdict: &Verdict) -> Vec<Bar> {
    let concerns = (1..).zip(scale.case.material.findings);
    let concerns = concerns.filter(|(_, finding): &(usize, _)| finding.exhibits.contains(&verdict.exhibit));
    let bar = |(number, finding): (usize, &custody::finding::Finding)| {
        let what = format!("finding {number}, {} {}", finding.rule.name(), finding.severity.name());
        Some(scale.bar(finding.interval?, BarKind::Finding, &what))
    };
    concerns.filter_map(bar).collect()
}
