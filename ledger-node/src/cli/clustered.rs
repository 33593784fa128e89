//! A ledger in a cluster, where the program is built for one.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use ledger_node::clock::SystemClock;
use ledger_node::config::Config;
use ledger_node::folder::Folder;
use ledger_node::kurrent::Place;
use ledger_node::kurrent::patrol::Patrol;

use super::args::{Destination, Migrate};
use super::data::data;
use super::serving::{Serving, read_known, runtime};

/// Serves the ledger that lies in the cluster which the configuration names, and goes on patrol over it.
pub(super) async fn serve(serving: Serving) -> Result<()> {
    let Serving { config, folder, .. } = &serving;
    let address = config.store.clone().context("the configuration names no cluster")?;
    let place = Place::new(folder.clone(), address, config.cluster.clone());
    let node = place.open(serving.known.clone(), SystemClock::new(), serving.judging.clone()).await?;
    if serving.takes_over {
        let epoch = node.take_over().await.context("--take-over")?;
        tracing::info!(epoch, "took over as told");
    }
    let edge = serving.edge(node)?;
    let patrol = tokio::spawn(Patrol::new(&edge.node, Arc::clone(&edge.metrics)).run());
    let served = serving.run(edge).await;
    patrol.abort();
    served
}

/// Moves the ledger between the data folder and the cluster.
pub(super) fn migrate(config: &Config, migrate: &Migrate) -> Result<()> {
    config.check()?;
    let address = config.store.clone().context(
        "which cluster? Name it by --store, CUSTODY_STORE or `store` in the configuration, also where the ledger leaves it",
    )?;
    let folder = Folder::new(data(config)?);
    let place = Place::new(folder, address, config.cluster.clone());
    let shown = config.data.display();
    runtime()?.block_on(async {
        let clock = SystemClock::new();
        match (migrate.to, migrate.cluster_is_lost) {
            (Destination::Cluster, lost) => {
                ensure!(!lost, "--cluster-is-lost: a ledger cannot be moved into a cluster that is lost");
                let moved = place.move_there(clock).await?;
                println!("{} entries are in the cluster; entry {} closed the store in {shown}", moved.size, moved.closed);
                println!("it is the mirror from now on: start the node with the cluster's address, and never without it");
            }
            (Destination::Folder, false) => {
                let moved = place.move_back(clock).await?;
                println!("{} entries are in {shown}; entry {} closed the cluster's stream", moved.size, moved.closed);
                println!("start this one node without the cluster's address; the others stay stopped");
            }
            (Destination::Folder, true) => {
                let known = migrate.known.iter().map(|path| read_known(path)).collect::<Result<Vec<_>>>()?;
                let index = place.go_on_without(known, clock).await?;
                println!("entry {index} says that the ledger goes on in {shown}: start this one node without the cluster's");
                println!("address. Nobody may start the cluster again, nor another node's mirror");
            }
        }
        Ok(())
    })
}
