//! Histories to compare on: what people do at two lockers and a desk, from a seed, with one locker offline for a while.

use corpus::line::{Line, LineId};
use corpus::plant::{Plant, Planter, planters};
use corpus::score::case_of;
use custody::id::{Digest, ExhibitId, PersonId};
use custody::policy::Policies;
use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::entry::Entry;
use ledger_node::json::fact_from_json;
use serde_json::{Value, json};
use verifier::testing::{Cycle, Exhibit, Locker, World, Writer, policies};

/// A ledger of which every prefix is compared.
pub(super) struct History {
    /// How to make it again.
    pub(super) name: String,
    /// Who signs its checkpoints, and who trusts them.
    pub(super) world: World,
    /// Its entries' bytes.
    pub(super) entries: Vec<Vec<u8>>,
    /// The policies at hand for both.
    pub(super) policies: Policies,
    /// Every so many-th prefix is audited, and the last. An audit reads the whole of each, so that all prefixes of a long
    /// history take minutes.
    pub(super) every: u64,
}

/// The histories that are compared: the one place to change for others. Each seed of the corpus comes clean and with one
/// line in 25 never said; every so many-th of its kinds of fault is planted. `LIVE_SEEDS=20 LIVE_KINDS=1 LIVE_EVERY=1` is
/// all of it, and takes an hour.
pub(super) fn histories() -> impl Iterator<Item = History> {
    let seeds = number("LIVE_SEEDS", 1);
    let of_seeds = (0..seeds).flat_map(|seed| [of_the_corpus(seed, 0), of_the_corpus(seed, 40)]);
    small(8).chain(of_seeds).chain(planted(number("LIVE_KINDS", 23)))
}

/// Rules about what a node admits, says of itself or never sees: no node records what breaks them.
const NOT_ADMITTED: [RuleId; 7] =
    [RuleId::K01, RuleId::K02, RuleId::K03, RuleId::L03, RuleId::L06, RuleId::L07, RuleId::L08];

/// The corpus' own kinds of fault, each in a history; every so many-th of them.
fn planted(step: u64) -> impl Iterator<Item = History> {
    let is_recorded = |planter: &Planter| {
        matches!(planter.plant, Plant::Script(_)) && !NOT_ADMITTED.contains(&planter.rule)
    };
    let kinds = planters().into_iter().filter(is_recorded).step_by(usize::try_from(step).unwrap());
    kinds.map(|planter| {
        let (seed, case) = case_of(3, &[planter]).unwrap();
        let name = format!("corpus {seed} with {}, {}", planter.rule, planter.kind);
        let every = number("LIVE_EVERY", 90);
        let entries = case.played.world.writer.entries.clone();
        History { name, world: case.played.world, entries, policies: Policies::default(), every }
    })
}

/// A number from the environment, for whoever has more time than a test has.
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// A history of the whole estate, with every so many-th of its lines never said: some act, door, session, manifest or
/// authority is missing, and whatever rule asks for it speaks.
fn of_the_corpus(seed: u64, missing_per_mille: usize) -> History {
    let mut script = corpus::history::history(seed);
    let mut chance = Chance(seed);
    let from_us = script.span.early_us;
    // Without its key a device says nothing that anybody believes, and nothing would be left to compare.
    let is_key =
        |fact: &Fact| matches!(fact, Fact::DeviceEnrolled(_) | Fact::DeviceKeyRotated(_) | Fact::Approved(_));
    let is_missing = |line: &Line| line.effect.is_none() && !is_key(&line.fact) && line.at_us >= from_us;
    let missing: Vec<LineId> = script
        .lines
        .iter()
        .zip((0..).map(LineId))
        .filter(|(line, _)| is_missing(line) && chance.below(1_000) < missing_per_mille)
        .map(|(_, id)| id)
        .collect();
    let name = format!("corpus {seed} less {} lines", missing.len());
    script.unsay(missing);
    let world = corpus::play::play(&script).world;
    let entries = world.writer.entries.clone();
    let every = number("LIVE_EVERY", 7);
    History { name, world, entries, policies: Policies::default(), every }
}

/// Small histories at two lockers and a desk.
fn small(seeds: u64) -> impl Iterator<Item = History> {
    (0..seeds).map(|seed| {
        // Under the whole default almost everything is found; under the other only what doors and people show.
        let (name, policies) = match seed % 2 {
            0 => ("without an estate", policies()),
            _ => ("by the default", Policies::default()),
        };
        Play::new(seed).history(&format!("seed {seed}, {name}"), policies)
    })
}

/// What is done in one history at most.
const ACTS: u64 = 24;

const MINUTE_US: u64 = 60_000_000;
const DAY_US: u64 = 86_400_000_000;

/// One history in the making.
struct Play {
    world: World,
    chance: Chance,
    lockers: [Locker; 2],
    /// A desk, as somewhere to be recognised at.
    desk: Locker,
    site: Value,
    exhibits: Vec<Exhibit>,
    /// Entries before anything happens: the estate.
    furnished: usize,
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut world = World::new(&format!("ledger.example.test/prefix-{seed}"));
        let site = world.site();
        let lockers = [world.locker(site, 2), world.locker(site, 2)];
        let speaker = world.enrol(v1::DeviceKind::Desk, Some(site));
        let desk = Locker { speaker, locker: lockers[0].locker, compartments: Vec::new() };
        let exhibits = (0..5).map(|_| world.exhibit()).collect();
        let furnished = world.writer.entries.len();
        let site = json!(site.to_string());
        Self { world, chance: Chance(seed), lockers, desk, site, exhibits, furnished }
    }

    fn history(mut self, name: &str, policies: Policies) -> History {
        for _ in 0..ACTS {
            self.act();
        }
        let entries = self.with_one_locker_offline();
        History { name: name.to_owned(), world: self.world, entries, policies, every: 1 }
    }

    fn act(&mut self) {
        let locker = self.lockers[self.chance.below(2)].clone();
        let place = self.chance.below(2);
        let which = self.chance.below(self.exhibits.len());
        let mut exhibit = self.exhibits[which].clone();
        match self.chance.below(14) {
            0..=3 => drop(self.world.deposit(&locker, place, &mut exhibit)),
            4..=6 => drop(self.world.collect(&locker, place, &mut exhibit)),
            7 => {
                // A door is opened, and nobody says for what; perhaps somebody looks afterwards.
                let cycle = self.world.cycle(&locker, place);
                if self.chance.below(2) == 0 {
                    self.check(&locker, &cycle);
                }
                self.world.leave(&locker, &cycle);
            }
            8 => exhibit.seal.push('X'),
            9 => self.register(exhibit.exhibit),
            10 => self.release(&mut exhibit),
            11 => self.count(&[exhibit.exhibit]),
            12 => self.discrepancy(exhibit.exhibit),
            _ => self.identified(exhibit.exhibit),
        }
        self.exhibits[which] = exhibit;
        // Minutes, or so many days that something is overdue.
        let waited = [MINUTE_US, 40 * MINUTE_US, 2 * DAY_US, 9 * DAY_US];
        self.world.wait_us(waited[self.chance.below(waited.len())]);
    }

    /// Somebody is recognised at the desk.
    fn at_desk(&mut self) -> Value {
        let person = PersonId(self.world.id());
        let session = self.world.session(&self.desk.clone(), person);
        act(person, session)
    }

    fn says(&mut self, fact: &Value, follows: Option<Digest>) -> Digest {
        let (fact, _) = fact_from_json(fact).unwrap();
        self.world.say_following(self.desk.speaker, fact, follows).hash
    }

    fn register(&mut self, exhibit: ExhibitId) {
        let by = self.at_desk();
        let id = exhibit.to_string();
        let fact = json!({"exhibit_registered": {"declared": {
            "exhibit": id, "case": "ca5eca5e-0000-4000-8000-000000000001",
            "reference_tag": Digest([self.chance.byte(); 32]).to_string(),
            "exhibit_reference": {"value": id}, "description": {"value": "a bag"},
            "registrar": by, "producer": by["person"], "holder": by["person"],
            "category": "drug", "closure": "sealed"}}});
        self.says(&fact, None);
    }

    fn release(&mut self, exhibit: &mut Exhibit) {
        let by = self.at_desk();
        let due_us = self.world.now_us + DAY_US;
        let fact = json!({"temporarily_released": {"declared": {
            "item": {"exhibits": [exhibit.exhibit.to_string()], "closure": "sealed", "seal": exhibit.seal},
            "by": by, "to": by["person"], "purpose": "laboratory", "due_us": due_us, "condition": "intact"}}});
        exhibit.last = Some(self.says(&fact, exhibit.last));
    }

    fn count(&mut self, found: &[ExhibitId]) {
        let by = self.at_desk();
        let audit = json!(ExhibitId(self.world.id()).to_string());
        // As the estate left it: what comes after may arrive in another order.
        let size = u64::try_from(self.furnished).unwrap();
        let root = self.world.writer.root_at(size).to_string();
        let started = json!({"audit_started": {"declared": {
            "audit": audit, "site": self.site, "blind": true, "first": by, "size": size, "root": root}}});
        self.says(&started, None);
        for exhibit in found {
            let counted = json!({"item_counted": {"observed": {}, "declared": {
                "audit": audit, "exhibit": exhibit.to_string()}}});
            self.says(&counted, None);
        }
        let closed = json!({"audit_closed": {"declared": {
            "audit": audit, "site": self.site, "counted": found.len()}}});
        self.says(&closed, None);
    }

    fn discrepancy(&mut self, exhibit: ExhibitId) {
        let (by, other) = (self.at_desk(), self.at_desk());
        let exhibits = json!([exhibit.to_string()]);
        let raised = json!({"discrepancy_raised": {"declared": {
            "exhibits": exhibits, "by": by, "finding": {"value": "torn"}}}});
        let raised = self.says(&raised, None);
        let resolved = json!({"discrepancy_resolved": {"declared": {
            "exhibits": exhibits, "discrepancy": raised.to_string(), "by": other,
            "resolution": {"value": "bagged anew"}}}});
        self.says(&resolved, None);
    }

    /// What was deposited as one exhibit turns out to be another.
    fn identified(&mut self, exhibit: ExhibitId) {
        let by = self.at_desk();
        let registered = self.exhibits[self.chance.below(self.exhibits.len())].exhibit.to_string();
        let fact = json!({"identified": {"declared": {
            "provisional": exhibit.to_string(), "registered": registered, "by": by}}});
        self.says(&fact, None);
    }

    fn check(&mut self, locker: &Locker, cycle: &Cycle) {
        let fact = json!({"attended_check": {
            "observed": {"compartment": cycle.compartment.to_string(), "door_cycle": cycle.cycle.to_string()},
            "declared": {"by": act(cycle.person, cycle.session), "result": "as_recorded"}}});
        let (fact, _) = fact_from_json(&fact).unwrap();
        self.world.say(locker.speaker, fact);
    }

    /// The same statements, with those of one locker arriving late, though each device's in its own order.
    fn with_one_locker_offline(&mut self) -> Vec<Vec<u8>> {
        let late = self.world.device(self.lockers[self.chance.below(2)].speaker);
        let entries = self.world.writer.decoded();
        let (estate, rest) = entries.split_at(self.furnished);
        let is_late = |entry: &Entry| {
            let decoded = ledger_format::statement::decode(&entry.envelope.statement).unwrap();
            decoded.statement.device == late
        };
        let (waiting, others): (Vec<Entry>, Vec<Entry>) = rest.iter().cloned().partition(is_late);
        let mut waiting = waiting.into_iter().peekable();
        let mut ordered = estate.to_vec();
        for entry in others {
            // Now and then the network is there.
            while self.chance.below(4) == 0
                && let Some(arrived) = waiting.next_if(|late| late.recorded_at_us <= entry.recorded_at_us)
            {
                ordered.push(Entry { recorded_at_us: entry.recorded_at_us, ..arrived });
            }
            ordered.push(entry);
        }
        ordered.extend(waiting);
        let mut newest_us = 0;
        for entry in &mut ordered {
            newest_us = entry.recorded_at_us.max(newest_us);
            entry.recorded_at_us = newest_us;
        }
        Writer::rechained(&ordered).entries
    }
}

fn act(person: PersonId, session: Digest) -> Value {
    json!({"person": person.to_string(), "session": session.to_string()})
}

/// Chance from a seed (SplitMix64): the same on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.next() % 256).unwrap()
    }
}
