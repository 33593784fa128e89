//! The estate as two authorities have agreed on it: sites, transit stores, lockers.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::{CompartmentMode, Fact, LockerPurpose};
use crate::id::{CompartmentId, DeviceId, LockerId, SiteId, StoreId};

/// One site.
#[derive(Debug, Clone)]
pub struct Site {
    /// Index of the entry at which it was registered for good.
    pub index: u64,
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
}

/// One locker.
#[derive(Debug, Clone)]
pub struct Locker {
    /// The device that speaks for it.
    pub device: DeviceId,
    /// Where it stands.
    pub site: SiteId,
    /// In which transit store, if in one.
    pub store: Option<StoreId>,
    /// What it may hold.
    pub purpose: LockerPurpose,
    /// Its compartments, in the order registered.
    pub compartments: Vec<CompartmentId>,
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
}

impl Estate {
    /// The device that speaks for a compartment.
    pub fn speaker(&self, compartment: CompartmentId) -> Option<DeviceId> {
        let place = self.compartments.get(&compartment)?;
        self.lockers.get(&place.locker).map(|locker| locker.device)
    }

    /// Applies what two have agreed on. What was registered first stays: a second registration under the
    /// same id changes nothing.
    pub(crate) fn apply(&mut self, fact: &Fact, index: u64) {
        match fact {
            Fact::SiteRegistered { site } => {
                self.sites.entry(*site).or_insert(Site { index });
            }
            Fact::TransitStoreDesignated { store, site, valid_from_us } => {
                self.stores
                    .insert(*store, Store { site: *site, valid_from_us: *valid_from_us, valid_to_us: None });
            }
            Fact::TransitStoreWithdrawn { store, valid_to_us } => {
                if let Some(store) = self.stores.get_mut(store) {
                    store.valid_to_us = Some(*valid_to_us);
                }
            }
            Fact::LockerRegistered { locker, device, site, store, purpose, compartments } => {
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
                self.lockers.insert(
                    *locker,
                    Locker {
                        device: *device,
                        site: *site,
                        store: *store,
                        purpose: *purpose,
                        compartments: ids,
                    },
                );
            }
            Fact::LockerMoved { locker, to_site, store } => {
                if let Some(locker) = self.lockers.get_mut(locker) {
                    locker.site = *to_site;
                    locker.store = *store;
                }
            }
            Fact::CompartmentModeSet { compartment, mode } => {
                if let Some(place) = self.compartments.get_mut(compartment) {
                    place.mode = *mode;
                }
            }
            _ => {}
        }
    }
}
