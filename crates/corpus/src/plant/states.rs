//! S: the state machine, holders, hand-overs, corrections, sums.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::NODE;

use super::{Planted, Planter, fresh, script as of};
use crate::custody_acts::{DESK, Manner, VISIT};
use crate::journey::{Journey, Plan, Until};
use crate::line::{DAY, HOUR, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::S01, "collected, never deposited", never_deposited),
    of(RuleId::S01, "received while it lies in a locker", received_from_locker),
    of(RuleId::S01, "sealed anew while it lies in a locker", resealed_in_locker),
    of(RuleId::S01, "disposed of under a hold", disposed_under_hold),
    of(RuleId::S01, "returned under a hold on its case", returned_under_hold),
    of(RuleId::S02, "missing", missing),
    of(RuleId::S02, "deposited in two places", two_places),
    of(RuleId::S02, "a check finds nothing", absent),
    of(RuleId::S02, "another item deposited", misdeposited),
    of(RuleId::S03, "registered twice", |script| registered_twice(script, Until::Seized, false)),
    of(RuleId::S03, "registered again where it lies", |script| {
        registered_twice(script, Until::Deposited, false)
    }),
    of(RuleId::S03, "registered again in another case", |script| {
        registered_twice(script, Until::Received, true)
    }),
    of(RuleId::S04, "deposited by a colleague", colleague),
    of(RuleId::S04, "received from another", received_from_another),
    of(RuleId::S04, "accepted by another", accepted_by_another),
    of(RuleId::S04, "an offer used twice", offer_twice),
    of(RuleId::S04, "session ended", session_ended),
    of(RuleId::S04, "another's session", anothers_session),
    of(RuleId::S05, "deposited after disposal", deposited_after),
    of(RuleId::S05, "received after disposal", received_after),
    of(RuleId::S05, "released after it was returned", released_after),
    of(RuleId::S06, "never back", |script| overdue(script, false)),
    of(RuleId::S06, "never back, and chased", |script| overdue(script, true)),
    of(RuleId::S06, "back late", |script| back_late(script, 8 * HOUR)),
    of(RuleId::S06, "back half an hour late", |script| back_late(script, 30 * MINUTE)),
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

/// A bag in the store, and since when it may be moved on.
fn in_store(script: &mut Script, plan: Plan) -> Option<(Journey, u64)> {
    let high = plan.high.min(script.span.to_us - 42 * HOUR).max(plan.low);
    let journey = fresh(script, Plan { high, ..plan })?;
    let at = script.bag(journey.bag).until_us + 10 * MINUTE;
    Some((journey, at))
}

fn never_deposited(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, Plan { until: Until::Seized, is_one: true, ..script.plan() })?;
    let Journey { bag, site, .. } = journey;
    let low = script.bag(bag).until_us + 2 * HOUR;
    let at = script.free_time(site, low, low + 8 * HOUR)?;
    let slot = script.free_slot(site, at - HOUR, at + HOUR, false)?;
    script.stay(site, slot, at, at + VISIT);
    let courier = script.person(v1::Role::Courier, site, at, at + VISIT, &[]);
    let authority = script.authorise(bag, courier, at - HOUR);
    let session = script.at_locker(site, courier, at, at + VISIT);
    let cycle = script.cycle(site, slot, Some(session.opened), at + 10 * SECOND);
    let observed = v1::AtCompartment {
        compartment: cycle.compartment.0.to_vec(),
        door_cycle: cycle.name().token(),
        label: Some(script.bag(bag).label().to_vec()),
        weight_mg: Some(0),
    };
    let declared = v1::collected::Declared {
        item: Some(script.item(bag)),
        by: Some(script.act(&session)),
        witness: None,
        condition: v1::SealCondition::Intact.into(),
        authority: Some(authority.token()),
        destination: None,
        photo: None,
        run: None,
    };
    let fact = v1::Collected { observed: Some(observed), declared: Some(declared) };
    let line = script.say(session.device, at + 40 * SECOND, Fact::Collected(fact));
    script.follow(bag, line);
    script.keep(site, at, at + VISIT);
    script.film(site, at, at + VISIT);
    Some(Planted::new("A courier collected what nobody had deposited.").needs(RuleId::S01, BREAK, [line]))
}

/// A bag that lies in a locker, and a time after its deposit.
fn lying(script: &mut Script) -> Option<(Journey, u64)> {
    let plan = Plan { until: Until::Deposited, high: script.span.to_us - 30 * HOUR, ..script.plan() };
    let journey = fresh(script, plan)?;
    let at = script.bag(journey.bag).until_us + 3 * HOUR;
    // Whoever counts or senses what lies there after would be told of this too.
    script.is_undisturbed(journey.site, at, script.span.to_us + HOUR).then_some((journey, at))
}

fn received_from_locker(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let courier = script.person(v1::Role::Courier, journey.site, at, at + DESK, &[]);
    script.bag(journey.bag).holder = Some(courier);
    let (_, line) = script.receive(journey.bag, at);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("The store received what no device saw leave the locker.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn resealed_in_locker(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + DESK, &[]);
    let (exhibits, old, new) =
        (script.exhibits(journey.bag), script.bag(journey.bag).seal.clone(), script.seal());
    let package = script.id().to_vec();
    let (_, line) = script.desk_act(journey.bag, journey.site, keeper, at, |_, by| {
        Fact::Resealed(v1::Resealed {
            declared: Some(v1::resealed::Declared {
                exhibits,
                old_seal: Some(old),
                new_seal: new,
                old_inside: true,
                package,
                by: Some(by),
                witness: None,
                reason: None,
            }),
        })
    });
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("A package was sealed anew while it lay in a locker.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn disposed_under_hold(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    script.hold(journey.bag, at);
    let [_, line] = script.disposal(journey.bag, at + 2 * HOUR);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("An exhibit was destroyed while it was held for an appeal.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn returned_under_hold(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    let hold = script.hold(journey.bag, at);
    let case = script.bag(journey.bag).case.0.to_vec();
    if let Fact::HoldPlaced(v1::HoldPlaced { declared: Some(declared) }) = &mut script.line(hold).fact {
        declared.case = Some(case);
        declared.exhibits = Vec::new();
    }
    let [_, line] = script.returned_to_owner(journey.bag, at + 2 * HOUR);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("An exhibit went back to its owner while its case was held.").needs_up_to(
        count,
        RuleId::S01,
        BREAK,
        [line],
    ))
}

fn missing(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, script.plan())?;
    let central = script.central;
    let keeper = script.bag(journey.bag).holder?;
    let ids = script.exhibits(journey.bag);
    let (_, line) = script.custody_act(journey.bag, central, keeper, at + HOUR, |_, by| {
        let declared = v1::marked_missing::Declared {
            exhibits: ids,
            by: Some(by),
            circumstances: None,
            reported_to: None,
        };
        Fact::MarkedMissing(v1::MarkedMissing { declared: Some(declared) })
    });
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("The store marked an exhibit missing.").needs_up_to(count, RuleId::S02, BREAK, [line]))
}

fn two_places(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let at = script.free_time(journey.site, at, at + 10 * HOUR)?;
    let end = script.span.to_us + DAY;
    let slot = script.free_slot(journey.site, at, end, false)?;
    script.stay(journey.site, slot, at, end);
    let officer = script.bag(journey.bag).officer;
    if !script.can_be(officer, journey.site, at, at + VISIT) {
        return None;
    }
    let manner = Manner { by: Some(officer), ..Manner::default() };
    let visit = script.deposit(journey.bag, journey.site, slot, at, manner);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("What lay in one compartment was deposited in another.").needs_up_to(
        count,
        RuleId::S02,
        CONTRADICTION,
        [visit.act],
    ))
}

fn absent(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + VISIT, &[]);
    let session = script.at_desk(journey.site, keeper, at, at + VISIT);
    let result = v1::CheckResult::ItemAbsent;
    let line = script.attended_check(&session, journey.site, journey.slot, None, result, at + MINUTE);
    Some(Planted::new("Somebody looked, and nothing lay there.").needs(RuleId::S02, BREAK, [line]))
}

fn misdeposited(script: &mut Script) -> Option<Planted> {
    let (journey, at) = lying(script)?;
    let keeper = script.person(v1::Role::ExhibitsOfficer, journey.site, at, at + DESK, &[]);
    let ids = script.exhibits(journey.bag);
    let deposit = journey.deposited().act;
    let (_, line) = script.desk_act(journey.bag, journey.site, keeper, at, |_, by| {
        let declared = v1::misdeposited::Declared {
            exhibits: ids,
            deposit: deposit.token(),
            kind: v1::MisdepositKind::OtherItem.into(),
            compartment: None,
            found_by: Some(by),
        };
        Fact::Misdeposited(v1::Misdeposited { declared: Some(declared) })
    });
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("What was deposited turned out to be something else.").needs_up_to(
        count,
        RuleId::S02,
        BREAK,
        [line, deposit],
    ))
}

fn registered_twice(script: &mut Script, until: Until, is_other_case: bool) -> Option<Planted> {
    let high = script.span.to_us - 44 * HOUR;
    let journey = fresh(script, Plan { until, is_one: true, high, ..script.plan() })?;
    let (bag, site) = (journey.bag, journey.site);
    let at = script.bag(bag).until_us + 2 * HOUR;
    let person = script.person(v1::Role::Officer, site, at, at + DESK, &[]);
    let session = script.at_desk(site, person, at, at + DESK);
    let mut registration = script.registration(bag, 0, &session);
    let (tag, case) = (script.commitment(), script.id().to_vec());
    if let Some(declared) = &mut registration.declared {
        declared.reference_tag = tag;
        if is_other_case {
            declared.case = case;
        }
    }
    let line = script.say(session.device, at + MINUTE, Fact::ExhibitRegistered(registration));
    Some(Planted::new("An exhibit that was registered was registered again.").needs(
        RuleId::S03,
        CONTRADICTION,
        [line],
    ))
}

fn colleague(script: &mut Script) -> Option<Planted> {
    let plan = script.plan();
    let journey = fresh(script, Plan { until: Until::Seized, ..plan })?;
    let Journey { bag, site, .. } = journey;
    let low = script.bag(bag).until_us + HOUR;
    let at = script.free_time(site, low, low + 6 * HOUR)?;
    let end = script.span.to_us + DAY;
    let slot = script.free_slot(site, at, end, false)?;
    script.stay(site, slot, at, end);
    let officer = script.bag(bag).officer;
    let other = script.person(v1::Role::Officer, site, at, at + VISIT, &[officer]);
    let visit = script.deposit(bag, site, slot, at, Manner { by: Some(other), ..Manner::default() });
    let count = script.bag(bag).ids.len();
    Some(Planted::new("A colleague deposited what nobody had handed over.").needs_up_to(
        count,
        RuleId::S04,
        BREAK,
        [visit.act],
    ))
}

fn received_from_another(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let officer = script.bag(journey.bag).officer;
    let from = script.person_id(officer).0.to_vec();
    if let Fact::ReceivedAt(v1::ReceivedAt { declared: Some(declared), .. }) =
        &mut script.line(journey.received()).fact
    {
        declared.from = from;
    }
    let count = script.bag(journey.bag).ids.len();
    Some(
        Planted::new("The store says that it received the exhibit from another than who had it.")
            .needs_up_to(count, RuleId::S04, BREAK, [journey.received()]),
    )
}

/// An officer with a bag, and a time and a colleague for a hand-over.
fn handing(script: &mut Script) -> Option<(Journey, u64, usize)> {
    let journey = fresh(script, Plan { until: Until::Seized, ..script.plan() })?;
    let at = script.bag(journey.bag).until_us + HOUR;
    let officer = script.bag(journey.bag).officer;
    if !script.can_be(officer, journey.site, at, at + HOUR) {
        return None;
    }
    let other = script.person(v1::Role::Officer, journey.site, at, at + HOUR, &[officer]);
    Some((journey, at, other))
}

fn accepted_by_another(script: &mut Script) -> Option<Planted> {
    let (journey, at, other) = handing(script)?;
    let [offer, accepted] = script.hand_over(journey.bag, journey.site, other, at);
    let third = script.hire(&[(v1::Role::Officer, Some(journey.site))]);
    let third = script.person_id(third).0.to_vec();
    if let Fact::TransferOffered(v1::TransferOffered { declared: Some(declared) }) =
        &mut script.line(offer).fact
    {
        declared.to = third;
    }
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("What was offered to one was accepted by another.").needs_up_to(
        count,
        RuleId::S04,
        BREAK,
        [accepted],
    ))
}

fn offer_twice(script: &mut Script) -> Option<Planted> {
    let (journey, at, other) = handing(script)?;
    let (bag, site) = (journey.bag, journey.site);
    let officer = script.bag(bag).officer;
    let [offer, _] = script.hand_over(bag, site, other, at);
    script.hand_over(bag, site, officer, at + 12 * MINUTE);
    let [again_offer, again] = script.hand_over(bag, site, other, at + 24 * MINUTE);
    script.unsay([again_offer]);
    if let Fact::TransferAccepted(v1::TransferAccepted { declared: Some(declared) }) =
        &mut script.line(again).fact
    {
        declared.offer = offer.token();
    }
    script.line(again).follows = None;
    let count = script.bag(bag).ids.len();
    Some(Planted::new("An offer that was accepted before was accepted again.").needs_up_to(
        count,
        RuleId::S04,
        BREAK,
        [again],
    ))
}

fn session_ended(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.collected().clone();
    // A courier's clearance of several bags ends with one session; nobody ends it before all are out.
    if script.bag(journey.bag).visits().count() != 2 {
        return None;
    }
    let [.., locked] = visit.cycle.steps;
    let at = script.at(locked) + 3 * SECOND;
    script.move_to(visit.session.closed, at);
    Some(Planted::new("A courier's collection was said after the session had ended.").needs(
        RuleId::S04,
        BREAK,
        [visit.act],
    ))
}

fn anothers_session(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let visit = journey.deposited().clone();
    let other = script.hire(&[(v1::Role::Officer, Some(journey.site))]);
    let person = script.person_id(other).0.to_vec();
    let session = visit.session.opened;
    if let Fact::SessionOpened(v1::SessionOpened { declared: Some(declared), .. }) =
        &mut script.line(session).fact
    {
        declared.person = person;
    }
    Some(Planted::new("A deposit by one person was said in the session of another.").needs(
        RuleId::S04,
        BREAK,
        [visit.act],
    ))
}

fn disposed(script: &mut Script) -> Option<(Journey, u64)> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    script.disposal(journey.bag, at);
    let until = script.bag(journey.bag).until_us + 2 * HOUR;
    Some((journey, until))
}

fn deposited_after(script: &mut Script) -> Option<Planted> {
    let (journey, low) = disposed(script)?;
    let Journey { bag, site, .. } = journey;
    let at = script.free_time(site, low, low + 8 * HOUR)?;
    let end = script.span.to_us + DAY;
    let slot = script.free_slot(site, at, end, false)?;
    script.stay(site, slot, at, end);
    let officer = script.person(v1::Role::Officer, site, at, at + VISIT, &[]);
    let visit = script.deposit(bag, site, slot, at, Manner { by: Some(officer), ..Manner::default() });
    Some(Planted::new("What was destroyed was deposited.").needs(RuleId::S05, CONTRADICTION, [visit.act]))
}

fn received_after(script: &mut Script) -> Option<Planted> {
    let (journey, at) = disposed(script)?;
    let (_, line) = script.receive(journey.bag, at);
    Some(Planted::new("What was destroyed was received.").needs(RuleId::S05, CONTRADICTION, [line]))
}

fn released_after(script: &mut Script) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    script.returned_to_owner(journey.bag, at);
    let at = script.bag(journey.bag).until_us + 2 * HOUR;
    let due_us = script.span.to_us + 5 * DAY;
    let (line, _) = script.released(journey.bag, at, due_us, None);
    Some(Planted::new("What had gone back to its owner was released to somebody.").needs(
        RuleId::S05,
        CONTRADICTION,
        [line],
    ))
}

fn overdue(script: &mut Script, is_chased: bool) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let due_us = at + 7 * HOUR;
    let (line, _) = script.released(journey.bag, at, due_us, None);
    if is_chased {
        let exhibit = script.bag(journey.bag).ids.first()?.0.to_vec();
        let derived = v1::overdue_raised::Derived { exhibit, rule: "S06".to_owned(), due_us };
        let fact = Fact::OverdueRaised(v1::OverdueRaised { derived: Some(derived) });
        script.say(NODE, due_us + MINUTE, fact);
    }
    Some(Planted::new("What was released for a day was not back when the record ended.").at_end().needs(
        RuleId::S06,
        BREAK,
        [line],
    ))
}

fn back_late(script: &mut Script, late: u64) -> Option<Planted> {
    let (journey, at) = in_store(script, Plan { is_one: true, ..script.plan() })?;
    let due_us = at + 7 * HOUR;
    let (release, back) = script.released(journey.bag, at, due_us, Some(due_us + late));
    Some(Planted::new("What was released came back late.").needs(
        RuleId::S06,
        WARNING,
        [Some(release), back].into_iter().flatten(),
    ))
}

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
fn opened(script: &mut Script) -> Option<(Journey, crate::stories::Examination, u64)> {
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
