//! What a recorder is asked for: windows of which no manifest speaks yet, and windows that must be kept.

use custody::id::{CameraId, DeviceId, Digest};
use custody::ledger::Ledger;
use custody::policy::Policy;

use super::windows::cameras_of;
use super::{Footage, retention_us, widened};

/// Windows named in one answer at most: more than a recorder's cameras see in a day.
pub const WANTED_MAX: usize = 512;

/// One window of one camera, in true time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Which camera.
    pub camera: CameraId,
    /// Its beginning, UTC microseconds.
    pub from_us: u64,
    /// Its end.
    pub to_us: u64,
    /// The custody statement it is about, or the statement that asks to keep it.
    pub statement: Digest,
    /// It must outlive retention.
    pub preserve: bool,
}

impl Footage {
    /// What is wanted of a recorder's cameras: what must be kept first, what lapses soonest at the top; then what no
    /// manifest speaks of, the newest first, so that old footage that is gone keeps nothing new waiting.
    pub fn wanted(&self, recorder: DeviceId, ledger: &Ledger, policy: &Policy) -> Vec<Wanted> {
        let mut wanted = self.to_keep(recorder, ledger);
        wanted.sort_unstable_by_key(|wanted| (wanted.from_us, wanted.camera));
        wanted.truncate(WANTED_MAX);
        let lapsed_us = ledger.newest_us().saturating_sub(retention_us(policy));
        for window in self.windows.iter().rev().filter(|window| window.to_us >= lapsed_us) {
            let (from_us, to_us) = widened(window, policy);
            for camera in cameras_of(window, ledger) {
                let is_full = wanted.len() >= WANTED_MAX;
                if is_full
                    || !is_of(camera, recorder, ledger)
                    || self.recordings.covers(camera, from_us, to_us)
                {
                    continue;
                }
                let is_named = |other: &Wanted| {
                    other.preserve && (other.camera, other.from_us, other.to_us) == (camera, from_us, to_us)
                };
                if !wanted.iter().any(is_named) {
                    let statement = window.statement;
                    wanted.push(Wanted { camera, from_us, to_us, statement, preserve: false });
                }
            }
        }
        wanted
    }

    fn to_keep(&self, recorder: DeviceId, ledger: &Ledger) -> Vec<Wanted> {
        let cameras = ledger.estate().cameras.keys().filter(|camera| is_of(**camera, recorder, ledger));
        let of = |camera: CameraId| {
            self.recordings.unkept(camera).map(move |required| Wanted {
                camera,
                from_us: required.from_us,
                to_us: required.to_us,
                statement: required.statement,
                preserve: true,
            })
        };
        cameras.copied().flat_map(of).collect()
    }
}

fn is_of(camera: CameraId, recorder: DeviceId, ledger: &Ledger) -> bool {
    ledger.estate().cameras.get(&camera).is_some_and(|camera| camera.recorder == recorder)
}
