//! Canonical bytes to JSON.

use custody::id::DeviceId;
use custody_proto::schema::{Field, Kind, Label, Message};
use ledger_format::canonical::{DecodeError, Event, Value as Wire, walk};
use serde_json::{Map, Value};

/// The JSON view of the canonical encoding of `message`, fields in the schema's order. Numbers and booleans
/// that are zero, and so left out of the bytes, stand in the view.
///
/// # Errors
///
/// Bytes that are not canonical, or longer than `bytes_max`.
pub fn to_json(bytes: &[u8], message: &'static Message, bytes_max: usize) -> Result<Value, DecodeError> {
    let mut open = vec![Open { message, values: Map::new() }];
    walk(bytes, message, bytes_max, &mut |event| visit(&mut open, event))?;
    Ok(open.pop().map(Open::close).unwrap_or_default())
}

/// A message whose end has not been reached.
struct Open {
    message: &'static Message,
    values: Map<String, Value>,
}

impl Open {
    fn put(&mut self, field: &Field, value: Value) {
        if !matches!(field.label, Label::Repeated { .. }) {
            self.values.insert(field.name.to_owned(), value);
        } else if let Some(Value::Array(values)) = self.values.get_mut(field.name) {
            values.push(value);
        } else {
            self.values.insert(field.name.to_owned(), Value::Array(vec![value]));
        }
    }

    /// The object, with the zeroes that the encoding leaves out.
    fn close(mut self) -> Value {
        let mut object = Map::new();
        for field in self.message.fields {
            match self.values.remove(field.name).or_else(|| left_out(field)) {
                Some(value) => object.insert(field.name.to_owned(), value),
                None => continue,
            };
        }
        Value::Object(object)
    }
}

fn left_out(field: &Field) -> Option<Value> {
    match (field.label, &field.kind) {
        (Label::Required, Kind::Bool) => Some(Value::from(false)),
        (Label::Required, Kind::Uint64 | Kind::Sint64) => Some(Value::from(0)),
        _ => None,
    }
}

fn visit(open: &mut Vec<Open>, event: Event<'_>) {
    match event {
        Event::Enter(field) => {
            if let Kind::Message(message) = &field.kind {
                open.push(Open { message, values: Map::new() });
                // The place is taken now, so that `Leave` finds which field of the parent it closes.
                if let Some(parent) = open.len().checked_sub(2).and_then(|place| open.get_mut(place)) {
                    parent.put(field, Value::Null);
                }
            }
        }
        Event::Leave => {
            let closed = open.pop().map(Open::close).unwrap_or_default();
            if let Some(place) = open.last_mut().and_then(|parent| last_null(&mut parent.values)) {
                *place = closed;
            }
        }
        Event::Value(field, value) => {
            if let Some(message) = open.last_mut() {
                message.put(field, plain(field, value));
            }
        }
    }
}

/// The place taken by the nested message that is now complete; no other value is ever null.
fn last_null(values: &mut Map<String, Value>) -> Option<&mut Value> {
    values.values_mut().find_map(|value| match value {
        Value::Null => Some(value),
        Value::Array(elements) => elements.last_mut().filter(|last| last.is_null()),
        _ => None,
    })
}

fn plain(field: &Field, value: Wire<'_>) -> Value {
    match (value, &field.kind) {
        (Wire::Number(number), Kind::Bool) => Value::from(number == 1),
        (Wire::Number(number), Kind::Sint64) => Value::from(zigzag(number)),
        (Wire::Number(number), Kind::Enum(known)) => Value::from(known.value_name(number)),
        (Wire::Number(number), _) => Value::from(number),
        (Wire::Bytes(bytes), _) => Value::from(bytes_text(bytes)),
        (Wire::Text(text), _) => Value::from(text),
    }
}

/// Sixteen bytes as UUID text, others in hexadecimal.
fn bytes_text(bytes: &[u8]) -> String {
    // Every kind of id has the same text.
    DeviceId::try_from(bytes).map_or_else(|_| hex::encode(bytes), |id| id.to_string())
}

/// The signed number: 0, -1, 1, -2 … for 0, 1, 2, 3 …
fn zigzag(number: u64) -> i64 {
    let magnitude = i64::try_from(number >> 1).unwrap_or(i64::MAX);
    if number & 1 == 0 { magnitude } else { -magnitude - 1 }
}
