//! A locker without metal: doors, sensors, people and a clock that do what a test or a demonstration says.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use custody::id::{BootId, CompartmentId};
use custody_proto::v1::ClockSource;

use crate::clock::{Clock, Reading};
use crate::hardware::{Alarm, DoorPosition, Hardware, HardwareError, Presence};

/// How long a simulated hand takes for one movement.
const HAND_US: u64 = 2_000_000;

/// A clock that stands still until it is moved. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct SimulatedClock(Arc<Mutex<Reading>>);

impl SimulatedClock {
    /// Synchronised over NTP to this wall time, with an error of 10 ms.
    pub fn starting_at(wall_us: u64, boot: BootId) -> Self {
        Self(Arc::new(Mutex::new(Reading {
            boot,
            monotonic_us: 0,
            wall_us,
            source: ClockSource::Ntp,
            synchronised: true,
            last_sync_us: wall_us,
            error_us: 10_000,
        })))
    }

    /// Time passes.
    pub fn advance(&self, us: u64) {
        self.change(|reading| {
            reading.monotonic_us = reading.monotonic_us.saturating_add(us);
            reading.wall_us = reading.wall_us.saturating_add(us);
        });
    }

    /// The wall clock alone jumps.
    pub fn step(&self, us: i64) {
        self.change(|reading| reading.wall_us = reading.wall_us.saturating_add_signed(us));
    }

    /// The time source is found or lost.
    pub fn set_synchronised(&self, synchronised: bool, error_us: u64) {
        self.change(|reading| {
            (reading.synchronised, reading.error_us) = (synchronised, error_us);
            if synchronised {
                reading.last_sync_us = reading.wall_us;
            }
        });
    }

    /// The device starts again.
    pub fn restart(&self, boot: BootId) {
        self.change(|reading| (reading.boot, reading.monotonic_us) = (boot, 0));
    }

    fn change(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Reading {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One compartment of the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimulatedDoor {
    /// Where the door is.
    pub position: DoorPosition,
    /// The bolt is thrown.
    pub locked: bool,
    /// How often it closed.
    pub close_counter: u64,
    /// How many packages lie inside.
    pub packages: u32,
    /// What they weigh, in milligrams.
    pub weight_mg: u64,
}

impl Default for SimulatedDoor {
    fn default() -> Self {
        Self { position: DoorPosition::Closed, locked: true, close_counter: 0, packages: 0, weight_mg: 0 }
    }
}

/// What a person does at an open door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Puts in a package of this weight in milligrams, and closes.
    Puts(u64),
    /// Takes everything out, and closes.
    Takes,
    /// Closes without doing anything.
    Nothing,
    /// Does not open the door at all.
    Stays,
    /// Puts in a package of this weight and walks away from the open door.
    Leaves(u64),
}

/// What goes wrong next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The bolt does not move when it is released.
    LockJams,
    /// The bolt does not engage, this many times.
    DoorWillNotLatch(u32),
    /// The presence sensor of the compartment says this, whatever is inside, until it says otherwise.
    PresenceStuck(CompartmentId, Option<bool>),
    /// The power goes after this many further calls.
    PowerCutAfter(u32),
}

/// The simulated hardware of one locker.
#[derive(Debug, Clone)]
pub struct Simulator {
    clock: SimulatedClock,
    doors: BTreeMap<CompartmentId, SimulatedDoor>,
    hands: VecDeque<Hand>,
    labels: VecDeque<Option<[u8; 16]>>,
    credentials: VecDeque<Vec<u8>>,
    alarms: Vec<Alarm>,
    shown: Vec<String>,
    jams: u32,
    latch_failures: u32,
    stuck: BTreeMap<CompartmentId, bool>,
    /// Doors that somebody walked away from: they stay open until they are pushed shut.
    abandoned: BTreeSet<CompartmentId>,
    calls_left: Option<u32>,
}

impl Simulator {
    /// Empty, locked compartments.
    pub fn new(clock: SimulatedClock, compartments: impl IntoIterator<Item = CompartmentId>) -> Self {
        let doors = compartments.into_iter().map(|id| (id, SimulatedDoor::default())).collect();
        Self {
            clock,
            doors,
            hands: VecDeque::new(),
            labels: VecDeque::new(),
            credentials: VecDeque::new(),
            alarms: Vec::new(),
            shown: Vec::new(),
            jams: 0,
            latch_failures: 0,
            stuck: BTreeMap::new(),
            abandoned: BTreeSet::new(),
            calls_left: None,
        }
    }

    /// What the person will do at the next door that is released.
    pub fn hand(&mut self, hand: Hand) -> &mut Self {
        self.hands.push_back(hand);
        self
    }

    /// The next label at the reader; `None` for one that cannot be read.
    pub fn label(&mut self, label: Option<[u8; 16]>) -> &mut Self {
        self.labels.push_back(label);
        self
    }

    /// The next card at the reader.
    pub fn credential(&mut self, card: &[u8]) -> &mut Self {
        self.credentials.push_back(card.to_vec());
        self
    }

    /// Something goes wrong from here on.
    pub fn fault(&mut self, fault: Fault) {
        match fault {
            Fault::LockJams => self.jams += 1,
            Fault::DoorWillNotLatch(times) => self.latch_failures = times,
            Fault::PresenceStuck(compartment, Some(occupied)) => {
                self.stuck.insert(compartment, occupied);
            }
            Fault::PresenceStuck(compartment, None) => {
                self.stuck.remove(&compartment);
            }
            Fault::PowerCutAfter(calls) => self.calls_left = Some(calls),
        }
    }

    /// The power is back.
    pub fn restore_power(&mut self) {
        self.calls_left = None;
    }

    /// Something is sensed that nobody asked for. A forced door also opens.
    pub fn alarm(&mut self, alarm: Alarm) {
        if let Alarm::DoorForced(compartment) = alarm
            && let Some(door) = self.doors.get_mut(&compartment)
        {
            (door.position, door.locked) = (DoorPosition::Open, false);
        }
        self.alarms.push(alarm);
    }

    /// Somebody pushes an open door to.
    pub fn push_shut(&mut self, compartment: CompartmentId) {
        self.abandoned.remove(&compartment);
        if let Some(door) = self.doors.get_mut(&compartment) {
            close(door);
        }
    }

    /// One compartment as it is.
    pub fn state(&self, compartment: CompartmentId) -> Option<&SimulatedDoor> {
        self.doors.get(&compartment)
    }

    /// Puts a compartment into a state, for a simulator that goes on where another ended.
    pub fn set_state(&mut self, compartment: CompartmentId, state: SimulatedDoor) {
        self.doors.insert(compartment, state);
    }

    /// What the display has shown, oldest first.
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    fn call(&mut self) -> Result<(), HardwareError> {
        match &mut self.calls_left {
            None => Ok(()),
            Some(0) => Err(HardwareError::PowerCut),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    fn door_mut(&mut self, compartment: CompartmentId) -> Result<&mut SimulatedDoor, HardwareError> {
        self.call()?;
        self.doors.get_mut(&compartment).ok_or(HardwareError::UnknownCompartment(compartment))
    }

    /// What the person does once the door is open.
    fn act(&mut self, compartment: CompartmentId) -> Result<bool, HardwareError> {
        let hand = self.hands.pop_front();
        let door = self.door_mut(compartment)?;
        let hand = hand.unwrap_or(if door.packages == 0 { Hand::Puts(500_000) } else { Hand::Takes });
        match hand {
            Hand::Puts(weight) | Hand::Leaves(weight) => {
                door.packages += 1;
                door.weight_mg = door.weight_mg.saturating_add(weight);
            }
            Hand::Takes => (door.packages, door.weight_mg) = (0, 0),
            Hand::Nothing | Hand::Stays => {}
        }
        if matches!(hand, Hand::Leaves(_)) {
            self.abandoned.insert(compartment);
            return Ok(false);
        }
        close(door);
        Ok(true)
    }
}

fn close(door: &mut SimulatedDoor) {
    if door.position == DoorPosition::Open {
        door.position = DoorPosition::Closed;
        door.close_counter += 1;
    }
}

impl Hardware for Simulator {
    fn unlock(&mut self, compartment: CompartmentId) -> Result<bool, HardwareError> {
        if self.jams > 0 {
            self.jams -= 1;
            return self.call().map(|()| false);
        }
        self.door_mut(compartment)?.locked = false;
        Ok(true)
    }

    fn lock(&mut self, compartment: CompartmentId) -> Result<bool, HardwareError> {
        let fails = self.latch_failures > 0;
        self.latch_failures = self.latch_failures.saturating_sub(1);
        let door = self.door_mut(compartment)?;
        if fails && !door.locked {
            // It springs back; whoever stands there pushes it again.
            door.position = DoorPosition::Open;
            self.hands.push_front(Hand::Nothing);
            return Ok(false);
        }
        door.locked = door.position == DoorPosition::Closed;
        Ok(door.locked)
    }

    fn door(&mut self, compartment: CompartmentId) -> Result<DoorPosition, HardwareError> {
        Ok(self.door_mut(compartment)?.position)
    }

    fn await_door(
        &mut self,
        compartment: CompartmentId,
        position: DoorPosition,
        limit_us: u64,
    ) -> Result<bool, HardwareError> {
        let door = *self.door_mut(compartment)?;
        if door.position == position {
            return Ok(true);
        }
        let happens = match position {
            DoorPosition::Open if door.locked => false,
            DoorPosition::Open if self.hands.front() == Some(&Hand::Stays) => {
                self.hands.pop_front();
                false
            }
            DoorPosition::Open => {
                self.door_mut(compartment)?.position = DoorPosition::Open;
                true
            }
            DoorPosition::Closed if self.abandoned.contains(&compartment) => false,
            DoorPosition::Closed => self.act(compartment)?,
        };
        self.clock.advance(if happens { HAND_US.min(limit_us) } else { limit_us });
        Ok(happens)
    }

    fn close_counter(&mut self, compartment: CompartmentId) -> Result<u64, HardwareError> {
        Ok(self.door_mut(compartment)?.close_counter)
    }

    fn presence(&mut self, compartment: CompartmentId) -> Result<Presence, HardwareError> {
        let stuck = self.stuck.get(&compartment).copied();
        let door = self.door_mut(compartment)?;
        let occupied = stuck.unwrap_or(door.packages > 0);
        Ok(Presence { occupied, weight_mg: Some(door.weight_mg) })
    }

    fn read_label(&mut self, limit_us: u64) -> Result<Option<[u8; 16]>, HardwareError> {
        self.call()?;
        let label = self.labels.pop_front().flatten();
        self.clock.advance(if label.is_some() { HAND_US } else { limit_us });
        Ok(label)
    }

    fn read_credential(&mut self, limit_us: u64) -> Result<Option<Vec<u8>>, HardwareError> {
        self.call()?;
        let card = self.credentials.pop_front();
        self.clock.advance(if card.is_some() { HAND_US } else { limit_us });
        Ok(card)
    }

    fn alarms(&mut self) -> Result<Vec<Alarm>, HardwareError> {
        self.call()?;
        Ok(std::mem::take(&mut self.alarms))
    }

    fn show(&mut self, text: &str) {
        self.shown.push(text.to_owned());
    }
}
