//! V: where exhibits lie, and what cameras hold of it.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::NODE;

use super::{Place, Planted, Planter, exhibits, fresh, own_store, script as of, silent_store};
use crate::estate::SitePlan;
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::{Camera, Script};
use crate::visit::Visit;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const FATAL: Severity = Severity::Fatal;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::V01, "in a locker for equipment", equipment_locker),
    of(RuleId::V01, "store withdrawn", |script| changed(script, Change::Withdrawn)),
    of(RuleId::V01, "map without the locker", |script| changed(script, Change::Map)),
    of(RuleId::V01, "locker moved out of the store", |script| changed(script, Change::Moved)),
    of(RuleId::V01, "no map approved", no_map),
    of(RuleId::V02, "a hole at the deposit", |script| hole(script, false)),
    of(RuleId::V02, "a hole at the collection", |script| hole(script, true)),
    of(RuleId::V02, "no footage at all", no_footage),
    of(RuleId::V02, "footage of another time", another_time),
    of(RuleId::V02, "an opening not filmed", opening_not_filmed),
    of(RuleId::V03, "committed two hours later", |script| committed_late(script, false)),
    of(RuleId::V03, "committed five hours later", |script| committed_late(script, true)),
    of(RuleId::V03, "recorder offline", recorder_offline),
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
    of(RuleId::V09, "no signal", |script| outage(script, v1::OutageKind::NoSignal, true)),
    of(RuleId::V09, "covered, and still", |script| outage(script, v1::OutageKind::Tampered, false)),
    of(RuleId::V09, "no signal, and the locker silent since", outage_while_silent),
    of(RuleId::V09, "surveyed long ago", surveyed_long_ago),
];

/// A bag at a site, as far as said, taken by the planter.
fn at(script: &mut Script, site: usize, until: Until) -> Option<Journey> {
    let high = script.span.to_us - 34 * HOUR;
    let plan = Plan { site: Some(site), until, is_one: true, high, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some(journey)
}

/// The statements of a visit, and the cameras that view it.
fn window(script: &mut Script, visit: &Visit) -> Vec<Place> {
    let mut places: Vec<Place> = visit.cycle.steps.iter().copied().map(Place::Line).collect();
    places.push(visit.act.into());
    places.extend(visit.films.iter().copied().map(Place::Line));
    // A finding may name nothing but the act or the film; a camera alone would be any time of it.
    debug_assert!(script.site(visit.cycle.site).cameras.len() < 3, "two cameras a store");
    places
}

fn equipment_locker(script: &mut Script) -> Option<Planted> {
    let kit = script.kit;
    let journey = at(script, kit, Until::Deposited)?;
    let places = exhibits(script, &journey);
    Some(
        Planted::new("An exhibit was put into a locker for equipment.")
            // For equipment only, in no store, in no camera's view: one stretch, with its reasons.
            .needs(RuleId::V01, BREAK, places),
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Withdrawn,
    Map,
    Moved,
}

fn changed(script: &mut Script, change: Change) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    let journey = at(script, site, Until::Deposited)?;
    let when = script.bag(journey.bag).until_us + 5 * HOUR;
    let kit = script.kit;
    let (here, there) = (script.site(site).id.0.to_vec(), script.site(kit).id.0.to_vec());
    let room = script.site(site).store?.0.to_vec();
    let locker = script.bank(site).locker.0.to_vec();
    let (fact, story) = match change {
        Change::Withdrawn => {
            let declared =
                v1::transit_store_withdrawn::Declared { store: room, site: here, valid_to_us: when + HOUR };
            let fact = v1::TransitStoreWithdrawn { declared: Some(declared) };
            (Fact::TransitStoreWithdrawn(fact), "The transit store was withdrawn")
        }
        Change::Map => {
            let id = script.site(site).id;
            let fact = script.map(id, when - DAY, when + HOUR, &[]);
            (fact, "A coverage map was approved that views the locker no more")
        }
        Change::Moved => {
            let declared =
                v1::locker_moved::Declared { locker, from_site: here, to_site: there, store: None };
            let fact = v1::LockerMoved { declared: Some(declared) };
            (Fact::LockerMoved(fact), "The locker was moved out of its store")
        }
    };
    script.agree_at(when, fact);
    let places = exhibits(script, &journey);
    Some(Planted::new(format!("{story} while an exhibit lay in it.")).needs(RuleId::V01, BREAK, places))
}

fn no_map(script: &mut Script) -> Option<Planted> {
    let site = own_store(script, SitePlan { has_map: false, ..SitePlan::STORE });
    let journey = at(script, site, Until::Deposited)?;
    let places = exhibits(script, &journey);
    Some(Planted::new("An exhibit was put into a locker of which no coverage map is approved.").needs(
        RuleId::V01,
        BREAK,
        places,
    ))
}

/// A bag whose visits are filmed for themselves, and one of its visits.
fn filmed(script: &mut Script, is_collection: bool) -> Option<(Journey, Visit)> {
    let until = if is_collection { Until::Received } else { Until::Deposited };
    let journey = fresh(script, Plan { until, ..script.plan() })?;
    let mut visit = if is_collection { journey.collected() } else { journey.deposited() }.clone();
    if visit.films.is_empty() {
        // A collection's films are written after it.
        visit.films.clone_from(&script.bag(journey.bag).visits().last()?.films);
    }
    (!visit.films.is_empty()).then_some((journey, visit))
}

fn hole(script: &mut Script, is_collection: bool) -> Option<Planted> {
    let (_, visit) = filmed(script, is_collection)?;
    let from = script.at(visit.cycle.name()) + script.rng.between(0, 8) * SECOND;
    let length = script.rng.between(4, 20) * SECOND;
    for film in visit.films.clone() {
        script.edit_film(film, |film| cut(film, from, from + length));
    }
    let places = window(script, &visit);
    Some(Planted::new("The footage of a transfer has a hole.").needs(RuleId::V02, BREAK, places))
}

/// Takes a stretch of true time out of a manifest.
fn cut(film: &mut v1::footage_manifest_committed::Observed, from: u64, to: u64) {
    let offset = film.clock_offset_us;
    let (from, to) = (from.saturating_add_signed(offset), to.saturating_add_signed(offset));
    let mut kept = Vec::new();
    for segment in film.segments.drain(..) {
        let pieces =
            [(segment.start_us, segment.end_us.min(from)), (segment.start_us.max(to), segment.end_us)];
        for ((start_us, end_us), number) in pieces.into_iter().zip(1..) {
            if end_us <= start_us {
                continue;
            }
            let mut sha256 = segment.sha256.clone();
            if let Some(byte) = sha256.first_mut() {
                *byte ^= number;
            }
            let frames = (end_us - start_us) / SECOND + 1;
            kept.push(v1::Segment { start_us, end_us, frames, sha256, ..segment.clone() });
        }
    }
    film.segments = kept;
}

fn no_footage(script: &mut Script) -> Option<Planted> {
    let (_, visit) = filmed(script, true)?;
    script.unsay(visit.films.clone());
    let places = window(script, &visit);
    Some(Planted::new("No camera recorded a transfer.").needs(RuleId::V02, BREAK, places))
}

fn another_time(script: &mut Script) -> Option<Planted> {
    let (_, visit) = filmed(script, false)?;
    for film in visit.films.clone() {
        // The recorder says that it is ten minutes ahead: what it holds was ten minutes earlier.
        script.edit_film(film, |film| film.clock_offset_us += 600_000_000);
    }
    let places = window(script, &visit);
    Some(Planted::new("The footage said to be of a transfer is of another time.").needs(
        RuleId::V02,
        BREAK,
        places,
    ))
}

fn opening_not_filmed(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..script.plan() };
    let journey = fresh(script, plan)?;
    let low = script.bag(journey.bag).until_us + HOUR;
    let at = script.free_time(journey.site, low, script.span.to_us - 6 * HOUR)?;
    let before = script.lines.len();
    let line = script.looked_after(journey.site, journey.slot, at);
    let mut places = vec![Place::Line(line)];
    for place in before..script.lines.len() {
        let id = LineId(u64::try_from(place).ok()?);
        let is_door = crate::play::door_of(&mut script.line(id).fact).is_some();
        let is_film = matches!(script.line(id).fact, Fact::FootageManifestCommitted(_));
        if is_door {
            places.push(id.into());
        }
        if is_film {
            script.unsay([id]);
        }
    }
    Some(Planted::new("An occupied compartment was opened for a look, and no camera recorded it.").needs(
        RuleId::V02,
        BREAK,
        places,
    ))
}

fn committed_late(script: &mut Script, is_collection: bool) -> Option<Planted> {
    let (_, visit) = filmed(script, is_collection)?;
    let late = if is_collection { 5 * HOUR } else { 2 * HOUR };
    let act = script.at(visit.act);
    // Where nobody can reach the ledger, late is another thing.
    let site = visit.cycle.site;
    let devices = [Some(script.bank(site).speaker), script.site(site).recorder];
    let is_offline = |script: &mut Script, who| {
        script.clock(who).offline.iter().any(|(from, to)| *from < act + late + HOUR && act - HOUR < *to)
    };
    if devices.into_iter().flatten().any(|who| is_offline(script, who)) {
        return None;
    }
    for (film, number) in visit.films.clone().into_iter().zip(0..) {
        script.move_to(film, act + late + number * SECOND);
    }
    let places = window(script, &visit);
    Some(Planted::new("The footage of a transfer was committed to hours later.").needs(
        RuleId::V03,
        BREAK,
        places,
    ))
}

fn recorder_offline(script: &mut Script) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    let journey = at(script, site, Until::Deposited)?;
    let visit = journey.deposited().clone();
    let act = script.at(visit.act);
    let recorder = script.site(site).recorder?;
    script.offline(recorder, act - HOUR, act + 4 * HOUR);
    let places = window(script, &visit);
    Some(
        Planted::new("The recorder was offline when a transfer took place, and told of it hours later.")
            .needs(RuleId::V03, WARNING, places),
    )
}

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

/// The locker says nothing after the deposit: the exhibit lies there all the same.
fn outage_while_silent(script: &mut Script) -> Option<Planted> {
    let site = silent_store(script);
    outage_at(script, site, v1::OutageKind::NoSignal, true)
}

fn outage(script: &mut Script, kind: v1::OutageKind, is_over: bool) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    outage_at(script, site, kind, is_over)
}

fn outage_at(script: &mut Script, site: usize, kind: v1::OutageKind, is_over: bool) -> Option<Planted> {
    let journey = at(script, site, Until::Deposited)?;
    let from = script.bag(journey.bag).until_us + 3 * HOUR;
    let to = from + 40 * MINUTE;
    let place = script.site(site);
    let (camera, id) = (place.cameras.first()?.id, place.id);
    let recorder = place.recorder?;
    let observed = v1::camera_outage::Observed {
        camera: camera.0.to_vec(),
        site: id.0.to_vec(),
        kind: kind.into(),
        from_us: from,
        to_us: is_over.then_some(to),
    };
    let at = if is_over { to + MINUTE } else { from + MINUTE };
    let fact = Fact::CameraOutage(v1::CameraOutage { observed: Some(observed) });
    let line = script.say(recorder, at, fact);
    Some(Planted::new("A camera did not do its work while an exhibit lay shut in its view.").needs(
        RuleId::V09,
        WARNING,
        [line],
    ))
}

fn surveyed_long_ago(script: &mut Script) -> Option<Planted> {
    let site = own_store(script, SitePlan { surveyed_days_before: 400, ..SitePlan::STORE });
    let journey = at(script, site, Until::Deposited)?;
    let visit = journey.deposited().clone();
    let places = window(script, &visit);
    Some(Planted::new("A transfer took place in a store that was surveyed more than a year ago.").needs(
        RuleId::V09,
        WARNING,
        places,
    ))
}
