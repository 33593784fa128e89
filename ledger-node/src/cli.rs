//! The command line: what an operator and an authority type.

pub(crate) mod args;

mod data;

mod serving;

#[cfg_attr(not(feature = "kurrentdb"), path = "cli/unclustered.rs")]
mod clustered;

mod copies;

mod access;

mod vault;

mod authority;

mod client;

mod disclose;

use anyhow::Result;

use args::{Args, Command};
pub(crate) use authority::Declined;

/// Does what was asked.
pub(crate) fn run(args: &Args) -> Result<()> {
    let config = args.config()?;
    match &args.command {
        Command::Init(init) => data::init(&config, init),
        Command::Serve(serve) => serving::serve(config, serve),
        Command::Migrate(migrate) => clustered::migrate(&config, migrate),
        Command::Trust => data::trust(&config),
        Command::Export(export) => copies::export(&config, export),
        Command::Disclose(args) => disclose::disclose(&config, args),
        Command::TakeOver(node) => client::take_over(node),
        Command::Backup(backup) => copies::backup(&config, backup),
        Command::Restore { from, to } => copies::restore(from, to),
        Command::Token(token) => access::token(&config, token),
        Command::Access { count } => access::access(&config, *count),
        Command::Vault(vault) => vault::run(&config, vault),
        Command::Authority(authority) => authority::run(authority),
    }
}
