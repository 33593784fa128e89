//! A script: everything that is going to be said, as data. Stories write lines into it, planters change them,
//! [`crate::play`] signs and records them.

use std::collections::BTreeMap;

use custody::id::{CameraId, CaseId, CompartmentId, DeviceId, Digest, ExhibitId, LockerId, PackageId};
use custody::id::{PersonId, SiteId, StoreId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::{AUTHORITIES, NODE, SpeakerId, World};

use crate::journey::{Journey, Plan};
use crate::line::{DAY, Delivery, HOUR, Line, LineId, MINUTE, SECOND};
use crate::rng::Rng;
use crate::visit::Visit;

/// How long a statement is on its way when nothing is wrong.
const PROMPT_US: u64 = 400_000;

/// What a synchronised clock is off by at most.
const ERROR_US: u64 = 60_000;

/// The clocks of one device.
#[derive(Debug, Clone)]
pub struct Clock {
    /// When each run began, and its id.
    pub boots: Vec<(u64, [u8; 16])>,
    /// From when on the wall clock is so many microseconds ahead of the truth.
    pub skews: Vec<(u64, i64)>,
    /// From when on the device claims this error bound.
    pub errors: Vec<(u64, u64)>,
    /// When it could not reach the ledger.
    pub offline: Vec<(u64, u64)>,
}

impl Clock {
    fn new(from_us: u64, boot: [u8; 16], skew_us: i64) -> Self {
        Self {
            boots: vec![(from_us, boot)],
            skews: vec![(from_us, skew_us)],
            errors: vec![(from_us, ERROR_US)],
            offline: Vec::new(),
        }
    }

    /// From a time on the wall clock is so far ahead.
    pub fn skew_from(&mut self, from_us: u64, skew_us: i64) {
        self.skews.push((from_us, skew_us));
        self.skews.sort_by_key(|(from, _)| *from);
    }

    /// From a time on the device claims this error bound.
    pub fn error_from(&mut self, from_us: u64, error_us: u64) {
        self.errors.push((from_us, error_us));
        self.errors.sort_by_key(|(from, _)| *from);
    }

    /// What the clocks show at this instant.
    pub fn at(&self, at_us: u64) -> v1::Time {
        let (booted_us, boot) = newest(&self.boots, at_us).unwrap_or_default();
        let (_, skew_us) = newest(&self.skews, at_us).unwrap_or_default();
        let (_, error_us) = newest(&self.errors, at_us).unwrap_or_default();
        let wall_us = at_us.saturating_add_signed(skew_us);
        let is_offline = self.offline.iter().any(|(from, to)| (*from..*to).contains(&at_us));
        v1::Time {
            boot: boot.to_vec(),
            monotonic_us: at_us.saturating_sub(booted_us) + 1,
            wall_us,
            clock: Some(v1::ClockState {
                source: if is_offline { v1::ClockSource::Local } else { v1::ClockSource::Ntp }.into(),
                synchronised: !is_offline,
                last_sync_us: wall_us - wall_us % (10 * MINUTE),
                error_us,
            }),
        }
    }
}

/// The last of a list in ascending order that is not after an instant.
fn newest<T: Copy>(list: &[(u64, T)], at_us: u64) -> Option<(u64, T)> {
    list.iter().rfind(|(from, _)| *from <= at_us).or_else(|| list.first()).copied()
}

/// One person, as the ledger knows people.
#[derive(Debug, Clone)]
pub struct Person {
    /// The pseudonym.
    pub id: PersonId,
    /// What the person may do, and at which site alone, if so.
    pub roles: Vec<(v1::Role, Option<usize>)>,
    /// Where the person was recognised, and when.
    pub seen: Vec<(usize, u64, u64)>,
    /// No story chooses this person: somebody's roles are not what they seem.
    pub is_kept: bool,
}

/// One compartment.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Its id.
    pub id: CompartmentId,
    /// A drop slot.
    pub is_multi: bool,
    /// When something lies in it.
    pub stays: Vec<(u64, u64)>,
}

/// A locker.
#[derive(Debug, Clone)]
pub struct Bank {
    /// The device that speaks for it.
    pub speaker: SpeakerId,
    /// Its id.
    pub locker: LockerId,
    /// Its compartments.
    pub slots: Vec<Slot>,
}

/// A camera.
#[derive(Debug, Clone, Copy)]
pub struct Camera {
    /// Its id.
    pub id: CameraId,
    /// Its video carries signatures.
    pub is_signed: bool,
    /// Its recorder's clock is so far ahead of the truth, as measured.
    pub offset_us: i64,
}

/// A site and what stands there.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its transit store, if it has one.
    pub store: Option<StoreId>,
    /// Its desk.
    pub desk: SpeakerId,
    /// Its locker.
    pub bank: Option<Bank>,
    /// Its recorder.
    pub recorder: Option<SpeakerId>,
    /// The cameras that view the locker.
    pub cameras: Vec<Camera>,
    /// When somebody is at the locker.
    pub busy: Vec<(u64, u64)>,
    /// When nobody may come any more: power cuts, counts, changes of keys. What lies there stays.
    pub quiet: Vec<(u64, u64)>,
    /// Whether stories may choose it: planters keep some sites for themselves.
    pub is_open: bool,
}

/// One thing that happened to a bag, in its order.
#[derive(Debug, Clone)]
pub enum Step {
    /// Entered under a case: one line for each exhibit.
    Registered(Vec<LineId>),
    /// Put into a locker.
    Deposited(Visit),
    /// Taken out of it.
    Collected(Visit),
    /// Anything else at a desk.
    Desk(LineId),
}

/// A package and the exhibits in it, all of one case.
#[derive(Debug, Clone)]
pub struct Bag {
    /// Its exhibits, ascending.
    pub ids: Vec<ExhibitId>,
    /// Their case.
    pub case: CaseId,
    /// Their reference tags.
    pub tags: Vec<Digest>,
    /// The package's own id, where it has one.
    pub package: Option<PackageId>,
    /// The number of its seal now.
    pub seal: String,
    /// What it weighs.
    pub weight_mg: u64,
    /// What it is.
    pub category: v1::Category,
    /// Who seized it.
    pub officer: usize,
    /// Where it was first taken to.
    pub site: usize,
    /// What happened to it.
    pub steps: Vec<Step>,
    /// The last custody statement about it.
    pub last: Option<LineId>,
    /// Who has it in hand, where somebody has.
    pub holder: Option<usize>,
    /// When it was last heard of.
    pub until_us: u64,
    /// Where it lay, and when: site, compartment's place, from, to.
    pub lies: Vec<(usize, usize, u64, u64)>,
    /// A planter has taken it, or no planter may.
    pub is_taken: bool,
}

impl Bag {
    /// What its label says.
    pub fn label(&self) -> [u8; 16] {
        self.package.map_or_else(|| self.ids.first().map_or([0; 16], |id| id.0), |package| package.0)
    }

    /// Whether two people must act.
    pub fn is_two_person(&self) -> bool {
        matches!(self.category, v1::Category::Cash | v1::Category::Drug | v1::Category::Firearm)
    }

    /// It lies nowhere any more from a time on.
    pub fn leaves(&mut self, at_us: u64) {
        if let Some((_, _, _, to)) = self.lies.last_mut() {
            *to = at_us;
        }
    }

    /// Its visits to lockers in their order: deposits and collections.
    pub fn visits(&self) -> impl Iterator<Item = &Visit> {
        self.steps.iter().filter_map(|step| match step {
            Step::Deposited(visit) | Step::Collected(visit) => Some(visit),
            Step::Registered(_) | Step::Desk(_) => None,
        })
    }
}

/// The great dates of a history.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// When the authorities set the estate up; a day is theirs.
    pub estate_us: u64,
    /// When the estate is ready: what stays long begins here.
    pub early_us: u64,
    /// Midnight UTC before the first full day.
    pub from_us: u64,
    /// When the last day has ended.
    pub to_us: u64,
}

impl Span {
    /// How many full days there are.
    pub fn days(&self) -> u64 {
        (self.to_us - self.from_us) / DAY
    }
}

/// A history that has not happened yet.
#[derive(Debug, Clone)]
pub struct Script {
    /// The ledger as it was founded.
    pub world: World,
    /// Chance.
    pub rng: Rng,
    /// What is going to be said, in any order.
    pub lines: Vec<Line>,
    /// Each device's clocks.
    pub clocks: BTreeMap<SpeakerId, Clock>,
    /// People.
    pub people: Vec<Person>,
    /// Sites.
    pub sites: Vec<Site>,
    /// Where property is kept in the end; has a desk and no locker.
    pub central: usize,
    /// Where only equipment lies.
    pub kit: usize,
    /// Packages.
    pub bags: Vec<Bag>,
    /// The ways of those that went an ordinary one: the plan, the way, and how many steps it had.
    pub journeys: Vec<(Plan, Journey, usize)>,
    /// When.
    pub span: Span,
    /// The next free second of the authorities' day.
    pub estate_next_us: u64,
    /// The last words, one of each device: they touch nothing, and no head covers them.
    pub tail: Vec<LineId>,
    seals: u64,
}

impl Script {
    /// A founded ledger and nothing else.
    pub fn new(seed: u64, span: Span) -> Self {
        let mut script = Self {
            world: World::beginning(&format!("corpus.example.test/{seed}"), span.estate_us - HOUR),
            rng: Rng::new(seed),
            lines: Vec::new(),
            clocks: BTreeMap::new(),
            people: Vec::new(),
            sites: Vec::new(),
            central: 0,
            kit: 0,
            bags: Vec::new(),
            journeys: Vec::new(),
            span,
            estate_next_us: span.estate_us,
            tail: Vec::new(),
            seals: 0,
        };
        for who in [AUTHORITIES[0], AUTHORITIES[1], NODE] {
            script.start_clock(who, span.estate_us - HOUR, 0);
        }
        script
    }

    /// A fresh id.
    pub fn id(&mut self) -> [u8; 16] {
        self.world.id()
    }

    /// A device begins to run; its wall clock is so far ahead of the truth.
    pub fn start_clock(&mut self, who: SpeakerId, from_us: u64, skew_us: i64) {
        // No run is named as the world's own devices name theirs when they found it.
        let boot = self.id();
        self.clocks.insert(who, Clock::new(from_us, boot, skew_us));
    }

    /// The clocks of a device.
    pub fn clock(&mut self, who: SpeakerId) -> &mut Clock {
        self.clocks.get_mut(&who).expect("every device of a script has clocks")
    }

    /// The device that a speaker is.
    pub fn device(&self, who: SpeakerId) -> DeviceId {
        self.world.device(who)
    }

    /// A device says something.
    pub fn say(&mut self, by: SpeakerId, at_us: u64, fact: Fact) -> LineId {
        let time = self.clock(by).at(at_us);
        let id = LineId(u64::try_from(self.lines.len()).expect("few lines"));
        self.lines.push(Line {
            by,
            at_us,
            time,
            fact,
            follows: None,
            occurred: None,
            delivery: Delivery::After(PROMPT_US),
            about: None,
            effect: None,
            trick: None,
            unseen_closings: 0,
            is_blind: false,
        });
        id
    }

    /// A line.
    pub fn line(&mut self, id: LineId) -> &mut Line {
        let place = usize::try_from(id.0).expect("few lines");
        self.lines.get_mut(place).expect("a line of this script")
    }

    /// When a line is said.
    pub fn at(&mut self, id: LineId) -> u64 {
        self.line(id).at_us
    }

    /// Nobody says these lines after all.
    pub fn unsay(&mut self, lines: impl IntoIterator<Item = LineId>) {
        for line in lines {
            self.line(line).delivery = Delivery::Unsaid;
        }
    }

    /// A package.
    pub fn bag(&mut self, bag: usize) -> &mut Bag {
        self.bags.get_mut(bag).expect("a bag of this script")
    }

    /// A site.
    pub fn site(&mut self, site: usize) -> &mut Site {
        self.sites.get_mut(site).expect("a site of this script")
    }

    /// The locker of a site that has one.
    pub fn bank(&mut self, site: usize) -> &mut Bank {
        self.site(site).bank.as_mut().expect("a site with a locker")
    }

    /// A person's pseudonym.
    pub fn person_id(&self, person: usize) -> PersonId {
        self.people.get(person).expect("a person of this script").id
    }

    /// A new seal number.
    pub fn seal(&mut self) -> String {
        self.seals += 1;
        format!("MP{:07}", 1_000_000 + self.seals * 37)
    }

    /// A commitment to something that nobody opens here.
    pub fn commitment(&mut self) -> Vec<u8> {
        self.rng.bytes::<32>().to_vec()
    }

    /// Sites whose transit store stories may use.
    pub fn stores(&self) -> Vec<usize> {
        (0..self.sites.len())
            .filter(|site| self.sites.get(*site).is_some_and(|site| site.store.is_some() && site.is_open))
            .collect()
    }

    /// One of them.
    pub fn store(&mut self) -> usize {
        let stores = self.stores();
        self.rng.pick(&stores).expect("every estate has a store")
    }

    /// Whether nothing happens to a site's locker as a whole meanwhile.
    pub fn is_undisturbed(&mut self, site: usize, from: u64, to: u64) -> bool {
        !self.site(site).quiet.iter().any(|(a, b)| *a < to && from < *b)
    }

    /// A time from `low` to `high` when nobody is at the site's locker and nothing else goes on there.
    pub fn free_time(&mut self, site: usize, low: u64, high: u64) -> Option<u64> {
        for _ in 0..60 {
            let at = self.rng.between(low, high);
            let at = at - at % SECOND;
            if self.is_free(site, at) {
                return Some(at);
            }
        }
        let mut at = low;
        while at <= high {
            if self.is_free(site, at) {
                return Some(at);
            }
            at += MINUTE;
        }
        None
    }

    fn is_free(&self, site: usize, at: u64) -> bool {
        let (from, to) = (at - 6 * MINUTE, at + 10 * MINUTE);
        let overlaps = |(a, b): &(u64, u64)| *a < to && from < *b;
        self.sites
            .get(site)
            .is_some_and(|site| !site.busy.iter().any(overlaps) && !site.quiet.iter().any(overlaps))
    }

    /// Keeps the time of a visit.
    pub fn keep(&mut self, site: usize, from: u64, to: u64) {
        self.site(site).busy.push((from, to));
    }

    /// A compartment in which nothing lies meanwhile, and over which nothing happens to the whole locker.
    pub fn free_slot(&mut self, site: usize, from: u64, to: u64, is_multi: bool) -> Option<usize> {
        let overlaps = |(a, b): &(u64, u64)| *a < to + 5 * MINUTE && from < *b + 5 * MINUTE;
        let site = self.site(site);
        if site.quiet.iter().any(overlaps) {
            return None;
        }
        let slots = &site.bank.as_ref()?.slots;
        let fits = |slot: &Slot| slot.is_multi == is_multi && (is_multi || !slot.stays.iter().any(overlaps));
        let free: Vec<usize> =
            slots.iter().enumerate().filter(|(_, slot)| fits(slot)).map(|(place, _)| place).collect();
        self.rng.pick(&free)
    }

    /// Somebody with this role at the site, who is nowhere else meanwhile; hired where there is nobody.
    pub fn person(&mut self, role: v1::Role, site: usize, from: u64, to: u64, not: &[usize]) -> usize {
        let may: Vec<usize> = (0..self.people.len())
            .filter(|person| !not.contains(person) && self.may(*person, role, site))
            .filter(|person| self.can_be(*person, site, from, to))
            .collect();
        match self.rng.pick(&may) {
            Some(person) => person,
            None => self.hire(&[(role, Some(site))]),
        }
    }

    fn may(&self, person: usize, role: v1::Role, site: usize) -> bool {
        self.people.get(person).is_some_and(|person| {
            !person.is_kept
                && person.roles.iter().any(|(has, at)| *has == role && at.is_none_or(|at| at == site))
        })
    }

    /// Whether somebody can be there then, without having to hurry from or to another site.
    pub fn can_be(&self, person: usize, site: usize, from: u64, to: u64) -> bool {
        let hurry =
            |(at, a, b): &(usize, u64, u64)| *at != site && *a < to + 30 * MINUTE && from < *b + 30 * MINUTE;
        self.people.get(person).is_some_and(|person| !person.seen.iter().any(hurry))
    }
}
