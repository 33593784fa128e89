//! The estate as two authorities have agreed on it: sites, transit stores, lockers, cameras, coverage maps.
//!
//! Each of these has a time from which it holds. A rule asks what was in force when something happened, not what is
//! in force when it was told.

use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::{CompartmentMode, Coverage, Fact, Interval, LockerPurpose};
use crate::id::{CameraId, CompartmentId, DeviceId, LockerId, SiteId, StoreId};

/// One site.
#[derive(Debug, Clone)]
pub struct Site {
    /// Index of the entry at which it was registered for good.
    pub index: u64,
    /// Its coverage maps by the time from which each holds, and among equals by entry.
    pub maps: BTreeMap<(u64, u64), CoverageMap>,
}

/// Which cameras view which lockers of a site, from one time on until the next map.
#[derive(Debug, Clone)]
pub struct CoverageMap {
    /// Index of the entry at which it was approved.
    pub index: u64,
    /// When somebody looked.
    pub surveyed_us: u64,
    /// Ascending.
    pub coverages: Vec<Coverage>,
}

impl CoverageMap {
    /// The cameras that view a locker.
    pub fn cameras_of(&self, locker: LockerId) -> impl Iterator<Item = CameraId> + '_ {
        let first = self.coverages.partition_point(|coverage| coverage.locker < locker);
        let rest = self.coverages.get(first..).unwrap_or_default();
        rest.iter().take_while(move |coverage| coverage.locker == locker).map(|coverage| coverage.camera)
    }
}

/// One transit store.
#[derive(Debug, Clone)]
pub struct Store {
    /// Where it is.
    pub site: SiteId,
    /// From when it is official, UTC microseconds.
    pub valid_from_us: u64,
    /// Until when, if it was withdrawn.
    pub valid_to_us: Option<u64>,
    /// Earlier times in which it was official: from, and until.
    pub earlier: Vec<(u64, u64)>,
}

impl Store {
    /// Whether it is official at an instant.
    pub fn is_official_at(&self, at_us: u64) -> bool {
        let is_now = self.valid_from_us <= at_us && self.valid_to_us.is_none_or(|to_us| at_us < to_us);
        is_now || self.earlier.iter().any(|(from_us, to_us)| (*from_us..*to_us).contains(&at_us))
    }

    /// The instants at which it became official, or ceased to be.
    fn bounds(&self) -> impl Iterator<Item = u64> + '_ {
        let earlier = self.earlier.iter().flat_map(|(from_us, to_us)| [*from_us, *to_us]);
        earlier.chain([self.valid_from_us]).chain(self.valid_to_us)
    }
}

/// Where a locker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// At which site.
    pub site: SiteId,
    /// In which transit store, if in one.
    pub store: Option<StoreId>,
}

/// One locker.
#[derive(Debug, Clone)]
pub struct Locker {
    /// The device that speaks for it.
    pub device: DeviceId,
    /// Where it stands now.
    pub site: SiteId,
    /// In which transit store it stands now, if in one.
    pub store: Option<StoreId>,
    /// What it may hold.
    pub purpose: LockerPurpose,
    /// Its compartments, in the order registered.
    pub compartments: Vec<CompartmentId>,
    /// Where it has stood, by the time from which on.
    stands: BTreeMap<u64, Stand>,
}

impl Locker {
    /// Where it stood at an instant. Before its registration it stood where it was then registered.
    pub fn stand_at(&self, at_us: u64) -> Option<Stand> {
        let then = self.stands.range(..=at_us).next_back();
        then.or_else(|| self.stands.first_key_value()).map(|(_, stand)| *stand)
    }

    /// The sites at which it stands or has ever stood.
    pub fn sites(&self) -> impl Iterator<Item = SiteId> + '_ {
        self.stands.values().map(|stand| stand.site)
    }

    /// Whether it stands, or has ever stood, at a site.
    pub fn has_stood_at(&self, site: SiteId) -> bool {
        self.stands.values().any(|stand| stand.site == site)
    }
}

/// A compartment as registered.
#[derive(Debug, Clone)]
pub struct Place {
    /// The locker it belongs to.
    pub locker: LockerId,
    /// As painted on the door.
    pub label: String,
    /// How much it may hold.
    pub mode: CompartmentMode,
}

/// One camera.
#[derive(Debug, Clone)]
pub struct Camera {
    /// The recorder that speaks for it.
    pub recorder: DeviceId,
    /// Where it is.
    pub site: SiteId,
    /// Its streams carry signatures of their own.
    pub is_signed_video: bool,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// Sites.
    pub sites: BTreeMap<SiteId, Site>,
    /// Transit stores.
    pub stores: BTreeMap<StoreId, Store>,
    /// Lockers.
    pub lockers: BTreeMap<LockerId, Locker>,
    /// Compartments of all lockers.
    pub compartments: BTreeMap<CompartmentId, Place>,
    /// Cameras.
    pub cameras: BTreeMap<CameraId, Camera>,
    /// By device, the lockers it speaks for.
    speakers: BTreeMap<DeviceId, Vec<LockerId>>,
}

impl Estate {
    /// The device that speaks for a compartment.
    pub fn speaker(&self, compartment: CompartmentId) -> Option<DeviceId> {
        self.locker_of(compartment).map(|(_, locker)| locker.device)
    }

    /// The locker a compartment belongs to.
    pub fn locker_of(&self, compartment: CompartmentId) -> Option<(LockerId, &Locker)> {
        let place = self.compartments.get(&compartment)?;
        self.lockers.get(&place.locker).map(|locker| (place.locker, locker))
    }

    /// The compartments of all lockers for which a device speaks.
    pub fn compartments_of(&self, device: DeviceId) -> impl Iterator<Item = CompartmentId> + '_ {
        let lockers = self.speakers.get(&device).into_iter().flatten();
        lockers.filter_map(|id| self.lockers.get(id)).flat_map(|locker| locker.compartments.iter().copied())
    }

    /// Where the locker stood at an instant for which a device speaks; of several the one registered first.
    pub fn stand_of(&self, device: DeviceId, at_us: u64) -> Option<Stand> {
        let locker = self.speakers.get(&device)?.first()?;
        self.lockers.get(locker)?.stand_at(at_us)
    }

    /// The transit store in which a locker stood at an instant, if it was official then.
    pub fn official_store_at(&self, locker: &Locker, at_us: u64) -> Option<StoreId> {
        let store = locker.stand_at(at_us)?.store?;
        self.stores.get(&store).filter(|store| store.is_official_at(at_us)).map(|_| store)
    }

    /// The coverage map of a site in force at an instant.
    pub fn map_at(&self, site: SiteId, at_us: u64) -> Option<&CoverageMap> {
        let maps = &self.sites.get(&site)?.maps;
        maps.range(..=(at_us, u64::MAX)).next_back().map(|(_, map)| map)
    }

    /// The instants within an interval, ascending, at which it may become another answer where a locker stands, whether
    /// that is an official store, or which map holds there.
    pub(crate) fn changes_of(&self, locker: &Locker, within: Interval) -> BTreeSet<u64> {
        let stands = || core::iter::once(locker.stand_at(within.from_us)).flatten();
        let mut changes: BTreeSet<u64> =
            locker.stands.range(within.from_us..=within.to_us).map(|(from_us, _)| *from_us).collect();
        let later = locker.stands.range(within.from_us..=within.to_us).map(|(_, stand)| *stand);
        for stand in stands().chain(later) {
            let store = stand.store.and_then(|store| self.stores.get(&store));
            changes.extend(store.into_iter().flat_map(Store::bounds));
            let maps = self.sites.get(&stand.site).map(|site| &site.maps);
            let from = (within.from_us, 0)..=(within.to_us, u64::MAX);
            changes
                .extend(maps.into_iter().flat_map(|maps| maps.range(from.clone())).map(|((us, _), _)| *us));
        }
        changes.retain(|us| within.from_us < *us && *us < within.to_us);
        changes
    }

    /// Applies what two have agreed on. What was registered first stays: a second registration under the
    /// same id changes nothing. `said_us` is when it was proposed, by the proposer's clock.
    pub(crate) fn apply(&mut self, fact: &Fact, index: u64, said_us: u64) {
        match fact {
            Fact::SiteRegistered { site } => {
                self.sites.entry(*site).or_insert(Site { index, maps: BTreeMap::new() });
            }
            Fact::TransitStoreDesignated { store, site, valid_from_us } => {
                self.designate(*store, *site, *valid_from_us);
            }
            Fact::TransitStoreWithdrawn { store, valid_to_us } => {
                if let Some(store) = self.stores.get_mut(store) {
                    store.valid_to_us = Some(*valid_to_us);
                }
            }
            Fact::LockerRegistered { .. } => self.register(fact, said_us),
            Fact::LockerMoved { locker, to_site, store } => {
                if let Some(locker) = self.lockers.get_mut(locker) {
                    locker.site = *to_site;
                    locker.store = *store;
                    locker.stands.insert(said_us, Stand { site: *to_site, store: *store });
                }
            }
            Fact::CompartmentModeSet { compartment, mode } => {
                if let Some(place) = self.compartments.get_mut(compartment) {
                    place.mode = *mode;
                }
            }
            Fact::CameraRegistered { camera, recorder, site, is_signed_video } => {
                let registered =
                    Camera { recorder: *recorder, site: *site, is_signed_video: *is_signed_video };
                self.cameras.entry(*camera).or_insert(registered);
            }
            Fact::CoverageMapApproved { site, surveyed_us, valid_from_us, coverages } => {
                let Some(site) = self.sites.get_mut(site) else { return };
                let mut coverages = coverages.clone();
                coverages.sort_unstable();
                let map = CoverageMap { index, surveyed_us: *surveyed_us, coverages };
                site.maps.insert((*valid_from_us, index), map);
            }
            _ => {}
        }
    }

    fn designate(&mut self, store: StoreId, site: SiteId, valid_from_us: u64) {
        let fresh = Store { site, valid_from_us, valid_to_us: None, earlier: Vec::new() };
        match self.stores.entry(store) {
            Entry::Vacant(free) => {
                free.insert(fresh);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                if let Some(to_us) = known.valid_to_us.take() {
                    known.earlier.push((known.valid_from_us, to_us));
                    (known.site, known.valid_from_us) = (site, valid_from_us);
                }
            }
        }
    }

    fn register(&mut self, fact: &Fact, said_us: u64) {
        let Fact::LockerRegistered { locker, device, site, store, purpose, compartments } = fact else {
            return;
        };
        if self.lockers.contains_key(locker) {
            return;
        }
        let mut ids = Vec::new();
        for each in compartments {
            if let Entry::Vacant(free) = self.compartments.entry(each.compartment) {
                free.insert(Place { locker: *locker, label: each.label.clone(), mode: each.mode });
                ids.push(each.compartment);
            }
        }
        self.speakers.entry(*device).or_default().push(*locker);
        let stands = BTreeMap::from([(said_us, Stand { site: *site, store: *store })]);
        self.lockers.insert(
            *locker,
            Locker {
                device: *device,
                site: *site,
                store: *store,
                purpose: *purpose,
                compartments: ids,
                stands,
            },
        );
    }
}
