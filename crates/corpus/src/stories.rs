//! What else happens to bags, lawfully: each story takes a bag where it is and moves it on.

use custody::id::{ExhibitId, PackageId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::custody_acts::{DESK, Manner, VISIT};
use crate::journey::{Journey, Plan, Registered, Until};
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::{Script, Step};
use crate::visit::{Cycle, Session};

/// A bag examined in a laboratory: seal broken, package opened, sealed anew.
#[derive(Debug, Clone, Copy)]
pub struct Examination {
    /// The seal is broken.
    pub broken: LineId,
    /// The package is opened.
    pub opened: LineId,
    /// It is sealed anew.
    pub resealed: LineId,
    /// The examiner's session.
    pub session: Session,
}

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
        let deposit = Some(self.deposit(bag, site, slot, at, Manner::default()));
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
        let collection = self.collect(bag, courier, Some(authority), collected_us, Manner::default());
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
        self.deposit(bag, site, slot, at, Manner::default());
        self.collect(bag, officer, None, back, Manner::default());
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
        self.deposit(bag, site, slot, at, Manner::default());
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
        self.deposit(bag, site, slot, at, Manner::default());
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
        self.deposit(bag, site, slot, again, Manner::default());
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

    /// A bag that an examiner has, and since when it may be looked into.
    pub fn in_laboratory(&mut self, plan: Plan) -> Option<(Journey, u64)> {
        let high = plan.high.min(self.span.to_us - 44 * HOUR).max(plan.low);
        let journey = self.journey(Plan { until: Until::Examined, high, ..plan })?;
        let until = self.bag(journey.bag).until_us + 5 * MINUTE;
        Some((journey, until))
    }

    /// Who has the bag breaks the seal, opens the package and seals it anew.
    pub fn examined(&mut self, bag: usize, at_us: u64) -> Examination {
        let central = self.central;
        let examiner = self.bag(bag).holder.expect("a bag in somebody's hands");
        let at = at_us;
        let session = self.at_desk(central, examiner, at, at + 50 * MINUTE);
        let witness = self.bag(bag).is_two_person().then(|| {
            let person = self.person(v1::Role::StoreManager, central, at, at + 50 * MINUTE, &[examiner]);
            self.at_desk(central, person, at + SECOND, at + 50 * MINUTE + SECOND)
        });
        let witness = witness.map(|witness| self.act(&witness));
        let exhibits = self.exhibits(bag);
        let (old, new) = (self.bag(bag).seal.clone(), self.seal());
        let [reason, examination, why] = [self.commitment(), self.commitment(), self.commitment()];
        let package = self.bag(bag).package.unwrap_or(PackageId(self.id())).0.to_vec();
        let (seal, ids) = (old.clone(), exhibits.clone());
        let broken = self.desk_act_in(bag, &session, at + 2 * MINUTE, |_, by| {
            let declared = v1::seal_broken::Declared { exhibits: ids, seal, by: Some(by), reason };
            Fact::SealBroken(v1::SealBroken { declared: Some(declared) })
        });
        let (ids, inner, second) = (exhibits.clone(), package.clone(), witness.clone());
        let opened = self.desk_act_in(bag, &session, at + 4 * MINUTE, |_, by| {
            let declared = v1::package_opened::Declared {
                exhibits: ids,
                package: inner,
                by: Some(by),
                witness: second,
                examination: Some(examination),
                reason: why,
            };
            Fact::PackageOpened(v1::PackageOpened { declared: Some(declared) })
        });
        let new_seal = new.clone();
        let resealed = self.desk_act_in(bag, &session, at + 40 * MINUTE, |_, by| {
            let declared = v1::resealed::Declared {
                exhibits,
                old_seal: Some(old),
                new_seal,
                old_inside: true,
                package,
                by: Some(by),
                witness,
                reason: None,
            };
            Fact::Resealed(v1::Resealed { declared: Some(declared) })
        });
        self.bag(bag).seal = new;
        self.bag(bag).until_us = at + 55 * MINUTE;
        Examination { broken, opened, resealed, session }
    }

    /// A quantity of the bag's first exhibit is counted.
    pub fn counted(&mut self, bag: usize, session: &Session, at_us: u64, quantity: u64) -> LineId {
        let exhibit = self.bag(bag).ids.first().expect("an exhibit").0.to_vec();
        self.counted_of(bag, exhibit, session, at_us, quantity)
    }

    /// A quantity of some exhibit is counted.
    pub fn counted_of(
        &mut self,
        bag: usize,
        exhibit: Vec<u8>,
        session: &Session,
        at_us: u64,
        quantity: u64,
    ) -> LineId {
        self.desk_act_in(bag, session, at_us, |_, by| {
            Fact::Counted(v1::Counted {
                declared: Some(v1::counted::Declared {
                    exhibit,
                    quantity,
                    unit: v1::CountedUnit::Pieces.into(),
                    by: Some(by),
                    witness: None,
                }),
            })
        })
    }

    /// The bag's first exhibit is weighed.
    pub fn weighed(&mut self, bag: usize, session: &Session, at_us: u64, weight_mg: u64) -> LineId {
        let exhibit = self.bag(bag).ids.first().expect("an exhibit").0.to_vec();
        self.desk_act_in(bag, session, at_us, |_, by| {
            Fact::Weighed(v1::Weighed {
                observed: Some(v1::weighed::Observed { weight_mg, error_mg: 500 }),
                declared: Some(v1::weighed::Declared { exhibit, by: Some(by), witness: None }),
            })
        })
    }

    /// An exhibits officer splits the bag's first exhibit into parts of these quantities. Returns the parts and the line.
    pub fn split(&mut self, bag: usize, at_us: u64, quantities: &[u64]) -> (Vec<ExhibitId>, LineId) {
        let central = self.central;
        let keeper = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[]);
        let session = &self.at_desk(central, keeper, at_us - 30 * SECOND, at_us + DESK);
        let parent = self.bag(bag).ids.first().expect("an exhibit").0.to_vec();
        let case = self.bag(bag).case.0.to_vec();
        let mut children: Vec<ExhibitId> = quantities.iter().map(|_| ExhibitId(self.id())).collect();
        children.sort_unstable();
        let listed = children.iter().map(|child| child.0.to_vec()).collect();
        let quantities = quantities.to_vec();
        let line = self.desk_act_in(bag, session, at_us, |_, by| {
            Fact::ExhibitSplit(v1::ExhibitSplit {
                declared: Some(v1::exhibit_split::Declared {
                    parent,
                    children: listed,
                    case,
                    by: Some(by),
                    quantities,
                }),
            })
        });
        (children, line)
    }

    /// Somebody with the right orders what becomes of the bag: the authority, and who gave it.
    pub fn disposal_authorised(&mut self, bag: usize, at_us: u64, by: usize) -> LineId {
        let (central, exhibits) = (self.central, self.exhibits(bag));
        let (_, line) = self.desk_act(bag, central, by, at_us, |_, by| {
            Fact::DisposalAuthorised(v1::DisposalAuthorised {
                declared: Some(v1::disposal_authorised::Declared {
                    exhibits,
                    by: Some(by),
                    method: v1::DisposalMethod::Destroyed.into(),
                    retention_checked: true,
                }),
            })
        });
        line
    }

    /// The store disposes of the bag under an authority.
    pub fn disposed(&mut self, bag: usize, at_us: u64, by: usize, authority: LineId) -> LineId {
        let (central, item) = (self.central, self.item(bag));
        let witness = self.bag(bag).is_two_person().then(|| {
            let person = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[by]);
            self.at_desk(central, person, at_us + SECOND, at_us + DESK)
        });
        let witness = witness.map(|witness| self.act(&witness));
        let (_, line) = self.custody_act(bag, central, by, at_us, |_, by| {
            Fact::Disposed(v1::Disposed {
                declared: Some(v1::disposed::Declared {
                    item: Some(item),
                    by: Some(by),
                    witness,
                    authority: authority.token(),
                    method: v1::DisposalMethod::Destroyed.into(),
                    certificate: None,
                }),
            })
        });
        line
    }

    /// The lawful end of a bag in the store: one orders it, who has it carries it out.
    pub fn disposal(&mut self, bag: usize, at_us: u64) -> [LineId; 2] {
        let central = self.central;
        let keeper = self.bag(bag).holder.expect("a bag in the store");
        let officer = self.person(
            v1::Role::ExhibitsOfficer,
            central,
            at_us,
            at_us + DESK,
            &[keeper, self.officer_of(bag)],
        );
        let authority = self.disposal_authorised(bag, at_us, officer);
        [authority, self.disposed(bag, at_us + 30 * MINUTE, keeper, authority)]
    }

    fn officer_of(&self, bag: usize) -> usize {
        self.bags.get(bag).map_or(0, |bag| bag.officer)
    }

    /// The owner gets the bag back.
    pub fn returned_to_owner(&mut self, bag: usize, at_us: u64) -> [LineId; 2] {
        let central = self.central;
        let keeper = self.bag(bag).holder.expect("a bag in the store");
        let officer = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[keeper]);
        let (exhibits, item, recipient) = (self.exhibits(bag), self.item(bag), self.commitment());
        let to = recipient.clone();
        let (_, authority) = self.desk_act(bag, central, officer, at_us, |_, by| {
            Fact::ReturnAuthorised(v1::ReturnAuthorised {
                declared: Some(v1::return_authorised::Declared {
                    exhibits,
                    by: Some(by),
                    recipient,
                    expires_us: at_us + 5 * DAY,
                }),
            })
        });
        let (_, returned) = self.custody_act(bag, central, keeper, at_us + HOUR, |_, by| {
            Fact::ReturnedToOwner(v1::ReturnedToOwner {
                declared: Some(v1::returned_to_owner::Declared {
                    item: Some(item),
                    by: Some(by),
                    authority: authority.token(),
                    recipient: to,
                    identity_checked: true,
                    receipt: None,
                }),
            })
        });
        [authority, returned]
    }

    /// A hold on the bag's exhibits, at the store.
    pub fn hold(&mut self, bag: usize, at_us: u64) -> LineId {
        let central = self.central;
        let officer = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[]);
        let exhibits = self.exhibits(bag);
        let (_, line) = self.desk_act(bag, central, officer, at_us, |_, by| {
            Fact::HoldPlaced(v1::HoldPlaced {
                declared: Some(v1::hold_placed::Declared {
                    case: None,
                    exhibits,
                    reason: v1::HoldReason::Appeal.into(),
                    by: Some(by),
                }),
            })
        });
        line
    }

    /// The hold ends.
    pub fn hold_released(&mut self, bag: usize, hold: LineId, at_us: u64) -> LineId {
        let central = self.central;
        let officer = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[]);
        let exhibits = self.exhibits(bag);
        let (_, line) = self.desk_act(bag, central, officer, at_us, |_, by| {
            Fact::HoldReleased(v1::HoldReleased {
                declared: Some(v1::hold_released::Declared {
                    hold: hold.token(),
                    case: None,
                    exhibits,
                    by: Some(by),
                }),
            })
        });
        line
    }

    /// Somebody says that something is wrong with a bag.
    pub fn discrepancy(
        &mut self,
        bag: usize,
        site: usize,
        by: usize,
        about: &[LineId],
        at_us: u64,
    ) -> LineId {
        let (exhibits, finding) = (self.exhibits(bag), self.commitment());
        let about = about.iter().map(|line| line.token()).collect();
        let (_, line) = self.desk_act(bag, site, by, at_us, |_, by| {
            Fact::DiscrepancyRaised(v1::DiscrepancyRaised {
                declared: Some(v1::discrepancy_raised::Declared { exhibits, about, by: Some(by), finding }),
            })
        });
        line
    }

    /// Somebody says how it was put right.
    pub fn resolved(&mut self, bag: usize, site: usize, by: usize, raised: LineId, at_us: u64) -> LineId {
        let (exhibits, resolution) = (self.exhibits(bag), self.commitment());
        let (_, line) = self.desk_act(bag, site, by, at_us, |_, by| {
            Fact::DiscrepancyResolved(v1::DiscrepancyResolved {
                declared: Some(v1::discrepancy_resolved::Declared {
                    exhibits,
                    discrepancy: raised.token(),
                    by: Some(by),
                    resolution,
                }),
            })
        });
        line
    }

    /// A declared field is corrected, with another's approval.
    pub fn corrected(
        &mut self,
        bag: usize,
        about: LineId,
        field: &str,
        [author, approver]: [usize; 2],
        at_us: u64,
    ) -> LineId {
        let central = self.central;
        let second = self.at_desk(central, approver, at_us + SECOND, at_us + DESK);
        let approver = self.act(&second);
        let (exhibits, value, reason) = (self.exhibits(bag), self.commitment(), self.commitment());
        let field = field.to_owned();
        let (_, line) = self.desk_act(bag, central, author, at_us, |_, by| {
            Fact::Corrected(v1::Corrected {
                declared: Some(v1::corrected::Declared {
                    statement: about.token(),
                    exhibits,
                    field,
                    corrected_value: value,
                    reason,
                    by: Some(by),
                    approver: Some(approver),
                }),
            })
        });
        line
    }

    /// A hand-over that was not recorded when it happened.
    pub fn late_entry(
        &mut self,
        bag: usize,
        site: usize,
        [from, to, by]: [usize; 3],
        occurred: Option<(u64, u64)>,
        at_us: u64,
    ) -> LineId {
        let (exhibits, reason) = (self.exhibits(bag), self.commitment());
        let [from, to] = [from, to].map(|person| self.person_id(person).0.to_vec());
        let (_, line) = self.desk_act(bag, site, by, at_us, |_, by| {
            Fact::LateEntry(v1::LateEntry {
                declared: Some(v1::late_entry::Declared { exhibits, from, to, by: Some(by), reason }),
            })
        });
        self.line(line).occurred = occurred.map(|(from_us, to_us)| v1::Occurred { from_us, to_us });
        line
    }

    /// Somebody looks into a compartment, having opened its door for it or not.
    pub fn attended_check(
        &mut self,
        session: &Session,
        site: usize,
        slot: usize,
        cycle: Option<&Cycle>,
        result: v1::CheckResult,
        at_us: u64,
    ) -> LineId {
        let compartment = self.bank(site).slots.get(slot).expect("a compartment").id;
        let fact = Fact::AttendedCheck(v1::AttendedCheck {
            observed: Some(v1::attended_check::Observed {
                compartment: compartment.0.to_vec(),
                door_cycle: cycle.map(|cycle| cycle.name().token()),
            }),
            declared: Some(v1::attended_check::Declared {
                by: Some(self.act(session)),
                witness: None,
                result: result.into(),
            }),
        });
        self.say(session.device, at_us, fact)
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

    /// The exhibits officer opens an occupied compartment, looks, and shuts it again.
    pub fn looked_after(&mut self, site: usize, slot: usize, at_us: u64) -> LineId {
        let keeper = self.person(v1::Role::ExhibitsOfficer, site, at_us, at_us + VISIT, &[]);
        let session = self.at_locker(site, keeper, at_us, at_us + VISIT);
        let cycle = self.cycle(site, slot, Some(session.opened), at_us + 10 * SECOND);
        let result = v1::CheckResult::AsRecorded;
        let line = self.attended_check(&session, site, slot, Some(&cycle), result, at_us + 45 * SECOND);
        self.keep(site, at_us, at_us + VISIT);
        self.film(site, at_us, at_us + VISIT);
        line
    }

    /// Two exhibits in the store, counted, become one, which is counted too. Returns the whole's count.
    pub fn consolidated(&mut self, bags: [usize; 2], at_us: u64, parts: [u64; 2], whole: u64) -> LineId {
        let central = self.central;
        let keeper = self.bag(bags[0]).holder.expect("a bag in the store");
        let session = self.at_desk(central, keeper, at_us, at_us + 30 * MINUTE);
        let mut ids = Vec::new();
        for ((bag, quantity), after) in bags.into_iter().zip(parts).zip(2..) {
            self.counted(bag, &session, at_us + after * MINUTE, quantity);
            ids.extend(self.bag(bag).ids.first().copied());
        }
        ids.sort_unstable();
        let sum = ExhibitId(self.id());
        let case = self.bag(bags[0]).case.0.to_vec();
        let listed = ids.iter().map(|id| id.0.to_vec()).collect();
        self.desk_act_in(bags[0], &session, at_us + 6 * MINUTE, |_, by| {
            Fact::ExhibitsConsolidated(v1::ExhibitsConsolidated {
                declared: Some(v1::exhibits_consolidated::Declared {
                    parts: listed,
                    whole: sum.0.to_vec(),
                    case,
                    by: Some(by),
                }),
            })
        });
        self.counted_of(bags[0], sum.0.to_vec(), &session, at_us + 8 * MINUTE, whole)
    }
}
