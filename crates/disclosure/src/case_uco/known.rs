//! What is known of the exhibits before anything is written: registrations and verdicts, looked up once.

use std::collections::{BTreeMap, BTreeSet};

use custody::exhibit::What;
use custody::fact::{Fact, Matter};
use custody::id::ExhibitId;
use custody::order::causal_order;
use custody::verdict::{Holder, Verdict};
use custody_proto::v1;

use super::scope::Scope;
use crate::material::Material;
use crate::openings::Field;

/// How many exhibits are looked through for those of which one was made in the end. What is split at a desk has a handful.
const ANCESTORS_LOOKED_AT_MAX: usize = 64;

/// The registration of an exhibit that counts: the first by causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Registered {
    /// What became of its reference.
    pub(super) reference: Field,
    /// What became of its description.
    pub(super) description: Field,
    /// What became of its case's reference, if it names one.
    pub(super) case_reference: Option<Field>,
    /// What it is.
    pub(super) category: &'static str,
}

/// What is known of the exhibits of a document.
#[derive(Debug)]
pub(super) struct Known<'a> {
    registered: BTreeMap<ExhibitId, Registered>,
    verdicts: BTreeMap<ExhibitId, &'a Verdict>,
    /// Of which exhibits one was made.
    parents: BTreeMap<ExhibitId, BTreeSet<ExhibitId>>,
    /// By exhibit and entry, with whom custody begins.
    begins: BTreeMap<(ExhibitId, u64), Holder>,
}

impl<'a> Known<'a> {
    /// Looks everything up.
    pub(super) fn of(material: &Material<'a>, scope: &Scope) -> Self {
        let registered = scope.exhibits.iter().filter_map(|id| Some((*id, registered(material, *id)?)));
        let verdicts: BTreeMap<ExhibitId, &Verdict> =
            material.verdicts.iter().map(|verdict| (verdict.exhibit, verdict)).collect();
        let legs =
            verdicts.values().flat_map(|verdict| verdict.legs.iter().map(|leg| (verdict.exhibit, leg)));
        let begins = legs.map(|(exhibit, leg)| ((exhibit, leg.begins.index), leg.holder)).collect();
        Self { registered: registered.collect(), verdicts, parents: parents(material), begins }
    }

    /// The registration of an exhibit, if it has one.
    pub(super) fn registered(&self, exhibit: ExhibitId) -> Option<&Registered> {
        self.registered.get(&exhibit)
    }

    /// Its reference, if disclosed.
    pub(super) fn reference(&self, exhibit: ExhibitId) -> Option<String> {
        self.registered.get(&exhibit).and_then(|registered| disclosed(&registered.reference))
    }

    /// The references of those of which it was made in the end; its own, if it was made of none.
    pub(super) fn root_references(&self, exhibit: ExhibitId) -> BTreeSet<String> {
        let (mut roots, mut seen, mut waiting) = (BTreeSet::new(), BTreeSet::new(), vec![exhibit]);
        while let Some(next) = waiting.pop() {
            // What was made of itself, by way of others, has no root.
            if !seen.insert(next) || seen.len() > ANCESTORS_LOOKED_AT_MAX {
                continue;
            }
            match self.parents.get(&next) {
                Some(parents) => waiting.extend(parents),
                None => roots.extend(self.reference(next)),
            }
        }
        roots
    }

    /// The references of the cases under which the exhibits are registered, as far as they are disclosed.
    pub(super) fn case_references(&self) -> impl Iterator<Item = String> + '_ {
        self.registered.values().filter_map(|registered| disclosed(registered.case_reference.as_ref()?))
    }

    /// The verdict on an exhibit, if there is one.
    pub(super) fn verdict(&self, exhibit: ExhibitId) -> Option<&'a Verdict> {
        self.verdicts.get(&exhibit).copied()
    }

    /// With whom an exhibit's custody begins by an entry, as the verdict has it.
    pub(super) fn custody_from(&self, exhibit: ExhibitId, index: u64) -> Option<Holder> {
        self.begins.get(&(exhibit, index)).copied()
    }
}

/// Of which exhibits each was split, taken or put together.
fn parents(material: &Material<'_>) -> BTreeMap<ExhibitId, BTreeSet<ExhibitId>> {
    let mut made: BTreeMap<ExhibitId, BTreeSet<ExhibitId>> = BTreeMap::new();
    let head = |exhibit: &ExhibitId| material.ledger.judged_as(*exhibit);
    for said in material.entries.values() {
        match &said.decoded.statement.fact {
            Fact::Matter(Matter::Split { parent, children, .. }) => {
                for child in children {
                    made.entry(head(child)).or_default().insert(head(parent));
                }
            }
            Fact::Matter(Matter::SubExhibitCreated { parent, child, .. }) => {
                made.entry(head(child)).or_default().insert(head(parent));
            }
            Fact::Matter(Matter::Consolidated { parts, whole, .. }) => {
                made.entry(head(whole)).or_default().extend(parts.iter().map(head));
            }
            _ => {}
        }
    }
    made
}

fn registered(material: &Material<'_>, exhibit: ExhibitId) -> Option<Registered> {
    let record = material.ledger.whole_record(exhibit)?;
    let (index, category) = causal_order(&record.facts).into_iter().find_map(|fact| match &fact.what {
        What::Registered(registration) => Some((fact.index, registration.category.name())),
        _ => None,
    })?;
    let said = material.entries.get(&index)?;
    let Some(v1::statement::Fact::ExhibitRegistered(fact)) = &said.message.fact else { return None };
    let declared = fact.declared.as_ref()?;
    let field = |commitment: &[u8]| material.openings.field(said.decoded.hash, commitment);
    Some(Registered {
        reference: field(&declared.exhibit_reference),
        description: field(&declared.description),
        case_reference: declared.case_reference.as_deref().map(field),
        category,
    })
}

fn disclosed(field: &Field) -> Option<String> {
    match field {
        Field::Disclosed(value) => Some(value.clone()),
        _ => None,
    }
}
