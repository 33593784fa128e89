//! A ledger in a cluster, where the program is built for one.

use anyhow::Result;
use ledger_node::config::Config;

use super::args::Migrate;
use super::serving::Serving;

/// Serves the ledger that lies in the cluster which the configuration names, and goes on patrol over it.
#[cfg(feature = "kurrentdb")]
pub(super) async fn serve(serving: Serving) -> Result<()> {
    use anyhow::Context as _;
    use ledger_node::clock::SystemClock;
    use ledger_node::kurrent::Place;
    use ledger_node::kurrent::patrol::Patrol;

    let Serving { config, folder, .. } = &serving;
    let address = config.store.clone().context("the configuration names no cluster")?;
    let place = Place::new(folder.clone(), address, config.cluster.clone());
    let node = place.open(serving.known.clone(), SystemClock::new(), serving.judging.clone()).await?;
    if serving.takes_over {
        let epoch = node.take_over().await.context("--take-over")?;
        tracing::info!(epoch, "took over as told");
    }
    let edge = serving.edge(node)?;
    let patrol = tokio::spawn(Patrol::new(&edge.node, std::sync::Arc::clone(&edge.metrics)).run());
    let served = serving.run(edge).await;
    patrol.abort();
    served
}

/// Moves the ledger between the data folder and the cluster.
#[cfg(feature = "kurrentdb")]
pub(super) fn migrate(config: &Config, migrate: &Migrate) -> Result<()> {
    use anyhow::{Context as _, ensure};
    use ledger_node::clock::SystemClock;
    use ledger_node::folder::Folder;
    use ledger_node::kurrent::Place;

    use super::args::Destination;
    use super::serving::read_known;

    config.check()?;
    let address = config.store.clone().context(
        "which cluster? Name it by --store, CUSTODY_STORE or `store` in the configuration, also where the ledger leaves it",
    )?;
    let folder = Folder::new(super::data::data(config)?);
    let place = Place::new(folder, address, config.cluster.clone());
    let data = config.data.display();
    super::serving::runtime()?.block_on(async {
        let clock = SystemClock::new();
        match (migrate.to, migrate.cluster_is_lost) {
            (Destination::Cluster, lost) => {
                ensure!(!lost, "--cluster-is-lost: a ledger cannot be moved into a cluster that is lost");
                let moved = place.move_there(clock).await?;
                println!("{} entries are in the cluster; entry {} closed the store in {data}", moved.size, moved.closed);
                println!("it is the mirror from now on: start the node with the cluster's address, and never without it");
            }
            (Destination::Folder, false) => {
                let moved = place.move_back(clock).await?;
                println!("{} entries are in {data}; entry {} closed the cluster's stream", moved.size, moved.closed);
                println!("start this one node without the cluster's address; the others stay stopped");
            }
            (Destination::Folder, true) => {
                let known = migrate.known.iter().map(|path| read_known(path)).collect::<Result<Vec<_>>>()?;
                let index = place.go_on_without(known, clock).await?;
                println!("entry {index} says that the ledger goes on in {data}: start this one node without the cluster's");
                println!("address. Nobody may start the cluster again, nor another node's mirror");
            }
        }
        Ok(())
    })
}

/// Says that it cannot.
#[cfg(not(feature = "kurrentdb"))]
#[expect(clippy::unused_async, reason = "where the program is built for a cluster it waits")]
pub(super) async fn serve(_serving: Serving) -> Result<()> {
    anyhow::bail!(NOT_BUILT)
}

/// Says that it cannot.
#[cfg(not(feature = "kurrentdb"))]
pub(super) fn migrate(_config: &Config, _migrate: &Migrate) -> Result<()> {
    anyhow::bail!(NOT_BUILT)
}

#[cfg(not(feature = "kurrentdb"))]
const NOT_BUILT: &str = "store: this program was built without clusters; use the packaged one, or build it with --features kurrentdb";
