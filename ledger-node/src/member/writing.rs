//! Writing: what a node that is alone does, leaving marks meanwhile, until another node has written.

use std::sync::Arc;

use ledger_store::Store;
use ledger_store::lease::Lease;
use tokio::time::{Instant, sleep};

use super::{Member, Next, PAUSE, until};
use crate::clock::Clock;
use crate::cluster::{Order, TakeOverError, Told};
use crate::node::Condition;
use crate::outcome::Declined;
use crate::queue::Job;
use crate::stop::{NotTaken, Stop};

/// What a node that writes has heard.
enum Asked {
    Order(Option<Order>),
    Group(Option<Vec<Job>>),
    /// The store holds more than this node has appended.
    Others,
    Beat,
}

impl<S: Store, C: Clock, L: Lease> Member<S, C, L> {
    pub(super) async fn write(&mut self) -> Next {
        let mut next_beat = self.pulse.next();
        loop {
            let group = match self.attend(next_beat).await {
                // Nobody holds the node any more.
                Asked::Order(None) | Asked::Group(None) => return Next::End(Condition::Closed),
                Asked::Order(Some(Order::TakeOver(answer))) => match self.still_writes(answer).await {
                    None => continue,
                    Some(next) => return next,
                },
                Asked::Order(Some(Order::Beat(answer))) => {
                    self.pulse.renew(self.epoch()).await;
                    // Whoever asked may have gone.
                    let _ = answer.send(());
                    continue;
                }
                Asked::Others => {
                    let reason = "another node has written".to_owned();
                    return self.step_down(NotTaken { reason, ..NotTaken::default() });
                }
                Asked::Beat => {
                    self.pulse.renew_apart(self.epoch());
                    next_beat = self.pulse.next();
                    // It may be time for a census.
                    Vec::new()
                }
                Asked::Group(Some(group)) => group,
            };
            match self.writer.serve(group).await {
                Ok(()) => {}
                Err(Stop::Failed(reason)) => return Next::End(Condition::Stopped { reason }),
                Err(Stop::NotTaken(not_taken)) => return self.step_down(not_taken),
            }
        }
    }

    /// Told to write, a node that does already makes sure of it: another may have written unnoticed, and then it takes
    /// over again. `None` if it goes on writing.
    async fn still_writes(&mut self, answer: Told) -> Option<Next> {
        let told = match self.writer.store.head().await {
            Ok(size) if size == self.writer.ahead.size() => Ok(self.epoch()),
            Ok(_) => {
                let reason = "another node has written, and this one is told to take over again".to_owned();
                let standing_by = self.step_down(NotTaken { reason, ..NotTaken::default() });
                return Some(self.take_over_as_told(answer).await.unwrap_or(standing_by));
            }
            Err(error) => Err(TakeOverError::NotNow { reason: error.to_string() }),
        };
        let _ = answer.send(told);
        None
    }

    /// Waits for what comes next.
    async fn attend(&mut self, next_beat: Option<Instant>) -> Asked {
        let (store, size) = (Arc::clone(&self.writer.store), self.writer.ahead.size());
        let others = async {
            while store.wait_beyond(size).await.is_err() {
                sleep(PAUSE).await;
            }
        };
        tokio::select! {
            order = self.orders.recv() => Asked::Order(order),
            group = self.writer.gather() => Asked::Group(group),
            () = others => Asked::Others,
            () = until(next_beat) => Asked::Beat,
        }
    }

    /// The node writes no more: whoever waits is told to ask again, and what was drafted is forgotten.
    fn step_down(&mut self, not_taken: NotTaken) -> Next {
        let NotTaken { reason, doubt, mut unanswered, .. } = not_taken;
        tracing::warn!(reason, "the node writes no more and stands by");
        // First, so that nothing more is queued. What slips in is declined by who stands by.
        self.writer.condition.send_replace(Condition::Standby);
        self.doubt = doubt;
        self.writer.carried.take().into_iter().for_each(|job| unanswered.push(job));
        while let Ok(job) = self.writer.jobs.try_recv() {
            unanswered.push(job);
        }
        unanswered.decline(&Declined::not_writer());
        self.writer.start_over();
        Next::StandBy
    }
}
