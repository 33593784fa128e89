//! What sites, stores, cameras and people are called: committed names, as far as they are disclosed.

use std::collections::BTreeMap;

use custody_proto::v1::statement::Fact;

use crate::material::Material;
use crate::openings::Field;

/// Committed names, by the id that they belong to. The first registration stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Labels(BTreeMap<[u8; 16], Field>);

impl Labels {
    /// The names that the bundle's entries commit to.
    pub(super) fn of(material: &Material<'_>) -> Self {
        let mut labels = BTreeMap::new();
        for said in material.entries.values() {
            let Some(fact) = &said.message.fact else { continue };
            let named = named(fact).and_then(|(id, name)| Some((<[u8; 16]>::try_from(id).ok()?, name)));
            if let Some((id, name)) = named {
                labels.entry(id).or_insert_with(|| material.openings.field(said.decoded.hash, name));
            }
        }
        Self(labels)
    }

    /// The name of what has this id, if the bundle says what became of it.
    pub(super) fn field(&self, id: [u8; 16]) -> Option<&Field> {
        self.0.get(&id)
    }

    /// Its name, if disclosed.
    pub(super) fn disclosed(&self, id: [u8; 16]) -> Option<&str> {
        match self.field(id) {
            Some(Field::Disclosed(name)) => Some(name),
            _ => None,
        }
    }
}

/// An id and the commitment to its name.
fn named(fact: &Fact) -> Option<(&[u8], &[u8])> {
    let (id, name) = match fact {
        Fact::SiteRegistered(fact) => fact.declared.as_ref().map(|said| (&said.site, &said.name)),
        Fact::TransitStoreDesignated(fact) => fact.declared.as_ref().map(|said| (&said.store, &said.name)),
        Fact::CameraRegistered(fact) => fact.declared.as_ref().map(|said| (&said.camera, &said.name)),
        Fact::PersonRegistered(fact) => fact.declared.as_ref().map(|said| (&said.person, &said.identity)),
        _ => None,
    }?;
    Some((id, name))
}
