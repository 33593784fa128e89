//! A ledger in a cluster, where the program is built for one.

use anyhow::Result;

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

/// Says that it cannot.
#[cfg(not(feature = "kurrentdb"))]
#[expect(clippy::unused_async, reason = "where the program is built for a cluster it waits")]
pub(super) async fn serve(_serving: Serving) -> Result<()> {
    anyhow::bail!(
        "store: this program was built without clusters; use the packaged one, or build it with --features kurrentdb"
    )
}
