//! The ledger as it was: a bundle says nothing of what came after its checkpoint, so that it can be made again.

use ledger_store::Store;

use super::order::DiscloseError;
use crate::node::Node;
use crate::replay::replay_first;
use crate::state::State;

impl<S: Store> Node<S> {
    /// What the first `size` entries establish, under the policies at hand. It costs what a start of the node costs.
    pub(super) async fn as_it_was(&self, size: u64) -> Result<State, DiscloseError> {
        let policies = self.look(|state, _| state.in_force().policies().clone());
        let state = replay_first(&*self.shared.store, size, size, policies).await;
        state.map_err(|error| DiscloseError::Broken { reason: error.to_string() })
    }

    /// Looks at the ledger as it was, or as it is where nothing has come since.
    pub(super) fn look_at<T>(&self, then: Option<&State>, look: impl FnOnce(&State) -> T) -> T {
        match then {
            Some(state) => look(state),
            None => self.look(|state, _| look(state)),
        }
    }
}
