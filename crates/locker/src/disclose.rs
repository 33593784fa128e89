//! Free text and identities: a commitment goes into the statement, the opening travels beside it.

use ledger_format::disclosure::{Disclosure, DisclosureError};

use crate::random::{self, RandomError};

/// The longest text a person may type into one field, in bytes: its opening must fit the 8,192 characters
/// that a submission allows, even where every byte needs six in JSON.
pub const TEXT_BYTES_MAX: usize = 1_000;

/// A text cannot be committed to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscloseError {
    /// Too long.
    #[error("{field}: {len} bytes, at most {TEXT_BYTES_MAX}")]
    TooLong {
        /// The field.
        field: &'static str,
        /// How long it is.
        len: usize,
    },
    /// No random salt.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// It is not what a disclosure can hold.
    #[error("{field}: {source}")]
    Disclosure {
        /// The field.
        field: &'static str,
        /// Why not.
        source: DisclosureError,
    },
}

/// Collects the openings of one statement while its fact is built.
#[derive(Debug, Default)]
pub struct Openings {
    /// So far, in the order of the calls.
    pub disclosures: Vec<Disclosure>,
}

impl Openings {
    /// Commits to a text under a fresh salt. Returns the 32 bytes for the field of that name.
    pub fn commit(&mut self, field: &'static str, text: &str) -> Result<Vec<u8>, DiscloseError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(DiscloseError::TooLong { field, len: text.len() });
        }
        let salt = random::bytes::<16>()?;
        let disclosure = Disclosure::new(&salt, field, text)
            .map_err(|source| DiscloseError::Disclosure { field, source })?;
        let digest = disclosure.digest();
        self.disclosures.push(disclosure);
        Ok(digest.0.to_vec())
    }

    /// The same for a text that may be absent.
    pub fn commit_if(
        &mut self,
        field: &'static str,
        text: Option<&str>,
    ) -> Result<Option<Vec<u8>>, DiscloseError> {
        text.map(|text| self.commit(field, text)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_twice_gives_two_commitments_that_open_to_it() {
        let mut openings = Openings::default();
        let one = openings.commit("description", "knife").unwrap();
        let two = openings.commit("description", "knife").unwrap();
        assert_ne!(one, two);
        let read = openings.disclosures[0].parse().unwrap();
        assert_eq!((read.name.as_str(), read.value.as_str()), ("description", "knife"));
        assert_eq!(openings.disclosures[0].digest().0.to_vec(), one);
    }

    #[test]
    fn the_worst_text_of_the_greatest_length_still_fits_a_submission() {
        let mut openings = Openings::default();
        openings.commit("description", &"\u{1}".repeat(TEXT_BYTES_MAX)).unwrap();
        assert!(openings.disclosures[0].encoded.len() <= 8192);
        let error = openings.commit("reason", &"a".repeat(TEXT_BYTES_MAX + 1)).unwrap_err();
        assert_eq!(error, DiscloseError::TooLong { field: "reason", len: TEXT_BYTES_MAX + 1 });
    }
}
