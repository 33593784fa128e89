//! What is known of the machine and its disk, as far as the standard library and a probe tell.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use crate::rounds::spread;
use crate::sizes::Sizes;

/// Flushes of the probe.
const PROBES: usize = 32;

/// How many threads the machine runs at once.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Prints what the numbers were measured on.
pub(crate) fn describe(sizes: &Sizes) {
    let build = if cfg!(debug_assertions) { "NOT optimised: the numbers mean nothing" } else { "optimised" };
    println!("{} cores, {} on {}, build {build}", cores(), std::env::consts::OS, std::env::consts::ARCH);
    let [least, median, greatest] = probe(sizes);
    println!(
        "disk: 4 KiB written and flushed (fdatasync): median {median:.2} ms ({least:.2}-{greatest:.2}), \
         {PROBES} times in a row"
    );
    println!(
        "the store, and SQLite beside it: journal_mode WAL, synchronous FULL, one flush for each transaction"
    );
    if median < 0.05 {
        println!("NOTE: a flush this quick reaches no disk; appends and admissions say nothing about one");
    }
}

/// Milliseconds of one flush: least, median, greatest.
fn probe(sizes: &Sizes) -> [f64; 3] {
    let folder = sizes.scratch();
    let mut file = File::create(folder.path().join("probe")).expect("a file in a fresh folder");
    let mut flush = |_| {
        let begun = Instant::now();
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).expect("room on the disk");
        begun.elapsed().as_secs_f64() * 1e3
    };
    spread((0..PROBES).map(&mut flush).collect())
}
