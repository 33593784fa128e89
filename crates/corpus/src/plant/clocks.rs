//! T: clocks, arrival, causality, time stamps, late entries.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::SpeakerId;

use super::{Planted, Planter, fresh, script as of};
use crate::journey::{Journey, Plan, Until};
use crate::line::{Delivery, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::T01, "wall clock goes back", |script| goes_back(script, true, false)),
    of(RuleId::T01, "monotonic clock goes back", |script| goes_back(script, false, true)),
    of(RuleId::T01, "both go back", |script| goes_back(script, true, true)),
    of(RuleId::T02, "at the deposit", |script| unsure(script, Point::Deposit)),
    of(RuleId::T02, "at the collection", |script| unsure(script, Point::Collection)),
    of(RuleId::T02, "at the store", |script| unsure(script, Point::Receipt)),
    of(RuleId::T03, "two hours late", |script| late(script, 2 * HOUR)),
    of(RuleId::T03, "sixteen minutes late", |script| late(script, 16 * MINUTE)),
    of(RuleId::T03, "from the future", future),
    of(RuleId::T04, "received before it was collected", received_before),
    of(RuleId::T04, "accepted before it was offered", accepted_before),
    of(RuleId::T04, "returned before it was released", returned_before),
    of(RuleId::T05, "made after the stamp", |script| stamped(script, Stamped::SelfTest)),
    of(RuleId::T05, "a discrepancy raised after the stamp", |script| stamped(script, Stamped::Discrepancy)),
    of(RuleId::T05, "a clock ahead of the stamp", |script| stamped(script, Stamped::Ahead)),
    of(RuleId::T06, "no time named", |script| late_entry(script, Wrong::NoTime)),
    of(RuleId::T06, "made by a third person", |script| late_entry(script, Wrong::Third)),
    of(RuleId::T06, "made weeks after", |script| late_entry(script, Wrong::Weeks)),
    of(RuleId::T06, "of what is still to come", |script| late_entry(script, Wrong::Future)),
    of(RuleId::T06, "against the record", |script| late_entry(script, Wrong::Against)),
];

/// A device of the planter's own at a site, whose clock is so far off.
fn spare_desk(script: &mut Script, site: usize, skew_us: i64) -> SpeakerId {
    let id = script.site(site).id;
    let at = script.span.early_us - 4 * HOUR + script.rng.below(60) * MINUTE;
    let who = script.enrol_at(at, v1::DeviceKind::Desk, Some(id));
    script.clock(who).skew_from(at + MINUTE, skew_us);
    who
}

fn daytime(script: &mut Script) -> u64 {
    let (low, high) = (script.span.from_us + 10 * HOUR, script.span.to_us - 20 * HOUR);
    script.rng.between(low, high)
}

fn goes_back(script: &mut Script, wall: bool, monotonic: bool) -> Option<Planted> {
    let central = script.central;
    let who = spare_desk(script, central, 0);
    let at = daytime(script);
    script.self_test(who, at);
    let line = script.self_test(who, at + 20 * SECOND);
    let back = script.rng.between(40, 600) * SECOND;
    let time = &mut script.line(line).time;
    if wall {
        time.wall_us -= back;
    }
    if monotonic {
        time.monotonic_us -= back;
    }
    script.self_test(who, at + HOUR);
    Some(
        Planted::new("A device's clock went back, and the device did not say so.")
            // Two clocks are two things.
            .needs_up_to(1 + usize::from(wall && monotonic), RuleId::T01, BREAK, [line]),
    )
}

#[derive(Debug, Clone, Copy)]
enum Point {
    Deposit,
    Collection,
    Receipt,
}

fn unsure(script: &mut Script, point: Point) -> Option<Planted> {
    let journey = fresh(script, script.plan())?;
    let line = match point {
        Point::Deposit => journey.deposited().act,
        Point::Collection => journey.collected().act,
        Point::Receipt => journey.received(),
    };
    let error_us = script.rng.between(5_500, 9_000) * 1000;
    script.set_error(line, error_us);
    Some(Planted::new("At a custody transfer point the clock may be wrong by more than five seconds.").needs(
        RuleId::T02,
        WARNING,
        [line],
    ))
}

fn late(script: &mut Script, by: u64) -> Option<Planted> {
    let central = script.central;
    let who = spare_desk(script, central, 0);
    let at = daytime(script);
    script.self_test(who, at - HOUR);
    let line = script.self_test(who, at);
    script.line(line).delivery = Delivery::After(by);
    script.self_test(who, at + 4 * HOUR);
    Some(Planted::new("A statement came late, and its device had not been offline.").needs(
        RuleId::T03,
        WARNING,
        [line],
    ))
}

fn future(script: &mut Script) -> Option<Planted> {
    let central = script.central;
    let who = spare_desk(script, central, 0);
    let at = daytime(script);
    script.self_test(who, at - HOUR);
    let line = script.self_test(who, at);
    script.line(line).time.wall_us += 10 * MINUTE;
    script.self_test(who, at + HOUR);
    Some(Planted::new("A statement was recorded before it was made, by its device's clock.").needs(
        RuleId::T03,
        WARNING,
        [line],
    ))
}

/// How far a desk's clock is behind when it contradicts another's: more than an act takes, less than a network may.
const BEHIND: i64 = -12 * 60 * 1_000_000;

fn received_before(script: &mut Script) -> Option<Planted> {
    let plan = Plan { until: Until::Collected, ..script.plan() };
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    let collected = journey.collected().act;
    let at = script.at(collected) + 4 * MINUTE;
    let central = script.central;
    let desk = spare_desk(script, central, BEHIND);
    let keeper = script.person(v1::Role::StoreManager, central, at, at + 5 * MINUTE, &[]);
    let method = v1::AuthenticationMethod::Passkey;
    let session = script.session(desk, central, keeper, at, at + 5 * MINUTE, method);
    let act = script.act(&session);
    let fact = script.received(journey.bag, central, v1::PlaceKind::Store, act);
    let line = script.say(desk, at + MINUTE, fact);
    script.line(line).follows = Some(collected);
    let count = script.bag(journey.bag).ids.len();
    Some(Planted::new("The store dates its receipt before the collection that it continues.").needs_up_to(
        count,
        RuleId::T04,
        CONTRADICTION,
        [line],
    ))
}

fn accepted_before(script: &mut Script) -> Option<Planted> {
    let journey = fresh(script, Plan { until: Until::Seized, ..script.plan() })?;
    let at = script.bag(journey.bag).until_us + HOUR;
    let (bag, site) = (journey.bag, journey.site);
    let officer = script.bag(bag).officer;
    if !script.can_be(officer, site, at, at + HOUR) {
        return None;
    }
    let other = script.person(v1::Role::Officer, site, at, at + HOUR, &[officer]);
    let [offer, accepted] = script.hand_over(bag, site, other, at);
    // The acceptance and its session were said at a second desk.
    let desk = spare_desk(script, site, BEHIND);
    let token = session_of(script, accepted)?;
    let session = find(script, &token)?;
    let closed = closing(script, &token)?;
    for line in [session, accepted, closed] {
        script.line(line).by = desk;
        let at = script.at(line);
        script.move_to(line, at);
    }
    script.line(accepted).follows = Some(offer);
    let count = script.bag(bag).ids.len();
    Some(
        Planted::new("An officer accepted an exhibit, by the desk's clock, before it was offered.")
            .needs_up_to(count, RuleId::T04, CONTRADICTION, [accepted]),
    )
}

/// The token of the session in which an act was said.
fn session_of(script: &mut Script, line: LineId) -> Option<Vec<u8>> {
    let mut session = None;
    script.edit_act(line, |act| session = Some(act.session.clone()));
    if session.is_none()
        && let Fact::ReturnedFromRelease(v1::ReturnedFromRelease { declared: Some(declared) }) =
            &script.line(line).fact
    {
        session = declared.by.as_ref().map(|by| by.session.clone());
    }
    session
}

fn find(script: &Script, token: &[u8]) -> Option<LineId> {
    (0..u64::try_from(script.lines.len()).ok()?).map(LineId).find(|line| line.token() == token)
}

fn closing(script: &Script, token: &[u8]) -> Option<LineId> {
    let place = script.lines.iter().position(|line| match &line.fact {
        Fact::SessionClosed(v1::SessionClosed { observed: Some(observed) }) => observed.session == token,
        _ => false,
    })?;
    u64::try_from(place).ok().map(LineId)
}

fn returned_before(script: &mut Script) -> Option<Planted> {
    let (journey, at) = script.in_store(Plan { is_one: true, ..script.plan() })?;
    script.bag(journey.bag).is_taken = true;
    let (release, back) = script.released(journey.bag, at, at + 20 * HOUR, Some(at + 6 * MINUTE));
    let back = back?;
    let central = script.central;
    let desk = spare_desk(script, central, BEHIND);
    let token = session_of(script, back)?;
    for line in [find(script, &token)?, back, closing(script, &token)?] {
        script.line(line).by = desk;
        let at = script.at(line);
        script.move_to(line, at);
    }
    script.line(back).follows = Some(release);
    Some(Planted::new("What was released came back, by the desk's clock, before it had gone.").needs(
        RuleId::T04,
        CONTRADICTION,
        [back],
    ))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stamped {
    SelfTest,
    Discrepancy,
    Ahead,
}

/// A night when nobody says anything for ten minutes but what the planter adds.
fn silence(script: &mut Script) -> Option<u64> {
    let mut times: Vec<u64> =
        script.lines.iter().filter(|line| line.is_said()).map(|line| line.at_us).collect();
    times.sort_unstable();
    let (low, high) = (script.span.from_us + 10 * HOUR, script.span.to_us - 10 * HOUR);
    let gaps: Vec<u64> = times
        .iter()
        .zip(times.iter().skip(1))
        .filter(|(a, b)| **a > low && **b < high && **b - **a > 25 * MINUTE)
        .map(|(a, _)| *a + 3 * MINUTE)
        .collect();
    script.rng.pick(&gaps)
}

fn stamped(script: &mut Script, what: Stamped) -> Option<Planted> {
    let bag = match what {
        Stamped::Discrepancy => Some(script.in_store(script.plan())?),
        Stamped::SelfTest | Stamped::Ahead => None,
    };
    let at = silence(script)?;
    let central = script.central;
    if let (Some((_, since)), true) = (&bag, what == Stamped::Discrepancy)
        && *since > at
    {
        return None;
    }
    let stamp_us = match what {
        Stamped::Ahead => at + 10 * SECOND,
        Stamped::SelfTest | Stamped::Discrepancy => at - 30 * SECOND,
    };
    let mut lines = Vec::new();
    if let (Stamped::Discrepancy, Some((journey, _))) = (what, &bag) {
        script.bag(journey.bag).is_taken = true;
        let keeper = script.hire(&[(v1::Role::StoreManager, Some(central))]);
        let session = script.at_desk(central, keeper, at - 2 * MINUTE, at + 8 * MINUTE);
        let (exhibits, finding) = (script.exhibits(journey.bag), script.commitment());
        let line = script.desk_act_in(journey.bag, &session, at, |_, by| {
            let declared =
                v1::discrepancy_raised::Declared { exhibits, about: Vec::new(), by: Some(by), finding };
            Fact::DiscrepancyRaised(v1::DiscrepancyRaised { declared: Some(declared) })
        });
        lines.push(line);
    } else {
        let who = spare_desk(script, central, 0);
        let line = script.self_test(who, at);
        if what == Stamped::Ahead {
            // Four seconds ahead of the stamp is within what T03 lets pass.
            script.line(line).time.wall_us += 14 * SECOND;
            script.set_error(line, 200_000);
            script.line(line).delivery = Delivery::After(9_800_000);
        }
        lines.push(line);
    }
    let token = script.stamped(at + 12 * SECOND, stamp_us);
    debug_assert!(script.at(token) > at, "the stamp covers it");
    Some(
        Planted::new("A statement that a time stamp covers was made, by its own clock, after the stamp.")
            .needs(RuleId::T05, BREAK, lines)
            .resting_on([token]),
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    NoTime,
    Third,
    Weeks,
    Future,
    Against,
}

fn late_entry(script: &mut Script, wrong: Wrong) -> Option<Planted> {
    let mut plan = Plan { until: Until::Seized, is_one: true, ..script.plan() };
    if wrong == Wrong::Weeks {
        plan.low = script.span.early_us + 4 * HOUR;
        plan.high = script.span.early_us + 20 * HOUR;
    }
    let journey: Journey = fresh(script, plan)?;
    let (bag, site) = (journey.bag, journey.site);
    let from = script.bag(bag).officer;
    let handed_us = script.bag(bag).until_us + 20 * MINUTE;
    let said_us = match wrong {
        Wrong::Weeks => script.span.from_us + 9 * HOUR,
        _ => handed_us + 5 * HOUR,
    };
    let to = script.person(v1::Role::Officer, site, said_us, said_us + HOUR, &[from]);
    let third = script.person(v1::Role::Officer, site, said_us, said_us + HOUR, &[from, to]);
    let occurred = Some((handed_us, handed_us + 10 * MINUTE));
    let (people, occurred, story) = match wrong {
        Wrong::NoTime => ([from, to, to], None, "that names no time"),
        Wrong::Third => ([from, to, third], occurred, "by somebody who took no part"),
        Wrong::Weeks => ([from, to, to], occurred, "of what happened weeks ago"),
        Wrong::Future => ([from, to, to], Some((handed_us, said_us + 3 * HOUR)), "of what is still to come"),
        // It was never with the third.
        Wrong::Against => ([third, to, to], occurred, "that contradicts the record"),
    };
    let line = script.late_entry(bag, site, people, occurred, said_us);
    Some(Planted::new(format!("A late entry {story}.")).needs(RuleId::T06, WARNING, [line]))
}
