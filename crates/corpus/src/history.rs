//! Clean histories: several days of the estate, lawful from first to last, and made to look suspicious.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::estate::{FIRMWARE, SitePlan};
use crate::extras::extras;
use crate::journey::{Plan, Registered, Until};
use crate::line::{DAY, Delivery, HOUR, MINUTE, SECOND};
use crate::rng::Rng;
use crate::script::{Script, Span};

/// 1 October 2026, midnight UTC: when the first histories may begin.
const FIRST_DAY: u64 = 1_790_812_800_000_000;

/// 24 October 2026, midnight UTC: a history that begins here sees the clocks go back at one o'clock on the 25th.
const CLOCKS_GO_BACK: u64 = FIRST_DAY + 23 * DAY;

/// How long before the first full day the estate is set up: long enough for what stays too long.
const ESTATE_DAYS: u64 = 42;

/// The clean history of a seed.
pub fn history(seed: u64) -> Script {
    let mut rng = Rng::new(seed ^ 0x0c0f_fee0);
    let from_us = match seed % 5 {
        0 => CLOCKS_GO_BACK - DAY * rng.below(2),
        _ => FIRST_DAY + rng.below(40) * DAY,
    };
    let days = rng.between(3, 5);
    let estate_us = from_us - ESTATE_DAYS * DAY;
    let to_us = from_us + days * DAY;
    let mut script = Script::new(seed, Span { estate_us, early_us: estate_us + 2 * DAY, from_us, to_us });
    estate(&mut script);
    people(&mut script);
    bags(&mut script);
    extras(&mut script);
    devices(&mut script);
    heads(&mut script);
    script
}

/// Two or three transit stores, the property store, the kit room.
fn estate(script: &mut Script) {
    script.firmware(FIRMWARE, true);
    let stores = script.rng.between(2, 3);
    for number in 0..stores {
        let plan = SitePlan {
            drops: 1,
            is_signed: number == 1,
            // One recorder is a minute and a half ahead, which is known.
            offset_us: if number == 0 {
                95_000_000
            } else {
                350_000 - i64::try_from(number).unwrap_or(0) * 500_000
            },
            ..SitePlan::STORE
        };
        script.build(&plan);
    }
    script.central = script.build(&SitePlan::DESK);
    script.kit = script.build(&SitePlan::KIT);
}

fn people(script: &mut Script) {
    for site in script.stores() {
        for shift in 0..3 {
            let officer = script.hire(&[(v1::Role::Officer, Some(site))]);
            if let Some(officer) = script.people.get_mut(officer) {
                officer.shift = Some(shift);
            }
        }
        script.hire(&[(v1::Role::ExhibitsOfficer, Some(site))]);
    }
    let (central, kit) = (script.central, script.kit);
    script.hire(&[(v1::Role::StoreManager, Some(central))]);
    script.hire(&[(v1::Role::ExhibitsOfficer, Some(central))]);
    script.hire(&[(v1::Role::Examiner, Some(central))]);
    script.hire(&[(v1::Role::Officer, Some(kit))]);
    for role in [v1::Role::Courier, v1::Role::Courier, v1::Role::CustodyAuditor, v1::Role::CustodyAuditor] {
        script.hire(&[(role, None)]);
    }
    script.hire(&[(v1::Role::Maintainer, None)]);
    script.hire(&[(v1::Role::EstateManager, None)]);
}

/// The ordinary days: bags of every kind and way.
fn bags(script: &mut Script) {
    let plan = script.plan();
    script.journey(plan);
    script.journey(Plan { registered: Registered::After, ..plan });
    script.journey(Plan { until: Until::Deposited, ..plan });
    let category = [v1::Category::Cash, v1::Category::Drug, v1::Category::Firearm];
    let category = script.rng.pick(&category).unwrap_or(v1::Category::Cash);
    script.journey(Plan { category, ..plan });
    let site = script.store();
    for _ in 0..2 {
        script.journey(Plan { site: Some(site), is_multi: true, until: Until::Deposited, ..plan });
    }
    let from = script.span.from_us;
    if script.rng.chance(60) {
        let site = script.store();
        script.clearance(site, 2, from + 4 * HOUR, from + 14 * HOUR);
    }
    if is_october(script) {
        // The hour from one to two o'clock, which local clocks show twice.
        let high = CLOCKS_GO_BACK + DAY + 50 * MINUTE;
        let site = script.store();
        for low in [high - HOUR, high] {
            script.journey(Plan { site: Some(site), low, high: low + 50 * MINUTE, ..plan });
        }
    }
    // Within the two weeks that an exhibit may stay.
    if script.rng.chance(40) {
        let low = script.span.to_us - 13 * DAY - 20 * HOUR;
        script.journey(Plan { low, high: low + 6 * HOUR, until: Until::Deposited, ..plan });
    }
    // Long ago, complete, and its footage gone since, as decided.
    if script.rng.chance(30) {
        let low = script.span.early_us;
        if let Some(journey) = script.journey(Plan { low, high: low + 20 * HOUR, ..plan }) {
            lapse(script, journey.site);
        }
    }
}

fn is_october(script: &Script) -> bool {
    (script.span.from_us..script.span.to_us - DAY).contains(&(CLOCKS_GO_BACK + DAY))
}

fn lapse(script: &mut Script, site: usize) {
    let (from, to) = (script.span.early_us - HOUR, script.span.early_us + 2 * DAY);
    let at = script.span.from_us + 2 * HOUR + script.rng.below(10) * MINUTE;
    script.lapsed(site, 0, (from, to), v1::LapseDecision::NotNeeded, at);
    script.lapsed(site, 1, (from, to), v1::LapseDecision::NotNeeded, at + SECOND);
}

/// A camera that did not work before anything lay in its view, and a statement that was sent until it arrived.
fn harmless(script: &mut Script) {
    let site = script.store();
    let at = script.span.early_us - 8 * HOUR;
    let place = script.site(site);
    let (camera, id, recorder) = (place.cameras.first().map(|camera| camera.id), place.id, place.recorder);
    if let (Some(camera), Some(recorder)) = (camera, recorder) {
        let observed = v1::camera_outage::Observed {
            camera: camera.0.to_vec(),
            site: id.0.to_vec(),
            kind: v1::OutageKind::Maintenance.into(),
            from_us: at,
            to_us: Some(at + HOUR),
        };
        let fact = Fact::CameraOutage(v1::CameraOutage { observed: Some(observed) });
        script.say(recorder, at + HOUR + MINUTE, fact);
    }
    let desk = script.site(site).desk;
    let at = script.span.from_us + script.rng.between(9, 60) * HOUR + 7 * MINUTE;
    let line = script.self_test(desk, at);
    let late = script.rng.between(3, 12) * MINUTE;
    script.line(line).delivery = Delivery::After(late);
}

/// What devices go through.
fn devices(script: &mut Script) {
    for site in script.stores() {
        let speaker = script.bank(site).speaker;
        match script.rng.below(5) {
            0 => outage(script, site),
            1 => {
                let at = script.span.from_us + 26 * HOUR + script.rng.below(600) * MINUTE;
                let wrong = script.rng.between(200_000, 1_200_000);
                script.clock_step(speaker, at, i64::try_from(wrong).unwrap_or(0));
            }
            2 => {
                if let Some(at) = quiet_day(script, site) {
                    script.rotate_at(at, speaker, speaker);
                }
            }
            3 => {
                if let Some(at) = quiet_day(script, site) {
                    script.power_cut(site, at);
                }
            }
            _ => {
                let at = script.span.from_us + 20 * HOUR + script.rng.below(900) * MINUTE;
                script.denied(site, at);
            }
        }
        if script.rng.chance(35)
            && let Some(at) = quiet_day(script, site)
        {
            script.count(site, at);
        }
    }
    if script.rng.chance(40) {
        maintained(script);
    }
    if script.rng.chance(50) {
        harmless(script);
    }
}

/// A time in the middle of the history when nobody is at the site's locker.
fn quiet_day(script: &mut Script, site: usize) -> Option<u64> {
    let (from, to) = (script.span.from_us + 20 * HOUR, script.span.to_us - 20 * HOUR);
    script.quiet_time(site, from, to)
}

/// Locker and recorder of a site lose the network together for some hours, and catch up together.
fn outage(script: &mut Script, site: usize) {
    let (low, high) = (script.span.from_us + 24 * HOUR, script.span.from_us + 34 * HOUR);
    // What was done just before has been filmed and committed to by then; nobody comes between.
    let is_quiet = |script: &Script, at: u64| {
        let busy = &script.sites.get(site).map(|site| site.busy.clone()).unwrap_or_default();
        !busy.iter().any(|(from, to)| *from < at + 10 * MINUTE && at < *to + HOUR)
    };
    let Some(from) = (0..50).find_map(|_| {
        let at = script.rng.between(low, high);
        is_quiet(script, at).then_some(at)
    }) else {
        return;
    };
    script.keep(site, from - HOUR, from + MINUTE);
    let to = from + script.rng.between(3, 11) * HOUR;
    let speaker = script.bank(site).speaker;
    script.offline(speaker, from, to);
    if let Some(recorder) = script.site(site).recorder {
        script.offline(recorder, from + SECOND, to);
    }
}

fn maintained(script: &mut Script) {
    let site = script.store();
    let (low, high) = (script.span.from_us + 12 * HOUR, script.span.to_us - 12 * HOUR);
    let Some(at) = script.free_time(site, low, high) else { return };
    // A compartment in which something lies, if there is one: the key may be used there all the same.
    let slot = script.lying(site, at).first().map_or(0, |(_, slot)| *slot);
    script.maintenance(site, slot, at);
}

/// Checkpoints, cosignatures, time stamps, censuses; and the devices' last words, which touch nothing.
fn heads(script: &mut Script) {
    let span = script.span;
    script.census(span.from_us + 5 * SECOND);
    for day in 1..=span.days() {
        let midnight = span.from_us + day * DAY;
        script.checkpoint(midnight + 3 * SECOND);
        script.cosigned(midnight + 20 * SECOND);
        script.stamped(midnight + 40 * SECOND, midnight + 40 * SECOND);
    }
    let end = span.to_us + 2 * MINUTE;
    script.census(end);
    for site in 0..script.sites.len() {
        script.last_words(site);
    }
}
