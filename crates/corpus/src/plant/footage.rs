//! V04–V08: what became of footage, and how good it is.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::NODE;

use super::view::{at, filmed, window};
use super::{Planted, Planter, own_store, script as of};
use crate::estate::SitePlan;
use crate::journey::{Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE};
use crate::script::{Camera, Script};

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const FATAL: Severity = Severity::Fatal;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::V04, "altered, of a deposit", |script| altered(script, false, true)),
    of(RuleId::V04, "altered, of a collection", |script| altered(script, true, true)),
    of(RuleId::V04, "altered, of the night", altered_night),
    of(RuleId::V05, "few pictures of a deposit", |script| thin(script, false, 4)),
    of(RuleId::V05, "few pictures of a collection", |script| thin(script, true, 4)),
    of(RuleId::V05, "hardly a picture", |script| thin(script, false, 30)),
    of(RuleId::V06, "offset never measured", |script| offset(script, false, None)),
    of(RuleId::V06, "offset measured six weeks ago", |script| offset(script, false, Some(42))),
    of(RuleId::V06, "offset measured 33 days ago", |script| offset(script, true, Some(33))),
    of(RuleId::V07, "gone without a decision", |script| lapsed(script, Lapse::Undecided)),
    of(RuleId::V07, "gone before its time", |script| lapsed(script, Lapse::Early)),
    of(RuleId::V07, "gone though asked for", |script| lapsed(script, Lapse::AskedFor)),
    of(RuleId::V07, "deleted, no decision", |script| altered(script, false, false)),
    of(RuleId::V08, "signature does not verify", |script| {
        signatures(script, v1::SignedVideo::Invalid, false)
    }),
    of(RuleId::V08, "unsigned", |script| signatures(script, v1::SignedVideo::Unsigned, false)),
    of(RuleId::V08, "signature of a collection does not verify", |script| {
        signatures(script, v1::SignedVideo::Invalid, true)
    }),
];

/// The first camera of a film, and one of its segments: start, end, hash.
fn segment(script: &mut Script, film: LineId, at: u64) -> Option<(Vec<u8>, u64, u64, Vec<u8>)> {
    let mut found = None;
    script.edit_film(film, |film| {
        let at = at.saturating_add_signed(film.clock_offset_us);
        let segment = film.segments.iter().find(|segment| segment.start_us <= at && at < segment.end_us);
        found = segment
            .map(|segment| (film.camera.clone(), segment.start_us, segment.end_us, segment.sha256.clone()));
    });
    found
}

fn say_altered(script: &mut Script, film: LineId, at: u64, when: u64, is_found: bool) -> Option<LineId> {
    let (camera, start_us, end_us, committed) = segment(script, film, at)?;
    let found = is_found.then(|| script.commitment());
    let observed = v1::footage_altered::Observed { camera, start_us, end_us, committed, found };
    let recorder = script.line(film).by;
    let fact = Fact::FootageAltered(v1::FootageAltered { observed: Some(observed) });
    Some(script.say(recorder, when, fact))
}

fn altered(script: &mut Script, is_collection: bool, is_found: bool) -> Option<Planted> {
    let (_, visit) = filmed(script, is_collection)?;
    let film = *visit.films.first()?;
    let at = script.at(visit.cycle.name());
    let when = script.at(film) + 3 * HOUR;
    let line = say_altered(script, film, at, when, is_found)?;
    let (rule, weight, story) = if is_found {
        (RuleId::V04, FATAL, "A segment of a transfer is no longer what was committed to.")
    } else {
        (RuleId::V07, BREAK, "A segment of a transfer is gone before its time.")
    };
    let planted = Planted::new(story).needs(rule, weight, [line]);
    if is_found && visit.films.len() == 1 {
        // What was altered covers nothing any more, and no other camera does.
        let places = window(script, &visit);
        return Some(planted.needs(RuleId::V02, BREAK, places));
    }
    Some(planted)
}

fn altered_night(script: &mut Script) -> Option<Planted> {
    let site = script.store();
    let (low, high) = (script.span.from_us + 9 * HOUR, script.span.to_us - 9 * HOUR);
    let at = script.free_time(site, low, high)?;
    let film = script.film_of(site, 1, at, at + MINUTE, at + 20 * MINUTE);
    let line = say_altered(script, film, at, at + 4 * HOUR, true)?;
    Some(Planted::new("A segment of a quiet hour is no longer what was committed to.").needs(
        RuleId::V04,
        FATAL,
        [line],
    ))
}

fn thin(script: &mut Script, is_collection: bool, divisor: u64) -> Option<Planted> {
    let (_, visit) = filmed(script, is_collection)?;
    for film in visit.films.clone() {
        script.edit_film(film, |film| film.segments.iter_mut().for_each(|segment| segment.frames /= divisor));
    }
    let places = window(script, &visit);
    Some(Planted::new("The footage of a transfer holds fewer pictures than it should.").needs(
        RuleId::V05,
        WARNING,
        places,
    ))
}

fn offset(script: &mut Script, is_collection: bool, days: Option<u64>) -> Option<Planted> {
    let (_, visit) = filmed(script, is_collection)?;
    for film in visit.films.clone() {
        let at = script.at(film);
        script.edit_film(film, |film| {
            film.offset_measured_us = days.map(|days| at - days * DAY);
            if days.is_none() {
                film.offset_error_us = None;
            }
        });
    }
    let places = window(script, &visit);
    Some(Planted::new("A transfer rests on a recorder whose clock was not measured in time.").needs(
        RuleId::V06,
        WARNING,
        places,
    ))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lapse {
    Undecided,
    Early,
    AskedFor,
}

fn lapsed(script: &mut Script, lapse: Lapse) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    let mut low = script.span.early_us + HOUR;
    if lapse == Lapse::Early {
        low = script.span.to_us - 20 * DAY;
    }
    let plan = Plan { site: Some(site), low, high: low + 8 * HOUR, is_one: true, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    let act = script.at(journey.deposited().act);
    let (from, to) = (act - HOUR, act + HOUR);
    let when = script.span.from_us + 10 * HOUR + script.rng.below(300) * MINUTE;
    let (decision, story) = match lapse {
        Lapse::Undecided => (v1::LapseDecision::Undecided, "Footage was left to lapse, and nobody decided."),
        Lapse::Early => (v1::LapseDecision::NotNeeded, "Footage lapsed before the time it must be kept."),
        Lapse::AskedFor => {
            let camera: Camera = *script.site(site).cameras.first()?;
            let derived = v1::footage_preservation_required::Derived {
                camera: camera.id.0.to_vec(),
                from_us: act - 5 * MINUTE,
                to_us: act + 5 * MINUTE,
                rule: "D02".to_owned(),
                statement: journey.deposited().act.token(),
            };
            let fact = v1::FootagePreservationRequired { derived: Some(derived) };
            script.say(NODE, act + 3 * HOUR, Fact::FootagePreservationRequired(fact));
            (v1::LapseDecision::NotNeeded, "Footage lapsed that somebody had asked to keep.")
        }
    };
    let line = script.lapsed(site, 0, (from, to), decision, when);
    Some(Planted::new(story).needs(RuleId::V07, BREAK, [line]))
}

fn signatures(script: &mut Script, verdict: v1::SignedVideo, is_collection: bool) -> Option<Planted> {
    let site = own_store(script, SitePlan { is_signed: true, ..SitePlan::STORE });
    let journey = at(script, site, if is_collection { Until::Received } else { Until::Deposited })?;
    let bag = script.bag(journey.bag);
    let visit = if is_collection { bag.visits().last() } else { bag.visits().next() }?.clone();
    for film in visit.films.clone() {
        script.edit_film(film, |film| {
            film.segments.iter_mut().for_each(|segment| segment.signed_video = verdict.into());
        });
    }
    let weight = if verdict == v1::SignedVideo::Invalid { BREAK } else { WARNING };
    let places = window(script, &visit);
    Some(Planted::new("The video of a camera that signs it bears no good signature.").needs(
        RuleId::V08,
        weight,
        places,
    ))
}
