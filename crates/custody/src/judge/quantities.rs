//! Quantities and weights: what was counted and weighed stays what it was, and parts add up to their whole (S08).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::{Matter, Unit};
use crate::id::ExhibitId;
use crate::movement::Movement;
use crate::rule::RuleId;
use crate::tally::Tally;

/// One weighing.
#[derive(Debug, Clone, Copy)]
struct Weighing {
    index: u64,
    weight_mg: u64,
    error_mg: u64,
}

/// A consolidation into this exhibit, which has not been counted since.
#[derive(Debug, Clone)]
struct MadeOf {
    index: u64,
    wall_us: u64,
    parts: Vec<ExhibitId>,
}

/// What the facts so far say of how much there is of the exhibit.
#[derive(Debug, Clone, Default)]
pub(super) struct Quantities {
    /// The last count, whatever has happened since.
    last: Option<(u64, u64)>,
    /// The last count in each unit and its entry, as long as nothing was taken out or added.
    counted: BTreeMap<Unit, (u64, u64)>,
    /// The last weighing, as long as nothing was opened, taken out or added.
    weighed: Option<Weighing>,
    made_of: Option<MadeOf>,
}

impl Quantities {
    /// What it is has changed: nothing said before need hold.
    fn change(&mut self) {
        self.counted.clear();
        self.weighed = None;
        self.made_of = None;
    }
}

impl Judgement<'_> {
    /// Something was counted, weighed, opened, split or made one.
    pub(super) fn check_quantities(&mut self, fact: &ExhibitFact, matter: &Matter) {
        match matter {
            Matter::Counted { quantity, unit, .. } => self.counted(fact, *quantity, *unit),
            Matter::Weighed { weight_mg, error_mg, .. } => {
                let (index, weight_mg, error_mg) = (fact.index, *weight_mg, *error_mg);
                self.weighed(fact, Weighing { index, weight_mg, error_mg });
            }
            Matter::PackageOpened { .. } | Matter::SealBroken { .. } => self.quantities.weighed = None,
            Matter::Split { parent, children, quantities, .. } => {
                if *parent == self.exhibit && !quantities.is_empty() {
                    self.check_split(fact, children, quantities);
                }
                self.quantities.change();
            }
            Matter::SubExhibitCreated { .. } => self.quantities.change(),
            Matter::Consolidated { parts, whole, .. } => {
                self.quantities.change();
                if *whole == self.exhibit {
                    let (index, wall_us, parts) = (fact.index, fact.wall_us, parts.clone());
                    self.quantities.made_of = Some(MadeOf { index, wall_us, parts });
                }
            }
            _ => {}
        }
    }

    /// A package that was sealed anew weighs what it weighs.
    pub(super) fn forget_weight(&mut self, movement: &Movement) {
        if matches!(movement, Movement::Resealed { .. }) {
            self.quantities.weighed = None;
        }
    }

    fn counted(&mut self, fact: &ExhibitFact, quantity: u64, unit: Unit) {
        self.quantities.last = Some((quantity, fact.index));
        if let Some(made_of) = self.quantities.made_of.take() {
            self.check_whole(fact, quantity, unit, &made_of);
        }
        let before = self.quantities.counted.insert(unit, (quantity, fact.index));
        let Some((before, index)) = before.filter(|(before, _)| *before != quantity) else { return };
        let unit = name(unit);
        let sentence = format!(
            "The exhibit was counted as {quantity} {unit}, and {before} {unit} before; nothing on record says why."
        );
        self.does_not_add_up(fact, sentence, [index], []);
    }

    fn weighed(&mut self, fact: &ExhibitFact, now: Weighing) {
        let Some(before) = self.quantities.weighed.replace(now) else { return };
        let tolerance_mg = self.policy.packages.weight_tolerance_mg;
        let allowed_mg = tolerance_mg.saturating_add(before.error_mg).saturating_add(now.error_mg);
        if now.weight_mg.abs_diff(before.weight_mg) <= allowed_mg {
            return;
        }
        let sentence = format!(
            "The exhibit weighed {} mg, and {} mg before; nothing on record says why, and the scales explain {allowed_mg} mg.",
            now.weight_mg, before.weight_mg
        );
        self.does_not_add_up(fact, sentence, [before.index], []);
    }

    /// Told once, of the exhibit that was split.
    fn check_split(&mut self, fact: &ExhibitFact, children: &[ExhibitId], quantities: &[u64]) {
        if quantities.len() != children.len() {
            let sentence = format!(
                "An exhibit was split into {}, and quantities are given of {}.",
                children.len(),
                quantities.len()
            );
            self.does_not_add_up(fact, sentence, [], children.iter().copied());
            return;
        }
        let sum: u128 = quantities.iter().copied().map(u128::from).sum();
        let Some((whole, index)) = self.quantities.last.filter(|(whole, _)| u128::from(*whole) != sum) else {
            return;
        };
        let sentence =
            format!("An exhibit of which {whole} had been counted was split into parts that make {sum}.");
        self.does_not_add_up(fact, sentence, [index], children.iter().copied());
    }

    /// Told once, of the exhibit that others were made into. A part that was never counted in the unit tells nothing.
    fn check_whole(&mut self, fact: &ExhibitFact, quantity: u64, unit: Unit, made_of: &MadeOf) {
        let last = |part: &ExhibitId| self.ledger.last_tally(*part, unit, made_of.wall_us);
        let Some(tallies) = made_of.parts.iter().map(last).collect::<Option<Vec<Tally>>>() else { return };
        let sum: u128 = tallies.iter().map(|tally| u128::from(tally.quantity)).sum();
        if sum == u128::from(quantity) {
            return;
        }
        let unit = name(unit);
        let sentence = format!(
            "An exhibit was counted as {quantity} {unit}, and those that it was made of as {sum} {unit} together."
        );
        let indices = tallies.iter().map(|tally| tally.index).chain([made_of.index]);
        self.does_not_add_up(fact, sentence, indices, made_of.parts.iter().copied());
    }

    fn does_not_add_up(
        &mut self,
        fact: &ExhibitFact,
        sentence: String,
        indices: impl IntoIterator<Item = u64>,
        exhibits: impl IntoIterator<Item = ExhibitId>,
    ) {
        let finding = self.against(RuleId::S08, sentence, fact);
        self.verdict.findings.push(finding.at(indices).of_exhibits(exhibits));
    }
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Pieces => "pieces",
        Unit::Pence => "pence",
    }
}
