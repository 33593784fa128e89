//! Simulated hardware that goes on, from one command to the next, where the last one left it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use custody::id::BootId;
use locker::clock::Clock;
use locker::config::{Config, HardwareKind};
use locker::hardware::DoorPosition;
use locker::simulator::{SimulatedClock, SimulatedDoor, Simulator};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    open: bool,
    locked: bool,
    close_counter: u64,
    packages: u32,
    weight_mg: u64,
}

fn path(config: &Config) -> PathBuf {
    config.data.join("simulated-doors.toml")
}

/// A clock that begins where another one is, and stands still.
pub(crate) fn standing_clock(other: &impl Clock) -> Result<SimulatedClock> {
    let now = other.now();
    let clock = SimulatedClock::starting_at(now.wall_us, BootId(locker::random::uuid()?));
    clock.set_synchronised(now.synchronised, now.error_us);
    Ok(clock)
}

/// The simulated doors as they were left.
pub(crate) fn load(config: &Config, clock: SimulatedClock) -> Result<Simulator> {
    if config.hardware != HardwareKind::Simulated {
        bail!(
            "this device is configured with hardware = \"none\": it has no doors that this program can drive"
        );
    }
    let mut simulator = Simulator::new(clock, config.compartments.iter().map(|compartment| compartment.id));
    let path = path(config);
    if !path.exists() {
        return Ok(simulator);
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let kept: BTreeMap<String, Kept> = toml::from_str(&text).with_context(|| path.display().to_string())?;
    for compartment in &config.compartments {
        let Some(kept) = kept.get(&compartment.id.to_string()) else { continue };
        let position = if kept.open { DoorPosition::Open } else { DoorPosition::Closed };
        let Kept { locked, close_counter, packages, weight_mg, .. } = *kept;
        simulator.set_state(
            compartment.id,
            SimulatedDoor { position, locked, close_counter, packages, weight_mg },
        );
    }
    Ok(simulator)
}

/// Leaves the simulated doors as they are.
pub(crate) fn save(config: &Config, simulator: &Simulator) -> Result<()> {
    let mut kept = BTreeMap::new();
    for compartment in &config.compartments {
        let Some(door) = simulator.state(compartment.id) else { continue };
        let SimulatedDoor { position, locked, close_counter, packages, weight_mg } = *door;
        let open = position == DoorPosition::Open;
        kept.insert(compartment.id.to_string(), Kept { open, locked, close_counter, packages, weight_mg });
    }
    let path = path(config);
    std::fs::write(&path, toml::to_string(&kept)?).with_context(|| format!("writing {}", path.display()))
}
