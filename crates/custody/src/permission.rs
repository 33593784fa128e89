//! Maintenance windows and holds: what is asked by somebody else than the exhibit they were said of (D05, G03, S01).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::fact::{AuthorityFact, Interval};
use crate::id::{CaseId, CompartmentId, Digest, ExhibitId};
use crate::ledger::Recorded;
use crate::movement::Act;

/// A time in which doors may be opened with the master key.
#[derive(Debug, Clone)]
struct Window {
    compartments: Vec<CompartmentId>,
    by: Act,
    second: Act,
    from_us: u64,
    to_us: u64,
    /// When it was said.
    said: Interval,
}

/// A hold, and when it ended.
#[derive(Debug, Clone, Copy)]
struct Hold {
    from_us: u64,
    to_us: u64,
}

/// Maintenance windows and holds.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    windows: BTreeMap<Digest, Window>,
    holds: BTreeMap<Digest, Hold>,
    /// Releases whose hold has not been recorded yet.
    releases: BTreeMap<Digest, u64>,
    by_exhibit: BTreeMap<ExhibitId, Vec<Digest>>,
    by_case: BTreeMap<CaseId, Vec<Digest>>,
}

impl Permissions {
    /// Folds one fact.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &AuthorityFact) {
        let at_us = recorded.statement.time.wall_us;
        match fact {
            AuthorityFact::MaintenanceAuthorised { compartments, by, second, from_us, to_us } => {
                let (by, second, from_us, to_us) = (*by, *second, *from_us, *to_us);
                let said = recorded.statement.time.interval();
                let window = Window { compartments: compartments.clone(), by, second, from_us, to_us, said };
                self.windows.insert(recorded.hash, window);
            }
            AuthorityFact::HoldPlaced { case, exhibits, .. } => {
                let to_us = self.releases.remove(&recorded.hash).unwrap_or(u64::MAX);
                self.holds.insert(recorded.hash, Hold { from_us: at_us, to_us });
                for exhibit in exhibits {
                    self.by_exhibit.entry(*exhibit).or_default().push(recorded.hash);
                }
                if let Some(case) = case {
                    self.by_case.entry(*case).or_default().push(recorded.hash);
                }
            }
            AuthorityFact::HoldReleased { hold, .. } => {
                if let Some(hold) = self.holds.get_mut(hold) {
                    hold.to_us = hold.to_us.min(at_us);
                } else {
                    let earliest = self.releases.entry(*hold).or_insert(at_us);
                    *earliest = at_us.min(*earliest);
                }
            }
            _ => {}
        }
    }

    /// When an exhibit, or its case, was held: from the beginning of each time to before its end, in order and apart.
    pub(crate) fn held(&self, exhibit: ExhibitId, case: Option<CaseId>) -> Vec<Interval> {
        let of_exhibit = self.by_exhibit.get(&exhibit).into_iter().flatten();
        let of_case = case.and_then(|case| self.by_case.get(&case)).into_iter().flatten();
        let holds = of_exhibit.chain(of_case).filter_map(|hash| self.holds.get(hash));
        let mut all: Vec<Interval> = holds
            .filter(|hold| hold.from_us < hold.to_us)
            .map(|hold| Interval { from_us: hold.from_us, to_us: hold.to_us })
            .collect();
        all.sort_unstable();
        let mut apart: Vec<Interval> = Vec::new();
        for hold in all {
            match apart.last_mut() {
                Some(last) if hold.from_us <= last.to_us => last.to_us = last.to_us.max(hold.to_us),
                _ => apart.push(hold),
            }
        }
        apart
    }

    /// A hold on one of these that is on record and not released, in the order of the chain.
    pub(crate) fn standing_hold(
        &self,
        cases: &BTreeSet<CaseId>,
        exhibits: &BTreeSet<ExhibitId>,
    ) -> Option<Digest> {
        let of_exhibits = exhibits.iter().filter_map(|exhibit| self.by_exhibit.get(exhibit));
        let of_cases = cases.iter().filter_map(|case| self.by_case.get(case));
        let is_standing = |hash: &&Digest| self.holds.get(hash).is_some_and(|hold| hold.to_us == u64::MAX);
        of_exhibits.chain(of_cases).flatten().find(is_standing).copied()
    }

    /// D05: why the master key might not be used on a compartment then; `None` if it might.
    pub(crate) fn master_key_objection(
        &self,
        compartment: CompartmentId,
        authority: Option<Digest>,
        by: Option<Act>,
        when: Interval,
    ) -> Option<&'static str> {
        let Some(window) = authority.and_then(|authority| self.windows.get(&authority)) else {
            return Some("no maintenance authority for it is on record");
        };
        if by.is_none() {
            return Some("nobody is named who used it");
        }
        if !window.compartments.contains(&compartment) {
            return Some("the maintenance authority does not name the compartment");
        }
        if when.to_us < window.from_us || window.to_us < when.from_us {
            return Some("it was used outside the time of the maintenance authority");
        }
        if when.to_us < window.said.from_us {
            return Some("the maintenance was authorised only afterwards");
        }
        let is_one = window.by.person == window.second.person || window.by.session == window.second.session;
        is_one.then_some("the two who authorised the maintenance are one")
    }
}
