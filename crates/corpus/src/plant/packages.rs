//! E04–E07: seals broken and renewed, sensors, examinations.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::exhibits::laboratory;
use super::{Planted, Planter, fresh, script as of};
use crate::journey::{Journey, Plan, Until};
use crate::line::{HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
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
