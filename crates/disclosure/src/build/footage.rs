//! What each camera holds of each window: by the surveys the cameras that viewed the door, by the manifests what they
//! recorded, to the millisecond.

use std::collections::BTreeSet;

use custody::fact::{Interval, LapseDecision, OutageKind, SignedVideo};
use custody::id::{CameraId, ExhibitId};

use super::case::Case;
use super::openings::Opening;
use super::recordings::{Placed, Recording, cut, recordings};
use super::words;
use crate::model;

/// Holes shorter than this are where one segment ends and the next begins.
const JOIN_US: u64 = 1_000;

/// What one camera holds of one window.
#[derive(Debug, Clone)]
pub(super) struct Footage {
    pub(super) said: model::Footage,
    pub(super) camera: CameraId,
    /// The exhibits of the case that it concerns.
    pub(super) exhibits: BTreeSet<ExhibitId>,
    pub(super) window: Interval,
    pub(super) holes: Vec<Interval>,
}

/// By opening and camera, numbered from 1.
pub(super) fn footage(case: &Case<'_>, openings: &[Opening]) -> Vec<Footage> {
    let recordings = recordings(case);
    let nothing = Recording::default();
    let mut all = Vec::new();
    for opening in openings {
        let Some(interval) = opening.interval else { continue };
        for camera in cameras(case, opening, interval) {
            all.push(one(case, opening, interval, camera, recordings.get(&camera).unwrap_or(&nothing)));
        }
    }
    for (number, footage) in (1..).zip(&mut all) {
        footage.said.number = number;
    }
    all
}

/// The cameras that, by the survey in force then, view the locker.
fn cameras(case: &Case<'_>, opening: &Opening, interval: Interval) -> Vec<CameraId> {
    let assigned = || {
        let estate = case.material.ledger.estate();
        let (id, locker) = estate.locker_of(opening.compartment)?;
        let site = locker.stand_at(interval.from_us)?.site;
        Some(estate.map_at(site, interval.from_us)?.cameras_of(id).collect::<BTreeSet<CameraId>>())
    };
    assigned().unwrap_or_default().into_iter().collect()
}

fn one(
    case: &Case<'_>,
    opening: &Opening,
    interval: Interval,
    camera: CameraId,
    recording: &Recording<'_>,
) -> Footage {
    let window = window(case, opening, interval, recording);
    let placed = recording.segments_of(window);
    let outages = recording.outages_of(window);
    let holes = holes(window, &shown(recording, &placed, &outages, window));
    let in_words = |hole: &Interval| {
        let long = words::length(hole.to_us.saturating_sub(hole.from_us));
        let (from, to) = (case.instant(hole.from_us), case.instant(hole.to_us));
        format!("{long}, {} to {}: {}", from.utc, to.utc, why(*hole, recording, &placed, &outages))
    };
    let said = model::Footage {
        number: 0,
        camera: case.names.camera(camera, interval.from_us),
        about: format!("opening {}: {}", opening.said.number, opening.said.what),
        from: case.instant(window.from_us),
        to: case.instant(window.to_us),
        percent: percent(window, &holes),
        holes: holes.iter().map(in_words).collect(),
        clock: clock(case, recording, window),
        fate: fate(recording, &placed, window),
        segments: placed.iter().map(|placed| placed.segment.sha256.to_string()).collect(),
        signed: signed(&placed),
    };
    Footage { said, camera, exhibits: opening.exhibits.clone(), window, holes }
}

/// The door's time, wider on both sides by its clock's error, the policy's margin and the recorder's error.
fn window(case: &Case<'_>, opening: &Opening, interval: Interval, recording: &Recording<'_>) -> Interval {
    let margin_us = u64::from(case.material.policy.cctv.margin_s).saturating_mul(1_000_000);
    let near = widened(interval, opening.error_us.saturating_add(margin_us));
    let errors = recording.manifests_of(near).filter_map(|manifest| manifest.error_us);
    widened(near, errors.max().unwrap_or(0))
}

fn widened(interval: Interval, by_us: u64) -> Interval {
    Interval { from_us: interval.from_us.saturating_sub(by_us), to_us: interval.to_us.saturating_add(by_us) }
}

/// What of a window is shown: segments that are what was committed to, less outages.
fn shown(
    recording: &Recording<'_>,
    placed: &[Placed<'_>],
    outages: &[(OutageKind, Interval)],
    window: Interval,
) -> Vec<Interval> {
    let unaltered = placed.iter().filter(|placed| !recording.altered.contains_key(&placed.segment.sha256));
    let mut shown: Vec<Interval> = unaltered.map(|placed| cut(placed.truly, window)).collect();
    for (_, outage) in outages {
        let cuts = shown.iter().flat_map(|piece| {
            let before = Interval { from_us: piece.from_us, to_us: piece.to_us.min(outage.from_us) };
            let after = Interval { from_us: piece.from_us.max(outage.to_us), to_us: piece.to_us };
            [before, after]
        });
        shown = cuts.filter(|piece| piece.from_us < piece.to_us).collect();
    }
    shown.sort_unstable();
    shown
}

fn holes(window: Interval, shown: &[Interval]) -> Vec<Interval> {
    let mut cursor = window.from_us;
    let mut holes = Vec::new();
    let end = Interval { from_us: window.to_us, to_us: window.to_us };
    for piece in shown.iter().chain([&end]) {
        if piece.from_us.saturating_sub(cursor) >= JOIN_US {
            holes.push(Interval { from_us: cursor, to_us: piece.from_us });
        }
        cursor = cursor.max(piece.to_us);
    }
    holes
}

/// Rounded down, so that 100 means no hole at all.
fn percent(window: Interval, holes: &[Interval]) -> u64 {
    let long = |interval: &Interval| interval.to_us.saturating_sub(interval.from_us);
    let blind_us = holes.iter().map(long).fold(0, u64::saturating_add);
    let whole_us = long(&window).max(1);
    whole_us.saturating_sub(blind_us).saturating_mul(100).checked_div(whole_us).unwrap_or(0)
}

fn why(
    hole: Interval,
    recording: &Recording<'_>,
    placed: &[Placed<'_>],
    outages: &[(OutageKind, Interval)],
) -> &'static str {
    let meets = |over: &Interval| over.from_us < hole.to_us && hole.from_us < over.to_us;
    if let Some((kind, _)) = outages.iter().find(|(_, over)| meets(over)) {
        return match kind {
            OutageKind::NoSignal => "the camera gave no picture",
            OutageKind::Tampered => "the camera was interfered with",
            OutageKind::SceneChanged => "the camera looked elsewhere",
            OutageKind::Maintenance => "the camera was being repaired",
            OutageKind::Frozen => "the camera showed a frozen picture",
        };
    }
    let mut altered = placed
        .iter()
        .filter(|placed| meets(&placed.truly))
        .filter_map(|placed| recording.altered.get(&placed.segment.sha256));
    match altered.next() {
        Some(Some(_)) => "what is held is not what was committed to",
        Some(None) => "what was committed to is gone",
        None => "no footage was committed to",
    }
}

fn clock(case: &Case<'_>, recording: &Recording<'_>, window: Interval) -> String {
    let Some(manifest) = recording.manifests_of(window).next() else { return "not told".to_owned() };
    let offset = words::offset(manifest.offset_us);
    let error = manifest.error_us.map(words::error).unwrap_or_default();
    match manifest.measured_us {
        Some(us) => format!("{offset} {error}, measured {}", case.instant(us).utc),
        None => format!("{offset}, never measured"),
    }
}

/// `committed`, `preserved`, `lapsed`, `altered` or `not committed`, and how far.
fn fate(recording: &Recording<'_>, placed: &[Placed<'_>], window: Interval) -> String {
    if placed.is_empty() {
        return "not committed".to_owned();
    }
    let count = |counts: &dyn Fn(&Placed<'_>) -> bool| placed.iter().filter(|placed| counts(placed)).count();
    let altered = count(&|placed| recording.altered.contains_key(&placed.segment.sha256));
    let preserved = count(&|placed| recording.preserved.contains(&placed.segment.sha256));
    let of = words::count(placed.len(), "segment", "segments");
    if altered > 0 {
        return format!("altered: {altered} of {of}");
    }
    if preserved == placed.len() {
        return "preserved: kept beyond retention".to_owned();
    }
    let lapses = recording.lapses_of(window);
    let kept = if preserved > 0 { format!("; preserved: {preserved} of {of}") } else { String::new() };
    if lapses.contains(&LapseDecision::Undecided) {
        return format!("lapsed: nobody had decided{kept}");
    }
    if !lapses.is_empty() {
        return format!("lapsed: nothing needed it, by decision{kept}");
    }
    format!("committed: no lapse on record{kept}")
}

/// The worst that a validator said, with how many segments of how many.
fn signed(placed: &[Placed<'_>]) -> String {
    let Some(worst) =
        placed.iter().map(|placed| placed.segment.signed_video).max_by_key(|signed| gravity(*signed))
    else {
        return "no footage".to_owned();
    };
    let count = placed.iter().filter(|placed| placed.segment.signed_video == worst).count();
    let words = match worst {
        SignedVideo::NotChecked => "not checked",
        SignedVideo::Valid => "verify",
        SignedVideo::ValidWithGaps => "verify, pictures missing",
        SignedVideo::Invalid => "DO NOT VERIFY",
        SignedVideo::Unsigned => "no signature in the stream",
    };
    format!("{words} ({count} of {})", words::count(placed.len(), "segment", "segments"))
}

fn gravity(signed: SignedVideo) -> u8 {
    match signed {
        SignedVideo::Valid => 0,
        SignedVideo::NotChecked => 1,
        SignedVideo::ValidWithGaps => 2,
        SignedVideo::Unsigned => 3,
        SignedVideo::Invalid => 4,
    }
}
