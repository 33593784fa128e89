//! One door cycle: each step is said, and durable, before the next one happens.

use custody::fact::DoorEvent;
use custody::id::{CompartmentId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::act::Session;
use crate::clock::Clock;
use crate::device::{Device, SayError};
use crate::hardware::{DoorPosition, Hardware, HardwareError, Presence};
use crate::key::Signer;
use crate::storage::Storage;

/// How long a released door waits to be opened: a person who walked away does not come back to it.
pub const OPEN_LIMIT_US: u64 = 30 * 1_000_000;

/// How long a door may stand open in a guided sequence before it is told as left open.
pub const CLOSE_LIMIT_US: u64 = 60 * 1_000_000;

/// How long a person is then asked to close it.
pub const LEFT_OPEN_LIMIT_US: u64 = 120 * 1_000_000;

/// How often a person is asked to push a door that will not latch.
pub const LATCH_ATTEMPTS: u32 = 3;

/// How long a label is waited for.
pub const LABEL_LIMIT_US: u64 = 20 * 1_000_000;

/// A guided sequence could not go on. What was said so far is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum SequenceError {
    /// The device could not say what happened.
    #[error(transparent)]
    Say(#[from] SayError),
    /// The hardware failed.
    #[error(transparent)]
    Hardware(#[from] HardwareError),
}

/// A door cycle under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// Where.
    pub compartment: CompartmentId,
    /// Hash of its first statement.
    pub statement: Digest,
    /// The session in which the door was released, if it was.
    pub session: Option<Digest>,
}

/// How a closing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The bolt is thrown; this is what the sensors said just before.
    Locked(Presence),
    /// The door stands open and nobody closes it.
    LeftOpen,
    /// The door is pushed to and does not latch.
    WillNotLatch,
}

/// A statement about a door, of a cycle under way or of one that begins.
pub(crate) fn door_fact(event: DoorEvent, door: v1::Door) -> Fact {
    let observed = Some(door);
    match event {
        DoorEvent::Unlocked => Fact::DoorUnlocked(v1::DoorUnlocked { observed }),
        DoorEvent::Opened => Fact::DoorOpened(v1::DoorOpened { observed }),
        DoorEvent::Closed => Fact::DoorClosed(v1::DoorClosed { observed }),
        DoorEvent::Locked => Fact::DoorLocked(v1::DoorLocked { observed }),
        DoorEvent::FailedClose => Fact::DoorFailedClose(v1::DoorFailedClose { observed }),
        DoorEvent::LeftOpen => Fact::DoorLeftOpen(v1::DoorLeftOpen { observed }),
        DoorEvent::Forced => Fact::DoorForced(v1::DoorForced { observed }),
        DoorEvent::MasterKey => {
            // Who has the key, and by whose leave, no sensor tells.
            let declared = Some(v1::master_key_used::Declared::default());
            Fact::MasterKeyUsed(v1::MasterKeyUsed { observed, declared })
        }
    }
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Says something about a door; the close counter is read now.
    pub(crate) fn say_door<H: Hardware>(
        &mut self,
        hardware: &mut H,
        cycle: &Cycle,
        event: DoorEvent,
    ) -> Result<Digest, SequenceError> {
        let door = v1::Door {
            compartment: cycle.compartment.0.to_vec(),
            cycle: Some(cycle.statement.0.to_vec()),
            close_counter: hardware.close_counter(cycle.compartment)?,
            session: cycle.session.map(|session| session.0.to_vec()),
        };
        Ok(self.say(door_fact(event, door))?)
    }

    /// Begins a cycle with its first statement.
    pub(crate) fn begin_cycle<H: Hardware>(
        &mut self,
        hardware: &mut H,
        compartment: CompartmentId,
        session: Option<Digest>,
        event: DoorEvent,
    ) -> Result<Cycle, SequenceError> {
        let door = v1::Door {
            compartment: compartment.0.to_vec(),
            cycle: None,
            close_counter: hardware.close_counter(compartment)?,
            session: session.map(|session| session.0.to_vec()),
        };
        let statement = self.say(door_fact(event, door))?;
        Ok(Cycle { compartment, statement, session })
    }

    /// Says that a door is released, releases it, and waits for it to be opened. Without an opening the bolt is
    /// thrown again and the cycle is over: `None`.
    pub(crate) fn open_door<H: Hardware>(
        &mut self,
        hardware: &mut H,
        compartment: CompartmentId,
        session: Session,
    ) -> Result<Option<Cycle>, SequenceError> {
        let cycle = self.begin_cycle(hardware, compartment, Some(session.statement), DoorEvent::Unlocked)?;
        let released = hardware.unlock(compartment)?;
        if released && hardware.await_door(compartment, DoorPosition::Open, OPEN_LIMIT_US)? {
            self.say_door(hardware, &cycle, DoorEvent::Opened)?;
            return Ok(Some(cycle));
        }
        if hardware.lock(compartment)? {
            self.say_door(hardware, &cycle, DoorEvent::Locked)?;
        } else {
            self.say_door(hardware, &cycle, DoorEvent::FailedClose)?;
        }
        Ok(None)
    }

    /// Waits for a door to be closed, senses what is inside and throws the bolt.
    pub(crate) fn close_door<H: Hardware>(
        &mut self,
        hardware: &mut H,
        cycle: &Cycle,
    ) -> Result<Closing, SequenceError> {
        let compartment = cycle.compartment;
        for _ in 0..LATCH_ATTEMPTS {
            if !self.await_closed(hardware, cycle)? {
                return Ok(Closing::LeftOpen);
            }
            self.say_door(hardware, cycle, DoorEvent::Closed)?;
            let presence = hardware.presence(compartment)?;
            self.say_presence(compartment, presence)?;
            if hardware.lock(compartment)? {
                self.say_door(hardware, cycle, DoorEvent::Locked)?;
                return Ok(Closing::Locked(presence));
            }
            self.say_door(hardware, cycle, DoorEvent::FailedClose)?;
            hardware.show("The door did not latch. Open it a little and push it firmly shut.");
        }
        Ok(Closing::WillNotLatch)
    }

    fn await_closed<H: Hardware>(&mut self, hardware: &mut H, cycle: &Cycle) -> Result<bool, SequenceError> {
        if hardware.await_door(cycle.compartment, DoorPosition::Closed, CLOSE_LIMIT_US)? {
            return Ok(true);
        }
        self.say_door(hardware, cycle, DoorEvent::LeftOpen)?;
        hardware.show("The door is still open. Please close it now.");
        Ok(hardware.await_door(cycle.compartment, DoorPosition::Closed, LEFT_OPEN_LIMIT_US)?)
    }

    /// Says what the sensors inside a compartment say.
    pub fn say_presence(
        &mut self,
        compartment: CompartmentId,
        presence: Presence,
    ) -> Result<Digest, SayError> {
        let Presence { occupied, weight_mg } = presence;
        let observed =
            v1::presence_sensed::Observed { compartment: compartment.0.to_vec(), occupied, weight_mg };
        self.say(Fact::PresenceSensed(v1::PresenceSensed { observed: Some(observed) }))
    }
}

/// What a locker's sensors say of one act.
pub(crate) fn at_compartment(
    cycle: &Cycle,
    label: Option<[u8; 16]>,
    presence: Presence,
) -> v1::AtCompartment {
    v1::AtCompartment {
        compartment: cycle.compartment.0.to_vec(),
        door_cycle: cycle.statement.0.to_vec(),
        label: label.map(|label| label.to_vec()),
        weight_mg: presence.weight_mg,
    }
}
