//! The HTTP edge: who may ask what, within which bounds, and the answers' forms.
//!
//! It knows HTTP and JSON and decides nothing about custody; the node behind it knows neither.

pub mod routes;

pub mod edge;

mod guard;

mod bounds;

mod submit;

pub mod submit_json;

mod log;

mod custody;

mod alerts;

mod chase;

mod operate;

mod copies;

pub mod disclosures;

mod erase;

mod view;

#[cfg(test)]
mod tests;
