//! Whether an audit of ten times the ledger takes ten times as long, what it keeps in memory for each exhibit, each device and
//! each stretch of footage that stands for itself, and what a bundle of one exhibit costs out of the large one.
//!
//! `cargo bench -p suite --bench scale` measures (about ten minutes), `-- --memory` only what is kept in memory, of
//! ledgers of a tenth (about two), `-- --bundle` only bundles, `-- --quick` only goes through every step.
//! Each audit is a process of its own, given an archive on disk: what one leaves in memory the next does not meet.
//! Nothing here fails because something was slow; it fails where an audit did not verify.

mod acts;
mod bundle;
mod footage;
mod large;
mod own_process;

use large::Ledger;
use own_process::Audited;

/// Entries of the two ledgers that are compared, and how many pairs are timed.
struct Sizes {
    small: u64,
    large: u64,
    pairs: usize,
    extra: usize,
    has_memory: bool,
    has_bundles: bool,
}

impl Sizes {
    fn read() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        if has("--quick") || !has("--bench") {
            return Self {
                small: 1_000,
                large: 4_000,
                pairs: 1,
                extra: 200,
                has_memory: true,
                has_bundles: true,
            };
        }
        if has("--memory") {
            return Self {
                small: 10_000,
                large: 100_000,
                pairs: 0,
                extra: 20_000,
                has_memory: true,
                has_bundles: false,
            };
        }
        if has("--bundle") {
            return Self {
                small: 1_000,
                large: 1_000_000,
                pairs: 0,
                extra: 0,
                has_memory: false,
                has_bundles: true,
            };
        }
        Self {
            small: 100_000,
            large: 1_000_000,
            pairs: 5,
            extra: 20_000,
            has_memory: true,
            has_bundles: true,
        }
    }
}

fn main() {
    if own_process::is_child() {
        return own_process::child();
    }
    let sizes = Sizes::read();
    let (small, large) = (Ledger::of(sizes.small), Ledger::of(sizes.large));
    let (small_on_disk, large_on_disk) = (small.write(), large.write());
    if sizes.pairs > 0 {
        linear(&sizes, &small_on_disk, &large_on_disk);
    }
    if sizes.has_memory {
        memory(&sizes, &small, &large, &small_on_disk, &large_on_disk);
    }
    if sizes.has_bundles {
        bundle::measure(&large, &large_on_disk);
    }
}

/// Pairs in turn: small, large, small, large …
fn linear(sizes: &Sizes, small: &own_process::OnDisk, large: &own_process::OnDisk) {
    println!("AUDITS of {} and {} entries, {} pairs in turn", small.entries, large.entries, sizes.pairs);
    let mut ratios = Vec::new();
    for pair in 1..=sizes.pairs {
        let (few, many) = (small.audit(), large.audit());
        let ratio = many.rate() / few.rate();
        println!(
            "  pair {pair}: {:>8.0} entries/s of the small, {:>8.0} of the large: {ratio:.2}",
            few.rate(),
            many.rate()
        );
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN);
    println!("  entries/s of the large to those of the small, median: {median:.2}");
}

/// What more of one thing takes, everything else alike.
fn memory(
    sizes: &Sizes,
    small: &Ledger,
    large: &Ledger,
    small_on_disk: &own_process::OnDisk,
    large_on_disk: &own_process::OnDisk,
) {
    let (few, many) = (small_on_disk.audit(), large_on_disk.audit());
    let Some((few_bytes, many_bytes)) = few.peak_bytes.zip(many.peak_bytes) else {
        println!("\nMEMORY: this system does not tell what a process has used at most");
        return;
    };
    println!("\nMEMORY at most, of a process that audits");
    println!("  {:>9} entries: {:>6} KiB", small.entries(), few_bytes / 1024);
    println!("  {:>9} entries: {:>6} KiB", large.entries(), many_bytes / 1024);
    let exhibits = large.exhibits - small.exhibits;
    println!("  for each exhibit, with its 17 entries: {} bytes", (many_bytes - few_bytes) / exhibits.max(1));
    let mut devices = small.clone();
    devices.enrol(sizes.extra);
    tell("device", sizes.extra, &few, &devices.write().audit());
    let mut windows = small.clone();
    windows.film_apart(sizes.extra);
    tell("stretch of footage that stands for itself", sizes.extra, &few, &windows.write().audit());
}

fn tell(what: &str, count: usize, before: &Audited, after: &Audited) {
    let more = after.peak_bytes.unwrap_or(0).saturating_sub(before.peak_bytes.unwrap_or(0));
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    println!("  for each {what}: {} bytes", more / count.max(1));
}
