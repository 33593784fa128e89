//! Statements, envelopes and keys of the second implementation (`vectors/generate.py`), against our code.

use custody_proto::schema::{Kind, Label};
use custody_proto::{table, v1};
use ledger_format::canonical::{self, DecodeError, Event, Value};
use ledger_format::dsse::{STATEMENT_PAYLOAD_TYPE, pae};
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::key::PublicKey;
use ledger_format::possession::possession_message;
use ledger_format::statement;
use prost::Message as _;
use serde::Deserialize;

use crate::support::{digest, unhex, vectors};

#[derive(Deserialize)]
struct StatementVector {
    name: String,
    bytes: String,
    hash: String,
    streams: Vec<String>,
    commitments: Vec<String>,
    values: Vec<String>,
}

/// `path=value` for each value of a statement, as the generator writes them.
fn values(bytes: &[u8]) -> Vec<String> {
    let (mut path, mut lines) = (Vec::new(), Vec::new());
    canonical::walk(bytes, &table::STATEMENT, bytes.len(), &mut |event| match event {
        Event::Enter(field) => path.push(field.name),
        Event::Leave => drop(path.pop()),
        Event::Value(field, value) => {
            let value = match value {
                Value::Number(number) if matches!(field.kind, Kind::Sint64) => unzigzag(number).to_string(),
                Value::Number(number) => number.to_string(),
                Value::Bytes(bytes) => hex::encode(bytes),
                Value::Text(text) => text.to_owned(),
            };
            let path = [path.as_slice(), &[field.name]].concat().join(".");
            lines.push(format!("{path}={value}"));
        }
    })
    .unwrap();
    lines
}

fn unzigzag(number: u64) -> i128 {
    let half = i128::from(number >> 1);
    if number & 1 == 0 { half } else { -half - 1 }
}

#[test]
fn every_statement_decodes_to_what_the_second_implementation_encoded() {
    for vector in vectors::<Vec<StatementVector>>("statements.json") {
        let (name, bytes) = (&vector.name, unhex(&vector.bytes));
        let decoded = statement::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(decoded.hash.to_string(), vector.hash, "{name}");
        assert_eq!(name.split('/').next(), Some(decoded.name));
        let streams: Vec<String> = decoded.streams.iter().map(ToString::to_string).collect();
        assert_eq!(streams, vector.streams, "{name}");
        let commitments: Vec<String> =
            decoded.commitments.iter().map(|each| format!("{}={}", each.field, each.digest)).collect();
        assert_eq!(commitments, vector.commitments, "{name}");
        assert_eq!(values(&bytes), vector.values, "{name}");
    }
}

#[test]
fn every_statement_encodes_to_the_bytes_of_the_second_implementation() {
    for vector in vectors::<Vec<StatementVector>>("statements.json") {
        let bytes = unhex(&vector.bytes);
        let message = v1::Statement::decode(bytes.as_slice()).unwrap();
        assert_eq!(statement::encode(&message), Ok(bytes), "{}", vector.name);
    }
}

#[test]
fn every_fact_of_the_schema_has_a_vector_with_and_without_its_optional_fields() {
    let names: Vec<String> =
        vectors::<Vec<StatementVector>>("statements.json").into_iter().map(|vector| vector.name).collect();
    for field in table::STATEMENT.fields.iter().filter(|field| field.label == Label::Fact) {
        for variant in ["least", "full"] {
            assert!(names.contains(&format!("{}/{variant}", field.name)), "{}/{variant}", field.name);
        }
    }
}

#[derive(Deserialize)]
struct MalformedVector {
    message: String,
    rule: String,
    problem: String,
    what: String,
    bytes: String,
}

/// The name of a problem: the first word of its debug form.
fn problem(error: &DecodeError) -> String {
    format!("{:?}", error.problem).chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn decode_as(message: &str, bytes: &[u8]) -> Result<(), DecodeError> {
    match message {
        "Statement" => statement::decode(bytes).map(drop),
        "Envelope" => Envelope::decode(bytes).map(drop),
        "Entry" => Entry::decode(bytes).map(drop),
        other => panic!("no message {other}"),
    }
}

#[test]
fn every_malformed_encoding_is_refused_for_the_rule_it_breaks() {
    let all = vectors::<Vec<MalformedVector>>("malformed.json");
    assert!(all.len() > 100);
    for vector in all {
        let what = format!("{}: {} ({})", vector.message, vector.what, vector.rule);
        match decode_as(&vector.message, &unhex(&vector.bytes)) {
            Ok(()) => panic!("accepted: {what}"),
            Err(error) => assert_eq!(problem(&error), vector.problem, "{what}: {error}"),
        }
    }
}

#[test]
fn every_cut_of_a_statement_is_refused() {
    for vector in vectors::<Vec<StatementVector>>("statements.json") {
        let bytes = unhex(&vector.bytes);
        for len in 0..bytes.len() {
            assert!(statement::decode(&bytes[..len]).is_err(), "{} cut to {len}", vector.name);
        }
    }
}

#[derive(Deserialize)]
struct EnvelopeVector {
    public_key: String,
    statement: String,
    statement_hash: String,
    signed: String,
    key_id: String,
    signature: String,
    envelope: String,
    bad_signatures: Vec<BadSignatureVector>,
}

#[derive(Deserialize)]
struct BadSignatureVector {
    why: String,
    signature: String,
}

#[test]
fn envelopes_are_signed_over_the_pre_authentication_encoding() {
    for vector in vectors::<Vec<EnvelopeVector>>("envelopes.json") {
        let key = PublicKey::enrol(&unhex(&vector.public_key)).unwrap();
        let mut envelope = Envelope::decode(&unhex(&vector.envelope)).unwrap();
        assert_eq!(hex::encode(&envelope.statement), vector.statement);
        assert_eq!(hex::encode(envelope.signature), vector.signature);
        assert_eq!((envelope.key_id, key.id()), (digest(&vector.key_id), digest(&vector.key_id)));
        assert_eq!(envelope.statement_hash(), digest(&vector.statement_hash));
        assert_eq!(hex::encode(pae(STATEMENT_PAYLOAD_TYPE, &envelope.statement)), vector.signed);
        assert_eq!(envelope.verify(&key), Ok(()));
        assert_eq!(hex::encode(envelope.encode()), vector.envelope);
        for bad in vector.bad_signatures {
            envelope.signature = unhex(&bad.signature).try_into().unwrap();
            assert!(envelope.verify(&key).is_err(), "{}", bad.why);
        }
    }
}

#[derive(Deserialize)]
struct KeyVectors {
    fit: Vec<FitKey>,
    unfit: Vec<UnfitKey>,
}

#[derive(Deserialize)]
struct FitKey {
    device: String,
    public_key: String,
    key_id: String,
    possession_message: String,
    possession: String,
}

#[derive(Deserialize)]
struct UnfitKey {
    bytes: String,
    why: String,
}

#[test]
fn keys_are_enrolled_or_refused_as_the_second_implementation_says() {
    let vectors = vectors::<KeyVectors>("keys.json");
    for vector in vectors.fit {
        let key = PublicKey::enrol(&unhex(&vector.public_key)).unwrap();
        assert_eq!(key.id(), digest(&vector.key_id));
        let message = possession_message(&unhex(&vector.device).try_into().unwrap(), key.as_bytes());
        assert_eq!(hex::encode(&message), vector.possession_message);
        assert_eq!(key.verify_strict(&message, &unhex(&vector.possession).try_into().unwrap()), Ok(()));
    }
    for vector in vectors.unfit {
        assert!(PublicKey::enrol(&unhex(&vector.bytes)).is_err(), "{}: {}", vector.why, vector.bytes);
    }
}
