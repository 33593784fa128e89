//! What somebody asks for, and why there is no bundle.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use custody::id::{CaseId, Digest, ExhibitId};
use disclosure::pack::PackError;
use disclosure::profile::{Basis, Profile};
use serde::Deserialize;
use thiserror::Error;

use crate::outcome::Declined;
use crate::reading::LookupError;
use crate::vault::VaultError;

/// Of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every exhibit of a case.
    Case(CaseId),
    /// These exhibits, ascending and of one case.
    Exhibits(Vec<ExhibitId>),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Of what.
    pub scope: Scope,
    /// For whom.
    pub profile: Profile,
    /// The recipient's name: it is committed to and goes to the vault.
    pub recipient: String,
    /// What somebody has decided about single fields.
    pub decisions: Decisions,
}

/// Exhibits named in one order at most, as a statement has room for.
pub const EXHIBITS_MAX: usize = 32;

/// The longest recipient, in bytes: a name and an address.
pub const RECIPIENT_BYTES_MAX: usize = 1_000;

/// The longest file of decisions read.
pub const DECISIONS_BYTES_MAX: usize = 1024 * 1024;

/// What somebody has decided about fields, beyond what the profile does by itself.
///
/// ```toml
/// [[withhold]]
/// field = "description"
/// basis = "third-party"
/// [[disclose]]
/// field = "identity"
/// statement = "<hash>"        # this one alone
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// By field, and by statement where it is about one alone: the basis, or none where it is disclosed.
    decided: BTreeMap<(String, Option<Digest>), Option<Basis>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    withhold: Vec<Withheld>,
    #[serde(default)]
    disclose: Vec<Disclosed>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withheld {
    field: String,
    statement: Option<String>,
    basis: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disclosed {
    field: String,
    statement: Option<String>,
}

/// A text is no file of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecisionsError {
    /// Not TOML of the form; a field withheld without a basis is not.
    #[error("not TOML of the form (each [[withhold]] needs a field and a basis): {0}")]
    Toml(String),
    /// The basis is none.
    #[error("{field} is withheld on no known basis: third-party, sensitive, public-interest or not-relevant")]
    Basis {
        /// The field.
        field: String,
    },
    /// A statement's hash is none.
    #[error("{field}: the statement is not 64 lower-case hexadecimal digits")]
    Statement {
        /// The field.
        field: String,
    },
    /// Two decisions about one thing.
    #[error("{field} is decided twice")]
    Twice {
        /// The field.
        field: String,
    },
    /// No field of any fact is committed to under that name.
    #[error("no field is committed to under the name {field}")]
    Field {
        /// The name.
        field: String,
    },
}

impl Decisions {
    /// Reads a file of decisions.
    pub fn parse(text: &str) -> Result<Self, DecisionsError> {
        let file: File = toml::from_str(text).map_err(|error| DecisionsError::Toml(error.to_string()))?;
        let mut decisions = Self::default();
        for Withheld { field, statement, basis } in file.withhold {
            let basis = basis.parse().map_err(|_| DecisionsError::Basis { field: field.clone() })?;
            decisions.decide(field, statement.as_deref(), Some(basis))?;
        }
        for Disclosed { field, statement } in file.disclose {
            decisions.decide(field, statement.as_deref(), None)?;
        }
        Ok(decisions)
    }

    fn decide(
        &mut self,
        field: String,
        statement: Option<&str>,
        basis: Option<Basis>,
    ) -> Result<(), DecisionsError> {
        if !is_committed(&field) {
            return Err(DecisionsError::Field { field });
        }
        let statement = statement.map(str::parse).transpose();
        let statement = statement.map_err(|_| DecisionsError::Statement { field: field.clone() })?;
        match self.decided.insert((field.clone(), statement), basis) {
            None => Ok(()),
            Some(_) => Err(DecisionsError::Twice { field }),
        }
    }

    /// Why a field of a statement is withheld under a profile; `None`: it is disclosed. A decision about one statement goes
    /// before one about the field, and that before the profile.
    pub fn basis(&self, profile: Profile, field: &str, statement: Digest) -> Option<Basis> {
        let decided = |statement| self.decided.get(&(field.to_owned(), statement)).copied();
        decided(Some(statement)).or_else(|| decided(None)).unwrap_or_else(|| profile.withholds(field))
    }
}

/// Whether some field of the schema with this name is committed to.
fn is_committed(field: &str) -> bool {
    fn within(message: &'static custody_proto::schema::Message, field: &str) -> bool {
        message.fields.iter().any(|one| {
            (one.commits && one.name == field)
                || match one.kind {
                    custody_proto::schema::Kind::Message(inner) => within(inner, field),
                    _ => false,
                }
        })
    }
    within(&custody_proto::table::STATEMENT, field)
}

/// Why there is no bundle. Where one was to be, nothing is.
#[derive(Debug, Error)]
pub enum DiscloseError {
    /// No fact names the exhibit.
    #[error("no exhibit {exhibit} is on record")]
    UnknownExhibit {
        /// Which.
        exhibit: ExhibitId,
    },
    /// No fact names the case.
    #[error("no case {case} is on record")]
    UnknownCase {
        /// Which.
        case: CaseId,
    },
    /// The case has no exhibit.
    #[error("case {case} has no exhibit: there is nothing to disclose")]
    Nothing {
        /// Which.
        case: CaseId,
    },
    /// No exhibit, or too many, in one order.
    #[error("{count} exhibits in one order: give 1 to {EXHIBITS_MAX}, or the whole case")]
    Exhibits {
        /// How many.
        count: usize,
    },
    /// Exhibits that are not in order, or one twice.
    #[error("the exhibits of an order are given in ascending order, each once")]
    Disordered,
    /// Exhibits of more than one case in one order.
    #[error("exhibits of more than one case in one order: make a bundle for each case")]
    Cases,
    /// No recipient, or one that is too long.
    #[error("the recipient has {len} bytes: give 1 to {RECIPIENT_BYTES_MAX}")]
    Recipient {
        /// How long it is.
        len: usize,
    },
    /// The ledger up to that size holds no such request with a census after it.
    #[error(
        "the first {size} entries hold no request for this with a census after it: leave --at out to make a request, or give the size that was printed when it was made"
    )]
    NoRequest {
        /// How many entries.
        size: u64,
    },
    /// The ledger is shorter than that.
    #[error("the ledger has {size} entries, and {asked} were asked for")]
    Size {
        /// How many there are.
        size: u64,
        /// How many were asked for.
        asked: u64,
    },
    /// The ledger key in force at that size is not at hand.
    #[error("a tree of {size} entries was signed by another ledger key than the one at hand")]
    LedgerKey {
        /// How many entries.
        size: u64,
    },
    /// The checkpoint given is not one of this ledger at that size.
    #[error("the checkpoint given cannot be used: {reason}")]
    Checkpoint {
        /// Why not.
        reason: String,
    },
    /// An entry that must be there is not.
    #[error("entry {index} cannot be read: the store is damaged")]
    Beyond {
        /// Its index.
        index: u64,
    },
    /// The node took no request.
    #[error("the request was not recorded: {}", .0.detail)]
    Declined(Declined),
    /// An entry could not be read.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// The vault could not be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A field was erased after the ledger had that size: the bundle cannot be made again as it was.
    #[error("a field was erased since (entry {entry}): make a new bundle, without --at")]
    ErasedSince {
        /// The entry that records it.
        entry: u64,
    },
    /// An opening is sealed and its key is not at hand, or its bytes were altered.
    #[error(
        "an opening of entry {index} is in the vault and does not open: put the vault's own key file in its place, from where its copy is kept"
    )]
    Closed {
        /// The entry that holds the commitment.
        index: u64,
    },
    /// The files do not fit into a bundle.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// What was collected does not hold together.
    #[error("the bundle was collected and does not hold together: {reason}")]
    Broken {
        /// Why.
        reason: String,
    },
    /// Something is where the bundle is to go.
    #[error("{path} is in the way: nothing is written over it")]
    InTheWay {
        /// What.
        path: PathBuf,
    },
    /// The file could not be written; nothing of it is left.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No random bytes could be had for a salt.
    #[error("no random bytes: {0}")]
    Random(String),
}
