//! S07, S08: corrections, and what must add up.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::states::in_store;
use super::{Planted, Planter, fresh, script as of};
use crate::journey::{Journey, Plan};
use crate::line::{HOUR, MINUTE};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::S07, "an observed field corrected", |script| {
        corrected(script, "observed.label", false, false)
    }),
    of(RuleId::S07, "approved by its author", |script| {
        corrected(script, "declared.description", true, false)
    }),
    of(RuleId::S07, "of another exhibit's statement", |script| {
        corrected(script, "declared.description", false, true)
    }),
    of(RuleId::S07, "re-attributed by one person", reattributed),
    of(RuleId::S08, "parts do not add up", |script| split(script, &[30, 50], 100)),
    of(RuleId::S08, "a part without a quantity", |script| split(script, &[40, 60], 0)),
    of(RuleId::S08, "counted otherwise", counted_otherwise),
    of(RuleId::S08, "weighed otherwise", weighed_otherwise),
    of(RuleId::S08, "the whole is not the sum", whole_not_sum),
];

fn corrected(script: &mut Script, field: &str, is_author: bool, is_other: bool) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let about = match is_other {
        false if field.starts_with("observed") => journey.deposited().act,
        false => journey.registered.first().copied()?,
        // A statement of another bag altogether.
        true => fresh(script, script.plan())?.registered.first().copied()?,
    };
    let at = at.max(script.at(about) + HOUR);
    let central = script.central;
    let author = script.person(v1::Role::ExhibitsOfficer, central, at, at + HOUR, &[]);
    let approver = if is_author {
        author
    } else {
        script.person(v1::Role::StoreManager, central, at, at + HOUR, &[author])
    };
    let line = script.corrected(journey.bag, about, field, [author, approver], at);
    Some(Planted::new(format!("The field {field} was corrected as none may be.")).needs(
        RuleId::S07,
        BREAK,
        [line],
    ))
}

fn reattributed(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let other = fresh(script, Plan { is_one: true, ..script.plan() })?;
    let at = at.max(script.bag(other.bag).until_us + HOUR);
    let central = script.central;
    let author = script.person(v1::Role::StoreManager, central, at, at + 4 * HOUR, &[]);
    // A remark under the wrong exhibit: it moves nothing.
    let session = script.at_desk(central, author, at, at + 20 * MINUTE);
    let seal = script.bag(journey.bag).seal.clone();
    let exhibits = script.exhibits(journey.bag);
    let remark = script.desk_act_in(journey.bag, &session, at + 2 * MINUTE, |_, by| {
        let declared = v1::seal_observed_intact::Declared { exhibits, seal, by: Some(by) };
        Fact::SealObservedIntact(v1::SealObservedIntact { declared: Some(declared) })
    });
    let second = script.at_desk(central, author, at + 3 * MINUTE, at + 21 * MINUTE);
    let approver = script.act(&second);
    let ids = [journey.bag, other.bag].map(|bag| script.bag(bag).ids.first().copied());
    let [Some(from), Some(to)] = ids else { return None };
    let reason = script.commitment();
    let line = script.desk_act_in(journey.bag, &session, at + 8 * MINUTE, |_, by| {
        Fact::Reattributed(v1::Reattributed {
            declared: Some(v1::reattributed::Declared {
                from: from.0.to_vec(),
                to: to.0.to_vec(),
                statements: vec![remark.token()],
                by: Some(by),
                approver: Some(approver),
                reason,
            }),
        })
    });
    Some(
        Planted::new("One person re-attributed a remark and approved it too.")
            .needs(RuleId::S07, BREAK, [line])
            // The remark's seal is not that of the exhibit to which it now belongs, which is no transfer.
            .may(1, RuleId::E03, BREAK, [line, remark]),
    )
}

/// A bag with an examiner, whose package is open: the session, and when.
fn opened(script: &mut Script) -> Option<(Journey, crate::packages::Examination, u64)> {
    let plan = Plan { is_one: true, ..script.plan() };
    let (journey, at) = script.in_laboratory(plan)?;
    script.bag(journey.bag).is_taken = true;
    let examined = script.examined(journey.bag, at);
    let opened_us = script.at(examined.opened);
    Some((journey, examined, opened_us))
}

fn split(script: &mut Script, quantities: &[u64], whole: u64) -> Option<Planted> {
    let (journey, examined, at) = opened(script)?;
    let counted = if whole == 0 { quantities.iter().sum() } else { whole };
    script.counted(journey.bag, &examined.session, at + 2 * MINUTE, counted);
    let (_, line) = script.split(journey.bag, at + 5 * MINUTE, quantities);
    if whole == 0 {
        let more = script.id().to_vec();
        if let Fact::ExhibitSplit(v1::ExhibitSplit { declared: Some(declared) }) = &mut script.line(line).fact
        {
            declared.children.push(more);
            declared.children.sort_unstable();
        }
    }
    Some(Planted::new("An exhibit was split into parts that do not add up.").needs(
        RuleId::S08,
        WARNING,
        [line],
    ))
}

fn counted_otherwise(script: &mut Script) -> Option<Planted> {
    let (journey, examined, at) = opened(script)?;
    script.counted(journey.bag, &examined.session, at + 2 * MINUTE, 200);
    let second = script.counted(journey.bag, &examined.session, at + 9 * MINUTE, 196);
    Some(Planted::new("A second count found four pieces fewer.").needs(RuleId::S08, WARNING, [second]))
}

fn weighed_otherwise(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let keeper = script.bag(journey.bag).holder?;
    let central = script.central;
    let session = script.at_desk(central, keeper, at, at + 20 * MINUTE);
    script.weighed(journey.bag, &session, at + 2 * MINUTE, 800_000);
    let second = script.weighed(journey.bag, &session, at + 9 * MINUTE, 730_000);
    Some(Planted::new("A second weighing found 70 grams less.").needs(RuleId::S08, WARNING, [second]))
}

fn whole_not_sum(script: &mut Script) -> Option<Planted> {
    let plan = Plan { is_one: true, ..script.plan() };
    let (first, one_us) = in_store(script, plan)?;
    let case = Some(script.bag(first.bag).case);
    let (second, two_us) = in_store(script, Plan { case, ..plan })?;
    let bags = [first.bag, second.bag];
    let line = script.consolidated(bags, one_us.max(two_us) + HOUR, [40, 25], 60);
    Some(Planted::new("Forty pieces and twenty-five became a whole of sixty.").needs(
        RuleId::S08,
        WARNING,
        [line],
    ))
}
