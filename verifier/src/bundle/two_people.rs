//! G05: where two people acted, that they are two.
//!
//! A person may be given a new pseudonym, and what links it to the one before is a commitment: the UUID of the former one.
//! Where that is not disclosed, the new pseudonym may be anybody's, and so that of the other who acted.

use std::collections::{BTreeMap, BTreeSet};

use custody::finding::Finding;
use custody::id::{ExhibitId, PersonId};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::schema::{Kind, Stream};
use custody_proto::table::{ACT, STATEMENT};
use custody_proto::v1;
use custody_proto::v1::statement::Fact as Message;
use disclosure::material::Said;
use disclosure::openings::{Field, Openings};
use ledger_format::canonical::{Event, Value, walk};
use ledger_format::envelope::STATEMENT_BYTES_MAX;
use prost::Message as _;

use super::replay::Replay;

/// Whom a pseudonym that was given later stands for.
enum Former {
    /// Whoever had this one.
    Was(PersonId),
    /// Nobody says.
    Withheld,
}

/// Pseudonyms given later, each with the one before.
type Renewals = BTreeMap<PersonId, Former>;

/// Looks at every act of two people on the exhibits in scope, or on none.
pub(super) fn check(exhibits: &BTreeSet<ExhibitId>, openings: &Openings, replay: &mut Replay) {
    let renewals = renewals(replay, openings);
    if renewals.is_empty() {
        return;
    }
    let found: Vec<Finding> =
        replay.entries.iter().filter_map(|(index, said)| judge(*index, said, exhibits, &renewals)).collect();
    for finding in found {
        replay.findings.add(finding);
    }
}

fn judge(index: u64, said: &Said, exhibits: &BTreeSet<ExhibitId>, renewals: &Renewals) -> Option<Finding> {
    let named: Vec<ExhibitId> = exhibits_of(said).collect();
    let ours: Vec<ExhibitId> = named.iter().copied().filter(|exhibit| exhibits.contains(exhibit)).collect();
    if ours.is_empty() && !named.is_empty() {
        return None;
    }
    let people = people(&said.message);
    // One pseudonym twice is no act of two, which other rules see.
    if people.len() < 2 {
        return None;
    }
    let finding = |sentence: String| {
        let time = said.decoded.statement.time.interval();
        Finding::new(RuleId::G05, sentence).at([index]).during(time).of_exhibits(ours.iter().copied())
    };
    let first_held: BTreeSet<PersonId> = people.iter().map(|person| first(*person, renewals)).collect();
    if first_held.len() < people.len() {
        let sentence =
            format!("In entry {index} two people act, and what is disclosed shows that they are one.");
        return Some(finding(sentence).weighing(Severity::Break));
    }
    let withheld = first_held.iter().filter(|one| matches!(renewals.get(*one), Some(Former::Withheld)));
    let withheld: Vec<PersonId> = withheld.copied().collect();
    let person = withheld.first()?;
    let sentence = format!(
        "In entry {index} two people act. That they are two rests on what is not disclosed: whose pseudonym {person} was before."
    );
    Some(withheld.into_iter().fold(finding(sentence), Finding::by_person))
}

/// The pseudonym that somebody had first, as far as is disclosed.
fn first(person: PersonId, renewals: &Renewals) -> PersonId {
    let mut first = person;
    // Whoever goes round in a circle comes back after as many steps as there are renewals.
    for _ in 0..renewals.len() {
        match renewals.get(&first) {
            Some(Former::Was(former)) => first = *former,
            Some(Former::Withheld) | None => break,
        }
    }
    first
}

fn renewals(replay: &Replay, openings: &Openings) -> Renewals {
    let renewal = |said: &Said| {
        let Some(Message::PersonRenewed(fact)) = &said.message.fact else { return None };
        let declared = fact.declared.as_ref()?;
        let person = PersonId(declared.person.as_slice().try_into().ok()?);
        let former = match openings.field(said.decoded.hash, &declared.former) {
            Field::Disclosed(value) => value.parse().ok(),
            Field::Withheld(_) | Field::Erased { .. } | Field::Missing => None,
        };
        Some((person, former.map_or(Former::Withheld, Former::Was)))
    };
    replay.entries.values().filter_map(renewal).collect()
}

fn exhibits_of(said: &Said) -> impl Iterator<Item = ExhibitId> + '_ {
    let streams = said.decoded.streams.iter();
    streams.filter(|stream| stream.kind == Stream::Exhibit).map(|stream| ExhibitId(stream.id))
}

/// Everybody who takes part in an act, by their pseudonyms.
fn people(statement: &v1::Statement) -> BTreeSet<PersonId> {
    let mut people = BTreeSet::new();
    let mut is_act = Vec::new();
    // What was decoded strictly is encoded as it was, and walks to its end.
    let _ = walk(&statement.encode_to_vec(), &STATEMENT, STATEMENT_BYTES_MAX, &mut |event| match event {
        Event::Enter(field) => {
            is_act.push(matches!(field.kind, Kind::Message(message) if message.name == ACT.name));
        }
        Event::Leave => {
            is_act.pop();
        }
        Event::Value(field, Value::Bytes(bytes))
            if is_act.last() == Some(&true) && field.name == "person" =>
        {
            people.extend(<[u8; 16]>::try_from(bytes).map(PersonId));
        }
        Event::Value(..) => {}
    });
    people
}
