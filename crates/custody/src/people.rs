//! People: what each may do, and where each has been (P01, P04).

mod role;
mod visit;

use alloc::vec::Vec;

use self::role::Roles;
use self::visit::Visits;
use crate::fact::{Interval, Role, RoleFact};
use crate::finding::Finding;
use crate::id::{DeviceId, PersonId, SiteId};
use crate::ledger::Recorded;
use crate::policy::Policy;

/// What authorities have granted, and where people were recognised.
#[derive(Debug, Clone, Default)]
pub struct People {
    roles: Roles,
    visits: Visits,
}

impl People {
    /// Folds one change of what a person may do; it holds from the time of its statement.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &RoleFact) {
        self.roles.fold(recorded, fact);
    }

    /// Whether a person had one of these roles, at a site or everywhere, at any instant of an interval: what the clocks
    /// may err by is to the benefit of who acted. Without a site only a role that holds everywhere counts.
    pub fn had_role(&self, person: PersonId, roles: &[Role], site: Option<SiteId>, when: Interval) -> bool {
        self.roles.held(person, roles, site, when)
    }

    /// Somebody was recognised at a device. `site_at` says where a device stood at an instant.
    pub(crate) fn recognised(
        &mut self,
        recorded: &Recorded<'_>,
        person: PersonId,
        site_at: impl Fn(DeviceId, u64) -> Option<SiteId>,
    ) {
        self.visits.note(recorded, person, site_at);
    }

    /// Somebody ended the session that was opened then, and was there until then.
    pub(crate) fn left(&mut self, person: PersonId, opened: (u64, u64), until_us: u64) {
        self.visits.extend(person, opened, until_us);
    }

    /// P04: whoever was at two sites with less time between than the way takes.
    pub(crate) fn closing(
        &self,
        policy: &Policy,
        site_at: impl Fn(DeviceId, u64) -> Option<SiteId>,
    ) -> Vec<Finding> {
        self.visits.at_two_sites(policy, site_at)
    }
}
