//! Seals: no number is on two packages at once (E05).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;

use crate::fact::Matter;
use crate::finding::Finding;
use crate::id::{ExhibitId, PackageId};
use crate::ledger::Recorded;
use crate::movement::Movement;
use crate::rule::RuleId;

/// How many exhibits of the package that had the seal first a finding names: as many as one act can.
const EXHIBITS_NAMED_MAX: usize = 32;

/// One seal in use.
#[derive(Debug, Clone)]
struct InUse {
    /// The exhibits of the package it closes, as last declared.
    exhibits: BTreeSet<ExhibitId>,
    /// The package, where it has an id.
    package: Option<PackageId>,
    /// The entry that says so.
    index: u64,
}

/// All seals in use, by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seals(BTreeMap<String, InUse>);

impl Seals {
    /// A seal is declared on a package. The same number on a package of another id, or of none, with none of the
    /// same exhibits is another package, and the first stays on record.
    pub(crate) fn declare(
        &mut self,
        recorded: &Recorded<'_>,
        seal: Option<&str>,
        exhibits: &[ExhibitId],
        package: Option<PackageId>,
    ) -> Option<Finding> {
        let seal = seal?;
        let index = recorded.index;
        let now = InUse { exhibits: exhibits.iter().copied().collect(), package, index };
        let Some(known) = self.0.get_mut(seal) else {
            self.0.insert(seal.into(), now);
            return None;
        };
        let is_same_package = package.is_some() && package == known.package;
        if is_same_package {
            known.exhibits.extend(exhibits);
            return None;
        }
        if exhibits.is_empty() || exhibits.iter().any(|exhibit| known.exhibits.contains(exhibit)) {
            *known = now;
            return None;
        }
        let sentence = format!("Seal {seal} is declared on two packages.");
        Some(
            Finding::new(RuleId::E05, sentence)
                .at([known.index, index])
                .during(recorded.statement.time.interval())
                .of_exhibits(known.exhibits.iter().take(EXHIBITS_NAMED_MAX).chain(exhibits).copied())
                .by_device(recorded.statement.device),
        )
    }

    /// What a custody act says of seals: it declares one, replaces one, or ends one.
    pub(crate) fn follow(&mut self, recorded: &Recorded<'_>, movement: &Movement) -> Option<Finding> {
        match movement {
            Movement::Resealed { exhibits, old_seal, new_seal, package, .. } => {
                self.free(old_seal.as_deref(), exhibits);
                self.declare(recorded, Some(new_seal), exhibits, Some(*package))
            }
            Movement::Ended { item, .. } => {
                self.free(item.seal.as_deref(), &item.exhibits);
                None
            }
            other => {
                let item = other.item()?;
                self.declare(recorded, item.seal.as_deref(), &item.exhibits, item.package)
            }
        }
    }

    /// What is said of a seal without moving what it closes: a broken one is on nothing any more.
    pub(crate) fn follow_matter(&mut self, recorded: &Recorded<'_>, matter: &Matter) -> Option<Finding> {
        match matter {
            Matter::SealBroken { exhibits, seal, .. } => {
                self.free(Some(seal), exhibits);
                None
            }
            Matter::SealObservedIntact { exhibits, seal, .. } => {
                self.declare(recorded, Some(seal), exhibits, None)
            }
            _ => None,
        }
    }

    /// The exhibits of the package that a seal closes, the first few by id.
    pub(crate) fn exhibits_under(&self, seal: &str) -> impl Iterator<Item = ExhibitId> + '_ {
        let known = self.0.get(seal);
        known.into_iter().flat_map(|known| known.exhibits.iter().copied().take(EXHIBITS_NAMED_MAX))
    }

    /// One of the exhibits under a seal goes by another id as well.
    pub(crate) fn close_also(&mut self, seal: &str, exhibit: ExhibitId, also: ExhibitId) {
        if let Some(known) = self.0.get_mut(seal).filter(|known| known.exhibits.contains(&exhibit)) {
            known.exhibits.insert(also);
        }
    }

    /// The seal is no longer on the package of these exhibits.
    fn free(&mut self, seal: Option<&str>, exhibits: &[ExhibitId]) {
        let Some(seal) = seal else { return };
        let is_theirs = self
            .0
            .get(seal)
            .is_some_and(|known| exhibits.iter().any(|exhibit| known.exhibits.contains(exhibit)));
        if is_theirs {
            self.0.remove(seal);
        }
    }
}
