//! Radios of the sites without a transit store: put in by the keeper, issued in the morning, brought back in the
//! evening. All but one.

use anyhow::ensure;
use custody::id::{CompartmentId, EquipmentId};
use locker::equipment::{Handling, HandlingOutcome};
use locker::simulator::Hand;

use crate::clock::{Day, MINUTE_US};
use crate::day::OFFICERS;
use crate::estate::{Estate, Kit};
use crate::ids::id;
use crate::people;

/// Sites whose radios the day follows.
pub(crate) const KITS: usize = 6;

/// How long a radio is issued for.
const SHIFT_US: u64 = 10 * 60 * MINUTE_US;

/// What a radio weighs, milligrams.
const RADIO_MG: u64 = 240_000;

/// The radio that nobody brings back.
pub(crate) const KEPT: usize = 4;

pub(crate) fn radio(number: usize) -> EquipmentId {
    EquipmentId(id("radio", number))
}

/// Keepers put the radios in, officers take them out.
pub(crate) fn morning(estate: &mut Estate, day: &Day) -> anyhow::Result<()> {
    for (number, kit) in estate.kits.iter_mut().enumerate() {
        put(kit, day, number, true)?;
        day.set(&kit.locker.clock);
        kit.hardware.hand(Hand::Takes);
        let due_us = day.now_us() + SHIFT_US;
        let outcome = kit.locker.device.issue(
            &mut kit.hardware,
            &handling(kit.compartment, number, false),
            Some(due_us),
        )?;
        done(&outcome)?;
        day.follow(&kit.locker.clock);
        kit.locker.sync(day)?;
    }
    println!("  {KITS} radios are issued at sites without a transit store: equipment may lie in any locker.");
    Ok(())
}

/// Officers bring them back, all but one.
pub(crate) fn evening(estate: &mut Estate, day: &Day) -> anyhow::Result<()> {
    for (number, kit) in estate.kits.iter_mut().enumerate().filter(|(number, _)| *number != KEPT) {
        put(kit, day, number, false)?;
    }
    println!("  {} radios are back; one is not, and its day is over.", KITS - 1);
    Ok(())
}

fn put(kit: &mut Kit, day: &Day, number: usize, is_keeper: bool) -> anyhow::Result<()> {
    day.set(&kit.locker.clock);
    kit.hardware.hand(Hand::Puts(RADIO_MG));
    let handling = handling(kit.compartment, number, is_keeper);
    done(&kit.locker.device.take_back(&mut kit.hardware, &handling, false)?)?;
    day.follow(&kit.locker.clock);
    kit.locker.sync(day)
}

fn handling(compartment: CompartmentId, number: usize, is_keeper: bool) -> Handling {
    let by = if is_keeper { people::keeper(number) } else { people::officer(OFFICERS + number) };
    Handling { compartment, equipment: radio(number), by }
}

fn done(outcome: &HandlingOutcome) -> anyhow::Result<()> {
    ensure!(matches!(outcome, HandlingOutcome::Done { .. }), "{}", outcome.instruction());
    Ok(())
}
