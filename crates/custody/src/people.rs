//! People: what each may do, and where each has been (P01, P04).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use crate::fact::{Interval, Role, RoleFact};
use crate::finding::Finding;
use crate::id::{DeviceId, PersonId, SiteId};
use crate::ledger::Recorded;
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

/// A role from one time on.
#[derive(Debug, Clone, Copy)]
struct Grant {
    site: Option<SiteId>,
    from_us: u64,
    /// It ends by itself then.
    until_us: u64,
}

/// The end of a role.
#[derive(Debug, Clone, Copy)]
struct Revocation {
    site: Option<SiteId>,
    at_us: u64,
}

/// One role of one person.
#[derive(Debug, Clone, Default)]
struct Tenure {
    grants: Vec<Grant>,
    revocations: Vec<Revocation>,
}

impl Tenure {
    /// Whether it held at a site at any instant of an interval. The clock's error is to the benefit of who acted.
    fn held(&self, site: Option<SiteId>, when: Interval) -> bool {
        self.grants.iter().any(|grant| {
            let is_there = grant.site.is_none() || grant.site == site;
            let end_us = self.end_of(grant, site);
            is_there && grant.from_us <= when.to_us && when.from_us < end_us
        })
    }

    /// When a grant ends at a site: by itself, or by the first revocation that reaches it.
    fn end_of(&self, grant: &Grant, site: Option<SiteId>) -> u64 {
        let reaches = |revocation: &&Revocation| {
            let is_there = revocation.site.is_none() || revocation.site == site;
            is_there && revocation.at_us >= grant.from_us
        };
        let revoked_us = self.revocations.iter().filter(reaches).map(|revocation| revocation.at_us).min();
        revoked_us.map_or(grant.until_us, |at_us| at_us.min(grant.until_us))
    }
}

/// Visits of one person to one site, with never so long between two of them that another site could be reached and
/// left: whoever was elsewhere meanwhile was at two places.
#[derive(Debug, Clone, Copy)]
struct Stay {
    site: SiteId,
    to_us: u64,
    first: u64,
    last: u64,
}

/// An act on no exhibit whose person must have had a role. Asked where the record ends: a grant may be recorded later
/// than the act it covers.
#[derive(Debug, Clone)]
pub(crate) struct RoleNeed {
    pub(crate) person: PersonId,
    pub(crate) roles: &'static [Role],
    pub(crate) site: Option<SiteId>,
    pub(crate) when: Interval,
    pub(crate) index: u64,
    pub(crate) device: DeviceId,
}

/// What authorities have granted, and where people have acted.
#[derive(Debug, Clone, Default)]
pub struct People {
    tenures: BTreeMap<(PersonId, Role), Tenure>,
    /// By person and the beginning of each stay.
    stays: BTreeMap<(PersonId, u64, u64), Stay>,
    needs: Vec<RoleNeed>,
    /// Who counted, and the roles that who counts must not have.
    apart: Vec<RoleNeed>,
}

impl People {
    /// Folds one change of what a person may do; it holds from the time of its statement.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &RoleFact) {
        let at_us = recorded.statement.time.wall_us;
        match *fact {
            RoleFact::Granted { person, role, site, until_us } => {
                let grant = Grant { site, from_us: at_us, until_us: until_us.unwrap_or(u64::MAX) };
                self.tenures.entry((person, role)).or_default().grants.push(grant);
            }
            RoleFact::Revoked { person, role, site } => {
                let revocation = Revocation { site, at_us };
                self.tenures.entry((person, role)).or_default().revocations.push(revocation);
            }
        }
    }

    /// Whether a person had one of these roles at a site at any instant of an interval.
    pub fn had_role(&self, person: PersonId, roles: &[Role], site: Option<SiteId>, when: Interval) -> bool {
        let held =
            |role: &Role| self.tenures.get(&(person, *role)).is_some_and(|tenure| tenure.held(site, when));
        roles.iter().any(held)
    }

    /// An act needs a role.
    pub(crate) fn need(&mut self, need: RoleNeed) {
        self.needs.push(need);
    }

    /// Who does this must not have these roles there (P03).
    pub(crate) fn keep_apart(&mut self, act: RoleNeed) {
        self.apart.push(act);
    }

    /// Somebody was recognised at a site.
    pub(crate) fn visit(
        &mut self,
        person: PersonId,
        site: SiteId,
        when: Interval,
        index: u64,
        policy: &Policy,
    ) {
        let reach_us = seconds_us(policy.people.travel_s_min).saturating_mul(2);
        let key = (person, when.from_us, index);
        let before = self.stays.range_mut((person, 0, 0)..=key).next_back();
        if let Some((_, stay)) = before
            .filter(|(_, stay)| stay.site == site && when.from_us.saturating_sub(stay.to_us) <= reach_us)
        {
            stay.to_us = stay.to_us.max(when.to_us);
            (stay.first, stay.last) = (stay.first.min(index), stay.last.max(index));
            return;
        }
        self.stays.insert(key, Stay { site, to_us: when.to_us, first: index, last: index });
    }

    /// P01 for acts on no exhibit, P03 for who counts, and P04.
    pub(crate) fn closing(&self, policy: &Policy) -> Vec<Finding> {
        let needs = self.needs.iter().filter(|need| {
            policy.people.roles_required && !self.had_role(need.person, need.roles, need.site, need.when)
        });
        let apart = self.apart.iter().filter(|act| self.had_role(act.person, act.roles, act.site, act.when));
        needs.map(without_role).chain(apart.map(not_apart)).chain(self.at_two_sites(policy)).collect()
    }

    /// P04: neighbours in time at two sites, with less between them than the way takes.
    fn at_two_sites(&self, policy: &Policy) -> Vec<Finding> {
        let travel_us = seconds_us(policy.people.travel_s_min);
        let mut findings = Vec::new();
        let mut latest: Option<(PersonId, Stay)> = None;
        for ((person, from_us, _), stay) in &self.stays {
            if let Some((before, earlier)) = latest
                && before == *person
            {
                if earlier.site != stay.site && from_us.saturating_sub(earlier.to_us) < travel_us {
                    findings.push(at_two(*person, &earlier, stay, *from_us));
                }
                if earlier.to_us > stay.to_us {
                    continue;
                }
            }
            latest = Some((*person, *stay));
        }
        findings
    }
}

fn without_role(need: &RoleNeed) -> Finding {
    let sentence = format!("{} acted without a role that may do so.", need.person);
    Finding::new(RuleId::P01, sentence)
        .at([need.index])
        .during(need.when)
        .by_device(need.device)
        .by_person(need.person)
}

fn not_apart(act: &RoleNeed) -> Finding {
    let sentence = format!("{} counts a store that the same person keeps.", act.person);
    Finding::new(RuleId::P03, sentence)
        .at([act.index])
        .during(act.when)
        .by_device(act.device)
        .by_person(act.person)
}

fn at_two(person: PersonId, earlier: &Stay, later: &Stay, from_us: u64) -> Finding {
    let sentence = format!("{person} was recognised at two sites with less time between than the way takes.");
    let interval = Interval { from_us: earlier.to_us.min(from_us), to_us: earlier.to_us.max(from_us) };
    Finding::new(RuleId::P04, sentence)
        .at([earlier.first, earlier.last, later.first, later.last])
        .during(interval)
        .by_person(person)
}
