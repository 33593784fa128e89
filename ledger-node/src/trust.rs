//! The trust file: the few public things that a verifier is given out of band, and trusts.

use std::fmt::Write as _;

use custody::id::Digest;
use ledger_format::note::VerifierKey;

/// The text of a trust file for this ledger. Witnesses and auditors are for whoever distributes it to add.
pub fn trust_text(origin: &str, genesis: Digest, ledger_key: &VerifierKey) -> String {
    let mut text = String::from(
        "# Whom a verifier of this ledger trusts. Hand it over by another way than the ledger itself.\n",
    );
    let quoted = |value: String| toml::Value::String(value).to_string();
    let lines = [
        ("origin", quoted(origin.to_owned())),
        ("genesis", quoted(genesis.to_string())),
        ("ledger_key", quoted(ledger_key.to_string())),
        ("witnesses", "[]".to_owned()),
        ("auditors", "[]".to_owned()),
    ];
    for (name, value) in lines {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name} = {value}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_format::key::SigningKey;
    use ledger_format::note::NoteSigner;

    #[test]
    fn a_trust_file_is_toml_that_names_origin_genesis_and_ledger_key() {
        let signer = NoteSigner::new("ledger.example/1", SigningKey::from_seed(&[1; 32])).unwrap();
        let text = trust_text("ledger.example/1", Digest([0xab; 32]), signer.verifier());
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["origin"].as_str(), Some("ledger.example/1"));
        assert_eq!(table["genesis"].as_str(), Some("ab".repeat(32).as_str()));
        assert_eq!(table["ledger_key"].as_str(), Some(signer.verifier().to_string().as_str()));
        assert_eq!(table["witnesses"].as_array().map(Vec::len), Some(0));
        assert_eq!(table["auditors"].as_array().map(Vec::len), Some(0));
    }
}
