//! Roles in force: each person's grants and revocations by the time of their statements, in whatever order they were
//! recorded.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::fact::{Interval, Role, RoleFact};
use crate::id::{PersonId, SiteId};
use crate::ledger::Recorded;

/// How many grants of one role to one person at one site are asked, the newest before the act first: a role that is
/// granted anew each day has them in three years. Who needs an older one has none.
const GRANTS_ASKED_MAX: usize = 1024;

/// When something was said, and among what was said at one instant in which order.
type Said = (u64, u64);

/// One role of one person.
#[derive(Debug, Clone, Default)]
struct Tenure {
    /// By site, `None` for everywhere; by when it was said, until when each holds.
    grants: BTreeMap<Option<SiteId>, BTreeMap<Said, u64>>,
    revocations: BTreeMap<Option<SiteId>, BTreeSet<Said>>,
}

impl Tenure {
    fn held(&self, site: Option<SiteId>, when: Interval) -> bool {
        self.held_by_grants_for(None, site, when)
            || (site.is_some() && self.held_by_grants_for(site, site, when))
    }

    /// Whether a grant for `place` held at `site` at any instant of an interval.
    fn held_by_grants_for(&self, place: Option<SiteId>, site: Option<SiteId>, when: Interval) -> bool {
        let Some(grants) = self.grants.get(&place) else { return false };
        for (said, until_us) in grants.range(..=(when.to_us, u64::MAX)).rev().take(GRANTS_ASKED_MAX) {
            let revoked_us = self.revoked_after(*said, site);
            if when.from_us < revoked_us.map_or(*until_us, |at_us| at_us.min(*until_us)) {
                return true;
            }
            // What ended this one by then has ended every older one.
            if revoked_us.is_some_and(|at_us| at_us <= when.from_us) {
                return false;
            }
        }
        false
    }

    /// When what was granted at `said` was revoked at a site, if it was.
    fn revoked_after(&self, said: Said, site: Option<SiteId>) -> Option<u64> {
        let first = |place: Option<SiteId>| {
            self.revocations.get(&place)?.range(said..).next().map(|(at_us, _)| *at_us)
        };
        let here = if site.is_some() { first(site) } else { None };
        first(None).into_iter().chain(here).min()
    }
}

/// Every role of everybody.
#[derive(Debug, Clone, Default)]
pub(super) struct Roles(BTreeMap<(PersonId, Role), Tenure>);

impl Roles {
    pub(super) fn fold(&mut self, recorded: &Recorded<'_>, fact: &RoleFact) {
        let said = (recorded.statement.time.wall_us, recorded.index);
        match *fact {
            RoleFact::Granted { person, role, site, until_us } => {
                let grants = &mut self.0.entry((person, role)).or_default().grants;
                grants.entry(site).or_default().insert(said, until_us.unwrap_or(u64::MAX));
            }
            RoleFact::Revoked { person, role, site } => {
                self.0.entry((person, role)).or_default().revocations.entry(site).or_default().insert(said);
            }
        }
    }

    pub(super) fn held(
        &self,
        person: PersonId,
        roles: &[Role],
        site: Option<SiteId>,
        when: Interval,
    ) -> bool {
        roles.iter().filter_map(|role| self.0.get(&(person, *role))).any(|tenure| tenure.held(site, when))
    }
}
