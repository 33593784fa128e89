//! The rulebook: vocabulary, facts, state, rules and findings. Pure.
//!
//! Two levels. [`ledger::Ledger::evolve`] folds entries in chain order, which decides keys, devices,
//! estate and doors; [`ledger::Ledger::judge`] orders one exhibit's facts causally and says what is proven
//! of every instant. Node and verifier ask the same functions.
//!
//! No clock, file, socket or random source can be named here.
#![no_std]
extern crate alloc;

#[cfg(test)]
extern crate std;

pub mod id;

pub mod fact;

pub mod movement;

pub mod severity;

pub mod rule;

pub mod finding;

pub mod policy;

pub mod verdict;

pub mod ledger;

pub mod device;

pub mod owners;

pub mod said_head;

pub mod approval;

pub mod estate;

pub mod session;

pub mod people;

pub mod permission;

pub mod erasure;

mod duty;

mod question;

pub mod count;

mod discrepancy;

pub mod equipment;

pub mod footage;

pub mod condition;

mod dating;
mod identity;
pub mod instant;

mod remark;

mod scope;

mod seal;

mod tally;
mod weight;

pub mod door;

pub mod exhibit;

mod judge;

pub mod order;

mod situation;

mod transfer_point;

mod timeline;
