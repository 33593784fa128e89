//! Disclosure bundles: what one shows is what the whole ledger shows, nothing can be left out of it or altered unseen, and
//! nobody else is in it.

mod ledger;

mod made;

mod flips;

mod less;

mod left_out;

mod left_out_of_histories;

mod edited;

mod hostile;

mod mutated;

mod redaction;

mod fates;

mod two_people;

mod of_nobody_else;

mod orders;

mod again;

mod rotation;

mod half_a_file;

mod orders_over_http;

mod corpus_cases;

mod handed_out;

mod by_hand;

mod other_tools;

mod second_verifier;

mod for_the_page;

mod case_documents;
