//! The page of each exhibit: the verdict, the answer, its time, its legs, its seals, and where to read on.

use std::collections::BTreeSet;

use custody::id::{ExhibitId, PersonId};
use custody::verdict::{Holder, SealStep, Standing, Stretch, Verdict};
use custody_proto::v1;

use super::answer::answer;
use super::case::Case;
use super::chronicle::chronicle;
use super::footage::Footage;
use super::legs::leg;
use super::openings::Opening;
use super::picture::picture;
use super::words;
use crate::material::Said;
use crate::model::{self, Text};

/// What stands where no entry of the bundle registers the exhibit.
const NOT_REGISTERED: &str = "NOT REGISTERED";

/// One page for each verdict.
pub(super) fn exhibits(case: &Case<'_>, openings: &[Opening], footage: &[Footage]) -> Vec<model::Exhibit> {
    case.verdicts.iter().map(|verdict| exhibit(case, verdict, openings, footage)).collect()
}

fn exhibit(case: &Case<'_>, verdict: &Verdict, openings: &[Opening], footage: &[Footage]) -> model::Exhibit {
    let id = verdict.exhibit;
    let registered = registration(case, id);
    let registered = registered.as_ref();
    let field = |of: fn(&v1::exhibit_registered::Declared) -> &Vec<u8>| match registered {
        Some((said, declared)) => case.text(said.decoded.hash, of(declared)),
        None => Text::Missing(NOT_REGISTERED.to_owned()),
    };
    let concerns = |(number, finding): (usize, &custody::finding::Finding)| {
        finding.exhibits.contains(&id).then_some(number)
    };
    let of_openings = openings.iter().filter(|opening| opening.exhibits.contains(&id));
    let of_footage = footage.iter().filter(|footage| footage.exhibits.contains(&id));
    model::Exhibit {
        id: id.to_string(),
        name: case.names.exhibit(id),
        reference: field(|declared| &declared.exhibit_reference),
        description: field(|declared| &declared.description),
        category: registered.map_or_else(|| NOT_REGISTERED.to_owned(), |(_, declared)| category(declared)),
        producer: producer(case, registered),
        verdict: verdict.standing().map_or("NO CUSTODY", Standing::name),
        answer: answer(case, verdict),
        handlers: handlers(verdict),
        findings: (1..).zip(case.material.findings).filter_map(concerns).collect(),
        stretches: verdict.stretches.iter().map(|each| stretch(case, each)).collect(),
        legs: verdict.legs.iter().map(|each| leg(case, each)).collect(),
        seals: verdict.seals.iter().map(|step| seal(case, step)).collect(),
        chronicle: chronicle(case, id),
        openings: of_openings.clone().map(|opening| opening.said.number).collect(),
        footage: of_footage.clone().map(|footage| footage.said.number).collect(),
        picture: picture(case, verdict, &of_openings.collect::<Vec<_>>(), &of_footage.collect::<Vec<_>>()),
    }
}

/// The first registration of an exhibit.
fn registration<'a>(
    case: &Case<'a>,
    exhibit: ExhibitId,
) -> Option<(&'a Said, &'a v1::exhibit_registered::Declared)> {
    case.material.entries.values().find_map(|said| match said.message.fact.as_ref()? {
        v1::statement::Fact::ExhibitRegistered(fact) => {
            let declared = fact.declared.as_ref()?;
            (declared.exhibit == exhibit.0).then_some((said, declared))
        }
        _ => None,
    })
}

fn category(declared: &v1::exhibit_registered::Declared) -> String {
    let word = match declared.category() {
        v1::Category::Unspecified | v1::Category::Other => "other",
        v1::Category::Cash => "cash",
        v1::Category::Drug => "drug",
        v1::Category::Firearm => "firearm",
        v1::Category::Biological => "biological",
        v1::Category::Digital => "digital",
    };
    word.to_owned()
}

fn producer(case: &Case<'_>, registered: Option<&(&Said, &v1::exhibit_registered::Declared)>) -> Text {
    let Some((said, declared)) = registered else { return Text::Missing(NOT_REGISTERED.to_owned()) };
    let at_us = said.decoded.statement.time.wall_us;
    match PersonId::try_from(declared.producer.as_slice()) {
        Ok(person) => Text::Disclosed(case.names.person(person, at_us)),
        Err(_) => Text::Missing("MISSING".to_owned()),
    }
}

/// Everybody who had it, gave it or took it.
fn handlers(verdict: &Verdict) -> usize {
    let holders =
        verdict.legs.iter().flat_map(|leg| [Some(leg.holder), leg.received_from, leg.passed_to]).flatten();
    let people = holders.filter_map(|holder| match holder {
        Holder::Person(person) | Holder::Place(person) | Holder::Release(person) => Some(person),
        Holder::Compartment(_) | Holder::Missing | Holder::Ended => None,
    });
    people.collect::<BTreeSet<PersonId>>().len()
}

fn stretch(case: &Case<'_>, stretch: &Stretch) -> model::Stretch {
    let interval = stretch.interval;
    model::Stretch {
        from: case.instant(interval.from_us),
        to: case.instant(interval.to_us),
        standing: stretch.standing.name(),
        holder: case.holder(stretch.holder, interval.from_us),
        reasons: stretch.reasons.iter().map(|why| case.names.in_words(why, interval.from_us)).collect(),
        long: words::length(interval.to_us.saturating_sub(interval.from_us)),
    }
}

fn seal(case: &Case<'_>, step: &SealStep) -> model::Seal {
    model::Seal {
        seal: step.seal.clone(),
        how: step.how.to_owned(),
        at: case.instant_of(step.index),
        index: step.index,
    }
}
