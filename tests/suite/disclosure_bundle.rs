//! Disclosure bundles: what one shows is what the whole ledger shows, and nothing can be left out of it unseen.

mod corpus_cases;
mod for_the_page;
mod ledger;

mod edited;
mod flips;
mod hostile;
mod left_out;
mod made;
mod of_nobody_else;
mod orders;
mod orders_over_http;
mod redaction;
mod two_people;
