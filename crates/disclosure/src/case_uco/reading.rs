//! What one statement says, field by field, read along the schema: no family of facts is left out, and none needs code of
//! its own. Committed fields show their value where it is disclosed, and otherwise that they are withheld.

use core::fmt::Write as _;

use custody::id::{CompartmentId, Digest, ExhibitId, PersonId, SiteId};
use custody::instant::utc;
use custody_proto::schema::{Field as SchemaField, Kind, Label};
use custody_proto::table;
use ledger_format::canonical::{self, Event, Value};
use ledger_format::statement::STATEMENT_BYTES_MAX;
use prost::Message as _;

use crate::material::Said;
use crate::openings::{Field, Openings};

/// Fields in microseconds that are lengths, not instants.
const LENGTHS: [&str; 6] =
    ["outage_us", "duration_us", "offset_us", "step_us", "clock_offset_us", "offset_error_us"];

/// Fields that hold the number of a seal.
const SEALS: [&str; 5] = ["seal", "old_seal", "new_seal", "expected", "found"];

/// Fields that hold one person's pseudonym outside an act.
const PEOPLE: [&str; 6] = ["from", "to", "holder", "producer", "person", "surveyor"];

/// What a statement says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// Every field as `declared.item.seal: B0123`, in the order of the schema.
    pub(super) fields: Vec<String>,
    /// Who took part, each in a session of their own; whoever acted comes first.
    pub(super) acts: Vec<PersonId>,
    /// Other people named, with the field that names them.
    pub(super) people: Vec<(&'static str, PersonId)>,
    /// Seals named.
    pub(super) seals: Vec<String>,
    /// Compartments named.
    pub(super) compartments: Vec<CompartmentId>,
    /// Sites named.
    pub(super) sites: Vec<SiteId>,
    /// Digests that may be those of other statements.
    pub(super) digests: Vec<Digest>,
}

impl Reading {
    /// Reads a statement of the bundle.
    pub(super) fn of(said: &Said, openings: &Openings) -> Self {
        let bytes = said.message.encode_to_vec();
        let mut reader =
            Reader { statement: said.decoded.hash, openings, path: Vec::new(), reading: Self::default() };
        // What was decoded strictly is canonical; were it not, what was read until then stands.
        let walked = canonical::walk(&bytes, &table::STATEMENT, STATEMENT_BYTES_MAX, &mut |event| {
            reader.visit(&event);
        });
        debug_assert!(walked.is_ok(), "a statement of the bundle is canonical");
        reader.reading
    }
}

struct Reader<'a> {
    statement: Digest,
    openings: &'a Openings,
    /// The messages entered, the fact first.
    path: Vec<Step>,
    reading: Reading,
}

struct Step {
    field: &'static SchemaField,
    /// Which element of a repeated field.
    element: usize,
    /// How often each field stood inside, by number, in the order in which they stood.
    stood: Vec<(u32, usize)>,
}

impl Reader<'_> {
    fn visit(&mut self, event: &Event<'_>) {
        match event {
            Event::Enter(field) => {
                let element = self.element(field);
                self.path.push(Step { field, element, stood: Vec::new() });
            }
            Event::Leave => {
                self.zeros();
                self.path.pop();
            }
            Event::Value(field, value) => {
                let element = self.element(field);
                if self.is_in_fact() {
                    self.note(field, value);
                    let line = self.line(field, element, value);
                    self.reading.fields.push(line);
                }
            }
        }
    }

    /// Whether the walk is inside the fact: the rest of a statement is the same for all.
    fn is_in_fact(&self) -> bool {
        self.path.first().is_some_and(|step| step.field.label == Label::Fact)
    }

    /// Counts one more element of a field within the message entered last.
    fn element(&mut self, field: &SchemaField) -> usize {
        let Some(step) = self.path.last_mut() else { return 0 };
        match step.stood.last_mut() {
            Some((number, count)) if *number == field.number => {
                *count = count.saturating_add(1);
                count.saturating_sub(1)
            }
            _ => {
                step.stood.push((field.number, 1));
                0
            }
        }
    }

    /// Numbers and truth values that are zero do not stand in the bytes; what is not so is said all the same.
    fn zeros(&mut self) {
        let Some(step) = self.path.last() else { return };
        let Kind::Message(message) = &step.field.kind else { return };
        let is_zero = |field: &&SchemaField| {
            field.label == Label::Required
                && matches!(field.kind, Kind::Bool | Kind::Uint64 | Kind::Sint64)
                && !step.stood.iter().any(|(number, _)| *number == field.number)
        };
        let zeros = message.fields.iter().filter(is_zero).filter(|_| self.is_in_fact());
        let lines: Vec<String> = zeros.map(|field| self.line(field, 0, &Value::Number(0))).collect();
        self.reading.fields.extend(lines);
    }

    fn line(&self, field: &'static SchemaField, element: usize, value: &Value<'_>) -> String {
        format!("{}: {}", self.place(field, element), self.words(field, value))
    }

    /// `declared.earlier[1].holder`: the fact itself is not named again.
    fn place(&self, field: &SchemaField, element: usize) -> String {
        let mut place = String::new();
        let inside = self.path.iter().skip(1).map(|step| (step.field, step.element));
        for (field, element) in inside.chain([(field, element)]) {
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(field.name);
            if matches!(field.label, Label::Repeated { .. }) {
                _ = write!(place, "[{element}]");
            }
        }
        place
    }

    fn words(&self, field: &SchemaField, value: &Value<'_>) -> String {
        match (value, &field.kind) {
            (Value::Text(text), _) => (*text).to_owned(),
            (Value::Number(number), Kind::Enum(known)) => {
                known.value_name(*number).map_or_else(|| number.to_string(), str::to_owned)
            }
            (Value::Number(number), Kind::Bool) => (*number == 1).to_string(),
            (Value::Number(number), Kind::Sint64) => unzigzag(*number).to_string(),
            (Value::Number(number), _) if field.name.ends_with("_us") && !LENGTHS.contains(&field.name) => {
                utc(*number)
            }
            (Value::Number(number), _) => number.to_string(),
            (Value::Bytes(bytes), _) if field.commits => self.opened(bytes),
            (Value::Bytes(bytes), _) => {
                ExhibitId::try_from(*bytes).map_or_else(|_| hex(bytes), |id| id.to_string())
            }
        }
    }

    fn opened(&self, commitment: &[u8]) -> String {
        words_of(&self.openings.field(self.statement, commitment))
    }

    fn note(&mut self, field: &'static SchemaField, value: &Value<'_>) {
        let is_of_an_act = self
            .path
            .last()
            .is_some_and(|step| matches!(&step.field.kind, Kind::Message(message) if message.name == "Act"));
        match value {
            Value::Text(text) if SEALS.contains(&field.name) => self.reading.seals.push((*text).to_owned()),
            Value::Bytes(bytes) if field.commits || bytes.len() > 32 => {}
            Value::Bytes(bytes) => {
                self.reading.digests.extend(Digest::try_from(*bytes));
                match (field.name, <[u8; 16]>::try_from(*bytes)) {
                    ("person", Ok(id)) if is_of_an_act => self.reading.acts.push(PersonId(id)),
                    ("compartment" | "compartments", Ok(id)) => {
                        self.reading.compartments.push(CompartmentId(id));
                    }
                    ("site" | "to_site", Ok(id)) => self.reading.sites.push(SiteId(id)),
                    (name, Ok(id)) if field.stream.is_none() && PEOPLE.contains(&name) => {
                        self.reading.people.push((field.name, PersonId(id)));
                    }
                    _ => {}
                }
            }
            Value::Text(_) | Value::Number(_) => {}
        }
    }
}

/// A committed field as a reader is told of it.
pub(super) fn words_of(field: &Field) -> String {
    match field {
        Field::Disclosed(value) => value.clone(),
        Field::Withheld(basis) => format!("WITHHELD ({})", basis.words()),
        Field::Erased { index } => format!("ERASED (recorded in entry {index})"),
        Field::Missing => "MISSING".to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}
