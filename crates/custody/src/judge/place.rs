//! Whether an exhibit lay where exhibits may lie: in a locker for them, in an official transit store, in a camera's
//! view (V01).

use alloc::format;
use alloc::vec::Vec;

use super::{Judgement, OpenLeg};
use crate::estate::Locker;
use crate::exhibit::What;
use crate::fact::{Interval, LockerPurpose};
use crate::id::{ExhibitId, LockerId};
use crate::rule::RuleId;
use crate::verdict::Holder;

/// What is wrong with a place at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unfit {
    is_for_equipment: bool,
    is_in_no_official_store: bool,
    is_in_no_view: bool,
}

impl Unfit {
    fn is_fit(self) -> bool {
        !(self.is_for_equipment || self.is_in_no_official_store || self.is_in_no_view)
    }

    fn words(self) -> Vec<&'static str> {
        let each = [
            (self.is_for_equipment, "that is for equipment only"),
            (self.is_in_no_official_store, "that stood in no official transit store"),
            (self.is_in_no_view, "that no camera of a coverage map in force viewed"),
        ];
        each.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect()
    }
}

impl Judgement<'_> {
    /// Asks at the beginning of a leg in a compartment, and wherever the answer may change meanwhile.
    pub(super) fn check_place(&mut self, leg: &OpenLeg<'_>, interval: Interval) {
        let Holder::Compartment(compartment) = leg.holder else { return };
        let Some((id, locker)) = self.ledger.estate().locker_of(compartment) else { return };
        let exhibits: Vec<ExhibitId> = match &leg.first.what {
            What::Moved(movement) => movement.exhibits().to_vec(),
            _ => alloc::vec![self.exhibit],
        };
        for (stretch, unfit) in self.answers(id, locker, interval) {
            if unfit.is_fit() {
                continue;
            }
            let sentence = format!("An exhibit lay in a locker {}.", unfit.words().join(" and "));
            let finding = self.against(RuleId::V01, sentence, leg.first);
            let finding = finding.of_exhibits(exhibits.iter().copied()).in_compartment(compartment);
            self.find(finding.during(stretch));
        }
    }

    /// The interval cut into stretches of equal answer.
    fn answers(&self, id: LockerId, locker: &Locker, interval: Interval) -> Vec<(Interval, Unfit)> {
        let changes = self.ledger.estate().changes_of(locker, interval);
        let mut from_us = interval.from_us;
        let mut answers: Vec<(Interval, Unfit)> = Vec::new();
        for to_us in changes.into_iter().chain([interval.to_us]) {
            let unfit = self.unfit(id, locker, from_us);
            match answers.last_mut() {
                Some((stretch, before)) if *before == unfit => stretch.to_us = to_us,
                _ => answers.push((Interval { from_us, to_us }, unfit)),
            }
            from_us = to_us;
        }
        answers
    }

    fn unfit(&self, id: LockerId, locker: &Locker, at_us: u64) -> Unfit {
        let (estate, sites) = (self.ledger.estate(), &self.policy.sites);
        let has_view = || {
            let map = estate.map_at(locker.stand_at(at_us)?.site, at_us)?;
            map.cameras_of(id).find(|camera| estate.cameras.contains_key(camera))
        };
        Unfit {
            is_for_equipment: locker.purpose == LockerPurpose::Equipment,
            is_in_no_official_store: sites.exhibits_in_transit_stores_only
                && estate.official_store_at(locker, at_us).is_none(),
            is_in_no_view: sites.camera_required && has_view().is_none(),
        }
    }
}
