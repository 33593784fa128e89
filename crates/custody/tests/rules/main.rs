//! The rulebook's rules, each stated by a test's name and shown on a small world.

mod world;

mod arrival;
mod compromise;
mod corrections;
mod document;
mod doors;
mod estate_and_keys;
mod firmware;
mod identities;
mod late_entries;
mod movements;
mod order;
mod quantities;
mod timestamps;
mod transfer_points;
mod verdicts;
