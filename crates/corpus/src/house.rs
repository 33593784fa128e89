//! What happens to lockers and in stores besides bags: power cuts, maintenance, counts, equipment, clocks, heads.

use custody::id::ExhibitId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::{NODE, SpeakerId};

use crate::custody_acts::{DESK, VISIT};
use crate::estate::FIRMWARE;
use crate::line::{AboutLedger, DAY, HOUR, Line, LineId, MINUTE, SECOND};
use crate::script::{Bag, Script};
use crate::visit::{Cycle, Session};

/// A power cut of a locker.
#[derive(Debug, Clone)]
pub struct PowerCut {
    /// The power goes.
    pub lost: LineId,
    /// It is back.
    pub restored: LineId,
    /// What each occupied compartment's sensor says afterwards: the compartment's place and the line.
    pub sensed: Vec<(usize, LineId)>,
}

/// The master key is used in a compartment.
#[derive(Debug, Clone)]
pub struct Maintenance {
    /// Two people allow it.
    pub authority: LineId,
    /// The door: the key, opened, closed, locked.
    pub cycle: Cycle,
}

/// A count of one locker.
#[derive(Debug, Clone)]
pub struct Count {
    /// It begins.
    pub started: LineId,
    /// Each thing counted: the bag, the exhibit, the line.
    pub counted: Vec<(usize, ExhibitId, LineId)>,
    /// It ends.
    pub closed: LineId,
    /// Its id.
    pub audit: [u8; 16],
    /// The first counter's session.
    pub session: Session,
}

/// A radio in a locker of the kit room.
#[derive(Debug, Clone)]
pub struct Kit {
    /// Its id.
    pub equipment: [u8; 16],
    /// It is put in for the first time.
    pub stocked: LineId,
    /// It is issued.
    pub issued: LineId,
    /// It comes back, if it does.
    pub returned: Option<LineId>,
    /// The compartment's place.
    pub slot: usize,
}

impl Script {
    /// A time when nothing goes on at a site and somebody's stay there may still go on.
    pub fn quiet_time(&mut self, site: usize, low: u64, high: u64) -> Option<u64> {
        let at = self.free_time(site, low, high)?;
        self.site(site).quiet.push((at - 3 * MINUTE, at + 9 * MINUTE));
        Some(at)
    }

    /// Bags that lie in a site's locker at a time, with the compartment's place.
    pub fn lying(&self, site: usize, at_us: u64) -> Vec<(usize, usize)> {
        let lies = |(number, bag): (usize, &Bag)| {
            let place =
                bag.lies.iter().find(|(at, _, from, to)| *at == site && (*from..*to).contains(&at_us));
            place.map(|(_, slot, _, _)| (number, *slot))
        };
        self.bags.iter().enumerate().filter_map(lies).collect()
    }

    /// The power goes and comes back; what lies there is sensed again.
    pub fn power_cut(&mut self, site: usize, at_us: u64) -> PowerCut {
        let speaker = self.bank(site).speaker;
        let observed = v1::power_lost::Observed { fail_secure: true, on_battery: true };
        let lost = self.say(speaker, at_us, Fact::PowerLost(v1::PowerLost { observed: Some(observed) }));
        let boot = self.id();
        self.clock(speaker).boots.push((at_us + 3 * MINUTE, boot));
        self.reclock(speaker, at_us + 3 * MINUTE);
        let outage_us = 3 * MINUTE;
        let observed = v1::power_restored::Observed { outage_us };
        let at = at_us + 3 * MINUTE + 2 * SECOND;
        self.boot_at(at, speaker, FIRMWARE, v1::BootReason::PowerOn);
        let fact = Fact::PowerRestored(v1::PowerRestored { observed: Some(observed) });
        let restored = self.say(speaker, at + SECOND, fact);
        let mut slots: Vec<(usize, usize)> = self.lying(site, at_us);
        slots.sort_by_key(|(_, slot)| *slot);
        slots.dedup_by_key(|(_, slot)| *slot);
        let mut sensed = Vec::new();
        for (bag, slot) in slots {
            let weight = (!self.is_multi(site, slot)).then_some(self.bag(bag).weight_mg);
            let next = at + (2 + u64::try_from(sensed.len()).unwrap_or(0)) * 2 * SECOND;
            sensed.push((slot, self.presence(site, slot, next, true, weight)));
        }
        PowerCut { lost, restored, sensed }
    }

    /// What a device has been given to say from a time on is said by its clocks as they are now.
    pub fn reclock(&mut self, who: SpeakerId, from_us: u64) {
        let clock = self.clock(who).clone();
        for line in self.lines.iter_mut().filter(|line| line.by == who && line.at_us >= from_us) {
            line.time = clock.at(line.at_us);
        }
    }

    /// Two people allow the maintainer to open a compartment with the master key, and that is done.
    pub fn maintenance(&mut self, site: usize, slot: usize, at_us: u64) -> Maintenance {
        let compartment = self.bank(site).slots.get(slot).expect("a compartment").id;
        let desk_us = at_us - 2 * HOUR;
        let first = self.person(v1::Role::EstateManager, site, desk_us, desk_us + DESK, &[]);
        let second = self.person(v1::Role::ExhibitsOfficer, site, desk_us, desk_us + DESK, &[first]);
        let [one, two] = [(first, 0), (second, SECOND)]
            .map(|(person, after)| self.at_desk(site, person, desk_us + after, desk_us + DESK + after));
        let fact = Fact::MaintenanceAuthorised(v1::MaintenanceAuthorised {
            declared: Some(v1::maintenance_authorised::Declared {
                compartments: vec![compartment.0.to_vec()],
                by: Some(self.act(&one)),
                second: Some(self.act(&two)),
                from_us: at_us - HOUR,
                to_us: at_us + 2 * HOUR,
            }),
        });
        let authority = self.say(one.device, desk_us + 2 * MINUTE, fact);
        let maintainer = self.person(v1::Role::Maintainer, site, at_us, at_us + VISIT, &[]);
        let session = self.at_locker(site, maintainer, at_us, at_us + VISIT);
        let mut cycle = self.cycle(site, slot, Some(session.opened), at_us + 10 * SECOND);
        cycle.compartment = compartment;
        let door = self.door(compartment, None, Some(session.opened));
        let by = self.act(&session);
        let declared = v1::master_key_used::Declared { by: Some(by), authority: Some(authority.token()) };
        let name = cycle.name();
        self.line(name).fact =
            Fact::MasterKeyUsed(v1::MasterKeyUsed { observed: Some(door), declared: Some(declared) });
        self.keep(site, at_us, at_us + VISIT);
        self.film(site, at_us, at_us + VISIT);
        Maintenance { authority, cycle }
    }

    /// Two auditors count what lies in a site's locker, without knowing what the record says.
    pub fn count(&mut self, site: usize, at_us: u64) -> Count {
        let until = at_us + 8 * MINUTE;
        let first = self.person(v1::Role::CustodyAuditor, site, at_us, until, &[]);
        let second = self.person(v1::Role::CustodyAuditor, site, at_us, until, &[first]);
        let session = self.at_desk(site, first, at_us, until);
        let other = self.at_desk(site, second, at_us + SECOND, until + SECOND);
        let audit = self.id();
        let place = self.site(site).id.0.to_vec();
        let fact = Fact::AuditStarted(v1::AuditStarted {
            declared: Some(v1::audit_started::Declared {
                audit: audit.to_vec(),
                site: place.clone(),
                locker: Some(self.bank(site).locker.0.to_vec()),
                blind: true,
                first: Some(self.act(&session)),
                second: Some(self.act(&other)),
                size: 0,
                root: vec![0; 32],
            }),
        });
        let started = self.say(session.device, at_us + 10 * SECOND, fact);
        self.line(started).about = Some(AboutLedger::NOW);
        let mut counted = Vec::new();
        for (bag, slot) in self.lying(site, at_us) {
            for exhibit in self.bag(bag).ids.clone() {
                let at = at_us + (4 + u64::try_from(counted.len()).unwrap_or(0)) * 8 * SECOND;
                counted.push((
                    bag,
                    exhibit,
                    self.item_counted(audit, bag, exhibit, (site, slot), &session, at),
                ));
            }
        }
        let declared = v1::audit_closed::Declared {
            audit: audit.to_vec(),
            site: place,
            counted: u64::try_from(counted.len()).unwrap_or(0),
        };
        let fact = Fact::AuditClosed(v1::AuditClosed { declared: Some(declared) });
        let closed = self.say(session.device, until - 30 * SECOND, fact);
        Count { started, counted, closed, audit, session }
    }

    /// One exhibit is seen in a compartment.
    pub fn item_counted(
        &mut self,
        audit: [u8; 16],
        bag: usize,
        exhibit: ExhibitId,
        (site, slot): (usize, usize),
        session: &Session,
        at_us: u64,
    ) -> LineId {
        let compartment = self.bank(site).slots.get(slot).expect("a compartment").id;
        let seal = self.seal_then(bag, at_us);
        let bag = self.bag(bag);
        let fact = Fact::ItemCounted(v1::ItemCounted {
            observed: Some(v1::item_counted::Observed { label: Some(bag.label().to_vec()) }),
            declared: Some(v1::item_counted::Declared {
                audit: audit.to_vec(),
                exhibit: exhibit.0.to_vec(),
                compartment: Some(compartment.0.to_vec()),
                seal,
            }),
        });
        self.say(session.device, at_us, fact)
    }

    /// The seal with which a bag was put where it lay at a time.
    fn seal_then(&mut self, bag: usize, at_us: u64) -> Option<String> {
        let deposits: Vec<LineId> = self.bag(bag).visits().map(|visit| visit.act).collect();
        let said: Vec<&Line> =
            deposits.iter().filter_map(|line| self.lines.get(usize::try_from(line.0).ok()?)).collect();
        said.into_iter().filter(|line| line.at_us <= at_us).rev().find_map(|line| match &line.fact {
            Fact::Deposited(v1::Deposited { declared: Some(declared), .. }) => {
                declared.item.as_ref().and_then(|item| item.seal.clone())
            }
            _ => None,
        })
    }

    /// A radio is put into the kit room's locker, issued, and comes back.
    pub fn equipment(&mut self, at_us: u64, due_us: u64, back_us: Option<u64>) -> Option<Kit> {
        let kit = self.kit;
        let slot = self.free_slot(kit, at_us, self.span.to_us + DAY, false)?;
        self.stay(kit, slot, at_us, self.span.to_us + DAY);
        let equipment = self.id();
        let officer = self.person(v1::Role::Officer, kit, at_us, at_us + 2 * HOUR, &[]);
        let maintainer = self.person(v1::Role::Maintainer, kit, at_us, at_us + VISIT, &[officer]);
        let stocked = self.kit_visit(slot, maintainer, at_us, true, |at, by| {
            let declared = v1::equipment_returned::Declared {
                equipment: equipment.to_vec(),
                by: Some(by),
                faulty: false,
            };
            Fact::EquipmentReturned(v1::EquipmentReturned { observed: Some(at), declared: Some(declared) })
        });
        let issued = self.kit_visit(slot, officer, at_us + HOUR, false, |at, by| {
            let declared = v1::equipment_issued::Declared {
                equipment: equipment.to_vec(),
                by: Some(by),
                due_us: Some(due_us),
            };
            Fact::EquipmentIssued(v1::EquipmentIssued { observed: Some(at), declared: Some(declared) })
        });
        let returned = back_us.map(|back_us| {
            self.kit_visit(slot, officer, back_us, true, |at, by| {
                let declared = v1::equipment_returned::Declared {
                    equipment: equipment.to_vec(),
                    by: Some(by),
                    faulty: false,
                };
                let observed = Some(at);
                Fact::EquipmentReturned(v1::EquipmentReturned { observed, declared: Some(declared) })
            })
        });
        Some(Kit { equipment, stocked, issued, returned, slot })
    }

    fn kit_visit(
        &mut self,
        slot: usize,
        person: usize,
        at_us: u64,
        is_occupied: bool,
        fact: impl FnOnce(v1::AtCompartment, v1::Act) -> Fact,
    ) -> LineId {
        let kit = self.kit;
        let session = self.at_locker(kit, person, at_us, at_us + VISIT);
        let cycle = self.cycle(kit, slot, Some(session.opened), at_us + 10 * SECOND);
        let at = v1::AtCompartment {
            compartment: cycle.compartment.0.to_vec(),
            door_cycle: cycle.name().token(),
            label: None,
            weight_mg: None,
        };
        let act = self.act(&session);
        let line = self.say(session.device, at_us + 40 * SECOND, fact(at, act));
        self.presence(kit, slot, at_us + 44 * SECOND, is_occupied, None);
        self.keep(kit, at_us, at_us + VISIT);
        line
    }

    /// A device tests itself: says something that touches nothing.
    pub fn self_test(&mut self, who: SpeakerId, at_us: u64) -> LineId {
        let observed = v1::self_tested::Observed { passed: true, failed: Vec::new() };
        self.say(who, at_us, Fact::SelfTested(v1::SelfTested { observed: Some(observed) }))
    }

    /// A card that the reader does not know.
    pub fn denied(&mut self, site: usize, at_us: u64) -> LineId {
        let speaker = self.bank(site).speaker;
        let observed = v1::session_denied::Observed {
            method: v1::AuthenticationMethod::Card.into(),
            reason: v1::DenialReason::UnknownCredential.into(),
        };
        self.say(speaker, at_us, Fact::SessionDenied(v1::SessionDenied { observed: Some(observed) }))
    }

    /// The device's wall clock is found to be off and set right; it says so.
    pub fn clock_step(&mut self, who: SpeakerId, at_us: u64, wrong_us: i64) -> LineId {
        let right_us = self.clock(who).skews.last().map_or(0, |(_, skew)| *skew);
        let since_us = at_us - 5 * HOUR;
        let clock = self.clock(who);
        clock.skew_from(since_us, right_us + wrong_us);
        clock.error_from(since_us, 1_500_000);
        clock.skew_from(at_us, right_us);
        clock.error_from(at_us, 40_000);
        self.reclock(who, since_us);
        let observed = v1::clock_stepped::Observed { step_us: -wrong_us };
        self.say(who, at_us, Fact::ClockStepped(v1::ClockStepped { observed: Some(observed) }))
    }

    /// A device cannot reach the ledger for a time, and says so.
    pub fn offline(&mut self, who: SpeakerId, from_us: u64, to_us: u64) -> [LineId; 2] {
        let clock = self.clock(who);
        clock.offline.push((from_us, to_us));
        clock.error_from(from_us + HOUR, 1_800_000);
        clock.error_from(to_us, 60_000);
        self.reclock(who, from_us);
        let observed = v1::offline_entered::Observed { since_us: self.clock(who).at(from_us).wall_us };
        let entered = Fact::OfflineEntered(v1::OfflineEntered { observed: Some(observed) });
        let entered = self.say(who, from_us, entered);
        let observed = v1::offline_drained::Observed { first_sequence: 0, last_sequence: 0 };
        let drained = Fact::OfflineDrained(v1::OfflineDrained { observed: Some(observed) });
        [entered, self.say(who, to_us + 2 * MINUTE, drained)]
    }

    /// The node signs a checkpoint and keeps it in the chain.
    pub fn checkpoint(&mut self, at_us: u64) -> LineId {
        let derived = v1::checkpoint_signed::Derived { size: 0, root: vec![0; 32] };
        let line =
            self.say(NODE, at_us, Fact::CheckpointSigned(v1::CheckpointSigned { derived: Some(derived) }));
        self.line(line).about = Some(AboutLedger::NOW);
        line
    }

    /// A witness vouches for the head.
    pub fn cosigned(&mut self, at_us: u64) -> LineId {
        let observed = v1::witness_cosigned::Observed {
            witness: "witness.example.test/w1".to_owned(),
            size: 0,
            root: vec![0; 32],
            time_s: at_us / SECOND,
        };
        let line =
            self.say(NODE, at_us, Fact::WitnessCosigned(v1::WitnessCosigned { observed: Some(observed) }));
        self.line(line).about = Some(AboutLedger::NOW);
        line
    }

    /// A time-stamping authority vouches for the head.
    pub fn stamped(&mut self, at_us: u64, time_us: u64) -> LineId {
        let observed = v1::timestamp_token_attached::Observed {
            size: 0,
            root: vec![0; 32],
            token: self.commitment(),
            time_us,
        };
        let fact = Fact::TimestampTokenAttached(v1::TimestampTokenAttached { observed: Some(observed) });
        let line = self.say(NODE, at_us, fact);
        self.line(line).about = Some(AboutLedger::NOW);
        line
    }

    /// The node counts the streams.
    pub fn census(&mut self, at_us: u64) -> LineId {
        let derived = v1::census_taken::Derived { root: vec![0; 32], streams: 0 };
        let line = self.say(NODE, at_us, Fact::CensusTaken(v1::CensusTaken { derived: Some(derived) }));
        self.line(line).about = Some(AboutLedger::CENSUS);
        line
    }

    /// Footage of a camera is gone, after somebody decided that nobody needs it.
    pub fn lapsed(
        &mut self,
        site: usize,
        camera: usize,
        (from_us, to_us): (u64, u64),
        decision: v1::LapseDecision,
        at_us: u64,
    ) -> LineId {
        let place = self.site(site);
        let recorder = place.recorder.expect("a store has a recorder");
        let camera = place.cameras.get(camera).expect("a camera").id.0.to_vec();
        let fact = Fact::FootageLapsed(v1::FootageLapsed {
            observed: Some(v1::footage_lapsed::Observed { camera, from_us, to_us }),
            declared: Some(v1::footage_lapsed::Declared { decision: decision.into() }),
        });
        self.say(recorder, at_us, fact)
    }

    /// The devices of a site say their last words, which touch nothing and which no head covers.
    pub fn last_words(&mut self, site: usize) {
        let place = self.site(site);
        let bank = place.bank.as_ref().map(|bank| bank.speaker);
        let speakers = [Some(place.desk), place.recorder, bank];
        if let Some(bank) = bank {
            // What lies there is proven up to here; the words below are for who cuts them off.
            self.self_test(bank, self.span.to_us + MINUTE);
        }
        for speaker in speakers.into_iter().flatten() {
            let number = u64::try_from(self.tail.len()).unwrap_or(0) + 1;
            let line = self.self_test(speaker, self.span.to_us + 2 * MINUTE + number * 5 * SECOND);
            self.line(line).is_blind = true;
            self.tail.push(line);
        }
    }
}
