//! scratch
use std::num::NonZeroUsize;
fn main() {
    let count = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(3u64);
    let first = std::env::args().nth(2).and_then(|a| a.parse().ok()).unwrap_or(0u64);
    let tally = corpus::score::score(
        &corpus::score::Scoring { first, count, without: None, threads: NonZeroUsize::new(2).unwrap() },
        &|_| {},
    );
    for w in &tally.wrong {
        println!("{w}");
    }
    print!("{}", corpus::score::table(&tally));
    println!("{} histories, {} entries", tally.histories, tally.entries);
}
