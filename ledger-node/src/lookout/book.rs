//! The book: which alerts stand, and the numbered events of the recent past, for whoever reads along.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use custody::severity::Severity;

use super::{Alert, AlertId};

/// Events kept for readers of the stream: a bad day of a whole force, some megabytes. A reader who falls farther behind
/// is told so and must read everything that stands anew.
pub const EVENTS_KEPT_MAX: usize = 4_096;

/// What happened to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// It began to stand, or weighs otherwise than before.
    Raised,
    /// It stands no more: later facts explain it, or say it more precisely.
    Superseded {
        /// The alert that says it now, where there is one.
        by: Option<AlertId>,
    },
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its running number; the numbers of one start of the node have no gap.
    pub number: u64,
    /// What happened.
    pub happening: Happening,
    /// To which alert.
    pub alert: Alert,
    /// The node's clock, UTC microseconds.
    pub at_us: u64,
    /// Entries of the ledger on which it rests.
    pub size: u64,
}

/// A reader asks for events that are no longer kept, or that another start of the node had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The number of the newest event.
    pub last: u64,
}

#[derive(Debug)]
struct Standing {
    alert: Alert,
    /// By how many it is told: the exhibits of one package share an alert.
    told_by: u64,
}

/// Alerts and events.
#[derive(Debug, Default)]
pub struct Book {
    standing: BTreeMap<AlertId, Standing>,
    events: VecDeque<Arc<Event>>,
    next: u64,
    raised: [u64; Severity::ALL.len()],
    superseded: u64,
}

impl Book {
    /// An empty book, whose first event has this number.
    pub(super) fn from(first: u64) -> Self {
        Self { next: first, ..Self::default() }
    }

    /// One teller's alerts take the place of those it told before. Without `now_us` nobody hears of it.
    pub(super) fn replace(&mut self, before: &[Alert], after: &[Alert], size: u64, now_us: Option<u64>) {
        for alert in after {
            self.stand(alert, size, now_us);
        }
        for alert in before {
            let by = || after.iter().find(|other| is_same_matter(alert, other)).map(|other| other.id);
            self.fall(alert, by, size, now_us);
        }
    }

    fn stand(&mut self, alert: &Alert, size: u64, now_us: Option<u64>) {
        let known = self.standing.get_mut(&alert.id);
        let is_news = known.as_ref().is_none_or(|known| known.alert.severity() != alert.severity());
        match known {
            Some(known) => {
                known.told_by = known.told_by.saturating_add(1);
                known.alert = alert.clone();
            }
            None => {
                self.standing.insert(alert.id, Standing { alert: alert.clone(), told_by: 1 });
            }
        }
        if is_news {
            self.tell(Happening::Raised, alert.clone(), size, now_us);
        }
    }

    fn fall(&mut self, alert: &Alert, by: impl Fn() -> Option<AlertId>, size: u64, now_us: Option<u64>) {
        let Some(known) = self.standing.get_mut(&alert.id) else { return };
        known.told_by = known.told_by.saturating_sub(1);
        if known.told_by == 0 {
            let fallen = self.standing.remove(&alert.id).map_or_else(|| alert.clone(), |known| known.alert);
            self.tell(Happening::Superseded { by: by() }, fallen, size, now_us);
        }
    }

    fn tell(&mut self, happening: Happening, alert: Alert, size: u64, now_us: Option<u64>) {
        let Some(at_us) = now_us else { return };
        match happening {
            Happening::Superseded { .. } => self.superseded = self.superseded.saturating_add(1),
            Happening::Raised => {
                let place = Severity::ALL.iter().position(|severity| *severity == alert.severity());
                if let Some(count) = place.and_then(|place| self.raised.get_mut(place)) {
                    *count = count.saturating_add(1);
                }
            }
        }
        let number = self.next;
        self.next = number.saturating_add(1);
        self.events.push_back(Arc::new(Event { number, happening, alert, at_us, size }));
        if self.events.len() > EVENTS_KEPT_MAX {
            self.events.pop_front();
        }
    }

    /// The number that the next event will have.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// At most `count` events from a number on.
    ///
    /// # Errors
    ///
    /// The first of them is not kept.
    pub fn from_number(&self, number: u64, count: usize) -> Result<Vec<Arc<Event>>, Missed> {
        let first = self.events.front().map_or(self.next, |event| event.number);
        if !(first..=self.next).contains(&number) {
            return Err(Missed { last: self.next.saturating_sub(1) });
        }
        let skipped = usize::try_from(number.saturating_sub(first)).unwrap_or(usize::MAX);
        Ok(self.events.iter().skip(skipped).take(count).cloned().collect())
    }

    /// The newest events, newest first.
    pub fn recent(&self, count: usize) -> Vec<Arc<Event>> {
        self.events.iter().rev().take(count).cloned().collect()
    }

    /// Every alert that stands, by id.
    pub fn standing(&self) -> impl Iterator<Item = &Alert> {
        self.standing.values().map(|standing| &standing.alert)
    }

    /// How many alerts stand, by severity in the order of [`Severity::ALL`].
    pub fn standing_by_severity(&self) -> [u64; Severity::ALL.len()] {
        Severity::ALL.map(|severity| {
            let standing = self.standing().filter(|alert| alert.severity() == severity);
            u64::try_from(standing.count()).unwrap_or(u64::MAX)
        })
    }

    /// Alerts raised since the start, by severity in the order of [`Severity::ALL`].
    pub fn raised(&self) -> [u64; Severity::ALL.len()] {
        self.raised
    }

    /// Alerts superseded since the start.
    pub fn superseded(&self) -> u64 {
        self.superseded
    }
}

/// Whether one alert is what became of another: the same rule, from the same entry on.
fn is_same_matter(before: &Alert, after: &Alert) -> bool {
    before.id != after.id
        && before.rule() == after.rule()
        && before.indices().first() == after.indices().first()
}
