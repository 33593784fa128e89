//! Which facts are whose: a provisional exhibit turned out to be a registered one, facts were recorded under the wrong
//! exhibit.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};

use crate::exhibit::ExhibitRecord;
use crate::fact::Matter;
use crate::id::{Digest, ExhibitId};

/// What was identified and what was re-attributed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identities {
    /// By provisional exhibit, the registered one that it is.
    registered: BTreeMap<ExhibitId, ExhibitId>,
    /// The other way round.
    provisional: BTreeMap<ExhibitId, BTreeSet<ExhibitId>>,
    /// By the exhibit under which they were recorded, statements that are not about it.
    taken: BTreeMap<ExhibitId, BTreeSet<Digest>>,
    /// By the exhibit that they are about, statements recorded under another.
    given: BTreeMap<ExhibitId, BTreeSet<(ExhibitId, Digest)>>,
}

impl Identities {
    /// Takes note of an identification, of which the first counts, or of a re-attribution that two people agreed on.
    pub(crate) fn note(&mut self, matter: &Matter) {
        match matter {
            Matter::Identified { provisional, registered, .. } if provisional != registered => {
                let first = *self.registered.entry(*provisional).or_insert(*registered);
                self.provisional.entry(first).or_default().insert(*provisional);
            }
            Matter::Reattributed { from, to, statements, by, approver } if by.person != approver.person => {
                self.taken.entry(*from).or_default().extend(statements);
                let given = statements.iter().map(|statement| (*from, *statement));
                self.given.entry(*to).or_default().extend(given);
            }
            _ => {}
        }
    }

    /// Whether an exhibit is another's provisional one: it is judged as that.
    pub(crate) fn is_provisional(&self, exhibit: ExhibitId) -> bool {
        self.registered.contains_key(&exhibit)
    }

    /// All facts of an exhibit, whoever they were recorded under.
    pub(crate) fn record_of<'a>(
        &self,
        exhibit: ExhibitId,
        own: &'a ExhibitRecord,
        other: impl Fn(ExhibitId) -> Option<&'a ExhibitRecord>,
    ) -> Cow<'a, ExhibitRecord> {
        let provisional = self.provisional.get(&exhibit);
        let (taken, given) = (self.taken.get(&exhibit), self.given.get(&exhibit));
        if provisional.is_none() && taken.is_none() && given.is_none() {
            return Cow::Borrowed(own);
        }
        let (mut facts, mut marks) = (own.facts.clone(), own.marks.clone());
        for each in provisional.into_iter().flatten().filter_map(|id| other(*id)) {
            facts.extend(each.facts.iter().cloned());
            marks.extend(each.marks.iter().cloned());
        }
        if let Some(taken) = taken {
            facts.retain(|fact| !taken.contains(&fact.hash));
        }
        for (from, statement) in given.into_iter().flatten() {
            facts.extend(other(*from).and_then(|source| source.by_statement(statement)).cloned());
        }
        // One statement may name both.
        facts.sort_by_key(|fact| fact.index);
        facts.dedup_by_key(|fact| fact.index);
        Cow::Owned(ExhibitRecord::of(facts, marks))
    }
}
