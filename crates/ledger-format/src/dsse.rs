//! What a device signs: the pre-authentication encoding of DSSE v1.0.2.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::envelope::Envelope;

/// The payload type of a statement. It stands inside what is signed, so a signature over a statement is
/// never one over anything else.
pub const STATEMENT_PAYLOAD_TYPE: &str = "application/vnd.custody-ledger.statement.v1+protobuf";

/// `"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`, lengths in bytes as ASCII decimal.
pub fn pae(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let type_len = payload_type.len().to_string();
    let body_len = body.len().to_string();
    let parts = [b"DSSEv1", type_len.as_bytes(), payload_type.as_bytes(), body_len.as_bytes(), body];
    parts.join(&b' ')
}

/// An envelope in DSSE's JSON form, with a final newline: base64 of payload and signature, and the key's id in hexadecimal.
pub fn envelope_json(envelope: &Envelope) -> String {
    let (payload, signature) = (STANDARD.encode(&envelope.statement), STANDARD.encode(envelope.signature));
    // Hexadecimal and base64 need no escaping.
    format!(
        "{{\"payload\":\"{payload}\",\"payloadType\":\"{STATEMENT_PAYLOAD_TYPE}\",\"signatures\":[{{\"keyid\":\"{}\",\"sig\":\"{signature}\"}}]}}\n",
        envelope.key_id
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_dsse_specification_comes_out() {
        let expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(pae("http://example.com/HelloWorld", b"hello world"), expected);
    }

    #[test]
    fn lengths_count_bytes_and_an_empty_part_keeps_its_spaces() {
        assert_eq!(pae("", b""), b"DSSEv1 0  0 ");
        assert_eq!(pae("é", b"\0 "), "DSSEv1 2 é 2 \0 ".as_bytes());
    }
}
