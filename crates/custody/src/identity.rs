//! Which exhibits are one, and which statements were another's: a provisional exhibit that was identified, a record that
//! was re-attributed.

mod rename;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::slice;

pub(crate) use self::rename::{rename_statement, rename_what};
use crate::id::{Digest, ExhibitId};

/// Several exhibits that are one.
#[derive(Debug, Clone)]
struct Group {
    /// The registered one, as which all are judged.
    head: ExhibitId,
    /// All of them.
    members: Vec<ExhibitId>,
}

/// Why an identification has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The provisional exhibit has been identified as this one before.
    Identified(ExhibitId),
    /// It would be identified as itself, by way of others perhaps.
    Circle,
}

/// Everything that was identified and re-attributed. The first identification of a provisional exhibit stands; the last
/// re-attribution of a statement does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identities {
    identified: BTreeMap<ExhibitId, ExhibitId>,
    /// By a member that stands for the group.
    groups: BTreeMap<ExhibitId, Group>,
    /// From a member to one that stands for more; ends at the one that stands for the group, in a logarithm of steps.
    stands_for: BTreeMap<ExhibitId, ExhibitId>,
    /// By the exhibit on whose record a statement stands, to which it belongs.
    moved: BTreeMap<(ExhibitId, Digest), ExhibitId>,
    /// The other way round.
    arrived: BTreeMap<(ExhibitId, Digest), ExhibitId>,
}

impl Identities {
    /// A provisional exhibit is a registered one from now on.
    pub(crate) fn identify(&mut self, provisional: ExhibitId, registered: ExhibitId) -> Result<(), Conflict> {
        if let Some(known) = self.identified.get(&provisional) {
            return if *known == registered { Ok(()) } else { Err(Conflict::Identified(*known)) };
        }
        let (mut small, mut large) = (self.standing_for(provisional), self.standing_for(registered));
        if small == large {
            return Err(Conflict::Circle);
        }
        self.identified.insert(provisional, registered);
        let head = self.head(registered);
        if self.members(&large).len() < self.members(&small).len() {
            core::mem::swap(&mut small, &mut large);
        }
        let moving = self.groups.remove(&small).map_or_else(|| alloc::vec![small], |group| group.members);
        self.stands_for.insert(small, large);
        let group = self.groups.entry(large).or_insert_with(|| Group { head, members: alloc::vec![large] });
        group.head = head;
        group.members.extend(moving);
        Ok(())
    }

    /// Statements on the record of one exhibit are another's from now on.
    pub(crate) fn reattribute(&mut self, from: ExhibitId, to: ExhibitId, statements: &[Digest]) {
        for statement in statements {
            let origin = self.arrived.remove(&(from, *statement)).unwrap_or(from);
            if to == origin {
                self.moved.remove(&(origin, *statement));
            } else {
                self.moved.insert((origin, *statement), to);
                self.arrived.insert((to, *statement), origin);
            }
        }
    }

    /// Whether every exhibit is judged as itself, by its own record.
    pub(crate) fn is_empty(&self) -> bool {
        self.identified.is_empty() && self.moved.is_empty()
    }

    /// Whether an exhibit is judged as another.
    pub(crate) fn is_provisional(&self, exhibit: ExhibitId) -> bool {
        self.identified.contains_key(&exhibit)
    }

    /// The exhibit as which one is judged: itself, if it was not identified.
    pub(crate) fn head(&self, exhibit: ExhibitId) -> ExhibitId {
        self.groups.get(&self.standing_for(exhibit)).map_or(exhibit, |group| group.head)
    }

    /// All exhibits that are one with this, itself included.
    pub(crate) fn members<'a>(&'a self, exhibit: &'a ExhibitId) -> &'a [ExhibitId] {
        let group = self.groups.get(&self.standing_for(*exhibit));
        group.map_or(slice::from_ref(exhibit), |group| &group.members)
    }

    /// Statements on the record of an exhibit that are another's.
    pub(crate) fn away(&self, exhibit: ExhibitId) -> impl Iterator<Item = Digest> + '_ {
        of_exhibit(&self.moved, exhibit).map(|(statement, _)| statement)
    }

    /// Statements of an exhibit that stand on the record of another, and of which.
    pub(crate) fn arrived(&self, exhibit: ExhibitId) -> impl Iterator<Item = (Digest, ExhibitId)> + '_ {
        of_exhibit(&self.arrived, exhibit)
    }

    fn standing_for(&self, exhibit: ExhibitId) -> ExhibitId {
        let mut current = exhibit;
        while let Some(next) = self.stands_for.get(&current) {
            current = *next;
        }
        current
    }
}

fn of_exhibit(
    map: &BTreeMap<(ExhibitId, Digest), ExhibitId>,
    exhibit: ExhibitId,
) -> impl Iterator<Item = (Digest, ExhibitId)> + '_ {
    let range = (exhibit, Digest([0; 32]))..=(exhibit, Digest([0xff; 32]));
    map.range(range).map(|((_, statement), other)| (*statement, *other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exhibit(number: u8) -> ExhibitId {
        ExhibitId([number; 16])
    }

    #[test]
    fn all_that_leads_to_one_exhibit_is_judged_as_it() {
        let mut identities = Identities::default();
        for (provisional, registered) in [(1, 2), (3, 2), (2, 4), (5, 6), (4, 6)] {
            assert_eq!(identities.identify(exhibit(provisional), exhibit(registered)), Ok(()));
        }
        for number in 1..=6 {
            assert_eq!(identities.head(exhibit(number)), exhibit(6));
            assert_eq!(identities.is_provisional(exhibit(number)), number != 6);
            assert_eq!(identities.members(&exhibit(number)).len(), 6);
        }
        assert_eq!(identities.head(exhibit(7)), exhibit(7));
    }

    #[test]
    fn the_first_identification_stands_and_none_leads_back() {
        let mut identities = Identities::default();
        assert_eq!(identities.identify(exhibit(1), exhibit(1)), Err(Conflict::Circle));
        assert_eq!(identities.identify(exhibit(1), exhibit(2)), Ok(()));
        assert_eq!(identities.identify(exhibit(1), exhibit(2)), Ok(()));
        assert_eq!(identities.identify(exhibit(1), exhibit(3)), Err(Conflict::Identified(exhibit(2))));
        assert_eq!(identities.identify(exhibit(2), exhibit(1)), Err(Conflict::Circle));
        assert_eq!(identities.head(exhibit(1)), exhibit(2));
    }

    #[test]
    fn a_statement_is_whose_it_was_last_said_to_be() {
        let mut identities = Identities::default();
        let statement = Digest([7; 32]);
        let steps = [(1, 2, Some(2)), (2, 3, Some(3)), (3, 1, None)];
        for (from, to, owner) in steps {
            identities.reattribute(exhibit(from), exhibit(to), &[statement]);
            for number in 1..=3 {
                let arrived: Vec<_> = identities.arrived(exhibit(number)).collect();
                let expected = (owner == Some(number)).then_some((statement, exhibit(1)));
                assert_eq!(arrived, expected.into_iter().collect::<Vec<_>>());
            }
            assert_eq!(identities.away(exhibit(1)).count(), usize::from(owner.is_some()));
        }
    }
}
