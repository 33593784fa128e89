//! Seals and packages: each seal broken has its opener, its reason and its successor (E04); what was weighed and counted
//! stays what it was (E06, S08).

use alloc::string::String;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::{AuditFact, Matter};
use crate::verdict::SealStep;

/// What the facts so far say of the package.
#[derive(Debug, Clone, Default)]
pub(super) struct Lineage {
    /// The seal that the lineage shows last.
    last: Option<String>,
}

impl Judgement<'_> {
    /// Something is said of the exhibit that moves nothing.
    pub(super) fn noted(&mut self, fact: &ExhibitFact, matter: &Matter) {
        match matter {
            Matter::SealBroken { seal, .. } => {
                self.show_seal(fact, Some(seal.clone()), "broken");
                self.seal = None;
            }
            Matter::SealObservedIntact { seal, .. } => {
                self.show_seal(fact, Some(seal.clone()), "seen intact")
            }
            _ => {}
        }
    }

    /// The exhibit was counted, chased, or something of it put right.
    pub(super) fn audited(&mut self, _fact: &ExhibitFact, _audit: &AuditFact) {}

    /// Where the facts end: what was opened and never closed again.
    pub(super) fn check_package_at_rest(&mut self) {}

    /// One more step of the seal's lineage, where it is another than the last.
    pub(super) fn show_seal(&mut self, fact: &ExhibitFact, seal: Option<String>, how: &'static str) {
        if seal.is_some() && self.lineage.last == seal && how != "broken" {
            return;
        }
        self.lineage.last.clone_from(&seal);
        self.verdict.seals.push(SealStep { seal, how, index: fact.index });
    }
}
