//! The stores against the contract, and the embedded one against faults that are made to happen.

mod child;
mod contract;
mod copy;
mod disk;
mod memory;
mod outside;
mod power;
mod support;
