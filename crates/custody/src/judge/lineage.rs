//! Seals and packages: the lineage that a verdict shows, and that each seal broken has its successor (E04).
//!
//! The number at a custody transfer point is compared in `transfer_point`, what is said of a seal elsewhere in `seals`.

use alloc::format;
use alloc::string::String;

use super::Judgement;
use crate::exhibit::{ExhibitFact, Registration};
use crate::fact::{AuditFact, Interval, Matter};
use crate::finding::Finding;
use crate::id::ExhibitId;
use crate::movement::{Closure, Item, Movement, SealCondition};
use crate::rule::RuleId;
use crate::verdict::SealStep;

/// What the facts so far say of the package.
#[derive(Debug, Clone, Default)]
pub(super) struct Lineage {
    /// The number on it by the record; none where none was named, or it was broken.
    pub(super) on_record: Option<String>,
    /// The number that was broken, until it is sealed anew.
    pub(super) broken: Option<String>,
    /// The first fact by which it was opened, until it is sealed anew or the opening has been told.
    pub(super) opened: Option<Opened>,
    /// Since it was last sealed somebody has said why its seal is not whole.
    pub(super) is_explained: bool,
    /// When it was last seen whole, by the clock of whoever saw it.
    pub(super) seen_whole_us: Option<u64>,
    /// How it looked when it last changed hands.
    pub(super) wear: Wear,
}

/// A package stands open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    index: u64,
    from_us: u64,
    /// As a sentence begins.
    what: &'static str,
}

/// How far from whole a seal is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wear {
    #[default]
    None,
    Damaged,
    Broken,
    Absent,
}

impl From<SealCondition> for Wear {
    fn from(condition: SealCondition) -> Self {
        match condition {
            SealCondition::Intact => Self::None,
            SealCondition::Damaged => Self::Damaged,
            SealCondition::Broken => Self::Broken,
            SealCondition::Absent => Self::Absent,
        }
    }
}

impl Wear {
    /// As a sentence says it, and as a step of the lineage; none for a whole seal.
    fn words(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::None => None,
            Self::Damaged => Some(("damaged", "seen damaged")),
            Self::Broken => Some(("broken", "seen broken")),
            Self::Absent => Some(("absent", "seen absent")),
        }
    }
}

impl Lineage {
    /// Sealed, by the word of a fact made from `from_us` on: what was before counts no more.
    fn seal(&mut self, from_us: u64) {
        *self = Self { on_record: self.on_record.take(), seen_whole_us: Some(from_us), ..Self::default() };
    }

    pub(super) fn open(&mut self, fact: &ExhibitFact, what: &'static str) {
        self.is_explained = true;
        self.opened.get_or_insert(Opened { index: fact.index, from_us: fact.interval.from_us, what });
    }
}

impl Judgement<'_> {
    /// Something is said of the exhibit that moves nothing.
    pub(super) fn noted(&mut self, fact: &ExhibitFact, matter: &Matter) {
        match matter {
            Matter::SealBroken { exhibits, seal, .. } => self.seal_broken(fact, exhibits, seal),
            Matter::SealObservedIntact { exhibits, seal, .. } => self.seal_observed(fact, exhibits, seal),
            Matter::SealDiscrepancy { exhibits, expected, found, .. } => {
                self.seal_discrepancy(fact, exhibits, expected, found.as_ref());
            }
            Matter::PackageOpened { exhibits, names_examination, .. } => {
                self.package_opened(fact, exhibits, *names_examination);
            }
            _ => {}
        }
        self.lineage.on_record.clone_from(&self.seal);
    }

    /// The exhibit was counted, chased, or something of it put right.
    pub(super) fn audited(&mut self, fact: &ExhibitFact, audit: &AuditFact) {
        if let AuditFact::Counted { seal: Some(seal), .. } = audit {
            self.seal_counted(fact, seal);
        }
    }

    /// The registration names the seal, before any act or after some.
    pub(super) fn seal_registered(&mut self, fact: &ExhibitFact, registration: &Registration) {
        let shown = self.verdict.seals.last().and_then(|step| step.seal.as_ref());
        if registration.seal.is_some() && registration.seal.as_ref() != shown {
            self.show_seal(fact, registration.seal.clone(), "declared");
        }
        self.lineage.on_record.clone_from(&self.seal);
    }

    /// What a custody act says of the seal beyond its number: it was replaced, or how it looked as the package
    /// changed hands. `self.seal` is the number after the act.
    pub(super) fn follow_seal(&mut self, fact: &ExhibitFact, movement: &Movement) {
        let before = self.lineage.on_record.take();
        self.lineage.on_record.clone_from(&self.seal);
        if let Movement::Resealed { .. } = movement {
            self.resealed(fact, movement, before.as_ref());
        } else if let Some(item) = changes_hands(movement) {
            self.show_number(fact, before.as_ref());
            self.check_opened(fact, item);
            self.check_condition(fact, movement, item);
        }
    }

    /// A number that is new at a transfer is a step of the lineage; one that is the last is in the table of legs.
    fn show_number(&mut self, fact: &ExhibitFact, before: Option<&String>) {
        if self.seal.is_none() || self.seal.as_ref() == before {
            return;
        }
        let how = if self.verdict.seals.is_empty() { "declared" } else { "at a transfer" };
        self.show_seal(fact, self.seal.clone(), how);
    }

    /// E04: what was opened is sealed anew before it changes hands. Told at that transfer, once.
    fn check_opened(&mut self, fact: &ExhibitFact, item: &Item) {
        let Some(opened) = self.lineage.opened.take() else { return };
        let sentence = format!("{}, and it changed hands without having been sealed anew.", opened.what);
        let interval =
            Interval { from_us: opened.from_us.min(fact.interval.from_us), to_us: fact.interval.to_us };
        let finding = self.against(RuleId::E04, sentence, fact).at([opened.index]).during(interval);
        self.find(finding.of_exhibits(item.exhibits.iter().copied()));
    }

    /// E04: a seal that is not whole has somebody on record who says why. Told again only where it has got worse.
    fn check_condition(&mut self, fact: &ExhibitFact, movement: &Movement, item: &Item) {
        let Some(wear) = movement.condition().map(Wear::from) else { return };
        let before = core::mem::replace(&mut self.lineage.wear, wear);
        let Some((what, step)) = wear.words() else {
            self.lineage.seen_whole_us = Some(fact.interval.from_us);
            return;
        };
        if wear <= before {
            return;
        }
        self.show_seal(fact, item.seal.clone(), step);
        if item.closure != Closure::Sealed || self.lineage.is_explained {
            return;
        }
        let sentence =
            format!("The seal of a package was {what} when it changed hands, and no record says why.");
        let since_us = self.lineage.seen_whole_us.unwrap_or(fact.interval.from_us);
        let interval = Interval { from_us: since_us.min(fact.interval.from_us), to_us: fact.interval.to_us };
        let finding = self.against(RuleId::E04, sentence, fact).during(interval);
        self.find(finding.of_exhibits(item.exhibits.iter().copied()));
    }

    /// E04: the old package lies inside the new one, and its seal is named, unless somebody had broken it.
    fn resealed(&mut self, fact: &ExhibitFact, movement: &Movement, before: Option<&String>) {
        let Movement::Resealed { exhibits, old_seal, new_seal, is_old_inside, .. } = movement else {
            return;
        };
        if let (Some(old), Some(broken)) = (old_seal, self.lineage.broken.take())
            && *old != broken
        {
            let sentence =
                format!("Seal {old} is said to have been replaced, and {broken} was the one broken.");
            self.another_seal(fact, exhibits, sentence);
        }
        if !is_old_inside {
            let sentence = "A package was sealed anew, and the old one was not put inside.";
            self.break_lineage(fact, exhibits, sentence.into());
        }
        if let (None, Some(before)) = (old_seal, before) {
            let sentence = format!(
                "A package was sealed anew without a word of seal {before}, which nobody had broken."
            );
            self.break_lineage(fact, exhibits, sentence);
        }
        self.show_seal(fact, Some(new_seal.clone()), "resealed");
        self.lineage.seal(fact.interval.from_us);
    }

    fn break_lineage(&mut self, fact: &ExhibitFact, exhibits: &[ExhibitId], sentence: String) {
        let finding = self.about_package(RuleId::E04, sentence, fact, exhibits);
        self.find(finding);
    }

    pub(super) fn about_package(
        &self,
        rule: RuleId,
        sentence: String,
        fact: &ExhibitFact,
        exhibits: &[ExhibitId],
    ) -> Finding {
        self.against(rule, sentence, fact).of_exhibits(exhibits.iter().copied())
    }

    /// One more step of the seal's lineage.
    pub(super) fn show_seal(&mut self, fact: &ExhibitFact, seal: Option<String>, how: &'static str) {
        self.verdict.seals.push(SealStep { seal, how, index: fact.index });
    }
}

/// The package, where the act is a custody transfer point.
fn changes_hands(movement: &Movement) -> Option<&Item> {
    match movement {
        Movement::TransferOffered { .. } => None,
        other => other.item(),
    }
}
