//! Selecting: which entries of the ledger a bundle holds.
//!
//! Whole are the streams of the exhibits and of the case, and those of the sites at which they lay; without a gap are those
//! of compartments and their lockers while they lay there. The rest is what these name, and what the keys, roles and
//! policies that they rest on stand on. No entry of another case's exhibit comes along, except where it is re-attributed to
//! one of these.

mod doors;
mod exhibits;
mod footage;
mod references;

use std::collections::{BTreeMap, BTreeSet};

use custody::id::{CaseId, DeviceId, ExhibitId, PersonId};
use custody_proto::schema::Stream;
use disclosure::manifest::Slice;
use disclosure::scope::stays;
use ledger_format::stream::StreamName;
use ledger_store::Store;

use super::order::{DiscloseError, Scope};
use crate::node::Node;
use crate::reading::Shown;
use crate::state::State;

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

/// Selects the entries of a bundle whose census stands at `census` and which was asked for at `request`, from the ledger
/// as it was `then`, or as it is.
pub(crate) async fn select<S: Store>(
    node: &Node<S>,
    then: Option<&State>,
    scope: &Scope,
    request: u64,
    census: u64,
) -> Result<Selection, DiscloseError> {
    let mut selecting = Selecting::new(node, then, census);
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
    /// The ledger as it was, where more has come since.
    then: Option<&'a State>,
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
    fn new(node: &'a Node<S>, then: Option<&'a State>, census: u64) -> Self {
        Self {
            node,
            then,
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
        self.node.look_at(self.then, look)
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
