//! Standing by: follows the store, declines whatever is asked of a writer, and looks whether there is one.

use std::sync::Arc;

use ledger_store::lease::Lease;
use ledger_store::{ReadError, ReadLimit, Store};
use tokio::time::{Instant, sleep_until};

use super::{Member, Next, PAUSE, until};
use crate::clock::Clock;
use crate::cluster::{Order, TakeOverError, Told};
use crate::following::{FOLLOWED_AT_ONCE, Lag};
use crate::node::Condition;
use crate::outcome::Declined;
use crate::queue::Job;
use crate::stop::Unanswered;

/// What a node that stands by has heard.
enum Heard {
    Order(Option<Order>),
    Job(Option<Job>),
    Entries(Result<Vec<Vec<u8>>, ReadError>),
    Beat,
}

impl<S: Store, C: Clock, L: Lease> Member<S, C, L> {
    pub(super) async fn stand_by(&mut self) -> Next {
        self.pulse.forget();
        let mut next_beat = self.pulse.next();
        let mut rests_until = None;
        loop {
            let next = match self.listen(next_beat, rests_until).await {
                // Nobody holds the node any more.
                Heard::Order(None) | Heard::Job(None) => return Next::End(Condition::Closed),
                Heard::Job(Some(job)) => {
                    Unanswered::from(job).decline(&Declined::not_writer());
                    None
                }
                Heard::Entries(entries) => {
                    rests_until = entries.is_err().then(|| Instant::now() + PAUSE);
                    self.follow(entries)
                }
                Heard::Order(Some(Order::TakeOver(answer))) => self.take_over_as_told(answer).await,
                Heard::Order(Some(Order::Beat(answer))) => {
                    let next = self.look().await;
                    // Whoever asked may have gone.
                    let _ = answer.send(());
                    next
                }
                Heard::Beat => {
                    let next = self.look().await;
                    next_beat = self.pulse.next();
                    next
                }
            };
            if let Some(next) = next {
                return next;
            }
        }
    }

    /// Waits for what comes next.
    async fn listen(&mut self, next_beat: Option<Instant>, rests_until: Option<Instant>) -> Heard {
        let (store, size) = (Arc::clone(&self.writer.store), self.writer.ahead.size());
        let following = async {
            if let Some(rests_until) = rests_until {
                sleep_until(rests_until).await;
            }
            store.follow(size, ReadLimit::entries(FOLLOWED_AT_ONCE)).await
        };
        tokio::select! {
            order = self.orders.recv() => Heard::Order(order),
            job = self.writer.jobs.recv() => Heard::Job(job),
            entries = following => Heard::Entries(entries),
            () = until(next_beat) => Heard::Beat,
        }
    }

    /// Takes in what the store gave. A store that does not answer now is asked again.
    fn follow(&mut self, entries: Result<Vec<Vec<u8>>, ReadError>) -> Option<Next> {
        let taken = entries.map_err(Lag::from).and_then(|entries| {
            let taken = self.writer.take_in(entries).map_err(Lag::Failed);
            self.pulse.lives(self.now_us());
            taken
        });
        match taken {
            Ok(()) => None,
            Err(Lag::NotNow(reason)) => {
                tracing::warn!(reason, "the store cannot be followed now");
                None
            }
            Err(Lag::Failed(reason)) => Some(Next::End(Condition::Stopped { reason })),
        }
    }

    /// Looks for a mark of the writer's, and takes over if there was none for too long.
    async fn look(&mut self) -> Option<Next> {
        if !self.pulse.is_abandoned(self.now_us()).await {
            return None;
        }
        tracing::warn!("the writer has left no mark for too long");
        let taken = self.take_over(false).await;
        if let Err(error) = &taken {
            tracing::warn!(%error, "not taken over");
        }
        self.after_trying(&taken)
    }

    /// Takes over and says so; `None` if the node goes on standing by.
    pub(super) async fn take_over_as_told(&mut self, answer: Told) -> Option<Next> {
        let taken = self.take_over(true).await;
        let next = self.after_trying(&taken);
        // Whoever asked may have gone.
        let _ = answer.send(taken);
        next
    }

    /// What follows from an attempt; `None` if the node goes on standing by.
    fn after_trying(&mut self, taken: &Result<u64, TakeOverError>) -> Option<Next> {
        match taken {
            Ok(_) => Some(Next::Write),
            Err(TakeOverError::Stopped { reason }) => {
                let condition = Condition::Stopped { reason: reason.clone() };
                // Whoever is told so finds it so.
                self.writer.condition.send_replace(condition.clone());
                Some(Next::End(condition))
            }
            Err(_) => {
                self.pulse.forget();
                None
            }
        }
    }

    fn now_us(&self) -> u64 {
        self.writer.clock.read().monotonic_us
    }
}
