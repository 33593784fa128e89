//! What people, sites, stores, cameras and exhibits are called, and when.
//!
//! A name is the one that stood before the event, by the clock of whoever said it: never a later one. Beside every name
//! stands the beginning of its id, so that one person under two names is seen to be one, and two under one name two.

mod said;

mod sentence;

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::Fact;
use custody::id::{CameraId, CompartmentId, DeviceId, Digest, ExhibitId, PersonId, SiteId, StoreId};

use self::said::{name_in, people, references};
use self::sentence::{counted, drop_repeated, next_id};
use crate::material::Material;
use crate::openings::Field;

type Id = [u8; 16];

/// Names by what they name, each from when on.
pub(super) struct Names {
    /// By id, ascending: when it was said, the entry, and the name where it is disclosed.
    said: BTreeMap<Id, Vec<(u64, u64, Option<String>)>>,
    /// Compartments, by id: as painted on the door, with the locker.
    compartments: BTreeMap<Id, (String, Id)>,
    /// Everybody of whom anything is said.
    people: BTreeSet<Id>,
    /// How many ids begin with the same eight digits.
    beginnings: BTreeMap<[u8; 4], BTreeSet<Id>>,
    /// References that stand for one exhibit alone.
    references: BTreeMap<Id, String>,
}

impl Names {
    pub(super) fn new(material: &Material<'_>) -> Self {
        let mut names = Self {
            said: BTreeMap::new(),
            compartments: BTreeMap::new(),
            people: people(material),
            beginnings: BTreeMap::new(),
            references: BTreeMap::new(),
        };
        names.hear(material);
        let estate = material.ledger.estate();
        for (id, place) in &estate.compartments {
            names.compartments.insert(id.0, (place.label.clone(), place.locker.0));
        }
        let references = references(material);
        let mut how_many: BTreeMap<&str, usize> = BTreeMap::new();
        for reference in references.values() {
            *how_many.entry(reference).or_default() += 1;
        }
        for (id, reference) in &references {
            if how_many.get(reference.as_str()) == Some(&1) {
                names.references.insert(*id, reference.clone());
            } else {
                names.references.insert(*id, format!("{reference} ({})", beginning(*id)));
            }
        }
        let ids = (names.people.iter().copied())
            .chain(names.compartments.iter().flat_map(|(id, (_, locker))| [*id, *locker]))
            .chain(names.said.keys().copied())
            .chain(material.ledger.devices().iter().map(|(id, _)| id.0))
            .chain(material.verdicts.iter().map(|verdict| verdict.exhibit.0))
            .collect::<BTreeSet<Id>>();
        for id in ids {
            names.beginnings.entry(first(id)).or_default().insert(id);
        }
        names
    }

    /// Takes note of every name, disclosed or not. Names of the estate count where a second authority has agreed.
    fn hear(&mut self, material: &Material<'_>) {
        let agreed: BTreeSet<Digest> = (material.entries.values())
            .filter_map(|said| match &said.decoded.statement.fact {
                Fact::Approved { statement } => Some(*statement),
                _ => None,
            })
            .collect();
        for (index, said) in material.entries {
            let Some((id, commitment, needs_agreement)) = name_in(&said.message) else { continue };
            if needs_agreement && !agreed.contains(&said.decoded.hash) {
                continue;
            }
            let name = match material.openings.field(said.decoded.hash, commitment) {
                Field::Disclosed(name) => Some(name),
                _ => None,
            };
            let said_us = said.decoded.statement.time.wall_us;
            self.said.entry(id).or_default().push((said_us, *index, name));
        }
        self.said.values_mut().for_each(|names| names.sort_unstable());
    }

    /// A person as called at an instant: `PC Smith (1a2b3c4d)`, or `person 1a2b3c4d`.
    pub(super) fn person(&self, person: PersonId, at_us: u64) -> String {
        self.called("person ", person.0, at_us)
    }

    /// A site as called at an instant.
    pub(super) fn site(&self, site: SiteId, at_us: u64) -> String {
        self.called("site ", site.0, at_us)
    }

    /// A transit store as called at an instant.
    pub(super) fn store(&self, store: StoreId, at_us: u64) -> String {
        self.called("transit store ", store.0, at_us)
    }

    /// A camera as called at an instant.
    pub(super) fn camera(&self, camera: CameraId, at_us: u64) -> String {
        self.called("camera ", camera.0, at_us)
    }

    /// A compartment by its door and locker.
    pub(super) fn compartment(&self, compartment: CompartmentId) -> String {
        format!("compartment {}", self.of_locker(compartment.0))
    }

    /// A device by the beginning of its id.
    pub(super) fn device(&self, device: DeviceId) -> String {
        self.short(device.0)
    }

    /// An exhibit by its reference, if that is disclosed; with its id where another has the same.
    pub(super) fn exhibit(&self, exhibit: ExhibitId) -> String {
        let reference = self.references.get(&exhibit.0).cloned();
        reference.unwrap_or_else(|| format!("id {}", self.short(exhibit.0)))
    }

    /// Where an exhibit stands among others: by its reference, in which numbers count as numbers; without one last.
    pub(super) fn rank(&self, exhibit: ExhibitId) -> (bool, Vec<(String, u64)>) {
        let reference = self.references.get(&exhibit.0);
        (reference.is_none(), reference.map(|reference| counted(reference)).unwrap_or_default())
    }

    /// A sentence of the rulebook in which names stand for the ids of people, compartments, cameras and exhibits.
    pub(super) fn in_words(&self, sentence: &str, at_us: u64) -> String {
        let mut out = String::new();
        let mut rest = sentence;
        while let Some((before, id, after)) = next_id(rest) {
            out.push_str(before);
            match self.bare(id, at_us) {
                Some(name) => {
                    drop_repeated(&mut out, &name);
                    out.push_str(&name);
                }
                None => out.push_str(&PersonId(id).to_string()),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// A name for the place of an id after the word that says what it is.
    fn bare(&self, id: Id, at_us: u64) -> Option<String> {
        if self.people.contains(&id) {
            return Some(self.called("person ", id, at_us));
        }
        if self.compartments.contains_key(&id) {
            return Some(self.of_locker(id));
        }
        if let Some(reference) = self.references.get(&id) {
            return Some(reference.clone());
        }
        self.said.contains_key(&id).then(|| self.called("", id, at_us))
    }

    fn of_locker(&self, compartment: Id) -> String {
        match self.compartments.get(&compartment) {
            Some((label, locker)) => format!("{label} of locker {}", self.short(*locker)),
            None => self.short(compartment),
        }
    }

    fn called(&self, kind: &str, id: Id, at_us: u64) -> String {
        let names = self.said.get(&id).into_iter().flatten();
        let standing = names.take_while(|(said_us, ..)| *said_us <= at_us).last();
        match standing {
            Some((_, _, Some(name))) => format!("{name} ({})", self.short(id)),
            _ => format!("{kind}{}", self.short(id)),
        }
    }

    /// The first eight digits of an id, or all of them where another begins with the same.
    fn short(&self, id: Id) -> String {
        let is_alone = self.beginnings.get(&first(id)).is_none_or(|alike| alike.len() < 2);
        if is_alone { beginning(id) } else { PersonId(id).to_string() }
    }
}

fn first(id: Id) -> [u8; 4] {
    let [a, b, c, d, ..] = id;
    [a, b, c, d]
}

fn beginning(id: Id) -> String {
    format!("{:08x}", u32::from_be_bytes(first(id)))
}
