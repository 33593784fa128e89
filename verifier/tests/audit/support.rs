//! Worlds to audit, and what to ask of an audit.

use std::num::NonZeroUsize;

use verifier::archive::{ArchiveReader, MemoryArchive};
use verifier::audit::{Options, audit};
use verifier::known_head::KnownHead;
use verifier::report::Report;
use verifier::testing::{Exhibit, Locker, World};
use verifier::trust::Trust;

/// A ledger with a site, a locker, a deposit and a census; and the locker.
pub(crate) struct Small {
    pub(crate) world: World,
    pub(crate) locker: Locker,
    pub(crate) exhibit: Exhibit,
}

pub(crate) fn small() -> Small {
    small_of("ledger.example")
}

pub(crate) fn small_of(origin: &str) -> Small {
    let mut world = World::new(origin);
    let site = world.site();
    let locker = world.locker(site, 2);
    world.see(locker.speaker);
    let mut exhibit = world.exhibit();
    world.deposit(&locker, 0, &mut exhibit);
    world.wait_us(3_600_000_000);
    world.see(locker.speaker);
    world.collect(&locker, 0, &mut exhibit);
    world.census();
    Small { world, locker, exhibit }
}

pub(crate) fn options(threads: usize) -> Options {
    Options { threads: NonZeroUsize::new(threads).unwrap() }
}

pub(crate) fn run(archive: &dyn ArchiveReader, trust: &Trust) -> Report {
    audit(archive, trust, &[], &options(2), &mut |_| {})
}

pub(crate) fn run_with(archive: &MemoryArchive, trust: &Trust, known: &[KnownHead]) -> Report {
    audit(archive, trust, known, &options(2), &mut |_| {})
}
