//! The end of a schedule: everything is healed, what waits is written, and what stands there is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use custody::fact::Fact;
use custody::id::Digest;
use kurrent_store::STREAM;
use ledger_format::entry::Entry;
use ledger_format::merkle::{MemoryTree, leaf_hash, root_at};
use ledger_format::statement;
use ledger_node::cluster::TakeOverError;
use ledger_node::node::Condition;

use super::founding::folder;
use super::mirror::Mirror;
use super::numbers::Numbers;
use super::schedule::Schedule;
use super::seen::Seen;
use crate::estate::verify::{is_clean, report_on};

/// How long answers are waited for at once, of a node that has nothing in its way.
const TIME: Duration = Duration::from_secs(60);

impl<M: Mirror> Schedule<M> {
    /// Ends the schedule. Returns how many entries the ledger has then.
    pub(crate) async fn end(mut self, numbers: &mut Numbers) -> usize {
        self.heal(numbers).await;
        let writer = numbers.side();
        self.write_out(writer).await;
        let entries = self.stream();
        self.expect_same_everywhere(writer, &entries).await;
        self.expect_once_and_in_order(&entries);
        expect_as_shown(&self.seen, &entries);
        self.expect_verified(numbers.side()).await;
        for machine in &mut self.machines {
            machine.shut_down(&self.seen).await;
        }
        entries.len()
    }

    async fn heal(&mut self, numbers: &mut Numbers) {
        self.end_faults();
        self.let_read_go();
        self.settle_replication(numbers.one_in(2));
        for member in 0..self.members {
            self.revive(member).await;
        }
        self.cluster.lead(0);
        // Whatever was asked before is answered now: nothing is in its way.
        self.hear(TIME).await;
        for side in [0, 1] {
            self.mend(side, true).await;
        }
    }

    /// One of them takes over, and every locker sends until all is acknowledged.
    async fn write_out(&mut self, writer: usize) {
        self.lockers.iter_mut().for_each(|locker| locker.say(1));
        while self.lockers.iter().any(|locker| !locker.unsent.is_empty()) {
            self.mend(writer, true).await;
            let Some(running) = &self.machines[writer].running else { continue };
            match running.node.take_over().await {
                Ok(epoch) => self.seen.claim(epoch),
                Err(TakeOverError::Alone) => panic!("there are two"),
                Err(_) => continue,
            }
            for locker in 0..self.lockers.len() {
                self.send(locker, writer);
            }
            self.hear(TIME).await;
        }
    }

    /// The stream as it lies in the cluster: nothing hidden, nothing that only the leader has.
    fn stream(&self) -> Vec<Vec<u8>> {
        let events = self.cluster.events(STREAM);
        for (event, revision) in events.iter().zip(0..) {
            assert!(event.replicated && event.revision == revision, "{event:?}");
        }
        events.into_iter().map(|event| event.data).collect()
    }

    async fn expect_same_everywhere(&mut self, writer: usize, entries: &[Vec<u8>]) {
        let size = u64::try_from(entries.len()).unwrap();
        while self.machines[1 - writer].running.is_none() {
            self.mend(1 - writer, true).await;
        }
        for machine in &self.machines {
            let node = &machine.running.as_ref().unwrap().node;
            assert!(node.reaches(size).await, "{:?}", node.condition());
            for (index, entry) in (0..).zip(entries) {
                // What a node reads, it reads in its mirror.
                let mirrored = node.entry_bytes(index).await.unwrap();
                assert!(
                    mirrored.as_ref() == Some(entry),
                    "entry {index} is not the same in stream and mirror"
                );
            }
            self.seen.head(&node.checkpoint().note);
        }
        let [one, other] = self.machines.each_ref().map(|machine| &machine.running.as_ref().unwrap().node);
        assert_eq!(one.checkpoint(), other.checkpoint());
        let other = [one, other][1 - writer];
        assert!(other.becomes(|condition| *condition == Condition::Standby).await);
    }

    /// What each locker said stands there once, in the order in which it said it; epochs are without a gap.
    fn expect_once_and_in_order(&self, entries: &[Vec<u8>]) {
        let mut places: BTreeMap<Digest, Vec<usize>> = BTreeMap::new();
        let mut epochs = Vec::new();
        for (place, bytes) in entries.iter().enumerate() {
            let entry = Entry::decode(bytes).unwrap();
            places.entry(entry.envelope.statement_hash()).or_default().push(place);
            let decoded = statement::decode(&entry.envelope.statement).unwrap();
            if let Fact::EpochClaimed { epoch } = decoded.statement.fact {
                epochs.push(epoch);
            }
        }
        for locker in &self.lockers {
            let places_of = |said: &Digest| places.get(said).cloned().unwrap_or_default();
            let of_locker: Vec<Vec<usize>> = locker.said.iter().map(places_of).collect();
            let is_once = of_locker.iter().all(|places| places.len() == 1);
            assert!(is_once && of_locker.is_sorted(), "not once each, in the order said: {of_locker:?}");
        }
        let last = u64::try_from(epochs.len()).unwrap();
        assert_eq!(epochs, (1..=last).collect::<Vec<_>>());
        let shown = self.seen.shown();
        assert!(shown.epochs.iter().all(|epoch| *epoch <= last), "a claim that was acknowledged is lost");
        self.tally.add("epochs", epochs.len());
    }

    async fn expect_verified(&self, side: usize) {
        let folder = folder();
        let archive = folder.path().join("archive");
        let node = &self.machines[side].running.as_ref().unwrap().node;
        node.export_archive(&archive).await.unwrap();
        let known: Vec<String> = self.seen.shown().heads.values().cloned().collect();
        is_clean(&report_on(&archive, &self.founding.trust, &known));
        self.tally.add("heads shown", known.len());
    }
}

/// Every head shown is one of a beginning of the ledger, and every acknowledged entry stands where its receipt says.
fn expect_as_shown(seen: &Arc<Seen>, entries: &[Vec<u8>]) {
    let mut tree = MemoryTree::default();
    for entry in entries {
        tree.push(leaf_hash(entry));
    }
    let shown = seen.shown();
    for (size, root) in shown.heads.keys() {
        assert!(usize::try_from(*size).unwrap() <= entries.len(), "a head of {size} entries was shown");
        assert_eq!(root_at(&tree, *size), Ok(*root), "a fork: of {size} entries another root was shown");
    }
    for (index, entry) in &shown.acknowledged {
        let standing = entries.get(usize::try_from(*index).unwrap());
        assert!(standing == Some(entry), "entry {index} was acknowledged and is lost");
    }
    let sizes: BTreeSet<u64> = shown.heads.keys().map(|(size, _)| *size).collect();
    assert_eq!(sizes.len(), shown.heads.len(), "two roots of one size");
}
