//! Clean histories: several days of the estate, lawful from first to last, and made to look suspicious.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::custody_acts::DESK;
use crate::estate::{FIRMWARE, SitePlan};
use crate::journey::{Plan, Registered, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
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
        for _ in 0..2 {
            script.hire(&[(v1::Role::Officer, Some(site))]);
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

/// One story each of those that chance names.
fn extras(script: &mut Script) {
    const STORIES: [fn(&mut Script); 14] = [
        |script| {
            script.provisional();
        },
        |script| {
            script.own_collection();
        },
        |script| {
            script.handed_over();
        },
        |script| {
            script.passed_back();
        },
        release,
        examination,
        disposal,
        owner,
        abandoned,
        equipment,
        put_right,
        late_entry,
        consolidation,
        checked,
    ];
    let mut stories = STORIES.to_vec();
    script.rng.shuffle(&mut stories);
    let count = script.rng.between(3, 6);
    for story in stories.iter().take(usize::try_from(count).unwrap_or(0)) {
        story(script);
    }
}

fn release(script: &mut Script) {
    let plan = script.plan();
    let Some((journey, at)) = script.in_store(plan) else { return };
    let (due_us, back) = if script.rng.chance(50) {
        // Still out when the record ends, and not due yet.
        (script.span.to_us + 3 * DAY, None)
    } else {
        (at + 20 * HOUR, Some(at + 9 * HOUR))
    };
    script.released(journey.bag, at, due_us, back);
}

/// Broken, opened, counted, weighed, split and sealed anew, all by the book.
fn examination(script: &mut Script) {
    let plan = Plan { category: v1::Category::Drug, is_one: true, ..script.plan() };
    let Some((journey, at)) = script.in_laboratory(plan) else { return };
    let bag = journey.bag;
    let examined = script.examined(bag, at);
    let opened_us = script.at(examined.opened);
    let whole = script.rng.between(20, 200);
    let part = script.rng.between(1, whole - 1);
    script.counted(bag, &examined.session, opened_us + 2 * MINUTE, whole);
    script.weighed(bag, &examined.session, opened_us + 3 * MINUTE, 412_000);
    // The same scale, the same thing, a label more.
    script.weighed(bag, &examined.session, opened_us + 4 * MINUTE, 419_000);
    let (children, _) = script.split(bag, opened_us + 6 * MINUTE, &[part, whole - part]);
    if let Some(child) = children.first() {
        script.counted_of(bag, child.0.to_vec(), &examined.session, opened_us + 8 * MINUTE, part);
    }
    // On to the store by courier, under its new seal.
    let (on, central) = (script.bag(bag).until_us + 30 * MINUTE, script.central);
    let courier = script.person(v1::Role::Courier, central, on, on + 2 * HOUR, &[]);
    script.hand_over(bag, central, courier, on);
    script.receive(bag, on + 40 * MINUTE);
}

fn disposal(script: &mut Script) {
    let plan = script.plan();
    let Some((journey, at)) = script.in_store(plan) else { return };
    if script.rng.chance(50) {
        // Held for an appeal that was withdrawn.
        let hold = script.hold(journey.bag, at);
        script.hold_released(journey.bag, hold, at + 2 * HOUR);
    }
    script.disposal(journey.bag, at + 3 * HOUR);
}

fn owner(script: &mut Script) {
    let plan = script.plan();
    if let Some((journey, at)) = script.in_store(plan) {
        script.returned_to_owner(journey.bag, at);
    }
}

/// An officer thinks better of it; the bag goes into another compartment an hour later.
fn abandoned(script: &mut Script) {
    let plan = script.plan();
    let Some(journey) = script.journey(Plan { until: Until::Seized, ..plan }) else { return };
    let bag = journey.bag;
    let low = script.bag(bag).until_us + 10 * MINUTE;
    let Some(at) = script.free_time(journey.site, low, low + 3 * HOUR) else { return };
    let Some(again) = script.free_time(journey.site, at + HOUR, at + 4 * HOUR) else { return };
    let end = script.span.to_us + DAY;
    let Some(slot) = script.free_slot(journey.site, at, end, false) else { return };
    script.stay(journey.site, slot, at, end);
    script.give_up(bag, journey.site, slot, at);
    script.deposit(bag, journey.site, slot, again, crate::custody_acts::Manner::default());
}

fn equipment(script: &mut Script) {
    let at = script.span.from_us + 30 * HOUR + script.rng.below(300) * MINUTE;
    let is_back = script.rng.chance(60);
    let back = is_back.then_some(at + 9 * HOUR);
    let due_us = if is_back { at + 12 * HOUR } else { script.span.to_us + 2 * DAY };
    script.equipment(at, due_us, back);
}

/// A damaged label: raised by one, resolved by another, remarked upon and corrected with approval.
fn put_right(script: &mut Script) {
    let plan = script.plan();
    let Some((journey, at)) = script.in_store(plan) else { return };
    let (bag, central) = (journey.bag, script.central);
    let first = script.person(v1::Role::ExhibitsOfficer, central, at, at + 12 * HOUR, &[]);
    let second = script.person(v1::Role::StoreManager, central, at, at + 12 * HOUR, &[first]);
    let raised = script.discrepancy(bag, central, first, &journey.registered, at);
    script.resolved(bag, central, second, raised, at + 4 * HOUR);
    let Some(registered) = journey.registered.first().copied() else { return };
    script.corrected(bag, registered, "declared.description", [first, second], at + 5 * HOUR);
    annotated(script, bag, central, second, registered, at + 6 * HOUR);
}

fn annotated(script: &mut Script, bag: usize, site: usize, by: usize, about: LineId, at: u64) {
    let (exhibits, note) = (script.exhibits(bag), script.commitment());
    script.desk_act(bag, site, by, at, |_, by| {
        Fact::Annotated(v1::Annotated {
            declared: Some(v1::annotated::Declared {
                statement: about.token(),
                exhibits,
                note,
                by: Some(by),
            }),
        })
    });
}

/// The hand-over at the scene was entered the day after; until then a stranger seemed to deposit the bag.
fn late_entry(script: &mut Script) {
    let plan = script.plan();
    let Some(journey) = script.journey(Plan { until: Until::Seized, ..plan }) else { return };
    let (bag, site) = (journey.bag, journey.site);
    let from = script.bag(bag).officer;
    let handed_us = script.bag(bag).until_us + 10 * MINUTE;
    let low = handed_us + HOUR;
    let Some(at) = script.free_time(site, low, low + 5 * HOUR) else { return };
    let end = script.span.to_us + DAY;
    let Some(slot) = script.free_slot(site, at, end, false) else { return };
    script.stay(site, slot, at, end);
    let to = script.person(v1::Role::Officer, site, handed_us, at + 8 * HOUR, &[from]);
    script.bag(bag).holder = Some(to);
    script.deposit(bag, site, slot, at, crate::custody_acts::Manner::default());
    let occurred = Some((handed_us, handed_us + 10 * MINUTE));
    let until = script.bag(bag).until_us;
    script.late_entry(bag, site, [from, to, to], occurred, at + 6 * HOUR);
    script.bag(bag).until_us = until;
}

/// Two counted parts become one whole.
fn consolidation(script: &mut Script) {
    let plan = Plan { is_one: true, ..script.plan() };
    let Some((journey, at)) = script.in_store(plan) else { return };
    let case = Some(script.bag(journey.bag).case);
    let Some((other, later)) = script.in_store(Plan { case, ..plan }) else { return };
    let at = at.max(later) + HOUR;
    script.consolidated([journey.bag, other.bag], at, [40, 25], 65);
}

/// Somebody looks after what lies in a locker, and says which opening that was.
fn checked(script: &mut Script) {
    let plan = Plan { until: Until::Deposited, ..script.plan() };
    let Some(journey) = script.journey(plan) else { return };
    let low = script.bag(journey.bag).until_us + HOUR;
    let Some(at) = script.free_time(journey.site, low, low + 8 * HOUR) else { return };
    script.looked_after(journey.site, journey.slot, at);
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

/// Whether somebody can use the desk for a while: for planters that add acts late in the day.
pub fn desk_hours(script: &Script) -> (u64, u64) {
    (script.span.from_us + 8 * HOUR, script.span.to_us - 4 * HOUR - DESK)
}
