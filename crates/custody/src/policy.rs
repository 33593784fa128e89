//! The policy: every threshold that a rule reads, and which rules must have been checked before anything counts as
//! verified.
//!
//! A policy is a TOML file and nothing else: no program adds to it. Its SHA-256 is what two authorities adopt and
//! what a report names.

mod in_force;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Deserialize;
use serde::de::{self, Deserializer};
use sha2::{Digest as _, Sha256};

pub use self::in_force::{InForce, Policies};
use crate::fact::Category;
use crate::id::Digest;
use crate::rule::RuleId;

/// The text of the documented default.
pub const DEFAULT_TEXT: &str = include_str!("policy/default.toml");

/// The longest policy file that is read: the default is some four thousand bytes.
pub const POLICY_BYTES_MAX: usize = 65_536;

/// Microseconds in a second.
const SECOND_US: u64 = 1_000_000;

/// Microseconds in a day.
const DAY_US: u64 = 86_400 * SECOND_US;

/// What two authorities have decided for this ledger.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// SHA-256 of the file.
    #[serde(skip, default = "no_hash")]
    pub hash: Digest,
    /// The file.
    #[serde(skip)]
    pub text: String,
    /// Name of the version, printed in reports.
    pub version: String,
    /// Rules without which nothing is verified.
    #[serde(deserialize_with = "rules")]
    pub required: Vec<RuleId>,
    /// Clocks.
    pub clocks: Clocks,
    /// Doors.
    pub doors: Doors,
    /// What may lie where.
    pub sites: Sites,
    /// Footage.
    pub cctv: Cctv,
    /// People.
    pub people: People,
    /// Authorities.
    pub authority: Authority,
    /// Transit stores.
    pub transit: Transit,
    /// Packages.
    pub packages: Packages,
    /// Firmware.
    pub firmware: Firmware,
}

/// Thresholds of clocks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// T03: how far ahead of the ledger's clock, beyond the device's own error bound.
    pub ahead_s_max: u32,
    /// T03: how late a statement may arrive without word of an outage.
    pub arrival_lag_s_max: u32,
    /// T02: the error bound at a custody transfer point.
    pub error_s_max: u32,
    /// T06: how long after the act a late entry may be made.
    pub late_entry_days_max: u32,
}

/// Thresholds of doors.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doors {
    /// D01: how long after its door cycle an act may be said.
    pub act_s_max: u32,
}

/// What may lie where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sites {
    /// V01: exhibits lie in designated transit stores only.
    pub exhibits_in_transit_stores_only: bool,
    /// V01, V02: and under a camera of the coverage map in force.
    pub camera_required: bool,
}

/// Thresholds of footage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cctv {
    /// V02: added on both sides of a door cycle.
    pub margin_s: u32,
    /// V02: the longest hole that is a join.
    pub hole_ms_max: u32,
    /// V03: how long after the event its manifest may be committed.
    pub commit_s_max: u32,
    /// V05: pictures in a thousand seconds below which a segment is thin.
    pub frames_per_1000_s_min: u32,
    /// V06: how old the measurement of the recorder's offset may be.
    pub offset_age_days_max: u32,
    /// V07: how long footage is kept at least.
    pub retention_days: u32,
    /// V09: how old a site survey may be.
    pub survey_age_days_max: u32,
}

/// What people may do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// P01: people act only in a role.
    pub roles_required: bool,
    /// P02: categories that need two people.
    #[serde(deserialize_with = "categories")]
    pub two_person: Vec<Category>,
    /// P04: the least time from one site to another.
    pub travel_s_min: u32,
}

/// What needs an authority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// P05: a collection names the authority to collect.
    pub collection_required: bool,
}

/// Thresholds of transit stores.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transit {
    /// A03: how long an exhibit may stay.
    pub dwell_days_max: u32,
    /// A01: how long it may lie uncounted.
    pub count_days_max: u32,
    /// A04: how long after its deposit it may be unregistered.
    pub register_days_max: u32,
    /// A02: how long a discrepancy may stay open.
    pub discrepancy_days_max: u32,
}

/// Thresholds of packages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packages {
    /// E06, S08: what two weighings may differ by.
    pub weight_tolerance_mg: u64,
}

/// Firmware.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Firmware {
    /// K05: only approved firmware runs.
    pub approval_required: bool,
}

/// A text is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is longer than anybody would write.
    #[error("the policy has {found} bytes, and {POLICY_BYTES_MAX} are the most")]
    Length {
        /// How many.
        found: usize,
    },
    /// It is not TOML, or has a field too many or too few, or a value that no field can have.
    #[error("the policy cannot be read: {0}")]
    Form(String),
}

impl Policy {
    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_BYTES_MAX {
            return Err(PolicyError::Length { found: text.len() });
        }
        let policy: Self = toml::from_str(text).map_err(|error| PolicyError::Form(error.to_string()))?;
        Ok(Self { hash: Digest(Sha256::digest(text.as_bytes()).into()), text: text.into(), ..policy })
    }

    /// The documented default.
    ///
    /// # Panics
    ///
    /// Never: a test reads that text.
    pub fn standard() -> Self {
        Self::parse(DEFAULT_TEXT).expect("a test reads the default policy")
    }
}

/// Seconds of a policy in microseconds.
pub fn seconds_us(seconds: u32) -> u64 {
    u64::from(seconds).saturating_mul(SECOND_US)
}

/// Days of a policy in microseconds.
pub(crate) fn days_us(days: u32) -> u64 {
    u64::from(days).saturating_mul(DAY_US)
}

fn no_hash() -> Digest {
    Digest::ZERO
}

fn rules<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<RuleId>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let rule = |name: &String| name.parse().map_err(|_| de::Error::custom(alloc::format!("no rule {name}")));
    names.iter().map(rule).collect()
}

fn categories<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Category>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let category = |name: &String| {
        let found = Category::ALL.into_iter().find(|category| category.name() == name);
        found.ok_or_else(|| de::Error::custom(alloc::format!("no category {name}")))
    };
    names.iter().map(category).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_policy_and_its_hash_is_that_of_its_bytes() {
        let policy = Policy::standard();
        assert_eq!(policy.version, "default-3");
        assert_eq!(policy.hash.0, <[u8; 32]>::from(Sha256::digest(DEFAULT_TEXT.as_bytes())));
    }

    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let text = DEFAULT_TEXT.replacen(from, to, 1);
        assert_ne!(text, DEFAULT_TEXT);
        let error = Policy::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn a_wrong_field_or_value_is_named() {
        check("margin_s = 30", "", "margin_s");
        check("margin_s = 30", "margin_s = -1", "-1");
        check("margin_s = 30", "margin_s = 30\nmagrin_s = 1", "magrin_s");
        check("\"A01\"", "\"Z99\"", "no rule Z99");
        check("\"cash\"", "\"gold\"", "no category gold");
        let long = " ".repeat(POLICY_BYTES_MAX + 1);
        assert_eq!(Policy::parse(&long), Err(PolicyError::Length { found: POLICY_BYTES_MAX + 1 }));
    }
}
