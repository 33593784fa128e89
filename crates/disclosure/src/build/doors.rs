//! Door cycles as the bundle's entries tell them, whatever lay inside.

use std::collections::BTreeMap;

use custody::fact::{DoorEvent, Fact, Interval};
use custody::id::{CompartmentId, Digest};
use custody::movement::Act;

use crate::material::Said;

/// One door cycle.
#[derive(Debug, Clone)]
pub(super) struct Cycle {
    pub(super) compartment: CompartmentId,
    /// Its entries.
    pub(super) indices: Vec<u64>,
    /// From the first statement of it to the last, by the device's clock.
    pub(super) interval: Interval,
    /// The greatest bound on that clock's error.
    pub(super) error_us: u64,
    /// The session in which it was released.
    pub(super) session: Option<Digest>,
    /// What happened to the door, as said.
    pub(super) events: Vec<DoorEvent>,
    /// Who used the master key, as far as anybody says.
    pub(super) by: Option<Act>,
    /// The count of closings that was said last.
    pub(super) close_counter: u64,
    /// When it was closed or locked last; none while it stands open.
    pub(super) closed_us: Option<u64>,
    /// When it opened first; if it never did, when it was released.
    pub(super) opened_us: u64,
}

/// All of them by compartment and name.
pub(super) type Cycles = BTreeMap<(CompartmentId, Digest), Cycle>;

/// Puts statements about doors together to cycles.
pub(super) fn cycles(entries: &BTreeMap<u64, Said>) -> Cycles {
    let mut cycles = Cycles::new();
    for (index, said) in entries {
        let statement = &said.decoded.statement;
        let Fact::Door { event, compartment, cycle, close_counter, session, by, .. } = &statement.fact else {
            continue;
        };
        let now_us = statement.time.wall_us;
        let known =
            cycles.entry((*compartment, cycle.unwrap_or(said.decoded.hash))).or_insert_with(|| Cycle {
                compartment: *compartment,
                indices: Vec::new(),
                interval: Interval { from_us: now_us, to_us: now_us },
                error_us: 0,
                session: None,
                events: Vec::new(),
                by: None,
                close_counter: 0,
                closed_us: None,
                opened_us: now_us,
            });
        known.indices.push(*index);
        known.interval.from_us = known.interval.from_us.min(now_us);
        known.interval.to_us = known.interval.to_us.max(now_us);
        known.error_us = known.error_us.max(statement.time.error_us);
        known.session = known.session.or(*session);
        known.by = known.by.or(*by);
        known.close_counter = *close_counter;
        known.note(*event, now_us);
    }
    cycles
}

impl Cycle {
    fn note(&mut self, event: DoorEvent, now_us: u64) {
        match event {
            DoorEvent::Opened | DoorEvent::Forced => {
                if !self.is_opened() {
                    self.opened_us = now_us;
                }
                self.closed_us = None;
            }
            DoorEvent::Closed | DoorEvent::Locked => self.closed_us = Some(now_us),
            DoorEvent::FailedClose => self.closed_us = None,
            DoorEvent::Unlocked | DoorEvent::LeftOpen | DoorEvent::MasterKey => {}
        }
        self.events.push(event);
    }

    /// Whether the door opened, as far as it has said.
    pub(super) fn is_opened(&self) -> bool {
        self.has(DoorEvent::Opened) || self.has(DoorEvent::Forced)
    }

    /// Whether this happened to it.
    pub(super) fn has(&self, event: DoorEvent) -> bool {
        self.events.contains(&event)
    }
}
