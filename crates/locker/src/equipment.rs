//! Radios, laptops, uniform: issued and returned at any locker. Never an exhibit, and never in an exhibit's compartment.

use custody::id::{CompartmentId, Digest, EquipmentId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::act::{Recognised, Session};
use crate::clock::Clock;
use crate::device::Device;
use crate::door::{Closing, Cycle, LABEL_LIMIT_US, SequenceError, at_compartment};
use crate::hardware::{Hardware, Presence};
use crate::key::Signer;
use crate::storage::Storage;

/// One piece of equipment at one compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handling {
    /// Where.
    pub compartment: CompartmentId,
    /// What.
    pub equipment: EquipmentId,
    /// Who.
    pub by: Recognised,
}

/// How issuing or returning ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandlingOutcome {
    /// It changed hands.
    Done {
        /// Hash of the statement that says so.
        statement: Digest,
    },
    /// The compartment still has an unfinished door cycle; no door was opened.
    CompartmentBusy,
    /// The door was not opened in time, or its lock did not release.
    NotOpened,
    /// The sensor says that nothing was taken, or nothing was put in. Nothing of it is recorded.
    NothingMoved,
    /// The door stands open or does not latch: what was moved, or not, is not recorded.
    NotClosed,
}

impl HandlingOutcome {
    /// What the person is to do now.
    pub fn instruction(&self) -> &'static str {
        match self {
            Self::Done { .. } => "Thank you. It is on record.",
            Self::CompartmentBusy => {
                "This compartment needs attention first. Nothing was opened. Call the keeper."
            }
            Self::NotOpened => "The door was not opened and is locked again. Start again.",
            Self::NothingMoved => "Nothing was moved. Nothing is recorded. Start again.",
            Self::NotClosed => "The door is not closed. Close it and call the keeper.",
        }
    }
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Guides one issue: somebody takes equipment out, to bring it back by `due_us`.
    pub fn issue<H: Hardware>(
        &mut self,
        hardware: &mut H,
        handling: &Handling,
        due_us: Option<u64>,
    ) -> Result<HandlingOutcome, SequenceError> {
        self.handle(hardware, handling, false, |at, equipment, by| {
            let declared = v1::equipment_issued::Declared { equipment, by: Some(by), due_us };
            Fact::EquipmentIssued(v1::EquipmentIssued { observed: Some(at), declared: Some(declared) })
        })
    }

    /// Guides one return.
    pub fn take_back<H: Hardware>(
        &mut self,
        hardware: &mut H,
        handling: &Handling,
        is_faulty: bool,
    ) -> Result<HandlingOutcome, SequenceError> {
        self.handle(hardware, handling, true, |at, equipment, by| {
            let declared = v1::equipment_returned::Declared { equipment, by: Some(by), faulty: is_faulty };
            Fact::EquipmentReturned(v1::EquipmentReturned { observed: Some(at), declared: Some(declared) })
        })
    }

    /// A session, a door cycle, and the fact, if the sensor agrees that the compartment holds something afterwards
    /// or does not.
    fn handle<H: Hardware>(
        &mut self,
        hardware: &mut H,
        handling: &Handling,
        is_inside_afterwards: bool,
        fact: impl FnOnce(v1::AtCompartment, Vec<u8>, v1::Act) -> Fact,
    ) -> Result<HandlingOutcome, SequenceError> {
        if self.memory().open_cycles.contains_key(&handling.compartment) {
            hardware.show(HandlingOutcome::CompartmentBusy.instruction());
            return Ok(HandlingOutcome::CompartmentBusy);
        }
        let session = self.open_session(handling.by)?;
        let outcome = match self.reach_in(hardware, handling.compartment, session)? {
            Reached::Nothing(outcome) => outcome,
            Reached::Closed { presence, .. } if presence.occupied != is_inside_afterwards => {
                HandlingOutcome::NothingMoved
            }
            Reached::Closed { cycle, label, presence } => {
                let at = at_compartment(&cycle, label, presence);
                let statement = self.say(fact(at, handling.equipment.0.to_vec(), session.act()))?;
                HandlingOutcome::Done { statement }
            }
        };
        self.close_session(session, matches!(outcome, HandlingOutcome::NotClosed))?;
        hardware.show(outcome.instruction());
        Ok(outcome)
    }

    fn reach_in<H: Hardware>(
        &mut self,
        hardware: &mut H,
        compartment: CompartmentId,
        session: Session,
    ) -> Result<Reached, SequenceError> {
        let Some(cycle) = self.open_door(hardware, compartment, session)? else {
            return Ok(Reached::Nothing(HandlingOutcome::NotOpened));
        };
        let label = hardware.read_label(LABEL_LIMIT_US)?;
        hardware.show("Close the door.");
        match self.close_door(hardware, &cycle)? {
            Closing::LeftOpen | Closing::WillNotLatch => Ok(Reached::Nothing(HandlingOutcome::NotClosed)),
            Closing::Locked(presence) => Ok(Reached::Closed { cycle, label, presence }),
        }
    }
}

/// What came of a door cycle.
enum Reached {
    Nothing(HandlingOutcome),
    Closed { cycle: Cycle, label: Option<[u8; 16]>, presence: Presence },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::Hand;
    use crate::testing::{A1, World, officer};

    #[track_caller]
    fn check(hand: Hand, is_return: bool, expect: impl Fn(&HandlingOutcome) -> bool, last: &str) {
        let world = World::new();
        let (mut device, mut hardware) = (world.device(), world.simulator());
        let handling = Handling { compartment: A1, equipment: EquipmentId([0xe9; 16]), by: officer(1) };
        hardware.hand(hand);
        let outcome = if is_return {
            device.take_back(&mut hardware, &handling, false)
        } else {
            device.issue(&mut hardware, &handling, Some(1))
        };
        let outcome = outcome.unwrap();
        assert!(expect(&outcome), "{outcome:?}");
        let names: Vec<_> = device.said().map(|(_, said)| said.name).collect();
        assert_eq!(names.iter().rev().nth(1), Some(&last), "{names:?}");
    }

    #[test]
    fn a_return_is_recorded_only_where_the_sensor_sees_something() {
        let done = |outcome: &HandlingOutcome| matches!(outcome, HandlingOutcome::Done { .. });
        check(Hand::Puts(900_000), true, done, "equipment_returned");
        check(Hand::Nothing, true, |outcome| *outcome == HandlingOutcome::NothingMoved, "door_locked");
        check(Hand::Stays, true, |outcome| *outcome == HandlingOutcome::NotOpened, "door_locked");
    }

    #[test]
    fn an_issue_is_recorded_only_where_nothing_stays_behind() {
        let done = |outcome: &HandlingOutcome| matches!(outcome, HandlingOutcome::Done { .. });
        check(Hand::Takes, false, done, "equipment_issued");
        let nothing = |outcome: &HandlingOutcome| *outcome == HandlingOutcome::NothingMoved;
        check(Hand::Puts(900_000), false, nothing, "door_locked");
    }
}
