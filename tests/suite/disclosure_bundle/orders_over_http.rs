//! `POST /v1/cases/{id}/bundle` and `POST /v1/exhibits/{id}/bundle`: what is handed out is on record, and what is refused is not.

use custody_proto::v1::statement::Fact;
use custody_proto::v1::{self, Statement};
use ledger_node::clock::Clock as _;
use ledger_node::token::{Scope, Tokens};
use prost::Message as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use verifier::bundle::check;

use super::made::{RECIPIENT, estate, is_clean};
use crate::estate::Estate;
use crate::estate::acts::exhibit;
use crate::estate::http::post;

const CASE: &str = "cacacaca-caca-caca-caca-cacacacacaca";
const NOBODY: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// A token of whoever runs the node.
fn token(estate: &Estate) -> String {
    let tokens = Tokens::open(estate.folder.path()).unwrap();
    tokens.add("disclosure officer", Scope::Operate, estate.clock.read().wall_us, None).unwrap()
}

fn of_exhibit(id: &str) -> String {
    format!("/v1/exhibits/{id}/bundle")
}

fn of_case(id: &str) -> String {
    format!("/v1/cases/{id}/bundle")
}

fn asked() -> serde_json::Value {
    json!({ "profile": "defence", "recipient": RECIPIENT })
}

#[test]
fn what_is_handed_out_is_on_record_with_its_hash() {
    let estate = estate();
    let token = token(&estate);
    let address = estate.node.address();
    for path in [of_exhibit(&exhibit(2).to_string()), of_case(CASE)] {
        let (status, head, bytes) = post(address, &path, &token, &asked().to_string());
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        is_clean(&check(&bytes, &estate.trust));
        let digest = Sha256::digest(&bytes);
        let named = format!("custody-bundle-sha256: {}", hex::encode(digest));
        assert!(head.to_ascii_lowercase().contains(&named), "{head}");
        assert!(head.to_ascii_lowercase().contains("cache-control: no-store"), "{head}");
        let last = estate.node.head().0 - 1;
        let shown = estate.node.wait(estate.node.node.entry(last)).unwrap().unwrap();
        let statement = Statement::decode(shown.entry.envelope.statement.as_slice()).unwrap();
        let Some(Fact::DisclosureExported(v1::DisclosureExported { declared })) = statement.fact else {
            panic!("the newest entry is {}", shown.decoded.name)
        };
        assert_eq!(declared.unwrap().bundle, digest.to_vec());
        // The same again, by the size that the answer names.
        let size = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("custody-bundle-size").then(|| value.trim().parse::<u64>().unwrap())
        });
        let mut again = asked();
        again["at"] = json!(size.unwrap());
        let (status, _, same) = post(address, &path, &token, &again.to_string());
        assert_eq!(status, 200);
        assert!(same == bytes, "the same order at the same size is another bundle");
    }
}

/// Sends a body and says which status and code come back; nothing may be on record that was not before.
#[track_caller]
fn check_refused(estate: &Estate, token: &str, (path, body): (&str, &str), expect: (u16, &str)) {
    let before = estate.node.head();
    let (status, _, answer) = post(estate.node.address(), path, token, body);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert_eq!(status, expect.0, "{answer}");
    assert!(answer.contains(expect.1), "{answer}");
    assert!(!answer.contains(RECIPIENT), "an error quotes nobody: {answer}");
    assert_eq!(estate.node.head(), before, "{answer}");
}

#[test]
fn what_is_refused_is_not_on_record() {
    let estate = estate();
    let token = token(&estate);
    let (one, case) = (of_exhibit(&exhibit(1).to_string()), of_case(CASE));
    let refused = |path: &str, body: &serde_json::Value, expect| {
        check_refused(&estate, &token, (path, &body.to_string()), expect);
    };
    let with = |field: &str, value: serde_json::Value| {
        let mut body = asked();
        body[field] = value;
        body
    };
    refused(&of_exhibit(NOBODY), &asked(), (404, "nothing-to-disclose"));
    refused(&of_case(NOBODY), &asked(), (404, "nothing-to-disclose"));
    refused(&of_exhibit("x"), &asked(), (400, "not a lower-case UUID"));
    refused(&of_case(&CASE.to_uppercase()), &asked(), (400, "not a lower-case UUID"));
    for path in [&one, &case] {
        refused(path, &with("profile", json!("press")), (400, "defence, cps or internal"));
        refused(path, &with("recipient", json!("")), (400, "recipient has 0 bytes"));
        refused(path, &with("recipient", json!("x".repeat(1_001))), (400, "recipient has 1001 bytes"));
        refused(path, &with("more", json!(1)), (400, "the body must be JSON"));
        refused(path, &with("decisions", json!("[[withhold]]\nfield='description'\n")), (400, "decisions: "));
        let colour = "[[withhold]]\nfield='colour'\nbasis='sensitive'\n";
        refused(path, &with("decisions", json!(colour)), (400, "no field is committed to"));
        let twice = "[[disclose]]\nfield='identity'\n[[disclose]]\nfield='identity'\n";
        refused(path, &with("decisions", json!(twice)), (400, "is decided twice"));
        refused(path, &with("at", json!(1)), (409, "no-request"));
        refused(path, &with("at", json!(u64::MAX)), (400, "were asked for"));
        refused(path, &with("at", json!(-1)), (400, "the body must be JSON"));
        refused(path, &with("cosigned", json!("no note")), (400, "cosigned: "));
        let mut both = with("at", json!(1));
        both["cosigned"] = json!(estate.node.note());
        refused(path, &both, (400, "not both"));
        refused(path, &with("cosigned", json!(estate.node.note())), (409, "no-request"));
        check_refused(&estate, &token, (path, ""), (400, "the body must be JSON"));
        check_refused(&estate, &token, (path, "[[[["), (400, "the body must be JSON"));
        check_refused(&estate, &token, (path, &asked().to_string().replace('}', "")), (400, "line 1"));
    }
}

#[test]
fn a_token_that_only_reads_gets_no_bundle() {
    let estate = estate();
    let read = estate.node.token.clone();
    for path in [of_exhibit(&exhibit(1).to_string()), of_case(CASE)] {
        check_refused(&estate, &read, (&path, &asked().to_string()), (403, ""));
        check_refused(&estate, "nobody", (&path, &asked().to_string()), (401, ""));
    }
}
