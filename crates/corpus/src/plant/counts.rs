//! A: counting and chasing.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Place, Planted, Planter, exhibits, fresh, own_store, script as of, silent_store};
use crate::custody_acts::VISIT;
use crate::estate::SitePlan;
use crate::house::Count;
use crate::journey::{Journey, Plan, Registered, Until};
use crate::line::{DAY, HOUR, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::A01, "passed over", |script| miscounted(script, Wrong::PassedOver)),
    of(RuleId::A01, "not found", |script| miscounted(script, Wrong::NotFound)),
    of(RuleId::A01, "found in another compartment", |script| miscounted(script, Wrong::Elsewhere)),
    of(RuleId::A01, "something unexpected found", |script| miscounted(script, Wrong::Unexpected)),
    of(RuleId::A01, "another number at the end", |script| miscounted(script, Wrong::Number)),
    of(RuleId::A01, "number wrong, the locker silent since", |script| {
        let site = silent_store(script);
        miscounted_at(script, site, Wrong::Number)
    }),
    of(RuleId::A01, "never counted", never_counted),
    of(RuleId::A02, "resolved by who raised it", resolved_by_raiser),
    of(RuleId::A02, "resolves nothing", resolves_nothing),
    of(RuleId::A02, "open for weeks", open_for_weeks),
    of(RuleId::A03, "sixteen days in a locker", |script| dwells(script, false)),
    of(RuleId::A03, "sixteen days in a locker that is silent since", dwells_in_silence),
    of(RuleId::A03, "twenty days in a locker, then collected", |script| dwells(script, true)),
    of(RuleId::A03, "a radio not back", radio_not_back),
    of(RuleId::A03, "a radio missing", radio_missing),
    of(RuleId::A04, "never registered", never_registered),
    of(RuleId::A04, "registered five days later", registered_late),
    of(RuleId::A04, "reserved, never deposited", reserved),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    PassedOver,
    NotFound,
    Elsewhere,
    Unexpected,
    Number,
}

/// Two bags in a store, and a count of it.
fn count(script: &mut Script, site: usize) -> Option<(Journey, Count)> {
    let plan = Plan {
        site: Some(site),
        until: Until::Deposited,
        high: script.span.to_us - 30 * HOUR,
        is_one: true,
        ..script.plan()
    };
    let (first, second) = (script.journey(plan)?, script.journey(plan)?);
    for journey in [&first, &second] {
        script.bag(journey.bag).is_taken = true;
    }
    let low = script.bag(first.bag).until_us.max(script.bag(second.bag).until_us) + 2 * HOUR;
    let at = script.quiet_time(site, low, low + 10 * HOUR)?;
    let count = script.count(site, at);
    Some((first, count))
}

fn miscounted(script: &mut Script, wrong: Wrong) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    miscounted_at(script, site, wrong)
}

fn miscounted_at(script: &mut Script, site: usize, wrong: Wrong) -> Option<Planted> {
    let (journey, count) = count(script, site)?;
    let (bag, exhibit, line) = count.counted.iter().find(|(bag, _, _)| *bag == journey.bag).copied()?;
    let at = script.at(line);
    let total = u64::try_from(count.counted.len()).unwrap_or(0);
    let mut places = vec![count.closed, line];
    let story = match wrong {
        Wrong::PassedOver => {
            script.unsay([line]);
            set_total(script, &count, total - 1);
            "A count passed over what lay there."
        }
        Wrong::NotFound => {
            script.unsay([line]);
            set_total(script, &count, total - 1);
            let audit = count.audit.to_vec();
            let declared = v1::item_not_found::Declared { audit, exhibit: exhibit.0.to_vec() };
            let fact = Fact::ItemNotFound(v1::ItemNotFound { declared: Some(declared) });
            places.push(script.say(count.session.device, at, fact));
            "A count did not find what lies there by the record."
        }
        Wrong::Elsewhere => {
            let site = journey.site;
            let slots = &script.bank(site).slots;
            let (other, _) = slots.iter().enumerate().find(|(place, _)| *place != journey.slot)?;
            script.unsay([line]);
            let session = count.session;
            places.push(script.item_counted(count.audit, bag, exhibit, (site, other), &session, at));
            "A count found an exhibit in another compartment than the record says."
        }
        Wrong::Unexpected => {
            let declared = v1::unexpected_item_found::Declared {
                audit: count.audit.to_vec(),
                exhibit: None,
                compartment: None,
                description: Some(script.commitment()),
            };
            let fact = Fact::UnexpectedItemFound(v1::UnexpectedItemFound { declared: Some(declared) });
            places.push(script.say(count.session.device, at + 2 * SECOND, fact));
            "A count found something that the record knows nothing of."
        }
        Wrong::Number => {
            set_total(script, &count, total + 1);
            "A count ended with another number than was counted."
        }
    };
    let mut places: Vec<Place> = places.into_iter().map(Place::Line).collect();
    if wrong == Wrong::PassedOver {
        places.push(exhibit.into());
    }
    Some(Planted::new(story).needs(RuleId::A01, BREAK, places))
}

fn set_total(script: &mut Script, count: &Count, total: u64) {
    if let Fact::AuditClosed(v1::AuditClosed { declared: Some(declared) }) =
        &mut script.line(count.closed).fact
    {
        declared.counted = total;
    }
}

/// A bag that came in weeks ago and still lies there.
fn early(
    script: &mut Script,
    site: usize,
    days_before_end: u64,
    until: Until,
    rests: u64,
) -> Option<Journey> {
    let low = script.span.to_us - days_before_end * DAY;
    let plan = Plan { site: Some(site), low, high: low + 10 * HOUR, until, rests, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some(journey)
}

fn never_counted(script: &mut Script) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    let journey = early(script, site, 34, Until::Deposited, 0)?;
    let places = exhibits(script, &journey);
    let count = places.len();
    Some(
        Planted::new("An exhibit lay in a locker for more than a month and was never counted.")
            .at_end()
            .needs_up_to(count, RuleId::A01, WARNING, places.clone())
            // Whoever lies there for a month has also stayed too long.
            .needs_up_to(count, RuleId::A03, WARNING, places),
    )
}

/// A bag in the store, two people there, and a time.
fn keepers(script: &mut Script) -> Option<(Journey, usize, usize, u64)> {
    let high = script.span.to_us - 42 * HOUR;
    let journey = fresh(script, Plan { high, ..script.plan() })?;
    let central = script.central;
    let at = script.bag(journey.bag).until_us + HOUR;
    let first = script.person(v1::Role::ExhibitsOfficer, central, at, at + 8 * HOUR, &[]);
    let second = script.person(v1::Role::StoreManager, central, at, at + 8 * HOUR, &[first]);
    Some((journey, first, second, at))
}

fn resolved_by_raiser(script: &mut Script) -> Option<Planted> {
    let (journey, first, _, at) = keepers(script)?;
    let central = script.central;
    let raised = script.discrepancy(journey.bag, central, first, &[], at);
    let line = script.resolved(journey.bag, central, first, raised, at + 2 * HOUR);
    Some(Planted::new("Who raised a discrepancy resolved it.").needs(RuleId::A02, WARNING, [line]))
}

fn resolves_nothing(script: &mut Script) -> Option<Planted> {
    let (journey, _, second, at) = keepers(script)?;
    let central = script.central;
    let about = journey.received();
    let line = script.resolved(journey.bag, central, second, about, at + HOUR);
    Some(Planted::new("A discrepancy was resolved that nobody had raised.").needs(
        RuleId::A02,
        WARNING,
        [line],
    ))
}

fn open_for_weeks(script: &mut Script) -> Option<Planted> {
    let low = script.span.to_us - (17 * DAY + script.rng.below(4) * DAY);
    let plan = Plan { low, high: low + 10 * HOUR, until: Until::Received, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    let at = script.bag(journey.bag).until_us + HOUR;
    let central = script.central;
    let keeper = script.person(v1::Role::ExhibitsOfficer, central, at, at + HOUR, &[]);
    let line = script.discrepancy(journey.bag, central, keeper, &[], at);
    Some(Planted::new("A discrepancy was open for more than two weeks.").at_end().needs(
        RuleId::A02,
        WARNING,
        [line],
    ))
}

fn dwells_in_silence(script: &mut Script) -> Option<Planted> {
    let site = silent_store(script);
    let journey = early(script, site, 16, Until::Deposited, 0)?;
    dwelt(script, &journey)
}

fn dwells(script: &mut Script, leaves: bool) -> Option<Planted> {
    let site = own_store(script, SitePlan::STORE);
    let journey = if leaves {
        early(script, site, 28, Until::Received, 20 * DAY)?
    } else {
        early(script, site, 16, Until::Deposited, 0)?
    };
    dwelt(script, &journey)
}

fn dwelt(script: &mut Script, journey: &Journey) -> Option<Planted> {
    let places = exhibits(script, journey);
    let count = places.len();
    Some(Planted::new("An exhibit stayed in a locker for more than two weeks.").at_end().needs_up_to(
        count,
        RuleId::A03,
        WARNING,
        places,
    ))
}

fn radio(script: &mut Script, due_hours: u64) -> Option<crate::house::Kit> {
    let at = script.span.from_us + 20 * HOUR + script.rng.below(900) * MINUTE;
    script.equipment(at, at + due_hours * HOUR, None)
}

fn radio_not_back(script: &mut Script) -> Option<Planted> {
    let kit = radio(script, 12)?;
    Some(Planted::new("A radio was not back by the day it was due.").at_end().needs(
        RuleId::A03,
        WARNING,
        [kit.issued],
    ))
}

fn radio_missing(script: &mut Script) -> Option<Planted> {
    let kit = radio(script, 24 * 20)?;
    let at = script.at(kit.issued) + 10 * HOUR;
    let place = script.kit;
    let person = script.person(v1::Role::Maintainer, place, at, at + VISIT, &[]);
    let session = script.at_desk(place, person, at, at + VISIT);
    let declared = v1::equipment_missing::Declared {
        equipment: kit.equipment.to_vec(),
        by: Some(script.act(&session)),
        circumstances: None,
    };
    let fact = Fact::EquipmentMissing(v1::EquipmentMissing { declared: Some(declared) });
    let line = script.say(session.device, at + 20 * SECOND, fact);
    Some(Planted::new("A radio was marked missing.").needs(RuleId::A03, WARNING, [line]))
}

/// A deposit of so many days before the end that nobody registers, and the site of its store.
fn unregistered(script: &mut Script, days: u64) -> Option<(Journey, usize)> {
    let site = own_store(script, SitePlan::STORE);
    let low = script.span.to_us - days * DAY;
    let plan = Plan {
        site: Some(site),
        low,
        high: low + 8 * HOUR,
        until: Until::Deposited,
        registered: Registered::Never,
        is_one: true,
        ..script.plan()
    };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some((journey, site))
}

fn never_registered(script: &mut Script) -> Option<Planted> {
    let (journey, _) = unregistered(script, 4)?;
    let places = exhibits(script, &journey);
    Some(Planted::new("An exhibit was deposited four days ago and is registered nowhere.").at_end().needs(
        RuleId::A04,
        BREAK,
        places,
    ))
}

fn registered_late(script: &mut Script) -> Option<Planted> {
    let (journey, site) = unregistered(script, 8)?;
    let at = script.bag(journey.bag).until_us + 5 * DAY;
    let officer = script.person(v1::Role::Officer, site, at, at + HOUR, &[]);
    script.register_by(journey.bag, officer, at);
    let places = exhibits(script, &journey);
    Some(Planted::new("An exhibit was registered five days after its deposit.").at_end().needs(
        RuleId::A04,
        BREAK,
        places,
    ))
}

fn reserved(script: &mut Script) -> Option<Planted> {
    let site = script.store();
    let (low, high) = (script.span.from_us + 6 * HOUR, script.span.to_us - 6 * HOUR);
    let at = script.free_time(site, low, high)?;
    let slot = script.free_slot(site, at, at + HOUR, false)?;
    script.stay(site, slot, at, at + HOUR);
    let person = script.person(v1::Role::Officer, site, at, at + VISIT, &[]);
    let session = script.at_locker(site, person, at, at + VISIT);
    let compartment = script.bank(site).slots.get(slot)?.id.0.to_vec();
    let observed = v1::compartment_reserved::Observed { compartment, session: session.opened.token() };
    let fact = Fact::CompartmentReserved(v1::CompartmentReserved { observed: Some(observed) });
    let line = script.say(session.device, at + 8 * SECOND, fact);
    script.keep(site, at, at + VISIT);
    Some(Planted::new("A compartment was reserved and nothing put into it.").needs(
        RuleId::A04,
        WARNING,
        [line],
    ))
}
