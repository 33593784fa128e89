//! The rulebook's rules, each stated by a test's name and shown on a small world.

mod world;

mod arrival;
mod authorities;
mod counts;
mod document;
mod doors;
mod dwell;
mod equipment;
mod estate_and_keys;
mod master_key;
mod movements;
mod order;
mod people;
mod transfer_points;
mod verdicts;
