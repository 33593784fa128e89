//! What the node tells of what is wrong now: findings, alerts and their events, what is overdue or missing.
//!
//! Everything here waits until the watch has judged what was published when it was asked.

use std::sync::{Arc, PoisonError, RwLockReadGuard};

use custody::finding::Finding;
use custody::id::{DeviceId, ExhibitId};
use custody::verdict::{Holder, Verdict};
use tokio::sync::watch;

use crate::footage::Wanted;
use crate::lookout::{Due, Event, Lookout, Missed};
use crate::node::Node;
use crate::tables::Raised;
use crate::watch::Progress;

/// Something that should have happened by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// To which exhibit.
    pub exhibit: ExhibitId,
    /// Who or what has it.
    pub holder: Option<Holder>,
    /// What, and by when.
    pub due: Due,
    /// What the node has said of it in the ledger, if it has.
    pub raised: Option<Raised>,
}

impl<S> Node<S> {
    /// The lookout as far as it has come. Who needs the published state as well must have looked at that before.
    pub(crate) fn lookout(&self) -> RwLockReadGuard<'_, Lookout> {
        self.shared.desk.lookout.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all that is published now has been judged.
    pub async fn caught_up(&self) {
        let size = self.read().state.size();
        self.shared.desk.caught_up(size).await;
    }

    /// Looks at the clock now: has the node say what time alone has made wrong. Returns how many facts were recorded.
    pub async fn make_round(&self) -> usize {
        self.shared.desk.round().await
    }

    /// Everything wrong as far as is known now, gravest first: what chain order decided, what is open where the
    /// chain ends, and what the verdict on each exhibit finds. Each finding once.
    pub async fn findings(&self) -> Vec<Finding>
    where
        S: Send + Sync + 'static,
    {
        self.caught_up().await;
        let node = self.clone();
        let gathered = tokio::task::spawn_blocking(move || {
            let published = node.read();
            let state = &published.state;
            let mut findings: Vec<Finding> =
                state.findings().chain(node.lookout().findings()).cloned().collect();
            findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
            findings.dedup();
            for finding in &mut findings {
                state.ledger().put_beside(finding);
            }
            findings
        });
        // Only a rule that panics ends the thread, and then the writer has met it before.
        gathered.await.unwrap_or_default()
    }

    /// The verdict on an exhibit now, with what was said later beside each finding, and of how many entries; `None`
    /// for one that no rule knows.
    pub fn verdict(&self, exhibit: ExhibitId) -> Option<(Verdict, u64)> {
        self.look(|state, _| state.verdict(exhibit).map(|verdict| (verdict, state.size())))
    }

    /// The newest events, newest first, and the number that the next one will have.
    pub async fn recent_alerts(&self, count: usize) -> (Vec<Arc<Event>>, u64) {
        self.caught_up().await;
        let lookout = self.lookout();
        (lookout.book().recent(count), lookout.book().next())
    }

    /// At most `count` events from a number on.
    pub(crate) fn events_from(&self, number: u64, count: usize) -> Result<Vec<Arc<Event>>, Missed> {
        self.lookout().book().from_number(number, count)
    }

    /// How far the watch has come, for whoever reads along.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.shared.desk.progress.clone()
    }

    /// What should have happened before an instant, longest overdue first.
    pub async fn overdue(&self, now_us: u64) -> Vec<Overdue> {
        self.caught_up().await;
        let published = self.read();
        let lookout = self.lookout();
        let chased = &published.state.tables().chased;
        let overdue = lookout.dues().filter(|(_, _, due)| due.due_us < now_us);
        let overdue = overdue.map(|(exhibit, holder, due)| {
            let is_this = |raised: &&Raised| raised.rule == Some(due.rule) && raised.due_us == due.due_us;
            let raised = chased.of(exhibit).iter().find(is_this).copied();
            Overdue { exhibit, holder, due: *due, raised }
        });
        let mut overdue: Vec<_> = overdue.collect();
        overdue.sort_by_key(|one| (one.due.due_us, one.exhibit));
        overdue
    }

    /// Exhibits of which nobody knows where they are.
    pub async fn missing(&self) -> Vec<ExhibitId> {
        self.caught_up().await;
        self.lookout().missing().collect()
    }

    /// What is wanted of a recorder's cameras.
    pub fn wanted_footage(&self, recorder: DeviceId) -> Vec<Wanted> {
        self.look(|state, _| state.footage().wanted(recorder, state.ledger(), state.policy()))
    }
}
