//! Whose verdict an entry may have changed: those are judged anew, and nobody else.
//!
//! It may name too many, never too few: what depends on the whole estate touches everybody.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::{AuditFact, AuditId, AuthorityFact, Fact, FootageFact, Matter};
use custody::finding::Finding;
use custody::id::{CameraId, CaseId, CompartmentId, DeviceId, Digest, ExhibitId, LockerId, SiteId};
use custody::ledger::Ledger;
use custody_proto::schema::Stream;
use ledger_format::statement::Decoded;

/// How far beyond the time of a recording a door's window may reach: margins and both clocks' errors, generously.
const REACH_US: u64 = 24 * 60 * 60 * 1_000_000;

/// How long after it left a locker an exhibit's windows may still be covered or found wanting by a recorder that was
/// offline, microseconds: twice the usual retention.
const STAY_KEPT_US: u64 = 62 * REACH_US;

/// Exhibits to be judged anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// These.
    pub exhibits: BTreeSet<ExhibitId>,
    /// Whatever lies in these compartments.
    pub compartments: BTreeSet<CompartmentId>,
    /// Whatever lies in a locker for which one of these devices speaks: a leg there is known as far as its last word.
    pub devices: BTreeSet<DeviceId>,
    /// All there are.
    pub is_all: bool,
}

impl Touched {
    /// These, and those.
    pub fn merge(&mut self, other: Self) {
        self.is_all |= other.is_all;
        self.exhibits.extend(other.exhibits);
        self.compartments.extend(other.compartments);
        self.devices.extend(other.devices);
    }

    /// Each of them by name, as the ledger stands.
    pub fn by_name(self, ledger: &Ledger) -> BTreeSet<ExhibitId> {
        if self.is_all {
            return ledger.exhibits().collect();
        }
        let mut named = self.exhibits;
        let of_devices = self.devices.iter().flat_map(|device| ledger.estate().compartments_of(*device));
        for compartment in of_devices.chain(self.compartments.iter().copied()) {
            let occupants = ledger.doors().get(compartment).map(|state| state.occupants.keys().copied());
            named.extend(occupants.into_iter().flatten());
        }
        named
    }
}

/// When an exhibit was at the doors of a locker.
#[derive(Debug, Clone, Copy)]
struct Stay {
    first_us: u64,
    last_us: u64,
}

/// What must be known to tell whom an entry touches.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// Exhibits whose facts are read for one another's verdicts: identified, split, put together.
    kin: BTreeMap<ExhibitId, BTreeSet<ExhibitId>>,
    cases: BTreeMap<CaseId, BTreeSet<ExhibitId>>,
    stays: BTreeMap<LockerId, BTreeMap<ExhibitId, Stay>>,
    /// Where each count is taken.
    counts: BTreeMap<AuditId, SiteId>,
    /// Whoever went in or came out in a door's last cycle: they share its window.
    cycles: BTreeMap<CompartmentId, (Digest, BTreeSet<ExhibitId>)>,
}

impl Reach {
    /// Whom an entry touches that the ledger has just folded, with what was found then.
    pub(crate) fn follow(&mut self, decoded: &Decoded, found: &[Finding], ledger: &Ledger) -> Touched {
        let statement = &decoded.statement;
        self.learn(&statement.fact);
        let mut touched = Touched { is_all: concerns_all(&statement.fact), ..Touched::default() };
        let named = decoded.streams.iter().filter(|stream| stream.kind == Stream::Exhibit);
        touched.exhibits.extend(named.map(|stream| ExhibitId(stream.id)));
        touched.exhibits.extend(found.iter().flat_map(|finding| finding.exhibits.iter().copied()));
        self.stay(&statement.fact, statement.time.wall_us, &touched.exhibits, ledger);
        self.at_doors(decoded, ledger, &mut touched);
        match &statement.fact {
            Fact::Authority(AuthorityFact::HoldPlaced { case: Some(case), .. }) => {
                touched.exhibits.extend(self.of_case(*case));
            }
            Fact::Footage(footage) => self.in_view(footage, ledger, &mut touched),
            Fact::Audit(audit) => touched.exhibits.extend(self.in_count(audit, ledger)),
            _ => {}
        }
        let kin: Vec<_> =
            touched.exhibits.iter().filter_map(|id| self.kin.get(id)).flatten().copied().collect();
        touched.exhibits.extend(kin);
        touched
    }

    /// The exhibits registered under a case.
    pub(crate) fn of_case(&self, case: CaseId) -> impl Iterator<Item = ExhibitId> + '_ {
        self.cases.get(&case).into_iter().flatten().copied()
    }

    fn learn(&mut self, fact: &Fact) {
        match fact {
            Fact::ExhibitRegistered { exhibit, case, .. } => {
                self.cases.entry(*case).or_default().insert(*exhibit);
            }
            Fact::Matter(
                matter @ (Matter::Identified { .. }
                | Matter::Reattributed { .. }
                | Matter::Split { .. }
                | Matter::SubExhibitCreated { .. }
                | Matter::Consolidated { .. }),
            ) => {
                let kin = matter.exhibits();
                for one in &kin {
                    self.kin.entry(*one).or_default().extend(kin.iter().copied());
                }
            }
            _ => {}
        }
    }

    /// An exhibit is at a locker's door, or lies behind it.
    fn stay(&mut self, fact: &Fact, wall_us: u64, named: &BTreeSet<ExhibitId>, ledger: &Ledger) {
        let Fact::Movement(movement) = fact else { return };
        let at = movement.at().map(|at| at.compartment);
        for exhibit in named {
            let places = at.into_iter().chain(ledger.doors().holding(*exhibit));
            let lockers = places.filter_map(|place| ledger.estate().locker_of(place)).map(|(id, _)| id);
            for locker in lockers {
                let stays = self.stays.entry(locker).or_default();
                let stay = stays.entry(*exhibit).or_insert(Stay { first_us: wall_us, last_us: wall_us });
                stay.first_us = stay.first_us.min(wall_us);
                stay.last_us = stay.last_us.max(wall_us);
            }
        }
    }

    /// Whoever lies behind a door of which something is said, went in or came out; and behind all doors of the device
    /// that speaks.
    fn at_doors(&mut self, decoded: &Decoded, ledger: &Ledger, touched: &mut Touched) {
        touched.devices.insert(decoded.statement.device);
        let named = decoded.streams.iter().filter(|stream| stream.kind == Stream::Compartment);
        touched.compartments.extend(named.map(|stream| CompartmentId(stream.id)));
        if let Fact::Movement(movement) = &decoded.statement.fact {
            touched.compartments.extend(movement.at().map(|at| at.compartment));
        }
        let named: Vec<ExhibitId> = touched.exhibits.iter().copied().collect();
        for compartment in &touched.compartments {
            let cycle = ledger.doors().get(*compartment).and_then(|state| state.cycle.as_ref());
            let Some(cycle) = cycle.map(|cycle| cycle.hash) else { continue };
            let (last, met) = self.cycles.entry(*compartment).or_default();
            if *last != cycle {
                (*last, *met) = (cycle, BTreeSet::new());
            }
            met.extend(&named);
            touched.exhibits.extend(met.iter());
        }
    }

    /// Whoever was at the site of a count that goes on: whether it named them is asked of each.
    fn in_count(&mut self, audit: &AuditFact, ledger: &Ledger) -> Vec<ExhibitId> {
        let site = match audit {
            AuditFact::Started { audit, site, .. } => Some(*self.counts.entry(*audit).or_insert(*site)),
            AuditFact::Counted { audit, .. }
            | AuditFact::NotFound { audit, .. }
            | AuditFact::Unexpected { audit, .. }
            | AuditFact::Closed { audit, .. } => self.counts.get(audit).copied(),
            _ => None,
        };
        let lockers = ledger.estate().lockers.iter();
        let lockers = lockers.filter(|(_, locker)| site.is_some_and(|site| locker.has_stood_at(site)));
        lockers.filter_map(|(id, _)| self.stays.get(id)).flat_map(BTreeMap::keys).copied().collect()
    }

    /// Those who were, when a recording says something, behind the doors that its camera may view.
    fn in_view(&mut self, footage: &FootageFact, ledger: &Ledger, touched: &mut Touched) {
        let (from_us, to_us) = period(footage);
        let (from_us, to_us) = (from_us.saturating_sub(REACH_US), to_us.saturating_add(REACH_US));
        let newest_us = ledger.newest_us();
        for locker in viewed(footage.camera(), ledger) {
            let Some(stays) = self.stays.get_mut(&locker) else { continue };
            let lies = |exhibit: &ExhibitId| ledger.doors().holding(*exhibit).is_some();
            stays.retain(|exhibit, stay| {
                lies(exhibit) || stay.last_us.saturating_add(STAY_KEPT_US) >= newest_us
            });
            let met = stays.iter().filter(|(exhibit, stay)| {
                stay.first_us <= to_us && (stay.last_us >= from_us || lies(exhibit))
            });
            touched.exhibits.extend(met.map(|(exhibit, _)| *exhibit));
        }
    }
}

/// Every locker that ever stood at the site of a camera.
fn viewed(camera: CameraId, ledger: &Ledger) -> Vec<LockerId> {
    let estate = ledger.estate();
    let Some(site) = estate.cameras.get(&camera).map(|camera| camera.site) else { return Vec::new() };
    estate.lockers.iter().filter(|(_, locker)| locker.has_stood_at(site)).map(|(id, _)| *id).collect()
}

/// The time of which a recorder speaks, by whichever clock.
fn period(footage: &FootageFact) -> (u64, u64) {
    match footage {
        FootageFact::ManifestCommitted { from_us, to_us, .. }
        | FootageFact::PreservationRequired { from_us, to_us, .. }
        | FootageFact::Lapsed { from_us, to_us, .. } => (*from_us, *to_us),
        FootageFact::Altered { start_us, end_us, .. } => (*start_us, *end_us),
        FootageFact::Outage { from_us, to_us, .. } => (*from_us, to_us.unwrap_or(u64::MAX)),
        FootageFact::Preserved { .. } => (0, u64::MAX),
    }
}

/// What was agreed on by two authorities, what people may do, which doors might be opened with the master key while
/// whoever lay behind them, and when the ledger was vouched for: any verdict may rest on it.
fn concerns_all(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Approved { .. }
            | Fact::Role(_)
            | Fact::Head(_)
            | Fact::Authority(
                AuthorityFact::HoldReleased { .. } | AuthorityFact::MaintenanceAuthorised { .. }
            )
    )
}
