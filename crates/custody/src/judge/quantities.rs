//! Quantities: what an exhibit is split into, or made of, adds up to what was counted and weighed (S08).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use super::Judgement;
use crate::exhibit::{ExhibitFact, ExhibitRecord, What};
use crate::fact::{Matter, Unit};
use crate::id::ExhibitId;
use crate::rule::RuleId;

/// What is known of how much there is.
#[derive(Debug, Clone, Default)]
pub(super) struct Quantities {
    /// The last count in each unit, and the entry that says so.
    counted: BTreeMap<Unit, (u64, u64)>,
    /// The last count of all, in whatever unit.
    last_counted: Option<u64>,
    /// The last weighing: milligrams, the scale's error, the entry.
    weighed: Option<(u64, u64, u64)>,
    /// What the next count in each unit must be, since the exhibit was made of others.
    expected: BTreeMap<Unit, u64>,
}

impl Quantities {
    /// The package was opened or closed anew: it may weigh otherwise.
    pub(super) fn repacked(&mut self) {
        self.weighed = None;
    }

    fn changed(&mut self) {
        *self = Self::default();
    }
}

impl Judgement<'_> {
    /// Something is said of how much there is.
    pub(super) fn quantity(&mut self, fact: &ExhibitFact, matter: &Matter) {
        match matter {
            Matter::Split { parent, children, quantities, .. } if *parent == self.exhibit => {
                self.split(fact, children.len(), quantities);
                self.quantities.changed();
            }
            Matter::SubExhibitCreated { parent, .. } if *parent == self.exhibit => self.quantities.changed(),
            Matter::Consolidated { parts, whole, .. } => {
                self.quantities.changed();
                if *whole == self.exhibit {
                    self.quantities.expected = self.sum_of(parts, fact.order_us());
                }
            }
            Matter::Counted { quantity, unit, .. } => self.count(fact, *quantity, *unit),
            Matter::Weighed { weight_mg, error_mg, .. } => self.weigh(fact, *weight_mg, *error_mg),
            Matter::PackageOpened { .. } | Matter::SealBroken { .. } => self.quantities.repacked(),
            _ => {}
        }
    }

    fn split(&mut self, fact: &ExhibitFact, children: usize, quantities: &[u64]) {
        if quantities.is_empty() {
            return;
        }
        let sum: u128 = quantities.iter().map(|quantity| u128::from(*quantity)).sum();
        let sentence = if quantities.len() != children {
            format!("An exhibit was split in {children}, and {} quantities are given.", quantities.len())
        } else if let Some(before) = self.quantities.last_counted.filter(|before| u128::from(*before) != sum)
        {
            format!("An exhibit of {before} was split in parts that add up to {sum}.")
        } else {
            return;
        };
        self.does_not_add_up(fact, sentence, None);
    }

    fn count(&mut self, fact: &ExhibitFact, quantity: u64, unit: Unit) {
        let before = self.quantities.counted.insert(unit, (quantity, fact.index));
        self.quantities.last_counted = Some(quantity);
        if let Some(sum) = self.quantities.expected.remove(&unit)
            && sum != quantity
        {
            let sentence = format!("An exhibit was counted as {quantity}, and its parts add up to {sum}.");
            self.does_not_add_up(fact, sentence, None);
        }
        if let Some((before, index)) = before
            && before != quantity
        {
            let sentence = format!("An exhibit was counted as {before} and then as {quantity}.");
            self.does_not_add_up(fact, sentence, Some(index));
        }
    }

    fn weigh(&mut self, fact: &ExhibitFact, weight_mg: u64, error_mg: u64) {
        let before = self.quantities.weighed.replace((weight_mg, error_mg, fact.index));
        let Some((before_mg, before_error_mg, index)) = before else { return };
        let may_differ =
            before_error_mg.saturating_add(error_mg).saturating_add(self.policy.packages.weight_tolerance_mg);
        if weight_mg.abs_diff(before_mg) <= may_differ {
            return;
        }
        let sentence = format!("An exhibit weighed {before_mg} mg and then {weight_mg} mg.");
        self.does_not_add_up(fact, sentence, Some(index));
    }

    fn does_not_add_up(&mut self, fact: &ExhibitFact, sentence: String, before: Option<u64>) {
        let finding = self.against(RuleId::S08, sentence, fact).at(before);
        self.find(finding);
    }

    /// For each unit in which all parts were counted, the sum of their last counts before an instant.
    fn sum_of(&self, parts: &[ExhibitId], before_us: u64) -> BTreeMap<Unit, u64> {
        [Unit::Pieces, Unit::Pence]
            .into_iter()
            .filter_map(|unit| {
                let counts =
                    parts.iter().map(|part| last_count(self.ledger.exhibit(*part)?, unit, before_us));
                let sum = counts.sum::<Option<u64>>()?;
                Some((unit, sum))
            })
            .collect()
    }
}

fn last_count(record: &ExhibitRecord, wanted: Unit, before_us: u64) -> Option<u64> {
    let counts = record.facts.iter().filter_map(|fact| match &fact.what {
        What::Noted(matter) => match **matter {
            Matter::Counted { quantity, unit, .. } if unit == wanted => Some((fact.order_us(), quantity)),
            _ => None,
        },
        _ => None,
    });
    let before = counts.filter(|(at_us, _)| *at_us <= before_us);
    before.max_by_key(|(at_us, _)| *at_us).map(|(_, quantity)| quantity)
}
