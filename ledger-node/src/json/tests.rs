//! Every message of the schema goes to JSON and comes back as the same bytes.

use custody_proto::schema::{Field, Kind, Label, Message};
use custody_proto::table;
use ledger_format::canonical::check as check_canonical;
use proptest::prelude::*;
use proptest::test_runner::TestRng;
use serde_json::{Value, json};

use super::*;

const BYTES_MAX: usize = 1 << 20;

/// Builds the view of a random message: the schema is the strategy.
fn random_view(message: &'static Message, fact: Option<&Field>, rng: &mut TestRng) -> Value {
    let mut object = serde_json::Map::new();
    for field in message.fields {
        let count = match field.label {
            Label::Required => 1,
            Label::Optional => rng.next_u32() % 2,
            Label::Fact => u32::from(fact.is_some_and(|fact| fact.number == field.number)),
            Label::Repeated { count_max } => rng.next_u32() % u32::try_from(count_max.min(4) + 1).unwrap(),
        };
        let mut values: Vec<Value> = (0..count).map(|_| random_value(field, rng)).collect();
        // Lists of subjects ascend; the text of ids sorts as their bytes do.
        if field.stream.is_some() {
            values.sort_by_key(Value::to_string);
        }
        match field.label {
            Label::Repeated { .. } if !values.is_empty() => {
                object.insert(field.name.to_owned(), Value::Array(values));
            }
            Label::Repeated { .. } => {}
            _ => drop(values.into_iter().next().map(|value| object.insert(field.name.to_owned(), value))),
        }
    }
    Value::Object(object)
}

fn random_value(field: &Field, rng: &mut TestRng) -> Value {
    let number = if rng.next_u32().is_multiple_of(3) { 0 } else { rng.next_u64() >> (rng.next_u32() % 64) };
    match &field.kind {
        Kind::Bool => json!(number % 2 == 1),
        Kind::Uint64 => json!(number),
        Kind::Sint64 => json!(number.cast_signed()),
        Kind::Enum(known) => json!(known.values[usize::try_from(number).unwrap() % known.values.len()].1),
        Kind::Text { max } => json!("é".repeat((usize::try_from(number).unwrap() % (max / 2)).max(1))),
        Kind::Bytes { min, max } => {
            let len = min + usize::try_from(number).unwrap() % (max.min(&512) - min + 1);
            let mut bytes = vec![0; len];
            rng.fill_bytes(&mut bytes);
            let text = custody::id::DeviceId::try_from(bytes.as_slice());
            json!(text.map_or_else(|_| hex::encode(&bytes), |id| id.to_string()))
        }
        Kind::Message(nested) => random_view(nested, None, rng),
    }
}

fn facts() -> Vec<&'static Field> {
    table::STATEMENT.fields.iter().filter(|field| field.label == Label::Fact).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_statement_with_any_fact_comes_back_from_json_as_the_same_bytes(rng in any::<u64>().prop_perturb(|_, rng| rng)) {
        let mut rng = rng;
        prop_assert!(facts().len() > 100);
        for fact in facts() {
            let view = random_view(&table::STATEMENT, Some(fact), &mut rng);
            let bytes = from_json(&view, &table::STATEMENT, BYTES_MAX, &mut NoOpenings).unwrap();
            prop_assert_eq!(check_canonical(&bytes, &table::STATEMENT, BYTES_MAX), Ok(()));
            let shown = to_json(&bytes, &table::STATEMENT, BYTES_MAX).unwrap();
            prop_assert_eq!(&shown, &view, "{}", fact.name);
            let again = from_json(&shown, &table::STATEMENT, BYTES_MAX, &mut NoOpenings).unwrap();
            prop_assert_eq!(again, bytes, "{}", fact.name);
        }
    }
}

#[test]
fn ids_are_uuids_digests_are_hexadecimal_and_values_have_their_names() {
    let view = json!({
        "observed": {"method": "card"},
        "declared": {"person": "01234567-89ab-cdef-0123-456789abcdef"},
    });
    let bytes = from_json(&view, &table::SESSION_OPENED, BYTES_MAX, &mut NoOpenings).unwrap();
    assert_eq!(bytes, hex::decode("0a02080112120a100123456789abcdef0123456789abcdef").unwrap());
    assert_eq!(to_json(&bytes, &table::SESSION_OPENED, BYTES_MAX).unwrap(), view);
}

#[test]
fn a_zero_that_the_bytes_leave_out_stands_in_the_view() {
    let bytes = hex::decode("0a00").unwrap();
    let view = json!({"observed": {"offset_us": 0}});
    assert_eq!(to_json(&bytes, &table::CLOCK_SYNCHRONISED, BYTES_MAX).unwrap(), view);
    let lowest = json!({"observed": {"offset_us": i64::MIN}});
    let bytes = from_json(&lowest, &table::CLOCK_SYNCHRONISED, BYTES_MAX, &mut NoOpenings).unwrap();
    assert_eq!(to_json(&bytes, &table::CLOCK_SYNCHRONISED, BYTES_MAX).unwrap(), lowest);
}

#[track_caller]
fn refuse(view: &Value, message: &'static Message, expect: &str) {
    let refused = from_json(view, message, BYTES_MAX, &mut NoOpenings).unwrap_err();
    assert_eq!(refused.to_string(), expect);
}

#[test]
fn json_that_is_not_the_view_of_a_message_is_refused_with_its_place() {
    let message = &table::SESSION_OPENED;
    refuse(&json!([]), message, ": must be an object");
    refuse(&json!({"declared": {}}), message, "observed: is missing");
    refuse(
        &json!({"observed": {"method": "badge"}}),
        message,
        "observed.method: is not a value of AuthenticationMethod",
    );
    refuse(&json!({"observed": {"method": 1}}), message, "observed.method: must be the name of a value");
    refuse(
        &json!({"observed": {"method": "card", "door": 1}}),
        message,
        "observed.door: is not a field of SessionOpened.Observed",
    );
    let upper = json!({"observed": {"method": "card"},
        "declared": {"person": "01234567-89AB-cdef-0123-456789abcdef"}});
    refuse(&upper, message, "declared.person: must be a lower-case UUID");
    refuse(
        &json!({"declared": {"statement": "abcd"}}),
        &table::APPROVED,
        "Approved: Approved.Declared.statement at byte 3: length 2, allowed 32 to 32",
    );
}

/// Commits by the length of the text, so that a test sees what it was asked.
struct ByLength(Vec<(&'static str, String)>);

impl Committing for ByLength {
    fn commit(&mut self, field: &'static str, value: &str) -> Result<custody::id::Digest, String> {
        self.0.push((field, value.to_owned()));
        Ok(custody::id::Digest([u8::try_from(value.len()).unwrap(); 32]))
    }
}

#[test]
fn a_text_in_a_field_that_commits_becomes_a_digest_and_never_stands_in_the_bytes() {
    let id = "01234567-89ab-cdef-0123-456789abcdef";
    let view = json!({"declared": {"person": id, "identity": {"value": "Alex Doe"}}});
    let mut made = ByLength(Vec::new());
    let bytes = from_json(&view, &table::PERSON_REGISTERED, BYTES_MAX, &mut made).unwrap();
    assert_eq!(made.0, [("identity", "Alex Doe".to_owned())]);
    assert!(bytes.windows(32).any(|window| window == [8; 32]));
    assert!(!bytes.windows(4).any(|window| window == b"Alex"));
    refuse(
        &view,
        &table::PERSON_REGISTERED,
        "declared.identity: cannot be committed to: a digest must stand here",
    );
}
