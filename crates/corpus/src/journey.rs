//! A bag's ordinary way: seized, registered, deposited, collected by a courier, received by the property store.

use custody::id::CaseId;
use custody_proto::v1;

use crate::custody_acts::{DESK, VISIT};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;
use crate::visit::Visit;

/// When a bag is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// Before its deposit.
    Before,
    /// Some hours after it.
    After,
    /// Never.
    Never,
}

/// How far a bag goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// It is registered, and in the officer's hands.
    Seized,
    /// It lies in the locker until the record ends.
    Deposited,
    /// A courier has it.
    Collected,
    /// The property store has it.
    Received,
    /// An examiner has it: the courier took it to the laboratory.
    Examined,
}

/// What a journey is to be.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Where; any store if not said.
    pub site: Option<usize>,
    /// What.
    pub category: v1::Category,
    /// The deposit is not before this.
    pub low: u64,
    /// Nor after this.
    pub high: u64,
    /// When it is registered.
    pub registered: Registered,
    /// How far it goes.
    pub until: Until,
    /// Into a drop slot.
    pub is_multi: bool,
    /// One exhibit alone.
    pub is_one: bool,
    /// Of a case that is known already.
    pub case: Option<CaseId>,
    /// Seized by somebody in particular.
    pub officer: Option<usize>,
    /// The least time between deposit and collection.
    pub rests: u64,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Journey {
    /// The bag.
    pub bag: usize,
    /// The store.
    pub site: usize,
    /// The compartment.
    pub slot: usize,
    /// Its registrations.
    pub registered: Vec<LineId>,
    /// Its deposit.
    pub deposit: Option<Visit>,
    /// The authority to collect it.
    pub authority: Option<LineId>,
    /// Its collection.
    pub collection: Option<Visit>,
    /// Its receipt.
    pub receipt: Option<LineId>,
}

impl Journey {
    /// The deposit of a journey that has one.
    pub fn deposited(&self) -> &Visit {
        self.deposit.as_ref().expect("a journey with a deposit")
    }

    /// The collection of a journey that has one.
    pub fn collected(&self) -> &Visit {
        self.collection.as_ref().expect("a journey with a collection")
    }

    /// The receipt of a journey that has one.
    pub fn received(&self) -> LineId {
        self.receipt.expect("a journey with a receipt")
    }
}

impl Script {
    /// The ordinary plan: any store, any day, all the way.
    pub fn plan(&self) -> Plan {
        Plan {
            site: None,
            category: v1::Category::Other,
            low: self.span.from_us + 3 * HOUR,
            high: self.span.to_us - 18 * HOUR,
            registered: Registered::Before,
            until: Until::Received,
            is_multi: false,
            is_one: false,
            case: None,
            officer: None,
            rests: HOUR,
        }
    }

    /// A bag goes its way; none where no compartment or time is free.
    pub fn journey(&mut self, plan: Plan) -> Option<Journey> {
        let journey = self.new_journey(plan)?;
        let steps = self.bag(journey.bag).steps.len();
        self.journeys.push((plan, journey.clone(), steps));
        Some(journey)
    }

    /// Takes a bag that went such a way and has done nothing else since.
    pub fn take(&mut self, wanted: &Plan) -> Option<Journey> {
        let fits = |(plan, journey, steps): &&(Plan, Journey, usize)| {
            let bag = self.bags.get(journey.bag);
            let is_alike = plan.until == wanted.until
                && plan.registered == wanted.registered
                && plan.category == wanted.category
                && plan.is_multi == wanted.is_multi
                && plan.rests >= wanted.rests
                && wanted.officer.is_none()
                && wanted.case.is_none()
                && wanted.site.is_none_or(|site| site == journey.site)
                && plan.low >= wanted.low
                && plan.high <= wanted.high;
            is_alike
                && bag.is_some_and(|bag| {
                    !bag.is_taken && bag.steps.len() == *steps && (!wanted.is_one || bag.ids.len() == 1)
                })
        };
        let journey = self.journeys.iter().find(fits)?.1.clone();
        self.bag(journey.bag).is_taken = true;
        Some(journey)
    }

    fn new_journey(&mut self, plan: Plan) -> Option<Journey> {
        let site = plan.site.unwrap_or_else(|| self.store());
        let at = self.free_time(site, plan.low, plan.high)?;
        let leaves = plan.until >= Until::Collected;
        let collected_us = if leaves {
            Some(self.free_time(site, at + plan.rests, self.latest(at, plan.rests))?)
        } else {
            None
        };
        let slot = if plan.until == Until::Seized {
            0
        } else {
            let to = collected_us.map_or(self.span.to_us + DAY, |at| at + VISIT);
            let slot = self.free_slot(site, at, to, plan.is_multi)?;
            self.stay(site, slot, at, to);
            slot
        };
        let before = self.rng.between(15, 90) * MINUTE;
        let from = at - before - DESK;
        let bag = if plan.is_one {
            self.seize_one(site, plan.category, from, at + VISIT)
        } else {
            self.seize(site, plan.category, from, at + VISIT)
        };
        if let Some(case) = plan.case {
            self.bag(bag).case = case;
        }
        if let Some(officer) = plan.officer {
            self.bag(bag).officer = officer;
            self.bag(bag).holder = Some(officer);
        }
        let mut journey = Journey {
            bag,
            site,
            slot,
            registered: Vec::new(),
            deposit: None,
            authority: None,
            collection: None,
            receipt: None,
        };
        if plan.registered == Registered::Before || plan.until == Until::Seized {
            journey.registered = self.register(bag, from);
        }
        if plan.until == Until::Seized {
            return Some(journey);
        }
        journey.deposit = Some(self.deposit(bag, site, slot, at, None));
        if plan.registered == Registered::After {
            let later = collected_us.map_or(10 * HOUR, |to| (to - at) / 2).min(60 * HOUR);
            let later = self.rng.between(later / 2, later).max(10 * MINUTE);
            let registrar = self.person(v1::Role::Officer, site, at + later, at + later + DESK, &[]);
            journey.registered = self.register_by(bag, registrar, at + later);
        }
        if let Some(collected_us) = collected_us {
            self.leave(&mut journey, plan, at, collected_us);
        }
        Some(journey)
    }

    /// The last moment for a collection that leaves time for the receipt.
    fn latest(&self, at: u64, rests: u64) -> u64 {
        let end = if at < self.span.from_us { self.span.from_us - DAY } else { self.span.to_us };
        (at + rests + 30 * HOUR).min(end - 3 * HOUR).max(at + rests)
    }

    /// Authority, courier and store.
    fn leave(&mut self, journey: &mut Journey, plan: Plan, deposited_us: u64, at: u64) {
        let bag = journey.bag;
        let courier = self.person(v1::Role::Courier, journey.site, at, at + 2 * HOUR, &[]);
        // An authority lasts ten days.
        let since = (deposited_us + 5 * MINUTE).max(at.saturating_sub(2 * DAY));
        let authorised_us = self.rng.between(since, at - DESK - MINUTE);
        journey.authority = Some(self.authorise(bag, courier, authorised_us));
        journey.collection = Some(self.collect(bag, courier, journey.authority, at));
        let received_us = at + self.rng.between(25, 100) * MINUTE;
        journey.receipt = match plan.until {
            Until::Received => Some(self.receive(bag, received_us).1),
            Until::Examined => {
                let place = v1::PlaceKind::Laboratory;
                Some(self.receive_as(bag, v1::Role::Examiner, place, received_us).1)
            }
            Until::Seized | Until::Deposited | Until::Collected => None,
        };
    }

    /// Several bags that one courier clears in one session, each with its own door.
    pub fn clearance(&mut self, site: usize, count: usize, low: u64, high: u64) -> Vec<Journey> {
        let mut journeys = Vec::new();
        let Some(at) = self.free_time(site, high, high + 8 * HOUR) else { return journeys };
        let length = 2 * MINUTE + u64::try_from(count).unwrap_or(0) * MINUTE;
        self.keep(site, at, at + length);
        let courier = self.person(v1::Role::Courier, site, at, at + 2 * HOUR, &[]);
        for _ in 0..count {
            let plan =
                Plan { site: Some(site), low, high: at - 2 * HOUR, until: Until::Deposited, ..self.plan() };
            journeys.extend(self.journey_to(plan, at + length));
        }
        let session = self.at_locker(site, courier, at, at + length);
        let run = self.id();
        let mut next = at + 15 * SECOND;
        for journey in &mut journeys {
            let until = self.bag(journey.bag).until_us;
            let authorised_us = self.rng.between(until + 5 * MINUTE, at - DESK - MINUTE);
            let authority = self.authorise(journey.bag, courier, authorised_us);
            journey.authority = Some(authority);
            let visit = self.collect_in(journey.bag, &session, journey.authority, next);
            if let v1::statement::Fact::Collected(collected) = &mut self.line(visit.act).fact
                && let Some(declared) = &mut collected.declared
            {
                declared.run = Some(run.to_vec());
            }
            journey.collection = Some(visit);
            next += 50 * SECOND;
        }
        // At the desk of the same store once more before the way goes on.
        self.at_desk(site, courier, at + length + MINUTE, at + length + 3 * MINUTE);
        let films = self.film(site, at, at + length);
        for journey in &mut journeys {
            self.filmed(journey.bag, films.clone());
            if let Some(visit) = &mut journey.collection {
                visit.films.clone_from(&films);
            }
            let received_us = at + self.rng.between(40, 110) * MINUTE;
            journey.receipt = Some(self.receive(journey.bag, received_us).1);
        }
        journeys
    }

    /// A journey whose bag lies in the locker up to a time that is known.
    fn journey_to(&mut self, plan: Plan, to: u64) -> Option<Journey> {
        let site = plan.site.unwrap_or_else(|| self.store());
        let at = self.free_time(site, plan.low, plan.high)?;
        let slot = self.free_slot(site, at, to, plan.is_multi)?;
        self.stay(site, slot, at, to);
        let from = at - self.rng.between(15, 90) * MINUTE - DESK;
        let bag = self.seize(site, plan.category, from, at + VISIT);
        let registered = self.register(bag, from);
        let deposit = Some(self.deposit(bag, site, slot, at, None));
        let (authority, collection, receipt) = (None, None, None);
        Some(Journey { bag, site, slot, registered, deposit, authority, collection, receipt })
    }
}
