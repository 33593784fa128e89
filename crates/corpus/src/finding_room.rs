//! Where and when something may happen: free times, free compartments, people who are free.

use custody_proto::v1;

use crate::line::{DAY, HOUR, MINUTE, SECOND};
use crate::script::{Script, Slot};

impl Script {
    /// Whether nothing happens to a site's locker as a whole meanwhile.
    pub fn is_undisturbed(&mut self, site: usize, from: u64, to: u64) -> bool {
        !self.site(site).quiet.iter().any(|(a, b)| *a < to && from < *b)
    }

    /// From a time on nobody can say what lies in a site's locker: nothing else is to happen there.
    pub fn leave_alone(&mut self, site: usize, from: u64) {
        let end = self.span.to_us + DAY;
        self.site(site).quiet.push((from, end));
    }

    /// A time from `low` to `high` when nobody is at the site's locker and nothing else goes on there.
    pub fn free_time(&mut self, site: usize, low: u64, high: u64) -> Option<u64> {
        for _ in 0..60 {
            let at = self.rng.between(low, high);
            let at = at - at % SECOND;
            if self.is_free(site, at) {
                return Some(at);
            }
        }
        let mut at = low;
        while at <= high {
            if self.is_free(site, at) {
                return Some(at);
            }
            at += MINUTE;
        }
        None
    }

    fn is_free(&self, site: usize, at: u64) -> bool {
        let (from, to) = (at - 6 * MINUTE, at + 10 * MINUTE);
        let overlaps = |(a, b): &(u64, u64)| *a < to && from < *b;
        self.sites
            .get(site)
            .is_some_and(|site| !site.busy.iter().any(overlaps) && !site.quiet.iter().any(overlaps))
    }

    /// Keeps the time of a visit.
    pub fn keep(&mut self, site: usize, from: u64, to: u64) {
        self.site(site).busy.push((from, to));
    }

    /// A compartment in which nothing lies meanwhile, and over which nothing happens to the whole locker.
    pub fn free_slot(&mut self, site: usize, from: u64, to: u64, is_multi: bool) -> Option<usize> {
        let overlaps = |(a, b): &(u64, u64)| *a < to + 5 * MINUTE && from < *b + 5 * MINUTE;
        let site = self.site(site);
        if site.quiet.iter().any(overlaps) {
            return None;
        }
        let slots = &site.bank.as_ref()?.slots;
        let fits = |slot: &Slot| slot.is_multi == is_multi && (is_multi || !slot.stays.iter().any(overlaps));
        let free: Vec<usize> =
            slots.iter().enumerate().filter(|(_, slot)| fits(slot)).map(|(place, _)| place).collect();
        self.rng.pick(&free)
    }

    /// Somebody with this role at the site, who is nowhere else meanwhile; hired where there is nobody.
    pub fn person(&mut self, role: v1::Role, site: usize, from: u64, to: u64, not: &[usize]) -> usize {
        let may: Vec<usize> = (0..self.people.len())
            .filter(|person| !not.contains(person) && self.may(*person, role, site))
            .filter(|person| self.can_be(*person, site, from, to))
            .collect();
        // Whoever is on duty; where nobody is free, whoever can be called.
        let on_duty: Vec<usize> =
            may.iter().copied().filter(|person| self.is_on_duty(*person, from)).collect();
        match self.rng.pick(if on_duty.is_empty() { &may } else { &on_duty }) {
            Some(person) => person,
            None => self.hire(&[(role, Some(site))]),
        }
    }

    fn is_on_duty(&self, person: usize, at_us: u64) -> bool {
        let third = (at_us % DAY + 18 * HOUR) % DAY / (8 * HOUR);
        self.people.get(person).is_some_and(|person| person.shift.is_none_or(|shift| shift == third))
    }

    fn may(&self, person: usize, role: v1::Role, site: usize) -> bool {
        self.people.get(person).is_some_and(|person| {
            !person.is_kept
                && person.roles.iter().any(|(has, at)| *has == role && at.is_none_or(|at| at == site))
        })
    }

    /// Whether somebody can be there then, without having to hurry from or to another site.
    pub fn can_be(&self, person: usize, site: usize, from: u64, to: u64) -> bool {
        let hurry =
            |(at, a, b): &(usize, u64, u64)| *at != site && *a < to + 30 * MINUTE && from < *b + 30 * MINUTE;
        self.people.get(person).is_some_and(|person| !person.seen.iter().any(hurry))
    }
}
