//! A small world to tell facts in: two authorities, a node, two lockers with two compartments each, a desk,
//! a clock. Hashes are counters; the rulebook never looks into them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use custody::fact::{
    Authentication, AuthorityFact, Category, Compartment, CompartmentMode, DeviceKey, DeviceKind, DoorEvent,
    Fact, Key, LockerPurpose, Statement, Time,
};
use custody::finding::Finding;
use custody::id::*;
use custody::ledger::{Ledger, Recorded};
use custody::movement::{Act, AtCompartment, Closure, Item, Movement, SealCondition};
use custody::policy::{DEFAULT_TEXT, Policy};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::{Standing, Verdict};

pub(crate) const MINUTE: u64 = 60_000_000;
/// The default policy, less what a small world has none of: cameras, roles, authorities, approved firmware.
pub(crate) fn policy() -> &'static Policy {
    static POLICY: LazyLock<&'static Policy> = LazyLock::new(|| policy_with(&[]));
    &POLICY
}

/// The policy of the small world with some of its words replaced.
pub(crate) fn policy_with(words: &[(&str, &str)]) -> &'static Policy {
    let needs = [
        "exhibits_in_transit_stores_only",
        "camera_required",
        "roles_required",
        "collection_required",
        "approval_required",
    ];
    let text = needs.iter().fold(DEFAULT_TEXT.to_owned(), |text, need| {
        text.replace(&format!("{need} = true"), &format!("{need} = false"))
    });
    let text = words.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    Box::leak(Box::new(Policy::parse(&text).expect("the default with other values")))
}

/// Every clock's error bound in this world.
pub(crate) const ERROR: u64 = 1_000_000;

pub(crate) const FIRST_AUTHORITY: DeviceId = DeviceId([0xa1; 16]);
pub(crate) const SECOND_AUTHORITY: DeviceId = DeviceId([0xa2; 16]);
pub(crate) const NODE: DeviceId = DeviceId([0xb1; 16]);
pub(crate) const LOCKER: DeviceId = DeviceId([0xc1; 16]);
pub(crate) const OTHER_LOCKER: DeviceId = DeviceId([0xc2; 16]);
pub(crate) const DESK: DeviceId = DeviceId([0xd1; 16]);

pub(crate) const C1: CompartmentId = CompartmentId([0x11; 16]);
pub(crate) const DROP_SLOT: CompartmentId = CompartmentId([0x12; 16]);
pub(crate) const C3: CompartmentId = CompartmentId([0x13; 16]);

pub(crate) const X: ExhibitId = ExhibitId([0xe1; 16]);
pub(crate) const Y: ExhibitId = ExhibitId([0xe2; 16]);
pub(crate) const CASE: CaseId = CaseId([0xca; 16]);

pub(crate) const OFFICER: PersonId = PersonId([0x01; 16]);
pub(crate) const COURIER: PersonId = PersonId([0x02; 16]);
pub(crate) const KEEPER: PersonId = PersonId([0x03; 16]);

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) ledger: Ledger,
    pub(crate) now_us: u64,
    pub(crate) findings: Vec<Finding>,
    /// Everything recorded, in order.
    pub(crate) log: Vec<Statement>,
    close_counters: BTreeMap<CompartmentId, u64>,
    /// What everything is judged under.
    pub(crate) policy: &'static Policy,
}

pub(crate) fn digest(number: u64) -> Digest {
    let mut bytes = [0x5a; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Digest(bytes)
}

pub(crate) fn key(number: u8) -> Key {
    Key { id: Digest([number; 32]), bytes: [number; 32] }
}

/// The seal that an exhibit is registered with.
pub(crate) fn seal_of(exhibit: ExhibitId) -> String {
    if exhibit == X { "S1".into() } else { "T1".into() }
}

pub(crate) fn item(exhibits: &[ExhibitId]) -> Item {
    Item {
        exhibits: exhibits.to_vec(),
        package: None,
        closure: Closure::Sealed,
        seal: exhibits.first().map(|first| seal_of(*first)),
    }
}

impl World {
    /// The ledger after its genesis and nothing else.
    pub(crate) fn empty() -> Self {
        let mut world = Self {
            ledger: Ledger::new(),
            now_us: 1_700_000_000_000_000,
            findings: Vec::new(),
            log: Vec::new(),
            close_counters: BTreeMap::new(),
            policy: policy(),
        };
        let authority = |device, number| DeviceKey { device, key: key(number) };
        world.say(
            NODE,
            Fact::Genesis {
                origin: "ledger.example.test".into(),
                format_version: 1,
                authorities: vec![authority(FIRST_AUTHORITY, 0xa1), authority(SECOND_AUTHORITY, 0xa2)],
                node: DeviceKey { device: NODE, key: key(0xb1) },
                ledger_key: key(0xff),
            },
        );
        world
    }

    /// The whole small estate, and an exhibit X registered to the officer.
    pub(crate) fn new() -> Self {
        let mut world = Self::empty();
        world.build();
        world.register(X, 1);
        world
    }

    /// The whole small estate.
    pub(crate) fn build(&mut self) {
        let world = self;
        let site = SiteId([0x51; 16]);
        world.agree(Fact::SiteRegistered { site });
        for (device, kind, number) in [
            (LOCKER, DeviceKind::Locker, 0xc1),
            (OTHER_LOCKER, DeviceKind::Locker, 0xc2),
            (DESK, DeviceKind::Desk, 0xd1),
        ] {
            world.agree(Fact::DeviceEnrolled {
                device,
                kind,
                key: key(number),
                possession: [0; 64],
                site: Some(site),
            });
        }
        let compartment = |compartment, mode| Compartment { compartment, label: "1".into(), mode };
        let locker = |locker, device, compartments| Fact::LockerRegistered {
            locker,
            device,
            site,
            store: None,
            purpose: LockerPurpose::Exhibits,
            compartments,
        };
        let both =
            vec![compartment(C1, CompartmentMode::Single), compartment(DROP_SLOT, CompartmentMode::Multi)];
        world.agree(locker(LockerId([0x61; 16]), LOCKER, both));
        world.agree(locker(
            LockerId([0x62; 16]),
            OTHER_LOCKER,
            vec![compartment(C3, CompartmentMode::Single)],
        ));
    }

    /// Registers an exhibit to the officer, under a reference of its own.
    pub(crate) fn register(&mut self, exhibit: ExhibitId, reference: u64) -> Digest {
        self.register_as(exhibit, reference, Category::Other)
    }

    /// The same, as something of a category.
    pub(crate) fn register_as(&mut self, exhibit: ExhibitId, reference: u64, category: Category) -> Digest {
        let registrar = self.session(DESK, OFFICER);
        let registered = self.say(
            DESK,
            Fact::ExhibitRegistered {
                exhibit,
                case: CASE,
                reference_tag: digest(1_000_000 + reference),
                registrar,
                producer: OFFICER,
                holder: OFFICER,
                category,
                is_two_person: false,
                seized_us: None,
                closure: Closure::Sealed,
                earlier: Vec::new(),
                package: None,
                seal: Some(seal_of(exhibit)),
            },
        );
        self.close(DESK, registrar);
        registered
    }

    /// One authority proposes, the other approves.
    pub(crate) fn agree(&mut self, fact: Fact) -> Digest {
        let proposal = self.say(FIRST_AUTHORITY, fact);
        self.say(SECOND_AUTHORITY, Fact::Approved { statement: proposal });
        proposal
    }

    /// A device says something now; the node records it at once.
    pub(crate) fn say(&mut self, device: DeviceId, fact: Fact) -> Digest {
        let statement = self.statement(device, fact);
        self.record(&statement)
    }

    /// What a device would say next, now.
    pub(crate) fn statement(&mut self, device: DeviceId, fact: Fact) -> Statement {
        let known = self.ledger.device(device);
        Statement {
            device,
            sequence: known.map_or(0, |known| known.next_sequence),
            previous: known.map_or(Digest::ZERO, |known| known.last),
            enrolment: known.map_or(Digest::ZERO, |known| known.tenure.enrolment),
            seen: None,
            time: Time {
                boot: BootId([0; 16]),
                monotonic_us: 0,
                wall_us: self.now_us,
                error_us: ERROR,
                synchronised: true,
            },
            follows: None,
            occurred: None,
            fact,
        }
    }

    /// The node records a statement now.
    pub(crate) fn record(&mut self, statement: &Statement) -> Digest {
        // A hash that depends on the statement alone, so that it is the same in every copy of the world.
        let hash = digest(u64::from(statement.device.0[0]) << 32 | statement.sequence);
        let index = u64::try_from(self.log.len()).expect("a small world");
        let recorded =
            Recorded { index, leaf: digest(2_000_000 + index), hash, recorded_at_us: self.now_us, statement };
        self.findings.extend(self.ledger.evolve(&recorded, self.policy));
        self.log.push(statement.clone());
        hash
    }

    pub(crate) fn wait(&mut self, duration_us: u64) {
        self.now_us += duration_us;
    }

    pub(crate) fn session(&mut self, device: DeviceId, person: PersonId) -> Act {
        let session = self.say(device, Fact::SessionOpened { person, method: Authentication::CardAndPin });
        Act { person, session }
    }

    pub(crate) fn close(&mut self, device: DeviceId, act: Act) {
        self.say(device, Fact::SessionClosed { session: act.session, is_timed_out: false });
    }

    pub(crate) fn door(
        &mut self,
        device: DeviceId,
        compartment: CompartmentId,
        event: DoorEvent,
        cycle: Option<Digest>,
        session: Option<Digest>,
    ) -> Digest {
        let counter = self.close_counters.entry(compartment).or_default();
        *counter += u64::from(event == DoorEvent::Closed);
        let close_counter = *counter;
        self.say(
            device,
            Fact::Door { event, compartment, cycle, close_counter, session, by: None, authority: None },
        )
    }

    /// A complete door cycle in a session; returns the cycle's name.
    pub(crate) fn cycle(&mut self, device: DeviceId, compartment: CompartmentId, act: Act) -> Digest {
        let cycle = self.door(device, compartment, DoorEvent::Unlocked, None, Some(act.session));
        for event in [DoorEvent::Opened, DoorEvent::Closed, DoorEvent::Locked] {
            self.wait(5_000_000);
            self.door(device, compartment, event, Some(cycle), Some(act.session));
        }
        cycle
    }

    /// What a door's close counter says.
    pub(crate) fn close_counter(&self, compartment: CompartmentId) -> u64 {
        self.close_counters.get(&compartment).copied().unwrap_or_default()
    }

    /// A door closes, and nobody says so.
    pub(crate) fn close_unseen(&mut self, compartment: CompartmentId) {
        *self.close_counters.entry(compartment).or_default() += 1;
    }

    pub(crate) fn at(compartment: CompartmentId, door_cycle: Digest, exhibit: ExhibitId) -> AtCompartment {
        AtCompartment { compartment, door_cycle, label: Some(exhibit.0), weight_mg: None }
    }

    /// A lawful deposit.
    pub(crate) fn deposit(
        &mut self,
        device: DeviceId,
        compartment: CompartmentId,
        by: PersonId,
        exhibit: ExhibitId,
    ) -> Digest {
        let by = self.session(device, by);
        let cycle = self.cycle(device, compartment, by);
        let at = Self::at(compartment, cycle, exhibit);
        let deposit = self.say(
            device,
            Fact::Movement(Movement::Deposited {
                at,
                item: item(&[exhibit]),
                by,
                witness: None,
                condition: SealCondition::Intact,
            }),
        );
        self.close(device, by);
        deposit
    }

    /// A lawful collection.
    pub(crate) fn collect(
        &mut self,
        device: DeviceId,
        compartment: CompartmentId,
        by: PersonId,
        exhibit: ExhibitId,
    ) -> Digest {
        let by = self.session(device, by);
        let cycle = self.cycle(device, compartment, by);
        let at = Self::at(compartment, cycle, exhibit);
        let collection = self.say(
            device,
            Fact::Movement(Movement::Collected {
                at,
                item: item(&[exhibit]),
                by,
                witness: None,
                condition: SealCondition::Intact,
                authority: None,
            }),
        );
        self.close(device, by);
        collection
    }

    /// The store's keeper receives it from somebody at the desk.
    pub(crate) fn receive(&mut self, from: PersonId, exhibit: ExhibitId) -> Digest {
        let by = self.session(DESK, KEEPER);
        let received = Movement::ReceivedAt {
            condition: SealCondition::Intact,
            label: Some(exhibit.0),
            item: item(&[exhibit]),
            site: None,
            by,
            from,
        };
        let received = self.say(DESK, Fact::Movement(received));
        self.close(DESK, by);
        received
    }

    /// A custody act at the desk, in a session of its own.
    pub(crate) fn at_desk(&mut self, person: PersonId, movement: impl FnOnce(Act) -> Movement) -> Digest {
        let by = self.session(DESK, person);
        let said = self.say(DESK, Fact::Movement(movement(by)));
        self.close(DESK, by);
        said
    }

    /// Somebody else than who carries it out authorises a disposal.
    pub(crate) fn disposal_authorised(&mut self, exhibit: ExhibitId, by: PersonId) -> Digest {
        let by = self.session(DESK, by);
        let authority =
            AuthorityFact::DisposalAuthorised { exhibits: vec![exhibit], by, is_retention_checked: true };
        let authorised = self.say(DESK, Fact::Authority(authority));
        self.close(DESK, by);
        authorised
    }

    pub(crate) fn verdict(&self, exhibit: ExhibitId) -> Verdict {
        self.ledger.judge(exhibit, self.policy).expect("the exhibit is on record")
    }

    /// Everything found, by rule and weight, each once and in order.
    pub(crate) fn found(&self) -> Vec<(RuleId, Severity)> {
        let judged = self.ledger.exhibits().filter_map(|exhibit| self.ledger.judge(exhibit, self.policy));
        let judged = judged.flat_map(|verdict| verdict.findings);
        let all =
            self.findings.iter().cloned().chain(self.ledger.closing_findings(self.policy)).chain(judged);
        let mut found: Vec<_> = all.map(|finding| (finding.rule, finding.severity)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Exactly these rules are broken, with the weight that the table gives them.
    #[track_caller]
    pub(crate) fn expect(&self, rules: &[RuleId]) {
        let expected: Vec<_> = rules.iter().map(|rule| (*rule, rule.rule().severity)).collect();
        assert_eq!(self.found(), expected);
    }

    /// The exhibit's stretches stand so, in this order.
    #[track_caller]
    pub(crate) fn stands(&self, exhibit: ExhibitId, expected: &[Standing]) {
        let verdict = self.verdict(exhibit);
        let found: Vec<_> = verdict.stretches.iter().map(|stretch| stretch.standing).collect();
        assert_eq!(found, expected, "{:#?}", verdict.stretches);
    }
}
