//! What an audit says of a ledger with which nothing is wrong.

use crate::support::{run, small};
use verifier::report::{Outcome, human};

#[test]
fn a_small_ledger_is_verified() {
    let small = small();
    let report = run(&small.world.archive(), &small.world.trust());
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    println!("{}", human(&report));
}
