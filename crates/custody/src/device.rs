//! Devices and their keys: who may say what comes next.
//!
//! Keys are valid by chain position. What two authorities must agree on is in `approval`; here it has
//! been agreed.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::fact::{DeviceKind, Key, Statement, Time};
use crate::id::{DeviceId, Digest, SiteId};

/// Why a statement is not what its device says next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such device is enrolled.
    #[error("device {device} is not enrolled")]
    UnknownDevice {
        /// The device.
        device: DeviceId,
    },
    /// The device is enrolled and signs with another key.
    #[error("key {key} is not the key of device {device}")]
    UnknownKey {
        /// The device.
        device: DeviceId,
        /// The key it was signed with.
        key: Digest,
    },
    /// The statement is bound to another enrolment: another ledger, or an earlier key.
    #[error("the statement is bound to enrolment {found}, the key was enrolled at {expected}")]
    Enrolment {
        /// What it names.
        found: Digest,
        /// What it must name.
        expected: Digest,
    },
    /// The key was revoked and this statement lies beyond its last good one.
    #[error("the key of device {device} is revoked")]
    Revoked {
        /// The device.
        device: DeviceId,
    },
    /// The device was retired.
    #[error("device {device} is retired")]
    Retired {
        /// The device.
        device: DeviceId,
    },
    /// The number has been used: the same statement again, or a fork. The caller compares hashes.
    #[error("sequence {found} has been used; the next is {expected}")]
    Earlier {
        /// Its number.
        found: u64,
        /// The next.
        expected: u64,
    },
    /// Statements before it have not arrived.
    #[error("sequence {found} is too early; the next is {expected}")]
    Gap {
        /// Its number.
        found: u64,
        /// The next.
        expected: u64,
    },
    /// The number is the next and the statement continues another history.
    #[error("the statement continues {found}, the device's last is {expected}")]
    Previous {
        /// What it names.
        found: Digest,
        /// What it must name.
        expected: Digest,
    },
}

/// One key of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// The key.
    pub key: Key,
    /// Leaf hash of the entry at which it took its place; zero for the genesis' own signature.
    pub enrolment: Digest,
}

/// How a device ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Revoked: the backlog up to this statement still counts.
    Revoked {
        /// Hash of the last statement that counts; `None`: none beyond what the ledger held.
        last_good: Option<Digest>,
        /// Index of the entry at which the revocation took effect.
        index: u64,
    },
    /// Retired.
    Retired {
        /// Index of the entry at which the retirement took effect.
        index: u64,
    },
}

/// A key is known or feared to have been misused before it was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compromise {
    /// From when on, by the authorities' word, UTC microseconds.
    pub since_us: u64,
    /// Index of the entry at which the revocation took effect: what was recorded later is not by its word.
    pub index: u64,
}

impl Compromise {
    /// What two revocations leave of a device's word.
    pub(crate) fn widest(known: Option<Self>, since_us: u64, index: u64) -> Self {
        known.map_or(Self { since_us, index }, |known| Self {
            since_us: known.since_us.min(since_us),
            index: known.index.max(index),
        })
    }
}

/// One device.
#[derive(Debug, Clone)]
pub struct Device {
    /// What it is for.
    pub kind: DeviceKind,
    /// Where it stands.
    pub site: Option<SiteId>,
    /// The key in force.
    pub tenure: Tenure,
    /// The number of its next statement.
    pub next_sequence: u64,
    /// Hash of its last statement; zero before the first.
    pub last: Digest,
    /// Wall time of its last statement, UTC microseconds.
    pub last_wall_us: u64,
    /// Its clocks at its last statement; none before the first.
    pub last_time: Option<Time>,
    /// Whether it has said that it is offline.
    pub is_offline: bool,
    /// How it ended, if it did.
    pub end: Option<End>,
    /// Since when its word is not trusted, if a revocation says so.
    pub compromise: Option<Compromise>,
    /// Index and wall time of statements that came late while it had not said that it was offline; what it
    /// says next may explain them.
    pub(crate) late: Vec<(u64, u64)>,
    /// Its next number when it was revoked: what it says from there on is backlog.
    backlog_from: u64,
    /// First eight bytes of each statement's hash, by number, in runs without a gap.
    said: Vec<(u64, Vec<u64>)>,
}

impl Device {
    pub(crate) fn new(kind: DeviceKind, site: Option<SiteId>, tenure: Tenure) -> Self {
        Self {
            kind,
            site,
            tenure,
            next_sequence: 0,
            last: Digest::ZERO,
            last_wall_us: 0,
            last_time: None,
            is_offline: false,
            end: None,
            compromise: None,
            late: Vec::new(),
            backlog_from: 0,
            said: Vec::new(),
        }
    }

    /// Whether it has said, under this number, a statement whose hash begins like this one.
    pub fn has_said(&self, sequence: u64, hash: &Digest) -> bool {
        let runs = self.said.partition_point(|(first, _)| *first <= sequence);
        let run = runs.checked_sub(1).and_then(|place| self.said.get(place));
        let Some((first, hashes)) = run else { return false };
        let place = usize::try_from(sequence - first).ok();
        place.and_then(|place| hashes.get(place)) == Some(&prefix(hash))
    }

    /// Takes note of a statement that stands in the chain.
    pub(crate) fn said(&mut self, statement: &Statement, hash: Digest) {
        let sequence = statement.sequence;
        match self.said.last_mut() {
            Some((first, hashes))
                if u64::try_from(hashes.len()).is_ok_and(|len| first.checked_add(len) == Some(sequence)) =>
            {
                hashes.push(prefix(&hash));
            }
            _ => self.said.push((sequence, alloc::vec![prefix(&hash)])),
        }
        self.next_sequence = sequence.saturating_add(1);
        self.last = hash;
        self.last_wall_us = statement.time.wall_us;
        self.last_time = Some(statement.time);
    }
}

fn prefix(hash: &Digest) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(hash.0).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(bytes)
}

/// All devices.
#[derive(Debug, Clone, Default)]
pub struct Devices(pub(crate) BTreeMap<DeviceId, Device>);

impl Devices {
    /// One device.
    pub fn get(&self, device: DeviceId) -> Option<&Device> {
        self.0.get(&device)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = (DeviceId, &Device)> {
        self.0.iter().map(|(id, device)| (*id, device))
    }

    /// The key that must have signed a statement, if the statement is what its device says next.
    ///
    /// # Errors
    ///
    /// The first reason why it is not, in the order: device, key, enrolment, a number used before, end, number,
    /// previous.
    pub fn standing(&self, statement: &Statement, key_id: Digest) -> Result<Key, Refusal> {
        let device = statement.device;
        let known = self.0.get(&device).ok_or(Refusal::UnknownDevice { device })?;
        if known.tenure.key.id != key_id {
            return Err(Refusal::UnknownKey { device, key: key_id });
        }
        let expected = known.next_sequence;
        // Before the number: what the device said in another ledger is no second use of a number in this one.
        // Only a genesis is bound to nothing; here it could only be this ledger's, once more.
        let is_genesis_again = statement.enrolment.is_zero() && statement.sequence < expected;
        if statement.enrolment != known.tenure.enrolment && !is_genesis_again {
            return Err(Refusal::Enrolment { found: statement.enrolment, expected: known.tenure.enrolment });
        }
        if statement.sequence < expected {
            return Err(Refusal::Earlier { found: statement.sequence, expected });
        }
        known.check_end(device)?;
        let resumes = matches!(
            statement.fact,
            crate::fact::Fact::ChainResumed { lost_from, lost_to }
                if lost_from == expected && lost_to.checked_add(1) == Some(statement.sequence)
        );
        if resumes {
            return Ok(known.tenure.key);
        }
        if statement.sequence > expected {
            return Err(Refusal::Gap { found: statement.sequence, expected });
        }
        if statement.previous != known.last {
            return Err(Refusal::Previous { found: statement.previous, expected: known.last });
        }
        Ok(known.tenure.key)
    }
}

impl Device {
    /// After a revocation only the backlog up to the last good statement counts.
    fn check_end(&self, device: DeviceId) -> Result<(), Refusal> {
        match self.end {
            None => Ok(()),
            Some(End::Retired { .. }) => Err(Refusal::Retired { device }),
            Some(End::Revoked { last_good: Some(last_good), .. }) if self.last != last_good => Ok(()),
            Some(End::Revoked { .. }) => Err(Refusal::Revoked { device }),
        }
    }

    /// Ends the key. Returns how many statements beyond the last good one stand in the ledger already.
    pub(crate) fn revoke(&mut self, last_good: Option<Digest>, index: u64) -> u64 {
        let beyond = last_good.and_then(|hash| self.said_after(&hash));
        // A last good statement that stands in the ledger already leaves no backlog to wait for, and what has
        // ended for good is not revived by ending it again.
        let is_over = matches!(self.end, Some(End::Retired { .. } | End::Revoked { last_good: None, .. }));
        let last_good = if beyond.is_some() || is_over { None } else { last_good };
        if !matches!(self.end, Some(End::Revoked { .. })) {
            self.backlog_from = self.next_sequence;
        }
        self.end = Some(End::Revoked { last_good, index });
        beyond.unwrap_or(0)
    }

    /// How many statements have been admitted since its revocation as a backlog whose last good statement has
    /// not arrived, and the entry of the revocation; none where nothing is waited for.
    pub(crate) fn open_backlog(&self) -> Option<(u64, u64)> {
        let Some(End::Revoked { last_good: Some(last_good), index }) = self.end else { return None };
        let count = self.next_sequence.saturating_sub(self.backlog_from);
        (self.last != last_good && count > 0).then_some((count, index))
    }

    /// How many statements came after the one with this hash, if it was said at all.
    fn said_after(&self, hash: &Digest) -> Option<u64> {
        let wanted = prefix(hash);
        self.said.iter().rev().find_map(|(first, hashes)| {
            let place = hashes.iter().rposition(|said| *said == wanted)?;
            let sequence = first.checked_add(u64::try_from(place).ok()?)?;
            self.next_sequence.checked_sub(sequence)?.checked_sub(1)
        })
    }
}
