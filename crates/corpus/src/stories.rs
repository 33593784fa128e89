//! What else happens to bags, lawfully: each story takes a bag where it is and moves it on.

use custody::id::{ExhibitId, PackageId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::custody_acts::{DESK, VISIT};
use crate::journey::{Journey, Plan, Registered, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::{Script, Step};

impl Script {
    /// A bag that the property store has, and since when it may be moved on.
    pub fn in_store(&mut self, plan: Plan) -> Option<(Journey, u64)> {
        let high = plan.high.min(self.span.to_us - 40 * HOUR);
        let high = high.max(plan.low);
        let journey = self.journey(Plan { until: Until::Received, high, ..plan })?;
        let until = self.bag(journey.bag).until_us + 5 * MINUTE;
        Some((journey, until))
    }

    /// Deposited under an id of its own, registered elsewhere, and identified; then collected as what it is.
    pub fn provisional(&mut self) -> Option<(Journey, ExhibitId, LineId)> {
        let plan = self.plan();
        let high = plan.high.min(self.span.to_us - 30 * HOUR).max(plan.low);
        let plan =
            Plan { high, until: Until::Deposited, registered: Registered::Never, is_one: true, ..plan };
        let site = self.store();
        let at = self.free_time(site, plan.low, plan.high)?;
        let collected_us = self.free_time(site, at + 8 * HOUR, at + 24 * HOUR)?;
        let slot = self.free_slot(site, at, collected_us + VISIT, false)?;
        self.stay(site, slot, at, collected_us + VISIT);
        let bag = self.seize_one(site, plan.category, at - HOUR, at + VISIT);
        // Its label is the package's, which nobody prints again.
        let package = PackageId(self.id());
        self.bag(bag).package = Some(package);
        let deposit = Some(self.deposit(bag, site, slot, at, None));
        let provisional = *self.bag(bag).ids.first().expect("one exhibit");
        let registered = ExhibitId(self.id());
        self.bag(bag).ids = vec![registered];
        let lines = {
            let at = at + 2 * HOUR;
            let registrar = self.person(v1::Role::Officer, site, at, at + DESK, &[]);
            self.register_by(bag, registrar, at)
        };
        let at = at + 4 * HOUR;
        let keeper = self.person(v1::Role::ExhibitsOfficer, site, at, at + DESK, &[]);
        let (_, identified) = self.desk_act(bag, site, keeper, at, |_, by| {
            Fact::Identified(v1::Identified {
                declared: Some(v1::identified::Declared {
                    provisional: provisional.0.to_vec(),
                    registered: registered.0.to_vec(),
                    by: Some(by),
                }),
            })
        });
        let courier = self.person(v1::Role::Courier, site, collected_us, collected_us + 2 * HOUR, &[]);
        let authority = self.authorise(bag, courier, collected_us - HOUR);
        let collection = self.collect(bag, courier, Some(authority), collected_us);
        let (_, receipt) = self.receive(bag, collected_us + 50 * MINUTE);
        let journey = Journey {
            bag,
            site,
            slot,
            registered: lines,
            deposit,
            authority: Some(authority),
            collection: Some(collection),
            receipt: Some(receipt),
        };
        Some((journey, provisional, identified))
    }

    /// The officer takes it back out without asking anybody, as the one who deposited it may.
    pub fn own_collection(&mut self) -> Option<usize> {
        let plan = Plan { until: Until::Deposited, ..self.plan() };
        let site = self.store();
        let at = self.free_time(site, plan.low, plan.high)?;
        let back = self.free_time(site, at + HOUR, at + 6 * HOUR)?;
        let slot = self.free_slot(site, at, back + VISIT, false)?;
        self.stay(site, slot, at, back + VISIT);
        let bag = self.seize(site, plan.category, at - HOUR, back + VISIT);
        let officer = self.bag(bag).officer;
        self.register(bag, at - HOUR);
        self.deposit(bag, site, slot, at, None);
        self.collect(bag, officer, None, back);
        Some(bag)
    }

    /// One officer hands it to another, who deposits it.
    pub fn handed_over(&mut self) -> Option<(usize, [LineId; 2])> {
        let plan = self.plan();
        let site = self.store();
        let at = self.free_time(site, plan.low + 2 * HOUR, plan.high)?;
        let slot = self.free_slot(site, at, self.span.to_us + DAY, false)?;
        self.stay(site, slot, at, self.span.to_us + DAY);
        let bag = self.seize(site, plan.category, at - 2 * HOUR, at);
        let officer = self.bag(bag).officer;
        self.register(bag, at - 2 * HOUR);
        let other = self.person(v1::Role::Officer, site, at - HOUR, at + VISIT, &[officer]);
        let lines = self.hand_over(bag, site, other, at - HOUR);
        self.deposit(bag, site, slot, at, None);
        Some((bag, lines))
    }

    /// The exhibits officer gives a badly packed bag back to who deposited it, who deposits it again.
    pub fn passed_back(&mut self) -> Option<usize> {
        let plan = self.plan();
        let site = self.store();
        let at = self.free_time(site, plan.low, plan.high.min(self.span.to_us - 30 * HOUR).max(plan.low))?;
        let back = self.free_time(site, at + 3 * HOUR, at + 10 * HOUR)?;
        let again = self.free_time(site, back + HOUR, back + 8 * HOUR)?;
        let slot = self.free_slot(site, at, back + VISIT, false)?;
        let bag = self.seize(site, plan.category, at - HOUR, again + VISIT);
        self.stay(site, slot, at, back + VISIT);
        let officer = self.bag(bag).officer;
        self.register(bag, at - HOUR);
        self.deposit(bag, site, slot, at, None);
        let keeper = self.person(v1::Role::ExhibitsOfficer, site, back, back + VISIT, &[officer]);
        let session = self.at_locker(site, keeper, back, back + VISIT);
        let cycle = self.cycle(site, slot, Some(session.opened), back + 10 * SECOND);
        let fact = Fact::PassedBack(v1::PassedBack {
            observed: Some(v1::AtCompartment {
                compartment: cycle.compartment.0.to_vec(),
                door_cycle: cycle.name().token(),
                label: Some(self.bag(bag).label().to_vec()),
                weight_mg: Some(0),
            }),
            declared: Some(v1::passed_back::Declared {
                item: Some(self.item(bag)),
                by: Some(self.act(&session)),
                to: self.person_id(officer).0.to_vec(),
                reason: v1::PassBackReason::Label.into(),
            }),
        });
        let line = self.say(session.device, back + 40 * SECOND, fact);
        self.follow(bag, line);
        self.presence(site, slot, back + 44 * SECOND, false, Some(0));
        self.keep(site, back, back + VISIT);
        self.film(site, back, back + VISIT);
        self.bag(bag).steps.push(Step::Desk(line));
        self.bag(bag).leaves(back + 40 * SECOND);
        self.bag(bag).holder = Some(officer);
        let slot = self.free_slot(site, again, self.span.to_us + DAY, false)?;
        self.stay(site, slot, again, self.span.to_us + DAY);
        self.deposit(bag, site, slot, again, None);
        Some(bag)
    }

    /// The store releases it to somebody until a day, and takes it back when that person brings it.
    pub fn released(
        &mut self,
        bag: usize,
        at_us: u64,
        due_us: u64,
        back_us: Option<u64>,
    ) -> (LineId, Option<LineId>) {
        let central = self.central;
        let keeper = self.bag(bag).holder.expect("a bag in the store");
        let to = self.hire(&[]);
        let person = self.person_id(to).0.to_vec();
        let item = self.item(bag);
        let purpose =
            [v1::ReleasePurpose::Laboratory, v1::ReleasePurpose::Court, v1::ReleasePurpose::Defence];
        let purpose = self.rng.pick(&purpose).unwrap_or(v1::ReleasePurpose::Court);
        let (_, release) = self.custody_act(bag, central, keeper, at_us, |_, by| {
            Fact::TemporarilyReleased(v1::TemporarilyReleased {
                declared: Some(v1::temporarily_released::Declared {
                    item: Some(item),
                    by: Some(by),
                    to: person,
                    purpose: purpose.into(),
                    due_us,
                    condition: v1::SealCondition::Intact.into(),
                }),
            })
        });
        let returned = back_us.map(|back_us| {
            let keeper = self.person(v1::Role::StoreManager, central, back_us, back_us + DESK, &[]);
            let item = self.item(bag);
            let from = self.person_id(to).0.to_vec();
            let (_, line) = self.custody_act(bag, central, keeper, back_us, |_, by| {
                Fact::ReturnedFromRelease(v1::ReturnedFromRelease {
                    declared: Some(v1::returned_from_release::Declared {
                        item: Some(item),
                        release: release.token(),
                        by: Some(by),
                        from,
                        condition: v1::SealCondition::Intact.into(),
                    }),
                })
            });
            self.bag(bag).holder = Some(keeper);
            line
        });
        (release, returned)
    }

    /// Who has the bag opens a compartment for it and thinks better of it.
    pub fn give_up(&mut self, bag: usize, site: usize, slot: usize, at_us: u64) -> LineId {
        let holder = self.bag(bag).holder.expect("a bag in somebody's hands");
        let session = self.at_locker(site, holder, at_us, at_us + VISIT);
        let compartment = self.bank(site).slots.get(slot).expect("a compartment").id;
        let observed = v1::compartment_reserved::Observed {
            compartment: compartment.0.to_vec(),
            session: session.opened.token(),
        };
        let reserved = Fact::CompartmentReserved(v1::CompartmentReserved { observed: Some(observed) });
        self.say(session.device, at_us + 5 * SECOND, reserved);
        let cycle = self.cycle(site, slot, Some(session.opened), at_us + 10 * SECOND);
        let fact = Fact::DepositAbandoned(v1::DepositAbandoned {
            observed: Some(v1::AtCompartment {
                compartment: compartment.0.to_vec(),
                door_cycle: cycle.name().token(),
                label: None,
                weight_mg: Some(0),
            }),
            declared: Some(v1::deposit_abandoned::Declared {
                exhibits: self.exhibits(bag),
                by: Some(self.act(&session)),
            }),
        });
        let line = self.say(session.device, at_us + 40 * SECOND, fact);
        self.presence(site, slot, at_us + 44 * SECOND, false, Some(0));
        self.keep(site, at_us, at_us + VISIT);
        self.bag(bag).until_us = at_us + VISIT;
        line
    }
}
