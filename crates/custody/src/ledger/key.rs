//! The life of keys, and when a statement arrived: what chain order decides about devices.

use alloc::format;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::approval::Proposal;
use crate::device::{Device, End, Refusal, Tenure};
use crate::fact::{DeviceKey, DeviceKind, Fact, Health, Key, Statement};
use crate::finding::Finding;
use crate::id::{DeviceId, Digest};
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

/// The format version whose rules this rulebook knows.
const FORMAT_VERSION: u64 = 1;

/// The genesis is the node's first statement, bound to nothing before it.
pub(super) fn genesis_standing(
    statement: &Statement,
    node: &DeviceKey,
    key_id: Digest,
) -> Result<Key, Refusal> {
    let device = statement.device;
    if node.device != device || node.key.id != key_id {
        return Err(Refusal::UnknownKey { device, key: key_id });
    }
    if !statement.enrolment.is_zero() {
        return Err(Refusal::Enrolment { found: statement.enrolment, expected: Digest::ZERO });
    }
    if statement.sequence != 0 {
        return Err(Refusal::Gap { found: statement.sequence, expected: 0 });
    }
    if !statement.previous.is_zero() {
        return Err(Refusal::Previous { found: statement.previous, expected: Digest::ZERO });
    }
    Ok(node.key)
}

impl Ledger {
    /// Entry 0 gives the authorities and the node their keys. A second genesis changes nothing (K01).
    pub(super) fn found(
        &mut self,
        recorded: &Recorded<'_>,
        authorities: &[DeviceKey],
        node: &DeviceKey,
        ledger_key: Key,
        format_version: u64,
    ) -> Vec<Finding> {
        if self.checkpoint_key.is_some() {
            let sentence = "A second genesis stands in the ledger.".into();
            return alloc::vec![Finding::new(RuleId::K01, sentence).at([recorded.index])];
        }
        self.checkpoint_key = Some(ledger_key);
        let tenure = |key: Key| Tenure { key, enrolment: recorded.leaf };
        for authority in authorities {
            let device = Device::new(DeviceKind::Authority, None, tenure(authority.key));
            self.devices.0.insert(authority.device, device);
        }
        let mut device = Device::new(DeviceKind::Node, None, tenure(node.key));
        device.said(recorded.statement, recorded.hash);
        self.devices.0.insert(node.device, device);
        self.node = Some(node.device);
        if format_version == FORMAT_VERSION {
            return Vec::new();
        }
        let sentence = format!(
            "The ledger is of format version {format_version}; this rulebook knows {FORMAT_VERSION}."
        );
        alloc::vec![Finding::new(RuleId::L06, sentence).at([recorded.index])]
    }

    /// T03: a clock ahead of the node's is told at once; lateness may still be explained by what the device says
    /// next, and waits.
    pub(super) fn arrival(
        &mut self,
        recorded: &Recorded<'_>,
        kind: DeviceKind,
        policy: &Policy,
    ) -> Option<Finding> {
        let time = &recorded.statement.time;
        if !matches!(kind, DeviceKind::Locker | DeviceKind::Desk | DeviceKind::Recorder) {
            return None;
        }
        let device = self.devices.0.get_mut(&recorded.statement.device)?;
        let ahead_us = time.wall_us.saturating_sub(recorded.recorded_at_us);
        if ahead_us > time.error_us.saturating_add(seconds_us(policy.clocks.ahead_s_max)) {
            let sentence = format!(
                "A statement is dated {} s after the ledger received it: the device's clock is ahead by more than it says.",
                ahead_us / 1_000_000
            );
            return Some(
                Finding::new(RuleId::T03, sentence)
                    .at([recorded.index])
                    .during(time.interval())
                    .by_device(recorded.statement.device),
            );
        }
        let behind_us = recorded.recorded_at_us.saturating_sub(time.wall_us);
        if behind_us > time.error_us.saturating_add(seconds_us(policy.clocks.arrival_lag_s_max))
            && !device.is_offline
        {
            device.late.push((recorded.index, time.wall_us));
        }
        None
    }

    /// T01: within one run no clock goes back, except where the device says so.
    pub(super) fn check_clocks(&self, recorded: &Recorded<'_>) -> Option<Finding> {
        let (statement, time) = (recorded.statement, &recorded.statement.time);
        let last = self.devices.get(statement.device)?.last_time.filter(|last| last.boot == time.boot)?;
        let says_so = matches!(statement.fact, Fact::Health(Health::ClockStepped { .. }));
        let what = if time.monotonic_us < last.monotonic_us {
            "monotonic clock went back, which it cannot"
        } else if time.wall_us < last.wall_us && !says_so {
            "wall clock went back without a word"
        } else {
            return None;
        };
        let sentence = format!("Within one run the device's {what}.");
        Some(
            Finding::new(RuleId::T01, sentence)
                .at([recorded.index])
                .during(time.interval())
                .by_device(statement.device),
        )
    }

    /// The device says that it has been offline: what it said since then was not late.
    pub(super) fn offline(&mut self, device: DeviceId, since_us: u64) {
        if let Some(device) = self.devices.0.get_mut(&device) {
            device.is_offline = true;
            device.late.retain(|(_, wall_us)| *wall_us < since_us);
        }
    }

    /// K04: without the old key a rotation is an exception.
    pub(super) fn rotate(
        &mut self,
        device: DeviceId,
        key: Key,
        proposal: &Proposal,
        recorded: &Recorded<'_>,
        findings: &mut Vec<Finding>,
    ) {
        let Some(known) = self.devices.0.get_mut(&device) else { return };
        known.tenure = Tenure { key, enrolment: recorded.leaf };
        // An authority changes its own key with its old one and a second authority: it is one of the two itself.
        if !proposal.is_by_the_device && proposal.proposer != device {
            let sentence = format!("The key of device {device} was replaced without its old key.");
            findings.push(
                Finding::new(RuleId::K04, sentence).at([proposal.index, recorded.index]).by_device(device),
            );
        }
    }

    /// K03: what the device had said beyond its last good statement stands in the ledger and does not count.
    pub(super) fn revoke(
        &mut self,
        device: DeviceId,
        last_good: Option<Digest>,
        recorded: &Recorded<'_>,
        findings: &mut Vec<Finding>,
    ) {
        let Some(known) = self.devices.0.get_mut(&device) else { return };
        let beyond = known.revoke(last_good, recorded.index);
        if beyond > 0 {
            let sentence = format!(
                "{beyond} statements of device {device} stand in the ledger beyond the last one that its revocation calls good."
            );
            findings.push(Finding::new(RuleId::K03, sentence).at([recorded.index]).by_device(device));
        }
    }

    pub(super) fn retire(&mut self, device: DeviceId, index: u64) {
        if let Some(known) = self.devices.0.get_mut(&device) {
            known.end = Some(End::Retired { index });
        }
    }
}
