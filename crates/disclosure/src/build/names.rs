//! What people, sites, stores, cameras and exhibits are called, and when.
//!
//! A name is the one that stood before the event, by the clock of whoever said it: never a later one. Beside every name
//! stands the beginning of its id, so that one person under two names is seen to be one, and two under one name two.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::Fact;
use custody::id::{CameraId, CompartmentId, DeviceId, Digest, ExhibitId, PersonId, SiteId, StoreId};
use custody_proto::v1;

use super::parts::named;
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

/// What a statement names, the commitment to the name, and whether a second authority must have agreed.
fn name_in(message: &v1::Statement) -> Option<(Id, &[u8], bool)> {
    use v1::statement::Fact;
    let (id, name, needs_agreement) = match message.fact.as_ref()? {
        Fact::PersonRegistered(fact) => {
            let declared = fact.declared.as_ref()?;
            (&declared.person, &declared.identity, false)
        }
        Fact::SiteRegistered(fact) => {
            let declared = fact.declared.as_ref()?;
            (&declared.site, &declared.name, true)
        }
        Fact::TransitStoreDesignated(fact) => {
            let declared = fact.declared.as_ref()?;
            (&declared.store, &declared.name, true)
        }
        Fact::CameraRegistered(fact) => {
            let declared = fact.declared.as_ref()?;
            (&declared.camera, &declared.name, true)
        }
        _ => return None,
    };
    Some((id.as_slice().try_into().ok()?, name, needs_agreement))
}

/// Everybody whom an entry or a finding names.
fn people(material: &Material<'_>) -> BTreeSet<Id> {
    let in_entries = material.entries.values().flat_map(|said| named(&said.decoded.statement.fact));
    let in_findings = material.findings.iter().flat_map(|finding| finding.people.iter().copied());
    let registered = material.entries.values().filter_map(|said| match said.message.fact.as_ref()? {
        v1::statement::Fact::PersonRegistered(fact) => {
            fact.declared.as_ref()?.person.as_slice().try_into().ok().map(PersonId)
        }
        _ => None,
    });
    in_entries.chain(in_findings).chain(registered).map(|person| person.0).collect()
}

/// The references that are disclosed, by exhibit; of several registrations the first.
fn references(material: &Material<'_>) -> BTreeMap<Id, String> {
    let mut references = BTreeMap::new();
    for said in material.entries.values() {
        let Some(v1::statement::Fact::ExhibitRegistered(fact)) = &said.message.fact else { continue };
        let Some(declared) = &fact.declared else { continue };
        let Ok(id) = Id::try_from(declared.exhibit.as_slice()) else { continue };
        if let Field::Disclosed(reference) =
            material.openings.field(said.decoded.hash, &declared.exhibit_reference)
        {
            references.entry(id).or_insert(reference);
        }
    }
    references
}

/// A text as words and numbers by turns.
fn counted(text: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = Vec::new();
    let mut is_in_number = true;
    for character in text.chars() {
        let digit = character.to_digit(10);
        if digit.is_none() && is_in_number || parts.is_empty() {
            parts.push((String::new(), 0));
        }
        is_in_number = digit.is_some();
        let Some((word, number)) = parts.last_mut() else { continue };
        match digit {
            Some(digit) => *number = number.saturating_mul(10).saturating_add(u64::from(digit)),
            None => word.push(character),
        }
    }
    parts
}

/// Drops the last word where the name that follows begins with the same: `camera Camera 3`.
fn drop_repeated(out: &mut String, name: &str) {
    let Some(first) = name.split(' ').next() else { return };
    let last = out.trim_end_matches(' ').rsplit(' ').next().unwrap_or_default();
    if out.ends_with(' ') && !last.is_empty() && last.eq_ignore_ascii_case(first) {
        out.truncate(out.len().saturating_sub(last.len()).saturating_sub(1));
    }
}

/// Length of an id in words.
const ID_CHARS: usize = 36;

/// The first id in a text, with what stands before and after it.
fn next_id(text: &str) -> Option<(&str, Id, &str)> {
    let mut starts = text.char_indices().map(|(start, _)| start);
    starts.find_map(|start| {
        let end = start.checked_add(ID_CHARS)?;
        let id: PersonId = text.get(start..end)?.parse().ok()?;
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        is_whole.then_some((before, id.0, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_references_count_as_numbers() {
        let mut references = ["AB/10", "AB/2", "AB/2/1", "A", "12", ""];
        references.sort_by_key(|reference| counted(reference));
        assert_eq!(references, ["", "12", "A", "AB/2", "AB/2/1", "AB/10"]);
    }

    #[test]
    fn a_word_is_not_said_twice() {
        for (before, name, after) in [
            ("lost by person ", "person 1a2b3c4d", "lost by "),
            ("camera ", "Camera 3 (1a2b3c4d)", ""),
            ("an act of ", "PC Smith (1a2b3c4d)", "an act of "),
        ] {
            let mut out = before.to_owned();
            drop_repeated(&mut out, name);
            assert_eq!(out, after);
        }
    }

    #[test]
    fn an_id_is_found_where_it_stands_alone() {
        let id = "01234567-89ab-cdef-0001-020304050607";
        let text = format!("£ of {id}, and");
        let (before, _, after) = next_id(&text).expect("an id");
        assert_eq!((before, after), ("£ of ", ", and"));
        assert!(next_id(&format!("a{id}")).is_none());
        assert!(next_id(&format!("{id}-")).is_none());
    }
}
