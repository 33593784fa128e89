//! What lies in a compartment turns out to be another exhibit than was said.

use super::Doors;
use crate::id::ExhibitId;

impl Doors {
    /// What lay somewhere under one id lies there under another.
    pub(crate) fn rename(&mut self, from: ExhibitId, to: ExhibitId) {
        let Some(place) = self.places.remove(&from) else { return };
        self.places.entry(to).or_insert(place);
        let Some(state) = self.compartments.get_mut(&place) else { return };
        if let Some(since) = state.occupants.remove(&from) {
            state.occupants.entry(to).or_insert(since);
        }
    }
}
