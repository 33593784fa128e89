//! V01–V03, V09: where exhibits lie, and whether a camera recorded what happened there.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Place, Planted, Planter, exhibits, fresh, own_store, script as of, silent_store};
use crate::estate::SitePlan;
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;
use crate::visit::Visit;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;

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
    of(RuleId::V09, "no signal", |script| outage(script, v1::OutageKind::NoSignal, true)),
    of(RuleId::V09, "covered, and still", |script| outage(script, v1::OutageKind::Tampered, false)),
    of(RuleId::V09, "no signal, and the locker silent since", outage_while_silent),
    of(RuleId::V09, "surveyed long ago", surveyed_long_ago),
];

/// A bag at a site, as far as said, taken by the planter.
pub(super) fn at(script: &mut Script, site: usize, until: Until) -> Option<Journey> {
    let high = script.span.to_us - 34 * HOUR;
    let plan = Plan { site: Some(site), until, is_one: true, high, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some(journey)
}

/// The statements of a visit, and the cameras that view it.
pub(super) fn window(script: &mut Script, visit: &Visit) -> Vec<Place> {
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
pub(super) fn filmed(script: &mut Script, is_collection: bool) -> Option<(Journey, Visit)> {
    let until = if is_collection { Until::Received } else { Until::Deposited };
    let journey = fresh(script, Plan { until, ..script.plan() })?;
    let mut visit = if is_collection { journey.collected() } else { journey.deposited() }.clone();
    if visit.films.is_empty() {
        // A collection's films are written after it.
        visit.films.clone_from(&script.bag(journey.bag).visits().last()?.films);
    }
    (!visit.films.is_empty()).then_some((journey, visit))
}

/// Here and below: footage may still come as long as the record does not go on for an hour.
fn hole(script: &mut Script, is_collection: bool) -> Option<Planted> {
    let (_, visit) = filmed(script, is_collection)?;
    let from = script.at(visit.cycle.name()) + script.rng.between(0, 8) * SECOND;
    let length = script.rng.between(4, 20) * SECOND;
    for film in visit.films.clone() {
        script.edit_film(film, |film| cut(film, from, from + length));
    }
    let places = window(script, &visit);
    Some(Planted::new("The footage of a transfer has a hole.").at_end().needs(RuleId::V02, BREAK, places))
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
    Some(Planted::new("No camera recorded a transfer.").at_end().needs(RuleId::V02, BREAK, places))
}

fn another_time(script: &mut Script) -> Option<Planted> {
    let (_, visit) = filmed(script, false)?;
    for film in visit.films.clone() {
        // The recorder says that it is ten minutes ahead: what it holds was ten minutes earlier.
        script.edit_film(film, |film| film.clock_offset_us += 600_000_000);
    }
    let places = window(script, &visit);
    Some(Planted::new("The footage said to be of a transfer is of another time.").at_end().needs(
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
    Some(
        Planted::new("An occupied compartment was opened for a look, and no camera recorded it.")
            .at_end()
            .needs(RuleId::V02, BREAK, places),
    )
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
