//! What doors and lockers say while an exhibit lies behind one: every opening, and every word of the locker of itself.

use std::collections::BTreeSet;

use custody::id::{CompartmentId, DeviceId, SiteId};
use custody_proto::schema::Stream;
use disclosure::scope::{Stay, Stop, window};
use ledger_format::stream::StreamName;
use ledger_store::Store;

use super::{Selecting, Why};
use crate::disclose::order::DiscloseError;

/// How many entries of a compartment's stream are looked at first on either side of a stay; more where that is too few.
const STOPS_AT_FIRST: usize = 64;

impl<S: Store> Selecting<'_, S> {
    /// The streams of the sites at which the lockers have stood.
    pub(super) async fn sites(&mut self, stays: &[Stay]) -> Result<(), DiscloseError> {
        let sites: BTreeSet<SiteId> = self.look(|state| {
            let estate = state.ledger().estate();
            let lockers = stays.iter().filter_map(|stay| estate.locker_of(stay.compartment));
            lockers.flat_map(|(_, locker)| locker.sites()).collect()
        });
        for site in sites {
            self.whole(StreamName { kind: Stream::Site, id: site.0 }).await?;
        }
        Ok(())
    }

    /// Every opening of the compartment during a stay, and what its locker said of itself meanwhile.
    pub(super) async fn doors(&mut self, stay: &Stay) -> Result<(), DiscloseError> {
        let stream = StreamName { kind: Stream::Compartment, id: stay.compartment.0 };
        let indices = self.stream(&stream);
        let (from, to) = match indices.len().checked_sub(1) {
            None => {
                self.absent.insert(stream);
                (stay.begins.index, stay.ends.map(|visit| visit.index))
            }
            Some(end) => {
                let (first, last) = self.window(stay, &indices).await?;
                let (from, to) = (indices.get(first).copied(), indices.get(last.unwrap_or(end)).copied());
                for index in indices.get(first..=last.unwrap_or(end)).unwrap_or_default() {
                    self.take(*index, Why::Needed).await?;
                }
                self.hold(stream, first, last.unwrap_or(end));
                self.beside_the_window(stay.compartment, &indices, first).await?;
                (from.unwrap_or_default(), to.filter(|_| last.is_some()))
            }
        };
        if let Some(device) = self.look(|state| state.ledger().estate().speaker(stay.compartment)) {
            self.meanwhile(device, from, to).await?;
        }
        Ok(())
    }

    /// From which to which place in a compartment's stream a stay is shown; to the end where there is no last.
    pub(super) async fn window(
        &self,
        stay: &Stay,
        indices: &[u64],
    ) -> Result<(usize, Option<usize>), DiscloseError> {
        let place = |index: u64| indices.partition_point(|one| *one < index);
        let mut reach = STOPS_AT_FIRST;
        loop {
            let begin = place(stay.begins.index).saturating_sub(reach);
            let end = stay.ends.map_or(0, |visit| place(visit.index).saturating_add(reach));
            let end = end.max(place(stay.begins.index).saturating_add(reach)).min(indices.len());
            let mut stops = Vec::new();
            for (revision, index) in indices.iter().enumerate().take(end).skip(begin) {
                let shown = self.read(*index).await?;
                let revision = u64::try_from(revision).unwrap_or(u64::MAX);
                stops.push(Stop::new(revision, *index, shown.decoded.hash, &shown.decoded.statement.fact));
            }
            let is_all = begin == 0 && end == indices.len();
            let found = window(&stops, stay);
            let is_enough = |found: &disclosure::scope::Window| {
                stay.ends.is_none() || found.last.is_some() || end == indices.len()
            };
            if let Some(found) = found.filter(is_enough) {
                let number = |revision: u64| usize::try_from(revision).unwrap_or(usize::MAX);
                return Ok((number(found.first), found.last.map(number)));
            }
            if is_all {
                return Ok((0, None));
            }
            reach = reach.saturating_mul(4);
        }
    }

    /// What was said of a compartment before the window and holds on in it: its mode, and maintenance allowed.
    pub(super) async fn beside_the_window(
        &mut self,
        compartment: CompartmentId,
        indices: &[u64],
        first: usize,
    ) -> Result<(), DiscloseError> {
        let _ = compartment;
        for index in indices.get(..first).unwrap_or_default().iter().rev().take(STOPS_AT_FIRST) {
            let shown = self.read(*index).await?;
            let holds_on = matches!(
                shown.decoded.name,
                "compartment_mode_set"
                    | "compartment_service_set"
                    | "maintenance_authorised"
                    | "tamper_sensed"
                    | "presence_sensed"
            );
            if holds_on {
                self.take(*index, Why::Needed).await?;
            }
        }
        Ok(())
    }

    /// A locker device's stream from at or before one index to at or after another, or to its end.
    pub(super) async fn meanwhile(
        &mut self,
        device: DeviceId,
        from: u64,
        to: Option<u64>,
    ) -> Result<(), DiscloseError> {
        let stream = StreamName::device(device);
        let indices = self.stream(&stream);
        let Some(end) = indices.len().checked_sub(1) else {
            self.absent.insert(stream);
            return Ok(());
        };
        let first = indices.partition_point(|index| *index <= from).saturating_sub(1);
        let last = to.map_or(end, |to| indices.partition_point(|index| *index < to).min(end));
        for index in indices.get(first..=last).unwrap_or_default() {
            self.take(*index, Why::Needed).await?;
        }
        self.hold(stream, first, last);
        self.conditions(device, indices.get(first).copied().unwrap_or_default()).await
    }

    /// What a device had last said of its own condition before an index, of each kind.
    pub(super) async fn conditions(&mut self, device: DeviceId, before: u64) -> Result<(), DiscloseError> {
        let conditions = self.look(|state| state.tables().links.conditions(device).to_vec());
        let mut kinds = BTreeSet::new();
        for index in conditions.into_iter().rev().filter(|index| *index < before) {
            let shown = self.read(index).await?;
            if kinds.insert(shown.decoded.name) {
                self.take(index, Why::Needed).await?;
            }
            if kinds.len() >= 8 {
                break;
            }
        }
        Ok(())
    }

    /// The last word of each locker in which an exhibit still lies: so far is its leg known.
    pub(super) async fn last_words(&mut self, stays: &[Stay]) -> Result<(), DiscloseError> {
        for stay in stays.iter().filter(|stay| stay.ends.is_none()) {
            let Some(device) = self.look(|state| state.ledger().estate().speaker(stay.compartment)) else {
                continue;
            };
            if let Some(index) = self.stream(&StreamName::device(device)).last() {
                self.take(*index, Why::Needed).await?;
            }
        }
        Ok(())
    }
}
