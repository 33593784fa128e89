//! Durable appends of the embedded store, beside a file and a table that are flushed for each entry.

use std::fs::File;
use std::io::Write as _;

use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, Store as _};
use rusqlite::Connection;
use tokio::runtime::{Builder, Runtime};

use crate::rounds::{Contender, Done, contest, timed};
use crate::sizes::Sizes;

/// About what an entry of a ledger has.
const ENTRY_BYTES: usize = 500;

/// Batches of one turn are this many times fewer than single entries, so that turns last about as long.
const FEWER_BATCHES: usize = 5;

pub(crate) fn run(sizes: &Sizes) {
    let folder = sizes.scratch();
    let singles = sizes.appends;
    let batches = singles.div_ceil(FEWER_BATCHES);
    let mut one = Appending::new(sizes, 1);
    let mut some = Appending::new(sizes, 64);
    let mut many = Appending::new(sizes, 500);
    let mut file = File::create(folder.path().join("entries")).expect("a file in a fresh folder");
    let mut table = Table::new(&folder.path().join("naive.sqlite"));
    contest(
        &format!("APPENDS: entries of {ENTRY_BYTES} bytes, each durable before the next append begins"),
        "entries",
        sizes.rounds,
        vec![
            Contender::ours("store, batches of 1", || one.turn(singles)),
            Contender::ours("store, batches of 64", || some.turn(batches)),
            Contender::ours("store, batches of 500", || many.turn(batches)),
            Contender::naive("file, write + sync_data for each", || write_each(&mut file, singles)),
            Contender::naive("SQLite, a transaction for each", || table.turn(singles)),
        ],
    );
}

/// A store that takes batches of one size.
struct Appending {
    runtime: Runtime,
    store: SqliteStore,
    size: u64,
    batch: u64,
    _folder: tempfile::TempDir,
}

impl Appending {
    fn new(sizes: &Sizes, batch: u64) -> Self {
        let folder = sizes.scratch();
        let store = SqliteStore::create(&folder.path().join("ledger.sqlite")).expect("a fresh folder");
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        Self { runtime, store, size: 0, batch, _folder: folder }
    }

    fn turn(&mut self, batches: usize) -> Done {
        let mut prepared = Vec::new();
        let mut next = self.size;
        for _ in 0..batches {
            let end = next + self.batch;
            prepared.push(Batch::new((next..end).map(entry).collect()).expect("within the limits"));
            next = end;
        }
        let count = usize::try_from(next - self.size).expect("few");
        timed(count, || {
            for batch in &prepared {
                let appended = self.runtime.block_on(self.store.append(self.size, batch));
                self.size = appended.expect("the store takes it");
            }
        })
    }
}

/// A file that grows by one entry and a flush.
fn write_each(file: &mut File, count: usize) -> Done {
    let prepared: Vec<Vec<u8>> = (0..).map(entry).take(count).collect();
    timed(count, || {
        for entry in &prepared {
            file.write_all(entry).and_then(|()| file.sync_data()).expect("room on the disk");
        }
    })
}

/// A table of entries, as one would make it, with the store's own promise of durability.
struct Table(Connection);

impl Table {
    fn new(path: &std::path::Path) -> Self {
        let connection = Connection::open(path).expect("a fresh folder");
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE entries (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL);";
        connection.execute_batch(settings).expect("SQL that SQLite knows");
        Self(connection)
    }

    fn turn(&mut self, count: usize) -> Done {
        let prepared: Vec<Vec<u8>> = (0..).map(entry).take(count).collect();
        timed(count, || {
            let mut insert = self
                .0
                .prepare_cached("INSERT INTO entries (bytes) VALUES (?1)")
                .expect("SQL that SQLite knows");
            for entry in &prepared {
                insert.execute([entry]).expect("room on the disk");
            }
        })
    }
}

/// Entry `number`: bytes that no other has.
fn entry(number: u64) -> Vec<u8> {
    number.to_be_bytes().into_iter().cycle().take(ENTRY_BYTES).collect()
}
