//! The rulebook's rules, each stated by a test's name and shown on a small world.

mod world;

mod arrival;
mod document;
mod doors;
mod equipment_doors;
mod estate_and_keys;
mod lineage;
mod movements;
mod order;
mod power;
mod presence;
mod reservations;
mod transfer_points;
mod verdicts;
