//! Scope (G04): that the bundle is what was asked for, and holds what that takes.

use std::collections::{BTreeMap, BTreeSet};

use custody::finding::Finding;
use custody::id::{CaseId, ExhibitId, SiteId};
use custody::rule::RuleId;
use custody_proto::schema::Stream;
use custody_proto::v1;
use custody_proto::v1::statement::Fact as Message;
use disclosure::manifest::{Manifest, Slice};
use disclosure::material::{Request, Said};
use disclosure::profile::Profile;
use disclosure::scope::{Stay, Stop, kin, stays, window};
use ledger_format::stream::StreamName;

use super::census::Heads;
use super::replay::Replay;
use super::slices::Streams;

/// What the bundle is checked against.
pub(super) struct Scope<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) streams: &'a Streams,
    pub(super) heads: &'a Heads,
}

/// What was asked for, by the entry that says so; none where there is no such entry, which is a finding.
pub(super) fn request(manifest: &Manifest, replay: &mut Replay, recipient: Option<String>) -> Request {
    let written = &manifest.written;
    let said = replay.entries.get(&written.request);
    let asked = said.and_then(|said| requested(said, replay));
    let census_us = replay.entries.get(&written.census).map_or(0, |said| said.decoded.statement.time.wall_us);
    let mut request = Request {
        origin: written.origin.clone(),
        size: written.size,
        root: manifest.root,
        profile: manifest.profile,
        case: manifest.case,
        exhibits: manifest.exhibits.clone(),
        requested_at: written.request,
        requested_us: said.map_or(0, |said| said.decoded.statement.time.wall_us),
        recipient,
        census_at: written.census,
        census_us,
    };
    let Some(asked) = asked else {
        let sentence =
            format!("Entry {} is no request for a bundle that the node recorded.", written.request);
        replay.findings.add(Finding::new(RuleId::G04, sentence));
        return request;
    };
    if asked.profile != Some(manifest.profile) || asked.case != manifest.case {
        let sentence = "The bundle is of another profile or case than was asked for.".to_owned();
        replay.findings.add(Finding::new(RuleId::G04, sentence).at([written.request]));
    }
    if asked.case.is_none() {
        let lacking = asked.exhibits.iter().filter(|exhibit| !manifest.exhibits.contains(exhibit));
        let lacking: Vec<ExhibitId> = lacking.copied().collect();
        if !lacking.is_empty() {
            let sentence = "An exhibit that was asked for is not in the bundle.".to_owned();
            replay.findings.add(Finding::new(RuleId::G04, sentence).of_exhibits(lacking));
        }
    }
    let due = asked_for(&asked, replay);
    let beside: Vec<ExhibitId> =
        manifest.exhibits.iter().copied().filter(|exhibit| !due.contains(exhibit)).collect();
    if !beside.is_empty() {
        let sentence = "An exhibit that was not asked for is in the bundle.".to_owned();
        replay.findings.add(Finding::new(RuleId::G04, sentence).of_exhibits(beside));
    }
    request.case = asked.case;
    request
}

/// The exhibits that were asked for, or those of the case, and all that hang together with them.
fn asked_for(asked: &Asked, replay: &Replay) -> BTreeSet<ExhibitId> {
    let mut groups: BTreeMap<ExhibitId, Vec<Vec<ExhibitId>>> = BTreeMap::new();
    for said in replay.entries.values() {
        let kin = kin(&said.decoded.statement.fact);
        for exhibit in &kin {
            groups.entry(*exhibit).or_default().push(kin.clone());
        }
    }
    let mut left = match asked.case {
        Some(case) => of_case(case, replay).collect(),
        None => asked.exhibits.clone(),
    };
    let mut due = BTreeSet::new();
    while let Some(exhibit) = left.pop() {
        if due.insert(exhibit) {
            left.extend(groups.remove(&exhibit).into_iter().flatten().flatten());
        }
    }
    due
}

/// Every exhibit that an entry of the case's stream names.
fn of_case(case: CaseId, replay: &Replay) -> impl Iterator<Item = ExhibitId> + '_ {
    let stream = StreamName { kind: Stream::Case, id: case.0 };
    let entries = replay.entries.values().filter(move |said| said.decoded.streams.contains(&stream));
    let streams = entries.flat_map(|said| &said.decoded.streams);
    streams.filter(|stream| stream.kind == Stream::Exhibit).map(|stream| ExhibitId(stream.id))
}

struct Asked {
    profile: Option<Profile>,
    case: Option<CaseId>,
    exhibits: Vec<ExhibitId>,
}

fn requested(said: &Said, replay: &Replay) -> Option<Asked> {
    let Some(Message::DisclosureRequested(fact)) = &said.message.fact else { return None };
    if replay.ledger.node() != Some(said.decoded.statement.device) {
        return None;
    }
    let declared = fact.declared.as_ref()?;
    let profile = v1::DisclosureProfile::try_from(declared.profile).ok();
    let id = |bytes: &Vec<u8>| <[u8; 16]>::try_from(bytes.as_slice()).ok();
    Some(Asked {
        profile: profile.and_then(Profile::of_message),
        case: declared.case.as_ref().and_then(id).map(CaseId),
        exhibits: declared.exhibits.iter().filter_map(id).map(ExhibitId).collect(),
    })
}

/// Demands all that must be whole, and all that must be shown of doors and lockers.
pub(super) fn check(scope: &Scope<'_>, replay: &mut Replay) {
    let exhibits: BTreeSet<ExhibitId> = scope.manifest.exhibits.iter().copied().collect();
    for exhibit in &exhibits {
        whole(scope, StreamName { kind: Stream::Exhibit, id: exhibit.0 }, replay);
    }
    if let Some(case) = scope.manifest.case {
        whole(scope, StreamName { kind: Stream::Case, id: case.0 }, replay);
    }
    for exhibit in belonging(scope, &exhibits, replay).difference(&exhibits) {
        let sentence = "An exhibit that belongs to what was asked for is not in the bundle.".to_owned();
        replay.findings.add(Finding::new(RuleId::G04, sentence).of_exhibits([*exhibit]));
    }
    let facts = replay.entries.iter().map(|(index, said)| (*index, &said.decoded.statement.fact));
    let stays = stays(facts, &exhibits);
    for stay in &stays {
        shown(scope, stay, replay);
    }
    for site in sites(&stays, replay) {
        whole(scope, StreamName { kind: Stream::Site, id: site.0 }, replay);
    }
}

/// The exhibits of the case, if a whole one was asked for, and whatever hangs together with an exhibit in scope.
fn belonging(scope: &Scope<'_>, exhibits: &BTreeSet<ExhibitId>, replay: &Replay) -> BTreeSet<ExhibitId> {
    let in_case = scope.manifest.case.into_iter().flat_map(|case| of_case(case, replay));
    let kin = replay.entries.values().map(|said| kin(&said.decoded.statement.fact));
    let kin = kin.filter(|kin| kin.iter().any(|exhibit| exhibits.contains(exhibit)));
    in_case.chain(kin.flatten()).collect()
}

fn whole(scope: &Scope<'_>, stream: StreamName, replay: &mut Replay) {
    let slices = scope.manifest.slices.iter().filter(|slice| slice.stream == stream);
    if !slices.clone().any(|slice| scope.heads.is_whole(slice)) {
        let sentence = format!("The bundle does not show that it holds all of {stream} up to its census.");
        replay.findings.add(super::slices::of_stream(Finding::new(RuleId::G04, sentence), &stream));
    }
}

/// That every opening of a compartment during a stay is in the bundle, and everything that its locker said of itself.
fn shown(scope: &Scope<'_>, stay: &Stay, replay: &mut Replay) {
    let stream = StreamName { kind: Stream::Compartment, id: stay.compartment.0 };
    let Some((from, to)) = door_window(scope, stream, stay, replay) else {
        let sentence = format!(
            "The bundle does not show every opening of compartment {} while an exhibit lay there.",
            stay.compartment
        );
        let finding = Finding::new(RuleId::G04, sentence).at([stay.begins.index]);
        return replay.findings.add(finding.in_compartment(stay.compartment));
    };
    let Some(device) = replay.ledger.estate().speaker(stay.compartment) else { return };
    if !reaches(scope, StreamName::device(device), from, to) {
        let sentence = format!(
            "The bundle does not show everything that the locker of compartment {} said of itself while an exhibit lay there.",
            stay.compartment
        );
        let finding = Finding::new(RuleId::G04, sentence).at([stay.begins.index]);
        replay.findings.add(finding.in_compartment(stay.compartment).by_device(device));
    }
}

/// From which to which index a slice of the compartment's stream shows the stay; to the census where it has no end.
fn door_window(
    scope: &Scope<'_>,
    stream: StreamName,
    stay: &Stay,
    replay: &Replay,
) -> Option<(u64, Option<u64>)> {
    let mut slices = scope.manifest.slices.iter().filter(|slice| slice.stream == stream);
    if scope.heads.is_absent(&stream) {
        // A device may name a compartment whose door never spoke.
        return Some((stay.begins.index, stay.ends.map(|visit| visit.index)));
    }
    slices.find_map(|slice| {
        let stops: Vec<Stop> = scope
            .streams
            .within(slice)
            .filter_map(|(revision, place)| {
                let said = replay.entries.get(&place.index)?;
                let decoded = &said.decoded;
                Some(Stop::new(revision, place.index, decoded.hash, &decoded.statement.fact))
            })
            .collect();
        let window = window(&stops, stay)?;
        let is_to_head = scope.heads.is_to_head(slice);
        let index_of = |revision| scope.streams.at(&stream, revision).map(|place| place.index);
        let from = index_of(window.first)?;
        match window.last {
            Some(last) => Some((from, Some(index_of(last)?))),
            None => is_to_head.then_some((from, None)),
        }
        .filter(|_| slice.first <= window.first)
    })
}

/// Whether a slice of the stream reaches from at or before one index to at or after another, or to the head.
fn reaches(scope: &Scope<'_>, stream: StreamName, from: u64, to: Option<u64>) -> bool {
    let reaches = |slice: &Slice| {
        let first = scope.streams.at(&stream, slice.first).map(|place| place.index);
        let last = scope.streams.at(&stream, slice.last).map(|place| place.index);
        let begins = slice.first == 0 || first.is_some_and(|index| index <= from);
        let ends = scope.heads.is_to_head(slice) || to.zip(last).is_some_and(|(to, last)| last >= to);
        begins && ends
    };
    scope.manifest.slices.iter().filter(|slice| slice.stream == stream).any(reaches)
}

/// The sites at which the lockers of these stays have stood.
fn sites(stays: &[Stay], replay: &Replay) -> BTreeSet<SiteId> {
    let estate = replay.ledger.estate();
    let lockers = stays.iter().filter_map(|stay| estate.locker_of(stay.compartment));
    lockers.flat_map(|(_, locker)| locker.sites()).collect()
}
