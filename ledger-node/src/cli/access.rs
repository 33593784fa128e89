//! Tokens and the access log.

use std::time::Duration;

use anyhow::{Result, ensure};
use ledger_node::access::{Access, AccessLog};
use ledger_node::clock::{Clock as _, SystemClock};
use ledger_node::config::Config;
use ledger_node::token::{self, Tokens};
use serde_json::json;

use super::args::Token;
use super::data::data;

/// Microseconds of a day.
const DAY_US: u64 = Duration::from_secs(24 * 60 * 60).as_secs() * 1_000_000;

/// Makes, lists or ends tokens.
pub(super) fn token(config: &Config, command: &Token) -> Result<()> {
    let tokens = Tokens::open(data(config)?)?;
    let now_us = now_us();
    match command {
        Token::Add { scope, label, expires } => {
            let expires_us = expires.map(|days| now_us.saturating_add(days.saturating_mul(DAY_US)));
            println!("{}", tokens.add(label, *scope, now_us, expires_us)?);
            eprintln!("shown once: it is kept nowhere");
        }
        Token::List => tokens.list()?.iter().for_each(|token| println!("{}", line(token))),
        Token::Revoke { label } => {
            ensure!(tokens.revoke(label, now_us)?, "no token in use has the name {label:?}; see token list");
        }
    }
    Ok(())
}

fn line(token: &token::Token) -> serde_json::Value {
    json!({
        "name": token.label,
        "scope": token.scope.name(),
        "made_us": token.made_us,
        "expires_us": token.expires_us,
        "revoked_us": token.revoked_us,
    })
}

/// Prints the newest lines of the access log.
pub(super) fn access(config: &Config, count: u32) -> Result<()> {
    for Access { at_us, who, what, outcome } in AccessLog::open(data(config)?)?.newest(count)? {
        println!("{}", json!({"at_us": at_us, "who": who, "what": what, "outcome": outcome}));
    }
    Ok(())
}

/// UTC microseconds since 1970.
pub(super) fn now_us() -> u64 {
    SystemClock::new().read().wall_us
}
