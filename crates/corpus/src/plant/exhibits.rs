//! E: exhibits, labels, seals, packages.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Planted, Planter, fresh, script as of};
use crate::custody_acts::VISIT;
use crate::journey::{Journey, Plan, Registered, Until};
use crate::line::{HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::E01, "one officer, one reference", |script| one_reference(script, false, Until::Seized)),
    of(RuleId::E01, "another officer, one reference", |script| one_reference(script, true, Until::Seized)),
    of(RuleId::E01, "the reference of one in the store", |script| {
        one_reference(script, true, Until::Received)
    }),
    of(RuleId::E02, "another label at the deposit", |script| label(script, Point::Deposit)),
    of(RuleId::E02, "another label at the collection", |script| label(script, Point::Collection)),
    of(RuleId::E02, "another label at the store", |script| label(script, Point::Receipt)),
    of(RuleId::E02, "no label read", no_label),
    of(RuleId::E03, "another seal at the deposit", |script| seal(script, Point::Deposit)),
    of(RuleId::E03, "another seal at the collection", |script| seal(script, Point::Collection)),
    of(RuleId::E03, "another seal at the store", |script| seal(script, Point::Receipt)),
    of(RuleId::E03, "registered later with another seal", registered_otherwise),
    of(RuleId::E03, "a check finds the seal disturbed", disturbed),
    of(RuleId::E03, "another seal broken than the last", broken_otherwise),
    of(RuleId::E04, "old package not inside the new", |script| {
        resealed(script, "without the old package inside", |declared| declared.old_inside = false)
    }),
    of(RuleId::E04, "no old seal named", no_old_seal),
    of(RuleId::E04, "broken, never sealed again", |script| never_sealed(script, true)),
    of(RuleId::E04, "opened, never sealed again", |script| never_sealed(script, false)),
    of(RuleId::E04, "found broken at the store", found_broken),
    of(RuleId::E04, "found damaged at the collection", found_damaged),
    of(RuleId::E05, "deposited under another's seal", |script| one_seal(script, false)),
    of(RuleId::E05, "registered under another's seal", |script| one_seal(script, true)),
    of(RuleId::E05, "sealed anew with another's number", resealed_with_anothers),
    of(RuleId::E06, "empty, says the sensor", |script| sensed(script, Sensed::Empty)),
    of(RuleId::E06, "occupied, says the sensor", occupied),
    of(RuleId::E06, "another weight", |script| sensed(script, Sensed::Lighter)),
    of(RuleId::E06, "lighter than it was weighed", lighter_than_weighed),
    of(RuleId::E07, "no examination named", |script| no_examination(script, v1::Category::Digital)),
    of(RuleId::E07, "drugs opened without examination", |script| no_examination(script, v1::Category::Drug)),
    of(RuleId::E07, "opened a second time, for nothing", opened_again),
];

/// A custody transfer point of an ordinary way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    Deposit,
    Collection,
    Receipt,
}

impl Point {
    const ALL: [Self; 3] = [Self::Deposit, Self::Collection, Self::Receipt];

    fn of(self, journey: &Journey) -> LineId {
        match self {
            Self::Deposit => journey.deposited().act,
            Self::Collection => journey.collected().act,
            Self::Receipt => journey.received(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Collection => "collection",
            Self::Receipt => "receipt at the store",
        }
    }
}

fn one_reference(script: &mut Script, is_other: bool, until: Until) -> Option<Planted> {
    let high = script.span.to_us - 44 * HOUR;
    let first = fresh(script, Plan { high, until, ..script.plan() })?;
    let low = script.bag(first.bag).until_us + HOUR;
    let (case, tag) = (script.bag(first.bag).case, script.bag(first.bag).tags.first().copied()?);
    let officer = (!is_other).then(|| script.bag(first.bag).officer);
    let site = (!is_other).then_some(first.site);
    let plan = Plan {
        until: Until::Seized,
        low: low + 2 * HOUR,
        high: low + 9 * HOUR,
        case: Some(case),
        officer,
        site,
        ..script.plan()
    };
    let second = script.journey(plan)?;
    script.bag(second.bag).is_taken = true;
    let line = second.registered.first().copied()?;
    if let Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) }) =
        &mut script.line(line).fact
    {
        declared.reference_tag = tag.0.to_vec();
    }
    Some(Planted::new("A second exhibit of a case was registered under a reference that was taken.").needs(
        RuleId::E01,
        CONTRADICTION,
        [line],
    ))
}

fn label(script: &mut Script, point: Point) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let line = point.of(&journey);
    let other = script.id().to_vec();
    script.set_label(line, Some(other));
    Some(Planted::new(format!("Another label was scanned at the {}.", point.name())).needs(
        RuleId::E02,
        BREAK,
        [line],
    ))
}

fn no_label(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let line = journey.collected().act;
    script.set_label(line, None);
    Some(Planted::new("No label was read at the collection.").needs(RuleId::E02, WARNING, [line]))
}

/// From one point on the seal has another number: told where it changed, and nowhere else.
fn seal(script: &mut Script, point: Point) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let other = script.seal();
    for later in Point::ALL.into_iter().filter(|later| *later >= point) {
        let line = later.of(&journey);
        script.edit_item(line, |item| item.seal = Some(other.clone()));
    }
    // Whoever counts it afterwards reads what is there.
    let since = script.at(point.of(&journey));
    let ids = script.exhibits(journey.bag);
    for line in script.lines.iter_mut().filter(|line| line.at_us > since) {
        if let Fact::ItemCounted(v1::ItemCounted { declared: Some(declared), .. }) = &mut line.fact {
            if ids.contains(&declared.exhibit) {
                declared.seal = Some(other.clone());
            }
        }
    }
    Some(Planted::new(format!("From the {} on the seal has another number.", point.name())).needs(
        RuleId::E03,
        BREAK,
        [point.of(&journey)],
    ))
}

fn registered_otherwise(script: &mut Script) -> Option<Planted> {
    let high = script.span.to_us - 30 * HOUR;
    let plan =
        Plan { registered: Registered::After, until: Until::Deposited, is_one: true, high, ..script.plan() };
    let journey = fresh(script, plan)?;
    let other = script.seal();
    let line = journey.registered.first().copied()?;
    if let Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) }) =
        &mut script.line(line).fact
    {
        declared.seal = Some(other);
    }
    Some(Planted::new("An exhibit was registered after its deposit, with another seal.").needs(
        RuleId::E03,
        BREAK,
        [line],
    ))
}

fn disturbed(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 20 * HOUR, ..script.plan() };
    let journey = fresh(script, plan)?;
    let at = script.bag(journey.bag).until_us + 4 * HOUR;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, at, at + VISIT);
    let result = v1::CheckResult::SealDisturbed;
    let line = script.attended_check(&session, journey.site, journey.slot, None, result, at + MINUTE);
    Some(Planted::new("Somebody looked, and the seal was disturbed.").needs(RuleId::E03, BREAK, [line]))
}

fn laboratory(script: &mut Script) -> Option<(Journey, u64)> {
    let plan = Plan { is_one: true, ..script.plan() };
    let (journey, at) = script.in_laboratory(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some((journey, at))
}

fn broken_otherwise(script: &mut Script) -> Option<Planted> {
    let (journey, at) = laboratory(script)?;
    let examined = script.examined(journey.bag, at);
    let other = script.seal();
    if let Fact::SealBroken(v1::SealBroken { declared: Some(declared) }) =
        &mut script.line(examined.broken).fact
    {
        declared.seal.clone_from(&other);
    }
    // Whoever seals it anew names the seal that was broken.
    if let Fact::Resealed(v1::Resealed { declared: Some(declared) }) =
        &mut script.line(examined.resealed).fact
    {
        declared.old_seal = Some(other);
    }
    Some(Planted::new("Another seal was broken than the last on record.").needs(
        RuleId::E03,
        BREAK,
        [examined.broken],
    ))
}

fn resealed(
    script: &mut Script,
    what: &str,
    edit: impl FnOnce(&mut v1::resealed::Declared),
) -> Option<Planted> {
    let (journey, at) = laboratory(script)?;
    let examined = script.examined(journey.bag, at);
    if let Fact::Resealed(v1::Resealed { declared: Some(declared) }) =
        &mut script.line(examined.resealed).fact
    {
        edit(declared);
    }
    Some(Planted::new(format!("A package was sealed anew {what}.")).needs(
        RuleId::E04,
        BREAK,
        [examined.resealed],
    ))
}

fn no_old_seal(script: &mut Script) -> Option<Planted> {
    let (journey, at) = laboratory(script)?;
    let examined = script.examined(journey.bag, at);
    script.unsay([examined.broken, examined.opened]);
    if let Fact::Resealed(v1::Resealed { declared: Some(declared) }) =
        &mut script.line(examined.resealed).fact
    {
        declared.old_seal = None;
    }
    Some(
        Planted::new("A package was sealed anew, and its old seal, which nobody had broken, is not named.")
            .needs(RuleId::E04, BREAK, [examined.resealed]),
    )
}

fn never_sealed(script: &mut Script, is_seal: bool) -> Option<Planted> {
    let (journey, at) = laboratory(script)?;
    let old = script.bag(journey.bag).seal.clone();
    let examined = script.examined(journey.bag, at);
    let (kept, other) =
        if is_seal { (examined.broken, examined.opened) } else { (examined.opened, examined.broken) };
    script.unsay([other, examined.resealed]);
    script.bag(journey.bag).seal = old;
    let on = script.bag(journey.bag).until_us + 30 * MINUTE;
    let central = script.central;
    let courier = script.person(v1::Role::Courier, central, on, on + 2 * HOUR, &[]);
    let [_, accepted] = script.hand_over(journey.bag, central, courier, on);
    let what = if is_seal { "A seal was broken" } else { "A package was opened" };
    Some(Planted::new(format!("{what}, and the package went on unsealed.")).needs(
        RuleId::E04,
        BREAK,
        [kept, accepted],
    ))
}

fn found_broken(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    script.set_condition(journey.received(), v1::SealCondition::Broken);
    Some(Planted::new("The store found the seal broken, and nobody had broken it.").needs(
        RuleId::E04,
        BREAK,
        [journey.received()],
    ))
}

fn found_damaged(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, Plan { until: Until::Collected, ..script.plan() })?;
    let line = journey.collected().act;
    script.set_condition(line, v1::SealCondition::Damaged);
    Some(Planted::new("The courier found the seal damaged, and nothing on record explains it.").needs(
        RuleId::E04,
        BREAK,
        [line],
    ))
}

/// A second package with the seal number of one that lies in a locker.
fn one_seal(script: &mut Script, is_registered: bool) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 40 * HOUR, ..script.plan() };
    let first = fresh(script, plan)?;
    let seal = script.bag(first.bag).seal.clone();
    let low = script.bag(first.bag).until_us + 3 * HOUR;
    let until = if is_registered { Until::Seized } else { Until::Deposited };
    let plan = Plan { until, low, high: low + 20 * HOUR, is_one: true, ..script.plan() };
    let second = script.journey(plan)?;
    script.bag(second.bag).is_taken = true;
    // What is registered without the package's id declares no seal of a package.
    let package = script.id();
    let registration = second.registered.first().copied()?;
    if let Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) }) =
        &mut script.line(registration).fact
    {
        declared.seal = Some(seal.clone());
        declared.package = is_registered.then(|| package.to_vec());
    }
    if is_registered {
        return Some(
            Planted::new("A package was registered with the seal of another, which lies in a locker.").needs(
                RuleId::E05,
                CONTRADICTION,
                [registration],
            ),
        );
    }
    let act = second.deposited().act;
    script.edit_item(act, |item| item.seal = Some(seal));
    Some(Planted::new("A package was deposited with the seal of another, which lies in a locker.").needs(
        RuleId::E05,
        CONTRADICTION,
        [act],
    ))
}

fn resealed_with_anothers(script: &mut Script) -> Option<Planted> {
    let first = fresh(script, Plan { until: Until::Deposited, ..script.plan() })?;
    let seal = script.bag(first.bag).seal.clone();
    let deposited_us = script.bag(first.bag).until_us;
    let (journey, at) = laboratory(script)?;
    let examined = script.examined(journey.bag, at.max(deposited_us + HOUR));
    if let Fact::Resealed(v1::Resealed { declared: Some(declared) }) =
        &mut script.line(examined.resealed).fact
    {
        declared.new_seal = seal;
    }
    Some(Planted::new("A package was sealed anew with the number of another's seal.").needs(
        RuleId::E05,
        CONTRADICTION,
        [examined.resealed],
    ))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sensed {
    Empty,
    Lighter,
}

fn sensed(script: &mut Script, what: Sensed) -> Option<Planted> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..script.plan() };
    let journey = fresh(script, plan)?;
    let low = script.bag(journey.bag).until_us + HOUR;
    let at = script.free_time(journey.site, low, script.span.to_us - 4 * HOUR)?;
    // A power cut later would have it sensed again, with another content.
    if !script.is_undisturbed(journey.site, at, script.span.to_us) {
        return None;
    }
    let weight = script.bag(journey.bag).weight_mg;
    let (is_occupied, weight_mg, story) = match what {
        Sensed::Empty => (false, None, "The sensor of an occupied compartment says that it is empty."),
        Sensed::Lighter => (true, Some(weight - 90_000), "A package weighs ninety grams less than before."),
    };
    let line = script.presence(journey.site, journey.slot, at, is_occupied, weight_mg);
    Some(Planted::new(story).needs(RuleId::E06, WARNING, [line]))
}

fn occupied(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let after = script.at(journey.collected().session.closed) + 2 * MINUTE;
    let Journey { site, slot, .. } = journey;
    let line = script.presence(site, slot, after, true, None);
    Some(Planted::new("The sensor of an empty compartment says that something lies in it.").needs(
        RuleId::E06,
        WARNING,
        [line],
    ))
}

fn lighter_than_weighed(script: &mut Script) -> Option<Planted> {
    let plan = Plan { is_one: true, ..script.plan() };
    let journey = fresh(script, plan)?;
    let deposit = journey.deposited().clone();
    let weight = script.bag(journey.bag).weight_mg;
    let (registered, deposited) =
        (script.at(journey.registered.first().copied()?), script.at(deposit.session.opened));
    let at = registered + (deposited - registered) / 2;
    let officer = script.bag(journey.bag).officer;
    let session = script.at_desk(journey.site, officer, at, at + 2 * MINUTE);
    let until = script.bag(journey.bag).until_us;
    script.weighed(journey.bag, &session, at + 30 * SECOND, weight + 150_000);
    script.bag(journey.bag).until_us = until;
    Some(Planted::new("What was deposited weighs 150 grams less than what was weighed.").needs(
        RuleId::E06,
        WARNING,
        [deposit.act],
    ))
}

fn no_examination(script: &mut Script, category: v1::Category) -> Option<Planted> {
    let plan = Plan { is_one: true, category, ..script.plan() };
    let (journey, at) = script.in_laboratory(plan)?;
    script.bag(journey.bag).is_taken = true;
    let examined = script.examined(journey.bag, at);
    forget_examination(script, examined.opened);
    Some(Planted::new("A package was opened, and no examination is named.").needs(
        RuleId::E07,
        WARNING,
        [examined.opened],
    ))
}

fn forget_examination(script: &mut Script, line: LineId) {
    if let Fact::PackageOpened(v1::PackageOpened { declared: Some(declared) }) = &mut script.line(line).fact {
        declared.examination = None;
    }
}

fn opened_again(script: &mut Script) -> Option<Planted> {
    let (journey, at) = laboratory(script)?;
    script.examined(journey.bag, at);
    let again = script.examined(journey.bag, at + 2 * HOUR);
    forget_examination(script, again.opened);
    Some(Planted::new("A package was opened a second time, and no examination is named.").needs(
        RuleId::E07,
        WARNING,
        [again.opened],
    ))
}
