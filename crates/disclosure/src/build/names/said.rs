//! What statements call people, sites, stores, cameras and exhibits.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::PersonId;
use custody_proto::v1;

use super::Id;
use crate::build::parts::named;
use crate::material::Material;
use crate::openings::Field;

/// What a statement names, the commitment to the name, and whether a second authority must have agreed.
pub(super) fn name_in(message: &v1::Statement) -> Option<(Id, &[u8], bool)> {
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
pub(super) fn people(material: &Material<'_>) -> BTreeSet<Id> {
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
pub(super) fn references(material: &Material<'_>) -> BTreeMap<Id, String> {
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
