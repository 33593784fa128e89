//! E01–E03: references, labels, seal numbers.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::{Planted, Planter, fresh, script as of};
use crate::custody_acts::VISIT;
use crate::journey::{Journey, Plan, Registered, Until};
use crate::line::{HOUR, LineId, MINUTE};
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
        if let Fact::ItemCounted(v1::ItemCounted { declared: Some(declared), .. }) = &mut line.fact
            && ids.contains(&declared.exhibit)
        {
            declared.seal = Some(other.clone());
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

pub(super) fn laboratory(script: &mut Script) -> Option<(Journey, u64)> {
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
