//! How fast the embedded store takes entries: `append_rate FOLDER [ENTRIES [BATCH]]`, on the disk of FOLDER.
//!
//! It appends ENTRIES entries of 500 bytes (100,000), BATCH at a time (64), each append waited for, and prints
//! the rate of each tenth, since a long ledger ought to be no slower than a short one.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, Store, leaf_hash};

const ENTRY_BYTES: usize = 500;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let mut number = |otherwise| arguments.next().map_or(Ok(otherwise), |text| text.parse::<u64>());
    let (entries, batch) = (number(100_000)?, number(64)?);
    let path = folder.join("append-rate.db");
    let store = SqliteStore::create(&path)?;
    let mut size = 0;
    for tenth in 1..=10_u64 {
        let mut waits = Vec::new();
        let (from, start) = (size, Instant::now());
        while size < entries / 10 * tenth {
            let batch = Batch::new((size..size + batch).map(entry).collect())?;
            let asked = Instant::now();
            size = store.append(size, &batch).await?;
            waits.push(asked.elapsed());
        }
        waits.sort();
        println!("{size:>10} entries  {:>7}/s  {}", rate(size - from, start.elapsed()), quantiles(&waits));
    }
    let start = Instant::now();
    let checked = store.check().await?;
    println!("check   {checked} entries in {:?}", start.elapsed());
    let start = Instant::now();
    let found = store.index_of(leaf_hash(&entry(size / 2))).await?;
    println!("first look-up, of entry {found:?}, in {:?}", start.elapsed());
    drop(store);
    let start = Instant::now();
    drop(SqliteStore::open(&path)?);
    println!("opening and closing in {:?}", start.elapsed());
    Ok(())
}

/// Entry `number`: bytes that no other has, so that leaf hashes spread as those of a ledger do.
fn entry(number: u64) -> Vec<u8> {
    number.to_be_bytes().into_iter().cycle().take(ENTRY_BYTES).collect()
}

fn rate(count: u64, time: Duration) -> u128 {
    u128::from(count) * 1_000_000 / time.as_micros().max(1)
}

fn quantiles(sorted: &[Duration]) -> String {
    let at = |percent: usize| sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default();
    format!("one append: median {:?}, 99 of 100 within {:?}", at(50), at(99))
}
