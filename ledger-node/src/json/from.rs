//! JSON to canonical bytes.

use custody::id::{DeviceId, Digest};
use custody_proto::schema::{Field, Kind, Label, Message};
use ledger_format::canonical::{DecodeError, check};
use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::{Map, Value};

/// A JSON value is not the view of a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct JsonError {
    /// Dotted path from the outermost object; elements by number.
    pub path: String,
    /// What is wrong there.
    pub problem: JsonProblem,
}

/// What is wrong at one place of a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    /// Another type of value.
    #[error("must be {expected}")]
    Type {
        /// What it must be.
        expected: &'static str,
    },
    /// The schema has no such field.
    #[error("is not a field of {message}")]
    Unknown {
        /// The message.
        message: &'static str,
    },
    /// A field that must stand does not.
    #[error("is missing")]
    Missing,
    /// A statement has exactly one fact.
    #[error("has {found} facts, must have one")]
    Facts {
        /// How many there are.
        found: usize,
    },
    /// The enumeration has no such value.
    #[error("is not a value of {enumeration}")]
    UnknownValue {
        /// The enumeration.
        enumeration: &'static str,
    },
    /// An opening that could not be made.
    #[error("cannot be committed to: {reason}")]
    Opening {
        /// Why not.
        reason: String,
    },
    /// The parts are right and the whole is not: a length or a count.
    #[error("{0}")]
    Canonical(DecodeError),
}

/// Makes commitments while a fact is written: called for `{"value": "…"}` in a field that commits.
pub trait Committing {
    /// The digest of a new disclosure of `value`, named after `field`; or why there is none.
    fn commit(&mut self, field: &'static str, value: &str) -> Result<Digest, String>;
}

/// For facts whose commitments are all digests already.
#[derive(Debug, Clone, Copy)]
pub struct NoOpenings;

impl Committing for NoOpenings {
    fn commit(&mut self, _field: &'static str, _value: &str) -> Result<Digest, String> {
        Err("a digest must stand here".to_owned())
    }
}

/// The canonical encoding of the message that `value` is the view of.
///
/// Strict: every required field stands, also where it is zero; nothing unknown stands.
pub fn from_json(
    value: &Value,
    message: &'static Message,
    bytes_max: usize,
    committing: &mut impl Committing,
) -> Result<Vec<u8>, JsonError> {
    let mut writer = Writer { path: Vec::new(), committing };
    let bytes = writer.message(value, message)?;
    let whole = |error| JsonError { path: message.name.to_owned(), problem: JsonProblem::Canonical(error) };
    check(&bytes, message, bytes_max).map_err(whole)?;
    Ok(bytes)
}

struct Writer<'a, C> {
    path: Vec<String>,
    committing: &'a mut C,
}

impl<C: Committing> Writer<'_, C> {
    fn fail(&self, problem: JsonProblem) -> JsonError {
        JsonError { path: self.path.join("."), problem }
    }

    fn wrong(&self, expected: &'static str) -> JsonError {
        self.fail(JsonProblem::Type { expected })
    }

    /// Runs `work` one step deeper.
    fn within<T>(
        &mut self,
        step: String,
        work: impl FnOnce(&mut Self) -> Result<T, JsonError>,
    ) -> Result<T, JsonError> {
        self.path.push(step);
        let done = work(self);
        self.path.pop();
        done
    }

    fn message(&mut self, value: &Value, message: &'static Message) -> Result<Vec<u8>, JsonError> {
        let object = value.as_object().ok_or_else(|| self.wrong("an object"))?;
        if let Some(unknown) = object.keys().find(|name| message.field_named(name).is_none()) {
            let problem = JsonProblem::Unknown { message: message.name };
            return self.within(unknown.clone(), |at| Err(at.fail(problem)));
        }
        self.check_facts(object, message)?;
        let mut bytes = Vec::new();
        for field in message.fields {
            self.within(field.name.to_owned(), |at| match (object.get(field.name), field.label) {
                (Some(value), Label::Repeated { .. }) => at.repeated(value, field, &mut bytes),
                (Some(value), _) => at.single(value, field, &mut bytes),
                (None, Label::Required) => Err(at.fail(JsonProblem::Missing)),
                (None, _) => Ok(()),
            })?;
        }
        Ok(bytes)
    }

    fn check_facts(&self, object: &Map<String, Value>, message: &'static Message) -> Result<(), JsonError> {
        let mut facts = message.fields.iter().filter(|field| field.label == Label::Fact).peekable();
        if facts.peek().is_none() {
            return Ok(());
        }
        match facts.filter(|field| object.contains_key(field.name)).count() {
            1 => Ok(()),
            found => Err(self.fail(JsonProblem::Facts { found })),
        }
    }

    fn single(&mut self, value: &Value, field: &'static Field, bytes: &mut Vec<u8>) -> Result<(), JsonError> {
        if let Some(number) = self.number(value, field)? {
            if number != 0 || field.label != Label::Required {
                encode_key(field.number, WireType::Varint, bytes);
                encode_varint(number, bytes);
            }
            return Ok(());
        }
        let content = self.delimited(value, field)?;
        put_delimited(field, &content, bytes);
        Ok(())
    }

    fn repeated(
        &mut self,
        value: &Value,
        field: &'static Field,
        bytes: &mut Vec<u8>,
    ) -> Result<(), JsonError> {
        let elements = value.as_array().ok_or_else(|| self.wrong("an array"))?;
        let mut packed = Vec::new();
        for (place, element) in elements.iter().enumerate() {
            self.within(place.to_string(), |at| {
                match at.number(element, field)? {
                    Some(number) => encode_varint(number, &mut packed),
                    None => put_delimited(field, &at.delimited(element, field)?, bytes),
                }
                Ok(())
            })?;
        }
        if !packed.is_empty() {
            put_delimited(field, &packed, bytes);
        }
        Ok(())
    }

    /// The wire's number, where the field is one.
    fn number(&self, value: &Value, field: &'static Field) -> Result<Option<u64>, JsonError> {
        match &field.kind {
            Kind::Bool => value.as_bool().map(u64::from).ok_or_else(|| self.wrong("true or false")),
            Kind::Uint64 => value.as_u64().ok_or_else(|| self.wrong("an integer from 0 to 2^64-1")),
            Kind::Sint64 => value.as_i64().map(zigzag).ok_or_else(|| self.wrong("an integer of 64 bits")),
            Kind::Enum(known) => {
                let name = value.as_str().ok_or_else(|| self.wrong("the name of a value"))?;
                let unknown = JsonProblem::UnknownValue { enumeration: known.name };
                known.value_number(name).ok_or_else(|| self.fail(unknown))
            }
            Kind::Bytes { .. } | Kind::Text { .. } | Kind::Message(_) => return Ok(None),
        }
        .map(Some)
    }

    fn delimited(&mut self, value: &Value, field: &'static Field) -> Result<Vec<u8>, JsonError> {
        match &field.kind {
            Kind::Message(nested) => self.message(value, nested),
            Kind::Text { .. } => {
                value.as_str().map(|text| text.as_bytes().to_vec()).ok_or_else(|| self.wrong("a text"))
            }
            _ if field.commits && value.is_object() => self.commitment(value, field),
            _ => self.bytes(value, field),
        }
    }

    fn commitment(&mut self, value: &Value, field: &'static Field) -> Result<Vec<u8>, JsonError> {
        let text = match value.as_object() {
            Some(object) if object.len() == 1 => object.get("value").and_then(Value::as_str),
            _ => None,
        };
        let text = text.ok_or_else(|| self.wrong("a digest, or {\"value\": \"the text to commit to\"}"))?;
        match self.committing.commit(field.name, text) {
            Ok(digest) => Ok(digest.0.to_vec()),
            Err(reason) => Err(self.fail(JsonProblem::Opening { reason })),
        }
    }

    fn bytes(&self, value: &Value, field: &Field) -> Result<Vec<u8>, JsonError> {
        let is_id = matches!(field.kind, Kind::Bytes { min: 16, max: 16 });
        let expected = if is_id { "a lower-case UUID" } else { "lower-case hexadecimal digits" };
        let text = value.as_str().ok_or_else(|| self.wrong(expected))?;
        // Bytes of a variable length may happen to be sixteen; their text is then a UUID as well.
        let decoded = match text.parse::<DeviceId>() {
            Ok(id) => Some(id.0.to_vec()),
            Err(_) if is_id || text.bytes().any(|byte| byte.is_ascii_uppercase()) => None,
            Err(_) => hex::decode(text).ok(),
        };
        decoded.ok_or_else(|| self.wrong(expected))
    }
}

fn put_delimited(field: &Field, content: &[u8], bytes: &mut Vec<u8>) {
    encode_key(field.number, WireType::LengthDelimited, bytes);
    encode_varint(u64::try_from(content.len()).unwrap_or(u64::MAX), bytes);
    bytes.extend_from_slice(content);
}

/// The wire's number: 0, 1, 2, 3 … for 0, -1, 1, -2 …
fn zigzag(number: i64) -> u64 {
    (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned()
}
