//! A node that is one of several, on a thread of its own: it stands by, takes over, writes, is fenced, stands by again.

mod pulse;

mod standing_by;

mod taking_over;

mod writing;

use std::time::Duration;

use ledger_store::Store;
use ledger_store::lease::Lease;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use crate::clock::Clock;
use crate::cluster::{Cluster, Order};
use crate::node::Condition;
use crate::stop::Doubt;
use crate::writer::Writer;
use pulse::Pulse;

/// The pause after a store that could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// A node that is one of several. What it has taken in from others and what it appends itself go the same way: into the
/// writer's own copy, under a checkpoint, and out to everybody.
pub(crate) struct Member<S, C, L> {
    writer: Writer<S, C>,
    pulse: Pulse<L>,
    orders: mpsc::Receiver<Order>,
    /// Asked of the store and never answered.
    doubt: Option<Doubt>,
}

/// What a node does next.
enum Next {
    StandBy,
    Write,
    End(Condition),
}

impl<S: Store, C: Clock, L: Lease> Member<S, C, L> {
    pub(crate) fn new(writer: Writer<S, C>, cluster: Cluster<L>, orders: mpsc::Receiver<Order>) -> Self {
        Self { writer, pulse: Pulse::new(cluster), orders, doubt: None }
    }

    /// Publishes what was replayed, says through `standing` how that went, and then stands by and writes in turns, until
    /// nobody can ask any more or the node fails.
    pub(crate) async fn run(mut self, standing: oneshot::Sender<Result<(), String>>) {
        let published = self.writer.publish(&[]);
        let mut next = match published.clone() {
            Ok(()) => Next::StandBy,
            Err(reason) => Next::End(Condition::Stopped { reason }),
        };
        // Whoever starts the node waits for this.
        let _ = standing.send(published);
        let condition = loop {
            next = match next {
                Next::StandBy => self.stand_by().await,
                Next::Write => self.write().await,
                Next::End(condition) => break condition,
            };
        };
        if let Condition::Stopped { reason } = &condition {
            tracing::error!(reason, "the node neither writes nor follows until it is started anew");
        }
        // Before the queue goes, so that whoever still waits in it is told why.
        self.writer.condition.send_replace(condition);
    }

    /// The newest epoch in the chain.
    fn epoch(&self) -> u64 {
        self.writer.ahead.ledger.epoch()
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
