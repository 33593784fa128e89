//! The policy: thresholds, and which rules must have been checked before anything counts as verified.

use crate::rule::RuleId;

/// What an authority has decided for this ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Name of the version, printed in reports.
    pub version: &'static str,
    /// How far a device's clock may be ahead of the node's before T03 speaks, microseconds.
    pub clock_ahead_us_max: u64,
    /// How late a statement may arrive from a device that has not said it was offline, microseconds.
    pub arrival_lag_us_max: u64,
    /// Rules without which nothing is verified.
    pub required: &'static [RuleId],
}

/// The documented default: every rule of this version that needs nothing from outside the archive.
pub const DEFAULT: Policy = Policy {
    version: "default-1",
    // Five seconds beyond the device's own error: what a badly kept NTP client drifts to, no more.
    clock_ahead_us_max: 5_000_000,
    // A busy network retries within minutes; a quarter of an hour without a word is an outage.
    arrival_lag_us_max: 15 * 60 * 1_000_000,
    required: &[
        RuleId::D01,
        RuleId::D02,
        RuleId::D03,
        RuleId::D04,
        RuleId::D06,
        RuleId::E01,
        RuleId::E02,
        RuleId::E03,
        RuleId::E05,
        RuleId::K01,
        RuleId::K02,
        RuleId::K03,
        RuleId::K04,
        RuleId::L01,
        RuleId::L02,
        RuleId::L03,
        RuleId::L06,
        RuleId::L07,
        RuleId::L08,
        RuleId::S01,
        RuleId::S02,
        RuleId::S03,
        RuleId::S04,
        RuleId::S05,
        RuleId::S06,
        RuleId::T01,
        RuleId::T03,
        RuleId::T04,
    ],
};
