//! The same on histories of a whole estate, with exhibits that were split, carried together, moved between lockers and put
//! right: `BUNDLE_LEFT_OUT=1` leaves out each entry of each exhibit of the history.

use custody::policy::Policies;
use disclosure::profile::Profile;
use ledger_node::disclose::At;

use super::ledger::Ledger;
use super::less::unseen;
use super::made::{Operator, order};

/// One in so many exhibits, and of each one in so many entries: primes, so that every kind has its turn.
const OF_EXHIBITS: usize = 5;
const OF_ENTRIES: usize = 13;

#[test]
fn no_entry_of_any_history_can_be_left_out() {
    let step = |otherwise| std::env::var("BUNDLE_LEFT_OUT").map_or(otherwise, |text| text.parse().unwrap());
    let world = corpus::play::play(&corpus::history::history(0)).world;
    let ledger = Ledger::of(&world, Policies::default());
    let (mut left_out, mut wrong) = (0, Vec::new());
    for exhibit in ledger.node.exhibits().into_iter().step_by(step(OF_EXHIBITS)) {
        let order = order(exhibit, Profile::Internal);
        let (whole, _) = ledger.runtime.block_on(ledger.node.collect(&order, &At::Now)).unwrap();
        let operator = Operator::of_world(&world, &ledger);
        let (count, unseen) = unseen(&operator, &whole, step(OF_ENTRIES));
        left_out += count;
        wrong.extend(unseen.into_iter().map(|one| format!("{exhibit}: {one}")));
    }
    assert!(left_out > 0);
    assert!(wrong.is_empty(), "{} of {left_out} unseen:\n{}", wrong.len(), wrong.join("\n"));
}
