//! Exhibits that turn out to be one, and statements that turn out to be another's: whose record is judged as whose.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::exhibit::{ExhibitFact, ExhibitRecord, What};
use crate::fact::{Matter, Statement, Unit};
use crate::finding::Finding;
use crate::id::{Digest, ExhibitId};
use crate::identity::{Conflict, rename_statement, rename_what};
use crate::movement::Movement;
use crate::rule::RuleId;
use crate::tally::Tally;

/// How many exhibits that are one are looked through for what only the state of doors, seals and counts knows. An exhibit
/// that was minted anew each time it was handled has a handful of ids.
const MEMBERS_LOOKED_AT_MAX: usize = 16;

impl Ledger {
    /// The exhibit as which one is judged: itself, unless it was identified as another.
    pub fn judged_as(&self, exhibit: ExhibitId) -> ExhibitId {
        self.identities.head(exhibit)
    }

    /// All exhibits that are one with this, itself included.
    pub fn one_with<'a>(&'a self, exhibit: &'a ExhibitId) -> &'a [ExhibitId] {
        self.identities.members(exhibit)
    }

    /// Takes note of what says that exhibits are one (S03 where it contradicts what was said before), or that statements
    /// are another's. What one person says alone (S07) changes nothing.
    pub(super) fn identify(&mut self, recorded: &Recorded<'_>, matter: &Matter) -> Option<Finding> {
        match matter {
            Matter::Identified { provisional, registered, by } => {
                let members = self.identities.members(provisional).iter().take(MEMBERS_LOOKED_AT_MAX);
                let members: Vec<_> = members.copied().collect();
                let Err(conflict) = self.identities.identify(*provisional, *registered) else {
                    self.carry_over(&members, self.identities.head(*registered));
                    return None;
                };
                let finding = contradiction(recorded, *provisional, *registered, conflict);
                Some(finding.by_person(by.person))
            }
            Matter::Reattributed { from, to, statements, by, approver } if !by.is_one_with(*approver) => {
                self.identities.reattribute(*from, *to, statements);
                for statement in statements {
                    self.hand_on(*from, *to, statement);
                }
                None
            }
            _ => None,
        }
    }

    /// What doors and seals know of a provisional exhibit they know of the registered one from now on.
    fn carry_over(&mut self, members: &[ExhibitId], head: ExhibitId) {
        for member in members.iter().copied().filter(|member| *member != head) {
            self.doors.rename(member, head);
            let facts = self.exhibits.get(&member).map_or(&[][..], |record| &record.facts);
            for seal in facts.iter().filter_map(seal_of) {
                self.seals.close_also(seal, member, head);
            }
        }
    }

    /// What a re-attributed deposit made the doors and seals know of the one exhibit they know of the other.
    fn hand_on(&mut self, from: ExhibitId, to: ExhibitId, statement: &Digest) {
        let mut records =
            self.identities.members(&from).iter().filter_map(|member| self.exhibits.get(member));

        let Some(fact) = records.find_map(|record| record.by_statement(statement)) else { return };
        if let Some(seal) = seal_of(fact) {
            self.seals.close_also(seal, from, to);
        }
        if let Some(Movement::Deposited { at, .. }) = movement_of(fact)
            && self.doors.holding(from) == Some(at.compartment)
        {
            self.doors.rename(from, to);
        }
    }

    /// A statement that names exhibits by ids they no longer go by, with those they do; `None` if it names none.
    pub(super) fn as_called_now(&self, statement: &Statement) -> Option<Statement> {
        if self.identities.is_empty() {
            return None;
        }
        rename_statement(statement, |exhibit| self.identities.head(exhibit))
    }

    /// Names the exhibits of findings as they are judged.
    pub(super) fn call(&self, findings: &mut [Finding]) {
        if self.identities.is_empty() {
            return;
        }
        for finding in findings {
            finding.exhibits.iter_mut().for_each(|exhibit| *exhibit = self.identities.head(*exhibit));
            finding.exhibits.sort_unstable();
            finding.exhibits.dedup();
        }
    }

    /// Everything by which an exhibit is judged: its record, with those of the exhibits that are one with it, without what
    /// was re-attributed to others, and with what was re-attributed to it.
    pub(super) fn record_of(&self, exhibit: ExhibitId) -> Option<Cow<'_, ExhibitRecord>> {
        let own = self.exhibits.get(&exhibit)?;
        let members = self.identities.members(&exhibit);
        let away: BTreeSet<Digest> =
            members.iter().flat_map(|member| self.identities.away(*member)).collect();
        let arrived: Vec<(Digest, ExhibitId)> =
            members.iter().flat_map(|member| self.identities.arrived(*member)).collect();
        if members.len() == 1 && away.is_empty() && arrived.is_empty() {
            return Some(Cow::Borrowed(own));
        }
        let records: Vec<&ExhibitRecord> =
            members.iter().filter_map(|member| self.exhibits.get(member)).collect();
        let facts = records.iter().flat_map(|record| &record.facts).filter(|fact| !away.contains(&fact.hash));
        let mut facts: Vec<ExhibitFact> = facts.map(|fact| self.told_of(fact, exhibit, exhibit)).collect();
        for (statement, origin) in &arrived {
            let mut from =
                self.identities.members(origin).iter().filter_map(|member| self.exhibits.get(member));
            let found = from.find_map(|record| record.by_statement(statement));
            facts.extend(found.map(|fact| self.told_of(fact, *origin, exhibit)));
        }
        facts.sort_by_key(|fact| fact.index);
        facts.dedup_by_key(|fact| fact.index);
        let marks = records.iter().flat_map(|record| record.marks.iter().cloned()).collect();
        Some(Cow::Owned(ExhibitRecord::of(facts, marks)))
    }

    /// A fact on the record of one exhibit, told of another.
    fn told_of(&self, fact: &ExhibitFact, origin: ExhibitId, exhibit: ExhibitId) -> ExhibitFact {
        let origin = self.identities.head(origin);
        let called = |name: ExhibitId| {
            let head = self.identities.head(name);
            if head == origin { exhibit } else { head }
        };
        ExhibitFact { what: rename_what(&fact.what, called), ..fact.clone() }
    }

    /// Whether a statement speaks of an exhibit, or of one that is one with it.
    pub(crate) fn is_on_record(&self, exhibit: ExhibitId, statement: &Digest) -> bool {
        let records = self.identities.members(&exhibit).iter().filter_map(|member| self.exhibits.get(member));
        records.take(MEMBERS_LOOKED_AT_MAX).any(|record| record.by_statement(statement).is_some())
    }

    /// The last count of an exhibit in a unit, by the device's clock, that was not after an instant.
    pub(crate) fn last_tally(&self, exhibit: ExhibitId, unit: Unit, until_us: u64) -> Option<Tally> {
        let members = self.identities.members(&exhibit).iter().take(MEMBERS_LOOKED_AT_MAX);
        let tallies = members.filter_map(|member| self.tallies.last(*member, unit, until_us));
        tallies.max_by_key(|tally| (tally.wall_us, tally.index))
    }
}

/// S03: one provisional exhibit cannot be two.
fn contradiction(
    recorded: &Recorded<'_>,
    provisional: ExhibitId,
    registered: ExhibitId,
    conflict: Conflict,
) -> Finding {
    let (other, sentence) = match conflict {
        Conflict::Identified(other) => (
            other,
            format!(
                "Exhibit {provisional} was identified as {registered}, and as {other} before; the first stands."
            ),
        ),
        Conflict::Circle => (
            registered,
            String::from(
                "An exhibit was identified as one that had been identified as it; the first stands.",
            ),
        ),
    };
    Finding::new(RuleId::S03, sentence)
        .at([recorded.index])
        .during(recorded.statement.time.interval())
        .of_exhibits([provisional, registered, other])
        .by_device(recorded.statement.device)
}

fn movement_of(fact: &ExhibitFact) -> Option<&Movement> {
    match &fact.what {
        What::Moved(movement) => Some(movement),
        _ => None,
    }
}

fn seal_of(fact: &ExhibitFact) -> Option<&str> {
    match movement_of(fact)? {
        Movement::Resealed { new_seal, .. } => Some(new_seal),
        movement => movement.item()?.seal.as_deref(),
    }
}
