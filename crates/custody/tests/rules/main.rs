//! The rulebook's rules, each stated by a test's name and shown on a small world.

mod world;

mod watched;

mod arrival;
mod authorities;
mod corrections;
mod counts;
mod document;
mod doors;
mod dwell;
mod equipment;
mod estate_and_keys;
mod firmware;
mod footage;
mod late_entries;
mod master_key;
mod movements;
mod order;
mod people;
mod quantities;
mod timestamps;
mod transfer_points;
mod verdicts;
mod view;
