//! The ledger service: admission, the single writer, read models, HTTP API.

pub mod node;

pub mod outcome;

mod submit;

pub mod admission;

pub mod queue;

pub mod writer;

mod stop;

pub mod cluster;

#[cfg(feature = "kurrentdb")]
pub mod kurrent;

mod member;

mod following;

pub mod draft;

mod voice;

mod boot;

pub mod home;

pub mod migrate;

pub mod erase;

mod ahead;

pub mod policy;

pub mod state;

pub mod touched;

pub mod tables;

pub mod footage;

pub mod lookout;

pub mod watch;

pub mod telling;

pub mod reading;

pub mod estate;

pub mod stats;

pub mod start;

mod replay;

pub mod genesis;

pub mod folder;

pub mod keyfile;

pub mod trust;

pub mod authority;

pub mod disclose;

pub mod export;

pub mod backup;

pub mod clock;

mod side;

pub mod evidence;

pub mod vault;

pub mod json;

pub mod token;

pub mod access;

pub mod config;

pub mod tls;

pub mod metrics;

pub mod problem;

pub mod http;

pub mod serve;
