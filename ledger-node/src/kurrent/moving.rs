//! A ledger that moves between the data folder of a node and a cluster, there and back; and one whose cluster is lost.

use std::sync::Arc;

use ledger_store::sqlite::SqliteStore;

use super::{ClusterError, Opening, Place};
use crate::clock::Clock;
use crate::home::HomeName;
use crate::migrate::{Migrated, migrate};
use crate::policy::Judging;
use crate::start::{Known, StartError, start};

impl Place {
    /// Moves the ledger that lies in the folder into the cluster. The folder's store is the mirror from then on.
    pub async fn move_there<C: Clock>(&self, clock: C) -> Result<Migrated, ClusterError> {
        let source = Arc::new(SqliteStore::open(&self.folder.store())?);
        let target = self.stream(Opening::OrNew).await?;
        let mut parts = self.parts(source, Vec::new(), clock, when_asked())?;
        parts.home = HomeName::of(&self.folder).map_err(StartError::from)?;
        Ok(migrate(parts, &target, &self.home()?).await?)
    }

    /// Moves the ledger that lies in the cluster into the folder, whose mirror becomes its store.
    pub async fn move_back<C: Clock>(&self, clock: C) -> Result<Migrated, ClusterError> {
        let target = SqliteStore::open(&self.folder.store())?;
        let source = Arc::new(self.stream(Opening::Existing { held: 0 }).await?);
        let name = HomeName::begin(&self.folder).map_err(StartError::from)?;
        let moved = migrate(self.parts(source, Vec::new(), clock, when_asked())?, &target, &name).await?;
        HomeName::settle(&self.folder).map_err(StartError::from)?;
        Ok(moved)
    }

    /// Says in the folder's mirror that the ledger goes on there, and returns the index of the entry that says so: for a
    /// cluster of which somebody has decided that it will never be started again. What only the cluster had is lost. A mirror
    /// that is behind one of the checkpoints in `known` is refused before anything is said in it.
    pub async fn go_on_without<C: Clock>(&self, known: Vec<Known>, clock: C) -> Result<u64, ClusterError> {
        let mirror = SqliteStore::open(&self.folder.store())?;
        let name = HomeName::begin(&self.folder).map_err(StartError::from)?;
        let index = match start(self.parts(mirror, known, clock, when_asked())?).await {
            // By an earlier try.
            Err(StartError::Closed(moved)) if moved.is_to(&name) => moved.index,
            started => {
                let node = started?;
                let closed = node.close_store(&name).await;
                node.shutdown().await;
                closed.map_err(|declined| ClusterError::Close(declined.detail))?
            }
        };
        HomeName::settle(&self.folder).map_err(StartError::from)?;
        Ok(index)
    }
}

/// Nobody is chased while a ledger moves.
fn when_asked() -> Judging {
    Judging::when_asked(custody::policy::Policies::default())
}
