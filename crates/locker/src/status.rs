//! How a device stands with the ledger: for the light on its housing, and for who services it.

use std::fmt;

use civil_time::utc;
use custody::fact::Seen;
use custody::id::{CompartmentId, DeviceId};

use crate::clock::{Clock, Reading};
use crate::device::Device;
use crate::key::Signer;
use crate::storage::Storage;

/// What the light shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// Everything said is recorded.
    Green,
    /// Statements wait; they are safe here.
    Amber,
    /// Somebody must attend: an alarm, a refusal, or a door.
    Red,
}

/// How a device stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Which.
    pub device: DeviceId,
    /// The number of its next statement.
    pub next_sequence: u64,
    /// How many statements wait for a receipt.
    pub waiting: usize,
    /// Statements the ledger refused: number, code, what to do.
    pub refusals: Vec<(u64, String, String)>,
    /// Answers that did not verify: when, UTC microseconds, and why.
    pub alarms: Vec<(u64, String)>,
    /// The newest checkpoint verified.
    pub seen: Option<Seen>,
    /// It has said that it is offline.
    pub is_offline: bool,
    /// Compartments whose door cycle has not ended.
    pub open_doors: Vec<CompartmentId>,
    /// Statements whose openings (personal data) still lie on this disk.
    pub unsent_openings: usize,
    /// Bytes of its journal.
    pub journal_bytes: u64,
    /// Its clocks now.
    pub clock: Reading,
}

/// How this device stands now.
pub fn status<G: Signer, C: Clock, F: Storage>(device: &Device<G, C, F>) -> Status {
    let refusals = device.waiting().filter_map(|(sequence, said)| {
        said.refusal.as_ref().map(|refusal| (sequence, refusal.code.clone(), refusal.detail.clone()))
    });
    Status {
        device: device.id(),
        next_sequence: device.next_sequence(),
        waiting: device.waiting_count(),
        refusals: refusals.collect(),
        alarms: device.alarms().iter().map(|alarm| (alarm.at_us, alarm.reason.clone())).collect(),
        seen: device.seen(),
        is_offline: device.memory().offline.is_some(),
        open_doors: device.memory().open_cycles.keys().copied().collect(),
        unsent_openings: device.unsent_openings(),
        journal_bytes: device.journal_bytes(),
        clock: device.now(),
    }
}

impl Status {
    /// What the light shows.
    pub fn light(&self) -> Light {
        if !self.alarms.is_empty() || !self.refusals.is_empty() || !self.open_doors.is_empty() {
            Light::Red
        } else if self.waiting > 0 {
            Light::Amber
        } else {
            Light::Green
        }
    }
}

impl fmt::Display for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Green => "GREEN: everything said is recorded",
            Self::Amber => "AMBER: statements wait here for the ledger; nothing is lost",
            Self::Red => "RED: somebody must attend to this",
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.light())?;
        writeln!(f, "device          {}", self.device)?;
        writeln!(f, "next statement  {}", self.next_sequence)?;
        writeln!(f, "waiting         {}{}", self.waiting, if self.is_offline { " (offline)" } else { "" })?;
        match self.seen {
            Some(seen) => writeln!(f, "checkpoint      {} entries, root {}", seen.size, seen.root)?,
            None => writeln!(f, "checkpoint      none verified yet")?,
        }
        writeln!(
            f,
            "journal         {} bytes, openings of {} statements",
            self.journal_bytes, self.unsent_openings
        )?;
        let synchronised = if self.clock.synchronised { "synchronised" } else { "NOT SYNCHRONISED" };
        let error_ms = self.clock.error_us.div_ceil(1000);
        writeln!(
            f,
            "clock           {}, {synchronised}, error at most {error_ms} ms",
            utc(self.clock.wall_us)
        )?;
        for compartment in &self.open_doors {
            writeln!(f, "DOOR            {compartment} is not shut and locked")?;
        }
        for (sequence, code, detail) in &self.refusals {
            writeln!(f, "REFUSED         statement {sequence}: {code}: {}", printable(detail))?;
        }
        for (at_us, reason) in &self.alarms {
            writeln!(f, "ALARM           {}: {}", utc(*at_us), printable(reason))?;
        }
        Ok(())
    }
}

/// What a node wrote does not steer this terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::sync;
    use crate::testing::{A1, FakeNode, Lie, World, officer};

    #[test]
    fn a_clock_that_nothing_corrects_is_seen_by_who_services_the_device() {
        let world = World::new();
        let device = world.device();
        let says =
            |expect: &str| assert!(status(&device).to_string().contains(expect), "{}", status(&device));
        says("clock           2026-10-01T10:00:00.000000Z, synchronised, error at most 10 ms");
        world.clock.set_synchronised(false, 600_000_000);
        says("clock           2026-10-01T10:00:00.000000Z, NOT SYNCHRONISED, error at most 600000 ms");
    }

    #[test]
    fn the_light_is_green_amber_or_red_for_a_reason_that_is_printed() {
        let world = World::new();
        let mut device = world.device();
        assert_eq!(status(&device).light(), Light::Green);
        let session = device.open_session(officer(1)).unwrap();
        device.close_session(session, false).unwrap();
        assert_eq!((status(&device).light(), status(&device).waiting), (Light::Amber, 2));
        let mut line = FakeNode::new().line();
        line.uplink.lie = Some(Lie::Refuses(1));
        sync(&mut device, &mut line).unwrap();
        let refused = status(&device);
        assert_eq!((refused.light(), refused.waiting), (Light::Red, 1));
        assert!(refused.to_string().contains("statement 1: revoked: what to do"));
        line.uplink.lie = None;
        sync(&mut device, &mut line).unwrap();
        assert_eq!(status(&device).light(), Light::Green);
        assert!(status(&device).to_string().contains("checkpoint      7 entries"));
        let mut simulator = world.simulator();
        simulator.alarm(crate::hardware::Alarm::DoorForced(A1));
        device.attend(&mut simulator).unwrap();
        assert_eq!((status(&device).light(), status(&device).open_doors), (Light::Red, vec![A1]));
    }
}
