//! Disclosure bundles: what one shows is what the whole ledger shows, and nothing can be left out of it unseen.

mod ledger;

mod corpus_cases;

mod made;

mod by_hand;

mod other_tools;

mod second_verifier;

mod for_the_page;
