//! The examples of RFC 9901, and everything that is no disclosure.

use super::*;
use alloc::vec::Vec;
use proptest::prelude::*;

const SALT: &str = "_26bc4LT-ac6q2KI6cBW5es";

fn encode(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

fn parse(encoded: &str) -> Result<Disclosed, DisclosureError> {
    Disclosure { encoded: encoded.into() }.parse()
}

#[track_caller]
fn check(encoded: &str, digest: &str, name: &str, value: &str) {
    let disclosure = Disclosure { encoded: encoded.into() };
    assert_eq!(URL_SAFE_NO_PAD.encode(disclosure.digest().0), digest);
    let read = disclosure.parse().unwrap();
    assert_eq!((read.name.as_str(), read.value.as_str()), (name, value));
}

#[test]
fn the_examples_of_rfc_9901_read_back_with_their_digests() {
    // Sections 4.2.1, 4.2.3 and 5.1.
    check(
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
        "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        "family_name",
        "Möbius",
    );
    check(
        "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
        "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
        "given_name",
        "John",
    );
    check(
        "WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd",
        "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo",
        "family_name",
        "Doe",
    );
}

#[test]
fn a_new_disclosure_is_written_as_the_rfc_writes_it() {
    let salt = URL_SAFE_NO_PAD.decode(SALT).unwrap();
    let new = Disclosure::new(&salt, "family_name", "Möbius").unwrap();
    assert_eq!(new.encoded, "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0");
    assert_eq!(Disclosure::new(&[7; 15], "n", "v"), Err(DisclosureError::ShortSalt { len: 15 }));
    assert_eq!(Disclosure::new(&[7; 16], "...", "v"), Err(DisclosureError::Name));
    let long = "v".repeat(DISCLOSURE_LEN_MAX);
    assert!(matches!(Disclosure::new(&[7; 16], "n", &long), Err(DisclosureError::TooLong { .. })));
}

/// RFC 9901 §4.2.1: the same claim written otherwise is another disclosure with another digest.
#[test]
fn the_same_claim_written_otherwise_has_another_digest() {
    let forms = [
        format!("[\"{SALT}\", \"family_name\", \"Möbius\"]"),
        format!("[\"{SALT}\",\"family_name\",\"Möbius\"]"),
        format!("[\"{SALT}\", \"family_name\", \"M\\u00f6bius\"]"),
        format!("[\n\"{SALT}\",\n\"family_name\",\n\"Möbius\"\n]"),
    ];
    let read: Vec<_> = forms.iter().map(|form| Disclosure { encoded: encode(form) }).collect();
    for (place, one) in read.iter().enumerate() {
        assert_eq!(one.parse().unwrap().value, "Möbius");
        assert!(read[place + 1..].iter().all(|other| other.digest() != one.digest()));
    }
}

#[track_caller]
fn refuse(json: &str, error: DisclosureError) {
    assert_eq!(parse(&encode(json)), Err(error), "{json}");
}

#[test]
fn what_is_no_disclosure_is_refused() {
    let good = encode(&format!("[\"{SALT}\",\"n\",\"v\"]"));
    for bad in [format!("{good}="), format!("{good} "), good.replace('W', "+"), format!("{good}A")] {
        let refused = parse(&bad);
        assert!(matches!(refused, Err(DisclosureError::Base64 | DisclosureError::Json)), "{bad}");
    }
    let s = SALT;
    for json in [
        "",
        "[]",
        "{}",
        "null",
        "[[[[[[",
        &"[".repeat(10_000),
        &format!("[\"{s}\",\"n\"]"),
        &format!("[\"{s}\",\"n\",\"v\",\"w\"]"),
        &format!("[\"{s}\",\"n\",1]"),
        &format!("[\"{s}\",\"n\",null]"),
        &format!("[\"{s}\",\"n\",[\"v\"]]"),
        &format!("[\"{s}\",\"n\",\"v\"] x"),
        &format!("[\"{s}\",\"n\",\"v\",]"),
        &format!("[\"{s}\",\"n\",\"\\ud800\"]"),
        &format!("[\"{s}\",\"n\",\"a\nb\"]"),
        &format!("\u{feff}[\"{s}\",\"n\",\"v\"]"),
    ] {
        refuse(json, DisclosureError::Json);
    }
    assert_eq!(
        parse(&URL_SAFE_NO_PAD.encode([b"[\"".as_slice(), s.as_bytes(), b"\",\"n\",\"\xff\"]"].concat())),
        Err(DisclosureError::Json)
    );
    refuse("[\"AAAAAAAAAAAAAAAAAAAA\",\"n\",\"v\"]", DisclosureError::ShortSalt { len: 15 });
    refuse("[\"\",\"n\",\"v\"]", DisclosureError::ShortSalt { len: 0 });
    for salt in [
        "AAAAAAAAAAAAAAAAAAAAAB",
        "AAAAAAAAAAAAAAAAAAAAAA==",
        "AAAA AAAAAAAAAAAAAAAAA",
        "+26bc4LT-ac6q2KI6cBW5es",
    ] {
        refuse(&format!("[\"{salt}\",\"n\",\"v\"]"), DisclosureError::Salt);
    }
    for name in ["", "_sd", "..."] {
        refuse(&format!("[\"{s}\",\"{name}\",\"v\"]"), DisclosureError::Name);
    }
    let len = DISCLOSURE_LEN_MAX + 1;
    assert_eq!(parse(&"A".repeat(len)), Err(DisclosureError::TooLong { len }));
}

#[test]
fn printing_for_debugging_discloses_nothing() {
    let printed = format!("{:?}", Disclosure::new(&[7; 16], "officer", "Ada Example").unwrap());
    assert!(printed.starts_with("Disclosure(") && !printed.contains("Ada") && !printed.contains("officer"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_reads_back(salt in prop::collection::vec(any::<u8>(), 16..40), name in "[a-z_]{3}[a-z]{1,9}", value in "\\PC*|[\\x00-\\x7f]*") {
        let read = Disclosure::new(&salt, &name, &value).unwrap().parse().unwrap();
        prop_assert_eq!((read.name, read.value), (name, value));
        prop_assert_eq!(URL_SAFE_NO_PAD.decode(read.salt).unwrap(), salt);
    }

    #[test]
    fn any_text_is_a_disclosure_or_refused(text in "[A-Za-z0-9_=-]{0,80}|\\PC*", json in "\\[\"[A-D]{20,24}\",\\PC*\\]") {
        let _ = parse(&text);
        if let Ok(read) = parse(&encode(&json)) {
            prop_assert!(read.salt.len() >= 22 && !read.name.is_empty());
        }
    }
}
