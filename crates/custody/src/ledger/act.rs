//! Doors and custody acts in chain order: which act goes with which door cycle and session (D01, D06, S04).

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::door::{Compartment, Cycle, Discrepancy, DoorFact};
use crate::exhibit::{ExhibitFact, Flaw, What};
use crate::fact::{CheckResult, CompartmentMode, Interval};
use crate::finding::Finding;
use crate::id::{CompartmentId, Digest, ExhibitId};
use crate::movement::{Act, AtCompartment, MisdepositKind, Movement};
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

impl Ledger {
    /// One statement about a door. A door of a compartment that nobody registered is recorded, and told (D01).
    pub(super) fn door(&mut self, fact: &DoorFact, policy: &Policy, findings: &mut Vec<Finding>) {
        findings.extend(self.cycle_begins(fact, policy));
        if !self.estate.compartments.contains_key(&fact.compartment) {
            findings.push(unregistered(fact.compartment).at([fact.index]).by_device(fact.device));
        }
        if let Some(discrepancy) = self.doors.compare_counter(fact) {
            findings.push(uncounted(fact, discrepancy));
        }
        self.doors.door(fact);
    }

    /// Somebody went and looked: explains the door cycle, and may restore what an opening had put in doubt.
    pub(super) fn attended_check(
        &mut self,
        recorded: &Recorded<'_>,
        compartment: CompartmentId,
        door_cycle: Option<Digest>,
        by: Act,
        result: CheckResult,
        findings: &mut Vec<Finding>,
    ) {
        let state = self.doors.get(compartment);
        let occupants = state.map(Compartment::named_occupants).unwrap_or_default();
        let flaw = self.check_session(recorded, by, &occupants, findings);
        if flaw.is_some() {
            return;
        }
        self.remarks.checked(recorded.index, compartment);
        self.doors.settle(compartment, recorded);
        if let Some(cycle) = door_cycle {
            self.doors.explain(compartment, cycle, by);
        }
        let (device, wall_us) = (recorded.statement.device, recorded.statement.time.wall_us);
        let is_as_recorded = result == CheckResult::AsRecorded;
        self.doors.looked_into(compartment, device, recorded.index, wall_us, is_as_recorded);
        if let Some((rule, what)) = otherwise(result) {
            let sentence = format!("An attended check of a compartment found that {what}.");
            findings.push(
                Finding::new(rule, sentence)
                    .at([recorded.index])
                    .during(recorded.statement.time.interval())
                    .of_exhibits(occupants)
                    .by_device(device)
                    .in_compartment(compartment)
                    .by_person(by.person),
            );
        }
    }

    /// One custody act: what goes with it at the door and in the session, and what it does to the compartment.
    pub(super) fn movement(
        &mut self,
        recorded: &Recorded<'_>,
        movement: &Movement,
        policy: &Policy,
        findings: &mut Vec<Finding>,
    ) {
        let exhibits = movement.exhibits();
        let mut door = None;
        let mut flaws = Vec::new();
        for act in acts(movement) {
            flaws.extend(self.check_session(recorded, act, exhibits, findings));
        }
        flaws.dedup();
        if let (Some(at), Some(by)) = (movement.at().copied(), acts(movement).into_iter().next()) {
            door = self.doors.door_time(at.compartment, at.door_cycle);
            flaws.extend(self.check_cycle(recorded, movement, at, by, policy, findings));
        }
        let change = self.change_by(movement);
        let weighed = movement.at().and_then(|at| self.weigh_act(recorded, at, change, exhibits, policy));
        findings.extend(weighed);
        match movement {
            Movement::Deposited { at, by, .. } => {
                flaws.extend(self.put(recorded, at.compartment, *by, exhibits, findings));
            }
            Movement::Collected { at, .. } | Movement::PassedBack { at, .. } => {
                self.doors.take(at.compartment, exhibits);
            }
            Movement::Misdeposited { kind, compartment, .. } => {
                self.misdeposited(recorded, exhibits, *kind, *compartment);
            }
            _ => {}
        }
        if let (true, Some(at)) = (movement.is_transfer_at_a_door(), movement.at()) {
            self.doors.transferred(at.compartment, at.door_cycle, exhibits, recorded.recorded_at_us);
        }
        if let Some(at) = movement.at() {
            self.acted(recorded, at, change, policy);
        }
        self.reservations.answer(movement);
        self.weights.follow(recorded, movement);
        let elsewhere = self.seals.follow(recorded, movement);
        flaws.extend(elsewhere.iter().map(|_| Flaw::Seal));
        findings.extend(elsewhere);
        let movement = Arc::new(movement.clone());
        for exhibit in exhibits {
            self.note(*exhibit, recorded, What::Moved(movement.clone()), door, flaws.clone());
        }
    }

    /// S04: the person acts in an open session of their own at this device.
    pub(super) fn check_session(
        &self,
        recorded: &Recorded<'_>,
        act: Act,
        exhibits: &[ExhibitId],
        findings: &mut Vec<Finding>,
    ) -> Option<Flaw> {
        let objection = self.sessions.objection(&act, recorded.statement.device)?;
        let sentence = format!("A person acted outside a session of their own: {objection}.");
        findings.push(
            Finding::new(RuleId::S04, sentence)
                .at([recorded.index])
                .during(recorded.statement.time.interval())
                .of_exhibits(exhibits.iter().copied())
                .by_device(recorded.statement.device)
                .by_person(act.person),
        );
        Some(Flaw::Session)
    }

    /// D01: exactly one complete door cycle of the same compartment in the same session goes with the act.
    fn check_cycle(
        &mut self,
        recorded: &Recorded<'_>,
        movement: &Movement,
        at: AtCompartment,
        by: Act,
        policy: &Policy,
        findings: &mut Vec<Finding>,
    ) -> Option<Flaw> {
        let is_multi = self.estate.compartments.get(&at.compartment).map(|place| place.mode)
            == Some(CompartmentMode::Multi);
        let is_abandoned = matches!(movement, Movement::DepositAbandoned { .. });
        let names_nothing = movement.exhibits().is_empty();
        // A deposit given up explains why a drop slot was open; what lies alone was opened for nothing of its own.
        let explains = !names_nothing && (is_multi || !is_abandoned);
        let cycle = self.doors.act(at.compartment, at.door_cycle, by.person, explains);
        let objection = if names_nothing && !is_abandoned {
            "it names no exhibit".into()
        } else if self.estate.compartments.contains_key(&at.compartment) {
            let said_us = recorded.statement.time.wall_us;
            let act_us_max = seconds_us(policy.doors.act_s_max);
            cycle_objection(cycle.as_ref(), by, is_multi)
                .or_else(|| lateness_objection(cycle.as_ref(), said_us, act_us_max))?
        } else {
            format!("compartment {} is not registered", at.compartment)
        };
        let indices = cycle.map(|cycle| cycle.indices).unwrap_or_default();
        let sentence = format!("No single complete door cycle goes with the act: {objection}.");
        findings.push(
            Finding::new(RuleId::D01, sentence)
                .at(indices.into_iter().chain([recorded.index]))
                .during(recorded.statement.time.interval())
                .of_exhibits(movement.exhibits().iter().copied())
                .by_device(recorded.statement.device)
                .in_compartment(at.compartment),
        );
        Some(Flaw::DoorCycle)
    }

    /// D06: a second package in a compartment for one, or exhibits beside equipment.
    fn put(
        &mut self,
        recorded: &Recorded<'_>,
        compartment: CompartmentId,
        by: Act,
        exhibits: &[ExhibitId],
        findings: &mut Vec<Finding>,
    ) -> Option<Flaw> {
        let beside = self.deposited_beside(recorded, compartment, exhibits);
        let flaw = beside.as_ref().map(|_| Flaw::SecondPackage);
        findings.extend(beside);
        let before = self.doors.put(compartment, exhibits, recorded.index);
        let mode = self.estate.compartments.get(&compartment).map(|place| place.mode);
        if before.is_empty() || mode == Some(CompartmentMode::Multi) {
            return flaw;
        }
        self.doors.mark_second_package(compartment, by.person);
        let sentence = format!("A second package was put into compartment {compartment}, which holds one.");
        findings.push(
            Finding::new(RuleId::D06, sentence)
                .at([recorded.index])
                .during(recorded.statement.time.interval())
                .of_exhibits(before.into_iter().chain(exhibits.iter().copied()))
                .by_device(recorded.statement.device)
                .in_compartment(compartment),
        );
        Some(Flaw::SecondPackage)
    }

    /// What was found to be elsewhere is no longer counted as lying where it was said to be.
    fn misdeposited(
        &mut self,
        recorded: &Recorded<'_>,
        exhibits: &[ExhibitId],
        kind: MisdepositKind,
        compartment: Option<CompartmentId>,
    ) {
        for exhibit in exhibits {
            if let Some(place) = self.doors.holding(*exhibit) {
                self.doors.take(place, &[*exhibit]);
            }
        }
        if let (MisdepositKind::WrongCompartment, Some(place)) = (kind, compartment) {
            self.doors.put(place, exhibits, recorded.index);
        }
    }

    /// Keeps a fact of an exhibit.
    pub(super) fn note(
        &mut self,
        exhibit: ExhibitId,
        recorded: &Recorded<'_>,
        what: What,
        door: Option<Interval>,
        flaws: Vec<Flaw>,
    ) {
        let statement = recorded.statement;
        let (by, witness) = what.pair();
        let second = self.sessions.second(by, witness, statement.device);
        self.exhibits.entry(exhibit).or_default().push(ExhibitFact {
            index: recorded.index,
            hash: recorded.hash,
            device: statement.device,
            sequence: statement.sequence,
            follows: statement.follows,
            wall_us: statement.time.wall_us,
            interval: statement.time.interval(),
            recorded_at_us: recorded.recorded_at_us,
            what,
            occurred: statement.occurred,
            error_us: statement.time.error_us,
            second,
            door,
            flaws,
        });
    }
}

/// Why a cycle is not exactly one complete cycle in the act's session; `None` if it is.
pub(super) fn cycle_objection(cycle: Option<&Cycle>, by: Act, is_multi: bool) -> Option<String> {
    let Some(cycle) = cycle else {
        return Some("the cycle named is not the compartment's last".into());
    };
    if cycle.is_forced {
        return Some("the door was forced".into());
    }
    if cycle.session != Some(by.session) {
        return Some("the door was released in another session".into());
    }
    match cycle.openings {
        0 => return Some("the door never opened".into()),
        1 => {}
        openings => return Some(format!("the door opened {openings} times")),
    }
    if !cycle.is_closed {
        return Some("the door was not closed".into());
    }
    if !cycle.is_locked {
        return Some("the door was not locked".into());
    }
    (cycle.acts > 1 && !is_multi).then(|| format!("{} acts name one cycle", cycle.acts))
}

/// Why an act was not said soon after its door cycle; `None` if it was.
pub(super) fn lateness_objection(cycle: Option<&Cycle>, said_us: u64, act_us_max: u64) -> Option<String> {
    let late_us = said_us.saturating_sub(cycle?.interval.to_us);
    (late_us > act_us_max).then(|| format!("it was said {} s after the door was locked", late_us / 1_000_000))
}

/// Every person's part in an act; the first is who acted.
fn acts(movement: &Movement) -> Vec<Act> {
    movement.by().into_iter().chain(movement.witness()).collect()
}

/// Which rule is broken by what an attended check found, and in which words; none where all was as recorded.
fn otherwise(result: CheckResult) -> Option<(RuleId, &'static str)> {
    match result {
        CheckResult::AsRecorded => None,
        CheckResult::ItemAbsent => Some((RuleId::S02, "what should lie there does not")),
        CheckResult::ItemUnexpected => Some((RuleId::D06, "something lies there that should not")),
        CheckResult::SealDisturbed => Some((RuleId::E03, "a seal has been disturbed")),
    }
}

/// D03: the door closed more often, or less, than was recorded.
fn uncounted(fact: &DoorFact, discrepancy: Discrepancy) -> Finding {
    let sentence = match discrepancy.surplus {
        1 => "The door closed once more than was recorded.".into(),
        surplus if surplus > 0 => format!("The door closed {surplus} times more than was recorded."),
        surplus => format!("The close counter stands {} below what was recorded.", surplus.unsigned_abs()),
    };
    Finding::new(RuleId::D03, sentence)
        .at([fact.index])
        .during(discrepancy.interval)
        .of_exhibits(discrepancy.occupants)
        .by_device(fact.device)
        .in_compartment(fact.compartment)
}

fn unregistered(compartment: CompartmentId) -> Finding {
    Finding::new(RuleId::D01, format!("A door moved of compartment {compartment}, which is not registered."))
        .in_compartment(compartment)
}
