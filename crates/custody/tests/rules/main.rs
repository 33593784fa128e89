//! The rulebook's rules, each stated by a test's name and shown on a small world.

mod world;

mod watched;

mod arrival;
mod authorities;
mod compromise;
mod corrections;
mod counts;
mod document;
mod doors;
mod dwell;
mod equipment;
mod equipment_doors;
mod erasures;
mod estate_and_keys;
mod firmware;
mod footage;
mod identities;
mod late_entries;
mod lineage;
mod master_key;
mod movements;
mod order;
mod people;
mod power;
mod presence;
mod quantities;
mod reservations;
mod timestamps;
mod transfer_points;
mod verdicts;
mod view;
