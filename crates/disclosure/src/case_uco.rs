//! One CASE 1.5 / UCO JSON-LD document for a bundle: an investigation, its exhibits, and their chains of provenance.
//!
//! Every entry that stands in the stream of an exhibit or of the case is an `InvestigativeAction` with a
//! `ProvenanceRecord` for each exhibit it is about, or for the case as a whole. The first action of a chain takes nothing of
//! it; each later one takes the record before and names the action before. Every finding is an `Annotation` of what it is about. What an entry says is spelled
//! out field by field in the ledger's own namespace, so that nothing is lost where the ontology has no word for it.
//!
//! Nothing is concluded here: verdicts and findings are the material's. Whether a document conforms is for the public
//! checkers to say (`.ci/check_case`).

mod action;
mod chain;
mod device;
mod document;
mod exhibit;
mod finding;
mod footage;
mod known;
mod label;
mod name;
mod node;
mod person;
mod place;
mod reading;
mod record;
mod referred;
mod scope;
mod seizure;

pub use document::case_jsonld;
