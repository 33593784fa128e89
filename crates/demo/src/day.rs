//! One day: exhibits are seized, registered, deposited, cleared by couriers and received at the property store;
//! and some things go differently.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use custody::id::{CameraId, CaseId, CompartmentId, Digest, ExhibitId};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use locker::act::{Package, Recognised};
use locker::collect::{Collection, CollectionOutcome};
use locker::deposit::{Deposit, DepositOutcome};
use locker::desk::{Arrival, Registration};
use locker::hardware::Alarm;
use locker::simulator::Hand;
use sha2::{Digest as _, Sha256};

use crate::clock::{Day, MINUTE_US};
use crate::estate::{Estate, STORES, Station, Store};
use crate::ids::id;
use crate::progress::Progress;
use crate::running::Running;
use crate::{kit, people};

/// Exhibits deposited at each store during the day.
const EXHIBITS_PER_STORE: usize = 8;
const EXHIBITS: usize = STORES * EXHIBITS_PER_STORE;

/// Exhibits that one officer seizes, all of one case.
const EXHIBITS_PER_OFFICER: usize = 2;

/// Officers who seize something.
pub(crate) const OFFICERS: usize = EXHIBITS.div_ceil(EXHIBITS_PER_OFFICER);

/// Couriers on the road.
pub(crate) const COURIERS: usize = 3;

/// How long a courier's authority to collect lasts.
const AUTHORITY_US: u64 = 8 * 60 * MINUTE_US;

/// From one store to the next, minutes.
const DRIVE: u64 = 5;

/// The store whose locker loses the network in the morning and has it back in the evening.
const OFFLINE_STORE: usize = 3;
/// The exhibit whose compartment is forced open while it lies inside.
const FORCED: usize = 5 * EXHIBITS_PER_STORE + 2;
/// The exhibit that stayed on the desk while another bag was put in under its name.
const MISDEPOSITED: usize = 7 * EXHIBITS_PER_STORE + 4;

/// The store at which neither camera gives a picture while the first exhibit of the day is deposited.
const UNSEEN_STORE: usize = 2;
/// The store whose recordings somebody alters afterwards.
const ALTERED_STORE: usize = 8;

/// Where a locker without a network finds nobody: a port that is never open.
const NOWHERE: &str = "http://127.0.0.1:1";

// The day's timetable, minutes after six in the morning.
const NETWORK_LOST: u64 = 20;
const FIRST_DEPOSIT: u64 = 30;
const BETWEEN_DEPOSITS: u64 = 5;
const DOOR_FORCED: u64 = 490;
const MISDEPOSIT_NOTICED: u64 = 520;
const CLEARANCE: u64 = 600;
const RECEIPTS: u64 = 720;
/// How long after the last act its recording has ended.
const CAMERAS_FINISH: u64 = 12;
const NETWORK_BACK: u64 = 800;
const EVENING: u64 = 840;

/// A finding that the day plants on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PlantedFinding {
    pub(crate) rule: RuleId,
    pub(crate) severity: Severity,
    pub(crate) exhibits: Vec<ExhibitId>,
    /// The piece of video, where it is about one.
    pub(crate) piece: Option<Piece>,
    /// What happened, in plain words.
    pub(crate) story: &'static str,
}

/// One piece of one camera's video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) camera: CameraId,
    /// Its beginning in true time.
    pub(crate) start_us: u64,
}

/// What the verifier must find.
#[derive(Debug)]
pub(crate) struct Planted {
    pub(crate) findings: Vec<PlantedFinding>,
    pub(crate) exhibits: usize,
    /// The case of the exhibit whose compartment was forced, and its exhibits.
    pub(crate) disputed: (CaseId, Vec<ExhibitId>),
}

/// What is known of one exhibit as the day goes on.
struct Exhibit {
    id: ExhibitId,
    /// What one officer seized is one case.
    case: CaseId,
    /// Its number in the force's own system.
    case_reference: String,
    /// As written on its label: the officer's first, second … exhibit.
    reference: String,
    store: usize,
    compartment: CompartmentId,
    officer: Recognised,
    deposit: Option<Digest>,
    collection: Option<Digest>,
}

impl Exhibit {
    fn new(number: usize, store: usize, compartment: CompartmentId) -> Self {
        let exhibit = ExhibitId(id("exhibit", number));
        let officer = people::officer(number / EXHIBITS_PER_OFFICER);
        let reference = format!("EX/{}", number % EXHIBITS_PER_OFFICER + 1);
        let case = CaseId(id("case", number / EXHIBITS_PER_OFFICER));
        let case_reference = format!("DEMO/{:04}", number / EXHIBITS_PER_OFFICER + 1);
        Self {
            id: exhibit,
            case,
            case_reference,
            reference,
            store,
            compartment,
            officer,
            deposit: None,
            collection: None,
        }
    }

    fn package(&self) -> Package {
        let [.., first, second, third] = self.id.0;
        Package::sealed(self.id, &format!("MP{first:03}{second:03}{third:03}"))
    }
}

/// Plays the whole day.
pub(crate) fn play(estate: &mut Estate, node: &Running, day: &Day) -> anyhow::Result<Planted> {
    let mut exhibits = exhibits(estate)?;
    kit::morning(estate, day)?;
    let unseen = deposits(estate, day, &mut exhibits)?;
    force_a_door(estate, day, at(&exhibits, FORCED)?)?;
    let_the_cameras_finish(estate, day)?;
    notice_a_misdeposit(estate, day, at(&exhibits, MISDEPOSITED)?)?;
    collections(estate, day, &mut exhibits)?;
    receipts(estate, day, &exhibits)?;
    kit::evening(estate, day)?;
    day.pass_until(NETWORK_BACK * MINUTE_US);
    let offline = store(estate, OFFLINE_STORE)?;
    offline.locker.connect(&node.url)?;
    offline.locker.sync(day).context("the locker that was offline")?;
    println!("  {}: the network is back; its locker has handed over the whole day.", offline.name);
    day.pass_until(EVENING * MINUTE_US);
    estate.look(day)?;
    let altered = store(estate, ALTERED_STORE)?;
    let piece = altered.cctv.tamper().context("altering a recording")?;
    println!("  {}: somebody alters one picture of a recording after it was committed to.", altered.name);
    planted(&exhibits, unseen, piece)
}

fn planted(exhibits: &[Exhibit], unseen: ExhibitId, altered: Piece) -> anyhow::Result<Planted> {
    let finding = |rule: RuleId, exhibit: usize, story| {
        let exhibits = vec![at(exhibits, exhibit)?.id];
        anyhow::Ok(PlantedFinding { rule, severity: rule.rule().severity, exhibits, piece: None, story })
    };
    Ok(Planted {
        findings: vec![
            finding(RuleId::D02, FORCED, "a door was forced while an exhibit lay behind it")?,
            finding(RuleId::S02, MISDEPOSITED, "another bag was put in under an exhibit's name")?,
            PlantedFinding {
                rule: RuleId::V02,
                severity: RuleId::V02.rule().severity,
                exhibits: vec![unseen],
                piece: None,
                story: "neither camera gave a picture while an exhibit was deposited",
            },
            PlantedFinding {
                rule: RuleId::A03,
                severity: RuleId::A03.rule().severity,
                exhibits: Vec::new(),
                piece: None,
                story: "a radio was not brought back by the day it was due",
            },
            PlantedFinding {
                rule: RuleId::V04,
                severity: RuleId::V04.rule().severity,
                exhibits: Vec::new(),
                piece: Some(altered),
                story: "a picture was altered after its recording was committed to",
            },
        ],
        exhibits: exhibits.len(),
        disputed: {
            let case = at(exhibits, FORCED)?.case;
            let of_case = exhibits.iter().filter(|exhibit| exhibit.case == case);
            (case, of_case.map(|exhibit| exhibit.id).collect())
        },
    })
}

fn exhibits(estate: &Estate) -> anyhow::Result<Vec<Exhibit>> {
    let exhibit = |number: usize| {
        let (place, store) = (number % EXHIBITS_PER_STORE, number / EXHIBITS_PER_STORE);
        let compartments = &estate.stores.get(store).context("a store for every exhibit")?.compartments;
        let compartment = *compartments.get(place).context("a compartment for every exhibit")?;
        Ok(Exhibit::new(number, store, compartment))
    };
    (0..EXHIBITS).map(exhibit).collect()
}

fn at(exhibits: &[Exhibit], number: usize) -> anyhow::Result<&Exhibit> {
    exhibits.get(number).context("the exhibit is one of the day's")
}

fn store(estate: &mut Estate, number: usize) -> anyhow::Result<&mut Store> {
    estate.stores.get_mut(number).context("the store is one of the estate's")
}

/// Officers register what they seized and deposit it, at every store in turn.
///
/// Returns the exhibit whose deposit no camera sees.
fn deposits(estate: &mut Estate, day: &Day, exhibits: &mut [Exhibit]) -> anyhow::Result<ExhibitId> {
    println!("\nFrom half past six officers deposit {EXHIBITS} exhibits:");
    day.pass_until(NETWORK_LOST * MINUTE_US);
    let offline = store(estate, OFFLINE_STORE)?;
    offline.locker.connect(NOWHERE)?;
    println!("  {}: the locker has lost the network, and goes on working.", offline.name);
    let mut order: Vec<&mut Exhibit> = exhibits.iter_mut().collect();
    // Ids are as good as random, and the same in every run: every store is visited all day.
    order.sort_by_key(|exhibit| exhibit.id);
    let unseen = order.iter().find(|exhibit| exhibit.store == UNSEEN_STORE).context("an exhibit there")?.id;
    let mut progress = Progress::new("deposits", EXHIBITS);
    for (turn, exhibit) in order.into_iter().enumerate() {
        let minute = FIRST_DEPOSIT + BETWEEN_DEPOSITS * u64::try_from(turn)?;
        day.pass_until(minute * MINUTE_US);
        deposit(store(estate, exhibit.store)?, day, exhibit, exhibit.id == unseen)?;
        estate.look(day)?;
        progress.step();
    }
    progress.finish();
    let dark = store(estate, UNSEEN_STORE)?.name;
    println!("  {dark}: neither camera gave a picture while the first exhibit was deposited.");
    Ok(unseen)
}

fn deposit(store: &mut Store, day: &Day, exhibit: &mut Exhibit, is_unseen: bool) -> anyhow::Result<()> {
    register(&mut store.desk, day, people::exhibits_officer(exhibit.store), exhibit)?;
    let locker = &mut store.locker;
    day.pass(MINUTE_US);
    day.set(&locker.clock);
    let begins_us = day.now_us();
    store.hardware.label(Some(exhibit.id.0)).hand(Hand::Puts(350_000));
    let deposit = Deposit::new(exhibit.compartment, exhibit.officer, exhibit.package());
    let outcome = locker.device.deposit(&mut store.hardware, &deposit)?;
    let DepositOutcome::Deposited { statement } = outcome else { bail!("{}", outcome.instruction()) };
    exhibit.deposit = Some(statement);
    day.follow(&locker.clock);
    if is_unseen {
        store.cctv.lose(begins_us, day.now_us(), day)?;
    } else {
        store.cctv.film(begins_us, day.now_us());
    }
    hand_over(locker, day, exhibit.store)
}

/// Statements leave at once, unless the network is down; then they wait in the locker.
fn hand_over(locker: &mut Station, day: &Day, store: usize) -> anyhow::Result<()> {
    if store == OFFLINE_STORE { locker.sync_in_vain(day) } else { locker.sync(day) }
}

fn register(desk: &mut Station, day: &Day, registrar: Recognised, exhibit: &Exhibit) -> anyhow::Result<()> {
    day.set(&desk.clock);
    let officer = exhibit.officer.person;
    let registration = Registration {
        exhibit: exhibit.id,
        case: exhibit.case,
        case_key: Sha256::digest(exhibit.case.0).into(),
        exhibit_reference: exhibit.reference.clone(),
        description: "Sealed evidence bag, contents described in the officer's notes".to_owned(),
        case_reference: Some(exhibit.case_reference.clone()),
        producer: officer,
        holder: officer,
        category: v1::Category::Other,
        handling: Vec::new(),
        seized_us: Some(day.now_us().saturating_sub(30 * MINUTE_US)),
        seized_place: None,
        package: exhibit.package(),
        earlier: Vec::new(),
        elsewhere: Vec::new(),
    };
    let session = desk.device.open_session(registrar)?;
    desk.device.register_exhibit(session, &registration)?;
    desk.device.close_session(session, false)?;
    desk.sync(day)
}

/// Somebody forces a door; the exhibits officer goes and looks.
fn force_a_door(estate: &mut Estate, day: &Day, exhibit: &Exhibit) -> anyhow::Result<()> {
    day.pass_until(DOOR_FORCED * MINUTE_US);
    let store = store(estate, exhibit.store)?;
    day.set(&store.locker.clock);
    let begins_us = day.now_us();
    store.hardware.alarm(Alarm::DoorForced(exhibit.compartment));
    store.locker.device.attend(&mut store.hardware)?;
    store.locker.clock.advance(2 * MINUTE_US);
    store.hardware.push_shut(exhibit.compartment);
    store.locker.device.attend(&mut store.hardware)?;
    day.follow(&store.locker.clock);
    store.cctv.film(begins_us, day.now_us());
    store.locker.sync(day)?;
    day.pass(12 * MINUTE_US);
    day.set(&store.desk.clock);
    let session = store.desk.device.open_session(people::exhibits_officer(exhibit.store))?;
    let result = v1::CheckResult::AsRecorded;
    store.desk.device.attended_check(exhibit.compartment, None, session, None, result)?;
    store.desk.device.close_session(session, false)?;
    store.desk.sync(day)?;
    println!(
        "  {}: a door was forced with an exhibit inside; the exhibits officer went and looked.",
        store.name
    );
    Ok(())
}

/// The exhibits officer finds an exhibit on the desk that a deposit says is in the locker.
fn notice_a_misdeposit(estate: &mut Estate, day: &Day, exhibit: &Exhibit) -> anyhow::Result<()> {
    day.pass_until(MISDEPOSIT_NOTICED * MINUTE_US);
    let deposit = exhibit.deposit.context("it was deposited, on record")?;
    let store = store(estate, exhibit.store)?;
    day.set(&store.desk.clock);
    let session = store.desk.device.open_session(people::exhibits_officer(exhibit.store))?;
    let kind = v1::MisdepositKind::OtherItem;
    store.desk.device.misdeposited(session, &[exhibit.id], deposit, kind, None)?;
    store.desk.device.close_session(session, false)?;
    store.desk.sync(day)?;
    println!("  {}: an exhibit turned up outside; another bag had been put in under its name.", store.name);
    Ok(())
}

/// Couriers clear one store after the other, all but what is in doubt.
fn collections(estate: &mut Estate, day: &Day, exhibits: &mut [Exhibit]) -> anyhow::Result<()> {
    println!("\nFrom four in the afternoon couriers clear the stores:");
    day.pass_until(CLEARANCE * MINUTE_US);
    let mut progress = Progress::new("collections", EXHIBITS - 1);
    let mut authority = None;
    estate.look(day)?;
    for (number, exhibit) in exhibits.iter_mut().enumerate() {
        let store = store(estate, exhibit.store)?;
        if number.is_multiple_of(EXHIBITS_PER_STORE) {
            day.pass(DRIVE * MINUTE_US);
            authority = Some(authorise(store, day, number)?);
        }
        if number == MISDEPOSITED {
            continue;
        }
        day.pass(MINUTE_US / 2);
        collect(store, day, exhibit, authority)?;
        estate.look(day)?;
        progress.step();
    }
    progress.finish();
    let_the_cameras_finish(estate, day)
}

/// Recordings end, and the recorders look at them.
fn let_the_cameras_finish(estate: &mut Estate, day: &Day) -> anyhow::Result<()> {
    day.pass(CAMERAS_FINISH * MINUTE_US);
    estate.look(day)
}

/// The exhibits officer of a store allows the courier to collect what was deposited there.
fn authorise(store: &mut Store, day: &Day, first: usize) -> anyhow::Result<Digest> {
    let number = first / EXHIBITS_PER_STORE;
    let exhibits: Vec<ExhibitId> =
        (first..first + EXHIBITS_PER_STORE).map(|number| ExhibitId(id("exhibit", number))).collect();
    day.set(&store.desk.clock);
    let session = store.desk.device.open_session(people::exhibits_officer(number))?;
    let courier = people::courier(number % COURIERS).person;
    let expires_us = day.now_us().saturating_add(AUTHORITY_US);
    let purpose = v1::ReleasePurpose::Investigation;
    let authority =
        store.desk.device.authorise_collection(session, &exhibits, courier, expires_us, purpose)?;
    store.desk.device.close_session(session, false)?;
    store.desk.sync(day)?;
    Ok(authority)
}

fn collect(
    store: &mut Store,
    day: &Day,
    exhibit: &mut Exhibit,
    authority: Option<Digest>,
) -> anyhow::Result<()> {
    let locker = &mut store.locker;
    day.set(&locker.clock);
    let begins_us = day.now_us();
    store.hardware.label(Some(exhibit.id.0)).hand(Hand::Takes);
    let courier = people::courier(exhibit.store % COURIERS);
    let collection = Collection {
        destination: Some("Central property store".to_owned()),
        authority,
        ..Collection::new(exhibit.compartment, courier, exhibit.package())
    };
    let outcome = locker.device.collect(&mut store.hardware, &collection)?;
    let CollectionOutcome::Collected { statement } = outcome else { bail!("{}", outcome.instruction()) };
    exhibit.collection = Some(statement);
    day.follow(&locker.clock);
    store.cctv.film(begins_us, day.now_us());
    hand_over(locker, day, exhibit.store)
}

/// The property store receives what the couriers bring, courier by courier, at one desk.
fn receipts(estate: &mut Estate, day: &Day, exhibits: &[Exhibit]) -> anyhow::Result<()> {
    println!("\nFrom six in the evening the property store receives what the couriers bring:");
    day.pass_until(RECEIPTS * MINUTE_US);
    let store = store(estate, 0)?;
    let site = store.site;
    let desk = &mut store.desk;
    let brought: BTreeMap<usize, Vec<&Exhibit>> = exhibits
        .iter()
        .filter(|exhibit| exhibit.collection.is_some())
        .fold(BTreeMap::new(), |mut by, exhibit| {
            by.entry(exhibit.store % COURIERS).or_default().push(exhibit);
            by
        });
    let mut progress = Progress::new("receipts", EXHIBITS - 1);
    for (courier, exhibits) in brought {
        day.pass(5 * MINUTE_US);
        day.set(&desk.clock);
        let keeper = desk.device.open_session(people::exhibits_officer(0))?;
        for exhibit in exhibits {
            desk.clock.advance(MINUTE_US / 4);
            let arrival = Arrival {
                package: exhibit.package(),
                label: Some(exhibit.id.0),
                place: v1::PlaceKind::Store,
                site: Some(site),
                from: people::courier(courier).person,
                condition: v1::SealCondition::Intact,
                reference: None,
                follows: exhibit.collection,
            };
            desk.device.received_at(keeper, &arrival)?;
            progress.step();
        }
        desk.device.close_session(keeper, false)?;
        day.follow(&desk.clock);
        desk.sync(day)?;
    }
    progress.finish();
    Ok(())
}
