//! What lies in a compartment by its sensors, and by the record: presence and weights (E06).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::door::{Change, Compartment, Disagreement, DoorFact, Sensed, Weight};
use crate::fact::Statement;
use crate::finding::Finding;
use crate::id::{CompartmentId, ExhibitId};
use crate::movement::{AtCompartment, Movement};
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

/// Milligrams in a gram: people read grams.
const MG_IN_G: u64 = 1000;

impl Ledger {
    /// E06: the sensors of a compartment say something, and what the record says lies there.
    pub(super) fn presence(
        &mut self,
        recorded: &Recorded<'_>,
        compartment: CompartmentId,
        is_occupied: bool,
        weight_mg: Option<u64>,
        policy: &Policy,
    ) -> Vec<Finding> {
        self.conditions.power.sensed(compartment);
        let Statement { device, time, .. } = recorded.statement;
        let sensed = Sensed {
            index: recorded.index,
            device: *device,
            wall_us: time.wall_us,
            interval: time.interval(),
            is_occupied,
            weight_mg,
        };
        let is_open = |session: &_| self.sessions.is_open(session);
        let act_us_max = seconds_us(policy.doors.act_s_max);
        let tolerance_mg = policy.packages.weight_tolerance_mg;
        let found = self.doors.sensed(compartment, sensed, is_open, act_us_max, tolerance_mg);
        let told = found.into_iter();
        told.map(|(sensed, found)| self.sensed_otherwise(compartment, &sensed, found)).collect()
    }

    /// E06: another door cycle begins, and the one before had no act that explains what was sensed after it.
    pub(super) fn cycle_begins(&mut self, fact: &DoorFact, policy: &Policy) -> Option<Finding> {
        let (sensed, found) = self.doors.conclude(fact, policy.packages.weight_tolerance_mg)?;
        Some(self.sensed_otherwise(fact.compartment, &sensed, found))
    }

    /// What lies in a compartment: the first by id, up to what a finding names.
    pub(super) fn named_occupants(&self, compartment: CompartmentId) -> Vec<ExhibitId> {
        self.doors.get(compartment).map(Compartment::named_occupants).unwrap_or_default()
    }

    /// E06, of a reading that differs from the record.
    fn sensed_otherwise(&self, compartment: CompartmentId, sensed: &Sensed, found: Disagreement) -> Finding {
        let occupants = self.named_occupants(compartment);
        let count = self.doors.get(compartment).map_or(0, |state| state.occupants.len());
        let (sentence, earlier) = match found {
            Disagreement::Empty => (nothing_sensed(count), None),
            Disagreement::Occupied => {
                ("Something is sensed in a compartment in which nothing is recorded to lie.".into(), None)
            }
            Disagreement::Weight { before, now_mg } => {
                (weighed_otherwise(before, now_mg), Some(before.index))
            }
        };
        otherwise(sentence, compartment, occupants)
            .at(earlier.into_iter().chain([sensed.index]))
            .during(sensed.interval)
            .by_device(sensed.device)
    }

    /// E06: the weight that an act at the door names, before it changes anything, against the weight last sensed. What
    /// is put in makes nothing lighter; what is taken out makes nothing heavier, and leaves no weight where it was all;
    /// an act that changes nothing changes no weight.
    pub(super) fn weigh_act(
        &self,
        recorded: &Recorded<'_>,
        at: &AtCompartment,
        change: Change,
        exhibits: &[ExhibitId],
        policy: &Policy,
    ) -> Option<Finding> {
        let tolerance_mg = policy.packages.weight_tolerance_mg;
        let (before, now_mg) = (self.doors.weight(at.compartment)?, at.weight_mg?);
        let differs = before.mg.abs_diff(now_mg) > tolerance_mg;
        let is_wrong = match change {
            Change::In => differs && now_mg < before.mg,
            Change::Out => differs && now_mg > before.mg,
            // A scale that has not settled yet still says what it said.
            Change::Emptied => differs && now_mg > tolerance_mg,
            Change::None => differs,
        };
        let statement = recorded.statement;
        is_wrong.then(|| {
            let lies_there = self.named_occupants(at.compartment);
            let concerned = lies_there.into_iter().chain(exhibits.iter().copied());
            otherwise(weighed_otherwise(before, now_mg), at.compartment, concerned)
                .at([before.index, recorded.index])
                .during(statement.time.interval())
                .by_device(statement.device)
        })
    }

    /// The act has been said: its weight is that of what lies there now, unless the scale may not have settled.
    pub(super) fn acted(
        &mut self,
        recorded: &Recorded<'_>,
        at: &AtCompartment,
        change: Change,
        policy: &Policy,
    ) {
        let counts = matches!(change, Change::In | Change::None);
        let weight = at.weight_mg.filter(|_| counts).map(|mg| Weight { mg, index: recorded.index });
        self.doors.acted(at.compartment, weight, policy.packages.weight_tolerance_mg);
    }

    /// What a custody act does to the content of its compartment.
    pub(super) fn change_by(&self, movement: &Movement) -> Change {
        match movement {
            Movement::Deposited { .. } => Change::In,
            Movement::Collected { at, item, .. } | Movement::PassedBack { at, item, .. } => {
                if self.doors.is_all(at.compartment, &item.exhibits) { Change::Emptied } else { Change::Out }
            }
            _ => Change::None,
        }
    }

    /// Readings that no act explained (E06): told where another cycle begins, and where the record ends.
    pub(super) fn unexplained_sensing(&self, policy: &Policy) -> Vec<Finding> {
        let is_open = |session: &_| self.sessions.is_open(session);
        self.doors
            .unexplained_sensing(is_open, policy.packages.weight_tolerance_mg)
            .map(|(compartment, sensed, found)| self.sensed_otherwise(compartment, &sensed, found))
            .collect()
    }
}

fn otherwise(
    sentence: String,
    compartment: CompartmentId,
    exhibits: impl IntoIterator<Item = ExhibitId>,
) -> Finding {
    Finding::new(RuleId::E06, sentence).of_exhibits(exhibits).in_compartment(compartment)
}

fn nothing_sensed(count: usize) -> String {
    match count {
        1 => "Nothing is sensed in a compartment in which an exhibit is recorded to lie.".into(),
        count => format!("Nothing is sensed in a compartment in which {count} exhibits are recorded to lie."),
    }
}

fn weighed_otherwise(before: Weight, now_mg: u64) -> String {
    format!(
        "The content of a compartment weighs {} g, and it weighed {} g when last sensed; no act accounts for that.",
        now_mg / MG_IN_G,
        before.mg / MG_IN_G
    )
}
