//! What a person did, in the first person: only what that person could know, and nobody else's name.

use std::collections::BTreeSet;

use custody::fact::{AuditFact, AuthorityFact, CheckResult, Fact, Matter};
use custody::id::{ExhibitId, PersonId};
use custody::movement::{Act, Ending, Item, Movement};

use super::case::Case;
use super::words;
use crate::material::Said;

/// What stands for another person, whom the maker names from their own knowledge or not at all.
const ANOTHER: &str = "[name, from my own knowledge]";

/// One thing that a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    pub(super) index: u64,
    pub(super) us: u64,
    /// Without time: `I placed AB/1 in compartment A3 …`.
    pub(super) sentence: String,
}

/// All that a person did with exhibits of the case, in order of time, by the entries that name the person.
pub(super) fn own_acts(case: &Case<'_>, person: PersonId, entries: &BTreeSet<u64>) -> Vec<Own> {
    let of = |index: &u64| {
        let said = case.entry(*index)?;
        let sentence = sentence(case, said, person)?;
        Some(Own { index: *index, us: said.decoded.statement.time.wall_us, sentence })
    };
    let mut own: Vec<Own> = entries.iter().filter_map(of).collect();
    own.sort_by_key(|act| (act.us, act.index));
    own
}

fn sentence(case: &Case<'_>, said: &Said, person: PersonId) -> Option<String> {
    let statement = &said.decoded.statement;
    let teller = Teller { case, person, said };
    match &statement.fact {
        Fact::Movement(movement) => teller.movement(movement),
        Fact::Matter(matter) => teller.matter(matter),
        Fact::Authority(authority) => teller.authority(authority),
        Fact::Audit(audit) => teller.audit(audit),
        Fact::ExhibitRegistered { exhibit, registrar, seal, .. } if registrar.person == person => {
            let what = teller.what(&[*exhibit])?;
            let seal =
                seal.as_deref().map(|seal| format!(" I entered its seal as {seal}.")).unwrap_or_default();
            Some(format!("I registered {what}.{seal}"))
        }
        Fact::AttendedCheck { compartment, by, result, .. } if by.person == person => {
            let found = match result {
                CheckResult::AsRecorded => "found all as recorded",
                CheckResult::ItemAbsent => "found something absent",
                CheckResult::ItemUnexpected => "found something unexpected",
                CheckResult::SealDisturbed => "found a seal disturbed",
            };
            Some(format!("I looked into {} and {found}.", case.names.compartment(*compartment)))
        }
        _ => None,
    }
}

struct Teller<'a> {
    case: &'a Case<'a>,
    person: PersonId,
    said: &'a Said,
}

impl Teller<'_> {
    fn is_mine(&self, act: Option<Act>) -> bool {
        act.is_some_and(|act| act.person == self.person)
    }

    /// The exhibits of the case among these; none where there is none.
    fn what(&self, exhibits: &[ExhibitId]) -> Option<String> {
        let of_the_case = exhibits.iter().filter(|exhibit| self.case.is_in_scope(**exhibit));
        let names: Vec<String> = of_the_case.map(|exhibit| self.case.names.exhibit(*exhibit)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Where the device stands that I acted at.
    fn here(&self) -> String {
        let statement = &self.said.decoded.statement;
        let place = self.case.place_of(statement.device, statement.time.wall_us);
        place.map(|place| format!(" at {place}")).unwrap_or_default()
    }

    fn movement(&self, movement: &Movement) -> Option<String> {
        let what = self.what(movement.exhibits())?;
        if self.is_mine(movement.witness()) && !self.is_mine(movement.by()) {
            return Some(format!("I was the second person{} when {}.", self.here(), seen(movement, &what)?));
        }
        let is_to_me = matches!(movement,
            Movement::PassedBack { to, .. } | Movement::TemporarilyReleased { to, .. } if *to == self.person);
        if is_to_me && !self.is_mine(movement.by()) {
            return Some(format!("I was given {what} by {ANOTHER}{}.", self.here()));
        }
        if !self.is_mine(movement.by()) {
            return None;
        }
        let here = self.here();
        let at = movement.at().map(|at| self.case.names.compartment(at.compartment)).unwrap_or_default();
        let did = match movement {
            Movement::Deposited { .. } => format!("I placed {what} in {at}{here}."),
            Movement::DepositAbandoned { .. } => {
                format!("I began to deposit {what} in {at}{here} and did not complete it.")
            }
            Movement::Misdeposited { .. } => {
                format!("I found that a deposit of {what} was not as it had been recorded.")
            }
            Movement::PassedBack { .. } => {
                format!("I took {what} out of {at}{here} and gave it back to {ANOTHER}.")
            }
            Movement::Collected { .. } => format!("I took {what} out of {at}{here}."),
            Movement::TransferOffered { .. } => format!("I offered {what} to {ANOTHER}{here}."),
            Movement::TransferAccepted { .. } => format!("I took over {what} from {ANOTHER}{here}."),
            Movement::TransferRejected { .. } => return None,
            Movement::ReceivedAt { .. } => format!("I received {what} from {ANOTHER}{here}."),
            Movement::TemporarilyReleased { due_us, .. } => {
                let due = civil_time::utc(*due_us);
                format!("I released {what} to {ANOTHER}{here}, to be returned by {due}.")
            }
            Movement::ReturnedFromRelease { .. } => format!("I took {what} back from {ANOTHER}{here}."),
            Movement::MarkedMissing { .. } => format!("I recorded that {what} could not be found."),
            Movement::Found { .. } => {
                format!("I recorded that {what} had been found and that I had it{here}.")
            }
            Movement::Ended { how: Ending::ReturnedToOwner, .. } => {
                format!("I handed {what} to its owner{here}.")
            }
            Movement::Ended { how: Ending::Disposed, .. } => format!("I disposed of {what}{here}."),
            Movement::Resealed { old_seal, new_seal, .. } => {
                let old = old_seal.as_deref().unwrap_or("none");
                format!("I sealed {what} anew{here}: seal before {old}, seal after {new_seal}.")
            }
        };
        Some(format!("{did}{}", seal(movement)))
    }

    fn matter(&self, matter: &Matter) -> Option<String> {
        let mine = matter.acts().iter().position(|act| act.person == self.person)?;
        let what = self.what(&matter.exhibits())?;
        let here = self.here();
        if mine > 0 {
            return Some(format!("I was the second person{here} to what was recorded of {what}."));
        }
        let did = match matter {
            Matter::SealObservedIntact { seal, .. } => format!("I saw seal {seal} of {what} intact{here}."),
            Matter::SealBroken { seal, .. } => format!("I broke seal {seal} of {what}{here}."),
            Matter::SealDiscrepancy { expected, found, .. } => {
                let found = found.as_deref().unwrap_or("none");
                format!("I found seal {found} on {what}{here}, where {expected} was expected.")
            }
            Matter::PackageOpened { .. } => format!("I opened the package of {what}{here}."),
            Matter::Weighed { weight_mg, error_mg, .. } => {
                format!("I weighed {what}{here}: {weight_mg} mg ± {error_mg} mg.")
            }
            Matter::Counted { quantity, unit, .. } => {
                let unit = match unit {
                    custody::fact::Unit::Pieces => "pieces",
                    custody::fact::Unit::Pence => "pence",
                };
                format!("I counted {what}{here}: {quantity} {unit}.")
            }
            Matter::LateEntry { .. } => {
                format!(
                    "I recorded later that {what} had changed hands. [When, and between whom: from my own knowledge.]"
                )
            }
            Matter::Identified { .. } => format!("I recorded which registered exhibit {what} is."),
            Matter::Reattributed { .. } => {
                format!("I recorded that entries about {what} had been made under another exhibit.")
            }
            Matter::Split { .. } | Matter::SubExhibitCreated { .. } => {
                format!("I recorded parts taken from {what}.")
            }
            Matter::Consolidated { .. } => format!("I recorded that {what} were put together."),
            Matter::PaperFallback { document, .. } => {
                format!("I recorded an act about {what} on paper; the document's SHA-256 is {document}.")
            }
            Matter::FoundInEmptyCompartment { compartment, .. } => {
                format!("I found {what} in {}, recorded as empty.", self.case.names.compartment(*compartment))
            }
        };
        Some(did)
    }

    fn authority(&self, authority: &AuthorityFact) -> Option<String> {
        let what = self.what(authority.exhibits())?;
        let (by, did) = match authority {
            AuthorityFact::CollectionAuthorised { by, .. } => (by, "authorised the collection of"),
            AuthorityFact::ReturnAuthorised { by, .. } => (by, "authorised the return to its owner of"),
            AuthorityFact::DisposalAuthorised { by, .. } => (by, "authorised the disposal of"),
            AuthorityFact::HoldPlaced { by, .. } => (by, "placed a hold on"),
            _ => return None,
        };
        self.is_mine(Some(*by)).then(|| format!("I {did} {what}."))
    }

    fn audit(&self, audit: &AuditFact) -> Option<String> {
        let what = self.what(audit.exhibits())?;
        let (by, did) = match audit {
            AuditFact::DiscrepancyRaised { by, .. } => (by, "recorded a discrepancy about"),
            AuditFact::DiscrepancyResolved { by, .. } => {
                (by, "recorded the resolution of a discrepancy about")
            }
            AuditFact::Annotated { by, .. } => (by, "added a remark to the record of"),
            AuditFact::Corrected { by, .. } => (by, "corrected a field of the record of"),
            _ => return None,
        };
        self.is_mine(Some(*by)).then(|| format!("I {did} {what}."))
    }
}

/// What the second person saw happen.
fn seen(movement: &Movement, what: &str) -> Option<String> {
    match movement {
        Movement::Deposited { .. } => Some(format!("somebody placed {what} in a locker")),
        Movement::Collected { .. } => Some(format!("somebody took {what} out of a locker")),
        Movement::Ended { how: Ending::ReturnedToOwner, .. } => {
            Some(format!("somebody handed {what} to its owner"))
        }
        Movement::Ended { how: Ending::Disposed, .. } => Some(format!("somebody disposed of {what}")),
        Movement::Resealed { .. } => Some(format!("somebody sealed {what} anew")),
        _ => None,
    }
}

/// The seal as the maker entered it.
fn seal(movement: &Movement) -> String {
    let number = movement.item().and_then(|item: &Item| item.seal.as_deref());
    match (number, movement.condition()) {
        (Some(number), Some(condition)) => {
            format!(" I entered its seal as {number}, and that it was {}.", words::condition(condition))
        }
        (Some(number), None) => format!(" I entered its seal as {number}."),
        (None, Some(condition)) => {
            format!(" I entered no seal number, and its condition as {}.", words::condition(condition))
        }
        (None, None) => String::new(),
    }
}
