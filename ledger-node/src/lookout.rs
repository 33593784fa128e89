//! The lookout: what is wrong now, kept up as entries arrive, and told once when it begins and once when it ends.
//!
//! It holds for every exhibit what the rulebook's verdict finds, and asks the rulebook again only of those whom an
//! entry may have touched ([`touched`](crate::touched)), or whose time has come ([`agenda`]). It is not a
//! second opinion: caught up, its findings are those of an audit of the same entries.

mod agenda;
mod alert;
mod book;
mod dues;
mod round;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use custody::finding::Finding;
use custody::id::ExhibitId;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Holder;

use self::agenda::{Agenda, instants};
pub use self::alert::{Alert, AlertId, What};
pub use self::book::{Book, EVENTS_KEPT_MAX, Event, Happening, Missed};
pub use self::dues::Due;
pub(crate) use self::round::to_say;
use crate::state::{FINDINGS_KEPT_MAX, State};
use crate::touched::Touched;

/// Exhibits judged while the state is held: a few milliseconds, which is how long the writer may have to wait.
pub(crate) const JUDGED_AT_ONCE_MAX: usize = 32;

/// What is kept of one exhibit: only of those of whom there is something to keep.
#[derive(Debug, Default)]
struct Watched {
    findings: Vec<Finding>,
    alerts: Vec<Alert>,
    dues: Vec<Due>,
    holder: Option<Holder>,
    /// When time alone may change its verdict.
    instants: Vec<u64>,
    /// Something is found of it that goes on.
    is_ongoing: bool,
}

/// What is wrong now.
#[derive(Debug, Default)]
pub struct Lookout {
    watched: BTreeMap<ExhibitId, Watched>,
    closing: Vec<Finding>,
    closing_alerts: Vec<Alert>,
    missing_policy: Option<Alert>,
    /// Alerts for findings of chain order, oldest first: as many as the state keeps.
    chain: VecDeque<Alert>,
    /// Findings of chain order that were taken in, of all there ever were.
    chain_seen: u64,
    /// Those that there were at the start.
    chain_known: u64,
    agenda: Agenda,
    /// Those of whom something is found that goes on: it reaches farther with each entry.
    ongoing: BTreeSet<ExhibitId>,
    book: Book,
    /// Still to be judged.
    touched: BTreeSet<ExhibitId>,
    /// Still to be judged for the first time since the start: what is wrong with them was told before it.
    initial: BTreeSet<ExhibitId>,
    /// Entries for which it was asked whose time has come.
    begun: u64,
    /// Entries whose exhibits have all been judged.
    judged: u64,
    /// Entries of which it is known besides what is open where they end.
    concluded: u64,
}

impl Lookout {
    /// At the start of a node: all that the entries say so far has been told before. Its events are numbered from
    /// `first` on.
    pub fn beginning(state: &State, first: u64) -> Self {
        Self {
            initial: state.ledger().exhibits().collect(),
            chain_known: state.findings_total(),
            book: Book::from(first),
            ..Self::default()
        }
    }

    /// Takes note of whom entries have touched.
    pub fn touch(&mut self, touched: Touched, state: &State) {
        self.touched.extend(touched.by_name(state.ledger()));
    }

    /// Judges some of those who are still to be judged; true when nobody is left for this state. `now_us` is the node's
    /// clock, with which events are stamped.
    pub fn catch_up(&mut self, state: &State, now_us: u64) -> bool {
        if self.begun < state.size() {
            self.begun = state.size();
            self.touched.extend(self.agenda.come(state.ledger().newest_us()));
            self.touched.append(&mut self.ongoing);
        }
        for _ in 0..JUDGED_AT_ONCE_MAX {
            if let Some(exhibit) = self.touched.pop_first() {
                self.initial.remove(&exhibit);
                self.judge(exhibit, state, Some(now_us));
            } else if let Some(exhibit) = self.initial.pop_first() {
                self.judge(exhibit, state, None);
            } else {
                self.take_in_chain(state, now_us);
                self.judged = state.size();
                return true;
            }
        }
        false
    }

    /// Catches up with a state altogether.
    pub fn catch_up_all(&mut self, state: &State, now_us: u64) {
        while !self.catch_up(state, now_us) {}
        self.conclude(state, now_us);
    }

    /// One exhibit; `now_us` is `None` where nobody is to be told.
    fn judge(&mut self, exhibit: ExhibitId, state: &State, now_us: Option<u64>) {
        let policy = state.policy();
        let verdict = state.ledger().judge(exhibit, policy);
        let record = state.ledger().whole_record(exhibit);
        let mut watched = Watched::default();
        if let (Some(verdict), Some(record)) = (verdict, record) {
            let newest_us = state.ledger().newest_us();
            watched.instants = instants(&record, policy, newest_us);
            watched.dues = dues::of(exhibit, &record, &verdict, policy);
            watched.holder = verdict.holder;
            watched.is_ongoing = verdict.findings.iter().any(|finding| is_ongoing(finding, newest_us));
            watched.findings = verdict.findings;
            watched.alerts = alert::of_findings(&watched.findings);
            watched.alerts.extend(alert::of_overdue(exhibit, &watched.findings, state));
        }
        self.enter(exhibit, watched, state.size(), now_us);
    }

    fn enter(&mut self, exhibit: ExhibitId, watched: Watched, size: u64, now_us: Option<u64>) {
        let before = self.watched.remove(&exhibit).unwrap_or_default();
        if watched.is_ongoing {
            self.ongoing.insert(exhibit);
        } else {
            self.ongoing.remove(&exhibit);
        }
        self.agenda.replace(exhibit, &before.instants, &watched.instants);
        self.book.replace(&before.alerts, &watched.alerts, size, now_us);
        let is_somewhere =
            !matches!(watched.holder, None | Some(Holder::Ended | Holder::Person(_) | Holder::Place(_)));
        let is_worth_keeping = is_somewhere
            || !watched.findings.is_empty()
            || !watched.dues.is_empty()
            || !watched.instants.is_empty();
        if is_worth_keeping {
            self.watched.insert(exhibit, watched);
        }
    }

    /// Finds out what is open where the chain ends. The rulebook asks the whole record for it, so it is not asked after
    /// every entry of a large one.
    pub fn conclude(&mut self, state: &State, now_us: u64) {
        // The first time round everything is known from before.
        let told = (self.concluded > 0).then_some(now_us);
        let size = state.size();
        let closing = state.ledger().closing_findings(state.policy());
        let alerts = alert::of_findings(&closing);
        self.book.replace(&self.closing_alerts, &alerts, size, told);
        (self.closing, self.closing_alerts) = (closing, alerts);
        let missing = state.policy_not_at_hand().map(Alert::of_missing_policy);
        // Whoever starts a node without the policy adopted is told at once.
        self.book.replace(self.missing_policy.as_slice(), missing.as_slice(), size, Some(now_us));
        self.missing_policy = missing;
        self.concluded = size;
    }

    /// What chain order has decided never falls; beyond what the state keeps, the oldest are forgotten.
    fn take_in_chain(&mut self, state: &State, now_us: u64) {
        let total = state.findings_total();
        let kept = u64::try_from(state.findings().len()).unwrap_or(u64::MAX);
        let first = total.saturating_sub(kept);
        for (ordinal, finding) in (first..).zip(state.findings()).skip_while(|(at, _)| *at < self.chain_seen)
        {
            let Some(alert) = Alert::of_finding(finding) else { continue };
            let told = (ordinal >= self.chain_known).then_some(now_us);
            self.book.replace(&[], std::slice::from_ref(&alert), state.size(), told);
            self.chain.push_back(alert);
        }
        self.chain_seen = total;
        while self.chain.len() > FINDINGS_KEPT_MAX {
            if let Some(oldest) = self.chain.pop_front() {
                self.book.replace(std::slice::from_ref(&oldest), &[], state.size(), None);
            }
        }
    }

    /// Entries whose exhibits have all been judged.
    pub fn judged(&self) -> u64 {
        self.judged
    }

    /// Entries of which it is known besides what is open where they end.
    pub fn concluded(&self) -> u64 {
        self.concluded
    }

    /// What was told.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Findings of verdicts, and of what is open where the chain ends. What chain order decided is the state's.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.watched.values().flat_map(|watched| &watched.findings).chain(&self.closing)
    }

    /// What will be overdue, or is, by exhibit.
    pub fn dues(&self) -> impl Iterator<Item = (ExhibitId, Option<Holder>, &Due)> {
        self.watched
            .iter()
            .flat_map(|(exhibit, watched)| watched.dues.iter().map(|due| (*exhibit, watched.holder, due)))
    }

    /// What is due of one exhibit.
    fn dues_of(&self, exhibit: ExhibitId) -> &[Due] {
        self.watched.get(&exhibit).map_or(&[], |watched| &watched.dues)
    }

    /// Exhibits of which nobody knows where they are.
    pub fn missing(&self) -> impl Iterator<Item = ExhibitId> {
        let missing = self.watched.iter().filter(|(_, watched)| watched.holder == Some(Holder::Missing));
        missing.map(|(exhibit, _)| *exhibit)
    }

    /// Findings by severity, in the order of [`Severity::ALL`].
    pub fn counts(&self, state: &State) -> [u64; Severity::ALL.len()] {
        let mut counts = self.book.standing_by_severity();
        let all = self.findings().chain(state.findings());
        let light = all.filter(|finding| finding.severity == Severity::Information).count();
        if let Some(last) = counts.last_mut() {
            *last = last.saturating_add(u64::try_from(light).unwrap_or(u64::MAX));
        }
        counts
    }
}

/// Whether a finding changes with the time alone: it reaches to the newest entry, or (V02 as information) it is not
/// known yet whether a camera shows the window.
fn is_ongoing(finding: &Finding, newest_us: u64) -> bool {
    let is_awaited = finding.rule == RuleId::V02 && finding.severity == Severity::Information;
    is_awaited || finding.interval.is_some_and(|interval| interval.to_us == newest_us)
}
