//! The rulebook: vocabulary, facts, state, rules and findings. Pure.
#![no_std]
extern crate alloc;

#[cfg(test)]
extern crate std;

pub mod id;
