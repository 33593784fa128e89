//! Selecting: which entries of the ledger a bundle holds.
//!
//! Whole are the streams of the exhibits and of the case, and those of the sites at which they lay; without a gap are those
//! of compartments and their lockers while they lay there. The rest is what these name, and what the keys, roles and
//! policies that they rest on stand on. No entry of another case's exhibit comes along, except where it is re-attributed to
//! one of these.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::{Fact, FootageFact, Matter};
use custody::id::{CameraId, CaseId, CompartmentId, DeviceId, Digest, ExhibitId, PersonId, SiteId};
use custody::policy::seconds_us;
use custody_proto::schema::Stream;
use disclosure::manifest::Slice;
use disclosure::scope::{Stay, Stop, kin, stays, window};
use ledger_format::canonical::{Event, Value, walk};
use ledger_format::envelope::STATEMENT_BYTES_MAX;
use ledger_format::stream::StreamName;
use ledger_store::Store;

use super::order::{DiscloseError, Scope};
use crate::node::Node;
use crate::reading::Shown;
use crate::state::State;

/// How far beyond an opening footage is looked for, beside the policy's margin: recorders and lockers may be this far
/// apart by their clocks before anybody would call them synchronised.
const CLOCKS_APART_US: u64 = 120 * 1_000_000;

/// How many entries of a compartment's stream are looked at first on either side of a stay; more where that is too few.
const STOPS_AT_FIRST: usize = 64;

/// The one reference that is not followed: each statement names the one before, and a device's whole life would come along.
const PREVIOUS: &str = "previous";

/// What a bundle holds.
#[derive(Debug)]
pub struct Selection {
    /// The exhibits in scope, ascending.
    pub exhibits: Vec<ExhibitId>,
    /// The case, if a whole one was asked for.
    pub case: Option<CaseId>,
    /// The entries, by index.
    pub entries: BTreeMap<u64, Shown>,
    /// What is held without a gap.
    pub slices: Vec<Slice>,
    /// Streams that a reader will ask for and that there are none of.
    pub absent: Vec<StreamName>,
}

/// Selects the entries of a bundle whose census stands at `census` and which was asked for at `request`.
pub(crate) async fn select<S: Store>(
    node: &Node<S>,
    scope: &Scope,
    request: u64,
    census: u64,
) -> Result<Selection, DiscloseError> {
    let mut selecting = Selecting::new(node, census);
    let exhibits = selecting.exhibits(scope).await?;
    if let Scope::Case(case) = scope {
        selecting.whole(StreamName { kind: Stream::Case, id: case.0 }).await?;
    }
    selecting.exhibits = exhibits;
    selecting.acquaint();
    for index in [0, request, census] {
        selecting.take(index, Why::Needed).await?;
    }
    selecting.holds_of_cases().await?;
    let facts = selecting.entries.iter().map(|(index, shown)| (*index, &shown.decoded.statement.fact));
    let stays = stays(facts, &selecting.exhibits);
    selecting.sites(&stays).await?;
    for stay in &stays {
        selecting.doors(stay).await?;
    }
    selecting.last_words(&stays).await?;
    selecting.footage().await?;
    let general = selecting.look(|state| state.tables().links.general().to_vec());
    for index in general {
        selecting.take(index, Why::Needed).await?;
    }
    selecting.follow().await?;
    Ok(selecting.finish(scope))
}

/// Why an entry is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It belongs to a slice, or a rule needs it whoever's it is.
    Needed,
    /// Something names it: it comes along unless it is of another case's exhibits.
    Named,
}

struct Selecting<'a, S> {
    node: &'a Node<S>,
    /// Index of the census: nothing later is taken.
    census: u64,
    exhibits: BTreeSet<ExhibitId>,
    /// Exhibits of the same case that some act on one in scope is on as well: a remark on both may be on what only the other's
    /// record holds.
    acquainted: BTreeSet<ExhibitId>,
    entries: BTreeMap<u64, Shown>,
    /// By stream, the ranges of revisions that are held.
    held: BTreeMap<StreamName, Vec<(u64, u64)>>,
    absent: BTreeSet<StreamName>,
    /// Entries whose references have not been followed.
    waiting: Vec<u64>,
    people: BTreeSet<PersonId>,
    devices: BTreeSet<DeviceId>,
}

impl<'a, S: Store> Selecting<'a, S> {
    fn new(node: &'a Node<S>, census: u64) -> Self {
        Self {
            node,
            census,
            exhibits: BTreeSet::new(),
            acquainted: BTreeSet::new(),
            entries: BTreeMap::new(),
            held: BTreeMap::new(),
            absent: BTreeSet::new(),
            waiting: Vec::new(),
            people: BTreeSet::new(),
            devices: BTreeSet::new(),
        }
    }

    fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        self.node.look(|state, _| look(state))
    }

    /// The indices of a stream's entries before the census.
    fn stream(&self, stream: &StreamName) -> Vec<u64> {
        let census = self.census;
        self.look(|state| {
            let all = state.stream(stream);
            let end = all.partition_point(|index| *index < census);
            all.get(..end).unwrap_or_default().to_vec()
        })
    }

    async fn read(&self, index: u64) -> Result<Shown, DiscloseError> {
        self.node.entry(index).await?.ok_or(DiscloseError::Beyond { index })
    }

    async fn take(&mut self, index: u64, why: Why) -> Result<(), DiscloseError> {
        if index > self.census || self.entries.contains_key(&index) {
            return Ok(());
        }
        let shown = self.read(index).await?;
        if why == Why::Named && !self.is_ours(&shown) {
            return Ok(());
        }
        self.entries.insert(index, shown);
        self.waiting.push(index);
        Ok(())
    }

    /// Whether it names no exhibit and no case, or an exhibit in scope or one that is handled together with one.
    fn is_ours(&self, shown: &Shown) -> bool {
        let streams = &shown.decoded.streams;
        let mut of_exhibits = streams.iter().filter(|stream| stream.kind == Stream::Exhibit).peekable();
        if of_exhibits.peek().is_some() {
            return of_exhibits.any(|stream| {
                let exhibit = ExhibitId(stream.id);
                self.exhibits.contains(&exhibit) || self.acquainted.contains(&exhibit)
            });
        }
        !streams.iter().any(|stream| stream.kind == Stream::Case)
    }

    /// Takes every entry of a stream before the census.
    async fn whole(&mut self, stream: StreamName) -> Result<(), DiscloseError> {
        let indices = self.stream(&stream);
        let Some(last) = indices.len().checked_sub(1) else {
            self.absent.insert(stream);
            return Ok(());
        };
        for index in indices {
            self.take(index, Why::Needed).await?;
        }
        self.hold(stream, 0, last);
        Ok(())
    }

    fn hold(&mut self, stream: StreamName, first: usize, last: usize) {
        let number = |place: usize| u64::try_from(place).unwrap_or(u64::MAX);
        self.held.entry(stream).or_default().push((number(first), number(last)));
    }

    /// The exhibits in scope, with their streams whole: those asked for, or those of the case, and all that hang together
    /// with them.
    async fn exhibits(&mut self, scope: &Scope) -> Result<BTreeSet<ExhibitId>, DiscloseError> {
        let mut left: Vec<ExhibitId> = match scope {
            Scope::Exhibits(exhibits) => exhibits.clone(),
            Scope::Case(case) => self.of_case(*case).await?,
        };
        let mut exhibits = BTreeSet::new();
        while let Some(exhibit) = left.pop() {
            if !exhibits.insert(exhibit) {
                continue;
            }
            let stream = StreamName { kind: Stream::Exhibit, id: exhibit.0 };
            let indices = self.stream(&stream);
            if indices.is_empty() {
                return Err(DiscloseError::UnknownExhibit { exhibit });
            }
            self.whole(stream).await?;
            for index in indices {
                let fact = self.entries.get(&index).map(|shown| &shown.decoded.statement.fact);
                left.extend(fact.map(kin).unwrap_or_default());
            }
        }
        Ok(exhibits)
    }

    /// Takes note of the exhibits that acts on those in scope are on as well. Re-attribution is between cases.
    fn acquaint(&mut self) {
        let acts = self.entries.values().filter(|shown| {
            !matches!(shown.decoded.statement.fact, Fact::Matter(Matter::Reattributed { .. }))
        });
        let streams = acts.flat_map(|shown| &shown.decoded.streams);
        let exhibits = streams.filter(|stream| stream.kind == Stream::Exhibit);
        self.acquainted = exhibits.map(|stream| ExhibitId(stream.id)).collect();
    }

    async fn of_case(&self, case: CaseId) -> Result<Vec<ExhibitId>, DiscloseError> {
        let indices = self.stream(&StreamName { kind: Stream::Case, id: case.0 });
        if indices.is_empty() {
            return Err(DiscloseError::UnknownCase { case });
        }
        let mut exhibits = BTreeSet::new();
        for index in indices {
            let streams = self.read(index).await?.decoded.streams;
            let of_exhibits = streams.iter().filter(|stream| stream.kind == Stream::Exhibit);
            exhibits.extend(of_exhibits.map(|stream| ExhibitId(stream.id)));
        }
        if exhibits.is_empty() {
            Err(DiscloseError::Nothing { case })
        } else {
            Ok(exhibits.into_iter().collect())
        }
    }

    /// Holds of the exhibits' cases, and what was re-attributed to them: these stand in other streams.
    async fn holds_of_cases(&mut self) -> Result<(), DiscloseError> {
        let mut cases = BTreeSet::new();
        let mut named = Vec::new();
        for shown in self.entries.values() {
            match &shown.decoded.statement.fact {
                Fact::ExhibitRegistered { exhibit, case, .. } if self.exhibits.contains(exhibit) => {
                    cases.insert(*case);
                }
                Fact::Matter(Matter::Reattributed { statements, .. }) => named.extend(statements.clone()),
                _ => {}
            }
        }
        for case in cases {
            for index in self.stream(&StreamName { kind: Stream::Case, id: case.0 }) {
                let shown = self.read(index).await?;
                if matches!(shown.decoded.name, "hold_placed" | "hold_released") {
                    self.take(index, Why::Needed).await?;
                }
            }
        }
        for statement in named {
            if let Some(index) = self.look(|state| state.index_of(&statement)) {
                self.take(index, Why::Needed).await?;
            }
        }
        Ok(())
    }

    /// The streams of the sites at which the lockers have stood.
    async fn sites(&mut self, stays: &[Stay]) -> Result<(), DiscloseError> {
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
    async fn doors(&mut self, stay: &Stay) -> Result<(), DiscloseError> {
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
    async fn window(&self, stay: &Stay, indices: &[u64]) -> Result<(usize, Option<usize>), DiscloseError> {
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
    async fn beside_the_window(
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
    async fn meanwhile(&mut self, device: DeviceId, from: u64, to: Option<u64>) -> Result<(), DiscloseError> {
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
    async fn conditions(&mut self, device: DeviceId, before: u64) -> Result<(), DiscloseError> {
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
    async fn last_words(&mut self, stays: &[Stay]) -> Result<(), DiscloseError> {
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

    /// What recorders said of the openings that are shown.
    async fn footage(&mut self) -> Result<(), DiscloseError> {
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

    /// Follows every reference of every entry taken, until nothing new comes along.
    async fn follow(&mut self) -> Result<(), DiscloseError> {
        while let Some(index) = self.waiting.pop() {
            let Some(shown) = self.entries.get(&index) else { continue };
            let (hash, device) = (shown.decoded.hash, shown.decoded.statement.device);
            let named = named(&shown.entry.envelope.statement);
            let (people, devices) = (&self.people, &self.devices);
            let (new_people, needed, mentioned) = self.look(|state| {
                let links = &state.tables().links;
                let mut needed: Vec<u64> = links.approvals(&hash).to_vec();
                needed.extend(links.closing(&hash));
                needed.extend(links.erasures(&hash));
                if !devices.contains(&device) {
                    needed.extend(links.keys(device));
                }
                let new: Vec<PersonId> =
                    named.ids.iter().copied().filter(|one| !people.contains(one)).collect();
                needed.extend(new.iter().flat_map(|person| links.of_person(*person)));
                let mentioned: Vec<u64> =
                    named.hashes.iter().filter_map(|hash| state.index_of(hash)).collect();
                (new, needed, mentioned)
            });
            self.devices.insert(device);
            self.people.extend(new_people);
            for index in needed {
                self.take(index, Why::Needed).await?;
            }
            for index in mentioned {
                self.take(index, Why::Named).await?;
            }
        }
        Ok(())
    }

    fn finish(self, scope: &Scope) -> Selection {
        let case = match scope {
            Scope::Case(case) => Some(*case),
            Scope::Exhibits(_) => None,
        };
        let slices = self.held.into_iter().flat_map(|(stream, ranges)| {
            apart_revisions(ranges).into_iter().map(move |(first, last)| Slice { stream, first, last })
        });
        Selection {
            exhibits: self.exhibits.into_iter().collect(),
            case,
            slices: slices.collect(),
            entries: self.entries,
            absent: self.absent.into_iter().collect(),
        }
    }
}

/// What a statement may name: hashes of other statements, and ids of people. Ids are random: what is another thing's
/// is no person's.
struct Named {
    hashes: Vec<Digest>,
    ids: Vec<PersonId>,
}

fn named(statement: &[u8]) -> Named {
    let mut named = Named { hashes: Vec::new(), ids: Vec::new() };
    // It was decoded before, and so walks to its end.
    let _ = walk(statement, &custody_proto::table::STATEMENT, STATEMENT_BYTES_MAX, &mut |event| {
        if let Event::Value(field, Value::Bytes(bytes)) = event
            && !field.commits
            && field.name != PREVIOUS
        {
            named.hashes.extend(Digest::try_from(bytes));
            named.ids.extend(<[u8; 16]>::try_from(bytes).map(PersonId));
        }
    });
    named
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

/// The same revisions in as few ranges as there can be: those next to each other are one.
fn apart_revisions(mut ranges: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    ranges.sort_unstable();
    let mut apart: Vec<(u64, u64)> = Vec::new();
    for (first, last) in ranges {
        match apart.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => apart.push((first, last)),
        }
    }
    apart
}
