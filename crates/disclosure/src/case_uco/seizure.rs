//! What a registration says of the time before: the seizure, and who had the exhibit since. By the registrar's word alone.

use custody::exhibit::What;
use custody::id::{ExhibitId, PersonId};
use custody::order::causal_order;

use crate::material::Material;

/// One thing said of the time before a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Before {
    /// `seized` or `held`.
    pub(super) name: &'static str,
    /// Who had it; of a seizure nobody says who made it.
    pub(super) holder: Option<PersonId>,
    /// From when, UTC microseconds.
    pub(super) from_us: u64,
    /// Until when.
    pub(super) to_us: u64,
    /// Its place among what the registration says: 0 the seizure, then the legs in the order given.
    pub(super) place: usize,
}

/// What the registration that counts, the first by causes, says of the time before, with the index of its entry.
pub(super) fn before(material: &Material<'_>, exhibit: ExhibitId) -> Vec<(u64, Before)> {
    let Some(record) = material.ledger.whole_record(exhibit) else { return Vec::new() };
    let registered = causal_order(&record.facts).into_iter().find_map(|fact| match &fact.what {
        What::Registered(registration) => Some((fact.index, registration.clone())),
        _ => None,
    });
    let Some((index, registration)) = registered else { return Vec::new() };
    let seized = registration.seized_us.map(|us| Before {
        name: "seized",
        holder: None,
        from_us: us,
        to_us: us,
        place: 0,
    });
    let held = registration.earlier.iter().zip(1..).map(|(leg, place)| Before {
        name: "held",
        holder: Some(leg.holder),
        from_us: leg.from_us,
        to_us: leg.to_us,
        place,
    });
    seized.into_iter().chain(held).map(|before| (index, before)).collect()
}
