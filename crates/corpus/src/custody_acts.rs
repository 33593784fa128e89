//! What is done with a bag, lawfully: the words of every story. Each act moves the bag's own record on.

use custody::id::{CaseId, Digest, ExhibitId, PackageId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::line::{DAY, LineId, MINUTE, SECOND};
use crate::script::{Bag, Script, Step};
use crate::visit::{Session, Visit};

/// How long a visit to a locker takes.
pub const VISIT: u64 = 75 * SECOND;

/// How long somebody stays at a desk.
pub const DESK: u64 = 6 * MINUTE;

impl Script {
    /// A new bag of a category in the hands of an officer of that site, registered nowhere yet.
    pub fn seize(&mut self, site: usize, category: v1::Category, from_us: u64, to_us: u64) -> usize {
        let officer = self.person(v1::Role::Officer, site, from_us, to_us, &[]);
        let count = if self.rng.chance(15) { 2 } else { 1 };
        let mut ids: Vec<ExhibitId> = (0..count).map(|_| ExhibitId(self.id())).collect();
        ids.sort_unstable();
        let package = (count > 1 || self.rng.chance(40)).then(|| PackageId(self.id()));
        let tags = ids.iter().map(|_| Digest(self.rng.bytes())).collect();
        let bag = Bag {
            ids,
            case: CaseId(self.id()),
            tags,
            package,
            seal: self.seal(),
            weight_mg: self.rng.between(200, 3000) * 1000,
            category,
            officer,
            site,
            steps: Vec::new(),
            last: None,
            holder: Some(officer),
            until_us: from_us,
            lies: Vec::new(),
            is_taken: false,
        };
        self.bags.push(bag);
        self.bags.len() - 1
    }

    /// A bag without a package id and with one exhibit alone, for what is about one exhibit.
    pub fn seize_one(&mut self, site: usize, category: v1::Category, from_us: u64, to_us: u64) -> usize {
        let bag = self.seize(site, category, from_us, to_us);
        let one = self.bag(bag);
        one.ids.truncate(1);
        one.tags.truncate(1);
        bag
    }

    /// The package as every act names it.
    pub fn item(&mut self, bag: usize) -> v1::Item {
        let bag = self.bag(bag);
        v1::Item {
            exhibits: bag.ids.iter().map(|id| id.0.to_vec()).collect(),
            package: bag.package.map(|package| package.0.to_vec()),
            closure: v1::Closure::Sealed.into(),
            seal: Some(bag.seal.clone()),
        }
    }

    /// The exhibits of a bag as facts list them.
    pub fn exhibits(&mut self, bag: usize) -> Vec<Vec<u8>> {
        self.bag(bag).ids.iter().map(|id| id.0.to_vec()).collect()
    }

    /// What one exhibit of the bag is registered as.
    pub fn registration(&mut self, bag: usize, place: usize, session: &Session) -> v1::ExhibitRegistered {
        let registrar = self.act(session);
        let seized_us = self.at(session.opened).saturating_sub(self.rng.between(40, 300) * MINUTE);
        let words = [self.commitment(), self.commitment(), self.commitment()];
        let [reference, description, case_reference] = words;
        let bag = self.bag(bag).clone();
        let exhibit = bag.ids.get(place).expect("an exhibit of the bag");
        let officer = self.person_id(bag.officer).0.to_vec();
        let declared = v1::exhibit_registered::Declared {
            exhibit: exhibit.0.to_vec(),
            case: bag.case.0.to_vec(),
            reference_tag: bag.tags.get(place).expect("a tag for each exhibit").0.to_vec(),
            exhibit_reference: reference,
            description,
            case_reference: Some(case_reference),
            registrar: Some(registrar),
            producer: officer.clone(),
            holder: officer,
            category: bag.category.into(),
            handling: if bag.is_two_person() { vec![v1::Handling::TwoPerson.into()] } else { Vec::new() },
            seized_us: Some(seized_us),
            seized_place: None,
            package: bag.package.map(|package| package.0.to_vec()),
            closure: v1::Closure::Sealed.into(),
            seal: Some(bag.seal.clone()),
            earlier: Vec::new(),
            elsewhere: Vec::new(),
        };
        v1::ExhibitRegistered { declared: Some(declared) }
    }

    /// The officer registers the bag's exhibits at the desk of its site.
    pub fn register(&mut self, bag: usize, at_us: u64) -> Vec<LineId> {
        let officer = self.bag(bag).officer;
        self.register_by(bag, officer, at_us)
    }

    /// Somebody registers the bag's exhibits at the desk of its site.
    pub fn register_by(&mut self, bag: usize, registrar: usize, at_us: u64) -> Vec<LineId> {
        let (site, count) = (self.bag(bag).site, self.bag(bag).ids.len());
        let session = self.at_desk(site, registrar, at_us, at_us + DESK);
        let mut lines = Vec::new();
        for place in 0..count {
            let registration = self.registration(bag, place, &session);
            let at = at_us + MINUTE + u64::try_from(place).unwrap_or(0) * 40 * SECOND;
            lines.push(self.say(session.device, at, Fact::ExhibitRegistered(registration)));
        }
        let last = lines.last().copied();
        let bag = self.bag(bag);
        bag.steps.push(Step::Registered(lines.clone()));
        // What is registered where it already lies continues nothing.
        if bag.visits().next().is_none() {
            bag.last = last;
            bag.until_us = bag.until_us.max(at_us + DESK);
        }
        lines
    }

    /// Another act at a desk, in a session of its own, by the person and at the site named.
    pub fn desk_act(
        &mut self,
        bag: usize,
        site: usize,
        person: usize,
        at_us: u64,
        fact: impl FnOnce(&mut Self, v1::Act) -> Fact,
    ) -> (Session, LineId) {
        let session = self.at_desk(site, person, at_us, at_us + DESK);
        let line = self.desk_act_in(bag, &session, at_us + MINUTE, fact);
        (session, line)
    }

    /// Another act at a desk in a session that is open.
    pub fn desk_act_in(
        &mut self,
        bag: usize,
        session: &Session,
        at_us: u64,
        fact: impl FnOnce(&mut Self, v1::Act) -> Fact,
    ) -> LineId {
        let act = self.act(session);
        let fact = fact(self, act);
        let line = self.say(session.device, at_us, fact);
        let bag = self.bag(bag);
        bag.steps.push(Step::Desk(line));
        bag.until_us = bag.until_us.max(at_us + DESK);
        line
    }

    /// A custody act at a desk: it continues the bag's last one.
    pub fn custody_act(
        &mut self,
        bag: usize,
        site: usize,
        person: usize,
        at_us: u64,
        fact: impl FnOnce(&mut Self, v1::Act) -> Fact,
    ) -> (Session, LineId) {
        let (session, line) = self.desk_act(bag, site, person, at_us, fact);
        self.follow(bag, line);
        (session, line)
    }

    /// A line continues the bag's last custody statement, and is the last from now on.
    pub fn follow(&mut self, bag: usize, line: LineId) {
        let last = self.bag(bag).last.replace(line);
        // A device that was told nothing says nothing of it.
        let is_known = self.rng.chance(80);
        self.line(line).follows = last.filter(|_| is_known);
    }

    /// Who has the bag, or the person named instead, puts it into a compartment. Returns the visit, which is also the bag's newest step.
    pub fn deposit(&mut self, bag: usize, site: usize, slot: usize, at_us: u64, by: Option<usize>) -> Visit {
        let holder = by.or(self.bag(bag).holder).expect("a bag in somebody's hands");
        let session = self.at_locker(site, holder, at_us, at_us + VISIT);
        let witness = self.second(bag, site, &session, at_us);
        let compartment = self.bank(site).slots.get(slot).expect("a compartment").id;
        let observed = v1::compartment_reserved::Observed {
            compartment: compartment.0.to_vec(),
            session: session.opened.token(),
        };
        let reserved = Fact::CompartmentReserved(v1::CompartmentReserved { observed: Some(observed) });
        let reserved = self.say(session.device, at_us + 8 * SECOND, reserved);
        let cycle = self.cycle(site, slot, Some(session.opened), at_us + 12 * SECOND);
        let is_multi = self.is_multi(site, slot);
        let weight_mg = (!is_multi).then_some(self.bag(bag).weight_mg);
        let fact = Fact::Deposited(v1::Deposited {
            observed: Some(v1::AtCompartment {
                compartment: compartment.0.to_vec(),
                door_cycle: cycle.name().token(),
                label: Some(self.bag(bag).label().to_vec()),
                weight_mg,
            }),
            declared: Some(v1::deposited::Declared {
                item: Some(self.item(bag)),
                by: Some(self.act(&session)),
                witness: witness.map(|witness| self.act(&witness)),
                condition: v1::SealCondition::Intact.into(),
                photo: Some(self.commitment()),
                run: None,
            }),
        });
        let act = self.say(session.device, at_us + 45 * SECOND, fact);
        self.follow(bag, act);
        let presence = Some(self.presence(site, slot, at_us + 50 * SECOND, true, weight_mg));
        self.keep(site, at_us, at_us + VISIT);
        let films = self.film(site, at_us, at_us + VISIT);
        let visit = Visit { session, witness, cycle, act, presence, films, reserved: Some(reserved) };
        let bag = self.bag(bag);
        bag.steps.push(Step::Deposited(visit.clone()));
        bag.lies.push((site, slot, at_us + 45 * SECOND, u64::MAX));
        bag.until_us = at_us + VISIT;
        bag.holder = None;
        visit
    }

    /// Whether a compartment is a drop slot.
    pub fn is_multi(&mut self, site: usize, slot: usize) -> bool {
        self.bank(site).slots.get(slot).is_some_and(|slot| slot.is_multi)
    }

    /// The second person at a locker, where the bag needs two.
    fn second(&mut self, bag: usize, site: usize, first: &Session, at_us: u64) -> Option<Session> {
        if !self.bag(bag).is_two_person() {
            return None;
        }
        let person = self.person(v1::Role::Officer, site, at_us, at_us + VISIT, &[first.person]);
        Some(self.at_locker(site, person, at_us + 5 * SECOND, at_us + VISIT + 4 * SECOND))
    }

    /// A compartment is kept for a stay.
    pub fn stay(&mut self, site: usize, slot: usize, from: u64, to: u64) {
        if let Some(slot) = self.bank(site).slots.get_mut(slot) {
            slot.stays.push((from, to));
        }
    }

    /// An exhibits officer at the bag's site authorises somebody to collect it.
    pub fn authorise(&mut self, bag: usize, to: usize, at_us: u64) -> LineId {
        let site = self.bag(bag).site;
        let by = self.person(v1::Role::ExhibitsOfficer, site, at_us, at_us + DESK, &[]);
        let exhibits = self.exhibits(bag);
        let to = self.person_id(to).0.to_vec();
        let fact = |_: &mut Self, by| {
            Fact::CollectionAuthorised(v1::CollectionAuthorised {
                declared: Some(v1::collection_authorised::Declared {
                    exhibits,
                    by: Some(by),
                    to,
                    expires_us: at_us + 10 * DAY,
                    purpose: v1::ReleasePurpose::Investigation.into(),
                }),
            })
        };
        let until = self.bag(bag).until_us;
        let (_, line) = self.desk_act(bag, site, by, at_us, fact);
        self.bag(bag).until_us = until;
        line
    }

    /// Somebody takes the bag out of where it was deposited, in a session of their own.
    pub fn collect(&mut self, bag: usize, person: usize, authority: Option<LineId>, at_us: u64) -> Visit {
        let site = self.resting(bag).0;
        let session = self.at_locker(site, person, at_us, at_us + VISIT);
        let visit = self.collect_in(bag, &session, authority, at_us + 10 * SECOND);
        self.keep(site, at_us, at_us + VISIT);
        let films = self.film(site, at_us, at_us + VISIT);
        self.filmed(bag, films);
        visit
    }

    /// The films of the bag's newest visit.
    pub fn filmed(&mut self, bag: usize, films: Vec<LineId>) {
        if let Some(Step::Deposited(visit) | Step::Collected(visit)) = self.bag(bag).steps.last_mut() {
            visit.films = films;
        }
    }

    /// Site and compartment where the bag was last put.
    pub fn resting(&mut self, bag: usize) -> (usize, usize) {
        let last = self.bag(bag).visits().last().map(|visit| (visit.cycle.site, visit.cycle.slot));
        last.expect("a bag that lies in a locker")
    }

    /// Somebody takes the bag out in a session that is open.
    pub fn collect_in(
        &mut self,
        bag: usize,
        session: &Session,
        authority: Option<LineId>,
        at_us: u64,
    ) -> Visit {
        let (site, slot) = self.resting(bag);
        let witness = self.second(bag, site, session, at_us);
        let cycle = self.cycle(site, slot, Some(session.opened), at_us);
        let is_multi = self.is_multi(site, slot);
        let fact = Fact::Collected(v1::Collected {
            observed: Some(v1::AtCompartment {
                compartment: cycle.compartment.0.to_vec(),
                door_cycle: cycle.name().token(),
                label: Some(self.bag(bag).label().to_vec()),
                weight_mg: (!is_multi).then_some(0),
            }),
            declared: Some(v1::collected::Declared {
                item: Some(self.item(bag)),
                by: Some(self.act(session)),
                witness: witness.map(|witness| self.act(&witness)),
                condition: v1::SealCondition::Intact.into(),
                authority: authority.map(LineId::token),
                destination: Some(self.commitment()),
                photo: None,
                run: None,
            }),
        });
        let act = self.say(session.device, at_us + 28 * SECOND, fact);
        self.follow(bag, act);
        let presence = (!is_multi).then(|| self.presence(site, slot, at_us + 32 * SECOND, false, Some(0)));
        let visit =
            Visit { session: *session, witness, cycle, act, presence, films: Vec::new(), reserved: None };
        let bag = self.bag(bag);
        bag.steps.push(Step::Collected(visit.clone()));
        bag.leaves(at_us + 28 * SECOND);
        bag.until_us = at_us + VISIT;
        bag.holder = Some(session.person);
        visit
    }

    /// The fact that a place takes the bag over from who has it.
    pub fn received(&mut self, bag: usize, site: usize, place: v1::PlaceKind, by: v1::Act) -> Fact {
        let from = self.bag(bag).holder.expect("a bag in somebody's hands");
        let from = self.person_id(from).0.to_vec();
        let label = self.bag(bag).label().to_vec();
        Fact::ReceivedAt(v1::ReceivedAt {
            observed: Some(v1::received_at::Observed { label: Some(label) }),
            declared: Some(v1::received_at::Declared {
                item: Some(self.item(bag)),
                place: place.into(),
                site: Some(self.site(site).id.0.to_vec()),
                by: Some(by),
                from,
                condition: v1::SealCondition::Intact.into(),
                reference: None,
            }),
        })
    }

    /// The property store takes the bag over. Returns who keeps it there.
    pub fn receive(&mut self, bag: usize, at_us: u64) -> (usize, LineId) {
        self.receive_as(bag, v1::Role::StoreManager, v1::PlaceKind::Store, at_us)
    }

    /// A place of the property store's site takes the bag over, by somebody with this role.
    pub fn receive_as(
        &mut self,
        bag: usize,
        role: v1::Role,
        place: v1::PlaceKind,
        at_us: u64,
    ) -> (usize, LineId) {
        let central = self.central;
        let from = self.bag(bag).holder.expect("a bag in somebody's hands");
        let keeper = self.person(role, central, at_us, at_us + DESK, &[from]);
        let (_, line) = self
            .custody_act(bag, central, keeper, at_us, |script, by| script.received(bag, central, place, by));
        self.bag(bag).holder = Some(keeper);
        (keeper, line)
    }

    /// Who has the bag offers it to somebody, who accepts it at the same desk.
    pub fn hand_over(&mut self, bag: usize, site: usize, to: usize, at_us: u64) -> [LineId; 2] {
        let from = self.bag(bag).holder.expect("a bag in somebody's hands");
        let item = self.item(bag);
        let receiver = self.person_id(to).0.to_vec();
        let offered = item.clone();
        let (_, offer) = self.custody_act(bag, site, from, at_us, |_, by| {
            Fact::TransferOffered(v1::TransferOffered {
                declared: Some(v1::transfer_offered::Declared {
                    item: Some(offered),
                    by: Some(by),
                    to: receiver,
                    condition: v1::SealCondition::Intact.into(),
                }),
            })
        });
        let (_, accepted) = self.custody_act(bag, site, to, at_us + 2 * MINUTE, |_, by| {
            Fact::TransferAccepted(v1::TransferAccepted {
                declared: Some(v1::transfer_accepted::Declared {
                    item: Some(item),
                    offer: offer.token(),
                    by: Some(by),
                    condition: v1::SealCondition::Intact.into(),
                }),
            })
        });
        self.bag(bag).holder = Some(to);
        [offer, accepted]
    }
}
