//! The verifier over a whole archive, beside the loop that one would write first.

use std::num::NonZeroUsize;

use ledger_format::tile::TILE_WIDTH;
use verifier::audit::{Options, audit};
use verifier::report::{Outcome, human};
use verifier::testing::World;
use verifier::testing::policies;

use crate::in_a_loop;
use crate::machine::cores;
use crate::rounds::{Contender, Done, contest, timed};
use crate::sizes::Sizes;

pub(crate) fn run(sizes: &Sizes, world: &World) {
    let entries = usize::try_from(world.writer.size()).expect("few");
    let (archive, trust) = (world.archive(), world.trust());
    let audited = |threads: usize| -> Done {
        let options = Options { threads: NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN) };
        let mut report = None;
        let done = timed(entries, || {
            report = Some(audit(&archive, &trust, &[], &policies(), &options, &mut |_| {}));
        });
        let report = report.expect("timed does its work");
        assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
        assert_eq!(report.counts.signatures_valid, world.writer.size());
        done
    };
    let mut contenders = vec![Contender::ours("verifier, 1 thread", || audited(1))];
    if cores() > 1 {
        contenders.push(Contender::ours(format!("verifier, {} threads", cores()), || audited(cores())));
    }
    contenders.push(Contender::naive("one loop, 1 thread", || {
        let mut read = 0;
        let done = timed(entries, || read = in_a_loop::read(&archive, world.writer.size()));
        assert_eq!(read, world.writer.size());
        done
    }));
    let bundles = entries.div_ceil(usize::from(TILE_WIDTH));
    contest(
        &format!("AUDITS: an archive of {entries} entries in {bundles} bundles, in memory"),
        "entries",
        sizes.audit_rounds,
        contenders,
    );
}
