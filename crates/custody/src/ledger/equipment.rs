//! Equipment at a compartment's door. Its acts are like custody acts there: each needs a door cycle of its own (D01) and
//! explains the opening (D02); and it never shares a compartment with an exhibit (D06).

use alloc::format;
use alloc::vec::Vec;

use super::act::{cycle_objection, lateness_objection};
use super::{Ledger, Recorded};
use crate::door::Change;
use crate::fact::{CompartmentMode, EquipmentFact};
use crate::finding::Finding;
use crate::id::{CompartmentId, EquipmentId, ExhibitId};
use crate::movement::{Act, AtCompartment};
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

impl Ledger {
    /// Equipment came or went.
    pub(super) fn equipment_moved(
        &mut self,
        recorded: &Recorded<'_>,
        fact: &EquipmentFact,
        policy: &Policy,
        findings: &mut Vec<Finding>,
    ) {
        match fact {
            EquipmentFact::Issued { at, equipment, by, .. } => {
                findings.extend(self.check_equipment_cycle(recorded, at, *by, policy));
                self.issued(recorded, at, *equipment, *by, policy, findings);
            }
            EquipmentFact::Returned { at, equipment, by, .. } => {
                findings.extend(self.check_equipment_cycle(recorded, at, *by, policy));
                findings.extend(self.share(recorded, at.compartment, *by));
                findings.extend(self.weigh_act(recorded, at, Change::In, &[], policy));
                self.doors.put_equipment(at.compartment, *equipment);
                self.acted(recorded, at, Change::In, policy);
            }
            EquipmentFact::Missing { equipment, .. } => self.doors.forget_equipment(*equipment),
            EquipmentFact::Overdue { .. } => {}
        }
    }

    /// What was not recorded to lie there, while exhibits were, has lain beside them.
    fn issued(
        &mut self,
        recorded: &Recorded<'_>,
        at: &AtCompartment,
        equipment: EquipmentId,
        by: Act,
        policy: &Policy,
        findings: &mut Vec<Finding>,
    ) {
        let lay_there = self.doors.equipment_lies_in(equipment) == Some(at.compartment);
        if !lay_there {
            findings.extend(self.share(recorded, at.compartment, by));
        }
        let was_all = self.doors.is_all_equipment(at.compartment, equipment);
        let change = if was_all { Change::Emptied } else { Change::Out };
        findings.extend(self.weigh_act(recorded, at, change, &[], policy));
        self.doors.take_equipment(at.compartment, equipment);
        self.acted(recorded, at, change, policy);
    }

    /// D01 for an act on equipment.
    fn check_equipment_cycle(
        &mut self,
        recorded: &Recorded<'_>,
        at: &AtCompartment,
        by: Act,
        policy: &Policy,
    ) -> Option<Finding> {
        let mode = self.estate.compartments.get(&at.compartment).map(|place| place.mode);
        let cycle = self.doors.act(at.compartment, at.door_cycle, by.person, true);
        let said_us = recorded.statement.time.wall_us;
        let objection = match mode {
            None => format!("compartment {} is not registered", at.compartment),
            Some(mode) => {
                cycle_objection(cycle.as_ref(), by, mode == CompartmentMode::Multi).or_else(|| {
                    lateness_objection(cycle.as_ref(), said_us, seconds_us(policy.doors.act_s_max))
                })?
            }
        };
        let sentence = format!("No single complete door cycle goes with an act on equipment: {objection}.");
        let indices = cycle.map(|cycle| cycle.indices).unwrap_or_default();
        Some(
            Finding::new(RuleId::D01, sentence)
                .at(indices.into_iter().chain([recorded.index]))
                .during(recorded.statement.time.interval())
                .by_device(recorded.statement.device)
                .in_compartment(at.compartment)
                .by_person(by.person),
        )
    }

    /// D06: equipment where exhibits lie.
    fn share(&mut self, recorded: &Recorded<'_>, compartment: CompartmentId, by: Act) -> Option<Finding> {
        let occupants = self.named_occupants(compartment);
        if occupants.is_empty() {
            return None;
        }
        let statement = recorded.statement;
        self.doors.mark_shared(compartment, recorded.index, statement, by.person);
        let sentence = "Equipment lay in a compartment in which exhibits lay.";
        Some(sharing(recorded, sentence, compartment, occupants))
    }

    /// D06: exhibits where equipment lies.
    pub(super) fn deposited_beside(
        &self,
        recorded: &Recorded<'_>,
        compartment: CompartmentId,
        exhibits: &[ExhibitId],
    ) -> Option<Finding> {
        let sentence = "Exhibits were put into a compartment in which equipment lay.";
        let is_shared = self.doors.holds_equipment(compartment);
        is_shared.then(|| sharing(recorded, sentence, compartment, exhibits.iter().copied()))
    }
}

fn sharing(
    recorded: &Recorded<'_>,
    sentence: &str,
    compartment: CompartmentId,
    exhibits: impl IntoIterator<Item = ExhibitId>,
) -> Finding {
    Finding::new(RuleId::D06, sentence.into())
        .at([recorded.index])
        .during(recorded.statement.time.interval())
        .of_exhibits(exhibits)
        .by_device(recorded.statement.device)
        .in_compartment(compartment)
}
