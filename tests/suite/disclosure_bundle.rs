//! Disclosure bundles: what one shows is what the whole ledger shows, and nothing can be left out of it unseen.

mod corpus_cases;
mod flips;
mod ledger;
mod left_out;
mod made;
