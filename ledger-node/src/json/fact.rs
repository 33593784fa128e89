//! A fact written by hand: JSON to the message a device says, and the openings of what it commits to.

use custody::id::Digest;
use custody_proto::{table, v1};
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::STATEMENT_BYTES_MAX;
use prost::Message as _;
use serde_json::{Value, json};

use super::from::{Committing, JsonError, JsonProblem, from_json};

/// Bytes of salt in a disclosure: 128 bits, what RFC 9901 §9.3 asks for.
const SALT_BYTES: usize = 16;

/// The fact in `{"<fact>": {…}}`, and the openings of its commitments: a text to be committed to stands as
/// `{"value": "…"}` and gets a fresh salt.
pub fn fact_from_json(fact: &Value) -> Result<(v1::statement::Fact, Vec<Disclosure>), JsonError> {
    let wrong = |problem| JsonError { path: String::new(), problem };
    let mut view = match fact.as_object() {
        Some(object) if object.len() == 1 => object.clone(),
        _ => return Err(wrong(JsonProblem::Type { expected: "an object with one fact" })),
    };
    // A fact is checked as what it becomes part of; the rest here is of the right form and thrown away.
    for (name, value) in placeholders() {
        view.insert(name.to_owned(), value);
    }
    let mut salted = Salted(Vec::new());
    let bytes = from_json(&Value::Object(view), &table::STATEMENT, STATEMENT_BYTES_MAX, &mut salted)?;
    let statement = v1::Statement::decode(bytes.as_slice()).ok().and_then(|statement| statement.fact);
    Ok((statement.ok_or_else(|| wrong(JsonProblem::Facts { found: 0 }))?, salted.0))
}

fn placeholders() -> [(&'static str, Value); 5] {
    let id = "00000000-0000-0000-0000-000000000000";
    let clock = json!({"source": "local", "synchronised": false, "last_sync_us": 0, "error_us": 0});
    [
        ("device", json!(id)),
        ("sequence", json!(0)),
        ("previous", json!(Digest::ZERO.to_string())),
        ("enrolment", json!(Digest::ZERO.to_string())),
        ("time", json!({"boot": id, "monotonic_us": 0, "wall_us": 0, "clock": clock})),
    ]
}

/// Makes disclosures with fresh salts.
struct Salted(Vec<Disclosure>);

impl Committing for Salted {
    fn commit(&mut self, field: &'static str, value: &str) -> Result<Digest, String> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
        let disclosure = Disclosure::new(&salt, field, value).map_err(|error| error.to_string())?;
        let digest = disclosure.digest();
        self.0.push(disclosure);
        Ok(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_committed_to_and_its_opening_comes_along() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        let view =
            json!({"person_registered": {"declared": {"person": id, "identity": {"value": "Alex Doe"}}}});
        let (fact, openings) = fact_from_json(&view).unwrap();
        let v1::statement::Fact::PersonRegistered(registered) = fact else { panic!("{fact:?}") };
        assert_eq!(registered.declared.unwrap().identity, openings[0].digest().0);
        assert_eq!(openings[0].parse().unwrap().value, "Alex Doe");
        assert_ne!(fact_from_json(&view).unwrap().1, openings, "every salt is fresh");
    }

    #[test]
    fn a_file_with_no_fact_or_two_or_a_chain_of_its_own_is_refused() {
        let approved = json!({"declared": {"statement": "ab".repeat(32)}});
        assert!(fact_from_json(&json!({"approved": approved})).is_ok());
        for view in [
            json!([]),
            json!({}),
            json!({"approved": approved, "sequence": 7}),
            json!({"sequence": 7}),
            json!({"aproved": approved}),
        ] {
            assert!(fact_from_json(&view).is_err(), "{view}");
        }
    }
}
