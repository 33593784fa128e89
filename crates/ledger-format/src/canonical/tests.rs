//! Random messages of every fact, written by a small encoder of their own, and what becomes of them when
//! bytes change.

use std::vec::Vec;

use custody_proto::schema::{Field, Kind, Label, Message};
use custody_proto::{table, v1};
use proptest::prelude::*;
use proptest::test_runner::TestRng;
use prost::Message as _;

use super::*;
use crate::envelope::STATEMENT_BYTES_MAX;

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

fn delimited(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    varint(u64::from(number) << 3 | 2, out);
    varint(u64::try_from(bytes.len()).unwrap(), out);
    out.extend_from_slice(bytes);
}

/// A random canonical message; of a statement, with the fact of that number.
fn write(message: &Message, fact: u32, rng: &mut TestRng, out: &mut Vec<u8>) {
    for field in message.fields {
        let count = match field.label {
            Label::Required => 1,
            Label::Optional => usize::from(rng.next_u64().is_multiple_of(2)),
            Label::Repeated { count_max } => count_max.min(usize::try_from(rng.next_u64() % 3).unwrap()),
            Label::Fact => usize::from(field.number == fact),
        };
        let is_number = matches!(field.kind, Kind::Bool | Kind::Uint64 | Kind::Sint64 | Kind::Enum(_));
        if is_number && matches!(field.label, Label::Repeated { .. }) {
            let mut packed = Vec::new();
            (0..count).for_each(|_| varint(number(field, rng), &mut packed));
            if count > 0 {
                delimited(field.number, &packed, out);
            }
            continue;
        }
        let mut elements: Vec<Vec<u8>> = (0..count)
            .map(|_| {
                let mut bytes = Vec::new();
                write_field(field, fact, rng, &mut bytes);
                bytes
            })
            .collect();
        // A list of subjects ascends; their ids are of one length, and so are their tags.
        if field.stream.is_some() {
            elements.sort();
        }
        out.extend(elements.concat());
    }
}

fn write_field(field: &Field, fact: u32, rng: &mut TestRng, out: &mut Vec<u8>) {
    match &field.kind {
        Kind::Bytes { min, max } => {
            let len = (*min).max((*max).min(3));
            let bytes: Vec<u8> = (0..len).map(|_| rng.next_u64().to_le_bytes()[0]).collect();
            delimited(field.number, &bytes, out);
        }
        Kind::Text { .. } => delimited(field.number, "é1".as_bytes(), out),
        Kind::Message(nested) => {
            let mut bytes = Vec::new();
            write(nested, fact, rng, &mut bytes);
            delimited(field.number, &bytes, out);
        }
        Kind::Bool | Kind::Uint64 | Kind::Sint64 | Kind::Enum(_) => {
            let value = number(field, rng);
            if value > 0 || field.label == Label::Optional {
                varint(u64::from(field.number) << 3, out);
                varint(value, out);
            }
        }
    }
}

fn number(field: &Field, rng: &mut TestRng) -> u64 {
    match &field.kind {
        Kind::Bool => rng.next_u64() % 2,
        Kind::Enum(known) => {
            let place = usize::try_from(rng.next_u64()).unwrap() % known.values.len();
            known.values[place].0
        }
        _ => rng.next_u64() >> (rng.next_u64() % 64),
    }
}

fn facts() -> Vec<&'static Field> {
    table::STATEMENT.fields.iter().filter(|field| field.label == Label::Fact).collect()
}

fn statement_of(fact: u32, rng: &mut TestRng) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&table::STATEMENT, fact, rng, &mut bytes);
    bytes
}

fn check_statement(bytes: &[u8]) -> Result<(), DecodeError> {
    check(bytes, &table::STATEMENT, STATEMENT_BYTES_MAX)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Two programs agree: what this file's encoder writes passes, and the protobuf library reads it and writes
    /// the same bytes again.
    #[test]
    fn a_canonical_statement_of_every_fact_passes_and_reads_back(seed in any::<u64>()) {
        let mut rng = generator(seed);
        for field in facts() {
            let bytes = statement_of(field.number, &mut rng);
            prop_assert_eq!(check_statement(&bytes), Ok(()), "{}", field.name);
            prop_assert_eq!(v1::Statement::decode(bytes.as_slice()).unwrap().encode_to_vec(), bytes);
        }
    }

    /// Whatever the bytes: if they pass, they are the one encoding of what they say.
    #[test]
    fn what_passes_after_any_change_is_still_the_one_encoding_of_what_it_says(
        seed in any::<u64>(), fact in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = statement_of(fact.get(&facts()).number, &mut generator(seed));
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if check_statement(&bytes).is_ok() {
            prop_assert_eq!(v1::Statement::decode(bytes.as_slice()).unwrap().encode_to_vec(), bytes);
        }
    }

    #[test]
    fn a_statement_cut_short_or_with_bytes_behind_it_is_refused(seed in any::<u64>(), fact in any::<prop::sample::Index>()) {
        let bytes = statement_of(fact.get(&facts()).number, &mut generator(seed));
        // The fact stands last, so that every cut loses part of it.
        for len in 0..bytes.len() {
            prop_assert!(check_statement(&bytes[..len]).is_err(), "cut to {} of {}", len, bytes.len());
        }
        prop_assert!(check_statement(&[bytes.as_slice(), &[0]].concat()).is_err());
        prop_assert!(check_statement(&[bytes.as_slice(), bytes.as_slice()].concat()).is_err());
    }

    #[test]
    fn no_bytes_make_the_walk_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = check_statement(&bytes);
        let _ = check(&bytes, &table::ENTRY, 65_535);
        let _ = check(&bytes, &table::SUBMIT_REQUEST, 65_535);
    }
}

fn generator(seed: u64) -> TestRng {
    let bytes: Vec<u8> = seed.to_le_bytes().into_iter().cycle().take(32).collect();
    TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &bytes)
}

#[track_caller]
fn refused(bytes: &[u8], expected: Problem) {
    assert_eq!(check(bytes, &table::STREAM_LINK, 65_535).map_err(|error| error.problem), Err(expected));
}

/// `StreamLink { revision: 5, previous: 32 × 7 }`, and every way of writing it wrong.
#[test]
fn each_way_of_not_being_canonical_has_its_own_refusal() {
    let previous = [&[0x12, 32][..], &[7; 32]].concat();
    let link = [&[0x08, 5][..], &previous].concat();
    assert_eq!(check(&link, &table::STREAM_LINK, 65_535), Ok(()));
    let with = |head: &[u8]| [head, &previous].concat();
    refused(&with(&[0x08, 0x85, 0x00]), Problem::Varint);
    refused(&with(&[0x88, 0x00, 5]), Problem::Varint);
    refused(&with(&[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), Problem::Varint);
    refused(&with(&[0x08, 0]), Problem::Default);
    refused(&with(&[0x08, 5, 0x08, 5]), Problem::Order);
    refused(&[&previous[..], &[0x08, 5]].concat(), Problem::Order);
    refused(&with(&[0x0d, 5, 0, 0, 0]), Problem::WireType { found: 5, expected: 0 });
    refused(&[&link[..], &[0x18, 1]].concat(), Problem::UnknownField { number: 3 });
    refused(&[0x08, 5], Problem::Missing);
    refused(&[0x12, 33, 7], Problem::Truncated);
    refused(&[&[0x12, 31][..], &[7; 31]].concat(), Problem::Length { found: 31, min: 32, max: 32 });
}

/// Shown on `SealObservedIntact.Declared`: exhibits, seal, act.
#[test]
fn a_list_of_subjects_ascends_and_names_each_once() {
    let list = |ids: &[u8]| {
        let mut bytes = Vec::new();
        for id in ids {
            delimited(1, &[*id; 16], &mut bytes);
        }
        delimited(2, b"S1", &mut bytes);
        let mut act = Vec::new();
        delimited(1, &[7; 16], &mut act);
        delimited(2, &[7; 32], &mut act);
        delimited(3, &act, &mut bytes);
        check(&bytes, &table::SEAL_OBSERVED_INTACT_DECLARED, 65_535).map_err(|error| error.problem)
    };
    assert_eq!(list(&[1, 2, 3]), Ok(()));
    assert_eq!(list(&[1, 3, 2]), Err(Problem::Order));
    assert_eq!(list(&[1, 1]), Err(Problem::Order));
}

#[test]
fn a_fact_of_a_number_not_in_the_schema_is_told_apart_from_nonsense() {
    let mut bytes = statement_of(135, &mut generator(1));
    let place = bytes.windows(2).rposition(|pair| pair == [0xba, 0x08]).unwrap();
    // 135 << 3 | 2 = 0x43a; 139 << 3 | 2 = 0x45a.
    bytes[place] = 0xda;
    assert_eq!(
        check_statement(&bytes).map_err(|error| error.problem),
        Err(Problem::UnknownFact { number: 139 })
    );
}
