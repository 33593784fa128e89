//! Legal holds in force: of exhibits, and of whole cases.

use std::collections::BTreeMap;

use custody::fact::AuthorityFact;
use custody::id::{CaseId, Digest, ExhibitId};

use crate::state::Placed;

/// One hold.
#[derive(Debug, Clone)]
struct Hold {
    case: Option<CaseId>,
    exhibits: Vec<ExhibitId>,
}

/// Every hold that has not been released, by the hash of the statement that placed it.
#[derive(Debug, Default)]
pub struct Holds {
    open: BTreeMap<Digest, Hold>,
}

impl Holds {
    pub(super) fn push(&mut self, placed: &Placed, fact: &AuthorityFact) {
        match fact {
            AuthorityFact::HoldPlaced { case, exhibits, .. } => {
                let hold = Hold { case: *case, exhibits: exhibits.clone() };
                self.open.insert(placed.decoded.hash, hold);
            }
            AuthorityFact::HoldReleased { hold, .. } => {
                self.open.remove(hold);
            }
            _ => {}
        }
    }

    /// What is held, each with the statement that holds it; `of_case` are the exhibits of a case.
    pub(crate) fn held<'a, I: Iterator<Item = ExhibitId>>(
        &'a self,
        of_case: impl Fn(CaseId) -> I + 'a,
    ) -> BTreeMap<ExhibitId, Digest> {
        let mut held = BTreeMap::new();
        for (hash, hold) in &self.open {
            let of_case = hold.case.into_iter().flat_map(&of_case);
            for exhibit in hold.exhibits.iter().copied().chain(of_case) {
                held.entry(exhibit).or_insert(*hash);
            }
        }
        held
    }
}
