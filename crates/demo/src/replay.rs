//! Telling a recording to a node on a store of its own.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{bail, ensure};
use custody::policy::Policies;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::merkle::leaf_hash;
use ledger_format::note::NoteSigner;
use ledger_node::admission::Submission;
use ledger_node::clock::{Clock, Reading};
use ledger_node::evidence::Evidence;
use ledger_node::folder::Folder;
use ledger_node::home::HomeName;
use ledger_node::node::{Head, Node};
use ledger_node::outcome::Outcome;
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, start};
use ledger_node::vault::Vault;
use ledger_store::head::write_head_file;
use ledger_store::{Batch, Store};

use crate::recording::{Act, Recording};

/// A clock that shows what it is told.
#[derive(Debug)]
struct ToldClock(Mutex<Reading>);

impl ToldClock {
    fn set(&self, reading: Reading) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reading;
    }

    /// Of a request only the wall time stands in an entry.
    fn set_wall(&self, wall_us: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wall_us = wall_us;
    }
}

impl Clock for ToldClock {
    fn read(&self) -> Reading {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells a recording to a new node on `store`, which must be empty, with the keys of the one that was recorded; its other files
/// go to `folder`. Returns its head.
///
/// # Errors
///
/// The node did not record what it was told.
pub async fn replay<S: Store>(
    recording: &Recording,
    origin: &str,
    store: S,
    keys: &Folder,
    folder: &Path,
) -> anyhow::Result<Head> {
    let mut acts = recording.acts.iter();
    let Some(Act::Start(first)) = acts.next() else { bail!("the recording does not begin with a start") };
    store.append(0, &Batch::new(vec![recording.genesis.clone()])?).await?;
    let signer = NoteSigner::new(origin, keys.read_keys()?.ledger)?;
    let checkpoint = Checkpoint::new(origin, 1, leaf_hash(&recording.genesis))?;
    let head = folder.join("head");
    write_head_file(&head, signer.sign(&checkpoint.to_string())?.to_string().as_bytes())?;
    let clock = Arc::new(ToldClock(Mutex::new(*first)));
    let parts = Parts {
        store,
        home: HomeName::embedded(),
        vault: Arc::new(Vault::open(folder)?),
        evidence: Arc::new(Evidence::open(folder)?),
        keys: keys.read_keys()?,
        heads: vec![head],
        known: Vec::new(),
        clock: Arc::clone(&clock),
        judging: Judging::when_asked(Policies::default()),
    };
    let node = start(parts).await?;
    for act in acts {
        tell(&node, &clock, act).await?;
    }
    let head = node.checkpoint();
    node.shutdown().await;
    Ok(head)
}

async fn tell<S: Store>(node: &Node<S>, clock: &ToldClock, act: &Act) -> anyhow::Result<()> {
    match act {
        Act::Start(_) => bail!("the recording has a second start, which is a node of its own"),
        Act::FirstOfDay(reading) => clock.set(*reading),
        Act::Census(reading) => {
            clock.set(*reading);
            let taken = node.take_census().await;
            ensure!(taken.is_ok(), "no census: {taken:?}");
        }
        Act::Submit { wall_us, envelopes } => {
            clock.set_wall(*wall_us);
            let submission =
                |envelope: &_| Submission { envelope: Clone::clone(envelope), openings: Vec::new() };
            let answer = node.submit(envelopes.iter().map(submission).collect(), 0).await;
            let other = answer.outcomes.iter().find(|outcome| !matches!(outcome, Outcome::Recorded(_)));
            if let Some(other) = other {
                bail!("not recorded: {other:?}");
            }
        }
    }
    Ok(())
}
