//! The walk itself.

use custody_proto::schema::{Field, Kind, Label, Message};

use super::cursor::Cursor;
use super::{DecodeError, Problem};

/// What the walk meets, in the order of the bytes.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A nested message begins.
    Enter(&'static Field),
    /// A value; of a repeated field, one for each element.
    Value(&'static Field, Value<'a>),
    /// The nested message ends.
    Leave,
}

/// A value as it stands in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// `bool`, `uint64`, an enumeration, or `sint64` still in zigzag form.
    Number(u64),
    /// `bytes`.
    Bytes(&'a [u8]),
    /// `string`.
    Text(&'a str),
}

const WIRE_VARINT: u8 = 0;
const WIRE_DELIMITED: u8 = 2;

/// Walks over the canonical encoding of a `message` of at most `bytes_max` bytes and tells `visit` what it
/// meets; stops at the first place that is not canonical.
///
/// Depth is bounded by the schema, which is not recursive.
pub fn walk<'a>(
    bytes: &'a [u8],
    message: &'static Message,
    bytes_max: usize,
    visit: &mut impl FnMut(Event<'a>),
) -> Result<(), DecodeError> {
    if bytes.len() > bytes_max {
        let problem = Problem::Length { found: bytes.len(), min: 1, max: bytes_max };
        return Err(DecodeError { message: message.name, field: "?", offset: 0, problem });
    }
    walk_message(bytes, 0, message, visit)
}

fn walk_message<'a>(
    bytes: &'a [u8],
    offset: usize,
    message: &'static Message,
    visit: &mut impl FnMut(Event<'a>),
) -> Result<(), DecodeError> {
    let mut cursor = Cursor::new(bytes, offset);
    // Fields the walk has not reached yet; those it passes over must be ones that may be absent.
    let mut ahead = message.fields;
    let mut last: Option<(&'static Field, usize)> = None;
    let mut facts = 0usize;
    // The last field's bytes: a list of subjects ascends and names each once, so that it has one encoding.
    let mut before: &[u8] = &[];
    while !cursor.is_at_end() {
        let start = cursor.offset;
        let fail = |field: &'static str, problem| DecodeError {
            message: message.name,
            field,
            offset: start,
            problem,
        };
        let tag = cursor.varint().map_err(|problem| fail("?", problem))?;
        let (number, wire) = (tag >> 3, wire_type(tag));
        let (field, count) = match last {
            Some((field, count)) if u64::from(field.number) == number => (field, count + 1),
            _ => {
                let field =
                    advance(&mut ahead, number, message).map_err(|(field, problem)| fail(field, problem))?;
                (field, 1)
            }
        };
        check_count(field, count).map_err(|problem| fail(field.name, problem))?;
        if field.label == Label::Fact {
            facts += 1;
        }
        if facts > 1 {
            return Err(fail(field.name, Problem::SecondFact));
        }
        let bytes = walk_field(&mut cursor, wire, message, field, visit)?;
        let is_list_of_subjects = field.stream.is_some() && matches!(field.label, Label::Repeated { .. });
        if is_list_of_subjects && count > 1 && before >= bytes {
            return Err(fail(field.name, Problem::Order));
        }
        before = bytes;
        last = Some((field, count));
    }
    let fail = |field: &Field| DecodeError {
        message: message.name,
        field: field.name,
        offset: cursor.offset,
        problem: Problem::Missing,
    };
    if let Some(field) = ahead.iter().find(|field| must_stand(field)) {
        return Err(fail(field));
    }
    match message.fields.iter().find(|field| field.label == Label::Fact) {
        Some(field) if facts == 0 => Err(fail(field)),
        _ => Ok(()),
    }
}

/// The field with `number` among those not reached yet; those before it are passed over.
fn advance(
    ahead: &mut &'static [Field],
    number: u64,
    message: &'static Message,
) -> Result<&'static Field, (&'static str, Problem)> {
    let known = u32::try_from(number).ok().and_then(|number| message.field(number));
    let Some(known) = known else {
        let facts_from =
            message.fields.iter().find(|field| field.label == Label::Fact).map(|field| field.number);
        let problem = match facts_from {
            Some(first) if number >= u64::from(first) => Problem::UnknownFact { number },
            _ => Problem::UnknownField { number },
        };
        return Err(("?", problem));
    };
    let place =
        ahead.iter().position(|field| field.number == known.number).ok_or((known.name, Problem::Order))?;
    let (passed, rest) = ahead.split_at(place);
    if let Some(missing) = passed.iter().find(|field| must_stand(field)) {
        return Err((missing.name, Problem::Missing));
    }
    *ahead = rest.get(1..).unwrap_or_default();
    Ok(known)
}

/// Numbers and booleans that are zero are left out; all else that is required stands.
fn must_stand(field: &Field) -> bool {
    field.label == Label::Required && !matches!(field.kind, Kind::Bool | Kind::Uint64 | Kind::Sint64)
}

fn check_count(field: &Field, count: usize) -> Result<(), Problem> {
    match field.label {
        Label::Repeated { count_max } if count > count_max => Err(Problem::Count { max: count_max }),
        Label::Repeated { .. } if count > 1 && is_packed(field) => Err(Problem::Order),
        Label::Repeated { .. } => Ok(()),
        _ if count > 1 => Err(Problem::Order),
        _ => Ok(()),
    }
}

fn is_packed(field: &Field) -> bool {
    matches!(field.label, Label::Repeated { .. })
        && matches!(field.kind, Kind::Bool | Kind::Uint64 | Kind::Sint64 | Kind::Enum(_))
}

/// Walks one field's value; returns its bytes, none for a number.
fn walk_field<'a>(
    cursor: &mut Cursor<'a>,
    wire: u8,
    message: &'static Message,
    field: &'static Field,
    visit: &mut impl FnMut(Event<'a>),
) -> Result<&'a [u8], DecodeError> {
    let start = cursor.offset;
    let fail = |problem| DecodeError { message: message.name, field: field.name, offset: start, problem };
    let is_number = matches!(field.kind, Kind::Bool | Kind::Uint64 | Kind::Sint64 | Kind::Enum(_));
    let expected = if is_number && !is_packed(field) { WIRE_VARINT } else { WIRE_DELIMITED };
    if wire != expected {
        return Err(fail(Problem::WireType { found: wire, expected }));
    }
    if expected == WIRE_VARINT {
        let number = cursor.varint().map_err(fail)?;
        check_number(field, number).map_err(fail)?;
        visit(Event::Value(field, Value::Number(number)));
        return Ok(&[]);
    }
    let bytes = cursor.delimited().map_err(fail)?;
    match &field.kind {
        Kind::Message(nested) => {
            visit(Event::Enter(field));
            walk_message(bytes, cursor.offset - bytes.len(), nested, visit)?;
            visit(Event::Leave);
        }
        Kind::Bytes { min, max } => {
            check_length(bytes.len(), *min, *max).map_err(fail)?;
            visit(Event::Value(field, Value::Bytes(bytes)));
        }
        Kind::Text { max } => {
            check_length(bytes.len(), 1, *max).map_err(fail)?;
            let text = core::str::from_utf8(bytes).map_err(|_| fail(Problem::Utf8))?;
            visit(Event::Value(field, Value::Text(text)));
        }
        Kind::Bool | Kind::Uint64 | Kind::Sint64 | Kind::Enum(_) => {
            walk_packed(bytes, field, visit).map_err(fail)?;
        }
    }
    Ok(bytes)
}

fn walk_packed<'a>(
    bytes: &'a [u8],
    field: &'static Field,
    visit: &mut impl FnMut(Event<'a>),
) -> Result<(), Problem> {
    let Label::Repeated { count_max } = field.label else { return Err(Problem::Order) };
    check_length(bytes.len(), 1, usize::MAX)?;
    let mut cursor = Cursor::new(bytes, 0);
    let mut count = 0usize;
    while !cursor.is_at_end() {
        count += 1;
        if count > count_max {
            return Err(Problem::Count { max: count_max });
        }
        let number = cursor.varint()?;
        // Within a packed list zero is an element, not a default; an enumeration still has no zero.
        if matches!(field.kind, Kind::Enum(_)) || number > 0 {
            check_number(field, number)?;
        }
        visit(Event::Value(field, Value::Number(number)));
    }
    Ok(())
}

fn check_number(field: &Field, number: u64) -> Result<(), Problem> {
    if number == 0 && field.label != Label::Optional {
        return Err(Problem::Default);
    }
    match &field.kind {
        Kind::Bool if number > 1 => Err(Problem::UnknownValue { value: number }),
        Kind::Enum(known) if known.value_name(number).is_none() => {
            Err(Problem::UnknownValue { value: number })
        }
        _ => Ok(()),
    }
}

fn check_length(found: usize, min: usize, max: usize) -> Result<(), Problem> {
    if (min..=max).contains(&found) { Ok(()) } else { Err(Problem::Length { found, min, max }) }
}

/// The low three bits of a tag.
fn wire_type(tag: u64) -> u8 {
    u8::try_from(tag & 7).unwrap_or(u8::MAX)
}
