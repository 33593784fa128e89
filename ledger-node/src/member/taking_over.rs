//! Taking over: settle what was never answered, catch up, and claim the next epoch at the size found. Whoever claims at
//! a size that is not the store's any more has lost, and looks again.

use ledger_store::lease::Lease;
use ledger_store::{AppendError, Store};

use super::Member;
use crate::clock::Clock;
use crate::cluster::TakeOverError;
use crate::following::Lag;
use crate::node::Condition;
use crate::stop::{NotTaken, Stop};

/// How often a node that is told to take over tries, while the one that writes appends before it: each try loses only to
/// an append that came in since the last look.
const TAKE_OVER_TRIES_MAX: u32 = 32;

impl<S: Store, C: Clock, L: Lease> Member<S, C, L> {
    /// Becomes the writer and returns its epoch. Who is not told to gives way to a writer that turns out to live.
    pub(super) async fn take_over(&mut self, is_told: bool) -> Result<u64, TakeOverError> {
        self.settle().await?;
        self.catch_up().await?;
        for _ in 0..TAKE_OVER_TRIES_MAX {
            let before = self.epoch();
            // Where an authority has revoked the node's key, it may still follow.
            let claiming = self.writer.claiming().map_err(|reason| TakeOverError::NotNow { reason })?;
            let not_taken = match self.writer.commit(claiming).await {
                Ok(()) => {
                    // So that the others see it before their time is up.
                    self.pulse.renew(self.epoch()).await;
                    self.writer.condition.send_replace(Condition::Ready);
                    return Ok(self.epoch());
                }
                Err(Stop::Failed(reason)) => return Err(TakeOverError::Stopped { reason }),
                Err(Stop::NotTaken(not_taken)) => not_taken,
            };
            self.writer.start_over();
            self.doubt = not_taken.doubt;
            if !not_taken.is_fenced {
                return Err(TakeOverError::NotNow { reason: not_taken.reason });
            }
            self.catch_up().await?;
            let epoch = self.epoch();
            if epoch != before {
                return Err(TakeOverError::Taken { epoch });
            }
            if !is_told {
                return Err(TakeOverError::NotNow { reason: "the writer has just appended".to_owned() });
            }
        }
        Err(TakeOverError::NotNow { reason: "the writer has appended before each attempt".to_owned() })
    }

    /// Asks again for what was never answered: the store takes nothing else before that is known.
    async fn settle(&mut self) -> Result<(), TakeOverError> {
        let Some((expected, batch)) = self.doubt.clone() else { return Ok(()) };
        match self.writer.store.append(expected, &batch).await {
            // Either way the store tells what stands there.
            Ok(_) | Err(AppendError::Conflict { .. }) => {
                self.doubt = None;
                Ok(())
            }
            Err(error) => match Stop::append(&error, None) {
                Stop::Failed(reason) => Err(TakeOverError::Stopped { reason }),
                Stop::NotTaken(NotTaken { reason, .. }) => Err(TakeOverError::NotNow { reason }),
            },
        }
    }

    async fn catch_up(&mut self) -> Result<(), TakeOverError> {
        self.writer.catch_up().await.map_err(|lag| match lag {
            Lag::NotNow(reason) => TakeOverError::NotNow { reason },
            Lag::Failed(reason) => TakeOverError::Stopped { reason },
        })
    }
}
