//! The things that nodes refer to while they are written, so that each is described once, and none that nobody names.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::{CameraId, CompartmentId, DeviceId, PersonId, SiteId};

use super::footage::Film;
use super::name::{Iri, Names};

/// What has been referred to so far.
#[derive(Debug)]
pub(super) struct Referred<'a> {
    names: Names<'a>,
    pub(super) people: BTreeSet<PersonId>,
    pub(super) devices: BTreeSet<DeviceId>,
    pub(super) compartments: BTreeSet<CompartmentId>,
    pub(super) sites: BTreeSet<SiteId>,
    pub(super) cameras: BTreeSet<CameraId>,
    pub(super) films: BTreeMap<Iri, Film>,
}

impl<'a> Referred<'a> {
    /// Nothing yet.
    pub(super) fn new(names: Names<'a>) -> Self {
        Self {
            names,
            people: BTreeSet::new(),
            devices: BTreeSet::new(),
            compartments: BTreeSet::new(),
            sites: BTreeSet::new(),
            cameras: BTreeSet::new(),
            films: BTreeMap::new(),
        }
    }

    pub(super) fn person(&mut self, person: PersonId) -> Iri {
        self.people.insert(person);
        self.names.of("person", &[&person])
    }

    pub(super) fn device(&mut self, device: DeviceId) -> Iri {
        self.devices.insert(device);
        self.names.of("device", &[&device])
    }

    pub(super) fn compartment(&mut self, compartment: CompartmentId) -> Iri {
        self.compartments.insert(compartment);
        self.names.of("location", &[&compartment])
    }

    pub(super) fn site(&mut self, site: SiteId) -> Iri {
        self.sites.insert(site);
        self.names.of("location", &[&site])
    }

    pub(super) fn camera(&mut self, camera: CameraId) -> Iri {
        self.cameras.insert(camera);
        self.names.of("camera", &[&camera])
    }

    /// A stretch of footage; whether nobody has referred to it before.
    pub(super) fn film(&mut self, film: &Film) -> (Iri, bool) {
        let id = self.names.of("file", &[&film.camera, &film.segment.sha256, &film.segment.start_us]);
        let is_new = self.films.insert(id.clone(), film.clone()).is_none();
        (id, is_new)
    }
}
