//! Power: locks that open without it, and what nobody has sensed or seen to be there since it came back (D07).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::door::{Compartment, Doors, OCCUPANTS_NAMED_MAX};
use crate::estate::Estate;
use crate::fact::{Health, Interval};
use crate::finding::Finding;
use crate::id::{CompartmentId, DeviceId, ExhibitId};
use crate::ledger::Recorded;
use crate::rule::RuleId;

/// What was occupied when a device lost its power.
#[derive(Debug, Clone, Copy)]
struct Cut {
    device: DeviceId,
    /// The entry of the loss.
    lost: u64,
    /// The entry of the return; that of the loss until it is back.
    restored: u64,
    /// When it was back, by the device's wall clock.
    restored_us: u64,
    /// From the loss to the return, the device's error on both sides.
    interval: Interval,
}

/// Power cuts whose compartments somebody, or a sensor, has yet to look into.
#[derive(Debug, Clone, Default)]
pub(crate) struct Power {
    /// By device without power, its compartments that were occupied when it was lost.
    lost: BTreeMap<DeviceId, BTreeMap<CompartmentId, Cut>>,
    /// Compartments not looked into since power came back.
    unseen: BTreeMap<CompartmentId, Cut>,
}

impl Power {
    /// Folds what a device says of its power, in chain order. Only devices that speak for a locker have locks.
    pub(crate) fn fold(
        &mut self,
        recorded: &Recorded<'_>,
        health: &Health,
        doors: &Doors,
        estate: &Estate,
    ) -> Option<Finding> {
        match health {
            Health::PowerLost { is_fail_secure } => {
                let occupied = occupied_by(recorded.statement.device, doors, estate);
                self.lose(recorded, occupied.iter().map(|(compartment, _)| *compartment));
                let has_locks = estate.compartments_of(recorded.statement.device).next().is_some();
                (has_locks && !is_fail_secure).then(|| unlocked(recorded, &occupied))
            }
            Health::PowerRestored => {
                self.restore(recorded);
                None
            }
            _ => None,
        }
    }

    fn lose(&mut self, recorded: &Recorded<'_>, occupied: impl Iterator<Item = CompartmentId>) {
        let statement = recorded.statement;
        let cut = Cut {
            device: statement.device,
            lost: recorded.index,
            restored: recorded.index,
            restored_us: statement.time.wall_us,
            interval: statement.time.interval(),
        };
        let lost = self.lost.entry(statement.device).or_default();
        occupied.for_each(|compartment| {
            lost.entry(compartment).or_insert(cut);
        });
    }

    fn restore(&mut self, recorded: &Recorded<'_>) {
        let statement = recorded.statement;
        for (compartment, cut) in self.lost.remove(&statement.device).unwrap_or_default() {
            let to_us = statement.time.interval().to_us.max(cut.interval.to_us);
            let interval = Interval { to_us, ..cut.interval };
            let restored_us = statement.time.wall_us;
            let cut = Cut { restored: recorded.index, restored_us, interval, ..cut };
            self.unseen.entry(compartment).or_insert(cut);
        }
    }

    /// A sensor has said what it senses in a compartment.
    pub(crate) fn sensed(&mut self, compartment: CompartmentId) {
        self.unseen.remove(&compartment);
    }

    /// Compartments that nobody has looked into since, and that still hold what lay there when power was lost.
    pub(crate) fn closing_findings<'a>(&'a self, doors: &'a Doors) -> impl Iterator<Item = Finding> + 'a {
        self.unseen.iter().filter_map(|(compartment, cut)| {
            let state = doors.get(*compartment)?;
            if state.was_seen_since(cut.device, cut.restored, cut.restored_us) {
                return None;
            }
            let since = state.occupants.iter().filter(|(_, put_in)| **put_in < cut.lost);
            let still_there: Vec<ExhibitId> =
                since.map(|(exhibit, _)| *exhibit).take(OCCUPANTS_NAMED_MAX).collect();
            (!still_there.is_empty()).then(|| unseen(*compartment, cut, still_there))
        })
    }
}

/// The compartments of a device's lockers that hold exhibits.
fn occupied_by<'a>(
    device: DeviceId,
    doors: &'a Doors,
    estate: &Estate,
) -> Vec<(CompartmentId, &'a Compartment)> {
    let states = estate.compartments_of(device).filter_map(|id| doors.get(id).map(|state| (id, state)));
    states.filter(|(_, state)| !state.occupants.is_empty()).collect()
}

/// D07, at once: the locks did not stay shut.
fn unlocked(recorded: &Recorded<'_>, occupied: &[(CompartmentId, &Compartment)]) -> Finding {
    let inside = occupied.iter().flat_map(|(_, state)| state.occupants.keys().copied());
    let sentence = String::from("A locker lost its power, and its locks do not stay shut without.");
    let finding = Finding::new(RuleId::D07, sentence)
        .at([recorded.index])
        .during(recorded.statement.time.interval())
        .of_exhibits(inside.take(OCCUPANTS_NAMED_MAX))
        .by_device(recorded.statement.device);
    occupied.iter().fold(finding, |finding, (compartment, _)| finding.in_compartment(*compartment))
}

/// D07, where the record ends: nothing says that it is still there.
fn unseen(compartment: CompartmentId, cut: &Cut, exhibits: Vec<ExhibitId>) -> Finding {
    let sentence = String::from(
        "Since a power cut neither a sensor nor anybody has seen that what lay in a compartment is still there.",
    );
    Finding::new(RuleId::D07, sentence)
        .at([cut.lost, cut.restored])
        .during(cut.interval)
        .of_exhibits(exhibits)
        .by_device(cut.device)
        .in_compartment(compartment)
}
