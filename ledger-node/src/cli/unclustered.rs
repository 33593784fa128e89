//! In the place of `clustered`, where the program is built without clusters: it says so.

use anyhow::{Result, bail};
use ledger_node::config::Config;

use super::args::Migrate;
use super::serving::Serving;

const NOT_BUILT: &str = "store: this program was built without clusters; use the packaged one, or build it with --features kurrentdb";

/// Says that it cannot.
#[expect(clippy::unused_async, reason = "where the program is built for a cluster it waits")]
pub(super) async fn serve(_serving: Serving) -> Result<()> {
    bail!(NOT_BUILT)
}

/// Says that it cannot.
pub(super) fn migrate(_config: &Config, _migrate: &Migrate) -> Result<()> {
    bail!(NOT_BUILT)
}
