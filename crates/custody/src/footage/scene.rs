//! What the cameras of a compartment make of one door cycle, and what that leaves unproven.

use alloc::vec::Vec;

use super::quality::VideoSignature;
use super::record::hull;
use super::sight::{Hole, Lateness, Moment, Sight, widened};
use crate::door::Opening;
use crate::fact::Interval;
use crate::id::{CompartmentId, DeviceId, ExhibitId};
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

/// How many holes of one window are laid over an exhibit's time one by one; more are laid as one, from the first to the
/// last.
const HOLES_LAID_MAX: usize = 64;

/// What the cameras that a map assigns saw of one door cycle.
#[derive(Debug)]
pub(crate) struct View {
    /// By camera. None where no camera is assigned: that is V01's.
    pub(super) sights: Vec<Sight>,
    /// When somebody last surveyed the site.
    pub(super) surveyed_us: u64,
    /// Footage that is missing may still come.
    pub(super) is_awaited: bool,
    pub(super) moment: Moment,
}

/// Whose door it was, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) compartment: CompartmentId,
    pub(crate) locker: DeviceId,
    /// Entries of the door cycle or of the act.
    pub(crate) indices: Vec<u64>,
    /// What lay inside, went in or came out.
    pub(crate) exhibits: Vec<ExhibitId>,
    /// Custody changed hands.
    pub(crate) is_transfer: bool,
}

impl View {
    /// The camera that shows most; of equal ones the first.
    fn best(&self) -> Option<&Sight> {
        self.sights.iter().min_by_key(|sight| sight.blind_us())
    }

    fn is_covered(&self) -> bool {
        self.sights.iter().any(|sight| sight.holes.is_empty())
    }

    /// Where no camera covers the window: the one that covers most.
    pub(super) fn uncovered(&self) -> Option<&Sight> {
        if self.is_covered() { None } else { self.best() }
    }

    /// Where each camera that covers the window was committed to late: the one that was least.
    pub(super) fn late(&self) -> Option<(&Sight, Lateness)> {
        let mut whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        if whole.clone().any(|sight| sight.late.is_none()) {
            return None;
        }
        let first = whole.next()?;
        let late = core::iter::once(first).chain(whole).filter_map(|sight| Some((sight, sight.late?)));
        late.min_by_key(|(_, late)| (late.is_unexplained, late.after_us))
    }

    /// Where the window rests on clocks that were not measured: a camera of those it rests on.
    pub(super) fn unmeasured(&self) -> Option<&Sight> {
        if let Some(best) = self.uncovered() {
            return Some(best).filter(|best| best.is_unmeasured);
        }
        let mut whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        if whole.clone().any(|sight| !sight.is_unmeasured) { None } else { whole.next() }
    }

    /// What stands no better than NOT PROVEN by what the cameras saw, by rule. Footage that was let go before its time
    /// shows nothing any more, unless another camera shows the window.
    pub(crate) fn unproven(&self) -> Vec<(RuleId, Vec<Interval>)> {
        let mut unproven = Vec::new();
        if let Some(sight) = self.uncovered().filter(|_| !self.is_awaited) {
            unproven.push((RuleId::V02, merged(&sight.holes)));
        }
        if let Some((sight, late)) = self.late()
            && late.is_unexplained
        {
            unproven.push((RuleId::V03, alloc::vec![sight.window]));
        }
        let invalid = self.signed(VideoSignature::Invalid).next();
        unproven.extend(invalid.map(|sight| (RuleId::V08, alloc::vec![sight.window])));
        let mut whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        let is_lost = whole.clone().all(|sight| !sight.lost.is_empty());
        let first = whole.next().filter(|_| is_lost);
        unproven.extend(first.map(|sight| (RuleId::V07, sight.lost.clone())));
        unproven
    }

    pub(super) fn signed(&self, signature: VideoSignature) -> impl Iterator<Item = &Sight> {
        self.sights.iter().filter(move |sight| sight.signature == signature)
    }

    /// Until when footage of the window may be committed to.
    pub(super) fn due_us(window: Interval, moment: Moment, policy: &Policy) -> u64 {
        moment.recorded_at_us.max(window.to_us).saturating_add(seconds_us(policy.cctv.commit_s_max))
    }
}

impl Moment {
    /// Of the cycle in which a door opened on something.
    pub(crate) fn of(opening: &Opening) -> Self {
        let cycle = Interval { from_us: opening.begun_us, to_us: opening.interval.to_us };
        Self {
            door: widened(cycle, opening.error_us),
            at_us: opening.interval.from_us,
            recorded_at_us: opening.recorded_at_us,
        }
    }
}

impl Scene {
    /// Of the cycle in which a door opened on something.
    pub(crate) fn of(opening: &Opening) -> Self {
        Self {
            compartment: opening.compartment,
            locker: opening.device,
            indices: opening.indices.clone(),
            exhibits: opening.occupants.iter().chain(&opening.transferred).copied().collect(),
            is_transfer: !opening.transferred.is_empty(),
        }
    }
}

/// The holes one by one, or where there are very many the stretch from the first to the last.
fn merged(holes: &[Hole]) -> Vec<Interval> {
    let all: Vec<Interval> = holes.iter().map(|hole| hole.interval).collect();
    if all.len() <= HOLES_LAID_MAX { all } else { hull(&all).into_iter().collect() }
}
