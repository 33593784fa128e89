//! The second level: orders one exhibit's facts causally and says what is proven of every instant.

mod authority;
mod clocks;
mod compromise;
mod corrections;
mod counts;
mod dwell;
mod late;
mod legs;
mod lineage;
mod openings;
mod people;
mod place;
mod quantities;
mod release;
mod seals;
mod view;
mod weight;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

use self::authority::Refusals;
use self::counts::Chased;
use self::legs::Seen;
use self::lineage::Lineage;
use self::quantities::Quantities;
use crate::door::Doors;
use crate::exhibit::{ExhibitFact, ExhibitRecord, Flaw, Registration, What};
use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::{CompartmentId, Digest, ExhibitId, PersonId};
use crate::ledger::Ledger;
use crate::movement::Movement;
use crate::order::causal_order;
use crate::policy::Policy;
use crate::rule::RuleId;
use crate::severity::Severity;
use crate::situation::{Objection, Offer, step};
use crate::timeline::{Timeline, lay_over};
use crate::transfer_point::{label_objection, seal_objection};
use crate::verdict::{Holder, Standing, Verdict};

/// A leg that is being put together.
struct OpenLeg<'a> {
    holder: Holder,
    first: &'a ExhibitFact,
    /// What its beginning showed.
    seen: Seen,
    /// What is already known to stand against it.
    doubts: Vec<(Standing, String)>,
}

/// The verdict on one exhibit.
///
/// `until_us` is how far a leg that has not ended is known: for a compartment the last word of the device that
/// speaks for it, for a release the ledger's newest entry; `None` where nothing is known beyond its beginning.
pub(crate) fn judge(
    exhibit: ExhibitId,
    record: &ExhibitRecord,
    ledger: &Ledger,
    policy: &Policy,
    until_us: impl Fn(Holder) -> Option<u64>,
) -> Verdict {
    let mut judgement = Judgement::new(exhibit, record, ledger, policy);
    let ordered = causal_order(&record.facts);
    for (fact, next) in ordered.iter().zip(ordered.iter().skip(1).map(Some).chain([None])) {
        judgement.fold(fact);
        if let Some(next) = next {
            judgement.compare_order(fact, next);
        }
    }
    judgement.finish(until_us)
}

/// A finding of one instant, by a clock that claims no error, still leaves that instant unproven.
fn at_least_an_instant(interval: Interval) -> Interval {
    if interval.from_us < interval.to_us {
        return interval;
    }
    Interval { from_us: interval.from_us.saturating_sub(1), to_us: interval.to_us.saturating_add(1) }
}

struct Judgement<'a> {
    exhibit: ExhibitId,
    record: &'a ExhibitRecord,
    ledger: &'a Ledger,
    policy: &'a Policy,
    doors: &'a Doors,
    is_registered: Option<u64>,
    /// The registration that counts: the first in causal order, known from the beginning.
    registration: Option<&'a Registration>,
    seal: Option<String>,
    lineage: Lineage,
    quantities: Quantities,
    /// Who has deposited it so far, and the first deposit of each.
    depositors: BTreeMap<PersonId, &'a ExhibitFact>,
    refusals: Refusals,
    chased: Chased,
    /// When it was held, once that has been asked.
    held: OnceCell<Vec<Interval>>,
    offers: BTreeMap<Digest, Offer>,
    leg: Option<OpenLeg<'a>>,
    last_us: u64,
    /// Times for which the clocks contradict the order of the acts.
    contradicted: Vec<Interval>,
    /// What findings leave of the time they speak of, by how it then stands and by which rule.
    laid: BTreeMap<(Standing, RuleId), Vec<Interval>>,
    verdict: Verdict,
}

impl<'a> Judgement<'a> {
    fn new(exhibit: ExhibitId, record: &'a ExhibitRecord, ledger: &'a Ledger, policy: &'a Policy) -> Self {
        let mut laid: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for mark in &record.marks {
            laid.entry((mark.standing, mark.rule)).or_default().push(mark.interval);
        }
        let registration = record.facts.iter().find_map(|fact| match &fact.what {
            What::Registered(registration) => Some(&**registration),
            _ => None,
        });
        Self {
            exhibit,
            record,
            ledger,
            policy,
            doors: ledger.doors(),
            is_registered: None,
            registration,
            seal: None,
            lineage: Lineage::default(),
            quantities: Quantities::default(),
            depositors: BTreeMap::new(),
            refusals: Refusals::of(&record.facts),
            chased: Chased::of(&record.facts),
            held: OnceCell::new(),
            offers: BTreeMap::new(),
            leg: None,
            last_us: 0,
            contradicted: Vec::new(),
            laid,
            verdict: Verdict::of(exhibit),
        }
    }

    fn fold(&mut self, fact: &'a ExhibitFact) {
        self.check_role(fact);
        self.check_second(fact);
        match &fact.what {
            What::Registered(registration) => self.registered(fact, registration),
            What::Moved(movement) => {
                self.forget_weight(movement);
                self.moved(fact, movement);
            }
            What::Noted(matter) => {
                self.late_entry(fact, matter);
                self.check_reattribution(fact, matter);
                self.check_quantities(fact, matter);
                self.noted(fact, matter);
            }
            What::Allowed(_) => {}
            What::Audited(audit) => {
                self.check_correction(fact, audit);
                self.audited(fact, audit);
            }
        }
    }

    /// A finding about this exhibit alone: told, and laid over its time.
    fn find(&mut self, finding: Finding) {
        if let (Some(interval), Some(standing)) = (finding.interval, finding.severity.standing()) {
            self.laid.entry((standing, finding.rule)).or_default().push(interval);
        }
        self.verdict.findings.push(finding);
    }

    /// A finding about one fact of this exhibit: where, when, by whom.
    fn against(&self, rule: RuleId, sentence: impl Into<String>, fact: &ExhibitFact) -> Finding {
        Finding::new(rule, sentence.into())
            .at([fact.index])
            .during(fact.interval)
            .of_exhibits([self.exhibit])
            .by_device(fact.device)
    }

    /// A registration is the origin, unless a deposit was; a second one is a second origin (S03).
    fn registered(&mut self, fact: &'a ExhibitFact, registration: &Registration) {
        if let Some(first) = self.is_registered {
            let sentence = format!("Exhibit {} was registered twice.", self.exhibit);
            self.verdict.findings.push(
                Finding::new(RuleId::S03, sentence)
                    .at([first, fact.index])
                    .during(fact.interval)
                    .of_exhibits([self.exhibit]),
            );
            self.doubt(Standing::Contradicted, "it has two origins (S03)");
            return;
        }
        self.is_registered = Some(fact.index);
        self.compare_registered_seal(fact, registration);
        self.seal = self.seal.take().or_else(|| registration.seal.clone());
        self.seal_registered(fact, registration);
        if self.leg.is_none() {
            self.earlier_legs(fact, registration);
            let doubts = fact.flaws.iter().map(|flaw| (Standing::Contradicted, flaw.reason().into()));
            let doubts = doubts.chain(self.distrust(fact)).collect();
            self.begin(Holder::Person(registration.holder), fact, doubts);
        }
    }

    /// E03: a late registration names the seal that the acts before it have named.
    fn compare_registered_seal(&mut self, fact: &ExhibitFact, registration: &Registration) {
        let (Some(last), Some(registered)) = (&self.seal, &registration.seal) else { return };
        if last == registered {
            return;
        }
        let sentence =
            format!("The exhibit is registered with seal {registered}, and {last} was the last recorded.");
        self.verdict.findings.push(
            Finding::new(RuleId::E03, sentence)
                .at([fact.index])
                .during(fact.interval)
                .of_exhibits([self.exhibit])
                .by_device(fact.device),
        );
        self.doubt(Standing::NotProven, "it was registered with another seal (E03)");
    }

    fn moved(&mut self, fact: &'a ExhibitFact, movement: &Movement) {
        let offer = match movement {
            Movement::TransferOffered { by, to, .. } => {
                self.offers.insert(fact.hash, Offer { by: *by, to: *to });
                None
            }
            // An offer is good for one answer: who hands the exhibit over again offers it again.
            Movement::TransferAccepted { offer, .. } => self.offers.remove(offer),
            Movement::TransferRejected { offer, .. } => {
                self.offers.remove(offer);
                None
            }
            _ => None,
        };
        let step = step(self.leg.as_ref().map(|leg| leg.holder), movement, offer);
        let mut doubts_after = Vec::new();
        let mut object = |judgement: &mut Self, objection: Objection, is_about_the_leg_before: bool| {
            let standing = match objection.severity {
                Severity::Contradiction => Some(Standing::Contradicted),
                Severity::Break | Severity::Fatal => Some(Standing::NotProven),
                Severity::Warning | Severity::Information => None,
            };
            let reason = format!("{} ({})", objection.sentence.trim_end_matches('.'), objection.rule);
            if let Some(standing) = standing {
                if is_about_the_leg_before {
                    judgement.doubt(standing, &reason);
                }
                doubts_after.push((standing, reason));
            }
            judgement.report(fact, movement, objection);
        };
        if let Some(objection) = step.objection {
            object(self, objection, true);
        }
        if let Some(objection) = label_objection(movement, |exhibit| self.ledger.judged_as(exhibit)) {
            object(self, objection, true);
        }
        let mut seal = self.seal.take();
        if let Some(objection) = seal_objection(movement, &mut seal) {
            object(self, objection, true);
        }
        self.seal = seal;
        self.transfer_point(fact, movement);
        for flaw in &fact.flaws {
            let standing = match flaw {
                Flaw::SecondPackage | Flaw::Seal => Standing::Contradicted,
                Flaw::DoorCycle | Flaw::Session => Standing::NotProven,
            };
            doubts_after.push((standing, flaw.reason().into()));
            self.doubt_end(*flaw);
        }
        doubts_after.extend(self.distrust(fact));
        if let Some(to) = step.to {
            self.end(fact, movement.at().map(|at| at.compartment));
            self.begin(to, fact, doubts_after);
        }
    }

    /// A flawed act leaves the leg it ends unproven too: who opened the door, or when, is not known.
    fn doubt_end(&mut self, flaw: Flaw) {
        if matches!(flaw, Flaw::DoorCycle | Flaw::Session) {
            self.doubt(Standing::NotProven, flaw.reason());
        }
    }

    fn doubt(&mut self, standing: Standing, reason: &str) {
        if let Some(leg) = &mut self.leg {
            leg.doubts.push((standing, reason.into()));
        }
    }

    fn report(&mut self, fact: &ExhibitFact, movement: &Movement, objection: Objection) {
        let mut finding = Finding::new(objection.rule, objection.sentence)
            .weighing(objection.severity)
            .at([fact.index])
            .during(fact.interval)
            .by_device(fact.device);
        // What is wrong with the package is one finding for all exhibits in it; what is wrong with the exhibit's
        // own history is its own.
        finding = match objection.rule {
            RuleId::E02 | RuleId::E03 => finding.of_exhibits(movement.exhibits().iter().copied()),
            _ => finding.of_exhibits([self.exhibit]),
        };
        if let Some(at) = movement.at() {
            finding = finding.in_compartment(at.compartment);
        }
        self.verdict.findings.push(finding);
    }

    fn begin(&mut self, holder: Holder, fact: &'a ExhibitFact, doubts: Vec<(Standing, String)>) {
        self.verdict.holder = Some(holder);
        let seen = self.seen(fact);
        self.leg = Some(OpenLeg { holder, first: fact, seen, doubts });
        self.last_us = self.last_us.max(fact.order_us());
    }

    /// Ends the leg at `fact`, by which it left a compartment, if it did.
    fn end(&mut self, fact: &ExhibitFact, left: Option<CompartmentId>) {
        let Some(mut leg) = self.leg.take() else { return };
        if let Holder::Compartment(compartment) = leg.holder
            && left != Some(compartment)
        {
            leg.doubts.push((Standing::NotProven, "no device recorded how it left the compartment".into()));
        }
        let to_us = self.last_us.max(fact.order_us());
        self.close(&leg, to_us, Some(fact));
    }

    fn finish(mut self, until_us: impl Fn(Holder) -> Option<u64>) -> Verdict {
        if let Some(leg) = self.leg.take() {
            let to_us = self.last_us.max(until_us(leg.holder).unwrap_or(0));
            self.close(&leg, to_us, None);
        }
        self.check_duties();
        self.check_sightings();
        self.check_registered();
        let reason = "the clocks contradict the order of the acts (T04)";
        self.verdict.stretches =
            lay_over(self.verdict.stretches, self.contradicted, Standing::Contradicted, reason);
        for ((standing, rule), intervals) in self.laid {
            let reason = format!("{} ({rule})", rule.reason());
            let widened = intervals.into_iter().map(at_least_an_instant).collect();
            self.verdict.stretches = lay_over(self.verdict.stretches, widened, standing, &reason);
        }
        self.verdict
    }

    /// S02: while it is missing nobody has it. A wrong deposit has said so itself.
    fn check_missing(&mut self, leg: &OpenLeg<'_>, interval: Interval, ended_by: Option<&ExhibitFact>) {
        let What::Moved(movement) = &leg.first.what else { return };
        if !matches!(**movement, Movement::MarkedMissing { .. }) {
            return;
        }
        let sentence = match ended_by {
            None => "The exhibit is missing.",
            Some(_) => "The exhibit was missing for a time.",
        };
        self.verdict.findings.push(
            Finding::new(RuleId::S02, sentence.into())
                .at(core::iter::once(leg.first.index).chain(ended_by.map(|fact| fact.index)))
                .during(interval)
                .of_exhibits([self.exhibit]),
        );
    }

    fn close(&mut self, leg: &OpenLeg<'_>, to_us: u64, ended_by: Option<&ExhibitFact>) {
        let interval = Interval { from_us: self.last_us, to_us };
        let (standing, reason) = match leg.holder {
            Holder::Compartment(_) => (Standing::Proven, None),
            Holder::Person(person) => {
                (Standing::Declared, Some(format!("with {person}, by that person's word")))
            }
            Holder::Place(person) => {
                (Standing::Declared, Some(format!("in a place, by the word of {person}")))
            }
            Holder::Release(person) => (Standing::Declared, Some(format!("released to {person}"))),
            Holder::Missing => (Standing::NotProven, Some("nobody knows where it was".into())),
            Holder::Ended => (Standing::Declared, Some("custody has ended".into())),
        };
        let mut timeline = Timeline::new(interval, standing, leg.holder);
        if let Some(reason) = reason {
            timeline.lower_all(standing, &reason);
        }
        if let Holder::Compartment(compartment) = leg.holder {
            self.lay_openings(&mut timeline, compartment, leg, interval, ended_by);
        }
        self.check_return(&mut timeline, leg, interval, ended_by);
        self.check_missing(leg, interval, ended_by);
        for (standing, reason) in &leg.doubts {
            timeline.lower_all(*standing, reason);
        }
        self.verdict.stretches.extend(timeline.into_stretches());
        self.check_place(leg, interval);
        self.lay_views(leg, interval, ended_by);
        self.check_dwell(leg, interval, ended_by);
        self.write_leg(leg, interval, ended_by);
        self.last_us = to_us;
    }
}
