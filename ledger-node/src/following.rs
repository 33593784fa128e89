//! Following: what other nodes append is checked as at admission, never trusted, and published under a checkpoint of this
//! node's own. The keys are the same and so is the root: whoever signs it, it is the same checkpoint.

use std::sync::PoisonError;

use custody::fact::{DisclosureFact, Fact};
use ledger_store::{ReadError, ReadLimit, Store};

use crate::ahead::Ahead;
use crate::clock::Clock;
use crate::state::Placed;
use crate::stop::failed;
use crate::vault::Gone;
use crate::writer::Writer;

/// Entries taken in under one checkpoint: some 30 ms of checking, for which nobody who reads has to wait, and few enough
/// that an order is heard soon.
pub(crate) const FOLLOWED_AT_ONCE: usize = 512;

/// Why a node does not follow on.
#[derive(Debug)]
pub(crate) enum Lag {
    /// The store could not be read now.
    NotNow(String),
    /// What the store holds is not this ledger's, or a disk of this node failed.
    Failed(String),
}

impl From<ReadError> for Lag {
    fn from(error: ReadError) -> Self {
        let reason = failed("the store", &error);
        match error {
            ReadError::Unavailable { .. } => Self::NotNow(reason),
            ReadError::BeyondHead { from, size } => Self::Failed(format!(
                "the store holds {size} entries and held {from} before: entries that were acknowledged are missing. Going on \
                 would give their places to others. Bring back the store's own copy; if there is none, this node's mirror \
                 holds them: see \"When the cluster is lost\" in the operations manual"
            )),
            ReadError::Corrupt { .. } => Self::Failed(reason),
        }
    }
}

impl<S: Store, C: Clock> Writer<S, C> {
    /// Takes in all that the store holds now.
    pub(crate) async fn catch_up(&mut self) -> Result<(), Lag> {
        let size = self.store.head().await?;
        while self.ahead.size() < size {
            let from = self.ahead.size();
            let entries = self.store.read(from, ReadLimit::entries(FOLLOWED_AT_ONCE)).await?;
            if entries.is_empty() {
                return Err(ReadError::BeyondHead { from: size, size: from }.into());
            }
            self.take_in(entries).map_err(Lag::Failed)?;
        }
        Ok(())
    }

    /// Checks and publishes the next entries of the store. Those before one that is wrong are published all the same.
    ///
    /// # Errors
    ///
    /// Why this node must not go on.
    pub(crate) fn take_in(&mut self, entries: Vec<Vec<u8>>) -> Result<(), String> {
        let mut placed = Vec::with_capacity(entries.len());
        let mut refused = Ok(());
        for bytes in entries {
            let index = self.ahead.size();
            match self.ahead.accept(bytes) {
                Ok(entry) => {
                    self.ahead.push(&entry);
                    placed.push(entry);
                }
                Err(reason) => {
                    refused = Err(format!(
                        "entry {index} in the store: {reason}; whoever appended it is no node of this ledger"
                    ));
                    break;
                }
            }
            // The checkpoint over the decision is the last that a replaced key signs, or that is signed over a closed store.
            if self.check_goes_on().is_err() {
                break;
            }
        }
        if !placed.is_empty() {
            self.publish(&placed)?;
            let gone = self.gone(&placed);
            self.vault.erase(&gone).map_err(|error| failed("the vault", &error))?;
        }
        refused?;
        self.check_goes_on()
    }

    /// What these entries say is erased, here too.
    fn gone(&self, placed: &[Placed]) -> Vec<Gone> {
        let published = self.published();
        let erasures = published.state.ledger().erasures();
        let erased = placed.iter().filter_map(|placed| match placed.decoded.statement.fact {
            Fact::Disclosure(DisclosureFact::Erased { statement, commitment, .. }) => {
                // Where it says so truly, and for the first time.
                let erasure = erasures.of(statement, commitment)?;
                Some(Gone { statement, digest: commitment, index: erasure.index })
            }
            _ => None,
        });
        erased.collect()
    }

    /// Forgets what was drafted and did not enter.
    pub(crate) fn start_over(&mut self) {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        let ahead = Ahead::of(&published.state);
        drop(published);
        self.ahead = ahead;
    }
}
