//! Drafts of continuity statements (MG11): one for each handler, with that person's own acts and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::PersonId;
use custody::verdict::Holder;

use super::acts::{Own, own_acts};
use super::case::Case;
use super::parts::named;
use crate::drafts::MG11;
use crate::model::Draft;

/// The declaration, which only the maker makes.
pub(super) const DECLARATION: &str = "[Placeholder: the declaration of truth under CrimPR 16.2 and section 9 of the \
    Criminal Justice Act 1967 is to be made by the witness. NOT SIGNED. NOT DATED.]";

/// In order of each maker's first act.
pub(super) fn statements(case: &Case<'_>) -> Vec<Draft> {
    let mut drafts: Vec<(u64, PersonId, Draft)> = Vec::new();
    for (person, handler) in handlers(case) {
        let own = own_acts(case, person, &handler.entries);
        let Some(first) = own.first() else { continue };
        drafts.push((first.us, person, draft(case, person, &own, &handler.passed)));
    }
    drafts.sort_by_key(|(us, person, _)| (*us, *person));
    drafts.into_iter().map(|(_, _, draft)| draft).collect()
}

/// What is on record of one person.
#[derive(Debug, Default)]
struct Handler {
    /// Entries that name the person.
    entries: BTreeSet<u64>,
    /// Exhibits that the person had and passed on.
    passed: BTreeSet<String>,
}

/// Everybody whom an entry names.
fn handlers(case: &Case<'_>) -> BTreeMap<PersonId, Handler> {
    let mut handlers: BTreeMap<PersonId, Handler> = BTreeMap::new();
    for (index, said) in case.material.entries {
        for person in named(&said.decoded.statement.fact) {
            handlers.entry(person).or_default().entries.insert(*index);
        }
    }
    for verdict in &case.verdicts {
        for leg in &verdict.legs {
            let (Holder::Person(person) | Holder::Release(person)) = leg.holder else { continue };
            let is_to_somebody =
                matches!(leg.passed_to, Some(Holder::Person(_) | Holder::Place(_) | Holder::Release(_)));
            if is_to_somebody {
                let passed = &mut handlers.entry(person).or_default().passed;
                passed.insert(case.names.exhibit(verdict.exhibit));
            }
        }
    }
    handlers
}

fn draft(case: &Case<'_>, person: PersonId, own: &[Own], passed: &BTreeSet<String>) -> Draft {
    let first_us = own.first().map_or(0, |act| act.us);
    let maker = case.names.person(person, first_us);
    let mut paragraphs = vec![
        "DRAFT, NOT A STATEMENT. Written from the custody ledger for the witness to check against their own memory and \
         notes. Whatever the witness cannot say of their own knowledge must be struck out."
            .to_owned(),
        "WITNESS STATEMENT (CrimPR 16.2; Criminal Justice Act 1967, section 9)".to_owned(),
        format!("Statement of: {maker} [full name; rank, number or occupation]. Age if under 18: [ ]."),
        DECLARATION.to_owned(),
    ];
    paragraphs.extend(own.iter().map(|act| {
        let instant = case.instant(act.us);
        format!("On {} ({}), {} [Record: entry {}.]", instant.local, instant.utc, act.sentence, act.index)
    }));
    for exhibit in passed {
        paragraphs.push(format!("I passed {exhibit} on. [To whom, where and when: from my own knowledge.]"));
    }
    paragraphs.push(
        "Between receiving an exhibit and passing it on I kept it [where and how: from my own knowledge]. I did not \
         interfere with it. [Confirm or strike out.]"
            .to_owned(),
    );
    Draft { kind: MG11, maker, paragraphs }
}
