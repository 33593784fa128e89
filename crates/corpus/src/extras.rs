//! Stories of which each history has some: lawful, and most of them suspicious at first sight.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::journey::{Plan, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

/// One story each of those that chance names.
pub(crate) fn extras(script: &mut Script) {
    const STORIES: [fn(&mut Script); 15] = [
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
        odds,
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
    if script.rng.chance(50)
        && let Some(registration) = journey.registered.first()
    {
        // What names its owner is not needed any more.
        script.erasure(journey.bag, *registration, at + 5 * HOUR);
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
    script.deposit(bag, journey.site, slot, again, None);
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
    script.deposit(bag, site, slot, at, None);
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

/// Things that happen and mean nothing: a full locker, a warm compartment, a visitor, a form on paper.
fn odds(script: &mut Script) {
    let plan = script.plan();
    let Some((journey, at)) = script.in_store(plan) else { return };
    let (bag, central) = (journey.bag, script.central);
    let Some(keeper) = script.bag(bag).holder else { return };
    let (ids, seal) = (script.exhibits(bag), script.bag(bag).seal.clone());
    let [visitor, summary] = [script.commitment(), script.commitment()];
    let exhibits = ids.clone();
    script.desk_act(bag, central, keeper, at, |_, by| {
        let declared = v1::inspection_access::Declared {
            exhibits,
            visitor,
            supervisor: Some(by),
            from_us: at,
            to_us: at + 5 * MINUTE,
        };
        Fact::InspectionAccess(v1::InspectionAccess { declared: Some(declared) })
    });
    let exhibits = ids.clone();
    script.desk_act(bag, central, keeper, at + 10 * MINUTE, |_, by| {
        let declared = v1::seal_observed_intact::Declared { exhibits, seal, by: Some(by) };
        Fact::SealObservedIntact(v1::SealObservedIntact { declared: Some(declared) })
    });
    script.desk_act(bag, central, keeper, at + 20 * MINUTE, |script, by| {
        let declared = v1::paper_fallback::Declared {
            document: script.commitment(),
            exhibits: ids,
            by: Some(by),
            summary: Some(summary),
        };
        Fact::PaperFallback(v1::PaperFallback { declared: Some(declared) })
    });
    full_locker(script);
}

fn full_locker(script: &mut Script) {
    let site = script.store();
    let (low, high) = (script.span.from_us + 5 * HOUR, script.span.to_us - 5 * HOUR);
    let Some(at) = script.free_time(site, low, high) else { return };
    let officer = script.person(v1::Role::Officer, site, at, at + MINUTE, &[]);
    let session = script.at_locker(site, officer, at, at + MINUTE);
    let observed = v1::no_compartment_available::Observed { session: session.opened.token() };
    let declared = v1::no_compartment_available::Declared { diverted_to: None };
    let fact = v1::NoCompartmentAvailable { observed: Some(observed), declared: Some(declared) };
    script.say(session.device, at + 10 * SECOND, Fact::NoCompartmentAvailable(fact));
    let compartment = script.bank(site).slots.first().map(|slot| slot.id.0.to_vec()).unwrap_or_default();
    let observed = v1::temperature_excursion::Observed {
        compartment,
        millidegrees_celsius: 31_500,
        duration_us: 40 * MINUTE,
    };
    let fact = v1::TemperatureExcursion { observed: Some(observed) };
    script.say(session.device, at + 2 * MINUTE, Fact::TemperatureExcursion(fact));
    script.keep(site, at, at + 2 * MINUTE);
}
