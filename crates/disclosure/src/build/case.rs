//! One case: the material, and what every part of the report asks of it.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::{DeviceId, Digest, ExhibitId, PersonId, SiteId, StoreId};
use custody::verdict::{Holder, Verdict};

use super::names::Names;
use super::words;
use crate::material::{Material, Said};
use crate::model::{Instant, Text};
use crate::openings::Field;

/// The material with its names.
pub(super) struct Case<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) names: Names,
    /// Index of each statement's entry.
    places: BTreeMap<Digest, u64>,
    /// The exhibits in scope.
    scope: BTreeSet<ExhibitId>,
    /// The verdicts in the order in which people count: `AB/2` before `AB/10`; without a reference last, by id.
    pub(super) verdicts: Vec<&'a Verdict>,
}

impl<'a> Case<'a> {
    pub(super) fn new(material: &'a Material<'a>) -> Self {
        let places = material.entries.iter().map(|(index, said)| (said.decoded.hash, *index)).collect();
        let scope = material.verdicts.iter().map(|verdict| verdict.exhibit);
        let scope = scope.chain(material.request.exhibits.iter().copied()).collect();
        let names = Names::new(material);
        let mut verdicts: Vec<&Verdict> = material.verdicts.iter().collect();
        verdicts.sort_by_cached_key(|verdict| (names.rank(verdict.exhibit), verdict.exhibit));
        Self { material, names, places, scope, verdicts }
    }

    pub(super) fn is_in_scope(&self, exhibit: ExhibitId) -> bool {
        self.scope.contains(&exhibit)
    }

    /// An entry by its index.
    pub(super) fn entry(&self, index: u64) -> Option<&'a Said> {
        self.material.entries.get(&index)
    }

    /// Index and entry of a statement.
    pub(super) fn statement(&self, hash: Digest) -> Option<(u64, &'a Said)> {
        let index = *self.places.get(&hash)?;
        self.entry(index).map(|said| (index, said))
    }

    /// When an entry's device says it spoke; zero for one that is not in the bundle.
    pub(super) fn said_us(&self, index: u64) -> u64 {
        self.entry(index).map_or(0, |said| said.decoded.statement.time.wall_us)
    }

    /// An instant by the clock of an entry's device.
    pub(super) fn instant_of(&self, index: u64) -> Instant {
        let time = self.entry(index).map(|said| said.decoded.statement.time);
        time.map_or_else(|| self.instant(0), |time| self.instant_within(time.wall_us, time.error_us))
    }

    /// An instant by no clock that is named.
    pub(super) fn instant(&self, us: u64) -> Instant {
        let zone = self.material.zone;
        let beyond = || format!("beyond the calendar of {}", zone.name());
        Instant {
            us,
            utc: civil_time::utc(us),
            local: zone.local(us).unwrap_or_else(beyond),
            error: String::new(),
        }
    }

    /// An instant by a clock of which a bound on its error is known.
    pub(super) fn instant_within(&self, us: u64, error_us: u64) -> Instant {
        Instant { error: words::error(error_us), ..self.instant(us) }
    }

    /// What a committed field says, or what became of it.
    pub(super) fn text(&self, statement: Digest, commitment: &[u8]) -> Text {
        fate(self.material.openings.field(statement, commitment))
    }

    /// Who or what has the exhibit, as called at an instant.
    pub(super) fn holder(&self, holder: Holder, at_us: u64) -> String {
        let person = |person: PersonId| self.names.person(person, at_us);
        match holder {
            Holder::Person(who) => person(who),
            Holder::Compartment(compartment) => self.names.compartment(compartment),
            Holder::Place(who) => format!("a place, by the word of {}", person(who)),
            Holder::Release(who) => format!("on release to {}", person(who)),
            Holder::Missing => "nobody on record: missing".to_owned(),
            Holder::Ended => "nobody: custody has ended".to_owned(),
        }
    }

    /// A device in words: `locker controller 1a2b3c4d`.
    pub(super) fn device(&self, device: DeviceId) -> String {
        let kind = self.material.ledger.device(device).map(|device| words::device_kind(device.kind));
        format!("{} {}", kind.unwrap_or("device"), self.names.device(device))
    }

    /// A site and store as called at an instant.
    pub(super) fn place(&self, site: SiteId, store: Option<StoreId>, at_us: u64) -> String {
        let site = self.names.site(site, at_us);
        match store {
            Some(store) => format!("{site}, {}", self.names.store(store, at_us)),
            None => site,
        }
    }

    /// Where a device stood at an instant.
    pub(super) fn place_of(&self, device: DeviceId, at_us: u64) -> Option<String> {
        let ledger = self.material.ledger;
        if let Some(stand) = ledger.estate().stand_of(device, at_us) {
            return Some(self.place(stand.site, stand.store, at_us));
        }
        let site = ledger.device(device)?.site?;
        Some(self.place(site, None, at_us))
    }
}

/// A committed field in words.
pub(super) fn fate(field: Field) -> Text {
    match field {
        Field::Disclosed(value) => Text::Disclosed(value),
        Field::Withheld(basis) => Text::Withheld(format!("WITHHELD ({})", basis.words())),
        Field::Erased { index } => Text::Erased(format!("ERASED (recorded in entry {index})")),
        Field::Missing => Text::Missing("MISSING".to_owned()),
    }
}
