//! An auditor vouches for what was replayed: a C2SP cosignature on the archive's checkpoint.
//!
//! The key is an Ed25519 key as `openssl genpkey -algorithm ed25519` writes it. It must sign nothing else, under no other name.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use ledger_format::cosignature::Cosigner;
use ledger_format::key::SigningKey;
use ledger_format::note::Note;
use verifier::report::{Outcome, Report};

use crate::read;

/// A PEM file of one key, at most.
const KEY_BYTES_MAX: usize = 4_096;

/// What precedes the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410 §7): version, algorithm, and the lengths of what follows.
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Who vouches, and where the cosigned checkpoint goes.
#[derive(Debug, Args)]
pub(crate) struct Cosigning {
    /// Vouch for the replayed ledger: cosign its checkpoint with this Ed25519 key (PEM, as `openssl genpkey -algorithm ed25519`
    /// writes it). Only where everything required was checked and no finding makes the record unreliable.
    #[arg(long, value_name = "KEY", requires_all = ["cosigner", "cosigned"])]
    cosign: Option<PathBuf>,
    /// Under which name, as trust files have it: `auditor.example.test/a1`.
    #[arg(long, value_name = "NAME")]
    cosigner: Option<String>,
    /// The file of the cosigned checkpoint.
    #[arg(long, value_name = "FILE")]
    cosigned: Option<PathBuf>,
}

impl Cosigning {
    /// The cosigner, if one was given: read before the audit, so that hours of it are not for nothing.
    pub(crate) fn cosigner(&self) -> anyhow::Result<Option<Cosigner>> {
        let Some((key, name)) = self.cosign.as_deref().zip(self.cosigner.as_deref()) else { return Ok(None) };
        cosigner(key, name).map(Some)
    }

    /// Cosigns the archive's checkpoint, if the report allows it, and writes it where it was asked for.
    pub(crate) fn vouch(
        &self,
        cosigner: &Cosigner,
        report: &Report,
        checkpoint: &[u8],
    ) -> anyhow::Result<()> {
        let fatal = report.findings.iter().filter(|finding| finding.is_fatal_for_all()).count();
        ensure!(
            report.outcome() != Outcome::NotChecked && fatal == 0 && report.not_replayed.is_empty(),
            "the checkpoint is not cosigned: nobody can vouch for what was not all checked, or is not reliable"
        );
        let mut note = Note::parse(checkpoint).context("the checkpoint")?;
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).context("this machine's clock")?.as_secs();
        cosigner.add_to(&mut note, now_s).context("cosigning the checkpoint")?;
        let Some(path) = &self.cosigned else { bail!("--cosigned is missing") };
        std::fs::write(path, note.to_string()).with_context(|| format!("writing {}", path.display()))
    }
}

/// Prints what a trust file has of this key.
pub(crate) fn print_vkey(key: &Path, name: &str) -> anyhow::Result<Outcome> {
    println!("{}", cosigner(key, name)?.verifier());
    Ok(Outcome::Verified)
}

fn cosigner(path: &Path, name: &str) -> anyhow::Result<Cosigner> {
    let pem = read(path, KEY_BYTES_MAX)?;
    let key = std::str::from_utf8(&pem).ok().and_then(read_key);
    let key = key.with_context(|| {
        format!(
            "{} is no Ed25519 key in PEM; make one with `openssl genpkey -algorithm ed25519`",
            path.display()
        )
    })?;
    Cosigner::new(name, key).context("the cosigner's name")
}

fn read_key(pem: &str) -> Option<SigningKey> {
    let base64 =
        pem.trim().strip_prefix("-----BEGIN PRIVATE KEY-----")?.strip_suffix("-----END PRIVATE KEY-----")?;
    let der = STANDARD.decode(base64.split_whitespace().collect::<String>()).ok()?;
    let seed = der.strip_prefix(PKCS8_PREFIX.as_slice())?;
    Some(SigningKey::from_seed(seed.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8410 §10.3.
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

    #[test]
    fn the_key_of_rfc_8410_is_read_and_nothing_else_is() {
        let key = read_key(PEM).unwrap();
        let public = custody::id::Digest(*key.public_key().as_bytes());
        assert_eq!(public.to_string(), "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        for other in [
            "",
            "-----BEGIN PRIVATE KEY-----",
            &PEM.replace("MC4C", "MC4D"),
            &PEM.replace("PRIVATE", "PUBLIC"),
        ] {
            assert!(read_key(other).is_none(), "{other}");
        }
    }
}
