//! What nobody asked for: forced doors, tampering, power, and door cycles that were cut short.

use custody::fact::DoorEvent;
use custody::id::{CompartmentId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::act::Session;
use crate::clock::Clock;
use crate::device::{Device, SayError};
use crate::door::{Cycle, SequenceError};
use crate::hardware::{Alarm, DoorPosition, Hardware};
use crate::key::Signer;
use crate::memory::OpenCycle;
use crate::storage::Storage;

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Says everything that happened unasked, and takes up every door cycle that did not end. To be called
    /// again and again between sequences, and once after a start. Returns the statements' hashes.
    pub fn attend<H: Hardware>(&mut self, hardware: &mut H) -> Result<Vec<Digest>, SequenceError> {
        let mut said = Vec::new();
        for alarm in hardware.alarms()? {
            said.push(self.say_alarm(hardware, alarm)?);
        }
        let open: Vec<_> = self.memory().open_cycles.iter().map(|(at, cycle)| (*at, *cycle)).collect();
        for (compartment, cycle) in open {
            said.extend(self.end_cycle(hardware, compartment, cycle)?);
        }
        Ok(said)
    }

    /// After a power cut: what lies in these compartments now, whatever was sensed before.
    pub fn sense_all<H: Hardware>(
        &mut self,
        hardware: &mut H,
        compartments: &[CompartmentId],
    ) -> Result<(), SequenceError> {
        for compartment in compartments {
            let presence = hardware.presence(*compartment)?;
            self.say_presence(*compartment, presence)?;
        }
        Ok(())
    }

    fn say_alarm<H: Hardware>(&mut self, hardware: &mut H, alarm: Alarm) -> Result<Digest, SequenceError> {
        let fact = match alarm {
            Alarm::DoorForced(compartment) => return self.say_forced(hardware, compartment),
            Alarm::Tamper { compartment, open } => {
                let compartment = compartment.map(|compartment| compartment.0.to_vec());
                let observed = Some(v1::tamper_sensed::Observed { compartment, open });
                Fact::TamperSensed(v1::TamperSensed { observed })
            }
            Alarm::PowerLost { fail_secure, on_battery } => {
                let observed = Some(v1::power_lost::Observed { fail_secure, on_battery });
                Fact::PowerLost(v1::PowerLost { observed })
            }
            Alarm::PowerRestored { outage_us } => {
                let observed = Some(v1::power_restored::Observed { outage_us });
                Fact::PowerRestored(v1::PowerRestored { observed })
            }
            Alarm::EmergencyRelease { doors } => Fact::EmergencyRelease(v1::EmergencyRelease {
                observed: Some(v1::emergency_release::Observed { doors }),
                declared: Some(v1::emergency_release::Declared { by: None, reason: None }),
            }),
        };
        Ok(self.say(fact)?)
    }

    /// A forced door begins a cycle of its own, without a session; one forced in a cycle continues it.
    fn say_forced<H: Hardware>(
        &mut self,
        hardware: &mut H,
        compartment: CompartmentId,
    ) -> Result<Digest, SequenceError> {
        let open = self.memory().open_cycles.get(&compartment).copied();
        match open {
            Some(OpenCycle { cycle, session, .. }) => {
                let cycle = Cycle { compartment, statement: cycle, session };
                self.say_door(hardware, &cycle, DoorEvent::Forced)
            }
            None => Ok(self.begin_cycle(hardware, compartment, None, DoorEvent::Forced)?.statement),
        }
    }

    /// Ends a cycle whose door is closed by now; says once that a door is left open. Nothing is deposited or
    /// collected by this: somebody must go and look.
    fn end_cycle<H: Hardware>(
        &mut self,
        hardware: &mut H,
        compartment: CompartmentId,
        open: OpenCycle,
    ) -> Result<Vec<Digest>, SequenceError> {
        let cycle = Cycle { compartment, statement: open.cycle, session: open.session };
        let mut said = Vec::new();
        if hardware.door(compartment)? == DoorPosition::Open {
            if !matches!(open.last, DoorEvent::LeftOpen | DoorEvent::Forced) {
                said.push(self.say_door(hardware, &cycle, DoorEvent::LeftOpen)?);
            }
            return Ok(said);
        }
        let locked = hardware.lock(compartment)?;
        if !locked && open.last == DoorEvent::FailedClose {
            return Ok(said);
        }
        let has_opened = !matches!(open.last, DoorEvent::Unlocked | DoorEvent::MasterKey);
        if has_opened && open.last != DoorEvent::Closed {
            said.push(self.say_door(hardware, &cycle, DoorEvent::Closed)?);
        }
        let presence = hardware.presence(compartment)?;
        said.push(self.say_presence(compartment, presence)?);
        let event = if locked { DoorEvent::Locked } else { DoorEvent::FailedClose };
        said.push(self.say_door(hardware, &cycle, event)?);
        Ok(said)
    }

    /// Records that somebody went and looked into a compartment.
    pub fn attended_check(
        &mut self,
        compartment: CompartmentId,
        door_cycle: Option<Digest>,
        by: Session,
        witness: Option<Session>,
        result: v1::CheckResult,
    ) -> Result<Digest, SayError> {
        self.say(Fact::AttendedCheck(v1::AttendedCheck {
            observed: Some(v1::attended_check::Observed {
                compartment: compartment.0.to_vec(),
                door_cycle: door_cycle.map(|cycle| cycle.0.to_vec()),
            }),
            declared: Some(v1::attended_check::Declared {
                by: Some(by.act()),
                witness: witness.map(|witness| witness.act()),
                result: result.into(),
            }),
        }))
    }
}
