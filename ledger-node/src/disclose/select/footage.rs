//! What recorders say of the openings that are shown.

use std::collections::BTreeMap;

use custody::fact::{Fact, FootageFact};
use custody::id::{CameraId, CompartmentId, DeviceId};
use custody::policy::seconds_us;
use ledger_store::Store;

use super::{Selecting, Why};
use crate::disclose::order::DiscloseError;

/// How far beyond an opening footage is looked for, beside the policy's margin: recorders and lockers may be this far
/// apart by their clocks before anybody would call them synchronised.
const CLOCKS_APART_US: u64 = 120 * 1_000_000;

impl<S: Store> Selecting<'_, S> {
    /// What recorders said of the openings that are shown.
    pub(super) async fn footage(&mut self) -> Result<(), DiscloseError> {
        let margin_us =
            self.look(|state| seconds_us(state.policy().cctv.margin_s)).saturating_add(CLOCKS_APART_US);
        let mut wanted: BTreeMap<CameraId, Vec<(u64, u64)>> = BTreeMap::new();
        for shown in self.entries.values() {
            let statement = &shown.decoded.statement;
            let Fact::Door { compartment, .. } = &statement.fact else { continue };
            let time = statement.time.interval();
            let (from_us, to_us) =
                (time.from_us.saturating_sub(margin_us), time.to_us.saturating_add(margin_us));
            for camera in self.cameras(*compartment, statement.time.wall_us) {
                wanted.entry(camera).or_default().push((from_us, to_us));
            }
        }
        for (camera, windows) in wanted {
            let apart = apart(windows);
            let stretches = self.look(|state| state.tables().links.of_camera(camera).to_vec());
            let mut recorders: BTreeMap<DeviceId, u64> = BTreeMap::new();
            for stretch in stretches {
                let place = apart.partition_point(|(_, to_us)| *to_us < stretch.from_us);
                if apart.get(place).is_none_or(|(from_us, _)| *from_us > stretch.to_us) {
                    continue;
                }
                self.take(stretch.index, Why::Needed).await?;
                if let Some(shown) = self.entries.get(&stretch.index)
                    && matches!(
                        shown.decoded.statement.fact,
                        Fact::Footage(FootageFact::ManifestCommitted { .. })
                    )
                {
                    recorders.insert(shown.decoded.statement.device, stretch.index);
                }
            }
            for (recorder, index) in recorders {
                self.conditions(recorder, index.saturating_add(1)).await?;
            }
        }
        Ok(())
    }

    /// The cameras that a coverage map assigns to a compartment's locker at an instant.
    fn cameras(&self, compartment: CompartmentId, at_us: u64) -> Vec<CameraId> {
        self.look(|state| {
            let estate = state.ledger().estate();
            let cameras = || {
                let (id, locker) = estate.locker_of(compartment)?;
                let map = estate.map_at(locker.stand_at(at_us)?.site, at_us)?;
                Some(map.cameras_of(id).collect())
            };
            cameras().unwrap_or_default()
        })
    }
}

/// The same time in as few windows as there can be, in order.
fn apart(mut windows: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    windows.sort_unstable();
    let mut apart: Vec<(u64, u64)> = Vec::new();
    for (from, to) in windows {
        match apart.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => apart.push((from, to)),
        }
    }
    apart
}
