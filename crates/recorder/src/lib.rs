//! What runs beside a CCTV recorder: watches what was really recorded, signs manifests per camera and period and
//! hands them to the ledger. Video never enters the ledger.
//!
//! A [`source`] lists closed stretches of recording and hands out their bytes; [`look`] reads them, [`catalogue`]
//! remembers what was read, [`book`] what was said. [`manifest`], [`outage`] and [`loss`] decide what is to be
//! said: pure functions of both. [`pass`] ties them together on a device, which is the locker's: key, journal,
//! chain, upload and receipts. What coverage proves is the business of the crate `custody`, not of this one.

pub mod rules;

pub mod pattern;

pub mod segment;

pub mod source;

pub mod wanted;

pub mod book;

pub mod catalogue;

pub mod manifest;

pub mod outage;

pub mod loss;

pub mod kept;

pub mod look;

pub mod pass;

pub mod export;

pub mod time_check;

pub mod config;
